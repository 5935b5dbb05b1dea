package capture

import "net/netip"

// Transport is what carries application bytes.
type Transport uint8

// Transports. The zero value means "not set".
const (
	UDP Transport = iota + 1
	TCP
	SCTP
	ICMP
)

// String returns the lower-case name.
func (t Transport) String() string {
	switch t {
	case UDP:
		return "udp"
	case TCP:
		return "tcp"
	case SCTP:
		return "sctp"
	case ICMP:
		return "icmp"
	}
	return ""
}

// A Path is the way one packet went, innermost addresses. It is comparable.
type Path struct {
	Transport Transport
	Src, Dst  netip.AddrPort
}

// Reverse returns the way back.
func (p Path) Reverse() Path {
	return Path{Transport: p.Transport, Src: p.Dst, Dst: p.Src}
}

// Canonical returns p or its reverse, the same for both directions, and
// whether it was reversed.
func (p Path) Canonical() (Path, bool) {
	if p.Src.Compare(p.Dst) > 0 {
		return p.Reverse(), true
	}
	return p, false
}

// String returns "udp 10.0.0.1:5060 > 10.0.0.2:5060".
func (p Path) String() string {
	return p.Transport.String() + " " + p.Src.String() + " > " + p.Dst.String()
}
