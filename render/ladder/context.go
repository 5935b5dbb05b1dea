package ladder

import (
	"net/netip"
	"strings"

	"rung/capture"
	"rung/decode"
	"rung/decode/flow"
)

// detail is what stands below the arrow: the summary, and what only the
// messages before it tell.
func (b *builder) detail(i int) string {
	m := &b.f.Messages[i]
	s := m.Summary
	if b.resumed[i] && !strings.Contains(s, resume) {
		s = prefixed(resume, s)
	}
	if t := m.Facts.Transaction; t != nil && t.Request && t.Authorized && shown(t.Method) && !strings.Contains(s, credentials) {
		s = prefixed(s, credentials)
	}
	return s
}

const (
	resume      = "resume"
	credentials = "with credentials"
)

// shown tells that credentials in a request of this method are news: ACK and
// CANCEL repeat those of their INVITE (RFC 3261 §22.1).
func shown(method string) bool { return method != "ACK" && method != "CANCEL" }

func prefixed(a, b string) string {
	if a == "" || b == "" {
		return a + b
	}
	return a + " · " + b
}

// resumed finds the offers that take back a hold: the one before it from the
// same side of the same leg was one (RFC 3264 §8.4).
func resumed(f *flow.Flow) map[int]bool {
	type side struct{ leg, from int }
	held, out := map[side]bool{}, map[int]bool{}
	for i := range f.Messages {
		m := &f.Messages[i]
		t, s := m.Facts.Transaction, m.Facts.Session
		if t == nil || s == nil || !t.Request || t.Method != "INVITE" && t.Method != "UPDATE" {
			continue
		}
		who := side{m.Leg, m.From}
		hold := onHold(s)
		if m.RetransmissionOf < 0 && held[who] && !hold {
			out[i] = true
		}
		held[who] = hold
	}
	return out
}

// onHold reports whether the first audio of s is on hold, also as RFC 2543
// §B.5 did it: with the address 0.0.0.0.
func onHold(s *decode.Session) bool {
	for i := range s.Media {
		x := &s.Media[i]
		if x.Kind == "audio" && x.Port != 0 {
			return x.Direction == "sendonly" || x.Direction == "inactive" || x.Host == "0.0.0.0" || x.Host == "::"
		}
	}
	return false
}

// unanswered finds the challenges that ended the flow: nobody came back with
// credentials, or came with them already.
func unanswered(f *flow.Flow) map[int]bool {
	switch f.Outcome {
	case flow.Denied, flow.Challenged, flow.Rejected, flow.Failed:
	default:
		return nil
	}
	type request struct {
		from, to int
		method   string
	}
	retried, out := map[request]bool{}, map[int]bool{}
	for i := len(f.Messages) - 1; i >= 0; i-- {
		m := &f.Messages[i]
		t := m.Facts.Transaction
		if t == nil {
			continue
		}
		switch {
		case t.Request && t.Authorized && shown(t.Method):
			retried[request{m.From, m.To, t.Method}] = true
		case t.Status == 401 || t.Status == 407 || t.Status == 494:
			if !retried[request{m.To, m.From, t.Method}] {
				out[i] = true
			}
		}
	}
	return out
}

// hops lets the legs of a keepalive flow share a style where they run between
// the same hosts: every OPTIONS has a Call-ID of its own and says nothing new.
func (b *builder) hops() {
	first := map[[2]netip.Addr]int{}
	b.hop = make([]int, len(b.f.Legs))
	for i := range b.f.Legs {
		b.hop[i] = i
		if b.f.Kind != decode.KindKeepalive {
			continue
		}
		x, y := b.f.Legs[i].Src.Addr(), b.f.Legs[i].Dst.Addr()
		if y.Less(x) {
			x, y = y, x
		}
		pair := [2]netip.Addr{x, y}
		if n, ok := first[pair]; ok {
			b.hop[i] = n
			continue
		}
		first[pair] = i
	}
}

// Attempt tells whether f is a TCP connection that never came up: its path
// from the client, and how often it failed.
func Attempt(f *flow.Flow) (path capture.Path, times int, ok bool) {
	if f.Kind != decode.KindOther {
		return path, 0, false
	}
	for i := range f.Messages {
		p, failed := attempted(f.Messages[i].Message)
		if !failed {
			continue
		}
		if times++; times == 1 {
			path = p
		}
	}
	return path, times, times > 0
}

func attempted(m *decode.Message) (path capture.Path, ok bool) {
	if q := m.Facts.Quote; q != nil {
		return q.Path, q.Path.Transport == capture.TCP
	}
	if m.Facts.Conn == nil {
		return path, false
	}
	switch m.Facts.Conn.Event {
	case capture.EventRefused: // the RST came from the server
		return m.Path.Reverse(), true
	case capture.EventNoAnswer:
		return m.Path, true
	}
	return path, false
}

// PathText is a path as a person reads it; ICMP has no ports.
func PathText(p capture.Path) string {
	if p.Transport == capture.ICMP || p.Src.Port() == 0 && p.Dst.Port() == 0 {
		return strings.TrimSpace(p.Transport.String() + " " + p.Src.Addr().String() + " > " + p.Dst.Addr().String())
	}
	return p.String()
}
