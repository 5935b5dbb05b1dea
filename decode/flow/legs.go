package flow

import (
	"net/netip"

	"rung/capture"
	"rung/decode"
)

// A hop is the pair of hosts a leg runs between, the same both ways. Ports
// count only where a host talks to itself: TCP clients change theirs.
type hop struct {
	a, b      netip.AddrPort
	transport capture.Transport
	key       string
}

func hopOf(m *decode.Message) hop {
	src, dst := m.Path.Src, m.Path.Dst
	if src.Addr() != dst.Addr() {
		src, dst = netip.AddrPortFrom(src.Addr(), 0), netip.AddrPortFrom(dst.Addr(), 0)
	}
	if src.Compare(dst) > 0 {
		src, dst = dst, src
	}
	h := hop{a: src, b: dst, transport: m.Path.Transport}
	if len(m.Keys) > 0 && m.Facts.Conn == nil {
		h.key = m.Keys[0].Value
	}
	return h
}

// legs gives every message its leg: one dialog or session on one hop. A
// request starts a leg; so does a response whose request was not captured.
func legs(f *Flow) {
	at := make(map[hop]int)
	latest := make(map[hop]int) // by hop alone, for events and errors
	for i := range f.Messages {
		m := &f.Messages[i]
		h := hopOf(m.Message)
		if m.Facts.Quote != nil {
			q := decode.Message{Path: m.Facts.Quote.Path}
			h = hopOf(&q)
		}
		bare := h
		bare.key = ""
		if m.Facts.Quote != nil || m.Facts.Conn != nil {
			if l, ok := latest[bare]; ok {
				m.Leg = l
				continue
			}
			if m.Facts.Quote != nil {
				continue
			}
		}
		l, ok := at[h]
		if !ok {
			l = len(f.Legs)
			at[h] = l
			f.Legs = append(f.Legs, newLeg(f, m.Message, l))
		}
		latest[bare] = l
		m.Leg = l
		leg := &f.Legs[l]
		if leg.SessionID == "" {
			leg.SessionID = linkValue(m.Message, "session-id")
		}
	}
}

func newLeg(f *Flow, m *decode.Message, i int) Leg {
	l := Leg{
		ID: legID(f, i), Protocol: m.Protocol, Transport: m.Path.Transport,
		Src: m.Path.Src, Dst: m.Path.Dst, JoinedBy: "first",
		Evidence: []capture.Frame{m.Frame},
	}
	if t := m.Facts.Transaction; t != nil && !t.Request {
		l.Src, l.Dst = l.Dst, l.Src // the request went the other way
	}
	if ev := m.Facts.Conn; ev != nil && ev.Event == capture.EventRefused {
		l.Src, l.Dst = l.Dst, l.Src // the RST came back from the server
	}
	if len(m.Keys) > 0 {
		if m.Keys[0].Kind == "call-id" {
			l.CallID = m.Keys[0].Value
		}
		if i > 0 {
			l.JoinedBy = m.Keys[0].Kind
			if f.Kind == decode.KindKeepalive && l.CallID != f.Legs[0].CallID {
				l.JoinedBy = "keepalive"
			}
			l.Evidence = []capture.Frame{f.Messages[0].Frame, m.Frame}
		}
	}
	return l
}

func linkValue(m *decode.Message, kind string) string {
	for _, l := range m.Links {
		if l.Kind == kind {
			return l.Value
		}
	}
	return ""
}

// repeat is what makes two messages the same thing said twice on one hop.
type repeat struct {
	path    capture.Path
	id      string
	method  string
	request bool
	status  int
	seq     uint32
	digest  uint64 // only where the words must be equal
	toTag   string // responses: a fork's answers differ in nothing else
}

// retransmissions marks messages that repeat an earlier one (RFC 3261 §17).
// Requests and final responses of one transaction are repeats by their
// transaction; provisional responses and messages without a transaction only
// when their bytes are equal.
func retransmissions(f *Flow) {
	first := make(map[repeat]int)
	for i := range f.Messages {
		m := &f.Messages[i]
		key, ok := repeatOf(m.Message)
		if !ok {
			continue
		}
		if o, seen := first[key]; seen && m.Time.Sub(f.Messages[o].Time) <= timerB {
			m.RetransmissionOf = o
			continue
		}
		first[key] = i
	}
}

func repeatOf(m *decode.Message) (repeat, bool) {
	r := repeat{path: m.Path}
	switch t := m.Facts.Transaction; {
	case m.Facts.Quote != nil || m.Facts.Conn != nil || m.Facts.Login != nil:
		return r, false
	case t != nil && t.ID != "":
		r.id, r.method, r.request, r.status, r.seq = t.ID, t.Method, t.Request, t.Status, t.Seq
		if !t.Request {
			r.toTag = t.ToTag
		}
		if !t.Request && t.Status < 200 {
			r.digest = m.Digest
		}
	case m.Path.Transport == capture.UDP:
		r.digest = m.Digest
	default:
		return r, false
	}
	return r, true
}
