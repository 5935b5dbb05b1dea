package flow

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"net/netip"
	"sort"

	"rung/capture"
	"rung/decode"
	"rung/decode/media"
)

// A Result is everything a capture told.
type Result struct {
	Flows   []*Flow
	Streams []*media.Stream // by first packet, those of no flow included
	// Known tells which tracks became streams: recognised by themselves, or
	// promoted because a session description offered their address.
	Known map[*media.Track]bool
	owner map[*media.Stream]owner
	// Unmatched counts ICMP errors about packets of no flow and no stream.
	Unmatched []*decode.Message
}

// An owner is the flow and leg of a stream.
type owner struct {
	flow *Flow
	leg  string
}

// StreamFlow returns the flow id and leg id of a stream, 0 and "" when it
// belongs to none.
func (r *Result) StreamFlow(s *media.Stream) (int, string) {
	o, ok := r.owner[s]
	if !ok {
		return 0, ""
	}
	return o.flow.ID, o.leg
}

// Finish works out what the groups mean. end is the time of the last frame of
// the capture; the Builder is empty afterwards.
func (b *Builder) Finish(end capture.Time, tracks []*media.Track) *Result {
	groups := b.groups[:0]
	for _, g := range b.groups {
		if len(g.messages) > 0 {
			sort.SliceStable(g.messages, func(i, j int) bool { return g.messages[i].Order.Less(g.messages[j].Order) })
			groups = append(groups, g)
		}
	}
	sort.SliceStable(groups, func(i, j int) bool {
		return groups[i].messages[0].Order.Less(groups[j].messages[0].Order)
	})
	r := &Result{Known: make(map[*media.Track]bool), owner: make(map[*media.Stream]owner)}
	r.Flows = make([]*Flow, len(groups))
	b.each(len(groups), func(i int) { r.Flows[i] = b.flow(i+1, groups[i], end) })
	b.joinMedia(r, tracks)
	b.strays(r)
	b.each(len(r.Flows), func(i int) { b.parties(r.Flows[i]) })
	b.groups, b.byKey, b.paths, b.stray = nil, nil, nil, nil
	return r
}

// flow makes a Flow of a group.
func (b *Builder) flow(id int, g *group, end capture.Time) *Flow {
	f := &Flow{ID: id, Key: keyOf(g), Kind: g.kind}
	f.Kind = kindOf(g)
	for _, m := range g.messages {
		f.Messages = append(f.Messages, Message{Message: m, Leg: -1, RetransmissionOf: -1})
	}
	f.Start, f.End = g.messages[0].Time, g.messages[0].Time
	for _, m := range g.messages {
		f.End = max(f.End, m.Time)
		f.Start = min(f.Start, m.Time)
	}
	legs(f)
	retransmissions(f)
	judge(f, end)
	identities(f)
	mediaLimit(f)
	f.Title = title(f)
	return f
}

// kindOf is the kind of the first request, else of the first message.
func kindOf(g *group) decode.Kind {
	if g.kind != decode.KindOther {
		return g.kind
	}
	for _, m := range g.messages {
		if m.Kind != "" {
			return m.Kind
		}
	}
	return g.kind
}

// keyOf hashes what names the flow: stable across runs and modes, and safe to
// print whatever the capture held.
func keyOf(g *group) string {
	sum := sha256.Sum256([]byte(g.key))
	return string(g.kind) + "-" + hex.EncodeToString(sum[:8])
}

// strays ties ICMP errors about media to the call of the stream.
func (b *Builder) strays(r *Result) {
	byPath := make(map[capture.Path]*Flow)
	for _, s := range r.Streams {
		if o, ok := r.owner[s]; ok {
			byPath[s.Path] = o.flow
		}
	}
	touched := make(map[*Flow]bool)
	for _, m := range b.stray {
		f := byPath[m.Facts.Quote.Path]
		if f == nil {
			f = byPath[rtpOf(m.Facts.Quote.Path)]
		}
		if f == nil {
			r.Unmatched = append(r.Unmatched, m)
			continue
		}
		f.Messages = append(f.Messages, Message{Message: m, Leg: -1, RetransmissionOf: -1})
		f.End = max(f.End, m.Time)
		touched[f] = true
	}
	for _, f := range r.Flows {
		if touched[f] {
			resort(f)
		}
	}
}

// rtpOf is the path of the RTP that goes with an RTCP path: one port lower at
// both ends (RFC 3550 §11).
func rtpOf(p capture.Path) capture.Path {
	down := func(a netip.AddrPort) netip.AddrPort { return netip.AddrPortFrom(a.Addr(), a.Port()-1) }
	return capture.Path{Transport: p.Transport, Src: down(p.Src), Dst: down(p.Dst)}
}

// resort puts the messages of f in order again and mends what points at them.
func resort(f *Flow) {
	for i := range f.Messages {
		if o := f.Messages[i].RetransmissionOf; o >= 0 {
			f.Messages[i].original = f.Messages[o].Message
		}
	}
	sort.SliceStable(f.Messages, func(i, j int) bool { return f.Messages[i].Order.Less(f.Messages[j].Order) })
	at := make(map[*decode.Message]int, len(f.Messages))
	for i := range f.Messages {
		at[f.Messages[i].Message] = i
	}
	for i := range f.Messages {
		if o := f.Messages[i].original; o != nil {
			f.Messages[i].RetransmissionOf, f.Messages[i].original = at[o], nil
		}
	}
}

// legID names leg i of f.
func legID(f *Flow, i int) string {
	if i < 0 {
		return ""
	}
	return fmt.Sprintf("%d.%d", f.ID, i+1)
}
