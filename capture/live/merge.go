package live

import (
	"io"
	"time"

	"rung/capture"
)

// A merger hands out the packets of several lanes by time. The oldest packet
// goes when every other lane has shown that nothing older comes from it: by a
// packet that waits, by the time of its last one, or by being quiet. A lane that
// shows nothing for holdMax is not waited for until it does.
//
// Packets of one lane keep their order, whatever their time stamps say.
type merger struct {
	lanes   []*lane
	wake    chan struct{}
	timer   *time.Timer
	waiting time.Time // since when nothing could be handed out; zero: not so
}

func newMerger(n int, quit <-chan struct{}) *merger {
	m := &merger{wake: make(chan struct{}, 1), timer: time.NewTimer(idleAfter)}
	for range n {
		m.lanes = append(m.lanes, newLane(m.wake, quit))
	}
	return m
}

// next fills p, returns errQuiet when nothing came for idleAfter, io.EOF when
// all lanes have ended, or the first error of a lane when all have ended and
// none of them plainly.
func (m *merger) next(p *capture.Packet) error {
	for {
		oldest, held := m.oldest()
		if oldest != nil && !held {
			m.waiting = time.Time{}
			oldest.pop(p)
			return nil
		}
		if oldest == nil && m.ended() {
			return m.reason()
		}
		if m.wait(oldest != nil) {
			continue
		}
		if oldest == nil {
			return errQuiet
		}
		m.leaveBehind()
	}
}

// oldest returns the lane with the oldest packet, nil when none waits, and
// whether another lane may still come before it. Ties go to the lower lane.
func (m *merger) oldest() (oldest *lane, held bool) {
	for _, l := range m.lanes {
		if l.has() && (oldest == nil || l.head() < oldest.head()) {
			oldest = l
		}
	}
	if oldest == nil {
		return nil, false
	}
	for _, l := range m.lanes {
		if l.at == len(l.current.packets) && !l.ended && !l.late && l.seen < oldest.head() {
			return oldest, true
		}
	}
	return oldest, false
}

// wait waits for news and returns false when none came in time.
func (m *merger) wait(held bool) bool {
	limit := idleAfter
	if held {
		limit = holdMax
	}
	now := time.Now()
	if m.waiting.IsZero() {
		m.waiting = now
	}
	left := limit - now.Sub(m.waiting)
	if left > 0 {
		m.timer.Reset(left)
		select {
		case <-m.wake:
			return true
		case <-m.timer.C:
		}
	}
	m.waiting = time.Time{}
	return false
}

// leaveBehind stops waiting for the lanes that show nothing.
func (m *merger) leaveBehind() {
	for _, l := range m.lanes {
		if l.at == len(l.current.packets) {
			l.late = true
		}
	}
}

func (m *merger) ended() bool {
	for _, l := range m.lanes {
		if !l.ended {
			return false
		}
	}
	return true
}

func (m *merger) reason() error {
	var first error
	for _, l := range m.lanes {
		if l.failed == nil {
			return io.EOF
		}
		if first == nil {
			first = l.failed
		}
	}
	return first
}
