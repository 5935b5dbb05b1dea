package wire

// Ports of tunnels over UDP (IANA). 8472 is what Linux and its overlay
// networks (flannel) send VXLAN to unless told otherwise.
const (
	portVXLAN      = 4789
	portVXLANLinux = 8472
	portGeneve     = 6081
	portGTPU       = 2152
	portTeredo     = 3544
	portTZSP       = 37008
	portL2TP       = 1701
	portSCTP       = 9899 // RFC 6951
)

// tunnelPort reports whether inUDP has to be asked. Tunnels are sent to their
// port. Only Teredo's servers, L2TP and SCTP answer from it.
func tunnelPort(src, dst int) bool {
	switch dst {
	case portVXLAN, portVXLANLinux, portGeneve, portGTPU, portTeredo, portTZSP, portL2TP, portSCTP:
		return true
	}
	return src == portTeredo || src == portL2TP || src == portSCTP
}

// inUDP reads the tunnels over UDP. It returns false, and has changed
// nothing, when the payload r is none: a port alone proves nothing, so the
// header has to make sense, too.
func (d *Decoder) inUDP(r rest, g *Datagram) bool {
	if d.NoTunnel[g.Path.Src.Port()] || d.NoTunnel[g.Path.Dst.Port()] {
		return false
	}
	switch g.Path.Dst.Port() {
	case portVXLAN, portVXLANLinux:
		return d.vxlan(r, g)
	case portGeneve:
		return d.geneve(r, g)
	case portGTPU:
		return d.gtpu(r, g)
	case portTeredo:
		return d.teredo(r, g)
	case portTZSP:
		return d.tzsp(r, g)
	case portL2TP:
		return d.l2tp(r, g)
	case portSCTP:
		return d.sctpInUDP(r, g)
	}
	switch g.Path.Src.Port() {
	case portTeredo:
		return d.teredo(r, g)
	case portL2TP:
		return d.l2tp(r, g)
	case portSCTP:
		return d.sctpInUDP(r, g)
	}
	return false
}

// vxlan reads a VXLAN header (RFC 7348 §5), also with a group policy
// (draft-smith-vxlan-group-policy §2.1):
//
//	flags (G 0x80, I 0x08), flags (D 0x40, A 0x08), group (2), VNI (3), reserved
func (d *Decoder) vxlan(r rest, g *Datagram) bool {
	const vxlanLen = 8
	if len(r.b) < vxlanLen || r.b[0]&^0x80 != 0x08 || r.b[7] != 0 {
		return false
	}
	policy := be32(r.b) & 0x00FFFFFF
	if r.b[0]&0x80 == 0 && policy != 0 || policy>>16&^0x48 != 0 {
		return false
	}
	inner := r.skip(vxlanLen)
	if !looksEthernet(inner) {
		return false
	}
	if enter(r, g, portVXLAN<<32|uint64(be32(r.b[4:]))) {
		d.ethernet(inner, g)
	}
	return true
}

// geneve reads a Geneve header (RFC 8926 §3.4) and steps over its options:
//
//	version (2 bits), options in words (6), O, C, reserved (6), protocol (2),
//	VNI (3), reserved
func (d *Decoder) geneve(r rest, g *Datagram) bool {
	const geneveLen = 8
	if len(r.b) < geneveLen || r.b[0]>>6 != 0 || r.b[1]&0x3F != 0 || r.b[7] != 0 {
		return false
	}
	size := geneveLen + int(r.b[0])*4
	proto := be16(r.b[2:])
	if proto != typeTEB && !isRead(proto) || size > r.wire {
		return false
	}
	id := portGeneve<<32 | uint64(be32(r.b[4:]))
	if len(r.b) < size {
		shortTunnel(r, g, size)
		return true
	}
	inner := r.skip(size)
	if proto == typeTEB {
		if !looksEthernet(inner) {
			return false
		}
		if enter(r, g, id) {
			d.ethernet(inner, g)
		}
		return true
	}
	if !looksLike(proto, inner) {
		return false
	}
	if enter(r, g, id) {
		d.etherType(proto, inner, g)
	}
	return true
}

// teredo reads IPv6 in UDP (RFC 4380 §5.1.1), behind an authentication header
// (type 1) and an origin indication (type 0), if they are there.
func (d *Decoder) teredo(r rest, g *Datagram) bool {
	const (
		authLen   = 13 // type (2), two lengths, nonce (8), confirmation
		originLen = 8
	)
	if len(r.b) >= authLen && be16(r.b) == 1 {
		size := authLen + int(r.b[2]) + int(r.b[3])
		if len(r.b) < size {
			return false
		}
		r = r.skip(size)
	}
	if len(r.b) >= originLen && be16(r.b) == 0 {
		r = r.skip(originLen)
	}
	// The packet fills the datagram.
	if len(r.b) < ipv6Len || r.b[0]>>4 != 6 || ipv6Len+be16(r.b[4:]) != r.wire {
		return false
	}
	if enter(r, g, portTeredo) {
		d.ipv6(r, g)
	}
	return true
}

// tzsp reads the header in which sensors and routers send what they capture
// (TaZmen Sniffer Protocol): version, type, protocol (2), then tags to the one
// that ends them. Types from 2 on configure the sensor.
func (d *Decoder) tzsp(r rest, g *Datagram) bool {
	const (
		tzspLen         = 4
		ethernet, dot11 = 1, 18
	)
	if len(r.b) < tzspLen || r.b[0] != 1 || r.b[1] > 1 {
		return false
	}
	proto := be16(r.b[2:])
	inner, ok := tzspTags(r.skip(tzspLen))
	switch {
	case !ok, proto != ethernet && proto != dot11:
		return false
	case proto == ethernet && !looksEthernet(inner):
		return false
	case !enter(r, g, portTZSP):
	case proto == dot11:
		d.wlan(inner, g, false)
	default:
		d.ethernet(inner, g)
	}
	return true
}

// tzspTags steps over tags: type, length, value; the padding and the end are
// one byte each.
func tzspTags(r rest) (left rest, ok bool) {
	const padding, end = 0, 1
	for len(r.b) > 0 {
		switch {
		case r.b[0] == end:
			return r.skip(1), true
		case r.b[0] == padding:
			r = r.skip(1)
		case len(r.b) < 2 || len(r.b) < 2+int(r.b[1]):
			return r, false
		default:
			r = r.skip(2 + int(r.b[1]))
		}
	}
	return r, false
}

// l2tp reads a data message of L2TP version 2 (RFC 2661 §3.1):
//
//	flags and version (2), length (2, with L), tunnel (2), session (2),
//	Ns and Nr (4, with S), offset (2, with O) and as much padding
func (d *Decoder) l2tp(r rest, g *Datagram) bool {
	const (
		control, hasLength, hasSequence, hasOffset = 0x8000, 0x4000, 0x0800, 0x0200
		reserved, version                          = 0x34F0, 0x000F
	)
	if len(r.b) < 6 {
		return false
	}
	flags := be16(r.b)
	if flags&version != 2 || flags&reserved != 0 {
		return false
	}
	at := 2
	whole := r
	if flags&hasLength != 0 {
		length := be16(r.b[at:])
		if length < 6 || length > r.wire {
			return false
		}
		whole = r.limit(length)
		at += 2
	}
	ids := at
	at += 4
	if flags&hasSequence != 0 {
		at += 4
	}
	if flags&control != 0 {
		// Control messages have length and sequence numbers (§3.1).
		if flags&hasLength == 0 || flags&hasSequence == 0 {
			return false
		}
		g.other("l2tp")
		return true
	}
	if flags&hasOffset != 0 {
		if len(whole.b) < at+2 {
			return false
		}
		at += 2 + be16(whole.b[at:])
	}
	if len(whole.b) < at || !looksPPP(whole.skip(at)) {
		return false
	}
	if enter(r, g, portL2TP<<32|uint64(be32(whole.b[ids:]))) {
		d.ppp(whole.skip(at), g)
	}
	return true
}
