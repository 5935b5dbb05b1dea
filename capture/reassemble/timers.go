package reassemble

import (
	"container/heap"

	"rung/capture"
)

// Advance tells that frame time has come to now: connections that were idle
// too long end, SYNs count as not answered, holes are skipped.
func (t *TCP) Advance(now capture.Time) {
	t.now = max(t.now, now)
	for len(t.timers) > 0 && t.timers[0].deadline <= now {
		t.fire(t.timers[0], now)
	}
	for c := t.open.first; c != nil && now.Sub(c.time) > t.limits.Idle; c = t.open.first {
		t.end(c, capture.EventTimeout)
	}
	for c := t.closed.first; c != nil && now.Sub(c.time) > closedTimeout; c = t.closed.first {
		t.end(c, capture.EventTimeout)
	}
}

// fire runs a connection's deadline.
func (t *TCP) fire(c *Conn, now capture.Time) {
	if c.state == stateSYN && now.Sub(c.lastSYN) >= t.limits.SYN {
		t.event(c, 0, c.noAnswer())
		t.settle(c, stateNoAnswer)
	}
	t.patienceAt(c, now)
	t.schedule(c)
	if c.timer >= 0 && c.deadline <= now {
		// A hole the peer waits for as well: look again later.
		t.timers.set(c, now.Add(holeAge))
	}
}

// patience skips the holes of a connection that aren't worth waiting for.
func (t *TCP) patience(c *Conn) { t.patienceAt(c, c.time) }

func (t *TCP) patienceAt(c *Conn, now capture.Time) {
	for dir := range c.half {
		h := &c.half[dir]
		for h.hopeless(now) {
			t.skip(c, dir)
		}
	}
}

// hopeless reports whether the bytes before what waits will not come any
// more: the peer has got them, or nobody says anything about them for long.
// Bytes that the peer waits for, too, must still come.
func (h *half) hopeless(now capture.Time) bool {
	to, waits := h.hole()
	if !waits {
		return false
	}
	if h.ackPast && h.ahead(h.acked) >= h.ahead(to) {
		return now.Sub(h.ackPastAt) >= ackGrace
	}
	peerWaits := h.ackSeen && h.ackAt >= h.holeSince && !h.ackPast
	return !peerWaits && now.Sub(h.holeSince) >= holeAge
}

// schedule sets the connection's next deadline, if it has any.
func (t *TCP) schedule(c *Conn) {
	if c.state != stateSYN && c.timer < 0 && c.half[0].calm() && c.half[1].calm() {
		return // nearly always
	}
	var at capture.Time
	add := func(d capture.Time) {
		if at == 0 || d < at {
			at = d
		}
	}
	if c.state == stateSYN {
		add(c.lastSYN.Add(t.limits.SYN))
	}
	for dir := range c.half {
		h := &c.half[dir]
		to, waits := h.hole()
		switch {
		case !waits:
		case h.ackPast && h.ahead(h.acked) >= h.ahead(to):
			add(h.ackPastAt.Add(ackGrace))
		default:
			add(h.holeSince.Add(holeAge))
		}
	}
	if at == 0 {
		t.timers.remove(c)
		return
	}
	t.timers.set(c, at)
}

// calm reports whether nothing waits.
func (h *half) calm() bool { return len(h.waiting) == 0 && (!h.fin || h.finished) }

// timers is a heap of connections by deadline, then by start.
type timers []*Conn

func (h *timers) set(c *Conn, at capture.Time) {
	c.deadline = at
	if c.timer < 0 {
		heap.Push(h, c)
		return
	}
	heap.Fix(h, c.timer)
}

func (h *timers) remove(c *Conn) {
	if c.timer >= 0 {
		heap.Remove(h, c.timer)
	}
}

// Len, Less, Swap, Push and Pop are container/heap's.
func (h timers) Len() int { return len(h) }

func (h timers) Less(i, j int) bool {
	if h[i].deadline != h[j].deadline {
		return h[i].deadline < h[j].deadline
	}
	return h[i].Start.Less(h[j].Start)
}

func (h timers) Swap(i, j int) {
	h[i], h[j] = h[j], h[i]
	h[i].timer, h[j].timer = i, j
}

func (h *timers) Push(x any) {
	c := x.(*Conn)
	c.timer = len(*h)
	*h = append(*h, c)
}

func (h *timers) Pop() any {
	old := *h
	c := old[len(old)-1]
	old[len(old)-1] = nil
	*h = old[:len(old)-1]
	c.timer = -1
	return c
}

// A connList holds connections, least recently used first.
type connList struct{ first, last *Conn }

func (l *connList) add(c *Conn) {
	c.list, c.prev, c.next = l, l.last, nil
	if l.last == nil {
		l.first = c
	} else {
		l.last.next = c
	}
	l.last = c
}

func (l *connList) remove(c *Conn) {
	if c.prev == nil {
		l.first = c.next
	} else {
		c.prev.next = c.next
	}
	if c.next == nil {
		l.last = c.prev
	} else {
		c.next.prev = c.prev
	}
	c.list, c.prev, c.next = nil, nil, nil
}

func (l *connList) touch(c *Conn) {
	if l.last != c {
		l.remove(c)
		l.add(c)
	}
}
