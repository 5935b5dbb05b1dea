package flow

import (
	"fmt"

	"rung/capture"
	"rung/decode"
)

// judgeRegistration looks at the last REGISTER that was decided.
func judgeRegistration(f *Flow, end capture.Time) {
	named(f)
	for i := range f.Messages {
		if reg := f.Messages[i].Facts.Registration; reg != nil && !reg.AOR.IsZero() {
			f.From = reg.AOR
			f.To = decode.Party{Host: reg.AOR.Host}
			break
		}
	}
	last := lastRound(rounds(f), "REGISTER", end)
	if last == nil {
		f.Outcome = Incomplete
		return
	}
	if o, ok := exchangeOutcome(last, end); !ok || o != Accepted {
		f.settle(o, last.final)
		return
	}
	f.settle(Registered, last.final)
	if removes(last) {
		f.Outcome = Unregistered
	}
}

// removes tells that a REGISTER that succeeded took the bindings away
// (RFC 3261 §10.2.2).
func removes(r *round) bool {
	if r.request != nil {
		if reg := r.request.Facts.Registration; reg != nil {
			return reg.Remove
		}
	}
	reg := r.final.Facts.Registration
	return reg != nil && reg.Expires == 0
}

// judgeExchange is for subscriptions, publications and messages: the last
// request of their own method that was decided, else any.
func judgeExchange(f *Flow, end capture.Time) {
	named(f)
	own := map[decode.Kind]string{
		decode.KindSubscription: "SUBSCRIBE", decode.KindPublication: "PUBLISH", decode.KindMessage: "MESSAGE",
	}[f.Kind]
	all := rounds(f)
	last := lastRound(all, own, end)
	if last == nil { // a NOTIFY that nobody asked for
		last = lastRound(all, "", end)
	}
	if last == nil {
		f.Outcome = Incomplete
		return
	}
	o, _ := exchangeOutcome(last, end)
	f.settle(o, last.final)
}

// lastRound is the transaction of a method ("" for any) whose end is the end
// of the flow: the last one that was decided, unless a later one was left
// without any answer for its full time, or its credentials were refused by
// another challenge. One that is still open counts only when none was decided,
// a challenge only when nothing came after it.
func lastRound(all []*round, method string, end capture.Time) *round {
	var decided, open, challenge *round
	for _, r := range all {
		if method != "" && r.method != method {
			continue
		}
		switch {
		case r.final == nil && r.silent(end):
			decided, open, challenge = r, nil, nil
		case r.final == nil:
			open = r
		case r.challenged() && r.authorized && challenge != nil:
			decided, challenge = r, nil // answered a challenge in vain
		case r.challenged():
			challenge = r
		default:
			decided, challenge = r, nil
		}
	}
	switch {
	case decided != nil:
		return decided
	case challenge != nil:
		if open != nil && open.first > challenge.first {
			return open
		}
		return challenge
	}
	return open
}

// exchangeOutcome names the end of one request. ok is false while it is open.
func exchangeOutcome(r *round, end capture.Time) (o Outcome, ok bool) {
	switch s := r.status(); {
	case s == 0 && r.silent(end):
		return Timeout, false
	case s == 0:
		return InProgress, false
	case s < 300:
		return Accepted, true
	case r.challenged() && !r.authorized:
		return Challenged, true
	case s >= 500 && s < 600:
		return Failed, true
	}
	return Denied, true
}

// judgeKeepalive tells whether the pings were answered: any final answer is a
// sign of life, 404 as well. When the far end went silent later, a diagnostic
// says so.
func judgeKeepalive(f *Flow, end capture.Time) {
	named(f)
	f.Outcome = Unanswered
	pings, silent := 0, 0
	errors := quotesOf(f)
	last := f.Messages[0].Message
	for _, r := range rounds(f) {
		pings++
		if r.request != nil {
			last = r.request
		}
		switch {
		case r.final != nil:
			f.settle(Answered, r.final)
			silent = 0
		case end.Sub(r.first) >= timerB || errors.after(r.request):
			silent++
		}
	}
	if f.Outcome == Answered && silent > 0 {
		f.Diagnostics = append(f.Diagnostics, capture.Diagnostic{
			Code: "keepalive-silent", Severity: capture.Warning, Frames: []capture.Frame{last.Frame},
			Text: fmt.Sprintf("the last %d of %d pings were not answered", silent, pings),
		})
	}
}

// quotes holds the latest ICMP error about each packet. A row of pings may have
// as many of both.
type quotes map[quoted]capture.Order

type quoted struct {
	path capture.Path
	ipid uint32 // 0: any packet of the path
}

func quotesOf(f *Flow) quotes {
	var all quotes
	for i := range f.Messages {
		q := f.Messages[i].Facts.Quote
		if q == nil {
			continue
		}
		if all == nil {
			all = make(quotes)
		}
		key := quoted{q.Path, q.IPID}
		if o, ok := all[key]; !ok || o.Less(f.Messages[i].Order) {
			all[key] = f.Messages[i].Order
		}
	}
	return all
}

// after tells that an ICMP error came back for a request.
func (all quotes) after(request *decode.Message) bool {
	if request == nil || len(all) == 0 {
		return false
	}
	for _, key := range [2]quoted{{request.Path, request.IPID}, {request.Path, 0}} {
		if o, ok := all[key]; ok && request.Order.Less(o) {
			return true
		}
	}
	return false
}

// judgeOther is for connections that never came up and messages of no kind.
func judgeOther(f *Flow) {
	f.Outcome = Incomplete
	for i := range f.Messages {
		if q := f.Messages[i].Facts.Quote; q != nil {
			f.Outcome, f.Reason = Failed, q.Text
			return // says more than the silence after it
		}
		ev := f.Messages[i].Facts.Conn
		if ev == nil {
			continue
		}
		switch ev.Event {
		case capture.EventRefused:
			f.Outcome, f.Reason = Failed, "connection refused"
		case capture.EventNoAnswer:
			f.Outcome, f.Reason = Timeout, "no answer to SYN"
		}
	}
}
