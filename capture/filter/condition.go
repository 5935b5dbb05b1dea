package filter

import (
	"net/netip"
	"strconv"

	"rung/capture/wire"
)

// A kind says what a condition asks for. The zero value means "not set".
type kind uint8

const (
	kindHost kind = iota + 1
	kindNet
	kindPort
	kindRange
	kindVLAN
	kindAnyVLAN
	kindProto
	kindVersion
)

// An end says which end of a packet a condition looks at; the zero value is
// either.
type end uint8

const (
	endSrc end = iota + 1
	endDst
)

// A condition is what a filter asks for and can't be taken apart.
type condition struct {
	kind   kind
	end    end
	proto  uint8 // of kindProto; of ports, 0 for any
	ipv6   bool  // of kindVersion
	addr   netip.Addr
	prefix netip.Prefix
	lo, hi uint16 // ports; lo is a VLAN id, too
}

// eval says whether some layer meets c.
func (c *condition) eval(l *wire.Layers) truth {
	v := no
	if l.Hidden {
		v = unknown
	}
	if c.kind == kindVLAN || c.kind == kindAnyVLAN {
		for _, id := range l.Tags {
			if c.kind == kindAnyVLAN || id == c.lo {
				return yes
			}
		}
		return v
	}
	for i := range l.IP {
		if v = max(v, c.layer(&l.IP[i])); v == yes {
			break
		}
	}
	return v
}

// layer says whether one IP packet meets c.
func (c *condition) layer(l *wire.Layer) truth {
	switch c.kind {
	case kindHost, kindNet:
		return known(c.end != endDst && c.holds(l.Src) || c.end != endSrc && c.holds(l.Dst))
	case kindVersion:
		return known(c.ipv6 == l.IPv6)
	case kindProto:
		return c.carries(l)
	}
	return c.ports(l)
}

func known(b bool) truth {
	if b {
		return yes
	}
	return no
}

// holds reports whether a is meant. Addresses of IPv4 mapped into IPv6
// (RFC 4291 §2.5.5.2) count as both.
func (c *condition) holds(a netip.Addr) bool {
	if c.kind == kindHost {
		return a.Unmap() == c.addr
	}
	return c.prefix.Contains(a) || a.Is4In6() && c.prefix.Contains(a.Unmap())
}

// carries says whether a packet carries c.proto. ICMP is one word for both
// versions of IP.
func (c *condition) carries(l *wire.Layer) truth {
	switch {
	case !l.HasProto:
		return unknown
	case c.proto == wire.ProtoICMP:
		return known(l.Proto == wire.ProtoICMP || l.Proto == wire.ProtoICMPv6)
	}
	return known(l.Proto == c.proto)
}

// ports says whether a packet has a port between lo and hi.
func (c *condition) ports(l *wire.Layer) truth {
	if c.proto != 0 && c.carries(l) == no {
		return no
	}
	switch {
	case !l.HasProto:
		return unknown
	case !wire.HasPorts(l.Proto):
		return no
	case !l.HasPorts:
		return unknown
	}
	src, dst := c.lo <= l.SrcPort && l.SrcPort <= c.hi, c.lo <= l.DstPort && l.DstPort <= c.hi
	return known(c.end != endDst && src || c.end != endSrc && dst)
}

// append writes c as it can be read again.
func (c *condition) append(b []byte) []byte {
	number := func(n uint16) { b = strconv.AppendUint(b, uint64(n), 10) }
	switch c.kind {
	case kindProto:
		return append(b, protoWord(c.proto)...)
	case kindVersion:
		if c.ipv6 {
			return append(b, "ip6"...)
		}
		return append(b, "ip"...)
	case kindAnyVLAN:
		return append(b, "vlan"...)
	}
	if c.proto != 0 {
		b = append(append(b, protoWord(c.proto)...), ' ')
	}
	b = append(b, [...]string{"", "src ", "dst "}[c.end]...)
	b = append(append(b, kindWord(c.kind)...), ' ')
	switch c.kind {
	case kindHost:
		b = c.addr.AppendTo(b)
	case kindNet:
		b = c.prefix.AppendTo(b)
	case kindRange:
		number(c.lo)
		b = append(b, '-')
		number(c.hi)
	default:
		number(c.lo)
	}
	return b
}
