package wire

import "encoding/binary"

// nflog reads what Linux' netfilter logs (LINKTYPE_NFLOG): family, version,
// resource (2), then attributes: length with its header (2), type (2), value,
// padded to words. Lengths and types are in the byte order of the machine
// that captured, which shows in the first type.
func (d *Decoder) nflog(r rest, g *Datagram) {
	const (
		nflogLen, attributeLen        = 4, 4
		payload, inDevice, outDevice  = 9, 4, 5
		familyIPv4, familyIPv6, lowOf = 2, 10, 0xFF
	)
	if len(r.b) < nflogLen {
		short(r, g, nflogLen, ReasonLinkHeader, LinkHeaderLen)
		return
	}
	family := r.b[0]
	if r.b[1] != 0 {
		g.other("nflog")
		return
	}
	g.LinkSum = mix(6, uint64(be32(r.b)))
	r = r.skip(nflogLen)
	var order binary.ByteOrder = binary.LittleEndian
	if len(r.b) >= attributeLen && order.Uint16(r.b[2:]) > lowOf {
		order = binary.BigEndian
	}
	for len(r.b) >= attributeLen {
		size, kind := int(order.Uint16(r.b)), order.Uint16(r.b[2:])
		if size < attributeLen || size > r.wire {
			note(g, Diag{LinkHeaderLen, size, r.wire})
			g.undecoded(ReasonLinkHeader)
			return
		}
		if kind == payload {
			r = r.limit(size).skip(attributeLen)
			switch family {
			case familyIPv4:
				d.ipv4(r, g)
			case familyIPv6:
				d.ipv6(r, g)
			default: // bridges and "any family" say nothing
				d.rawIP(r, g)
			}
			return
		}
		if (kind == inDevice || kind == outDevice) && size == 8 && len(r.b) >= 8 {
			g.LinkSum = mix(g.LinkSum, uint64(kind)<<32|uint64(be32(r.b[4:])))
		}
		size = (size + 3) &^ 3
		if size > len(r.b) {
			short(r, g, size, ReasonLinkHeader, LinkHeaderLen)
			return
		}
		r = r.skip(size)
	}
	if r.wire > len(r.b) {
		short(r, g, len(r.b)+1, ReasonLinkHeader, LinkHeaderLen)
		return
	}
	g.other("nflog") // without a packet
}
