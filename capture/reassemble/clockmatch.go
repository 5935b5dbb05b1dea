package reassemble

import (
	"cmp"
	"slices"
	"time"

	"rung/capture"
)

// A clockMatch is one packet that two places hold.
type clockMatch struct {
	a, b *clockSample
	diff time.Duration // b's time less a's
	rest time.Duration // what the estimate doesn't explain of diff
}

// A clockSample is a sighting with its digest and its place.
type clockSample struct {
	sighting
	key   uint64
	place int
}

// A clockPair is two places with what they have in common, a before b in the
// order of inputs.
type clockPair struct {
	a, b    *clockPlace
	matches []clockMatch // by a's time
}

// pairs finds the packets that several places hold. With more than two, each
// is compared with the first of them: the other differences follow from
// those.
func (c *Clocks) pairs() []clockPair {
	slices.SortFunc(c.places, func(x, y *clockPlace) int {
		return cmp.Or(cmp.Compare(x.file, y.file), cmp.Compare(x.iface, y.iface))
	})
	samples := c.samples()
	type ends struct{ a, b int }
	found := make(map[ends][]clockMatch)
	for len(samples) > 0 {
		n := 1
		for n < len(samples) && samples[n].key == samples[0].key {
			n++
		}
		a := &samples[0]
		for i := 1; i < n; i++ {
			b := &samples[i]
			at := ends{a.place, b.place}
			found[at] = append(found[at], clockMatch{a: a, b: b, diff: b.time.Sub(a.time)})
		}
		samples = samples[n:]
	}
	var out []clockPair
	for at, matches := range found {
		sortMatches(matches)
		out = append(out, clockPair{c.places[at.a], c.places[at.b], matches})
	}
	slices.SortFunc(out, func(x, y clockPair) int {
		return cmp.Or(cmp.Compare(x.a.file, y.a.file), cmp.Compare(x.a.iface, y.a.iface),
			cmp.Compare(x.b.file, y.b.file), cmp.Compare(x.b.iface, y.b.iface))
	})
	return out
}

// within finds the packets that a place holds twice, when they are a good part
// of it.
func (l *clockPlace) within() (p clockPair, ok bool) {
	p = clockPair{a: l, b: l}
	for key, s := range l.seen {
		if !s.repeated || s.often || s.weak && !s.media {
			continue
		}
		again := s
		again.time, again.frame, again.copy, again.link = s.again, s.againFrame, s.againCopy, s.againLink
		p.matches = append(p.matches, clockMatch{
			a: &clockSample{sighting: s, key: key}, b: &clockSample{sighting: again, key: key}, diff: again.time.Sub(s.time),
		})
	}
	sortMatches(p.matches)
	return p, len(p.matches)*clockPartTwice >= len(l.seen)
}

func sortMatches(m []clockMatch) {
	slices.SortFunc(m, func(x, y clockMatch) int {
		return cmp.Or(cmp.Compare(x.a.time, y.a.time), cmp.Compare(x.a.frame, y.a.frame), cmp.Compare(x.b.frame, y.b.frame))
	})
}

// samples lists what all places remember and don't hold twice, by digest, then
// by place.
func (c *Clocks) samples() []clockSample {
	var out []clockSample
	for i, place := range c.places {
		for key, s := range place.seen {
			if !s.repeated {
				out = append(out, clockSample{s, key, i})
			}
		}
	}
	slices.SortFunc(out, func(x, y clockSample) int {
		return cmp.Or(cmp.Compare(x.key, y.key), cmp.Compare(x.place, y.place))
	})
	return out
}

// An offset is what the packets of a pair say about its two clocks.
type offset struct {
	by      time.Duration // b's clock less a's
	spread  time.Duration // median absolute deviation
	delay   time.Duration // on the way between the places; 0 when oneWay
	oneWay  bool          // packets of one direction only: delay is part of by
	drift   float64       // growth of by, seconds per second; 0: none to speak of
	packets int
	twice   int           // of packets: too far apart to be taken out as span copies
	cut     int           // of packets: not taken out because the snaplen cut one of both
	differ  int           // of twice: link headers, tunnel or TTL differ
	longest time.Duration // of differ
	first   *clockMatch   // of those, else of all
}

// estimate works the offset out. ok is false when the packets prove none.
//
// Where two hosts exchange packets, those of one direction are seen late by
// the time on the way and those of the other early: the mean of both tells
// the clock (RFC 5905 §8), half their difference the way.
func (p *clockPair) estimate() (o offset, ok bool) {
	p.dropWeak()
	if len(p.matches) < minClockMatches {
		return o, false
	}
	o.packets = len(p.matches)
	p.center(&o)
	p.trend(&o)
	if o.spread > maxClockSpread {
		return o, false
	}
	for i := range p.matches {
		if m := &p.matches[i]; !m.a.copy && !m.b.copy {
			o.count(m)
		}
	}
	if o.first == nil {
		o.first = &p.matches[0]
	}
	return o, true
}

// count takes a packet that both places hold and that was no span copy. What
// comes at the same time, and whole, differs where the digest doesn't look.
func (o *offset) count(m *clockMatch) {
	switch {
	case m.diff.Abs() > dupSame:
		o.twice++
		if m.a.link != m.b.link {
			o.differ++
			o.longest = max(o.longest, m.diff.Abs())
		}
	case m.a.cut || m.b.cut:
		o.cut++
	default:
		return
	}
	if o.first == nil {
		o.first = m
	}
}

// dropWeak leaves out packets without an IP id when few different ones on the
// same way match.
func (p *clockPair) dropWeak() {
	ways := make(map[uint64]int)
	for i := range p.matches {
		ways[p.matches[i].a.way]++
	}
	p.matches = slices.DeleteFunc(p.matches, func(m clockMatch) bool {
		return m.a.weak && ways[m.a.way] < minClockWay
	})
}

// center finds the offset and what it leaves unexplained of each match.
func (p *clockPair) center(o *offset) {
	type group [2][]time.Duration // of two ends, by direction
	groups := make(map[uint64]*group)
	for i := range p.matches {
		m := &p.matches[i]
		g := groups[m.a.ends]
		if g == nil {
			g = new(group)
			groups[m.a.ends] = g
		}
		g[direction(m)] = append(g[direction(m)], m.diff)
	}
	type half struct{ there, back time.Duration }
	medians := make(map[uint64]half)
	var centers, delays, all []time.Duration
	for ends, g := range groups {
		all = append(append(all, g[0]...), g[1]...)
		if len(g[0]) == 0 || len(g[1]) == 0 {
			continue
		}
		h := half{median(g[0]), median(g[1])}
		medians[ends] = h
		for range len(g[0]) + len(g[1]) { // weighs as much as its packets
			centers = append(centers, h.there/2+h.back/2)
			delays = append(delays, (h.there/2 - h.back/2).Abs())
		}
	}
	o.oneWay = len(centers) == 0
	if o.oneWay {
		o.by = median(all)
	} else {
		o.by, o.delay = median(centers), median(delays)
	}
	for i := range p.matches {
		m := &p.matches[i]
		m.rest = m.diff - o.by
		if h, ok := medians[m.a.ends]; ok {
			way := h.there/2 - h.back/2
			if m.a.back {
				way = -way
			}
			m.rest -= way
		}
	}
}

func direction(m *clockMatch) int {
	if m.a.back {
		return 1
	}
	return 0
}

// trend finds the spread, and the drift by comparing the first third of the
// packets with the last.
func (p *clockPair) trend(o *offset) {
	rests := make([]time.Duration, len(p.matches))
	for i := range p.matches {
		rests[i] = p.matches[i].rest
	}
	o.spread = deviation(rests)
	n := len(p.matches)
	if n < minClockDriftMatches {
		return
	}
	third := n / 3
	change := median(rests[n-third:]) - median(rests[:third])
	start := p.matches[0].a.time
	times := make([]time.Duration, n)
	for i := range p.matches {
		times[i] = p.matches[i].a.time.Sub(start)
	}
	apart := median(times[n-third:]) - median(times[:third])
	if apart <= 0 || change.Abs() < minClockDrift {
		return
	}
	rate, middle := float64(change)/float64(apart), median(times)
	for i := range rests {
		rests[i] -= time.Duration(rate * float64(times[i]-middle))
	}
	if left := deviation(rests); change.Abs() > 3*left {
		o.drift, o.spread = rate, left
	}
}

// deviation is the median absolute deviation from 0.
func deviation(d []time.Duration) time.Duration {
	abs := make([]time.Duration, len(d))
	for i := range d {
		abs[i] = d[i].Abs()
	}
	return median(abs)
}

// median of at least one duration. It leaves d as it is.
func median(d []time.Duration) time.Duration {
	d = slices.Sorted(slices.Values(d))
	k := len(d) / 2
	if len(d)%2 == 1 {
		return d[k]
	}
	return d[k-1]/2 + d[k]/2
}

func (m *clockMatch) frames(p *clockPair) []capture.Frame {
	return []capture.Frame{{File: p.a.file, Number: m.a.frame}, {File: p.b.file, Number: m.b.frame}}
}
