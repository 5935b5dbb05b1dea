package pcapfile_test

import (
	"bytes"
	"fmt"
	"maps"
	"path/filepath"
	"slices"
	"testing"

	"rung/capture"
	"rung/capture/pcapfile"
)

// speech makes a file of n frames as long as G.711 in RTP is.
func speech(n int, ng bool) []byte {
	data := string(make([]byte, 214))
	b := pcapHeader(little, micro, 1)
	if ng {
		b = cat(shb(little), idb(little, 1, 0))
	}
	for i := range n {
		if ng {
			b = append(b, epb(little, 0, uint64(1700000000e6)+uint64(i)*100, 214, data)...)
		} else {
			b = append(b, rec(little, 1700000000, uint32(i), 214, data)...)
		}
	}
	return b
}

func benchmark(b *testing.B, files map[string][]byte) {
	dir := write(b, files)
	var names []string
	size := 0
	for name, data := range files {
		names = append(names, filepath.Join(dir, name))
		size += len(data)
	}
	b.SetBytes(int64(size))
	b.ReportAllocs()
	frames := 0
	for b.Loop() {
		r, err := pcapfile.Open(names, nil)
		if err != nil {
			b.Fatal(err)
		}
		var p capture.Packet
		for r.Next(&p) == nil {
			frames++
		}
		r.Close()
	}
	b.ReportMetric(float64(frames)/b.Elapsed().Seconds()/1e6, "Mpackets/s")
}

func BenchmarkPcap(b *testing.B) {
	benchmark(b, map[string][]byte{"a": speech(200000, false)})
}

func BenchmarkPcapng(b *testing.B) {
	benchmark(b, map[string][]byte{"a": speech(200000, true)})
}

func BenchmarkMerge4(b *testing.B) {
	data := speech(50000, false)
	benchmark(b, map[string][]byte{"a": data, "b": data, "c": data, "d": data})
}

func BenchmarkGzip(b *testing.B) {
	benchmark(b, map[string][]byte{"a": packed(b, "gzip", noise(50000))})
}

// hostile makes files whose every record or second record lies: reading them
// must cost no more a byte as they grow.
func hostile(n int) map[string][]byte {
	head := cat(shb(little), idb(little, 1, 0))
	packet := epb(little, 0, 7, 60, "abcd")
	tiny := set(little, block(little, 77, nil), 8, 99)
	good := rec(little, 1700000000, 0, 60, "abcd")
	bad := func(caplen uint32) []byte { return set(little, good, 8, caplen) }
	return map[string][]byte{
		"pcap, every fourth length":  append(pcapHeader(little, micro, 1), bytes.Repeat(cat(good, good, good, bad(0xffffffff)), n)...),
		"pcap, large lengths":        append(pcapHeader(little, micro, 1), bytes.Repeat(cat(good, good, good, bad(900<<10)), n)...),
		"pcap, no chains":            append(pcapHeader(little, micro, 1), bytes.Repeat(bad(100), 2*n)...),
		"pcapng, trailers":           append(head, bytes.Repeat(tiny, 3*n)...),
		"pcapng, every other length": append(bytes.Clone(head), bytes.Repeat(cat(packet, set(little, packet, 4, 1<<31)), n)...),
		"pcapng, large lengths":      append(bytes.Clone(head), bytes.Repeat(cat(packet, set(little, packet, 4, 1<<20)), n)...),
	}
}

func BenchmarkHostile(b *testing.B) {
	for _, n := range []int{10000, 100000} {
		files := hostile(n)
		for _, name := range slices.Sorted(maps.Keys(files)) {
			b.Run(fmt.Sprintf("%s/%d", name, n), func(b *testing.B) {
				benchmark(b, map[string][]byte{"a": files[name]})
			})
		}
	}
}

// BenchmarkNext is one packet; it must not allocate.
func BenchmarkNext(b *testing.B) {
	dir := write(b, map[string][]byte{"a": speech(400000, true)})
	open := func() *pcapfile.Reader {
		r, err := pcapfile.Open([]string{filepath.Join(dir, "a")}, nil)
		if err != nil {
			b.Fatal(err)
		}
		return r
	}
	r := open()
	var p capture.Packet
	b.SetBytes(248)
	b.ReportAllocs()
	for b.Loop() {
		if r.Next(&p) != nil {
			r.Close()
			r = open()
		}
	}
}

func TestNextDoesNotAllocate(t *testing.T) {
	dir := write(t, map[string][]byte{"a": speech(20000, true), "b": speech(20000, false)})
	for _, names := range [][]string{{"a"}, {"b"}, {"a", "b"}} {
		var paths []string
		for _, n := range names {
			paths = append(paths, filepath.Join(dir, n))
		}
		r, err := pcapfile.Open(paths, nil)
		if err != nil {
			t.Fatal(err)
		}
		var p capture.Packet
		r.Next(&p)
		if n := testing.AllocsPerRun(10000, func() { r.Next(&p) }); n > 0 {
			t.Errorf("%v: %v allocations a packet", names, n)
		}
		r.Close()
	}
}
