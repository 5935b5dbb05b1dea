package reassemble

import (
	"cmp"
	"slices"

	"rung/capture"
	"rung/capture/wire"
)

// A Disposition says what became of a packet.
type Disposition struct {
	Kind   DispositionKind
	Reason string // of Refused: "after-fin", "before-start", "cut"
}

// A DispositionKind is a kind of Disposition. The zero value means "not set".
type DispositionKind uint8

// Kinds of dispositions.
const (
	TransportOnly DispositionKind = iota + 1 // no payload, or only bytes that were there already
	Kept                                     // its bytes come out in exactly one Segment, now or later
	Refused                                  // it has payload that no Segment will carry
)

// A TCP puts the bytes of connections in order.
//
// emit gets Segments that carry either bytes or an event. Bytes keep the
// frame of the packet that brought them, in Frame; Order and Time are those
// of the packet that made them deliverable and never go back within a
// connection, unless the capture's clock was set back. What a timer or Close makes deliverable, and events without a
// packet of their own, carry those of the connection's latest packet. When
// one packet makes several Segments deliverable, Order.Offset counts on.
//
// Events are about the direction they came from, except that EventOpen,
// EventNoAnswer, EventTimeout and EventEndCapture are told on direction 0.
// Open and NoAnswer list the SYNs in Frames. The frames of events are not
// to be counted: a FIN's packet may have carried bytes, too. An EventFinish
// may have a Gap: bytes missing right before the end.
//
// A connection has one end: both finishes, or one of Reset, Refused, NoAnswer,
// Timeout and EndCapture. A RST is taken as it comes, because a hole may hide
// whether it is in the window, and hosts ignore forged ones (RFC 5961 §3)
// where a spectator can't tell. If new bytes come after it, the connection
// goes on and has another end. So after NoAnswer when the answer comes late.
type TCP struct {
	// Report takes what is odd; nil is allowed. Set it before the first Feed.
	Report func(capture.Diagnostic)

	limits Limits
	emit   func(c *Conn, dir int, seg *capture.Segment)

	conns  map[capture.Path]*Conn
	latest *Conn // had a packet last: often the next is its, too
	open   connList
	closed connList
	timers timers
	total  int // bytes waiting
	now    capture.Time
	told   map[string]bool // codes of limits reported

	seg    capture.Segment // reused
	frames []capture.Frame // reused
}

// NewTCP returns a TCP without connections.
func NewTCP(limits Limits, emit func(c *Conn, dir int, seg *capture.Segment)) *TCP {
	return &TCP{
		limits: limits.withDefaults(),
		emit:   emit,
		conns:  make(map[capture.Path]*Conn),
	}
}

// Feed takes one packet. frames are those of a joined datagram, else nil.
// g.Payload may be reused after the call.
func (t *TCP) Feed(order capture.Order, p *capture.Packet, g *wire.Datagram, frames []capture.Frame) Disposition {
	t.now = max(t.now, p.Time)
	c, dir := t.connOf(order, p, g)
	if c == nil {
		return Disposition{Kind: TransportOnly} // nothing to belong to
	}
	c.at(order, p)
	c.list.touch(c)
	if g.TCP.Has(RST) {
		t.reset(c, dir, g)
		return Disposition{Kind: TransportOnly}
	}
	if g.TCP.Has(ACK) {
		c.half[1-dir].ack(g.TCP.Ack, p.Time)
	}
	if !g.TCP.Has(SYN) {
		t.answered(c, dir, g)
	}
	d := Disposition{Kind: TransportOnly}
	if g.PayloadLen > 0 {
		d = t.payload(c, dir, p, g, frames)
	}
	if d.Kind == Kept && c.state != stateSYN && c.state != stateOpen && !c.over() {
		t.settle(c, stateOpen) // it goes on after all, and will have another end
	}
	if g.TCP.Has(FIN) {
		t.fin(c, dir, p, g)
	}
	t.patience(c)
	t.schedule(c)
	return d
}

// Control bits, as wire has them.
const (
	FIN = wire.FIN
	SYN = wire.SYN
	RST = wire.RST
	ACK = wire.ACK
)

// connOf finds or makes the connection of a packet. Only a SYN and payload
// make one.
func (t *TCP) connOf(order capture.Order, p *capture.Packet, g *wire.Datagram) (c *Conn, dir int) {
	c, dir = t.find(&g.Path)
	switch {
	case g.TCP.Has(RST):
		return c, dir
	case g.TCP.Has(SYN | ACK):
		return t.synACK(c, dir, order, p, g)
	case g.TCP.Has(SYN):
		return t.syn(c, dir, order, p, g)
	case c == nil && g.PayloadLen > 0:
		c = t.newConn(g.Path, order, p)
		c.name()
	}
	return c, dir
}

// find returns the connection of a path, if there is one, and the direction.
func (t *TCP) find(p *capture.Path) (c *Conn, dir int) {
	if c = t.latest; c == nil || *p != c.Path && !c.isBack(p) {
		key, _ := p.Canonical()
		if c = t.conns[key]; c == nil {
			return nil, 0
		}
		t.latest = c
	}
	if *p != c.Path {
		dir = 1
	}
	return c, dir
}

// payload places the bytes of a packet.
func (t *TCP) payload(c *Conn, dir int, p *capture.Packet, g *wire.Datagram, frames []capture.Frame) Disposition {
	seq := g.TCP.Seq
	if g.TCP.Has(SYN) {
		seq++ // the SYN comes before the first byte (RFC 9293 §3.4)
	}
	h := &c.half[dir]
	if !h.known {
		h.begin(seq)
	}
	b := piece{
		seq: seq, end: seq + uint32(g.PayloadLen), data: g.Payload,
		frame: p.Frame, ipLen: g.IPLen, ipID: g.IPID, dscp: g.DSCP, cut: g.Cut,
	}
	if len(frames) > 1 {
		b.frames = frames
	}
	if p.Offset >= 0 && g.PayloadOff >= 0 {
		b.raw = capture.Raw{Store: 1 + p.Frame.File, Off: p.Offset + int64(g.PayloadOff), Len: int32(len(g.Payload))}
	}
	return t.place(c, dir, b)
}

// fin notes the end of a direction. It is told when all before it was.
func (t *TCP) fin(c *Conn, dir int, p *capture.Packet, g *wire.Datagram) {
	h := &c.half[dir]
	seq := g.TCP.Seq + uint32(g.PayloadLen)
	if g.TCP.Has(SYN) {
		seq++
	}
	if !h.known {
		h.begin(seq)
	}
	if h.fin || h.behind(seq) {
		return // repeated, or long past
	}
	if n := len(h.waiting); n > 0 && h.ahead(h.waiting[n-1].end) > h.ahead(seq) {
		return // bytes after it are there: not the end
	}
	if _, waits := h.hole(); !waits {
		h.holeSince = c.time
	}
	h.fin, h.finSeq, h.finFrame = true, seq, p.Frame
	t.finish(c, dir)
}

// finish tells the end of a direction once all bytes before it were handed on.
func (t *TCP) finish(c *Conn, dir int) {
	h := &c.half[dir]
	if !h.fin || h.finished || h.next != h.finSeq {
		return
	}
	h.finished = true
	gap := h.gap
	h.gap = 0
	h.advance(h.finSeq+1, c.time)
	t.event(c, dir, capture.Segment{Event: capture.EventFinish, Frame: h.finFrame, Gap: gap})
	if c.over() {
		t.settle(c, stateClosed)
	}
}

// event emits an event of a connection.
func (t *TCP) event(c *Conn, dir int, seg capture.Segment) {
	t.seg = seg
	t.send(c, dir)
	c.given++ // so that no two have the same Order
}

func (t *TCP) send(c *Conn, dir int) {
	t.seg.Path = c.path(dir)
	t.seg.Order = c.order
	t.seg.Order.Offset += c.given
	t.seg.Time = c.time
	c.given += uint32(len(t.seg.Data))
	t.emit(c, dir, &t.seg)
}

// settle changes the state of a connection and the list it is in.
func (t *TCP) settle(c *Conn, s state) {
	c.state = s
	list := &t.open
	if s == stateClosed || s == stateNoAnswer {
		list = &t.closed
	}
	if c.list != list {
		c.list.remove(c)
		list.add(c)
	}
}

// newConn makes a connection, at the expense of the least recently used one
// when there are too many.
func (t *TCP) newConn(path capture.Path, order capture.Order, p *capture.Packet) *Conn {
	if len(t.conns) >= t.limits.Conns {
		t.limit("tcp-connection-limit", "too many TCP connections at once; the least recently used one is closed early", p.Frame)
		victim := t.closed.first
		if victim == nil {
			victim = t.open.first
		}
		t.end(victim, capture.EventTimeout)
	}
	key, _ := path.Canonical()
	c := &Conn{Path: path, Start: order, Time: p.Time, Frame: p.Frame, key: key, timer: -1}
	c.order, c.time, c.frame = order, p.Time, p.Frame
	t.conns[key] = c
	t.latest = c
	t.open.add(c)
	return c
}

// end hands on what waits, tells the event unless the connection has had its
// end, and forgets it.
func (t *TCP) end(c *Conn, e capture.Event) {
	t.flush(c, 0)
	t.flush(c, 1)
	if c.state == stateSYN || c.state == stateOpen {
		seg := capture.Segment{Event: e, Frame: c.frame}
		if e == capture.EventNoAnswer {
			seg = c.noAnswer()
		}
		t.event(c, 0, seg)
	}
	c.list.remove(c)
	t.timers.remove(c)
	delete(t.conns, c.key)
	if t.latest == c {
		t.latest = nil
	}
}

// Close ends all connections, in the order they began.
func (t *TCP) Close() {
	all := make([]*Conn, 0, len(t.conns))
	for _, c := range t.conns {
		all = append(all, c)
	}
	slices.SortFunc(all, func(a, b *Conn) int {
		return cmp.Or(cmp.Compare(a.Start.Index, b.Start.Index), cmp.Compare(a.Start.Offset, b.Start.Offset))
	})
	for _, c := range all {
		e := capture.EventEndCapture
		if c.state == stateSYN && t.now.Sub(c.lastSYN) >= synYoung {
			e = capture.EventNoAnswer
		}
		t.end(c, e)
	}
}

// limit reports once that a limit was reached.
func (t *TCP) limit(code, text string, f capture.Frame) {
	if t.Report == nil || t.told[code] {
		return
	}
	if t.told == nil {
		t.told = make(map[string]bool)
	}
	t.told[code] = true
	t.Report(capture.Diagnostic{Code: code, Severity: capture.Warning, Frames: []capture.Frame{f}, Text: text})
}
