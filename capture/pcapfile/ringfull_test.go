package pcapfile

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"rung/capture"
)

// tightDisk has room for so many bytes at a time; removed files give theirs
// back, as on a disk.
type tightDisk struct {
	osDisk
	room      int64
	used      map[string]int64
	noRemoval error
}

type tightFile struct {
	diskFile
	disk *tightDisk
	path string
}

func (d *tightDisk) create(path string) (diskFile, fs.FileInfo, error) {
	if d.room <= 0 {
		return nil, nil, &fs.PathError{Op: "open", Path: path, Err: syscall.ENOSPC}
	}
	f, info, err := d.osDisk.create(path)
	return &tightFile{f, d, path}, info, err
}

func (d *tightDisk) remove(path string, info fs.FileInfo) error {
	if d.noRemoval != nil {
		return d.noRemoval
	}
	d.room += d.used[path]
	return d.osDisk.remove(path, info)
}

func (f *tightFile) Write(b []byte) (int, error) {
	n, err := f.diskFile.Write(b[:min(int64(len(b)), max(0, f.disk.room))])
	f.disk.room -= int64(n)
	f.disk.used[f.path] += int64(n)
	if err == nil && n < len(b) {
		err = &fs.PathError{Op: "write", Path: f.path, Err: syscall.ENOSPC}
	}
	return n, err
}

func speech(i int) capture.Packet {
	return capture.Packet{Link: capture.LinkEthernet, Time: capture.Time(1795391999e9 + i), WireLen: 214,
		Data: fmt.Appendf(nil, "packet %d%200s", i, "")}
}

// frames reads a folder and checks that nothing is wrong with its files.
func frames(t *testing.T, dir string) (n int, first, last capture.Time) {
	t.Helper()
	r, err := Open([]string{dir}, nil)
	if err != nil {
		if errors.Is(err, ErrNoCaptures) {
			return 0, 0, 0
		}
		t.Fatal(err)
	}
	defer r.Close()
	var p capture.Packet
	for ; r.Next(&p) == nil; n++ {
		if n == 0 {
			first = p.Time
		}
		last = p.Time
	}
	if d := r.Diagnostics(); len(d) > 0 {
		t.Errorf("diagnostics %v", d)
	}
	return n, first, last
}

// A disk of any size, full in the middle of any block: the error comes once,
// what is there is whole, and the ring knows what is there.
func TestRingFullDisk(t *testing.T) {
	for room := int64(0); room < 5000; room += 37 {
		dir := t.TempDir()
		r, err := newRing(&RingOptions{Dir: dir, Size: 2000, Interfaces: []InterfaceInfo{{Link: capture.LinkEthernet}}},
			&tightDisk{room: room, used: make(map[string]int64)})
		if err != nil {
			t.Fatal(err)
		}
		var errs []error
		got := 0
		for i := range 60 {
			p := speech(i)
			f, err := r.Write(&p)
			if err != nil {
				errs = append(errs, err)
			}
			if f != (capture.Frame{}) {
				got++
			}
			if i%3 == 0 {
				if err := r.Flush(); err != nil {
					errs = append(errs, err)
				}
			}
		}
		if err := r.Close(); err != nil {
			t.Errorf("room %d: Close tells it again: %v", room, err)
		}
		if len(errs) != 1 || !errors.Is(errs[0], syscall.ENOSPC) || r.Err() != errs[0] ||
			!strings.Contains(errs[0].Error(), "rung-0000") {
			t.Fatalf("room %d: errors %v; Err %v", room, errs, r.Err())
		}
		// What is left is too small for one more packet and its file.
		if left := room - wantOnDisk(t, r, dir, got); left > 400 {
			t.Errorf("room %d: %d bytes are not used", room, left)
		}
		if d := r.Diagnostics(); len(d) != 1 || d[0].Code != codeRingStopped || !strings.Contains(d[0].Text, "no space") {
			t.Errorf("room %d: diagnostics %v", room, d)
		}
	}
}

// wantOnDisk compares a folder with what the ring says of it; got packets have
// been given a frame. It returns the bytes there.
func wantOnDisk(t *testing.T, r *Ring, dir string, got int) (bytes int64) {
	t.Helper()
	n, _, last := frames(t, dir)
	var told int64
	var end capture.Time
	for _, f := range r.Files() {
		if f.Removed {
			continue
		}
		if f.Frames == 0 {
			t.Errorf("%s is left without a packet", f.Name)
		}
		told += f.Frames
		bytes += f.Bytes
		end = max(end, f.Last)
		if st, err := os.Stat(f.Path); err != nil || st.Size() != f.Bytes {
			t.Errorf("%s: the ring says %d bytes; %v", f.Name, f.Bytes, err)
		}
	}
	if int64(n) != told || got != n+int(r.Lost()) || last != end {
		t.Errorf("%d packets on the disk; the ring says %d and %d lost of %d; the last at %d, the ring says %d",
			n, told, r.Lost(), got, last, end)
	}
	return bytes
}

// Where the oldest goes first, a disk with room for Count files is enough.
func TestRingRemovesBeforeItMakes(t *testing.T) {
	dir := t.TempDir()
	r, err := newRing(&RingOptions{Dir: dir, Size: 2000, Count: 2}, &tightDisk{room: 4000, used: make(map[string]int64)})
	if err != nil {
		t.Fatal(err)
	}
	for i := range 200 {
		p := speech(i)
		if _, err := r.Write(&p); err != nil {
			t.Fatalf("packet %d: %v", i, err)
		}
	}
	if err := r.Close(); err != nil {
		t.Fatal(err)
	}
	if n, first, last := frames(t, dir); n < 10 || last != speech(199).Time || first != last-capture.Time(n-1) {
		t.Errorf("%d packets from %d to %d", n, first, last)
	}
}

func TestRingTellsWhatItCantRemove(t *testing.T) {
	r, err := newRing(&RingOptions{Dir: t.TempDir(), Size: 1, Count: 1},
		&tightDisk{room: 1 << 20, used: make(map[string]int64), noRemoval: fs.ErrPermission})
	if err != nil {
		t.Fatal(err)
	}
	for i := range 5 {
		p := speech(i)
		if _, err := r.Write(&p); err != nil {
			t.Fatal(err)
		}
	}
	d := r.Diagnostics()
	if len(d) != 1 || d[0].Code != codeRingRemove || !strings.Contains(d[0].Text, "4 old files") ||
		!strings.Contains(d[0].Text, "rung-00001-") {
		t.Errorf("%v", d)
	}
}

// deviceDisk writes to one device whatever the name.
type deviceDisk struct {
	osDisk
	path string
}

func (d deviceDisk) create(string) (diskFile, fs.FileInfo, error) {
	f, err := os.OpenFile(d.path, os.O_WRONLY, 0)
	return f, nil, err
}

func (deviceDisk) remove(string, fs.FileInfo) error { return nil }

func TestRingOnAFullDevice(t *testing.T) {
	const full = "/dev/full"
	if _, err := os.Stat(full); err != nil {
		t.Skip("there is no " + full)
	}
	r, err := newRing(&RingOptions{Dir: t.TempDir()}, deviceDisk{path: full})
	if err != nil {
		t.Fatal(err)
	}
	p := speech(0)
	if _, err := r.Write(&p); err != nil {
		t.Fatalf("before anything is written: %v", err)
	}
	if err := r.Flush(); !errors.Is(err, syscall.ENOSPC) {
		t.Errorf("Flush: %v", err)
	}
	for range 3 {
		if f, err := r.Write(&p); err != nil || f != (capture.Frame{}) {
			t.Errorf("after it: %v, %v", f, err)
		}
	}
	if r.Err() == nil || r.Lost() != 1 {
		t.Errorf("Err %v, %d lost", r.Err(), r.Lost())
	}
}

// nowhere keeps nothing.
type nowhere struct{}

func (nowhere) prepare(string, string) (int, error)          { return 0, nil }
func (nowhere) create(string) (diskFile, fs.FileInfo, error) { return nowhere{}, nowhere{}, nil }
func (nowhere) remove(string, fs.FileInfo) error             { return nil }
func (nowhere) Write(b []byte) (int, error)                  { return len(b), nil }
func (nowhere) Truncate(int64) error                         { return nil }
func (nowhere) Close() error                                 { return nil }
func (nowhere) Name() string                                 { return "" }
func (nowhere) Size() int64                                  { return 0 }
func (nowhere) Mode() fs.FileMode                            { return 0 }
func (nowhere) ModTime() time.Time                           { return time.Time{} }
func (nowhere) IsDir() bool                                  { return false }
func (nowhere) Sys() any                                     { return nil }

func TestRingForgetsOldFiles(t *testing.T) {
	r, err := newRing(&RingOptions{Dir: "x", Size: 1, Count: 3}, nowhere{})
	if err != nil {
		t.Fatal(err)
	}
	const total = 5*ringGone + 17
	most := 0
	for i := range total {
		p := speech(i)
		f, err := r.Write(&p)
		if err != nil || f.File != int32(i) || f.Number != 1 {
			t.Fatalf("packet %d: %v, %v", i, f, err)
		}
		most = max(most, len(r.files))
	}
	if most > 2*ringGone+3 {
		t.Errorf("%d files are remembered", most)
	}
	files := r.Files()
	if known, kept, begun := r.Span(); known != files[0].Number || kept != total-3 || begun != total {
		t.Errorf("files %d, from %d on there, to %d", known, kept, begun)
	}
	if len(files) < ringGone+3 || files[len(files)-1].Number != total-1 {
		t.Fatalf("%d files, the last %+v", len(files), files[len(files)-1])
	}
	for i, f := range files {
		if f.Number != files[0].Number+int32(i) || f.Removed != (i < len(files)-3) {
			t.Fatalf("file %d: %+v", i, f)
		}
	}
	if _, ok := r.File(files[0].Number - 1); ok {
		t.Error("a forgotten file is found")
	}
	if f, ok := r.File(files[0].Number); !ok || f != files[0] {
		t.Errorf("the oldest known: %+v, %v", f, ok)
	}
	d := r.Diagnostics()
	if len(d) != 1 || d[0].Code != codeRingFiles || !strings.Contains(d[0].Text, fmt.Sprint("the first ", files[0].Number, " ")) {
		t.Errorf("%v", d)
	}
}

func TestRingRefusesInterfacesWithoutEnd(t *testing.T) {
	r, err := newRing(&RingOptions{Dir: "x"}, nowhere{})
	if err != nil {
		t.Fatal(err)
	}
	for i := range maxInterfaces + 3 {
		p := speech(i)
		p.Interface = int32(i)
		f, err := r.Write(&p)
		switch want := i >= maxInterfaces; {
		case want != (f == capture.Frame{}):
			t.Fatalf("interface %d: %v", i, f)
		case (err != nil) != (i == maxInterfaces):
			t.Fatalf("interface %d: %v", i, err)
		}
	}
	p := speech(7)
	p.Interface = 3
	if f, err := r.Write(&p); err != nil || int(f.Number) != maxInterfaces+1 {
		t.Errorf("the recording goes on: %v, %v", f, err)
	}
	d := r.Diagnostics()
	if len(d) != 1 || d[0].Code != codeLimitIfaces || !strings.Contains(d[0].Text, "3 packets") {
		t.Errorf("%v", d)
	}
}

func TestRingNamesSort(t *testing.T) {
	numbers := []int{1, 9, 10, 99999, 100000, 999999, 1000000, 9999999, 10000000, 99999999, 100000000, 999999999, maxRingNumber}
	var names []string
	for i, n := range numbers {
		// Clocks may go back: the number decides.
		name := ringName("rung", n, capture.Time(int64(len(numbers)-i)*1e18))
		names = append(names, name)
		if got := ringNumber("rung", name); got != n {
			t.Errorf("%s: number %d, want %d", name, got, n)
		}
		if filepath.Ext(name) != ".pcapng" {
			t.Error(name)
		}
	}
	if !slices.IsSorted(names) {
		t.Errorf("not in order:\n%s", strings.Join(names, "\n"))
	}
}

func TestRingNumberIgnoresOtherNames(t *testing.T) {
	for _, name := range []string{"", "rung", "rung-", "rung-00001", "rung-00001.pcapng", "rung-00001-x.pcap",
		"rung--1-x.pcapng", "rung-x-1.pcapng", "span-00001-x.pcapng", "rung-99999999999-x.pcapng", "rung-1073741825-x.pcapng"} {
		if n := ringNumber("rung", name); n != 0 {
			t.Errorf("%q is number %d", name, n)
		}
	}
}
