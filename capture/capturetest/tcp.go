package capturetest

import (
	"net/netip"
	"slices"
	"time"

	"rung/capture"
	"rung/capture/wire"
)

// A conn is what two ends of a TCP connection have sent so far.
type conn struct {
	next map[netip.AddrPort]uint32 // next sequence number of each end
	sent map[netip.AddrPort]segment
	fins int
	over bool
}

type segment struct {
	seq   uint32
	flags uint8
	data  []byte
}

// firstISN is the client's first initial sequence number; each connection
// takes the next million. It is near the wrap, so that tests meet it.
const firstISN = 0xFFFFFF00

func (b *builder) tcp(e *entry) error {
	key, _ := capture.Path{Transport: capture.TCP, Src: e.src, Dst: e.dst}.Canonical()
	c := b.conns[key]
	if c == nil || c.over {
		isn := uint32(firstISN + 1_000_000*len(b.conns))
		if c != nil {
			isn = c.next[e.src] + 7_000_000
		}
		c = &conn{
			next: map[netip.AddrPort]uint32{e.src: isn, e.dst: isn + 500_000},
			sent: make(map[netip.AddrPort]segment),
		}
		b.conns[key] = c
		if !slices.ContainsFunc([]string{"midstream", "syn", "synack", "ack", "rst"}, e.has) {
			if err := b.handshake(c, e); err != nil {
				return err
			}
		}
	}
	if e.has("resend") {
		return b.segment(c, e, e.at, c.sent[e.src])
	}
	return b.stream(c, e)
}

func (b *builder) handshake(c *conn, e *entry) error {
	quiet := *e
	quiet.options = map[string]string{}
	for _, o := range []string{"vlan", "ttl", "mac", "link", "outerttl"} {
		if e.has(o) {
			quiet.options[o] = e.options[o]
		}
	}
	back := quiet
	back.src, back.dst = e.dst, e.src
	steps := []struct {
		e     *entry
		flags uint8
		early time.Duration
	}{{&quiet, wire.SYN, 300}, {&back, wire.SYN | wire.ACK, 200}, {&quiet, wire.ACK, 100}}
	for _, s := range steps {
		seg := segment{seq: c.next[s.e.src], flags: s.flags}
		if err := b.segment(c, s.e, e.at-s.early*time.Microsecond, seg); err != nil {
			return err
		}
		if s.flags&wire.SYN != 0 {
			c.next[s.e.src]++
		}
	}
	return nil
}

// stream sends the payload, in segments, and the flags asked for.
func (b *builder) stream(c *conn, e *entry) error {
	size := e.number("split", len(e.body))
	var segs []segment
	for rest := e.body; len(rest) > 0; {
		n := min(max(size, 1), len(rest))
		segs = append(segs, segment{seq: c.next[e.src], flags: wire.ACK, data: rest[:n]})
		c.next[e.src] += uint32(n)
		rest = rest[n:]
	}
	if len(segs) > 0 {
		segs[len(segs)-1].flags |= wire.PSH
		c.sent[e.src] = segs[len(segs)-1]
	}
	segs = c.flags(e, segs)
	if e.has("reorder") {
		slices.Reverse(segs)
	}
	for _, s := range segs {
		if err := b.segment(c, e, e.at, s); err != nil {
			return err
		}
	}
	return nil
}

// flags adds what an entry says about the connection to its segments.
func (c *conn) flags(e *entry, segs []segment) []segment {
	set := uint8(0)
	switch {
	case e.has("syn"):
		set = wire.SYN
	case e.has("synack"):
		set = wire.SYN | wire.ACK
	case e.has("rst"):
		set = wire.RST | wire.ACK
		c.over = true
	case e.has("fin"):
		set = wire.FIN | wire.ACK
		c.fins++
		c.over = c.fins == 2
	case e.has("ack"):
		set = wire.ACK
	}
	if set == 0 {
		return segs
	}
	if len(segs) == 0 {
		segs = append(segs, segment{seq: c.next[e.src]})
	}
	segs[len(segs)-1].flags |= set
	if set&(wire.SYN|wire.FIN) != 0 {
		c.next[e.src]++
	}
	c.sent[e.src] = segs[len(segs)-1]
	return segs
}

func (b *builder) segment(c *conn, e *entry, at time.Duration, s segment) error {
	ack := uint32(0)
	if s.flags&wire.ACK != 0 {
		ack = c.next[e.dst]
	}
	p := be.AppendUint16(nil, e.src.Port())
	p = be.AppendUint16(p, e.dst.Port())
	p = be.AppendUint32(p, s.seq)
	p = be.AppendUint32(p, ack)
	p = append(p, 5<<4, s.flags)
	p = be.AppendUint16(p, uint16(e.number("win", 65535)))
	p = append(p, 0, 0, 0, 0)
	p = append(p, s.data...)
	be.PutUint16(p[16:], checksum(pseudo(e.src.Addr(), e.dst.Addr(), 6, len(p)), p))
	return b.send(e, at, 6, p)
}
