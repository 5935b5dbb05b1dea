package media

import (
	"math"

	"rung/capture"
)

// Streams cuts the track at the given capture times, which are sorted and say
// when the media address passes to another call, and gives one Stream per
// piece that has packets. The first packet at or after a cut begins the next
// piece. describe tells what signalling knows of payload types; it may be nil.
//
// Streams does not change the track: it may be called again, and at the same
// time for different tracks.
func (t *Track) Streams(cuts []capture.Time, describe Describe) []*Stream {
	var out []*Stream
	var r record
	var a *analysis
	from := capture.Time(math.MinInt64)
	c := t.log.cursor()
	if t.fold != nil {
		a = t.fold.resume(describe, c, t.End)
		for len(cuts) > 0 && cuts[0] <= t.fold.last.time {
			if cuts[0] > t.fold.first.time {
				a.lostCuts = true
			}
			cuts = cuts[1:]
		}
		a.until(cuts, t.End)
	}
	finish := func(to capture.Time) {
		if a == nil {
			return
		}
		s := a.finish(t)
		s.RTCP = rtcpOf(t, from, to)
		out = append(out, s)
		a = nil
	}
	for c.next(&r) {
		for len(cuts) > 0 && r.time >= cuts[0] {
			finish(cuts[0])
			from, cuts = cuts[0], cuts[1:]
		}
		if a == nil {
			a = newAnalysis(describe, &r, c, 0, 0)
			a.until(cuts, t.End)
		}
		a.add(&r, &c)
	}
	finish(math.MaxInt64)
	return out
}

// until sets the end of the piece: the next cut, or none.
func (a *analysis) until(cuts []capture.Time, last capture.Time) {
	a.end, a.lastAsk = math.MaxInt64, last
	if len(cuts) > 0 {
		a.end, a.lastAsk = cuts[0], cuts[0]-1
	}
}
