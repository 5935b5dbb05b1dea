package pcapfile_test

import (
	"io"
	"testing"

	"github.com/gopacket/gopacket/layers"
	"github.com/gopacket/gopacket/pcapgo"

	"rung/capture"
	"rung/capture/pcapfile"
)

// voice is a frame as long as G.711 in RTP is.
func voice() capture.Packet {
	return capture.Packet{Time: 1700000000e9, Link: capture.LinkEthernet, WireLen: 214, Data: make([]byte, 214)}
}

func perPacket(b *testing.B, write func(p *capture.Packet) error) {
	p := voice()
	b.ReportAllocs()
	b.SetBytes(int64(len(p.Data)))
	for b.Loop() {
		p.Time += 4000
		if err := write(&p); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds()/1e6, "Mpackets/s")
}

func BenchmarkWriter(b *testing.B) {
	w, err := pcapfile.NewWriter(io.Discard, nil)
	if err != nil {
		b.Fatal(err)
	}
	if _, err := w.AddInterface(pcapfile.InterfaceInfo{Link: capture.LinkEthernet}); err != nil {
		b.Fatal(err)
	}
	perPacket(b, func(p *capture.Packet) error { return w.Write(p, 0) })
}

// BenchmarkWriterGopacket is what the Writer is measured against.
func BenchmarkWriterGopacket(b *testing.B) {
	w, err := pcapgo.NewNgWriter(io.Discard, layers.LinkTypeEthernet)
	if err != nil {
		b.Fatal(err)
	}
	perPacket(b, func(p *capture.Packet) error { return w.WritePacket(info(*p), p.Data) })
}
