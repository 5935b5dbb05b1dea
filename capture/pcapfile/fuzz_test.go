package pcapfile_test

import (
	"bytes"
	"io"
	"strings"
	"testing"
	"testing/iotest"

	"rung/capture"
	"rung/capture/pcapfile"
)

// fullStory is a story with whole data, so that nothing hides behind "…".
func fullStory(src io.Reader) string {
	r, err := pcapfile.Open([]string{"-"}, &pcapfile.Options{Stdin: src, MaxExpanded: 8 << 20})
	if err != nil {
		return "error: " + err.Error()
	}
	defer r.Close()
	var b strings.Builder
	var p capture.Packet
	for r.Next(&p) == nil {
		b.WriteString(p.Frame.String())
		b.WriteString(p.Time.Std().String())
		b.Write(p.Data)
	}
	tell(&b, r)
	return b.String()
}

// FuzzReader: no panic, no packet that breaks its promises, no more bytes out
// than went in, and the same whether the input comes at once or byte by byte.
func FuzzReader(f *testing.F) {
	for _, o := range []order{little, big} {
		f.Add(cat(pcapHeader(o, micro, 1), rec(o, 7, 0, 60, "abcd"), rec(o, 8, 0, 4, "efgh")))
		f.Add(cat(pcapHeader(o, nano, 12), set(o, rec(o, 7, 0, 60, "abcd"), 8, 999999), rec(o, 8, 0, 4, "efgh"), rec(o, 8, 0, 4, "efgh")))
		f.Add(cat(pcapHeader(o, modified, 1), rec(o, 7, 0, 60, "abcdabcdabcd"), pcapHeader(o, micro, 1)))
		f.Add(cat(shb(o), idb(o, 1, 0, opt(o, 9, []byte{0x8a}), opt64(o, 14, 5)), epb(o, 0, 7, 60, "abcd", opt(o, 1, []byte("hi"))),
			block(o, 3, []byte("\x04\x00\x00\x00abcd")), block(o, 2, make([]byte, 24)), isb(o, 0, opt64(o, 5, 3)),
			block(o, 4, opt(o, 1, []byte("\x0a\x00\x00\x01n\x00"))), block(o, 10, u32s(o, nil, 1, 0))))
		f.Add(cat(shb(o), idb(o, 1, 0), set(o, epb(o, 0, 7, 60, "abcd"), 4, 9999), epb(o, 0, 7, 60, "abcd"), shb(o), idb(o, 1, 0)))
		f.Add(cat(shb(o), idb(o, 1, 0), set(o, epb(o, 0, 7, 60, "abcd"), 4, 72), epb(o, 0, 7, 60, "abcd"), epb(o, 0, 7, 60, "abcd")))
	}
	f.Add(packed(f, "gzip", small("a", 1, 2, 3)))
	f.Add(packed(f, "zstd", small("a", 1, 2, 3)))
	f.Add([]byte("hello"))
	f.Fuzz(func(t *testing.T, data []byte) {
		check(t, data)
		whole := fullStory(bytes.NewReader(data))
		if slow := fullStory(iotest.OneByteReader(bytes.NewReader(data))); slow != whole {
			t.Errorf("byte by byte:\n%q\nat once:\n%q", slow, whole)
		}
		if again := fullStory(iotest.DataErrReader(bytes.NewReader(data))); again != whole {
			t.Errorf("with the end told early:\n%q\nelse:\n%q", again, whole)
		}
	})
}

func check(t *testing.T, data []byte) {
	r, err := pcapfile.Open([]string{"-"}, &pcapfile.Options{Stdin: bytes.NewReader(data), MaxExpanded: 8 << 20})
	if err != nil {
		return
	}
	var p capture.Packet
	var frames, size int64
	var last int32
	for ; ; frames++ {
		if err := r.Next(&p); err != nil {
			if err != io.EOF {
				t.Errorf("Next: %v", err)
			}
			break
		}
		size += int64(len(p.Data))
		if p.WireLen < len(p.Data) || len(p.Data) > 256<<10 || p.Offset != -1 ||
			p.Index != uint64(frames) || int64(p.Frame.Number) < frames+1 || p.Frame.Number <= last {
			t.Fatalf("impossible packet: %+v", p)
		}
		last = p.Frame.Number
	}
	in := r.Files()[0]
	packed := strings.Contains(in.Format, "+")
	if in.Frames != frames || in.Bytes != size || !packed && size > int64(len(data)) {
		t.Errorf("%d frames with %d bytes of %d; FileInfo %+v", frames, size, len(data), in)
	}
	if frames > 0 && in.First > in.Last {
		t.Errorf("first %v after last %v", in.First, in.Last)
	}
	if n := len(r.Diagnostics()); n > 200 {
		t.Errorf("%d diagnostics", n)
	}
}
