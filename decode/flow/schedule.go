package flow

import (
	"math"
	"slices"

	"rung/capture"
)

// A schedule holds the times in which a track's addresses are taken, one call
// at a time. One track may have as many calls as a capture: a test tool that
// never changes its port and SSRC. So it is a Fenwick tree, and asking takes
// logarithmic time.
type schedule struct {
	begins []capture.Time // all there may be, sorted
	ends   []capture.Time // ends[i]: the latest end of those that begin at begins[i-i&-i:i]
}

func newSchedule(list []*holder) *schedule {
	s := &schedule{begins: make([]capture.Time, 0, len(list)), ends: make([]capture.Time, len(list)+1)}
	for _, h := range list {
		s.begins = append(s.begins, h.from)
	}
	slices.Sort(s.begins)
	for i := range s.ends {
		s.ends[i] = math.MinInt64
	}
	return s
}

// take takes the time from one of the beginnings to end; false when another
// has a part of it.
func (s *schedule) take(from, end capture.Time) bool {
	before, _ := slices.BinarySearch(s.begins, end)
	for i := before; i > 0; i -= i & -i {
		if s.ends[i] > from {
			return false
		}
	}
	at, _ := slices.BinarySearch(s.begins, from)
	for i := at + 1; i < len(s.ends); i += i & -i {
		s.ends[i] = max(s.ends[i], end)
	}
	return true
}
