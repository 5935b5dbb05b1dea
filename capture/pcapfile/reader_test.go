package pcapfile_test

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"rung/capture"
	"rung/capture/pcapfile"
)

// small makes a pcap with one frame per second given; each frame's data is
// name and second.
func small(name string, seconds ...uint32) []byte {
	b := pcapHeader(little, micro, 1)
	for _, s := range seconds {
		data := fmt.Sprint(name, s)
		b = append(b, rec(little, s, 0, len(data), data)...)
	}
	return b
}

func TestFilesAreMergedByTime(t *testing.T) {
	dir := write(t, map[string][]byte{
		"a": small("a", 1, 4, 4, 9),
		"b": small("b", 4, 5),
		"c": small("c"),
		"d": small("d", 0, 4),
	})
	in := func(name string) string { return filepath.Join(dir, name) }
	want(t, story([]string{in("a"), in("b"), in("c"), in("d")}, nil), `
		frame 4:1: if 0 ethernet, 0.000000000, wire 2, "d0"
		frame 1: if 0 ethernet, 1.000000000, wire 2, "a1"
		frame 2: if 0 ethernet, 4.000000000, wire 2, "a4"
		frame 3: if 0 ethernet, 4.000000000, wire 2, "a4"
		frame 2:1: if 0 ethernet, 4.000000000, wire 2, "b4"
		frame 4:2: if 0 ethernet, 4.000000000, wire 2, "d4"
		frame 2:2: if 0 ethernet, 5.000000000, wire 2, "b5"
		frame 4: if 0 ethernet, 9.000000000, wire 2, "a9"
		pcap 4 frames, 8 bytes, [ethernet]
		pcap 2 frames, 4 bytes, [ethernet]
		pcap 0 frames, 0 bytes, []
		pcap 2 frames, 4 bytes, [ethernet]`)
}

func TestAFileKeepsItsOrderWhenItsClockGoesBack(t *testing.T) {
	dir := write(t, map[string][]byte{"a": small("a", 10, 2, 3, 11), "b": small("b", 1, 5, 10, 12)})
	got := story([]string{filepath.Join(dir, "a"), filepath.Join(dir, "b")}, nil)
	var order []string
	for line := range strings.Lines(got) {
		if strings.HasPrefix(line, "frame") {
			order = append(order, strings.Split(line, `"`)[1])
		}
	}
	if s := strings.Join(order, " "); s != "b1 b5 a10 a2 a3 b10 a11 b12" {
		t.Error(s)
	}
}

func TestFolder(t *testing.T) {
	dir := write(t, map[string][]byte{
		"2.pcap":         small("two", 2),
		"1.pcap":         small("one", 3),
		"sub/3.dump":     small("three", 1),
		".hidden.pcap":   small("no", 1),
		".git/4.pcap":    small("no", 1),
		"notes.txt":      []byte("hello\n"),
		"empty.pcap":     {},
		"cut.pcapng":     shb(little)[:9],
		"truth.pcap.bak": []byte("not a promise"),
		"nothing":        {},
	})
	got := story([]string{dir}, nil)
	want(t, strings.ReplaceAll(got, dir+string(filepath.Separator), ""), `
		frame 5:1: if 0 ethernet, 1.000000000, wire 6, "three1"
		frame 2:1: if 0 ethernet, 2.000000000, wire 4, "two2"
		frame 1: if 0 ethernet, 3.000000000, wire 4, "one3"
		pcap 1 frames, 4 bytes, [ethernet]
		pcap 1 frames, 4 bytes, [ethernet]
		unread 0 frames, 0 bytes, []
		unread 0 frames, 0 bytes, []
		pcap 1 frames, 6 bytes, [ethernet]
		not-captures []: 3 files in folders are no captures: notes.txt, nothing, truth.pcap.bak
		error: cut.pcapng: pcapng section header cut: 9 of 28 bytes
		error: empty.pcap: empty file`)
}

func TestWhatCannotBeOpened(t *testing.T) {
	dir := write(t, map[string][]byte{
		"empty":     {},
		"text":      []byte("12:00:01.5 INVITE sip:b@example.com SIP/2.0\n"),
		"letters":   []byte("# https://github.com/someone/something\n- |+\n  SIP/2.0 200 OK\n"),
		"snoop":     []byte("snoop\x00\x00\x00\x00\x00\x00\x02\x00\x00\x00\x04"),
		"erf":       cat([]byte{0, 0, 0, 0, 0x80, 0x11, 0x11, 0x65, 2, 4, 0, 96, 0, 0, 0, 74}, make([]byte, 80)),
		"random":    {1, 2, 3, 4, 5, 6, 0xff, 8},
		"xz":        []byte("\xfd7zXZ\x00\x00"),
		"text.gz":   packed(t, "gzip", []byte("hello")),
		"zip.zst":   packed(t, "zstd", []byte("PK\x03\x04")),
		"twice.gz":  packed(t, "gzip", packed(t, "gzip", small("a", 1))),
		"empty.gz":  packed(t, "gzip", nil),
		"cut.gz":    packed(t, "gzip", small("a", 1))[:7],
		"bad.zst":   cat([]byte{0x28, 0xb5, 0x2f, 0xfd}, []byte(strings.Repeat("\xff", 40))),
		"utf16":     []byte("\xff\xfeh\x00i\x00"),
		"folder/.x": {},
	})
	for name, want := range map[string]string{
		"empty":    "empty file",
		"text":     "not a capture: looks like text",
		"letters":  "not a capture: looks like text", // which could be a record of ERF
		"snoop":    "not a capture: looks like snoop",
		"erf":      "not a capture: looks like ERF",
		"random":   "not a capture (neither pcap nor pcapng)",
		"xz":       "not a capture: looks like xz",
		"text.gz":  "not a capture: looks like gzip of text",
		"zip.zst":  "not a capture: looks like zstd of zip",
		"twice.gz": "not a capture: looks like gzip of gzip",
		"empty.gz": "gzip of an empty file",
		"cut.gz":   "gzip header: unexpected EOF",
		"utf16":    "not a capture: looks like text (UTF-16)",
		"folder":   "folder without captures",
		"missing":  syscallText(t),
	} {
		t.Run(name, func(t *testing.T) {
			path := filepath.Join(dir, name)
			r, err := pcapfile.Open([]string{path}, nil)
			if err == nil {
				t.Fatal("opened")
			}
			if r != nil {
				t.Error("a Reader with an error")
			}
			if got := strings.TrimPrefix(err.Error(), path+": "); got != want {
				t.Errorf("got %q, want %q", got, want)
			}
			var fe *pcapfile.FileError
			if !errors.As(err, &fe) || fe.Name != path {
				t.Errorf("the error does not name the file: %#v", err)
			}
		})
	}
	// Reading fails, not opening: the zstd frame is bad, whatever the words.
	if _, err := pcapfile.Open([]string{filepath.Join(dir, "bad.zst")}, nil); err == nil {
		t.Error("bad.zst opened")
	}
	_, err := pcapfile.Open([]string{filepath.Join(dir, "missing"), filepath.Join(dir, "empty")}, nil)
	if !errors.Is(err, fs.ErrNotExist) || !errors.Is(err, pcapfile.ErrEmpty) {
		t.Errorf("two that can't be opened: %v", err)
	}
	if _, err := pcapfile.Open(nil, nil); err == nil {
		t.Error("nothing opened")
	}
}

// syscallText is how this system says that a file is not there.
func syscallText(t *testing.T) string {
	_, err := os.Stat(filepath.Join(t.TempDir(), "missing"))
	var pe *fs.PathError
	if !errors.As(err, &pe) {
		t.Fatal(err)
	}
	return pe.Err.Error()
}

func TestGoodFilesAreReadThoughOthersFail(t *testing.T) {
	dir := write(t, map[string][]byte{"a": small("a", 1), "text": []byte("hello"), "b": small("b", 2)})
	in := func(name string) string { return filepath.Join(dir, name) }
	got := story([]string{in("a"), in("missing"), in("text"), in("b"), "-"}, nil)
	got = strings.ReplaceAll(got, syscallText(t), "not there")
	want(t, strings.ReplaceAll(got, dir+string(filepath.Separator), ""), `
		frame 1: if 0 ethernet, 1.000000000, wire 2, "a1"
		frame 3:1: if 0 ethernet, 2.000000000, wire 2, "b2"
		pcap 1 frames, 2 bytes, [ethernet]
		unread 0 frames, 0 bytes, []
		pcap 1 frames, 2 bytes, [ethernet]
		unread 0 frames, 0 bytes, []
		error: missing: not there
		error: text: not a capture: looks like text
		error: standard input: there is none here`)
}

func TestTheSameFileIsReadOnce(t *testing.T) {
	dir := write(t, map[string][]byte{"a.pcap": small("a", 1), "b.pcap": small("b", 1)})
	got := story([]string{filepath.Join(dir, "a.pcap"), dir, "-", "-"}, &pcapfile.Options{Stdin: bytes.NewReader(small("-", 2))})
	want(t, strings.ReplaceAll(got, dir+string(filepath.Separator), ""), `
		frame 1: if 0 ethernet, 1.000000000, wire 2, "a1"
		frame 2:1: if 0 ethernet, 1.000000000, wire 2, "b1"
		frame 3:1: if 0 ethernet, 2.000000000, wire 2, "-2"
		pcap 1 frames, 2 bytes, [ethernet]
		pcap 1 frames, 2 bytes, [ethernet]
		pcap 1 frames, 2 bytes, [ethernet]
		same-file []: a.pcap: given before; it is read once
		error: standard input: given twice`)
}

// TestManyFiles has more files than are kept open at once.
func TestManyFiles(t *testing.T) {
	files := make(map[string][]byte)
	for i := range uint32(200) {
		// Each overlaps with the next; some have nothing, some are compressed.
		name := fmt.Sprintf("%03d.pcap", i)
		switch i % 10 {
		case 3:
			files[name] = small(name)
		case 4:
			files[name+".gz"] = packed(t, "gzip", small(name, i*10, i*10+5, i*10+15))
		case 5:
			files[name] = cat(shb(little), idb(little, 1, 0),
				block(little, 4, opt(little, 1, []byte("\x0a\x00\x00\x01n\x00"))),
				block(little, 10, u32s(little, nil, 1, 0)),
				epb(little, 0, uint64(i)*1e7, 4, "pang"), epb(little, 9, 1, 4, "pong"))
		default:
			files[name] = small(name, i*10, i*10+5, i*10+15)
		}
	}
	r, err := pcapfile.Open([]string{write(t, files)}, nil)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	var p capture.Packet
	last, frames := capture.Time(0), 0
	for ; r.Next(&p) == nil; frames++ {
		if p.Index != uint64(frames) {
			t.Fatalf("index %d at %d", p.Index, frames)
		}
		if p.Time < last {
			t.Errorf("file %d frame %d: time goes back", p.Frame.File, p.Frame.Number)
		}
		last = p.Time
	}
	if frames != 160*3+20*2+20*0 {
		t.Errorf("%d frames", frames)
	}
	var sum int64
	for _, f := range r.Files() {
		sum += f.Frames
	}
	if sum != int64(frames) {
		t.Errorf("%d frames in Files, %d read", sum, frames)
	}
	if n := len(r.Names()); n != 20 {
		t.Errorf("%d names", n)
	}
	if n := len(r.Secrets()); n != 20 {
		t.Errorf("%d secrets", n)
	}
	if n := len(r.Diagnostics()); n != 20 {
		t.Errorf("%d diagnostics", n)
	}
	if done, total := r.Progress(); done != total || total == 0 {
		t.Errorf("progress %d of %d", done, total)
	}
}

func TestProgress(t *testing.T) {
	data := small("a", make([]uint32, 100000)...)
	dir := write(t, map[string][]byte{"a": data})
	r, err := pcapfile.Open([]string{filepath.Join(dir, "a")}, nil)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	var p capture.Packet
	last := int64(-1)
	for r.Next(&p) == nil {
		done, total := r.Progress()
		if done < last || done > total || total != int64(len(data)) {
			t.Fatalf("progress %d of %d after %d", done, total, last)
		}
		last = done
	}
	if last != int64(len(data)) {
		t.Errorf("progress ends at %d", last)
	}

	r, err = pcapfile.Open([]string{"-"}, &pcapfile.Options{Stdin: bytes.NewReader(data)})
	if err != nil {
		t.Fatal(err)
	}
	for r.Next(&p) == nil {
	}
	if done, total := r.Progress(); done != int64(len(data)) || total != 0 {
		t.Errorf("standard input: progress %d of %d", done, total)
	}
}

func TestOffsetsLeadToTheBytes(t *testing.T) {
	plain := cat(shb(little), idb(little, 1, 6), epb(little, 0, 1, 4, "abcd"),
		block(little, 3, append(u32s(little, nil, 60), "efghij\x00\x00"...)),
		block(little, 2, append(u32s(little, nil, 0, 0, 7, 4, 60), "klmn"...)))
	dir := write(t, map[string][]byte{"ng": plain, "pcap": small("a", 1, 2), "gz": packed(t, "gzip", plain)})
	for _, name := range []string{"ng", "pcap"} {
		path := filepath.Join(dir, name)
		data, _ := os.ReadFile(path)
		r, err := pcapfile.Open([]string{path}, nil)
		if err != nil {
			t.Fatal(err)
		}
		if p := r.Paths(); len(p) != 1 || p[0] != path {
			t.Errorf("%s: path %q", name, p)
		}
		var p capture.Packet
		for r.Next(&p) == nil {
			if !bytes.Equal(data[p.Offset:][:len(p.Data)], p.Data) {
				t.Errorf("%s: frame %v is not at %d", name, p.Frame, p.Offset)
			}
		}
		r.Close()
	}
	r, err := pcapfile.Open([]string{filepath.Join(dir, "gz")}, nil)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	var p capture.Packet
	for r.Next(&p) == nil {
		if p.Offset != -1 {
			t.Errorf("compressed: offset %d", p.Offset)
		}
	}
	if r.Paths()[0] != "" {
		t.Errorf("compressed: path %q", r.Paths()[0])
	}
}

// failing is a reader that fails after some bytes.
type failing struct {
	io.Reader
}

var errDisk = errors.New("the disk is on fire")

func (f failing) Read(b []byte) (int, error) {
	n, err := f.Reader.Read(b)
	if err == io.EOF {
		err = errDisk
	}
	return n, err
}

func TestReadErrorKeepsWhatCameBefore(t *testing.T) {
	data := small("a", 1, 2, 3)
	got := story([]string{"-"}, &pcapfile.Options{Stdin: failing{bytes.NewReader(data[:len(data)-1])}})
	want(t, got, `
		frame 1: if 0 ethernet, 1.000000000, wire 2, "a1"
		frame 2: if 0 ethernet, 2.000000000, wire 2, "a2"
		pcap 2 frames, 4 bytes, [ethernet]
		read-error! []: reading failed at byte 77, after frame 2: the disk is on fire
		error: standard input: the disk is on fire`)
}

func TestALivePipeIsNotHeldBack(t *testing.T) {
	in, out := io.Pipe()
	defer in.Close()
	sent := make(chan []byte)
	go func() {
		for b := range sent {
			out.Write(b)
		}
	}()
	sent <- pcapHeader(little, micro, 1)
	r, err := pcapfile.Open([]string{"-"}, &pcapfile.Options{Stdin: in})
	if err != nil {
		t.Fatal(err)
	}
	var p capture.Packet
	for i := range uint32(3) {
		sent <- rec(little, i, 0, 4, "abcd") // and nothing behind it yet
		if err := r.Next(&p); err != nil || p.Frame.Number != int32(i+1) {
			t.Fatalf("frame %v, %v", p.Frame, err)
		}
	}
	close(sent)
}
