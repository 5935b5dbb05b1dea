package pcapfile_test

import (
	"bytes"
	"io"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zstd"

	"rung/capture"
	"rung/capture/pcapfile"
)

// packed compresses data.
func packed(t testing.TB, how string, data []byte) []byte {
	t.Helper()
	var b bytes.Buffer
	var w io.WriteCloser
	switch how {
	case "gzip":
		w = gzip.NewWriter(&b)
	case "zstd":
		z, err := zstd.NewWriter(&b)
		if err != nil {
			t.Fatal(err)
		}
		w = z
	}
	if _, err := w.Write(data); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestCompressed(t *testing.T) {
	plain := cat(shb(little), idb(little, 1, 0), epb(little, 0, 7, 60, "abcd"), epb(little, 0, 8, 3, "xyz"))
	for _, how := range []string{"gzip", "zstd"} {
		want(t, told(packed(t, how, plain)), `
			frame 1: if 0 ethernet, 0.000007000, wire 60, "abcd"
			frame 2: if 0 ethernet, 0.000008000, wire 3, "xyz"
			pcapng+`+how+` 2 frames, 7 bytes, [ethernet]`)
	}
}

func TestSeveralMembersOneAfterAnother(t *testing.T) {
	a, b := small("a", 1), rec(little, 2, 0, 2, "a2")
	for _, how := range []string{"gzip", "zstd"} {
		want(t, told(cat(packed(t, how, a), packed(t, how, b))), `
			frame 1: if 0 ethernet, 1.000000000, wire 2, "a1"
			frame 2: if 0 ethernet, 2.000000000, wire 2, "a2"
			pcap+`+how+` 2 frames, 4 bytes, [ethernet]`)
	}
}

// noise makes n frames that don't compress well.
func noise(n int) []byte {
	b := pcapHeader(little, micro, 1)
	x := uint32(1)
	for i := range n {
		data := make([]byte, 200)
		for j := range data {
			x = x*1664525 + 1013904223
			data[j] = byte(x >> 24)
		}
		b = append(b, rec(little, uint32(1000+i), 0, 200, string(data))...)
	}
	return b
}

func TestCompressedAndCut(t *testing.T) {
	data := noise(5000)
	for _, how := range []string{"gzip", "zstd"} {
		z := packed(t, how, data)
		got := told(z[:len(z)*2/3])
		frames := strings.Count(got, "\nframe") + 1
		if frames < 2500 || frames > 3400 {
			t.Errorf("%s: %d frames of the first two thirds", how, frames)
		}
		if !strings.Contains(got, "truncated") || !strings.Contains(got, "cut-file!") {
			t.Errorf("%s: not told that it is cut:\n%s", how, got[strings.LastIndex(got, "\npcap"):])
		}
	}
}

func TestCompressedAndDamaged(t *testing.T) {
	data := noise(5000)
	z := packed(t, "gzip", data)
	for i := range 300 {
		z[len(z)*2/3+i] ^= 0x55
	}
	got := told(z)
	if !strings.Contains(got, "!") || strings.Count(got, "\nframe") < 2500 {
		t.Errorf("damage not told, or frames lost:\n%s", got[strings.LastIndex(got, "\npcap"):])
	}
	// The checksum at the end is wrong: all frames, and a word.
	z = packed(t, "gzip", data)
	z[len(z)-6] ^= 1
	got = told(z)
	if !strings.Contains(got, "bad-compression!") || strings.Count(got, "\nframe")+1 != 5000 {
		t.Errorf("wrong checksum:\n%s", got[strings.LastIndex(got, "\npcap"):])
	}
	// Something else behind it.
	got = told(cat(packed(t, "gzip", data), []byte("trailing garbage")))
	if !strings.Contains(got, "bad-compression!") || strings.Count(got, "\nframe")+1 != 5000 {
		t.Errorf("trailing garbage:\n%s", got[strings.LastIndex(got, "\npcap"):])
	}
}

func TestExpansionCap(t *testing.T) {
	data := noise(100)
	for _, how := range []string{"gzip", "zstd"} {
		opt := &pcapfile.Options{Stdin: bytes.NewReader(packed(t, how, data)), MaxExpanded: 24 + 216*10 + 5}
		got := story([]string{"-"}, opt)
		if n := strings.Count(got, "\nframe") + 1; n != 10 {
			t.Errorf("%s: %d frames", how, n)
		}
		if !strings.HasSuffix(got, "limit-expansion []: expands to more than 2189 bytes: the rest, after frame 10, is not read\n") {
			t.Errorf("%s: got\n%s", how, got[strings.LastIndex(got, "\npcap"):])
		}
		opt = &pcapfile.Options{Stdin: bytes.NewReader(packed(t, how, data)), MaxExpanded: int64(len(data)) + 1}
		if got := story([]string{"-"}, opt); strings.Contains(got, "limit") {
			t.Errorf("%s: a cap that is not reached: %s", how, got)
		}
	}
}

// bomb repeats one record, which compresses to almost nothing.
func bomb(t testing.TB, how string, size int) []byte {
	var b bytes.Buffer
	var w io.WriteCloser = gzip.NewWriter(&b)
	if how == "zstd" {
		w, _ = zstd.NewWriter(&b)
	}
	one := bytes.Repeat(rec(little, 7, 0, 2, "ab"), 50000)
	w.Write(pcapHeader(little, micro, 1))
	for n := 0; n < size; n += len(one) {
		w.Write(one)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestBomb(t *testing.T) {
	if testing.Short() {
		t.Skip("expands 512 MiB twice")
	}
	for _, how := range []string{"gzip", "zstd"} {
		dir := write(t, map[string][]byte{"bomb": bomb(t, how, 700<<20)})
		var before, after runtime.MemStats
		runtime.GC()
		runtime.ReadMemStats(&before)
		r, err := pcapfile.Open([]string{filepath.Join(dir, "bomb")}, nil)
		if err != nil {
			t.Fatal(err)
		}
		var p capture.Packet
		for r.Next(&p) == nil {
		}
		runtime.ReadMemStats(&after)
		if used := after.TotalAlloc - before.TotalAlloc; used > 64<<20 {
			t.Errorf("%s: %d bytes allocated", how, used)
		}
		d := r.Diagnostics()
		if len(d) != 1 || d[0].Code != "limit-expansion" {
			t.Errorf("%s: diagnostics %v", how, d)
		}
		r.Close()
	}
}
