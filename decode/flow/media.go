package flow

import (
	"fmt"
	"net/netip"
	"sort"
	"strings"
	"time"

	"rung/capture"
	"rung/decode"
	"rung/decode/media"
)

// earlyMedia is how long before the first word of an address in signalling
// its media may be seen: the two travel apart and overtake each other.
const earlyMedia = time.Second

// A claim says that a call wants media at an address from some time on.
type claim struct {
	flow  *Flow
	leg   int
	at    capture.Time
	media *decode.Media
}

// joinMedia gives every stream to the call whose session descriptions name
// its addresses at its time. Where two calls use the same addresses one after
// the other, the stream is cut between them.
func joinMedia(r *Result, tracks []*media.Track) {
	claims := claimed(r.Flows)
	for _, t := range tracks {
		holders := holdersOf(t, claims)
		if len(holders) == 0 && !t.Recognised() {
			continue
		}
		r.Known[t] = true
		cuts := make([]capture.Time, 0, len(holders))
		for _, h := range holders[min(1, len(holders)):] {
			cuts = append(cuts, h.from)
		}
		for _, s := range t.Streams(cuts, describe(holders)) {
			if h := holderAt(holders, s.Start); h != nil {
				h.take(r, s)
			}
			r.Streams = append(r.Streams, s)
		}
	}
	sort.SliceStable(r.Streams, func(i, j int) bool {
		a, b := r.Streams[i], r.Streams[j]
		if a.Order != b.Order {
			return a.Order.Less(b.Order)
		}
		return a.SSRC < b.SSRC
	})
	for i, s := range r.Streams {
		s.ID = fmt.Sprintf("s%d", i+1)
		if o, ok := r.owner[s]; ok {
			o.flow.Streams = append(o.flow.Streams, s)
		}
	}
}

// claimed lists, by address, who wants media there, in order of time.
func claimed(flows []*Flow) map[netip.AddrPort][]claim {
	claims := make(map[netip.AddrPort][]claim)
	for _, f := range flows {
		for i := range f.Messages {
			m := &f.Messages[i]
			if m.Facts.Session == nil {
				continue
			}
			for k := range m.Facts.Session.Media {
				d := &m.Facts.Session.Media[k]
				if d.Port == 0 || !d.Addr.IsValid() || d.Addr.Addr().IsUnspecified() {
					continue
				}
				claims[d.Addr] = append(claims[d.Addr], claim{f, m.Leg, m.Time, d})
			}
		}
	}
	for _, list := range claims {
		sort.SliceStable(list, func(i, j int) bool { return list[i].at < list[j].at })
	}
	return claims
}

// A holder is a call that a track's addresses belong to for a while.
type holder struct {
	flow     *Flow
	score    int // 2: the receiver's address is offered, 1: the sender's, 3: both
	from, to capture.Time
	dst, src []claim
}

// holdersOf picks the calls that own a track, in order of time: the best
// match first, no two at once.
func holdersOf(t *media.Track, claims map[netip.AddrPort][]claim) []*holder {
	byFlow := make(map[*Flow]*holder)
	var list []*holder
	get := func(c claim) *holder {
		h := byFlow[c.flow]
		if h == nil {
			h = &holder{flow: c.flow, from: c.at, to: mediaEnd(c.flow)}
			byFlow[c.flow] = h
			list = append(list, h)
		}
		h.from = min(h.from, c.at)
		return h
	}
	for _, c := range claims[t.Path.Dst] {
		h := get(c)
		h.dst = append(h.dst, c)
		h.score |= 2
	}
	for _, c := range claims[t.Path.Src] {
		h := get(c)
		h.src = append(h.src, c)
		h.score |= 1
	}
	sort.SliceStable(list, func(i, j int) bool {
		if list[i].score != list[j].score {
			return list[i].score > list[j].score
		}
		if list[i].from != list[j].from {
			return list[i].from < list[j].from
		}
		return list[i].flow.ID < list[j].flow.ID
	})
	var taken []*holder
	for _, h := range list {
		if h.from.Add(-earlyMedia) > t.End || h.to < t.Start || overlaps(taken, h) {
			continue
		}
		taken = append(taken, h)
	}
	sort.SliceStable(taken, func(i, j int) bool { return taken[i].from < taken[j].from })
	return taken
}

// overlaps tells that h holds the addresses while another does. The grace at
// the end does not count: the next call may follow at once.
func overlaps(taken []*holder, h *holder) bool {
	for _, o := range taken {
		if h.from < o.to.Add(-mediaGrace) && o.from < h.to.Add(-mediaGrace) {
			return true
		}
	}
	return false
}

// holderAt is the holder to which a piece that begins at start belongs: the
// last one that had begun by then.
func holderAt(holders []*holder, start capture.Time) *holder {
	var at *holder
	for _, h := range holders {
		if at == nil || h.from <= start {
			at = h
		}
	}
	if at == nil || start > at.to || start < at.from.Add(-earlyMedia) {
		return nil
	}
	return at
}

// mediaEnd is when the media of a call must be over.
func mediaEnd(f *Flow) capture.Time {
	const never = capture.Time(1<<63 - 1)
	end := capture.Time(0)
	for i := range f.Messages {
		if t := f.Messages[i].Facts.Transaction; t != nil && t.Method == "BYE" {
			end = f.Messages[i].Time
		}
	}
	switch {
	case end != 0:
	case f.Outcome == Answered || f.Outcome == InProgress || f.Outcome == Incomplete:
		return never
	default:
		end = f.End
	}
	return end.Add(mediaGrace)
}

// latest is the last word on an address before at, else the first one.
func latest(claims []claim, at capture.Time) *claim {
	if len(claims) == 0 {
		return nil
	}
	c := &claims[0]
	for i := range claims {
		if claims[i].at <= at {
			c = &claims[i]
		}
	}
	return c
}

// describe tells a track what its payload types mean: as the receiver asked
// for them (RFC 3264 §5.1), else as the sender described itself.
func describe(holders []*holder) func(capture.Time, uint8) (media.Codec, bool) {
	return func(at capture.Time, pt uint8) (media.Codec, bool) {
		h := holderAt(holders, at)
		if h == nil {
			return media.Codec{}, false
		}
		for _, c := range []*claim{latest(h.dst, at), latest(h.src, at)} {
			if c == nil {
				continue
			}
			for _, codec := range c.media.Codecs {
				if codec.PT == pt && codec.Name != "" {
					return media.Codec{
						Name: codec.Name, Clock: codec.Clock, Kind: c.media.Kind,
						Encrypted: encrypted(c.media),
					}, true
				}
			}
		}
		return media.Codec{}, false
	}
}

// take gives a stream to the holder's call.
func (h *holder) take(r *Result, s *media.Stream) {
	c := latest(h.dst, s.Start)
	if c == nil {
		c = latest(h.src, s.Start)
	}
	r.owner[s] = owner{h.flow, legID(h.flow, c.leg)}
	s.Kind = c.media.Kind
	s.Encrypted = encrypted(c.media)
}

// encrypted tells SRTP by its profile (RFC 3711, RFC 5124).
func encrypted(m *decode.Media) bool { return strings.Contains(m.Transport, "SAVP") }
