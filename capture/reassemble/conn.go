package reassemble

import (
	"fmt"
	"strconv"

	"rung/capture"
)

// A Conn is one TCP connection.
type Conn struct {
	// Path is the way of direction 0: the client's when a SYN or its answer
	// was seen, else that of the first packet.
	Path   capture.Path
	Opened bool // a SYN or its answer was seen, so direction 0 is the client's
	Start  capture.Order
	Time   capture.Time
	Frame  capture.Frame // the first
	ID     string        // the same in every run: addresses and initial sequence number, or start time
	User   any           // the caller's

	key   capture.Path
	state state
	half  [2]half

	// Of the latest packet. The order never goes back, the time only when the
	// clock was set.
	order capture.Order
	time  capture.Time
	frame capture.Frame
	given uint32 // what has been emitted for this packet, in bytes: offset of what comes next

	syns    []capture.Frame
	syn1    [1]capture.Frame // the usual syns
	lastSYN capture.Time

	prev, next *Conn // in one of TCP's lists, least recently used first
	list       *connList
	deadline   capture.Time
	timer      int // place in the heap of deadlines, -1: none
}

// A state is a spectator's short form of RFC 9293 §3.3.2.
type state uint8

const (
	stateOpen     state = iota // bytes may flow; also when joined in the middle
	stateSYN                   // SYN without answer so far
	stateNoAnswer              // and told so
	stateClosed                // finished, reset or refused
)

// A half is one direction of a connection. Sequence numbers are compared by
// their distance from next, which is right across the wrap.
type half struct {
	known bool   // next is
	next  uint32 // sequence number of the next byte to hand on
	first uint32 // the first next
	syn   bool   // SYN seen, with
	isn   uint32 // this initial sequence number
	begun bool   // bytes were handed on

	fin      bool // FIN seen
	finished bool // and told
	finSeq   uint32
	finFrame capture.Frame

	waiting   []piece // sorted, disjoint, all ahead of next
	bytes     int     // in waiting
	gap       int     // bytes missing before next, not told yet
	holeSince capture.Time

	acked     uint32 // highest acknowledgement by the peer
	ackSeen   bool
	ackAt     capture.Time // of the latest
	ackPast   bool         // acked is beyond next
	ackPastAt capture.Time // since then
}

// A piece is the payload of one packet, perhaps trimmed.
type piece struct {
	seq, end uint32 // end as on the wire
	data     []byte // shorter when cut by the snaplen
	frame    capture.Frame
	frames   []capture.Frame // when more than one
	ipLen    int
	ipID     uint32
	dscp     uint8
	cut      bool
	raw      capture.Raw
}

// ahead is the distance of seq from the next byte.
func (h *half) ahead(seq uint32) uint32 { return seq - h.next }

// behind reports whether seq comes before the next byte.
func (h *half) behind(seq uint32) bool {
	d := h.next - seq
	return d != 0 && d <= maxBehind
}

// hole returns where what waits begins; ok is false when nothing waits.
func (h *half) hole() (seq uint32, ok bool) {
	if len(h.waiting) > 0 {
		return h.waiting[0].seq, true
	}
	return h.finSeq, h.fin && !h.finished
}

// begin says what the first sequence number is.
func (h *half) begin(seq uint32) {
	h.known, h.next, h.first = true, seq, seq
}

// synAt notes an initial sequence number.
func (h *half) synAt(isn uint32) {
	h.syn, h.isn = true, isn
	h.begin(isn + 1)
}

// untouched reports whether nothing but a SYN was seen.
func (h *half) untouched() bool {
	return !h.known || h.syn && h.next == h.isn+1 && len(h.waiting) == 0 && !h.fin
}

// ack takes an acknowledgement by the peer.
func (h *half) ack(seq uint32, now capture.Time) {
	if !h.ackSeen || int32(seq-h.acked) > 0 {
		h.acked, h.ackSeen = seq, true
	}
	h.ackAt = now
	if h.known && !h.ackPast && int32(h.acked-h.next) > 0 {
		h.ackPast, h.ackPastAt = true, now
	}
}

// advance moves next.
func (h *half) advance(to uint32, now capture.Time) {
	h.next = to
	h.holeSince = now
	if int32(h.acked-h.next) <= 0 {
		h.ackPast = false
	}
}

// over reports whether both directions have finished.
func (c *Conn) over() bool { return c.half[0].finished && c.half[1].finished }

func (c *Conn) path(dir int) capture.Path {
	if dir == 1 {
		return c.Path.Reverse()
	}
	return c.Path
}

// isBack reports whether p is the way of direction 1.
func (c *Conn) isBack(p *capture.Path) bool {
	return p.Src == c.Path.Dst && p.Dst == c.Path.Src && p.Transport == c.Path.Transport
}

// at moves the connection's clock to a packet.
func (c *Conn) at(order capture.Order, p *capture.Packet) {
	if c.order.Less(order) {
		c.order, c.given = order, 0
	}
	if c.time.Sub(p.Time) > maxOutOfStep {
		c.setBack(p.Time)
	}
	c.time = max(c.time, p.Time)
	c.frame = p.Frame
}

// setBack follows a clock that was set back: what waits has waited since now at
// the latest, or it would do so until the old time comes again.
func (c *Conn) setBack(now capture.Time) {
	c.time = now
	c.lastSYN = min(c.lastSYN, now)
	for i := range c.half {
		h := &c.half[i]
		h.holeSince = min(h.holeSince, now)
		h.ackAt = min(h.ackAt, now)
		h.ackPastAt = min(h.ackPastAt, now)
	}
}

// name gives the connection its ID. The client's initial sequence number
// names it best: it is the same in a capture made elsewhere.
func (c *Conn) name() {
	var buf [128]byte
	b := append(append(buf[:0], c.key.Transport.String()...), ' ')
	b = append(c.key.Src.AppendTo(b), " > "...)
	b = c.key.Dst.AppendTo(b)
	if c.half[0].syn {
		b = appendPadded(append(b, " isn "...), uint64(c.half[0].isn), 16, 8)
		c.ID = string(b)
		return
	}
	if b = append(b, " at "...); c.Time < 0 {
		c.ID = fmt.Sprintf("%s%d.%09d", b, c.Time/1e9, c.Time%1e9)
		return
	}
	b = append(strconv.AppendInt(b, int64(c.Time/1e9), 10), '.')
	c.ID = string(appendPadded(b, uint64(c.Time%1e9), 10, 9))
}

// appendPadded appends n with leading zeros to the width.
func appendPadded(b []byte, n uint64, base, width int) []byte {
	var digits [64]byte
	d := strconv.AppendUint(digits[:0], n, base)
	for range width - len(d) {
		b = append(b, '0')
	}
	return append(b, d...)
}
