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
	until capture.Time // when its sender named another address instead; never
	media *decode.Media
}

// joinMedia gives every stream to the call whose session descriptions name
// its addresses at its time. Where two calls use the same addresses one after
// the other, the stream is cut between them.
func (b *Builder) joinMedia(r *Result, tracks []*media.Track) {
	b.attribute(r, tracks)
	for i, s := range r.Streams {
		s.ID = fmt.Sprintf("s%d", i+1)
		if o, ok := r.owner[s]; ok {
			o.flow.Streams = append(o.flow.Streams, s)
		}
	}
}

// attribute cuts tracks into streams and finds the call of each.
func (b *Builder) attribute(r *Result, tracks []*media.Track) {
	tenants := tenantsOf(r.Flows)
	tenants.join(tracks)
	pieces := make([][]piece, len(tracks))
	b.each(len(tracks), func(i int) { pieces[i] = piecesOf(tracks[i], tenants) })
	for i, t := range tracks {
		if pieces[i] != nil {
			r.Known[t] = true
		}
		for _, p := range pieces[i] {
			if p.holder != nil {
				p.holder.take(r, p.stream)
			}
			r.Streams = append(r.Streams, p.stream)
		}
	}
	sortStreams(r.Streams)
}

// A piece is a stream of a track and the call it belongs to, nil when none.
type piece struct {
	stream *media.Stream
	holder *holder
}

// piecesOf plays a track; nil when it is no RTP.
func piecesOf(t *media.Track, tenants leases) []piece {
	holders := holdersOf(t, tenants)
	if len(holders) == 0 && !t.Recognised() {
		return nil
	}
	cuts := make([]capture.Time, 0, len(holders))
	for _, h := range holders[min(1, len(holders)):] {
		cuts = append(cuts, h.from)
	}
	pieces := []piece{}
	for _, s := range t.Streams(cuts, describe(holders)) {
		pieces = append(pieces, piece{s, holderAt(holders, s.Start)})
	}
	return pieces
}

// claimed lists, by address, who wants media there, in order of time.
func claimed(flows []*Flow) map[netip.AddrPort][]claim {
	claims := make(map[netip.AddrPort][]claim)
	type sender struct {
		leg  int
		addr netip.AddrPort
		line int
	}
	type place struct {
		addr netip.AddrPort
		i    int
	}
	for _, f := range flows {
		said := make(map[sender]place)
		for i := range f.Messages {
			m := &f.Messages[i]
			if m.Facts.Session == nil {
				continue
			}
			for k, d := range wanted(m.Facts.Session) {
				who := sender{m.Leg, m.Path.Src, k}
				if p, ok := said[who]; ok && p.addr != d.Addr {
					claims[p.addr][p.i].until = m.Time
				}
				said[who] = place{d.Addr, len(claims[d.Addr])}
				claims[d.Addr] = append(claims[d.Addr], claim{f, m.Leg, m.Time, never, d})
			}
		}
	}
	for _, list := range claims {
		sort.SliceStable(list, func(i, j int) bool { return list[i].at < list[j].at })
	}
	return claims
}

// holderAt is the holder to which a piece that begins at start belongs: the
// last one that had begun by then.
func holderAt(holders []*holder, start capture.Time) *holder {
	if len(holders) == 0 {
		return nil
	}
	begun := sort.Search(len(holders), func(i int) bool { return holders[i].from > start })
	at := holders[max(0, begun-1)]
	if start > at.to || start < at.from.Add(-earlyMedia) {
		return nil
	}
	return at
}

// An ending says when the media of a call must be over, and from when on
// another call may have its addresses.
type ending struct{ to, free capture.Time }

const never = capture.Time(1<<63 - 1)

func endOf(f *Flow) ending {
	end := capture.Time(0)
	for i := range f.Messages {
		if t := f.Messages[i].Facts.Transaction; t != nil && t.Method == "BYE" {
			end = f.Messages[i].Time
		}
	}
	switch {
	case end != 0:
		return ending{end.Add(mediaGrace), never}
	case f.Outcome == Answered || f.Outcome == InProgress || f.Outcome == Incomplete:
		return ending{never, f.End} // its end is not in the capture
	}
	return ending{f.End.Add(mediaGrace), never}
}

// latest is the last word on an address before at, else the first one.
func latest(claims []claim, at capture.Time) *claim {
	if len(claims) == 0 {
		return nil
	}
	begun := sort.Search(len(claims), func(i int) bool { return claims[i].at > at })
	return &claims[max(0, begun-1)]
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
			if codec, ok := codecOf(c.media, pt); ok {
				return codec, true
			}
		}
		return media.Codec{}, false
	}
}

// codecOf is what a media line says of a payload type.
func codecOf(m *decode.Media, pt uint8) (media.Codec, bool) {
	for _, c := range m.Codecs {
		if c.PT == pt && c.Name != "" {
			return media.Codec{Name: c.Name, Clock: c.Clock, Kind: m.Kind, Encrypted: encrypted(m)}, true
		}
	}
	return media.Codec{}, false
}

// take gives a stream to the holder's call.
func (h *holder) take(r *Result, s *media.Stream) {
	c := latest(h.dst, s.Start)
	if c == nil {
		c = latest(h.src, s.Start)
	}
	r.owner[s] = owner{h.flow, legID(h.flow, c.leg)}
	s.Kind = c.media.Kind
	s.Encrypted, s.EncryptionKnown = encrypted(c.media), true
}

// encrypted tells SRTP by its profile (RFC 3711, RFC 5124).
func encrypted(m *decode.Media) bool { return strings.Contains(m.Transport, "SAVP") }
