package main

import (
	"fmt"
	"io"
	"os"
	"strings"
	"testing"
	"time"

	"rung/capture"
	"rung/capture/live"
	"rung/capture/pcapfile"
	"rung/render"
)

// A told source gives packets at these times, with what happens before each.
type toldSource struct {
	times  []capture.Time // negative: silence until then
	before func(i int)
	i      int
}

func (s *toldSource) Next(p *capture.Packet) error {
	if s.i == len(s.times) {
		return io.EOF
	}
	if s.before != nil {
		s.before(s.i)
	}
	at := s.times[s.i]
	s.i++
	if at <= 0 {
		*p = capture.Packet{Time: -at}
		return capture.ErrIdle
	}
	*p = capture.Packet{
		Frame: capture.Frame{Number: int32(s.i)}, Time: at, Link: capture.LinkEthernet, WireLen: 60,
		Data: fmt.Appendf(nil, "%-60d", s.i), Offset: -1,
	}
	return nil
}

func seconds(list ...float64) (out []capture.Time) {
	for _, s := range list {
		out = append(out, capture.Time(s*1e9))
	}
	return out
}

// recordingOf is a ring in a folder, of files of one packet each.
func recordingOf(t *testing.T, dir string, kept int) *recording {
	t.Helper()
	ring, err := pcapfile.NewRing(&pcapfile.RingOptions{Dir: dir, Size: 1, Count: kept})
	if err != nil {
		t.Fatal(err)
	}
	return &recording{ring: ring}
}

// filesOf is the Document that lists the files of a source.
func filesOf(s *liveSource) *render.Capture {
	c := &render.Capture{}
	c.Files, c.FilesBefore = s.files(render.File{})
	return c
}

// When the folder goes away the recording stops: later packets name no frame
// of a file, and all is counted.
func TestPacketsBehindARecordingThatStopped(t *testing.T) {
	dir := t.TempDir() + "/ring"
	src := &toldSource{times: seconds(1, 2, 3, 4, 5), before: func(i int) {
		if i == 2 {
			if err := os.RemoveAll(dir); err != nil {
				t.Fatal(err)
			}
		}
	}}
	s := &liveSource{src: src, record: recordingOf(t, dir, 0)}
	var p capture.Packet
	var got []string
	for s.Next(&p) == nil {
		name := "none"
		if f := filesOf(s).File(p.Frame); f != nil {
			name = f.Name[:4]
		}
		got = append(got, p.Frame.String()+" "+name)
	}
	if text := strings.Join(got, ", "); text != "1 rung, 2:1 rung, 3:1 not , 3:2 not , 3:3 not " {
		t.Errorf("frames %s", text)
	}
	c := filesOf(s)
	if n := len(c.Files); n != 3 || c.Files[2].Name != "not recorded" || c.Files[2].Frames != 3 || c.Files[2].Last != 5e9 {
		t.Errorf("files %+v", c.Files)
	}
	if d := s.recorded(); len(d) != 1 || d[0].Code != "recording-stopped" || d[0].Severity != capture.Error {
		t.Errorf("diagnostics %+v", d)
	}
	if text := strings.Join(s.counters(), "; "); text != "recorded 2 files, 2 kept (0.0 MB); 3 packets are not recorded" {
		t.Errorf("counters: %s", text)
	}
	if err := s.close(); err == nil {
		t.Error("the end does not say that the recording stopped")
	}
}

// A ring that has forgotten its first files: frames name the right one, the
// summary counts all, and the list is what it would be if it were made anew.
func TestFilesOfALongRing(t *testing.T) {
	r := recordingOf(t, t.TempDir(), 3)
	const total = 20050 // the ring forgets ten thousand when it has removed twice as many
	for i := range total {
		p := capture.Packet{Time: capture.Time(i+1) * 1e9, Link: capture.LinkEthernet, WireLen: 4, Data: []byte("data")}
		r.write(&p)
		if int(p.Frame.File) != i || p.Frame.Number != 1 {
			t.Fatalf("packet %d: %+v", i, p.Frame)
		}
		if i%37 == 0 || i > total-9 {
			list, before := r.files(nil)
			sameFiles(t, r.ring, list, before)
		}
		if t.Failed() {
			return
		}
	}
	list, before := r.files([]string{"ethernet"})
	c := &render.Capture{Files: list, FilesBefore: before}
	last, _ := r.ring.File(total - 1)
	if f := c.File(capture.Frame{File: total - 1, Number: 1}); f == nil || f.Name != last.Name {
		t.Errorf("the last frame is in %+v, want %s", f, last.Name)
	}
	if f := c.File(capture.Frame{Number: 1}); before < 10000 || f != nil {
		t.Errorf("%d files before; the first frame is in %+v", before, f)
	}
	if text := r.counters()[0]; !strings.HasPrefix(text, fmt.Sprintf("recorded %d files, 3 kept", total)) {
		t.Error(text)
	}
	if d := r.diagnostics(); len(d) != 1 || d[0].Code != "limit-ring-files" {
		t.Errorf("diagnostics %+v", d)
	}
	if n := testing.AllocsPerRun(100, func() { r.files(nil) }); n > 0 {
		t.Errorf("%v allocations to list files of which none is new", n)
	}
}

// sameFiles compares a list with the ring's own.
func sameFiles(t *testing.T, ring *pcapfile.Ring, list []render.File, before int) {
	t.Helper()
	want := ring.Files()
	if len(list) != len(want) || before != int(want[0].Number) {
		t.Errorf("%d files behind %d, want %d behind %d", len(list), before, len(want), want[0].Number)
		return
	}
	for i, f := range want {
		if g := list[i]; g.Name != f.Name || g.Removed != f.Removed || g.Frames != f.Frames || g.Bytes != f.Bytes || g.Last != f.Last {
			t.Errorf("file %d: %+v, want %+v", i, g, f)
			return
		}
	}
}

// What the interfaces counted is in the file that was being written then.
func TestFlushTellsTheCounters(t *testing.T) {
	dir := t.TempDir()
	r := recordingOf(t, dir, 0)
	for i := range 3 {
		p := capture.Packet{Time: capture.Time(i+1) * 1e9, Link: capture.LinkEthernet, WireLen: 4, Data: []byte("data")}
		r.write(&p)
		r.flush([]live.Interface{{Packets: uint64(10 * (i + 1)), Drops: uint64(i)}})
	}
	if err := r.close([]live.Interface{{Packets: 35, Drops: 2}}); err != nil {
		t.Fatal(err)
	}
	in, err := pcapfile.Open([]string{dir}, nil)
	if err != nil {
		t.Fatal(err)
	}
	defer in.Close()
	var p capture.Packet
	for in.Next(&p) == nil {
	}
	var drops []uint64
	for _, f := range in.Files() {
		drops = append(drops, f.Drops)
	}
	if fmt.Sprint(drops) != "[0 1 1]" {
		t.Errorf("drops of the files: %v", drops)
	}
}

func TestUntil(t *testing.T) {
	const years = 1e8
	for _, tt := range []struct {
		rule   string
		times  []float64
		waited time.Duration
		want   string // what passes, to the end; "~": silence
	}{
		{"what is older than the end passes", []float64{1, 2, 3.9, 4, 5}, 0, "1 2 3.9 end"},
		{"silence on the wire ends it", []float64{1, -2, -3.5, -4, 5}, 0, "1 ~2 ~3.5 end"},
		{"silence alone, with a clock", []float64{-1, -2, -4, 5}, 0, "~1 ~2 end"},
		{"one packet dated years ahead does not", []float64{1, years, 2, 3, 4, 5}, 0, "1 1e+08 2 3 end"},
		{"nor in silence, which goes on from what is believed", []float64{1, years, -years - 1, -years - 2, 3, 3.5, 4, 5}, 0, "1 ~2 ~3 1e+08 3 3.5 end"},
		{"silence behind it ends it in time", []float64{1, years, -years - 1, -years - 3}, 0, "1 ~2 end"},
		{"two of them do", []float64{1, years, years, 2}, 0, "1 end"},
		{"the first one dated ahead", []float64{years, 1, 2, 3, 4, 5}, 0, "1e+08 1 2 3 end"},
		{"one dated back does not move the begin", []float64{10, 2, 11, 12, 13}, 0, "10 2 11 12 end"},
		{"what passed before the first packet counts", []float64{1, 1.5, 2, 3}, 2500 * time.Millisecond, "1 1.5 end"},
		{"but for parts of a second", []float64{1, 3.9, 4, 5}, 900 * time.Millisecond, "1 3.9 end"},
		{"the end of the source", []float64{1, 2}, 0, "1 2 end"},
		{"a last packet behind the end is behind it", []float64{1, 9}, 0, "1 end"},
	} {
		u := &until{src: &toldSource{times: seconds(tt.times...)}, duration: 3 * time.Second,
			wall: func() time.Duration { return tt.waited }}
		var got []string
		for {
			var p capture.Packet
			err := u.Next(&p)
			if err == io.EOF {
				break
			}
			mark := ""
			if err == capture.ErrIdle {
				mark = "~"
			} else if len(p.Data) != 60 {
				t.Errorf("%s: a packet of %d bytes", tt.rule, len(p.Data))
			}
			got = append(got, fmt.Sprintf("%s%.3g", mark, float64(p.Time)/1e9))
		}
		if text := strings.Join(append(got, "end"), " "); text != tt.want {
			t.Errorf("%s: %s, want %s", tt.rule, text, tt.want)
		}
	}
}

// A stream of which not even the first packet comes ends by the wall.
func TestUntilBeforeTheFirstPacket(t *testing.T) {
	var passed time.Duration
	u := &until{src: &toldSource{times: make([]capture.Time, 100)}, duration: 3 * time.Second,
		wall: func() time.Duration { passed += 100 * time.Millisecond; return passed }}
	var p capture.Packet
	n := 0
	for ; u.Next(&p) == capture.ErrIdle; n++ {
	}
	if n != 29 {
		t.Errorf("%d silences", n)
	}
}

func TestLasted(t *testing.T) {
	for _, tt := range []struct {
		d    time.Duration
		want string
	}{
		{5499 * time.Millisecond, "5s"}, {26 * time.Hour, "26h0m0s"},
		{239*time.Hour + 59*time.Minute, "239h59m0s"}, {240 * time.Hour, "10 days"}, {83333 * time.Hour, "3472 days"},
	} {
		if got := lasted(tt.d); got != tt.want {
			t.Errorf("%v: %s, want %s", tt.d, got, tt.want)
		}
	}
}
