package reassemble

import (
	"rung/capture"
	"rung/capture/wire"
)

// syn takes a client's SYN.
func (t *TCP) syn(c *Conn, dir int, order capture.Order, p *capture.Packet, g *wire.Datagram) (*Conn, int) {
	if c != nil {
		h, peer := &c.half[dir], &c.half[1-dir]
		switch {
		case h.syn && h.isn == g.TCP.Seq: // repeated
			c.syn(p)
			return c, dir
		case !h.syn && h.known && h.first == g.TCP.Seq+1: // overtaken by its own bytes
			h.syn, h.isn = true, g.TCP.Seq
			c.Opened = c.Opened || dir == 0
			return c, dir
		case !h.known && c.state == stateSYN && peer.syn: // simultaneous open (RFC 9293 §3.5)
			h.synAt(g.TCP.Seq)
			return c, dir
		}
		t.replace(c)
	}
	c = t.newConn(g.Path, order, p)
	c.Opened, c.state = true, stateSYN
	c.half[0].synAt(g.TCP.Seq)
	c.syn(p)
	c.name()
	return c, 0
}

// syn notes a SYN that waits for its answer.
func (c *Conn) syn(p *capture.Packet) {
	if c.state != stateSYN {
		return
	}
	c.lastSYN = p.Time
	if c.syns == nil {
		c.syns = c.syn1[:0]
	}
	if len(c.syns) < maxSYNs {
		c.syns = append(c.syns, p.Frame)
	}
}

// synACK takes the answer to a SYN.
func (t *TCP) synACK(c *Conn, dir int, order capture.Order, p *capture.Packet, g *wire.Datagram) (*Conn, int) {
	if c != nil {
		h, peer := &c.half[dir], &c.half[1-dir]
		switch {
		case h.syn && h.isn == g.TCP.Seq: // repeated, or of a simultaneous open
			t.opened(c, order, p)
			return c, dir
		case peer.syn && g.TCP.Ack != peer.isn+1: // answers something older
			return nil, 0
		case h.untouched() && peer.syn:
			h.synAt(g.TCP.Seq)
			t.opened(c, order, p)
			return c, dir
		case h.untouched() && peer.first == g.TCP.Ack: // overtaken by the client's bytes
			h.synAt(g.TCP.Seq)
			return c, dir
		case !h.syn && h.first == g.TCP.Seq+1: // overtaken by its own bytes
			h.syn, h.isn = true, g.TCP.Seq
			return c, dir
		}
		t.replace(c)
	}
	c = t.newConn(g.Path.Reverse(), order, p)
	c.Opened, c.state = true, stateSYN
	c.half[0].synAt(g.TCP.Ack - 1)
	c.half[1].synAt(g.TCP.Seq)
	c.name()
	t.opened(c, order, p)
	return c, 1
}

// answered takes a packet without SYN as proof that a handshake went on:
// the answer to the SYN may not be in the capture.
func (t *TCP) answered(c *Conn, dir int, g *wire.Datagram) {
	if c.state != stateSYN && c.state != stateNoAnswer || !g.TCP.Has(ACK) {
		return
	}
	if dir == 1 || g.TCP.Seq == c.half[0].isn+1 {
		t.openedAt(c, c.frame)
	}
}

func (t *TCP) opened(c *Conn, order capture.Order, p *capture.Packet) {
	if c.state == stateSYN || c.state == stateNoAnswer {
		c.at(order, p)
		t.openedAt(c, p.Frame)
	}
}

func (t *TCP) openedAt(c *Conn, f capture.Frame) {
	t.settle(c, stateOpen)
	seg := capture.Segment{Event: capture.EventOpen, Frame: f}
	if len(c.syns) > 0 {
		t.frames = append(append(t.frames[:0], c.syns...), f)
		seg.Frames = t.frames
	}
	t.event(c, 0, seg)
}

// noAnswer is the event of a SYN nobody answered.
func (c *Conn) noAnswer() capture.Segment {
	seg := capture.Segment{Event: capture.EventNoAnswer, Frame: c.frame}
	if len(c.syns) > 1 {
		seg.Frames = c.syns
	}
	return seg
}

// replace ends a connection whose addresses and ports are used anew.
func (t *TCP) replace(c *Conn) {
	e := capture.EventTimeout
	if c.state == stateSYN {
		e = capture.EventNoAnswer
	}
	t.end(c, e)
}

// reset takes a RST. The first one counts; after both FINs it says nothing
// new.
func (t *TCP) reset(c *Conn, dir int, g *wire.Datagram) {
	if c.state == stateClosed {
		return
	}
	e := capture.EventReset
	if c.state != stateOpen && dir == 1 {
		if g.TCP.Has(ACK) && g.TCP.Ack != c.half[0].isn+1 && c.half[0].untouched() {
			return // not about this SYN (RFC 9293 §3.10.7.3)
		}
		e = capture.EventRefused
	}
	t.flush(c, 0)
	t.flush(c, 1)
	t.settle(c, stateClosed)
	t.schedule(c)
	t.event(c, dir, capture.Segment{Event: e, Frame: c.frame})
}
