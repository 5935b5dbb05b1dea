package flow

import (
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
	slices.SortStableFunc(order, func(a, b *group) int { return int(b.seen().Sub(a.seen())) })
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
			t.add(l.b.flow(g.live.id, g, now))
		}
	}
	return t
}

// Open is the number of flows in memory, and of their messages.
func (l *Live) Open() (flows, messages int) { return len(l.b.groups), l.messages }

// Diagnostics tell which limits were reached.
func (l *Live) Diagnostics() []capture.Diagnostic {
	var out []capture.Diagnostic
	if l.evicted > 0 {
		out = append(out, capture.Diagnostic{
			Code: "live-messages-limit", Severity: capture.Warning, Frames: []capture.Frame{l.firstEvict},
			Text: fmt.Sprintf("%d flows were handed out before their end: more than %d messages at a time", l.evicted, l.most),
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

func (t Tally) add(f *Flow) { t[TallyKey{f.Kind, f.Outcome}]++ }
