package wire

// gtpu reads GTP-U version 1 (3GPP TS 29.281 §5.1):
//
//	flags, message type, length (2), TEID (4)
//	with E, S or PN: sequence (2), N-PDU, type of the first extension
//
// The length counts what follows the TEID. Only the type G-PDU holds a user's
// packet; the others manage the path.
func (d *Decoder) gtpu(r rest, g *Datagram) bool {
	const (
		gtpLen, optionalLen       = 8, 4
		fixed, version1           = 0xF8, 0x30 // with the protocol type GTP
		hasExtension, anyOptional = 0x04, 0x07
		gpdu                      = 255
	)
	if len(r.b) < gtpLen || r.b[0]&fixed != version1 || be16(r.b[2:]) != r.wire-gtpLen {
		return false
	}
	flags, kind, teid := r.b[0], r.b[1], be32(r.b[4:])
	if kind != gpdu {
		g.other("gtp-u")
		return true
	}
	r = r.skip(gtpLen)
	if flags&anyOptional != 0 {
		if len(r.b) < optionalLen {
			shortTunnel(r, g, optionalLen)
			return true
		}
		next := r.b[optionalLen-1]
		r = r.skip(optionalLen)
		if flags&hasExtension != 0 {
			var ok bool
			if r, ok = gtpExtensions(next, r, g); !ok {
				return true
			}
		}
	}
	if enter(r, g, portGTPU<<32|uint64(teid)) {
		d.inGTP(r, g)
	}
	return true
}

// gtpExtensions steps over extension headers (§5.2.1): length in words,
// content, type of the next one. ok is false when g is done with.
func gtpExtensions(next byte, r rest, g *Datagram) (left rest, ok bool) {
	const word = 4
	for n := 0; next != 0; n++ {
		size := word
		if len(r.b) > 0 {
			size = int(r.b[0]) * word
		}
		if n == maxGTPExtensions || size == 0 {
			note(g, Diag{TunnelHeader, size, len(r.b)})
			g.undecoded(ReasonTunnel)
			return r, false
		}
		if len(r.b) < size {
			shortTunnel(r, g, size)
			return r, false
		}
		next = r.b[size-1]
		r = r.skip(size)
	}
	return r, true
}

// inGTP reads the user's packet: IP, or a frame of an Ethernet session
// (TS 23.501 §5.6.10.2); nothing in the header tells which.
func (d *Decoder) inGTP(r rest, g *Datagram) {
	switch {
	case looksIP(r):
		d.rawIP(r, g)
	case looksEthernet(r):
		d.ethernet(r, g)
	case len(r.b) > 0 && r.b[0]>>4 != 4 && r.b[0]>>4 != 6:
		g.other("gtp-u") // another type of PDU
	default:
		d.rawIP(r, g)
	}
}
