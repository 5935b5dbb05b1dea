package flow

import (
	"math/rand/v2"
	"testing"

	"rung/capture"
)

// A schedule says what comparing with every span that was taken says, of spans
// that end before they begin as well.
func TestScheduleTakesWhatOverlapsNothing(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	took := 0
	for range 300 {
		list := make([]*holder, 1+r.IntN(40))
		for i := range list {
			from := capture.Time(r.IntN(50))
			list[i] = &holder{from: from, to: from + capture.Time(r.IntN(12)-4)}
		}
		s := newSchedule(list)
		var taken []*holder
		for i, h := range list {
			want := true
			for _, o := range taken {
				want = want && !(h.from < o.to && o.from < h.to)
			}
			if got := s.take(h.from, h.to); got != want {
				t.Fatalf("span %d, %d to %d: %v", i, h.from, h.to, got)
			}
			if want {
				taken = append(taken, h)
			}
		}
		took += len(taken)
	}
	if took < 1000 {
		t.Errorf("only %d spans were taken", took)
	}
}
