package filter

import (
	"encoding/binary"
	"math/bits"
	"net/netip"
	"strconv"
	"strings"
)

// maxVLAN is the largest VLAN id that 12 bits hold.
const maxVLAN = 0x0FFF

// set reads the value of a condition of c's kind.
func (c *condition) set(t token) error {
	switch c.kind {
	case kindHost:
		return c.setHost(t)
	case kindNet:
		return c.setNet(t)
	case kindPort:
		return c.setPort(t)
	case kindRange:
		return c.setRange(t)
	}
	n, err := strconv.ParseUint(t.text, 10, 16)
	if err != nil || n > maxVLAN {
		return wrong(t, "vlan 20, or vlan alone for any tag", "%s is no VLAN id from 0 to %d", quote(t.text), maxVLAN)
	}
	c.lo = uint16(n)
	return nil
}

func (c *condition) setHost(t token) error {
	a, err := netip.ParseAddr(t.text)
	if err != nil || a.Zone() != "" {
		return wrong(t, hintHost(t.text), "%s is no address", quote(t.text))
	}
	c.addr = a.Unmap()
	return nil
}

// setNet reads an address with bits or, IPv4 only, with a mask. Bits of the
// address behind them don't count.
func (c *condition) setNet(t token) error {
	p, err := netip.ParsePrefix(t.text)
	if err != nil {
		var ok bool
		if p, ok = masked(t.text); !ok {
			return wrong(t, hintNet(t.text), "%s is no network", quote(t.text))
		}
	}
	const mapped = 96 // bits before a mapped IPv4 address
	if p.Addr().Is4In6() && p.Bits() >= mapped {
		p = netip.PrefixFrom(p.Addr().Unmap(), p.Bits()-mapped)
	}
	c.prefix = p.Masked()
	return nil
}

// masked reads 10.0.0.0/255.0.0.0.
func masked(s string) (p netip.Prefix, ok bool) {
	left, right, _ := strings.Cut(s, "/")
	a, err := netip.ParseAddr(left)
	m, err2 := netip.ParseAddr(right)
	if err != nil || err2 != nil || !a.Is4() || !m.Is4() {
		return p, false
	}
	b := m.As4()
	n := bits.LeadingZeros32(^binary.BigEndian.Uint32(b[:]))
	p = netip.PrefixFrom(a, n)
	return p, netip.PrefixFrom(m, n).Masked().Addr() == m // ones, then zeros
}

func (c *condition) setPort(t token) error {
	n, ok := portNumber(t.text)
	if !ok {
		return wrong(t, hintPort(t.text), "%s is no port number", quote(t.text))
	}
	c.lo, c.hi = n, n
	return nil
}

func (c *condition) setRange(t token) error {
	lo, hi, ok := portRange(t.text)
	if !ok {
		return wrong(t, hintRange(t.text), "%s is no range of ports", quote(t.text))
	}
	if lo > hi {
		return wrong(t, "portrange "+strconv.Itoa(int(hi))+"-"+strconv.Itoa(int(lo)),
			"%s begins after its end", quote(t.text))
	}
	c.lo, c.hi = lo, hi
	return nil
}

func portNumber(s string) (uint16, bool) {
	n, err := strconv.ParseUint(s, 10, 16)
	return uint16(n), err == nil
}

func portRange(s string) (lo, hi uint16, ok bool) {
	left, right, _ := strings.Cut(s, "-")
	lo, okLo := portNumber(left)
	hi, okHi := portNumber(right)
	return lo, hi, okLo && okHi
}
