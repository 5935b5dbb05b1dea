package workload

import (
	"encoding/binary"
	"net/netip"
	"time"
)

const (
	ptime       = 20 * time.Millisecond
	frameLength = 160 // samples and bytes of G.711 in 20 ms
	rtpLen      = 12
)

// A stream is one direction of speech.
type stream struct {
	src, dst  netip.AddrPort
	ssrc      uint32
	seq       uint16
	timestamp uint32
	first     bool
	buf       []byte
}

func newStream(g *generator, src, dst netip.AddrPort) *stream {
	return &stream{
		src: src, dst: dst, ssrc: uint32(g.id()), seq: uint16(g.random(1 << 16)),
		timestamp: uint32(g.random(1 << 32)), first: true,
	}
}

// send sends the next packet; one of 300 is lost, one of 1,000 comes late.
func (s *stream) send(g *generator) {
	b := append(s.buf[:0], 0x80, 0) // version 2, PCMU
	if s.first {
		b[1] |= 0x80
		s.first = false
	}
	b = binary.BigEndian.AppendUint16(b, s.seq)
	b = binary.BigEndian.AppendUint32(b, s.timestamp)
	b = binary.BigEndian.AppendUint32(b, s.ssrc)
	for i := uint64(0); i < frameLength/8; i++ {
		b = binary.LittleEndian.AppendUint64(b, mix(uint64(s.timestamp)+i))
	}
	s.buf = b
	s.seq++
	s.timestamp += frameLength
	switch n := g.random(3000); {
	case n < 10:
	case n < 13:
		late := append([]byte(nil), b...)
		src, dst := s.src, s.dst
		g.push(ptime+5*time.Millisecond, once(func(g *generator) { g.udp(src, dst, late) }))
	default:
		g.udp(s.src, s.dst, b)
	}
}

// A talk sends both directions until it has lasted long enough.
type talk struct {
	there, back *stream
	left        int // packets of each direction
	next        time.Duration
	backNow     bool
	then        actor // what follows, may be nil
}

// step sends in one direction, the other is half a packet time later; each
// comes up to 2 ms late.
func (t *talk) step(g *generator) (time.Duration, bool) {
	if t.next == 0 {
		t.next = g.now
	}
	if t.left == 0 || g.closing && !t.backNow {
		if t.then != nil {
			g.push(ptime*2, t.then)
		}
		return 0, false
	}
	if t.backNow {
		t.back.send(g)
		t.left--
	} else {
		t.there.send(g)
	}
	t.backNow = !t.backNow
	t.next += ptime / 2
	late := time.Duration(g.random(2000)) * time.Microsecond
	return max(0, t.next+late-g.now), true
}

// newStreams begins speech between two hosts, for 30 to 90 seconds.
func newStreams(g *generator, n int) actor {
	a := netip.AddrPortFrom(host(1, n%5000), uint16(16384+2*(n%8000)))
	b := netip.AddrPortFrom(host(2, n*7%5000), uint16(16384+2*(n*3%8000)))
	return newTalk(g, a, b, 30, nil)
}

// newTalk makes a talk of seconds to three times as many.
func newTalk(g *generator, a, b netip.AddrPort, seconds int, then actor) *talk {
	packets := seconds * 50
	return &talk{
		there: newStream(g, a, b), back: newStream(g, b, a),
		left: packets + int(g.random(uint64(2*packets))), then: then,
	}
}
