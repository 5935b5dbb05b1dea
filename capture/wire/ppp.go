package wire

const pppoeLen = 6

// pppoe reads the header of a PPPoE session (RFC 2516 §4):
//
//	version and type (0x11), code, session (2), length (2)
func (d *Decoder) pppoe(r rest, g *Datagram) {
	if len(r.b) < pppoeLen {
		short(r, g, pppoeLen, ReasonLinkHeader, LinkHeaderLen)
		return
	}
	if r.b[0] != 0x11 || r.b[1] != 0 {
		g.other("pppoe")
		return
	}
	if !enter(r, g, typePPPoESession<<16|uint64(be16(r.b[2:]))) {
		return
	}
	length := be16(r.b[4:])
	r = r.skip(pppoeLen)
	if length < r.wire {
		r = r.limit(length) // Ethernet padding
	}
	d.ppp(r, g)
}

// PPP protocol numbers that are read (IANA "PPP DLL Protocol Numbers").
const (
	pppIPv4          = 0x0021
	pppIPv6          = 0x0057
	pppMPLS          = 0x0281
	pppMPLSMulticast = 0x0283
)

// pppHeader reads address and control field, which may be left out, and the
// protocol, which may be one byte (RFC 1661 §6.5, §6.6).
func pppHeader(r rest) (proto int, left rest, ok bool) {
	if len(r.b) >= 2 && r.b[0] == 0xFF && r.b[1] == 3 {
		r = r.skip(2)
	}
	switch {
	case len(r.b) == 1 && r.b[0] == 0xFF: // half of them
		return 0, r, false
	case len(r.b) >= 1 && r.b[0]&1 == 1:
		return int(r.b[0]), r.skip(1), true
	case len(r.b) < 2:
		return 0, r, false
	}
	return be16(r.b), r.skip(2), true
}

// ppp reads a PPP frame (RFC 1661 §2), with or without RFC 1662's address and
// control field.
func (d *Decoder) ppp(r rest, g *Datagram) {
	proto, left, ok := pppHeader(r)
	if !ok {
		short(r, g, max(len(r.b)+1, 2), ReasonLinkHeader, LinkHeaderLen)
		return
	}
	switch proto {
	case pppIPv4:
		d.ipv4(left, g)
	case pppIPv6:
		d.ipv6(left, g)
	case pppMPLS, pppMPLSMulticast:
		d.mpls(left, g)
	default:
		g.other(d.pppName(proto))
	}
}

// pppHDLC reads PPP, or Cisco's HDLC, on a serial line: Cisco's address is 0x0F
// or 0x8F, and an EtherType follows.
func (d *Decoder) pppHDLC(r rest, g *Datagram) {
	const ciscoLen = 4
	if len(r.b) < 2 || r.b[0] != 0x0F && r.b[0] != 0x8F || r.b[1] != 0 {
		d.ppp(r, g)
		return
	}
	if len(r.b) < ciscoLen {
		short(r, g, ciscoLen, ReasonLinkHeader, LinkHeaderLen)
		return
	}
	if t := be16(r.b[2:]); t == 0x8035 {
		g.other("slarp") // Cisco's keepalive, not RARP
	} else {
		d.etherType(t, r.skip(ciscoLen), g)
	}
}

func (d *Decoder) pppName(proto int) string {
	if s := knownPPP(proto); s != "" {
		return s
	}
	return d.name("ppp-0x%04x", 1<<18, uint16(proto))
}

// knownPPP names PPP protocols that are not read, "" those it doesn't know.
func knownPPP(proto int) string {
	switch proto {
	case 0x002D, 0x002F:
		return "ppp-vj" // RFC 1144: TCP with its headers compressed
	case 0x003D:
		return "ppp-multilink"
	case 0x00FB, 0x00FD:
		return "ppp-compressed" // or encrypted (RFC 3078)
	case 0x8021:
		return "ipcp"
	case 0x8057:
		return "ipv6cp"
	case 0x80FB, 0x80FD:
		return "ccp"
	case 0x8281:
		return "mplscp"
	case 0xC021:
		return "lcp"
	case 0xC023:
		return "pap"
	case 0xC025:
		return "ppp-lqr"
	case 0xC223:
		return "chap"
	case 0xC227:
		return "ppp-eap"
	}
	return ""
}
