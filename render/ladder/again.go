package ladder

import (
	"time"

	"rung/capture"
	"rung/decode/flow"
)

// An errorSet finds ICMP errors that say again what one drawn before them
// says: the same error about the same quoted addresses, with nothing new sent
// that way in between. A second OPTIONS that is refused as the first one was
// keeps its own error.
type errorSet struct {
	at   map[errorKey]int     // the rung that said it
	sent map[capture.Path]int // the last rung that went a way
}

type errorKey struct {
	name   string
	from   int // parties
	to     int
	quoted capture.Path
}

func newErrors() *errorSet {
	return &errorSet{at: map[errorKey]int{}, sent: map[capture.Path]int{}}
}

func keyOf(m *flow.Message) errorKey {
	return errorKey{m.Name, m.From, m.To, m.Facts.Quote.Path}
}

// same returns the rung that m repeats.
func (e *errorSet) same(m *flow.Message) (rung int, ok bool) {
	if m.Facts.Quote == nil {
		return 0, false
	}
	rung, ok = e.at[keyOf(m)]
	if last, sent := e.sent[m.Facts.Quote.Path]; sent && last > rung {
		return 0, false
	}
	return rung, ok
}

// drawn notes that m has a rung of its own.
func (e *errorSet) drawn(m *flow.Message, rung int) {
	if m.Facts.Quote != nil {
		e.at[keyOf(m)] = rung
		return
	}
	e.sent[m.Path] = rung
}

// steady is how far a gap may lie from the mean, as a share of it, for "about
// every" to be true.
const steady = 0.2

// growing is how much less than the one before it a gap of a doubling timer
// may seem: clocks and queues are not exact.
const growing = 0.05

// pace says how far apart things came: "about every 10.8 s", "at growing
// intervals, 0.5 to 16 s", "between 0.5 and 16 s apart". There are two times
// at least.
func pace(at []capture.Time) string {
	mean := at[len(at)-1].Sub(at[0]) / time.Duration(len(at)-1)
	least, most := at[1].Sub(at[0]), at[1].Sub(at[0])
	grows := true
	for i := 2; i < len(at); i++ {
		gap, before := at[i].Sub(at[i-1]), at[i-1].Sub(at[i-2])
		least, most = min(least, gap), max(most, gap)
		grows = grows && float64(gap) >= (1-growing)*float64(before)
	}
	lo, hi := interval(least, most)
	switch {
	case within(least, mean) && within(most, mean):
		return "about every " + Duration(mean)
	case grows:
		return "at growing intervals, " + lo + " to " + hi
	}
	return "between " + lo + " and " + hi + " apart"
}

func within(d, mean time.Duration) bool {
	off := float64(d - mean)
	return max(off, -off) <= steady*float64(mean)
}

// interval writes two durations, the unit once where both are seconds.
func interval(least, most time.Duration) (lo, hi string) {
	lo, hi = Duration(least), Duration(most)
	if most >= time.Second && most < time.Minute-50*time.Millisecond && least >= 50*time.Millisecond {
		lo = trim(least.Seconds())
	}
	return lo, hi
}
