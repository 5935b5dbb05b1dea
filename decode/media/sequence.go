package media

import "rung/capture"

// A sequence accounts for the sequence numbers of a piece (RFC 3550 A.1 and
// A.3, with duplicates and late packets told apart). Numbers are extended to
// 64 bits and never wrap.
type sequence struct {
	started   bool
	base, max int64 // lowest and highest of the segment since the last restart
	expected  int64 // of the segments before
	received  int64 // distinct packets, all segments
	duplicate int64
	late      int64
	restarts  int64
	bits      [window / 64]uint64 // which of (max-window, max] have come
	open      []gap               // within the window, by number; late packets may close them
	bursts    []Burst
	moreBurst int64 // beyond MaxBursts
	series    *series
}

// A gap is a run of numbers that have not come.
type gap struct {
	first, last int64
	frame       capture.Frame // the packet that showed it
	time        capture.Time
}

// A place says where a sequence number falls.
type place uint8

const (
	placeNext      place = iota + 1 // the highest so far
	placeLate                       // a hole is filled, or the base is lowered
	placeDuplicate                  // it has come before
	placeJump                       // far away: a restart if the next one follows it
)

// origin is where extended numbers begin: high enough that a base lowered by
// late packets stays positive.
const origin = 1 << 20

// place finds where seq falls, without taking it.
func (s *sequence) place(seq uint16) (place, int64) {
	if !s.started {
		return placeNext, origin + int64(seq)
	}
	ahead := seq - uint16(s.max)
	if ahead == 0 {
		return placeDuplicate, s.max
	}
	if ahead < maxDropout {
		return placeNext, s.max + int64(ahead)
	}
	behind := -ahead // wraps: how far back
	ext := s.max - int64(behind)
	if behind > maxMisorder {
		return placeJump, ext
	}
	if ext >= s.base && s.has(ext) {
		return placeDuplicate, ext
	}
	return placeLate, ext
}

// placeFar places a packet that looked like a jump and had no successor: the
// window may still know it. ok is false when it is a stray.
func (s *sequence) placeFar(ext int64) (place, bool) {
	if ext < s.base || ext <= s.max-window {
		return placeJump, false
	}
	if s.has(ext) {
		return placeDuplicate, true
	}
	return placeLate, true
}

// isHole reports whether seq, far back, falls where a packet is missing.
func (s *sequence) isHole(seq uint16) bool {
	p, ext := s.place(seq)
	if p != placeJump {
		return false
	}
	p, ok := s.placeFar(ext)
	return ok && p == placeLate
}

func (s *sequence) has(ext int64) bool { return s.bits[ext>>6&(window/64-1)]&(1<<(ext&63)) != 0 }
func (s *sequence) set(ext int64)      { s.bits[ext>>6&(window/64-1)] |= 1 << (ext & 63) }
func (s *sequence) unset(ext int64)    { s.bits[ext>>6&(window/64-1)] &^= 1 << (ext & 63) }

// take takes a packet at ext, which place has found.
func (s *sequence) take(p place, ext int64, r *record) {
	switch {
	case p == placeDuplicate:
		s.duplicate++
		return
	case !s.started:
		s.started, s.base, s.max = true, ext, ext
	case p == placeNext:
		s.advance(ext, r)
	case ext < s.base:
		s.late++
		if ext+1 < s.base {
			s.open = append([]gap{{ext + 1, s.base - 1, r.frame, r.time}}, s.open...)
		}
		s.base = ext
	default:
		s.late++
		s.fill(ext)
	}
	s.set(ext)
	s.received++
}

// advance moves the highest number to ext and settles what leaves the window.
func (s *sequence) advance(ext int64, r *record) {
	for i := s.max + 1; i < ext; i++ {
		s.unset(i)
	}
	if ext > s.max+1 {
		s.open = append(s.open, gap{s.max + 1, ext - 1, r.frame, r.time})
	}
	s.max = ext
	n := 0
	for n < len(s.open) && s.open[n].last <= s.max-window {
		s.settle(s.open[n])
		n++
	}
	s.open = s.open[n:] // append moves the rest when it must: no copy per gap
}

// fill takes ext out of the gap it lies in. Late packets are late by few, so
// the search goes from the end.
func (s *sequence) fill(ext int64) {
	for i := len(s.open) - 1; i >= 0; i-- {
		g := &s.open[i]
		if ext < g.first {
			continue
		}
		if ext > g.last {
			return
		}
		switch {
		case g.first == g.last:
			s.open = append(s.open[:i], s.open[i+1:]...)
		case ext == g.first:
			g.first++
		case ext == g.last:
			g.last--
		default:
			rest := *g
			g.last, rest.first = ext-1, ext+1
			s.open = append(s.open, gap{})
			copy(s.open[i+2:], s.open[i+1:])
			s.open[i+1] = rest
		}
		return
	}
}

// settle counts a gap that nothing can close any more.
func (s *sequence) settle(g gap) {
	n := g.last - g.first + 1
	s.series.at(g.time).lost += n
	if len(s.bursts) >= MaxBursts {
		s.moreBurst++
		return
	}
	s.bursts = append(s.bursts, Burst{FirstSeq: uint16(g.first), Packets: n, Frame: g.frame})
}

// close ends the segment, at a restart or at the end of the piece.
func (s *sequence) close() {
	if !s.started {
		return
	}
	for _, g := range s.open {
		s.settle(g)
	}
	s.open = nil
	s.expected += s.max - s.base + 1
	s.started = false
	s.bits = [window / 64]uint64{}
}

// restart begins a new segment (A.1).
func (s *sequence) restart() {
	s.close()
	s.restarts++
}
