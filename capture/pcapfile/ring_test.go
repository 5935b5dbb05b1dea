package pcapfile_test

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"rung/capture"
	"rung/capture/pcapfile"
)

// start is 2026-11-22 23:59:59 UTC.
const start = capture.Time(1795391999e9)

// numbered is packet i of a test: 100 bytes, a second after the one before.
func numbered(i int) capture.Packet {
	data := fmt.Appendf(make([]byte, 0, 100), "packet %d ", i)
	return capture.Packet{Link: capture.LinkEthernet, Time: start + capture.Time(i)*1e9 + 1,
		WireLen: 200, Data: data[:100]}
}

func newRing(t testing.TB, opt pcapfile.RingOptions) *pcapfile.Ring {
	t.Helper()
	if opt.Interfaces == nil {
		opt.Interfaces = []pcapfile.InterfaceInfo{{Name: "eth0", Link: capture.LinkEthernet}}
	}
	r, err := pcapfile.NewRing(&opt)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// record writes packets from to to-1.
func record(t testing.TB, r *pcapfile.Ring, from, to int) []capture.Frame {
	t.Helper()
	var frames []capture.Frame
	for i := from; i < to; i++ {
		p := numbered(i)
		f, err := r.Write(&p)
		if err != nil {
			t.Fatalf("packet %d: %v", i, err)
		}
		frames = append(frames, f)
	}
	return frames
}

func closeRing(t testing.TB, r *pcapfile.Ring) {
	t.Helper()
	if err := r.Close(); err != nil {
		t.Fatal(err)
	}
}

// names lists a folder.
func names(t testing.TB, dir string) []string {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	for _, e := range entries {
		out = append(out, e.Name())
	}
	return out
}

// wantNames compares a folder with a list of names.
func wantNames(t testing.TB, dir string, want ...string) {
	t.Helper()
	if got := names(t, dir); !slices.Equal(got, want) {
		t.Errorf("files\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

// wantPackets reads files and compares them with numbered packets from to
// to-1.
func wantPackets(t testing.TB, names []string, from, to int) *pcapfile.Reader {
	t.Helper()
	r, err := pcapfile.Open(names, nil)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	var p capture.Packet
	i := from
	for ; r.Next(&p) == nil; i++ {
		if want := numbered(i); !equal(&p, &want) {
			t.Fatalf("packet %d: %q at %v", i, p.Data[:12], p.Time.Std())
		}
	}
	if i != to {
		t.Errorf("packets %d to %d, want to %d", from, i-1, to-1)
	}
	for _, d := range r.Diagnostics() {
		if d.Damage && d.Code != "interface-drops" {
			t.Errorf("%s: %s", d.Code, d.Text)
		}
	}
	return r
}

// headSize is what a file of newRing begins with, recordSize what a numbered
// packet takes.
const (
	headSize   = (28 + 4) + (20 + 8 + 8 + 4)
	recordSize = 32 + 100
)

func TestRingRotatesBySize(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "made", "for", "it")
	r := newRing(t, pcapfile.RingOptions{Dir: dir, Size: headSize + 3*recordSize})
	frames := record(t, r, 0, 7)
	closeRing(t, r)
	wantNames(t, dir,
		"rung-00001-20261122T235959Z.pcapng",
		"rung-00002-20261123T000002Z.pcapng",
		"rung-00003-20261123T000005Z.pcapng")
	if got := fmt.Sprint(frames); got != "[1 2 3 2:1 2:2 2:3 3:1]" {
		t.Errorf("frames %v", got)
	}
	wantPackets(t, []string{dir}, 0, 7)
	for i, f := range r.Files() {
		first, n := i*3, min(3, 7-i*3)
		st, err := os.Stat(f.Path)
		if err != nil || st.Size() != f.Bytes || f.Bytes > headSize+3*recordSize {
			t.Errorf("%s: %d bytes, the ring says %d, %v", f.Name, st.Size(), f.Bytes, err)
		}
		if f.Number != int32(i) || f.Frames != int64(n) || f.Removed || filepath.Base(f.Path) != f.Name ||
			f.First != numbered(first).Time || f.Last != numbered(first+n-1).Time {
			t.Errorf("file %d: %+v", i, f)
		}
		wantPackets(t, []string{f.Path}, first, first+n)
	}
}

func TestRingSizeOneByteShortRotatesEarlier(t *testing.T) {
	r := newRing(t, pcapfile.RingOptions{Dir: t.TempDir(), Size: headSize + 3*recordSize - 1})
	record(t, r, 0, 6)
	closeRing(t, r)
	if n := len(r.Files()); n != 3 {
		t.Errorf("%d files of 6 packets", n)
	}
}

func TestRingFileHoldsOnePacketAtLeast(t *testing.T) {
	dir := t.TempDir()
	r := newRing(t, pcapfile.RingOptions{Dir: dir, Size: 1})
	record(t, r, 0, 3)
	closeRing(t, r)
	if n := len(names(t, dir)); n != 3 {
		t.Errorf("%d files", n)
	}
	wantPackets(t, []string{dir}, 0, 3)
}

func TestRingWithoutSizeIsOneFile(t *testing.T) {
	dir := t.TempDir()
	r := newRing(t, pcapfile.RingOptions{Dir: dir, Count: 1, Prefix: "span"})
	record(t, r, 0, 1000)
	closeRing(t, r)
	wantNames(t, dir, "span-00001-20261122T235959Z.pcapng")
	wantPackets(t, []string{dir}, 0, 1000)
}

func TestRingRemovesTheOldest(t *testing.T) {
	dir := t.TempDir()
	r := newRing(t, pcapfile.RingOptions{Dir: dir, Size: headSize + recordSize, Count: 3})
	for i := range 10 {
		record(t, r, i, i+1)
		if n := len(names(t, dir)); n > 3 {
			t.Fatalf("after packet %d: %d files", i, n)
		}
	}
	closeRing(t, r)
	wantNames(t, dir,
		"rung-00008-20261123T000006Z.pcapng",
		"rung-00009-20261123T000007Z.pcapng",
		"rung-00010-20261123T000008Z.pcapng")
	wantPackets(t, []string{dir}, 7, 10)
	files := r.Files()
	if len(files) != 10 {
		t.Fatalf("%d files known", len(files))
	}
	for i, f := range files {
		if f.Removed != (i < 7) || f.Frames != 1 || f.Number != int32(i) {
			t.Errorf("file %d: %+v", i, f)
		}
		if g, ok := r.File(int32(i)); !ok || g != f {
			t.Errorf("File(%d): %+v, %v", i, g, ok)
		}
	}
	for _, n := range []int32{-1, 10} {
		if _, ok := r.File(n); ok {
			t.Errorf("there is a file %d", n)
		}
	}
	if d := r.Diagnostics(); len(d) > 0 {
		t.Errorf("diagnostics %v", d)
	}
}

func TestRingLeavesFilesOfOthers(t *testing.T) {
	dir := t.TempDir()
	first := newRing(t, pcapfile.RingOptions{Dir: dir, Size: headSize + recordSize})
	record(t, first, 0, 3)
	closeRing(t, first)
	others := []string{"notes.txt", "rung-00002.pcapng", "rung-x-1.pcapng", "rung-99999999999-1.pcapng", "span-00007-x.pcapng"}
	for _, name := range others {
		if err := os.WriteFile(filepath.Join(dir, name), nil, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	second := newRing(t, pcapfile.RingOptions{Dir: dir, Size: headSize + recordSize, Count: 1})
	record(t, second, 3, 6)
	closeRing(t, second)
	want := append(others,
		"rung-00001-20261122T235959Z.pcapng",
		"rung-00002-20261123T000000Z.pcapng",
		"rung-00003-20261123T000001Z.pcapng",
		"rung-00006-20261123T000004Z.pcapng")
	slices.Sort(want)
	wantNames(t, dir, want...)
}

func TestRingPassesOverNamesThatAreTaken(t *testing.T) {
	dir := t.TempDir()
	r := newRing(t, pcapfile.RingOptions{Dir: dir})
	taken := filepath.Join(dir, "rung-00001-20261122T235959Z.pcapng")
	if err := os.WriteFile(taken, []byte("another's"), 0o600); err != nil {
		t.Fatal(err)
	}
	record(t, r, 0, 1)
	closeRing(t, r)
	wantNames(t, dir, "rung-00001-20261122T235959Z.pcapng", "rung-00002-20261122T235959Z.pcapng")
	if b, err := os.ReadFile(taken); string(b) != "another's" {
		t.Errorf("%q, %v", b, err)
	}
}

func TestRingRemovesOnlyWhatItMade(t *testing.T) {
	dir := t.TempDir()
	r := newRing(t, pcapfile.RingOptions{Dir: dir, Size: headSize + recordSize, Count: 2})
	record(t, r, 0, 2)
	path := r.Files()[0].Path
	// Somebody keeps the file, and something else has its name.
	if err := os.Rename(path, filepath.Join(dir, "keep.pcapng")); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte("another's"), 0o600); err != nil {
		t.Fatal(err)
	}
	record(t, r, 2, 3)
	// And somebody else has removed one: no word is due.
	if err := os.Remove(r.Files()[1].Path); err != nil {
		t.Fatal(err)
	}
	record(t, r, 3, 4)
	closeRing(t, r)
	wantNames(t, dir, "keep.pcapng", "rung-00001-20261122T235959Z.pcapng",
		"rung-00003-20261123T000001Z.pcapng", "rung-00004-20261123T000002Z.pcapng")
	if b, err := os.ReadFile(path); string(b) != "another's" {
		t.Errorf("%q, %v", b, err)
	}
	d := r.Diagnostics()
	if len(d) != 1 || d[0].Code != "ring-not-removed" || !strings.Contains(d[0].Text, "1 old file") {
		t.Errorf("diagnostics %v", d)
	}
}

func TestRingFlushedIsReadable(t *testing.T) {
	dir := t.TempDir()
	r := newRing(t, pcapfile.RingOptions{Dir: dir, Size: 1 << 20})
	if err := r.Flush(); err != nil {
		t.Fatal(err)
	}
	wantNames(t, dir) // no file without a packet
	done := 0
	for _, n := range []int{1, 10, 5000, 20000} {
		record(t, r, done, done+n)
		done += n
		if err := r.Stats(0, uint64(done), uint64(n)); err != nil {
			t.Fatal(err)
		}
		if err := r.Flush(); err != nil {
			t.Fatal(err)
		}
		// As after kill -9: nobody has closed the ring.
		var drops uint64
		for _, f := range wantPackets(t, []string{dir}, 0, done).Files() {
			drops += f.Drops
		}
		if drops != uint64(n) {
			t.Errorf("after %d: %d drops, want %d", done, drops, n)
		}
	}
	// What waits is not there yet, and what is there is whole.
	record(t, r, done, done+1)
	wantPackets(t, []string{dir}, 0, done)
	closeRing(t, r)
	wantPackets(t, []string{dir}, 0, done+1)
}

func TestRingFlushWithoutNewsWritesNothing(t *testing.T) {
	r := newRing(t, pcapfile.RingOptions{Dir: t.TempDir()})
	record(t, r, 0, 1)
	for range 5 {
		if err := errors.Join(r.Stats(0, 5, 3), r.Flush()); err != nil {
			t.Fatal(err)
		}
	}
	once := r.Files()[0].Bytes
	for range 5 {
		if err := errors.Join(r.Stats(0, 9, 3), r.Flush()); err != nil {
			t.Fatal(err)
		}
	}
	if n := r.Files()[0].Bytes; n != once || once != headSize+recordSize+76 {
		t.Errorf("%d bytes, then %d", once, n)
	}
	closeRing(t, r)
}

func TestRingTellsDropsOnce(t *testing.T) {
	dir := t.TempDir()
	r := newRing(t, pcapfile.RingOptions{Dir: dir, Size: headSize + 2*recordSize + 3*76,
		Interfaces: []pcapfile.InterfaceInfo{{Name: "eth0", Link: capture.LinkEthernet}}})
	steps := []struct{ received, dropped, other uint64 }{{3, 2, 0}, {5, 2, 1}, {9, 7, 1}, {9, 7, 1}, {4, 1, 1}, {20, 11, 6}}
	for i, s := range steps {
		if err := errors.Join(r.Stats(0, s.received, s.dropped), r.Stats(7, 0, s.other)); err != nil {
			t.Fatal(err)
		}
		record(t, r, i, i+1)
		if i == 3 { // interface 7 is not known before
			p := numbered(99)
			p.Interface = 7
			if _, err := r.Write(&p); err != nil {
				t.Fatal(err)
			}
		}
		if err := r.Flush(); err != nil {
			t.Fatal(err)
		}
	}
	p := numbered(98)
	p.Interface = 7
	if _, err := r.Write(&p); err != nil {
		t.Fatal(err)
	}
	closeRing(t, r)
	read, err := pcapfile.Open([]string{dir}, nil)
	if err != nil {
		t.Fatal(err)
	}
	defer read.Close()
	for read.Next(&p) == nil {
	}
	for _, f := range r.Files() {
		if f.Bytes > headSize+2*recordSize+3*76 && f.Frames > 1 {
			t.Errorf("%s: %d bytes", f.Name, f.Bytes)
		}
	}
	files := read.Files()
	var drops uint64
	for _, f := range files {
		drops += f.Drops
	}
	if len(files) < 3 || drops != 11+6 {
		t.Errorf("%d drops in %d files, want 17", drops, len(files))
	}
}

func TestRingDescribesInterfacesAsTheyCome(t *testing.T) {
	dir := t.TempDir()
	r := newRing(t, pcapfile.RingOptions{Dir: dir, Size: 340, Application: "rung 1",
		Interfaces: []pcapfile.InterfaceInfo{{Name: "eth0", Link: capture.LinkEthernet}, {Name: "tun0", Link: capture.LinkRaw}}})
	var told strings.Builder
	for i, in := range []struct {
		iface int32
		link  capture.LinkType
	}{{1, capture.LinkRaw}, {0, capture.LinkRaw}, {-1, 0xffff}, {0, capture.LinkRaw}, {-1, 0xffff}, {0, capture.LinkEthernet}} {
		p := capture.Packet{Interface: in.iface, Link: in.link, Time: start + capture.Time(i), Data: []byte{byte('a' + i)}, WireLen: 9}
		f, err := r.Write(&p)
		if err != nil {
			t.Fatal(err)
		}
		fmt.Fprintf(&told, "%v:%d ", f.File, f.Number)
	}
	closeRing(t, r)
	if got := told.String(); got != "0:1 0:2 0:3 0:4 1:1 1:2 " {
		t.Errorf("frames %s", got)
	}
	want(t, story([]string{dir}, nil), `
		frame 1: if 1 raw, 1795391999.000000000, wire 9, "a"
		frame 2: if 2 raw, 1795391999.000000001, wire 9, "b"
		frame 3: if 3 linktype-65535, 1795391999.000000002, wire 9, "c"
		frame 4: if 2 raw, 1795391999.000000003, wire 9, "d"
		frame 2:1: if 2 linktype-65535, 1795391999.000000004, wire 9, "e"
		frame 2:2: if 0 ethernet, 1795391999.000000005, wire 9, "f"
		pcapng 4 frames, 4 bytes, [raw linktype-65535]
		pcapng 2 frames, 2 bytes, [linktype-65535 ethernet]`)
}

func TestRingKeepsToItsSize(t *testing.T) {
	for size := int64(headSize); size < headSize+8*recordSize; size += 11 {
		r := newRing(t, pcapfile.RingOptions{Dir: t.TempDir(), Size: size})
		for i := range 12 {
			p := numbered(i)
			p.Interface = int32(i / 2)
			_, err := r.Write(&p)
			if err = errors.Join(err, r.Stats(0, 0, uint64(i)), r.Flush()); err != nil {
				t.Fatal(err)
			}
		}
		closeRing(t, r)
		for _, f := range r.Files() {
			if f.Frames > 1 && f.Bytes > size {
				t.Errorf("size %d: %d bytes, %d frames", size, f.Bytes, f.Frames)
			}
		}
	}
}

func TestRingTimeGoesBack(t *testing.T) {
	dir := t.TempDir()
	r := newRing(t, pcapfile.RingOptions{Dir: dir, Size: 1})
	record(t, r, 5, 6)
	record(t, r, 0, 1)
	closeRing(t, r)
	wantNames(t, dir, "rung-00001-20261123T000004Z.pcapng", "rung-00002-20261122T235959Z.pcapng")
}

func TestRingClosed(t *testing.T) {
	dir := t.TempDir()
	r := newRing(t, pcapfile.RingOptions{Dir: dir})
	closeRing(t, r)
	wantNames(t, dir) // nothing came
	p := numbered(0)
	if f, err := r.Write(&p); !errors.Is(err, fs.ErrClosed) || f != (capture.Frame{}) {
		t.Errorf("Write after Close: %v, %v", f, err)
	}
	if err := errors.Join(r.Flush(), r.Close(), r.Err()); err != nil {
		t.Error(err)
	}
}

func TestRingIsRefused(t *testing.T) {
	dir := write(t, map[string][]byte{"file": []byte("x")})
	tests := []struct {
		name string
		opt  pcapfile.RingOptions
		want string
	}{
		{"no folder", pcapfile.RingOptions{}, "ring: no folder given"},
		{"the folder is a file", pcapfile.RingOptions{Dir: filepath.Join(dir, "file")}, "not a directory"},
		{"the folder is below a file", pcapfile.RingOptions{Dir: filepath.Join(dir, "file", "x")}, "not a directory"},
		{"a prefix that leads elsewhere", pcapfile.RingOptions{Dir: dir, Prefix: "../x"}, "not the beginning of a file name"},
		{"a prefix that is a folder", pcapfile.RingOptions{Dir: dir, Prefix: ".."}, "not the beginning of a file name"},
		{"a size below zero", pcapfile.RingOptions{Dir: dir, Size: -1}, "below zero"},
		{"a count below zero", pcapfile.RingOptions{Dir: dir, Count: -1}, "below zero"},
		{"a name that no file can hold", pcapfile.RingOptions{Dir: dir, Interfaces: []pcapfile.InterfaceInfo{
			{Name: strings.Repeat("x", 1<<16)}}}, "doesn't fit an option"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, err := pcapfile.NewRing(&tt.opt)
			if err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("%v, want %q", err, tt.want)
			}
		})
	}
	wantNames(t, dir, "file") // the trial left nothing
}

func TestRingFolderThatCantBeWritten(t *testing.T) {
	dir := t.TempDir()
	if err := os.Chmod(dir, 0o500); err != nil {
		t.Fatal(err)
	}
	if f, err := os.Create(filepath.Join(dir, "x")); err == nil {
		f.Close()
		t.Skip("this user may write everywhere")
	}
	_, err := pcapfile.NewRing(&pcapfile.RingOptions{Dir: dir})
	if !errors.Is(err, fs.ErrPermission) || !strings.Contains(err.Error(), dir) {
		t.Error(err)
	}
}

// Live sources put VLAN tags back behind the kernel's cut; libpcap refuses
// frames longer than the snaplen in the file.
func TestRingHasRoomForTags(t *testing.T) {
	dir := t.TempDir()
	r := newRing(t, pcapfile.RingOptions{Dir: dir,
		Interfaces: []pcapfile.InterfaceInfo{{Name: "eth0", Link: capture.LinkEthernet, Snaplen: 96}}})
	p := numbered(0)
	if _, err := r.Write(&p); err != nil { // 100 bytes
		t.Fatal(err)
	}
	closeRing(t, r)
	got := run(t, "tcpdump", "-nn", "-tt", "-r", r.Files()[0].Path)
	if strings.Count(got, "\n") == 0 {
		t.Error("tcpdump shows nothing")
	}
}

func TestRingAllocatesNothing(t *testing.T) {
	r := newRing(t, pcapfile.RingOptions{Dir: t.TempDir()})
	p := numbered(0)
	if n := testing.AllocsPerRun(10000, func() {
		if _, err := r.Write(&p); err != nil {
			t.Fatal(err)
		}
	}); n != 0 {
		t.Errorf("%v allocations a packet", n)
	}
	closeRing(t, r)
}

// FuzzRing: any packets in, in any size of file, the same packets out, at the
// frame that Write has told.
func FuzzRing(f *testing.F) {
	for _, size := range []uint16{0, 1, 300, 5000} {
		f.Add(size, bytes.Repeat([]byte("0123456789abcdefg\x00\x00\x00"), 30))
	}
	f.Fuzz(func(t *testing.T, size uint16, data []byte) {
		packets := packetsOf(data)
		r := newRing(t, pcapfile.RingOptions{Dir: t.TempDir(), Size: int64(size)})
		var frames []capture.Frame
		for i := range packets {
			at, err := r.Write(&packets[i])
			if err != nil {
				t.Fatal(err)
			}
			frames = append(frames, at)
		}
		closeRing(t, r)
		i := 0
		for _, file := range r.Files() {
			i = readBack(t, file, int64(size), packets, frames, i)
		}
		if i != len(packets) || len(r.Diagnostics()) > 0 {
			t.Errorf("%d of %d packets; %v", i, len(packets), r.Diagnostics())
		}
	})
}

// readBack compares a file with the packets from i on and returns the first
// that is not in it.
func readBack(t *testing.T, file pcapfile.RingFile, size int64, packets []capture.Packet, frames []capture.Frame, i int) int {
	r, err := pcapfile.Open([]string{file.Path}, nil)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	var p capture.Packet
	for ; r.Next(&p) == nil; i++ {
		want := kept(packets[i])
		if at := (capture.Frame{File: file.Number, Number: p.Frame.Number}); !equal(&p, &want) || at != frames[i] {
			t.Fatalf("packet %d in %s is frame %v, Write said %v", i, file.Name, at, frames[i])
		}
	}
	if size > 0 && file.Bytes > size && file.Frames > 1 {
		t.Errorf("%s: %d frames, %d bytes; the limit is %d", file.Name, file.Frames, file.Bytes, size)
	}
	if in := r.Files()[0]; in.Frames != file.Frames || in.Drops > 0 || in.Truncated {
		t.Errorf("%s: %+v, the ring says %+v", file.Name, in, file)
	}
	return i
}
