package wire

const greLen = 4

// Bits of the first word (RFC 2784 §2.1, RFC 2890 §2, RFC 2637 §4.1, the
// routing bit RFC 1701).
const (
	greChecksum = 0x8000
	greRouting  = 0x4000
	greKey      = 0x2000
	greSequence = 0x1000
	greAck      = 0x0080 // version 1
	greVersion  = 0x0007
)

// Protocols that GRE carries besides EtherTypes of this decoder.
const (
	typeTEB      = 0x6558 // transparent Ethernet bridging
	typeERSPAN   = 0x88BE // types I and II
	typeERSPAN3  = 0x22EB
	typeGREPPP   = 0x880B
	typeWCCP     = 0x883E
	wccpRedirect = 4 // length of WCCPv2's redirect header
)

// gre reads a GRE header: flags (2), protocol (2), then what the flags say:
//
//	checksum and offset (4), key (4), sequence number (4), acknowledgement (4)
func (d *Decoder) gre(r rest, g *Datagram) {
	if len(r.b) < greLen {
		shortTunnel(r, g, greLen)
		return
	}
	flags, proto := be16(r.b), be16(r.b[2:])
	switch {
	case flags&greVersion == 1 && proto == typeGREPPP:
		d.pptp(flags, r, g)
		return
	case flags&(greVersion|greRouting) != 0:
		g.other(protocolNames[protoGRE])
		return
	}
	size, key := greLen, 0
	if flags&greChecksum != 0 {
		size += 4
	}
	if flags&greKey != 0 {
		key = size
		size += 4
	}
	if flags&greSequence != 0 {
		size += 4
	}
	if len(r.b) < size {
		shortTunnel(r, g, size)
		return
	}
	id := uint64(0)
	if key > 0 {
		id = uint64(be32(r.b[key:]))
	}
	if enter(r, g, protoGRE<<32|id) {
		d.inGRE(proto, flags&greSequence != 0, r.skip(size), g)
	}
}

func (d *Decoder) inGRE(proto int, sequence bool, r rest, g *Datagram) {
	switch {
	case proto == typeTEB:
		d.ethernet(r, g)
	case proto == typeERSPAN && !sequence:
		d.ethernet(r, g) // ERSPAN type I has no header of its own
	case proto == typeERSPAN, proto == typeERSPAN3:
		d.erspan(r, g)
	case proto == typeGREPPP:
		d.ppp(r, g)
	case proto == typeWCCP:
		d.wccp(r, g)
	case isRead(proto), knownEtherType(proto) != "":
		d.etherType(proto, r, g)
	default:
		g.other(protocolNames[protoGRE])
	}
}

// wccp reads a packet that a router sends to a cache, with WCCPv2's redirect
// header or, as version 1 has it, without.
func (d *Decoder) wccp(r rest, g *Datagram) {
	if len(r.b) >= wccpRedirect && r.b[0]>>4 != 4 {
		r = r.skip(wccpRedirect)
	}
	d.ipv4(r, g)
}

// pptp reads PPTP's GRE (RFC 2637 §4.1): the key is payload length (2) and
// call (2), sequence number and acknowledgement are optional.
func (d *Decoder) pptp(flags int, r rest, g *Datagram) {
	size := greLen + 4
	if flags&greSequence != 0 {
		size += 4
	}
	if flags&greAck != 0 {
		size += 4
	}
	if len(r.b) < size {
		shortTunnel(r, g, size)
		return
	}
	length, call := be16(r.b[4:]), be16(r.b[6:])
	r = r.skip(size)
	if flags&greSequence == 0 || length == 0 {
		g.other("pptp") // an acknowledgement alone
		return
	}
	if !enter(r, g, 1<<40|uint64(call)) {
		return
	}
	if length < r.wire {
		r = r.limit(length)
	}
	d.ppp(r, g)
}

// erspan reads the header of a mirrored frame, type II (version 1) or III
// (version 2), draft-foschiano-erspan-03 §4.2 and §4.3:
//
//	version (4 bits), VLAN (12), class (3), encapsulation (2), cut (1), session (10)
//	II:  reserved (12), port index (20)
//	III: timestamp (32), group (16), flags (16), of which the last announces
//	     another 8 bytes
func (d *Decoder) erspan(r rest, g *Datagram) {
	const (
		len2, len3, subheader = 8, 12, 8
		isFrame, optional     = 0x8000, 0x0001
	)
	if len(r.b) < len2 {
		shortTunnel(r, g, len2)
		return
	}
	id := uint64(be32(r.b) &^ 0x400) // whether this one was cut is not the tunnel's
	if d.Layers != nil {
		d.Layers.mirrored(be16(r.b))
	}
	switch r.b[0] >> 4 {
	case 1:
		if enter(r, g, id<<32|uint64(be32(r.b[4:]))) {
			d.ethernet(r.skip(len2), g)
		}
		return
	case 2:
	default:
		g.other("erspan")
		return
	}
	if len(r.b) < len3 {
		shortTunnel(r, g, len3)
		return
	}
	flags := be16(r.b[10:])
	size := len3
	if flags&optional != 0 {
		size += subheader
	}
	if len(r.b) < size {
		shortTunnel(r, g, size)
		return
	}
	if !enter(r, g, id<<32|uint64(flags)) {
		return
	}
	r = r.skip(size)
	if frameType := flags >> 10 & 0x1F; frameType == 2 && flags&isFrame == 0 {
		d.rawIP(r, g)
	} else {
		d.ethernet(r, g)
	}
}
