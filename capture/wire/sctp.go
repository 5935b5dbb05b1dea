package wire

// sctpLen is the common header (RFC 9260 §3.1): source port, destination port,
// verification tag (4), checksum (4).
const sctpLen = 12

// sctp reads the common header; chunks are package reassemble's.
func sctp(r rest, g *Datagram) {
	if len(r.b) < sctpLen {
		short(r, g, sctpLen, ReasonTransport, ShortHeader)
		return
	}
	setPorts(r, g)
	g.SCTPTag = be32(r.b[4:])
	setPayload(r.skip(sctpLen), g)
}

// sctpInUDP reads an SCTP packet in a UDP datagram (RFC 6951 §4). The UDP ports
// are only the tunnel's.
func (d *Decoder) sctpInUDP(r rest, g *Datagram) bool {
	if !looksSCTP(r) {
		return false
	}
	if enter(r, g, portSCTP<<32|uint64(g.Path.Src.Port())<<16|uint64(g.Path.Dst.Port())) {
		g.Proto, g.Path.Transport = ProtoSCTP, transportOf(ProtoSCTP)
		if d.Layers != nil {
			d.Layers.packet(g)
			d.Layers.transport(ProtoSCTP, r.b)
		}
		sctp(r, g)
	}
	return true
}

// looksSCTP reports whether r can be an SCTP packet: ports, and chunks that end
// where it ends (RFC 9260 §3.2: type, flags, length, padding to four bytes).
func looksSCTP(r rest) bool {
	const chunkLen = 4
	if len(r.b) < sctpLen+chunkLen || be16(r.b) == 0 || be16(r.b[2:]) == 0 {
		return false
	}
	for r = r.skip(sctpLen); len(r.b) >= chunkLen; {
		length := be16(r.b[2:])
		if length < chunkLen || length > r.wire {
			return false
		}
		padded := min((length+3)&^3, r.wire)
		if padded >= len(r.b) {
			return padded == r.wire || len(r.b) < r.wire
		}
		r = r.skip(padded)
	}
	return len(r.b) < r.wire // the snaplen cut it
}
