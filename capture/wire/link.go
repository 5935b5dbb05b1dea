package wire

import "encoding/binary"

const (
	ethernetLen = 14
	tagLen      = 4
	llcLen      = 3
	snapLen     = 8
	sllLen      = 16
	sll2Len     = 20
	loopbackLen = 4
)

// ethernet reads an Ethernet II or 802.3 header. A frame checksum behind the
// packet falls off with the padding (trim).
func (d *Decoder) ethernet(r rest, g *Datagram) {
	if len(r.b) < ethernetLen {
		short(r, g, ethernetLen, ReasonLinkHeader, LinkHeaderLen)
		return
	}
	g.LinkSum = mix(mix(g.LinkSum+1, be64(r.b)), uint64(be32(r.b[8:])))
	d.etherType(be16(r.b[12:]), r.skip(ethernetLen), g)
}

// etherType reads VLAN tags and what they enclose.
func (d *Decoder) etherType(t int, r rest, g *Datagram) {
	for n := 0; isTag(t); n++ {
		if n == maxTags {
			note(g, Diag{TooManyTags, maxTags, len(r.b)})
			g.undecoded(ReasonTags)
			return
		}
		if len(r.b) < tagLen {
			short(r, g, tagLen, ReasonLinkHeader, LinkHeaderLen)
			return
		}
		g.LinkSum = mix(g.LinkSum, uint64(t)<<16|uint64(be16(r.b)))
		if d.Layers != nil {
			d.Layers.tag(be16(r.b))
		}
		t = be16(r.b[2:])
		r = r.skip(tagLen)
	}
	switch {
	case t == typeIPv4:
		d.ipv4(r, g)
	case t == typeIPv6:
		d.ipv6(r, g)
	case t < minEtherType:
		d.llc(r, g)
	case t == typeMPLS, t == typeMPLSMulticast:
		d.mpls(r, g)
	case t == typePPPoESession:
		d.pppoe(r, g)
	default:
		g.other(d.etherTypeName(t))
	}
}

// isTag knows 802.1Q, 802.1ad and the two numbers used before it.
func isTag(t int) bool {
	return t == 0x8100 || t == 0x88A8 || t == 0x9100 || t == 0x9200
}

// llc reads an 802.2 header after an 802.3 length. Only SNAP with an
// EtherType (RFC 1042) can hold IP.
func (d *Decoder) llc(r rest, g *Datagram) {
	if len(r.b) < llcLen {
		g.other("llc")
		return
	}
	switch sap := be16(r.b); {
	case sap == sapSTP:
		g.other("stp")
	case sap == sapSNAP && len(r.b) >= snapLen:
		d.snap(r, g)
	case sap == sapISIS:
		g.other("isis")
	case sap == sapIPX, sap == sapNovell:
		g.other("ipx")
	default:
		g.other("llc")
	}
}

// Both service access points of 802.2 headers (IEEE 802.2 §3.3).
const (
	sapSTP    = 0x4242
	sapSNAP   = 0xAAAA
	sapISIS   = 0xFEFE
	sapIPX    = 0xE0E0
	sapNovell = 0xFFFF
)

func knownSAP(sap int) bool {
	return sap == sapSTP || sap == sapSNAP || sap == sapISIS || sap == sapIPX || sap == sapNovell
}

func (d *Decoder) snap(r rest, g *Datagram) {
	oui, t := int(r.b[3])<<16|be16(r.b[4:]), be16(r.b[6:])
	switch {
	case (oui == 0 || oui == bridgeOUI) && t >= minEtherType:
		d.etherType(t, r.skip(snapLen), g)
	case oui == ciscoOUI && t == 0x2000:
		g.other("cdp")
	case oui == ciscoOUI && t == 0x010B: // PVST+
		g.other("stp")
	default:
		g.other("llc")
	}
}

const (
	ciscoOUI  = 0x00000C
	bridgeOUI = 0x0000F8 // IEEE 802.1H: a type that bridges must not translate
)

// sll reads a Linux cooked header:
//
//	packet type (2), ARPHRD type (2), address length (2), address (8), protocol (2)
func (d *Decoder) sll(r rest, g *Datagram) {
	if len(r.b) < sllLen {
		short(r, g, sllLen, ReasonLinkHeader, LinkHeaderLen)
		return
	}
	g.LinkSum = mix(mix(2, be64(r.b)), be64(r.b[6:]))
	d.cooked(be16(r.b[2:]), be16(r.b[14:]), r.skip(sllLen), g)
}

// sll2 reads a Linux cooked header, version 2:
//
//	protocol (2), reserved (2), interface (4), ARPHRD type (2), packet type (1),
//	address length (1), address (8)
func (d *Decoder) sll2(r rest, g *Datagram) {
	if len(r.b) < sll2Len {
		short(r, g, sll2Len, ReasonLinkHeader, LinkHeaderLen)
		return
	}
	g.LinkSum = mix(mix(mix(3, be64(r.b)), be64(r.b[8:])), uint64(be32(r.b[16:])))
	d.cooked(be16(r.b[8:]), be16(r.b), r.skip(sll2Len), g)
}

// cooked reads what follows a Linux cooked header. The protocol is an
// EtherType for most interface types, with some Linux inventions below 0x0600.
func (d *Decoder) cooked(arphrd, proto int, r rest, g *Datagram) {
	const (
		arphrdNetlink = 824
		proto8023     = 1 // Novell raw 802.3
		protoLLC      = 4
	)
	switch {
	case arphrd == arphrdNetlink:
		g.other("netlink")
	case proto == proto8023:
		g.other("ipx")
	case proto == protoLLC:
		d.llc(r, g)
	case proto < minEtherType:
		g.other(d.name("linux-protocol-%d", 1<<17, uint16(proto)))
	default:
		d.etherType(proto, r, g)
	}
}

// loopback reads the address family of BSD loopback headers. Nothing in the
// file tells whose byte order it is in, so both are tried: families are small.
// IPv6 is 24 on NetBSD and OpenBSD, 28 on FreeBSD, 30 on macOS, 10 on Linux.
func (d *Decoder) loopback(r rest, g *Datagram) {
	if len(r.b) < loopbackLen {
		short(r, g, loopbackLen, ReasonLinkHeader, LinkHeaderLen)
		return
	}
	family := be32(r.b)
	if family > 0xFFFF {
		family = binary.LittleEndian.Uint32(r.b)
	}
	g.LinkSum = mix(4, uint64(family))
	r = r.skip(loopbackLen)
	switch family {
	case 2:
		d.ipv4(r, g)
	case 10, 24, 28, 30:
		d.ipv6(r, g)
	default:
		g.other("loopback-family")
	}
}
