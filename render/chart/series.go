package chart

import (
	"math"
	"time"

	"rung/capture"
	"rung/decode/media"
)

// A point is seconds from the axis' zero and a value.
type point struct{ x, y float64 }

// A value picks what a panel shows of an interval; ok is false when the
// interval has none.
type value func(p *media.Point) (v float64, ok bool)

func jitterOf(p *media.Point) (float64, bool) { return p.JitterMax, p.Packets > 0 }
func deltaOf(p *media.Point) (float64, bool) {
	// The first packet of a stream has no packet before it.
	return p.DeltaMax, p.Packets > 0 && p.DeltaMax > 0
}

// line turns a series into runs of points, at the middle of their intervals.
// A run ends where nothing came for longer than usual, so that a pause is a
// gap and not a slope. usual is the time between packets of the stream: of
// slow video most short intervals have none.
func line(s *media.Series, zero capture.Time, usual time.Duration, v value) [][]point {
	step := s.Interval
	if step <= 0 {
		step = time.Second
	}
	pause := max(step+step/2, usualGaps*usual)
	var runs [][]point
	var run []point
	var last capture.Time
	for i := range s.Points {
		p := &s.Points[i]
		y, ok := v(p)
		if ok && (math.IsNaN(y) || math.IsInf(y, 0)) {
			ok = false
		}
		if len(run) > 0 && ok && p.At.Sub(last) > pause {
			runs = append(runs, run)
			run = nil
		}
		if ok {
			run = append(run, point{(p.At.Sub(zero) + step/2).Seconds(), min(max(y, 0), maxValue)})
			last = p.At
		}
	}
	if len(run) > 0 {
		runs = append(runs, run)
	}
	return runs
}

// usualGaps is how many times its usual distance the next packet may be away
// without a pause. Frames of video come unevenly, by twice the mean and more.
const usualGaps = 4

// usualGap is the mean time between the packets that come apart: of video the
// frames, for the packets of one leave together.
func usualGap(s *media.Stream) time.Duration {
	switch {
	case s.Video != nil && s.Video.FPS > 0:
		return time.Duration(float64(time.Second) / s.Video.FPS)
	case s.Delta != nil:
		return time.Duration(s.Delta.Mean * float64(time.Millisecond))
	}
	return 0
}

// thin keeps the smallest and the greatest point of every column, in their
// order, so that no peak is lost and an hour stays small.
func thin(run []point, from, to float64, columns int) []point {
	if len(run) <= 2 || to <= from {
		return run
	}
	out := make([]point, 0, min(len(run), 2*columns))
	column := func(p point) int { return int((p.x - from) / (to - from) * float64(columns)) }
	for i := 0; i < len(run); {
		lo, hi, c := i, i, column(run[i])
		for ; i < len(run) && column(run[i]) == c; i++ {
			if run[i].y < run[lo].y {
				lo = i
			}
			if run[i].y > run[hi].y {
				hi = i
			}
		}
		out = append(out, run[min(lo, hi)])
		if lo != hi {
			out = append(out, run[max(lo, hi)])
		}
	}
	return out
}

// bucket is the width of a bar of loss: the interval of the series times a
// round number, at most maxBuckets on the axis.
func bucket(interval, axis time.Duration) time.Duration {
	if interval <= 0 {
		interval = time.Second
	}
	for _, k := range []time.Duration{1, 2, 5, 10, 20, 30, 60, 120, 300, 600, 1800, 3600} {
		if axis/(interval*k) < maxBuckets {
			return interval * k
		}
	}
	return (axis/maxBuckets/interval + 1) * interval
}

// losses sums lost packets per bucket. Buckets without loss are left out.
func losses(s *media.Series, zero capture.Time, width time.Duration) []point {
	var out []point
	last := int64(math.MinInt64)
	for i := range s.Points {
		p := &s.Points[i]
		if p.Lost <= 0 {
			continue
		}
		b := int64(p.At.Sub(zero) / width)
		if b != last {
			out = append(out, point{x: (time.Duration(b)*width + width/2).Seconds()})
			last = b
		}
		out[len(out)-1].y += float64(p.Lost)
	}
	return out
}
