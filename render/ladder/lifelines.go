package ladder

import (
	"fmt"
	"net/netip"
	"strings"

	"rung/decode/flow"
	"rung/render/safe"
)

func (b *builder) lifelines() {
	b.unseen = -1
	shared := map[netip.Addr]int{}
	for i := range b.f.Parties {
		for _, a := range hosts(&b.f.Parties[i]) {
			shared[a]++
		}
	}
	for i := range b.f.Parties {
		b.l.Lifelines = append(b.l.Lifelines, lifelineOf(&b.f.Parties[i], shared))
		b.lane = append(b.lane, i)
	}
	b.clientLeft()
}

// lifeline checks a party index; one that the flow does not have gets a
// lifeline of its own rather than an arrow to nowhere.
func (b *builder) lifeline(party int) int {
	if party >= 0 && party < len(b.f.Parties) {
		return b.lane[party]
	}
	if b.unseen < 0 {
		b.unseen = b.add(Lifeline{Name: "unknown", Title: "unknown"})
	}
	return b.unseen
}

// clientLeft puts the client of a connection that never came up on the left:
// the only thing seen of it may be the server's refusal.
func (b *builder) clientLeft() {
	path, _, ok := Attempt(b.f)
	if !ok {
		return
	}
	for i := range b.f.Parties {
		for _, a := range b.f.Parties[i].Addresses {
			if i > 0 && a.Addr() == path.Src.Addr() && path.Src.Addr() != path.Dst.Addr() {
				b.l.Lifelines[0], b.l.Lifelines[i] = b.l.Lifelines[i], b.l.Lifelines[0]
				b.lane[0], b.lane[i] = i, 0
				return
			}
		}
	}
}

func (b *builder) add(l Lifeline) int {
	b.l.Lifelines = append(b.l.Lifelines, l)
	return len(b.l.Lifelines) - 1
}

// hosts returns the different IP addresses of p, in order.
func hosts(p *flow.Party) []netip.Addr {
	var out []netip.Addr
	seen := map[netip.Addr]bool{}
	for _, a := range p.Addresses {
		if !seen[a.Addr()] {
			seen[a.Addr()] = true
			out = append(out, a.Addr())
		}
	}
	return out
}

func lifelineOf(p *flow.Party, shared map[netip.Addr]int) Lifeline {
	l := Lifeline{Name: safe.Terminal(p.Name), Role: safe.Terminal(p.Role)}
	hs := hosts(p)
	if len(hs) > 0 {
		l.Address = address(p, hs[0], shared[hs[0]] > 1)
		if len(hs) > 1 {
			l.Address += fmt.Sprintf(" +%d", len(hs)-1)
		}
	}
	if l.Name == "" {
		l.Name, l.Address = l.Address, ""
	}
	if l.Name == l.Address {
		l.Address = ""
	}
	if l.Name == "" {
		l.Name = "unknown"
	}
	l.Title = safe.Terminal(lifelineTitle(p))
	return l
}

// address is the host, with its port where another lifeline has the same
// host.
func address(p *flow.Party, a netip.Addr, withPort bool) string {
	if withPort && len(p.Addresses) > 0 {
		return safe.Terminal(p.Addresses[0].String())
	}
	return safe.Terminal(a.String())
}

// maxTipAddresses is how many sockets a tooltip lists before it counts.
const maxTipAddresses = 8

func lifelineTitle(p *flow.Party) string {
	parts := []string{p.Name}
	if p.Role != "" {
		parts = append(parts, p.Role)
	}
	for i, a := range p.Addresses {
		if i == maxTipAddresses {
			parts = append(parts, fmt.Sprintf("and %d more", len(p.Addresses)-i))
			break
		}
		parts = append(parts, a.String())
	}
	if p.Evidence != "" {
		parts = append(parts, "known from "+p.Evidence)
	}
	return strings.Join(parts, " · ")
}
