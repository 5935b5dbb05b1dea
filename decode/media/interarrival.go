package media

import (
	"math"
	"time"

	"rung/capture"
)

// An interarrival is the jitter estimator of RFC 3550 §6.4.1 and A.8, in ms,
// with the skew beside it.
type interarrival struct {
	ref   bool // there is a packet to compare with
	at    capture.Time
	ts    uint32
	clock int

	jitter, max, sum float64
	n                int64 // packets fed

	skew  float64 // arrival minus timestamp time since the first packet
	worst float64 // of skew, by magnitude
	least float64 // of skew: the fastest packet
}

// step returns D(i-1,i) in ms for a packet at (at, ts): how much later it
// came than its timestamp says. ok is false when there is nothing to compare
// with: the first packet, or the clock has changed.
func (j *interarrival) step(at capture.Time, ts uint32, clock int) (d float64, ok bool) {
	if !j.ref || j.clock != clock || clock <= 0 {
		return 0, false
	}
	return j.offset(at, ts), true
}

// offset is step for the reference's own clock.
func (j *interarrival) offset(at capture.Time, ts uint32) float64 {
	return ms(at.Sub(j.at)) - float64(int32(ts-j.ts))*1000/float64(j.clock)
}

// feed takes D.
func (j *interarrival) feed(d float64) {
	j.jitter += (math.Abs(d) - j.jitter) / 16
	j.sum += j.jitter
	j.max = max(j.max, j.jitter)
	j.n++
	j.skew += d
	j.least = min(j.least, j.skew)
	if math.Abs(j.skew) > math.Abs(j.worst) {
		j.worst = j.skew
	}
}

// compare makes a packet the one the next is compared with.
func (j *interarrival) compare(at capture.Time, ts uint32, clock int) {
	j.ref, j.at, j.ts, j.clock = true, at, ts, clock
}

// forget makes the next packet a first one; the jitter goes on.
func (j *interarrival) forget() { j.ref = false }

// value returns the Jitter, nil when nothing was fed.
func (j *interarrival) value() *Jitter {
	if j.n == 0 {
		return nil
	}
	return &Jitter{Mean: j.sum / float64(j.n), Max: j.max, Last: j.jitter}
}

func ms(d time.Duration) float64 { return float64(d) / 1e6 }

// A spread collects least, mean and greatest.
type spread struct {
	n             int64
	min, max, sum float64
}

func (s *spread) add(v float64) {
	if s.n == 0 {
		s.min, s.max = v, v
	}
	s.n++
	s.sum += v
	s.min, s.max = min(s.min, v), max(s.max, v)
}

func (s *spread) value() *Spread {
	if s.n == 0 {
		return nil
	}
	return &Spread{Min: s.min, Mean: s.sum / float64(s.n), Max: s.max}
}
