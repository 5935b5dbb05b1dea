package media

import (
	"math"
	"slices"

	"rung/capture"
)

// foldIfLarge folds the older half of a log that has grown too large.
func (t *Tracker) foldIfLarge(tr *Track) {
	limit := t.lim.TrackLog
	if t.logBytes > t.lim.TotalLog {
		limit = min(limit, SmallLog)
	}
	if tr.log.bytes > limit && len(tr.log.chunks) > 1 {
		var describe Describe
		if t.describe != nil {
			describe = t.describe(tr.Path)
		}
		t.logBytes -= tr.foldHalf(describe, t.lim.Points)
	}
}

// foldHalf plays the older half of the log for good, with the meaning that
// describe, the static table and the packets give, and returns how many bytes
// of log that freed. What is played can be neither cut nor given another clock
// afterwards.
func (t *Track) foldHalf(describe Describe, points int) int {
	half := len(t.log.chunks) / 2
	c := t.log.cursor()
	a := t.fold
	var r record
	if a == nil {
		first := c
		first.next(&r)
		a = newAnalysis(describe, &r, first, math.MaxInt64, math.MaxInt64)
		a.folded, a.series.most = true, points
		t.fold = a
	} else {
		a.begin, a.surveyed, a.describe = c, nil, describe
	}
	for {
		if c.off >= len(c.chunks[c.chunk]) && c.chunk+1 == half {
			c.chunk, c.off = half, 0
			break
		}
		c.next(&r)
		a.add(&r, &c)
	}
	a.begin, a.describe = cursor{}, nil
	return t.log.dropBefore(&c)
}

// resume returns a copy of a folded analysis that goes on with signalling at
// hand.
func (a *analysis) resume(describe Describe, behind cursor, last capture.Time) *analysis {
	b := *a
	b.describe, b.begin, b.surveyed = describe, behind, nil
	b.types = slices.Clone(a.types)
	b.seq.open = slices.Clone(a.seq.open)
	b.seq.bursts = slices.Clone(a.seq.bursts)
	b.seq.series = &b.series
	b.series.points = slices.Clone(a.series.points)
	b.tones.digits = slices.Clone(a.tones.digits)
	b.tones.open = slices.Clone(a.tones.open)
	for _, n := range []*notes{&b.stray, &b.restart, &b.jumps} {
		n.frames = slices.Clone(n.frames)
	}
	if describe == nil {
		return &b
	}
	for i := range b.types {
		m := &b.types[i]
		m.until = math.MinInt64 // ask again
		c, ok := describe(last, m.pt)
		if !ok {
			continue
		}
		m.told, m.codec.Encrypted = true, c.Encrypted
		if (c.Clock > 0 && c.Clock != m.codec.Clock) ||
			equalName(c.Name, "telephone-event") != (m.class == classEvent) {
			b.lateMeaning = true
		}
	}
	return &b
}
