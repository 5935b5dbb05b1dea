package wire

const labelLen = 4

// mpls reads a label stack (RFC 3032 §2.1):
//
//	label (20 bits), traffic class (3), bottom of stack (1), TTL (8)
func (d *Decoder) mpls(r rest, g *Datagram) {
	if !enter(r, g, typeMPLS) {
		return
	}
	for n := 0; ; n++ {
		if n == maxLabels {
			note(g, Diag{TooManyLabels, maxLabels, len(r.b)})
			g.undecoded(ReasonLabels)
			return
		}
		if len(r.b) < labelLen {
			short(r, g, labelLen, ReasonLinkHeader, LinkHeaderLen)
			return
		}
		label := be32(r.b)
		g.LinkSum = mix(g.LinkSum, uint64(label))
		r = r.skip(labelLen)
		if label&0x100 != 0 {
			break
		}
	}
	d.labelled(r, g)
}

// labelled reads what follows the stack, which says nothing about it: an IP
// packet, or a pseudowire's Ethernet frame with or without a control word,
// which begins with the nibble 0 (RFC 4385 §3, RFC 4928 §3).
func (d *Decoder) labelled(r rest, g *Datagram) {
	const controlWord = 4
	first := byte(0xFF)
	if len(r.b) > 0 {
		first = r.b[0] >> 4
	}
	switch {
	case looksIP(r):
		d.rawIP(r, g)
	case first == 0 && len(r.b) >= controlWord && looksEthernet(r.skip(controlWord)):
		d.ethernet(r.skip(controlWord), g)
	case looksEthernet(r):
		d.ethernet(r, g)
	case first == 4, first == 6:
		d.rawIP(r, g) // and says what is wrong with it
	default:
		g.other("mpls")
	}
}
