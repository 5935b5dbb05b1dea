package media

import (
	"math"
	"time"

	"rung/capture"
)

// A series collects the plot values of a piece in intervals that double when
// there are too many. It needs no knowledge of the end.
type series struct {
	start    capture.Time
	interval time.Duration
	points   []bucket
	most     int // of them; 0: MaxPoints
}

type bucket struct {
	packets, bytes, lost int64
	delta, jitter        spread
}

// at returns the bucket of time t. Times before the start (files merged with
// clocks that disagree) fall into the first.
func (s *series) at(t capture.Time) *bucket {
	if s.interval == 0 {
		s.start, s.interval = t, firstInterval
	}
	most := s.limit()
	i := s.slot(t)
	for i >= most && s.interval < math.MaxInt64/2 {
		s.halve()
		i = s.slot(t)
	}
	for len(s.points) <= i {
		s.points = append(s.points, bucket{})
	}
	return &s.points[i]
}

func (s *series) slot(t capture.Time) int {
	if t <= s.start {
		return 0
	}
	d := uint64(t) - uint64(s.start) // may pass 2^63 with absurd times
	return int(min(d/uint64(s.interval), uint64(s.limit())))
}

func (s *series) limit() int {
	if s.most > 0 {
		return s.most
	}
	return MaxPoints
}

// halve joins each two intervals.
func (s *series) halve() {
	s.interval *= 2
	n := (len(s.points) + 1) / 2
	for i := range n {
		b := s.points[2*i]
		if 2*i+1 < len(s.points) {
			b.merge(&s.points[2*i+1])
		}
		s.points[i] = b
	}
	s.points = s.points[:n]
}

func (b *bucket) merge(c *bucket) {
	b.packets += c.packets
	b.bytes += c.bytes
	b.lost += c.lost
	b.delta.merge(&c.delta)
	b.jitter.merge(&c.jitter)
}

func (s *spread) merge(t *spread) {
	if t.n == 0 {
		return
	}
	if s.n == 0 {
		*s = *t
		return
	}
	s.n += t.n
	s.sum += t.sum
	s.min, s.max = min(s.min, t.min), max(s.max, t.max)
}

// value returns the Series: every interval from first to last, empty ones
// with Packets 0.
func (s *series) value() Series {
	out := Series{Interval: s.interval, Start: s.start, Points: make([]Point, len(s.points))}
	for i := range s.points {
		b := &s.points[i]
		p := Point{
			At:      s.start.Add(time.Duration(i) * s.interval),
			Packets: int(b.packets), Bytes: int(b.bytes), Lost: int(b.lost),
			DeltaMax: b.delta.max, JitterMax: b.jitter.max,
		}
		if b.delta.n > 0 {
			p.DeltaMean = b.delta.sum / float64(b.delta.n)
		}
		if b.jitter.n > 0 {
			p.Jitter = b.jitter.sum / float64(b.jitter.n)
		}
		out.Points[i] = p
	}
	return out
}
