package flow

import (
	"fmt"
	"net/netip"

	"rung/decode"
)

// parties makes a lifeline of every host that takes part, in order of
// appearance, and points the messages at them. Sockets of one host are one
// lifeline, unless the host talks to itself: then every socket is its own.
func (b *Builder) parties(f *Flow) {
	p := &lifelines{flow: f, names: b.opt.Names, at: make(map[netip.AddrPort]int)}
	for i := range f.Messages {
		path := f.Messages[i].Path
		if path.Src.Addr() == path.Dst.Addr() {
			p.bySocket = true
		}
	}
	for i := range f.Messages {
		m := &f.Messages[i]
		m.From, m.To = p.index(m.Path.Src), p.index(m.Path.Dst)
	}
	for _, s := range f.Streams {
		p.index(s.Path.Src)
		p.index(s.Path.Dst)
	}
	p.hear()
	p.roles()
	for i := range f.Parties {
		p.name(&f.Parties[i])
	}
}

// hear notes, once for all parties, who signals and what each calls itself: a
// flow may have as many parties as messages.
func (p *lifelines) hear() {
	p.heard = make([]heard, len(p.flow.Parties))
	for i := range p.flow.Messages {
		m := &p.flow.Messages[i]
		from, to := &p.heard[m.From], &p.heard[m.To]
		if m.Facts.Quote == nil { // an ICMP error about media is no signalling
			from.signals, to.signals = true, true
		}
		if from.agent == "" {
			from.agent = m.Facts.Agent
		}
	}
}

type lifelines struct {
	flow     *Flow
	names    *Names
	at       map[netip.AddrPort]int
	bySocket bool
	heard    []heard // by party
}

// heard is what the messages of a party tell of it.
type heard struct {
	signals bool   // it sent or received one
	agent   string // the first User-Agent or Server text that it sent
}

func (p *lifelines) index(a netip.AddrPort) int {
	key := a
	if !p.bySocket {
		key = netip.AddrPortFrom(a.Addr(), 0)
	}
	i, ok := p.at[key]
	if !ok {
		i = len(p.flow.Parties)
		p.at[key] = i
		p.flow.Parties = append(p.flow.Parties, Party{ID: i + 1})
	}
	party := &p.flow.Parties[i]
	if a.Port() == 0 && len(party.Addresses) > 0 {
		return i // ICMP has no ports: nothing new
	}
	if len(party.Addresses) == 1 && party.Addresses[0].Port() == 0 {
		party.Addresses = party.Addresses[:0] // it has one after all
	}
	for _, known := range party.Addresses {
		if known == a {
			return i
		}
	}
	if len(party.Addresses) < maxPartyAddresses {
		party.Addresses = append(party.Addresses, a)
	}
	return i
}

// roles says what each party does in the flow, with the frame that shows it.
func (p *lifelines) roles() {
	f := p.flow
	give := func(i int, role string, m *decode.Message) {
		if f.Parties[i].Role == "" {
			f.Parties[i].Role = role
			f.Parties[i].Evidence = fmt.Sprintf("%s in frame %s", m.Name, m.Frame)
		}
	}
	for i := range f.Messages {
		m := &f.Messages[i]
		switch f.Kind {
		case decode.KindLookup:
			if l := m.Facts.Lookup; l != nil && !l.Response {
				give(m.From, "resolver", m.Message)
				give(m.To, "DNS server", m.Message)
			}
		case decode.KindXMPP:
			if l := m.Facts.Login; l != nil {
				client, server := m.From, m.To
				if !l.FromClient {
					client, server = server, client
				}
				give(server, "XMPP server", m.Message)
				if l.Server {
					give(client, "XMPP server", m.Message)
				} else {
					give(client, "XMPP client", m.Message)
				}
			}
		}
	}
	p.relays(give)
	for i := range f.Parties {
		if f.Parties[i].Role == "" && p.mediaOnly(i) {
			f.Parties[i].Role = "media"
			f.Parties[i].Evidence = "RTP only"
		}
	}
}

// relays tells callers, callees and proxies apart: a host that sends on the
// request it received on another leg with the same Call-ID is a proxy.
func (p *lifelines) relays(give func(int, string, *decode.Message)) {
	f := p.flow
	var first, last *Message
	got := make(map[int]*Message)
	accepted := answerers(f)
	for i := range f.Messages {
		m := &f.Messages[i]
		t := m.Facts.Transaction
		if t == nil || !t.Request || m.RetransmissionOf >= 0 || t.ToTag != "" || m.Leg < 0 || f.Legs[m.Leg].CallID == "" {
			continue
		}
		if first == nil {
			first = m
		}
		if t.Method != first.Facts.Transaction.Method {
			continue
		}
		if in := got[m.From]; in != nil && in.Leg != m.Leg && f.Legs[in.Leg].CallID == f.Legs[m.Leg].CallID {
			give(m.From, "proxy", m.Message)
		}
		if got[m.To] == nil {
			got[m.To] = m
		}
		if last == nil || !accepted[last.To] {
			last = m // of several branches, the one that accepted
		}
	}
	if first == nil {
		return
	}
	here, there := "caller", "callee"
	switch f.Kind {
	case decode.KindRegistration:
		here, there = "user agent", "registrar"
	case decode.KindSubscription:
		here, there = "watcher", "notifier"
	case decode.KindPublication:
		here, there = "publisher", "presence server"
	case decode.KindMessage:
		here, there = "sender", "receiver"
	case decode.KindKeepalive:
		here, there = "pings", "pinged"
	}
	give(first.From, here, first.Message)
	give(last.To, there, last.Message)
	for i := range f.Messages { // the other branches of a fork, and gateways that failed
		if m := &f.Messages[i]; got[m.To] == m {
			give(m.To, "tried", m.Message)
		}
	}
}

// answerers are the parties that sent a 2xx of their own: not one that they
// had received on another leg.
func answerers(f *Flow) map[int]bool {
	own, received := make(map[int]bool), make(map[int]bool)
	for i := range f.Messages {
		m := &f.Messages[i]
		t := m.Facts.Transaction
		if t == nil || t.Request || t.Status < 200 || t.Status >= 300 || t.Method == "CANCEL" || t.Method == "BYE" {
			continue
		}
		if !received[m.From] {
			own[m.From] = true
		}
		received[m.To] = true
	}
	return own
}

func (p *lifelines) mediaOnly(i int) bool {
	return len(p.flow.Streams) > 0 && !p.heard[i].signals
}

// name titles a lifeline by the best name that anything gives it.
func (p *lifelines) name(party *Party) {
	for _, a := range party.Addresses {
		name, role, evidence, ok := p.names.Lookup(a)
		if !ok {
			continue
		}
		party.Name = name
		if role != "" {
			party.Role = role
		}
		party.Evidence = joinEvidence(evidence, party.Evidence)
		break
	}
	if agent := p.agent(party.ID - 1); agent != "" {
		party.Evidence = joinEvidence(party.Evidence, "calls itself "+agent)
	}
	if party.Name == "" {
		party.Name = party.Addresses[0].Addr().String()
		if p.bySocket {
			party.Name = party.Addresses[0].String()
		}
	}
}

// agent is what the party calls itself. The messages of a proxy carry the
// names of others.
func (p *lifelines) agent(i int) string {
	if p.flow.Parties[i].Role == "proxy" {
		return ""
	}
	return p.heard[i].agent
}

func joinEvidence(a, b string) string {
	switch {
	case a == "":
		return b
	case b == "":
		return a
	}
	return a + "; " + b
}
