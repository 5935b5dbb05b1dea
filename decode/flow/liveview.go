package flow

import (
	"cmp"
	"fmt"
	"slices"
	"sort"

	"rung/capture"
	"rung/decode"
	"rung/decode/media"
)

// Account is what became of the RTP that was handed out.
func (l *Live) Account() *capture.Account { return &l.account }

// StreamFlow returns the flow id and leg id of a stream of a flow that has
// not left, 0 and "" for others.
func (l *Live) StreamFlow(s *media.Stream) (int, string) {
	o, ok := l.owners[s]
	if !ok {
		return 0, ""
	}
	return o.flow.ID, o.leg
}

// Recent builds the latest flows, by time of their last message, at most n of
// them; the result is in order of their ids. Those that go on end now.
func (l *Live) Recent(n int, now capture.Time) []*Flow {
	order := slices.Clone(l.b.groups)
	slices.SortStableFunc(order, func(a, b *group) int { return cmp.Compare(b.live.seen, a.live.seen) })
	var out []*Flow
	for _, g := range order[:min(n, len(order))] {
		if len(g.messages) > 0 {
			f := l.build(g, now)
			if !g.live.done && goesOn(f, g) {
				f.End = max(f.End, now)
			}
			out = append(out, f)
		}
	}
	sort.Slice(out, func(i, j int) bool { return out[i].ID < out[j].ID })
	return out
}

// goesOn reports whether people still talk, wait or are logged in, as far as
// the messages tell. What has got its answer is only waited for: it lasts no
// longer than that.
func goesOn(f *Flow, g *group) bool {
	switch {
	case f.Outcome == InProgress:
		return true
	case f.Kind == decode.KindCall:
		return !g.closed && (f.Outcome == Answered || f.Outcome == Incomplete)
	case f.Kind == decode.KindXMPP:
		return sessionPatience(f) > liveLinger
	}
	return false
}

// Tally counts all flows so far, those that have not ended included.
func (l *Live) Tally(now capture.Time) Tally {
	t := make(Tally)
	for k, n := range l.tally {
		t[k] = n
	}
	for _, g := range l.b.groups {
		if len(g.messages) > 0 {
			t.add(g, l.b.flow(g.live.id, g, now))
		}
	}
	return t
}

// Open is the number of flows in memory, and of their messages.
func (l *Live) Open() (flows, messages int) {
	for _, g := range l.b.groups {
		messages += len(g.messages)
	}
	return len(l.b.groups), messages
}

// Diagnostics tell which limits were reached.
func (l *Live) Diagnostics() []capture.Diagnostic {
	var out []capture.Diagnostic
	if l.evicted > 0 {
		out = append(out, capture.Diagnostic{
			Code: "live-messages-limit", Severity: capture.Warning, Frames: []capture.Frame{l.firstEvict},
			Text: fmt.Sprintf("%d flows were handed out before their end: more than %d messages at a time", l.evicted, l.most),
		})
	}
	if l.refused > 0 {
		out = append(out, capture.Diagnostic{
			Code: "live-media-limit", Severity: capture.Warning, Frames: []capture.Frame{l.firstRefused},
			Text: fmt.Sprintf("%d media addresses were not noted: more than %d of one flow, or than %d flows with one address; their RTP is of no flow", l.refused, liveClaims, liveTenants),
		})
	}
	if l.unmatched > 0 {
		out = append(out, capture.Diagnostic{
			Code: "icmp-unmatched", Severity: capture.Info, Frames: []capture.Frame{l.firstStray}, Ref: "RFC 792",
			Text: fmt.Sprintf("%d ICMP errors quote packets of no flow shown here", l.unmatched),
		})
	}
	return append(out, l.pool.diagnostics()...)
}

// A Tally counts flows by kind and outcome.
type Tally map[TallyKey]int64

// A TallyKey is what flows are counted by.
type TallyKey struct {
	Kind    decode.Kind
	Outcome Outcome
}

// add counts f, the flow of g. What g was counted as before no longer holds.
func (t Tally) add(g *group, f *Flow) {
	if g.live.goesOn && f.Outcome == Incomplete {
		return // its end, of which the beginning says more
	}
	t[TallyKey{f.Kind, f.Outcome}]++
	if g.live.goesOn {
		t[TallyKey{f.Kind, g.live.counted}]--
	}
}
