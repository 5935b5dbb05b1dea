package reassemble

import (
	"net/netip"
	"testing"

	"rung/capture"
	"rung/capture/wire"
)

func BenchmarkDedup(b *testing.B) {
	d := NewDedup(DedupOptions{})
	g := wire.Datagram{Path: testPath, Payload: make([]byte, 172), PayloadLen: 172}
	b.ReportAllocs()
	b.SetBytes(172)
	for i := uint64(0); b.Loop(); i++ {
		g.IPID = uint32(i)
		g.LinkSum = i
		d.Seen(&capture.Packet{Index: i, Time: capture.Time(i * 2000)}, &g) // 500,000 packets a second
	}
}

func BenchmarkTCPInOrder(b *testing.B) {
	tcp := NewTCP(Limits{}, func(*Conn, int, *capture.Segment) {})
	g := wire.Datagram{Path: testPath, Payload: make([]byte, 500), PayloadLen: 500}
	g.TCP.Flags = ACK
	b.ReportAllocs()
	b.SetBytes(500)
	for i := uint64(0); b.Loop(); i++ {
		p := capture.Packet{Index: i, Time: capture.Time(i)}
		tcp.Feed(capture.Order{Index: i}, &p, &g, nil)
		g.TCP.Seq += 500
	}
}

func BenchmarkTCPEverySecondPairSwapped(b *testing.B) {
	tcp := NewTCP(Limits{}, func(*Conn, int, *capture.Segment) {})
	g := wire.Datagram{Path: testPath, Payload: make([]byte, 500), PayloadLen: 500}
	b.ReportAllocs()
	b.SetBytes(500)
	for i := uint64(0); b.Loop(); i++ {
		p := capture.Packet{Index: i, Time: capture.Time(i)}
		g.TCP.Seq = uint32(i^1) * 500
		tcp.Feed(capture.Order{Index: i}, &p, &g, nil)
	}
}

// All segments of a megabyte come in reverse, the worst case for the list.
func BenchmarkTCPReverse(b *testing.B) {
	b.ReportAllocs()
	b.SetBytes(1000 * 1000)
	for b.Loop() {
		tcp := NewTCP(Limits{}, func(*Conn, int, *capture.Segment) {})
		g := wire.Datagram{Path: testPath, Payload: make([]byte, 1000), PayloadLen: 1000}
		g.TCP = wire.TCPHeader{Flags: SYN, Seq: 999}
		g.PayloadLen = 0
		tcp.Feed(capture.Order{}, &capture.Packet{}, &g, nil)
		g.PayloadLen = 1000
		g.TCP.Flags = ACK
		for i := range uint64(1000) {
			g.TCP.Seq = uint32(1000 + (999-i)*1000)
			tcp.Feed(capture.Order{Index: i + 1}, &capture.Packet{Index: i + 1}, &g, nil)
		}
	}
}

func BenchmarkTCPNewConnections(b *testing.B) {
	tcp := NewTCP(Limits{}, func(*Conn, int, *capture.Segment) {})
	g := wire.Datagram{Path: testPath}
	g.TCP.Flags = SYN
	b.ReportAllocs()
	for i := uint64(0); b.Loop(); i++ {
		ip := [4]byte{10, byte(i >> 24), byte(i >> 16), byte(i >> 8)}
		g.Path.Src = netip.AddrPortFrom(netip.AddrFrom4(ip), uint16(i&0xFF))
		now := capture.Time(i * 1e6)
		tcp.Advance(now)
		tcp.Feed(capture.Order{Index: i}, &capture.Packet{Index: i, Time: now}, &g, nil)
	}
}

func TestBytesInOrderDoNotAllocate(t *testing.T) {
	tcp := NewTCP(Limits{}, func(*Conn, int, *capture.Segment) {})
	d := NewDedup(DedupOptions{})
	g := wire.Datagram{Path: testPath, Payload: make([]byte, 500), PayloadLen: 500}
	i := uint64(0)
	p := capture.Packet{}
	step := func() {
		i++
		p.Index, p.Time = i, capture.Time(i*1e6)
		d.Seen(&p, &g)
		tcp.Feed(capture.Order{Index: i}, &p, &g, nil)
		g.TCP.Seq += 500
	}
	step()
	if n := testing.AllocsPerRun(1000, step); n != 0 {
		t.Errorf("%v allocations", n)
	}
}
