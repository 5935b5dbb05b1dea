package flow

import (
	"time"

	"rung/capture"
	"rung/decode"
)

// judge says how the flow ended, and between whom it was.
func judge(f *Flow, end capture.Time) {
	switch f.Kind {
	case decode.KindCall:
		judgeCall(f, end)
	case decode.KindRegistration:
		judgeRegistration(f, end)
	case decode.KindSubscription, decode.KindPublication, decode.KindMessage:
		judgeExchange(f, end)
	case decode.KindKeepalive:
		judgeKeepalive(f, end)
	case decode.KindXMPP:
		judgeSession(f)
	case decode.KindLookup:
		judgeLookup(f, end)
	default:
		judgeOther(f)
	}
	if f.Reason == "" && f.Status == 0 && (f.Outcome == Timeout || f.Outcome == InProgress || f.Outcome == Unanswered) {
		f.Reason = unreachable(f)
	}
	if f.From.IsZero() && f.To.IsZero() {
		between(f)
	}
}

// unreachable is what the first ICMP error about the flow's own packets says,
// "" when there is none.
func unreachable(f *Flow) string {
	for i := range f.Messages {
		if f.Messages[i].Facts.Quote != nil {
			return f.Messages[i].Name
		}
	}
	return ""
}

// between names the ends by address where no message names them.
func between(f *Flow) {
	m := f.Messages[0]
	src, dst := m.Path.Src, m.Path.Dst
	switch q := m.Facts.Quote; {
	case q != nil: // the error came back from the other end, or from between
		src, dst = q.Path.Src, q.Path.Dst
	case len(f.Legs) > 0:
		src, dst = f.Legs[0].Src, f.Legs[0].Dst
	}
	f.From = decode.Party{Host: src.Addr().String()}
	f.To = decode.Party{Host: dst.Addr().String()}
}

// named takes From and To of the first request that carries them, else of the
// first message that does.
func named(f *Flow) {
	var found *decode.Identity
	for i := range f.Messages {
		id := f.Messages[i].Facts.Identity
		if id == nil {
			continue
		}
		if t := f.Messages[i].Facts.Transaction; t != nil && t.Request {
			found = id
			break
		}
		if found == nil {
			found = id
		}
	}
	if found != nil {
		f.From, f.To = found.From, found.To
	}
}

// A round is one transaction: its request and what came back, on one leg.
type round struct {
	id         string
	leg        int
	method     string
	request    *decode.Message // nil when not captured
	sends      int             // how often the request went out
	fromTag    string
	inDialog   bool
	authorized bool
	ringing    *decode.Message // first 180…189
	final      *decode.Message // first final response
	first      capture.Time
}

// stale is when a message with the same transaction id can't belong to the
// transaction any more. An INVITE may ring for minutes.
func stale(method string) time.Duration {
	if method == "INVITE" {
		return time.Hour
	}
	return timerB
}

func (r *round) status() int {
	if r.final == nil {
		return 0
	}
	return r.final.Facts.Transaction.Status
}

func (r *round) challenged() bool { s := r.status(); return s == 401 || s == 407 }

// rounds lists the transactions of the flow in order, ACK left out.
func rounds(f *Flow) []*round {
	type key struct {
		leg    int
		id     string
		method string
	}
	type loose struct {
		leg    int
		method string
		seq    uint32
	}
	at := make(map[key]*round)
	bySeq := make(map[loose]*round)
	var list []*round
	for i := range f.Messages {
		m := &f.Messages[i]
		t := m.Facts.Transaction
		if t == nil || t.Method == "ACK" {
			continue
		}
		k := key{m.Leg, t.ID, t.Method}
		l := loose{m.Leg, t.Method, t.Seq}
		r := at[k]
		if r != nil && m.Time.Sub(r.first) > stale(r.method) {
			r = nil // pings that always carry the same ids are new ones all the same
		}
		if r == nil && !t.Request {
			// Proxies have been seen to lose the Via of a response: CSeq
			// still tells what it answers.
			r = bySeq[l]
		}
		if r == nil {
			r = &round{id: t.ID, leg: m.Leg, method: t.Method, fromTag: t.FromTag, first: m.Time}
			at[k], bySeq[l] = r, r
			list = append(list, r)
		}
		r.add(m, t)
	}
	return list
}

func (r *round) add(m *Message, t *decode.Transaction) {
	switch {
	case t.Request:
		r.sends++
		if r.request == nil {
			r.request, r.inDialog, r.authorized = m.Message, t.ToTag != "", t.Authorized
		}
	case t.Status >= 200:
		if r.final == nil || r.final.Facts.Transaction.Status >= 300 && t.Status < 300 {
			r.final = m.Message
		}
	case t.Status >= 180 && t.Status < 190 && r.ringing == nil:
		r.ringing = m.Message
	}
}

// silent tells that the transaction had its full time without a final answer
// (RFC 3261 timers B and F), as far as the capture reaches.
func (r *round) silent(end capture.Time) bool {
	if r.final != nil || r.ringing != nil && r.method == "INVITE" {
		return false
	}
	return end.Sub(r.first) >= timerB || r.method == "INVITE" && r.sends >= inviteSends
}

// settle writes the final answer into the flow.
func (f *Flow) settle(o Outcome, m *decode.Message) {
	f.Outcome = o
	if m != nil && m.Facts.Transaction != nil {
		f.Status, f.Reason = m.Facts.Transaction.Status, m.Facts.Transaction.Reason
	}
}

func since(a, b *decode.Message) *time.Duration {
	if a == nil || b == nil {
		return nil
	}
	d := b.Time.Sub(a.Time)
	return &d
}
