package pcapfile_test

import (
	"bytes"
	"testing"

	"github.com/gopacket/gopacket"
	"github.com/gopacket/gopacket/layers"
	"github.com/gopacket/gopacket/pcapgo"

	"rung/capture"
	"rung/capture/pcapfile"
)

// made is what gopacket's writers are given.
func made() []capture.Packet {
	var out []capture.Packet
	for i := range 1000 {
		data := bytes.Repeat([]byte{byte(i)}, i*7%1500)
		out = append(out, capture.Packet{
			Time:    capture.Time(1700000000e9 + int64(i)*1234567001),
			WireLen: len(data) + i%3,
			Data:    data,
		})
	}
	return out
}

func info(p capture.Packet) gopacket.CaptureInfo {
	return gopacket.CaptureInfo{Timestamp: p.Time.Std(), CaptureLength: len(p.Data), Length: p.WireLen}
}

func TestReadsWhatGopacketWrites(t *testing.T) {
	var micros, nanos, ng bytes.Buffer
	w, wn := pcapgo.NewWriter(&micros), pcapgo.NewWriterNanos(&nanos)
	if err := w.WriteFileHeader(65536, layers.LinkTypeEthernet); err != nil {
		t.Fatal(err)
	}
	if err := wn.WriteFileHeader(65536, layers.LinkTypeEthernet); err != nil {
		t.Fatal(err)
	}
	wng, err := pcapgo.NewNgWriter(&ng, layers.LinkTypeEthernet)
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range made() {
		for _, write := range []func(gopacket.CaptureInfo, []byte) error{w.WritePacket, wn.WritePacket, wng.WritePacket} {
			if err := write(info(p), p.Data); err != nil {
				t.Fatal(err)
			}
		}
	}
	if err := wng.Flush(); err != nil {
		t.Fatal(err)
	}
	same(t, "microseconds", micros.Bytes(), 1000)
	same(t, "nanoseconds", nanos.Bytes(), 1)
	same(t, "pcapng", ng.Bytes(), 1)
}

// same compares what is read with made; times are cut to unit.
func same(t *testing.T, name string, data []byte, unit capture.Time) {
	t.Helper()
	r, err := pcapfile.Open([]string{"-"}, &pcapfile.Options{Stdin: bytes.NewReader(data)})
	if err != nil {
		t.Fatal(err)
	}
	var p capture.Packet
	n := 0
	for ; r.Next(&p) == nil; n++ {
		w := made()[n]
		if p.Time != w.Time/unit*unit || p.WireLen != w.WireLen || !bytes.Equal(p.Data, w.Data) ||
			int(p.Frame.Number) != n+1 || p.Link != capture.LinkEthernet {
			t.Fatalf("%s: frame %d: %v wire %d, %d bytes; want %v, %d, %d", name, n+1,
				p.Time.Std(), p.WireLen, len(p.Data), w.Time.Std(), w.WireLen, len(w.Data))
		}
	}
	if n != len(made()) {
		t.Errorf("%s: %d packets", name, n)
	}
	if d := r.Diagnostics(); len(d) > 0 {
		t.Errorf("%s: %v", name, d)
	}
}
