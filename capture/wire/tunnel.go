package wire

// enter counts one more encapsulation, of which id is what tells it from
// others of its kind. It returns false, and is done with g, when there are too
// many.
//
// Sequence numbers, timestamps and the IP identification of tunnel headers
// stay out of LinkSum: a mirror counts them up for every copy it makes.
func enter(r rest, g *Datagram, id uint64) bool {
	if g.Tunnels == maxTunnels {
		note(g, Diag{TooManyTunnels, maxTunnels, len(r.b)})
		g.undecoded(ReasonTunnels)
		return false
	}
	g.Tunnels++
	g.LinkSum = mix(g.LinkSum, id)
	return true
}

// shortTunnel is short for the headers of tunnels.
func shortTunnel(r rest, g *Datagram, need int) {
	short(r, g, need, ReasonTunnel, TunnelHeader)
}

// inIP reads what an IP packet holds that is a packet or frame itself. It
// returns false when proto is no tunnel.
func (d *Decoder) inIP(proto uint8, r rest, g *Datagram) bool {
	switch proto {
	case protoIPIP: // RFC 2003; RFC 2473 when the outer one is IPv6
		if enter(r, g, protoIPIP) {
			d.ipv4(r, g)
		}
	case protoIPv6: // RFC 4213; RFC 2473
		if enter(r, g, protoIPv6) {
			d.ipv6(r, g)
		}
	case protoGRE:
		d.gre(r, g)
	case protoEtherIP:
		d.etherIP(r, g)
	case protoMPLS: // RFC 4023
		d.mpls(r, g)
	default:
		return false
	}
	return true
}

// etherIP reads a two-byte header, of which only the version is used
// (RFC 3378 §3), and the frame.
func (d *Decoder) etherIP(r rest, g *Datagram) {
	const etherIPLen = 2
	if len(r.b) < etherIPLen {
		shortTunnel(r, g, etherIPLen)
		return
	}
	if r.b[0]>>4 != 3 {
		g.other(protocolNames[protoEtherIP])
		return
	}
	if enter(r, g, protoEtherIP) {
		d.ethernet(r.skip(etherIPLen), g)
	}
}

const (
	protoIPIP    = 4
	protoIPv6    = 41
	protoGRE     = 47
	protoEtherIP = 97
	protoMPLS    = 137
)
