package flow

import (
	"rung/capture"
	"rung/decode"
)

// judgeCall works out outcome and timing of a call from its first leg: what
// the caller was told. Forks and later hops explain it, they don't decide it.
func judgeCall(f *Flow, end capture.Time) {
	named(f)
	all := rounds(f)
	var invites []*round // that would begin the dialog, as the caller sent them
	for _, r := range all {
		if r.method != "INVITE" || r.inDialog || r.request == nil {
			continue
		}
		if len(invites) == 0 || sameHost(invites[0].request, r.request) {
			invites = append(invites, r)
		}
	}
	if len(invites) == 0 {
		judgeMidCall(f, all)
		return
	}
	decisive := decide(invites)
	f.Timing = callTiming(f, invites, decisive)
	outcome, answer := callOutcome(f, decisive, all, decisive.leg, end)
	f.settle(outcome, answer)
}

// sameHost reports whether two requests come from one party: from one host, or
// from one socket where a host talks to itself.
func sameHost(a, b *decode.Message) bool {
	x, y := a.Path.Src, b.Path.Src
	if a.Path.Src.Addr() == a.Path.Dst.Addr() {
		return x == y
	}
	return x.Addr() == y.Addr()
}

// decide picks the INVITE whose answer counts: one that was accepted, else the
// last of those that went out one after the other. Challenges, redirections
// that were followed and servers that were given up are passed over; of forks
// the first decides.
func decide(invites []*round) *round {
	for _, r := range invites {
		if s := r.status(); s >= 200 && s < 300 {
			return r
		}
	}
	last := invites[0]
	for _, r := range invites[1:] {
		if r.leg == last.leg || r.follows(last) {
			last = r
		}
	}
	return last
}

// follows tells that r was sent because of what became of last: after its
// final answer, or after it was repeated without any.
func (r *round) follows(last *round) bool {
	if last.final != nil {
		return last.final.Order.Less(r.request.Order)
	}
	return last.ringing == nil && r.first.Sub(last.first) >= failover
}

// judgeMidCall is for captures that begin after the INVITE.
func judgeMidCall(f *Flow, all []*round) {
	f.Outcome = Incomplete
	for _, r := range all {
		if r.method == "INVITE" && r.final != nil && !r.inDialog {
			f.Status, f.Reason = r.status(), r.final.Facts.Transaction.Reason
		}
	}
}

func callTiming(f *Flow, invites []*round, decisive *round) Timing {
	var t Timing
	first := invites[0].request
	var ringing *decode.Message
	for _, r := range invites {
		if r.ringing != nil {
			ringing = r.ringing
			break
		}
	}
	t.PDD = since(first, ringing)
	if decisive.final != nil && ringing != nil && ringing.Order.Less(decisive.final.Order) {
		t.Ring = since(ringing, decisive.final)
	}
	if s := decisive.status(); s < 200 || s >= 300 {
		return t
	}
	t.Setup = since(first, decisive.final)
	for i := range f.Messages {
		m := &f.Messages[i]
		if tr := m.Facts.Transaction; tr != nil && tr.Request && tr.Method == "BYE" && decisive.final.Order.Less(m.Order) {
			t.Talk = since(decisive.final, m.Message)
			break
		}
	}
	return t
}

// callOutcome names the end of a call as contract.md does.
func callOutcome(f *Flow, r *round, all []*round, leg int, end capture.Time) (Outcome, *decode.Message) {
	cancelled := false
	for _, x := range all {
		if x.method == "CANCEL" && x.leg == leg && x.request != nil {
			cancelled = true
		}
	}
	switch s := r.status(); {
	case s == 0:
		return unansweredCall(r, cancelled, end), nil
	case s < 300:
		return Answered, r.final
	case s < 400:
		return Redirected, r.final
	case s == 486 || s == 600:
		return Busy, r.final
	case s == 487 && cancelled:
		return Cancelled, r.final
	case s == 487 || s == 408 || s == 480:
		return NoAnswer, r.final
	case s >= 500 && s < 600:
		return Failed, r.final
	}
	return Rejected, r.final
}

func unansweredCall(r *round, cancelled bool, end capture.Time) Outcome {
	switch {
	case cancelled:
		return Cancelled
	case r.silent(end):
		return Timeout
	}
	return InProgress
}
