package ladder

import (
	"net/netip"
	"strconv"
	"strings"

	"rung/decode"
	"rung/decode/flow"
)

// Ends are the From and To of f as tables show them, where the headers give
// no user: a host by the name that the flow's parties know, a look-up with
// its record type, a TCP connection with its port. Captured text in them is
// not escaped.
func Ends(f *flow.Flow) (from, to decode.Party) {
	from, to = f.From, f.To
	if path, _, ok := Attempt(f); ok {
		from, to = decode.Party{Host: path.Src.Addr().String()}, decode.Party{Host: path.Dst.String()}
		if name := nameOf(f, path.Dst.Addr()); name != "" {
			to.Host = name + ":" + strconv.Itoa(int(path.Dst.Port()))
		}
	}
	from, to = named(f, from), named(f, to)
	if f.Kind == decode.KindLookup && len(f.Messages) > 0 {
		if q := f.Messages[0].Facts.Lookup; q != nil && q.Type != "" {
			to.Host = q.Type + " " + to.Host
		}
	}
	return from, to
}

// named gives a party that is a bare address its name.
func named(f *flow.Flow, p decode.Party) decode.Party {
	if p.User != "" {
		return p
	}
	a, err := netip.ParseAddr(strings.Trim(p.Host, "[]"))
	if err != nil {
		return p
	}
	if name := nameOf(f, a); name != "" {
		p.Host = name
	}
	return p
}

// nameOf is the name of the party that has address a, "" when it is called
// by its address.
func nameOf(f *flow.Flow, a netip.Addr) string {
	for i := range f.Parties {
		p := &f.Parties[i]
		for _, x := range p.Addresses {
			if x.Addr() == a && p.Name != x.String() && p.Name != a.String() {
				return p.Name
			}
		}
	}
	return ""
}

// NewDisplay is the display name of p, "" where it only repeats the user.
func NewDisplay(p decode.Party) string {
	if strings.EqualFold(strings.TrimSpace(p.Display), p.User) {
		return ""
	}
	return p.Display
}
