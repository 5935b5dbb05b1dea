package wire

import "net/netip"

const (
	ipv4Len = 20
	ipv6Len = 40
	fragLen = 8 // IPv6 fragment header
)

// ipv4 reads an IPv4 header (RFC 791 §3.1).
func (d *Decoder) ipv4(r rest, g *Datagram) {
	if len(r.b) < ipv4Len {
		short(r, g, ipv4Len, ReasonIPHeader, IPHeader)
		return
	}
	header, total := int(r.b[0]&0x0F)*4, be16(r.b[2:])
	if total == 0 {
		// A sender's segmentation offload leaves 0 here; what was captured
		// is then the packet.
		total = r.wire
	}
	if r.b[0]>>4 != 4 || header < ipv4Len || total < header {
		note(g, Diag{IPHeader, total, len(r.b)})
		g.undecoded(ReasonIPHeader)
		return
	}
	if g.IsIP {
		inner(g)
	}
	g.IsIP = true
	setAddrs(g, netip.AddrFrom4([4]byte(r.b[12:16])), netip.AddrFrom4([4]byte(r.b[16:20])))
	if d.Layers != nil {
		d.Layers.packet(g)
	}
	g.DSCP, g.TTL, g.Proto = r.b[1]>>2, r.b[8], r.b[9]
	g.IPID = uint32(be16(r.b[4:]))
	g.LinkSum = mix(g.LinkSum, uint64(g.TTL))
	r = trim(r, g, total)
	if len(r.b) < header {
		short(r, g, header, ReasonIPHeader, IPHeader)
		return
	}
	fragment := be16(r.b[6:])
	r = r.skip(header)
	if offset := (fragment & 0x1FFF) * 8; offset != 0 || fragment&0x2000 != 0 {
		setFragment(r, g, offset, fragment&0x2000 != 0)
		return
	}
	d.transport(g.Proto, r, g)
}

// ipv6 reads an IPv6 header (RFC 8200 §3).
func (d *Decoder) ipv6(r rest, g *Datagram) {
	if len(r.b) < ipv6Len {
		short(r, g, ipv6Len, ReasonIPHeader, IPHeader)
		return
	}
	if r.b[0]>>4 != 6 {
		note(g, Diag{IPHeader, int(r.b[0] >> 4), len(r.b)})
		g.undecoded(ReasonIPHeader)
		return
	}
	if g.IsIP {
		inner(g)
	}
	g.IsIP, g.IPv6 = true, true
	setAddrs(g, netip.AddrFrom16([16]byte(r.b[8:24])), netip.AddrFrom16([16]byte(r.b[24:40])))
	if d.Layers != nil {
		d.Layers.packet(g)
	}
	g.DSCP = uint8(be16(r.b)>>6) & 0x3F
	g.TTL = r.b[7]
	g.LinkSum = mix(g.LinkSum, uint64(g.TTL))
	total := be16(r.b[4:])
	if total == 0 {
		// A jumbogram (RFC 2675) or segmentation offload.
		total = r.wire - ipv6Len
	}
	next := r.b[6]
	r = trim(r, g, ipv6Len+total).skip(ipv6Len)
	d.transport(next, r, g)
}

// inner begins a packet inside another one, the addresses of which tell tunnels
// apart.
func inner(g *Datagram) {
	g.LinkSum = mixAddr(mixAddr(g.LinkSum, g.Path.Src.Addr()), g.Path.Dst.Addr())
	g.Path.Transport, g.IPv6, g.IPID = 0, false, 0
}

func setAddrs(g *Datagram, src, dst netip.Addr) {
	g.Path.Src = netip.AddrPortFrom(src, 0)
	g.Path.Dst = netip.AddrPortFrom(dst, 0)
}

func mixAddr(sum uint64, a netip.Addr) uint64 {
	b := a.As16()
	return mix(mix(sum, be64(b[:])), be64(b[8:]))
}

// trim drops what follows an IP packet of total bytes (Ethernet padding,
// trailers) and notes when there is less than that.
func trim(r rest, g *Datagram, total int) rest {
	g.IPLen = total
	if total > r.wire {
		note(g, Diag{IPLength, total, r.wire})
		r.wire = total // what was there once; the rest is cut
	}
	r = r.limit(total)
	g.Cut = len(r.b) < r.wire
	return r
}

// setFragment takes the payload of a fragment. IPv6 fragments have their
// Proto set by the caller.
func setFragment(r rest, g *Datagram, offset int, more bool) {
	g.Fragment, g.FragOffset, g.MoreFragments = true, offset, more
	g.Path.Transport = transportOf(g.Proto)
	setPayload(r, g)
}

func setPayload(r rest, g *Datagram) {
	g.Payload, g.PayloadLen, g.PayloadOff = r.b, r.wire, r.off
	g.Cut = len(r.b) < r.wire
}

// extension steps over one extension header (RFC 8200 §4; AH: RFC 4302 §2.2)
// and returns the protocol after it. ok is false when g is done with.
func extension(proto uint8, r rest, g *Datagram) (next uint8, left rest, ok bool) {
	if len(r.b) < fragLen {
		short(r, g, fragLen, ReasonIPv6Chain, IPv6Chain)
		return 0, r, false
	}
	next = r.b[0]
	size := int(r.b[1])*8 + 8
	switch proto {
	case protoAH:
		size = int(r.b[1])*4 + 8
	case protoFragment:
		size = fragLen
		g.IPID = be32(r.b[4:])
		field := be16(r.b[2:])
		offset, more := field&^7, field&1 != 0
		// A whole packet in one fragment is no fragment (RFC 6946).
		if offset != 0 || more {
			g.Proto = next
			setFragment(r.skip(size), g, offset, more)
			return 0, r, false
		}
	}
	if len(r.b) < size {
		short(r, g, size, ReasonIPv6Chain, IPv6Chain)
		return 0, r, false
	}
	return next, r.skip(size), true
}

const (
	protoHopByHop    = 0
	protoRouting     = 43
	protoFragment    = 44
	protoAH          = 51
	protoDestination = 60
)

// isExtension reports whether a header is stepped over to reach the
// transport. IPv4 knows AH only.
func isExtension(proto uint8, ipv6 bool) bool {
	switch proto {
	case protoAH:
		return true
	case protoHopByHop, protoRouting, protoFragment, protoDestination:
		return ipv6
	}
	return false
}
