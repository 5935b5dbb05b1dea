package flow

import "rung/capture"

// A schedule holds the times in which a track's addresses are taken, one call
// at a time. One track may have as many calls as a capture: a test tool that
// never changes its port and SSRC. So it is a Fenwick tree over the
// nanoseconds, of which only the nodes in use are kept, and asking takes
// logarithmic time.
type schedule struct {
	few   []*holder          // while they are few
	nodes map[uint64]*holder // nodes[i]: the one that ends last of those that begin at i-i&-i to i-1
}

// fewTaken is up to how many are compared one by one, as almost always.
const fewTaken = 8

// inWay is one that was taken and has a part of the time from…end; nil when
// there is none.
func (s *schedule) inWay(from, end capture.Time) *holder {
	for _, o := range s.few {
		if o.from < end && from < o.end() {
			return o
		}
	}
	if s.nodes == nil {
		return nil
	}
	for i := place(end); i > 0; i &= i - 1 {
		if o := s.nodes[i]; o != nil && from < o.end() {
			return o
		}
	}
	return nil
}

// take adds one that nothing is in the way of.
func (s *schedule) take(h *holder) {
	if s.nodes == nil && len(s.few) < fewTaken {
		s.few = append(s.few, h)
		return
	}
	if s.nodes == nil {
		s.nodes = make(map[uint64]*holder)
	}
	for i := place(h.from) + 1; i != 0; i += i & -i { // up to 1<<63, then over
		if o := s.nodes[i]; o == nil || o.end() < h.end() {
			s.nodes[i] = h
		}
	}
}

// place maps times to the whole numbers in the same order.
func place(t capture.Time) uint64 { return uint64(t) + 1<<63 }
