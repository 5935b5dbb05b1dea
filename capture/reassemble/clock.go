package reassemble

import (
	"encoding/binary"
	"maps"
	"math/bits"

	"rung/capture"
	"rung/capture/wire"
)

// Clocks finds how far apart the clocks of two captures are, by the packets
// that are in both. A place is an interface of an input: mergecap keeps two
// hosts apart that way.
//
// It remembers a sample of each place's packets, chosen by what they hold, so
// that every place chooses the same ones. A packet that a place holds twice
// tells nothing about other places and is left out: an OPTIONS with the same
// bytes every minute would otherwise match its neighbour. Only when a good part
// of a place's packets, told apart by their IP ids, come twice and always so
// much later, two captures were merged into one without saying so, as mergecap
// does when the interfaces' names are equal.
//
// A nil Clocks is allowed and sees nothing.
type Clocks struct {
	names  []string
	places []*clockPlace // in order of their first packets
	byID   map[placeID]*clockPlace
	last   *clockPlace
	total  int   // samples of all places
	level  uint8 // lowest that any place still takes

	unwatched capture.Frame // first frame of a place beyond maxClockPlaces
}

type placeID struct{ file, iface int32 }

// A clockPlace holds the sample of one place: packets that score at least
// level, by digest.
type clockPlace struct {
	placeID
	level uint8
	seen  map[uint64]sighting
}

// A sighting is one packet as one place captured it.
type sighting struct {
	time     capture.Time
	way      uint64 // addresses and ports, of this direction
	ends     uint64 // addresses, of both directions
	frame    int32
	link     uint32 // of wire.Datagram.LinkSum
	score    uint8
	back     bool // from the larger address to the smaller one
	weak     bool // no IP id: an equal packet may be another one
	media    bool // looks like RTP: equal packets are the same, with IP id or without
	cut      bool // by the snaplen
	copy     bool // was taken out as a span copy
	repeated bool // the place has it more than once,
	often    bool // or more than twice

	// The second of two.
	again      capture.Time
	againFrame int32
	againCopy  bool
	againLink  uint32
}

// NewClocks returns a Clocks for the inputs of these names, by
// capture.Frame.File; nil when there are none, as with live capture, where all
// interfaces share one clock.
func NewClocks(names []string) *Clocks {
	if len(names) == 0 {
		return nil
	}
	return &Clocks{names: names, byID: make(map[placeID]*clockPlace)}
}

// See takes a packet that has a payload for rung, and whether Dedup took it for
// a copy.
func (c *Clocks) See(p *capture.Packet, g *wire.Datagram, dup bool) {
	if c == nil || len(g.Payload) < minClockPayload ||
		g.Path.Transport != capture.UDP && g.Path.Transport != capture.TCP {
		return
	}
	score, ok := clockScore(g)
	if !ok {
		return
	}
	place := c.place(p)
	if place == nil || score < place.level {
		return
	}
	before := len(place.seen)
	place.see(clockDigest(g), sightingOf(p, g, score, dup))
	c.total += len(place.seen) - before
	for c.total > maxClockTotal {
		c.raise()
	}
}

// raise halves the samples of all places, more or less.
func (c *Clocks) raise() {
	c.level++
	c.total = 0
	for _, place := range c.places {
		place.raise(c.level)
		c.total += len(place.seen)
	}
}

// raise lets only packets of a score stay.
func (l *clockPlace) raise(level uint8) {
	if level <= l.level {
		return
	}
	l.level = level
	maps.DeleteFunc(l.seen, func(_ uint64, s sighting) bool { return s.score < level })
}

// place finds or makes the place of a packet; nil when there are too many.
func (c *Clocks) place(p *capture.Packet) *clockPlace {
	id := placeID{p.Frame.File, p.Interface}
	if c.last != nil && c.last.placeID == id {
		return c.last
	}
	place := c.byID[id]
	if place == nil {
		if len(c.places) >= maxClockPlaces {
			if c.unwatched.Number == 0 {
				c.unwatched = p.Frame
			}
			return nil
		}
		place = &clockPlace{placeID: id, level: c.level, seen: make(map[uint64]sighting)}
		c.byID[id] = place
		c.places = append(c.places, place)
	}
	c.last = place
	return place
}

// see remembers a packet. The first of span copies counts; what comes again
// later is of no use.
func (l *clockPlace) see(key uint64, s sighting) {
	if old, ok := l.seen[key]; ok {
		if old.repeat(&s) {
			l.seen[key] = old
		}
		return
	}
	l.seen[key] = s
	for len(l.seen) > maxClockSamples {
		l.raise(l.level + 1)
	}
}

// repeat notes that the place has a packet once more, and reports whether that
// is news.
func (s *sighting) repeat(next *sighting) bool {
	switch {
	case s.often || next.time.Sub(s.time).Abs() <= dupDiffer:
		return false
	case !s.repeated:
		s.repeated = true
		s.again, s.againFrame, s.againCopy, s.againLink = next.time, next.frame, next.copy, next.link
	case next.time.Sub(s.again).Abs() <= dupDiffer:
		return false
	default:
		s.often = true
	}
	return true
}

func sightingOf(p *capture.Packet, g *wire.Datagram, score uint8, dup bool) sighting {
	src, dst := g.Path.Src.Addr(), g.Path.Dst.Addr()
	var way, ends digest
	way.addAddr(g.Path.Src)
	way.addAddr(g.Path.Dst)
	way.add(uint64(g.Path.Transport), 0)
	back := src.Compare(dst) > 0
	if back {
		src, dst = dst, src
	}
	ends.addIP(src, 0)
	ends.addIP(dst, 0)
	return sighting{
		time: p.Time, frame: p.Frame.Number, link: uint32(g.LinkSum), way: way.a, ends: ends.a, back: back,
		weak: g.IPID == 0, media: looksLikeMedia(g.Payload), score: score, cut: g.Cut, copy: dup,
	}
}

// clockScore draws a packet's lot from what it holds: score n comes to one in
// 2^n. Media, which is most of what a capture holds and all alike, has to
// win clockMediaBits more than signalling, or a call would leave no room for
// the SIP of an hour.
func clockScore(g *wire.Datagram) (score uint8, ok bool) {
	b := g.Payload[:min(len(g.Payload), clockBytes)]
	h := fold(binary.LittleEndian.Uint64(b)^k0^uint64(g.IPID)<<32,
		binary.LittleEndian.Uint64(b[len(b)-8:])^k1^uint64(g.PayloadLen))
	n := bits.LeadingZeros64(h)
	if looksLikeMedia(b) {
		n -= clockMediaBits
	}
	return uint8(n), n >= 0
}

// looksLikeMedia tells RTP and RTCP by their first byte (RFC 7983), or takes
// something else for them by chance.
func looksLikeMedia(b []byte) bool { return b[0]>>6 == 2 }

// clockDigest is like digestOf, without what two captures of one packet may
// differ in: the snaplen, beyond the first clockBytes.
func clockDigest(g *wire.Datagram) uint64 {
	d := digest{a: k3, b: k1}
	d.addAddr(g.Path.Src)
	d.addAddr(g.Path.Dst)
	d.add(uint64(g.Proto)|uint64(g.FragOffset)<<8, uint64(g.IPID)<<32|uint64(uint32(g.PayloadLen)))
	d.add(uint64(g.TCP.Seq)<<32|uint64(g.TCP.Ack), uint64(g.TCP.Flags)<<16|uint64(g.TCP.Window))
	d.addBytes(g.Payload[:min(len(g.Payload), clockBytes)])
	return d.a ^ bits.RotateLeft64(d.b, 32)
}
