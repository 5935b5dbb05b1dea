package main

import (
	"bytes"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"rung/capture"
	"rung/capture/capturetest"
	"rung/cmd/rungbench/workload"
)

// Whatever the steps in which time goes, all slots of all periods are served,
// evenly, and none before its time.
func TestPaceIsEven(t *testing.T) {
	for _, p := range []pace{{2500, 20 * time.Millisecond}, {7, 30 * time.Millisecond}, {1, 10 * time.Millisecond}, {9999, 60 * time.Millisecond}} {
		for _, tt := range []struct {
			at   time.Duration
			want int64
		}{
			{0, 0}, {p.period, int64(p.n)}, {p.period - 1, int64(p.n) - 1},
			{10 * time.Hour / p.period * p.period, int64(10*time.Hour/p.period) * int64(p.n)},
		} {
			if got := p.due(tt.at); got != tt.want {
				t.Errorf("%+v: %d due at %v, want %d", p, got, tt.at, tt.want)
			}
		}
		step := 250 * time.Microsecond
		most := int64(step)*int64(p.n)/int64(p.period) + 1
		for at, was := time.Duration(0), int64(0); at < time.Second; at += step {
			now := p.due(at)
			if now < was || now-was > most {
				t.Fatalf("%+v: %d slots at once at %v", p, now-was, at)
			}
			was = now
		}
		if got := p.time(3*int64(p.n) + 1); got != 3*p.period+p.period/time.Duration(p.n) {
			t.Errorf("%+v: time %v", p, got)
		}
	}
}

func TestLiveFlags(t *testing.T) {
	for args, want := range map[string]struct {
		calls int
		ptime time.Duration
	}{
		"":                        {2500, 20 * time.Millisecond},
		"-pps 50000":              {500, 20 * time.Millisecond},
		"-calls 100":              {100, 20 * time.Millisecond},
		"-calls 100 -pps 20000":   {100, 10 * time.Millisecond},
		"-calls 300 -pps 20000":   {300, 30 * time.Millisecond},
		"-calls 2500 -pps 250000": {2500, 20 * time.Millisecond},
	} {
		o, err := parseLive(strings.Fields(args), io.Discard)
		if err != nil || o.Line.Calls != want.calls || o.Line.Ptime != want.ptime {
			t.Errorf("%q: %+v, %v", args, o, err)
		}
	}
	o, err := parseLive([]string{"-keep", "--", "--keep", "5s"}, io.Discard)
	if err != nil || !o.Keep || len(o.Args) != 2 {
		t.Errorf("%+v, %v", o, err)
	}
	for _, args := range []string{
		"-pps 150", "-pps -1", "-calls -1", "-calls 7 -pps 333", "-time 1s", "-life 1ms", "-calls 20000", "-pps 10 -calls 1000", "-nonsense",
	} {
		if _, err := parseLive(strings.Fields(args), io.Discard); err == nil {
			t.Errorf("%q: no error", args)
		}
	}
}

func TestResultIsCounted(t *testing.T) {
	name := filepath.Join(t.TempDir(), "x.ndjson")
	text := `{"type":"flow","id":1,"key":"a","kind":"call","outcome":"in-progress"}
{"type":"flow","id":1,"key":"a","kind":"call","outcome":"answered"}
{"type":"stream","id":"s1","ssrc":"0x1","src":"10.0.0.1:4","packets":50,"lost":2,"duplicates":1,"reordered":3}
{"type":"flow","id":2,"key":"b","kind":"call","outcome":"timeout"}
{"type":"capture","frames":60,"decoded_frames":58,"interface_drops":7,"diagnostics":[{"code":"x-y","text":"odd"}]}
`
	if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	r, err := readResult(name)
	if err != nil {
		t.Fatal(err)
	}
	if r.calls["call answered"] != 1 || r.calls["call timeout"] != 1 || len(r.calls) != 2 || r.again != 1 ||
		r.streams != 1 || r.packets != 50 || r.lost != 2 || r.duplicates != 1 || r.reordered != 3 ||
		r.frames != 60 || r.decoded != 58 || r.drops != 7 || !r.complete || len(r.diagnostics) != 1 {
		t.Errorf("%+v", r)
	}
}

// What the sender sends is what rung reads: calls that are answered, and whole
// streams.
func TestRungReadsTheLine(t *testing.T) {
	if _, err := exec.LookPath("go"); err != nil {
		t.Skip("no go command to build rung with")
	}
	dir := t.TempDir()
	program, err := build(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, ptime := range []time.Duration{20 * time.Millisecond, 30 * time.Millisecond} {
		file, stats := lineFile(t, dir, workload.LineOptions{Calls: 30, Ptime: ptime, Life: 3 * time.Second, Ramp: time.Second}, 8*time.Second)
		var out []byte
		for _, word := range []string{"list", "rtp"} {
			b, err := exec.Command(program, word, "-q", "--format", "ndjson", file).Output()
			if err != nil {
				t.Fatal(err)
			}
			out = append(out, b...)
		}
		name := filepath.Join(dir, "out.ndjson")
		if err := os.WriteFile(name, out, 0o600); err != nil {
			t.Fatal(err)
		}
		r, err := readResult(name)
		if err != nil {
			t.Fatal(err)
		}
		if r.calls["call answered"] != stats.Calls || len(r.calls) != 1 || stats.Calls < 50 {
			t.Errorf("%v: %v of %d calls", ptime, r.calls, stats.Calls)
		}
		if r.streams != stats.Streams || r.packets != stats.RTP || r.lost+r.duplicates+r.reordered != 0 {
			t.Errorf("%v: %+v of %+v", ptime, r, stats)
		}
	}
}

// lineFile writes what a line sends to a capture, in the order and at the times
// at which a sender with nothing else to do would send it.
func lineFile(t *testing.T, dir string, opt workload.LineOptions, busy time.Duration) (string, workload.LineStats) {
	t.Helper()
	line, err := workload.NewLine(opt)
	if err != nil {
		t.Fatal(err)
	}
	var packets []capture.Packet
	begin := capture.TimeOf(time.Unix(1767600000, 0))
	p := pace{opt.Calls, opt.Ptime}
	for slot := int64(0); slot < 1e6; slot++ {
		at := p.time(slot)
		if at >= busy {
			line.Close()
			if line.Active() == 0 {
				break
			}
		}
		line.Step(int(slot%int64(opt.Calls)), func(frame []byte) {
			packets = append(packets, capture.Packet{
				Time: begin.Add(at), Link: capture.LinkEthernet, WireLen: len(frame), Data: bytes.Clone(frame),
			})
		})
	}
	var b bytes.Buffer
	if err := capturetest.WritePcap(&b, packets); err != nil {
		t.Fatal(err)
	}
	name := filepath.Join(dir, "line.pcap")
	if err := os.WriteFile(name, b.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	return name, line.Stats()
}

// The whole of it with a small line: what is sent is found, and nothing is lost.
func TestLiveFindsWhatIsSent(t *testing.T) {
	switch {
	case testing.Short():
		t.Skip("takes ten seconds; not with -short")
	case runtime.GOOS != "linux":
		t.Skip("network namespaces are a thing of Linux")
	}
	t.Setenv("RUNGBENCH_STANDIN", "itself")
	var out, errs bytes.Buffer
	err := run([]string{"live", "-pps", "2000", "-time", "6s", "-life", "2s"}, &out, &errs)
	switch text := errs.String(); {
	case err == nil:
	case strings.Contains(err.Error(), "refused"), strings.Contains(text, "executable file not found"), strings.Contains(text, "not permitted"), strings.Contains(text, "Operation not supported"):
		t.Skipf("no namespaces with a veth pair here: %v %s", err, text)
	default:
		t.Fatalf("%v\n%s", err, text)
	}
	if !strings.Contains(out.String(), "verdict: nothing lost") {
		t.Errorf("got\n%s%s", out.String(), errs.String())
	}
	t.Log(out.String())
}
