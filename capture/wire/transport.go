package wire

import (
	"net/netip"

	"rung/capture"
)

const (
	udpLen = 8
	tcpLen = 20
)

// DecodeTransport reads the transport header of a datagram whose fragments
// were joined: g.Payload is a whole IP payload of protocol g.Proto. When that
// is a tunnel, g may be a fragment again, of the packet inside.
func (d *Decoder) DecodeTransport(g *Datagram) {
	r := rest{b: g.Payload, wire: max(g.PayloadLen, len(g.Payload))}
	before := g.Tunnels
	g.Fragment, g.FragOffset, g.MoreFragments = false, 0, false
	g.Payload, g.PayloadLen = nil, 0
	d.transport(g.Proto, r, g)
	if g.Fragment && g.Tunnels == before {
		// A fragment header in what was joined: nobody sends that, and
		// following it would have no end.
		note(g, Diag{IPv6Chain, g.PayloadLen, len(r.b)})
		g.undecoded(ReasonIPv6Chain)
	}
	g.PayloadOff = -1
}

// transport reads extension headers and the transport header, or goes on into
// a tunnel.
func (d *Decoder) transport(proto uint8, r rest, g *Datagram) {
	ok := true
	for n := 0; isExtension(proto, g.IPv6); n++ {
		if n == maxExtensions {
			note(g, Diag{IPv6Chain, 0, len(r.b)})
			g.undecoded(ReasonIPv6Chain)
			return
		}
		if proto, r, ok = extension(proto, r, g); !ok {
			return
		}
	}
	g.Proto = proto
	g.Path.Transport = transportOf(proto)
	if d.Layers != nil {
		d.Layers.transport(proto, r.b)
	}
	switch proto {
	case ProtoUDP:
		d.udp(r, g)
	case ProtoTCP:
		tcp(r, g)
	case ProtoICMP, ProtoICMPv6:
		setPayload(r, g)
	case ProtoSCTP:
		sctp(r, g)
	default:
		if !d.inIP(proto, r, g) {
			g.other(protocolNames[proto])
		}
	}
}

func transportOf(proto uint8) capture.Transport {
	switch proto {
	case ProtoUDP:
		return capture.UDP
	case ProtoTCP:
		return capture.TCP
	case ProtoSCTP:
		return capture.SCTP
	case ProtoICMP, ProtoICMPv6:
		return capture.ICMP
	}
	return 0
}

// udp reads a UDP header (RFC 768). A length that lies is noted and what is
// there is used: rung shows what a receiver may have dropped.
func (d *Decoder) udp(r rest, g *Datagram) {
	if len(r.b) < udpLen {
		short(r, g, udpLen, ReasonTransport, ShortHeader)
		return
	}
	setPorts(r, g)
	length := be16(r.b[4:])
	switch {
	case length == 0 && r.wire > 0xFFFF: // a jumbogram (RFC 2675 §4)
	case length < udpLen, length > r.wire:
		note(g, Diag{UDPLength, length, r.wire})
	case length < r.wire:
		note(g, Diag{UDPSurplus, length, r.wire})
		r = r.limit(length)
	}
	if tunnelPort(be16(r.b), be16(r.b[2:])) && d.inUDP(r.skip(udpLen), g) {
		return
	}
	setPayload(r.skip(udpLen), g)
	g.Cut = g.Cut || length > r.wire
	if len(g.Payload) == 0 && g.PayloadLen > 0 {
		g.undecoded(ReasonCut) // a snaplen that left headers only
	}
}

// tcp reads a TCP header (RFC 9293 §3.1).
func tcp(r rest, g *Datagram) {
	if len(r.b) < tcpLen {
		short(r, g, tcpLen, ReasonTransport, ShortHeader)
		return
	}
	setPorts(r, g)
	header := int(r.b[12]>>4) * 4
	if header < tcpLen || header > r.wire {
		note(g, Diag{TCPOffset, header, r.wire})
		g.undecoded(ReasonTransport)
		return
	}
	g.TCP = TCPHeader{
		Seq:    be32(r.b[4:]),
		Ack:    be32(r.b[8:]),
		Flags:  r.b[13] & 0x3F,
		Window: uint16(be16(r.b[14:])),
	}
	if header > len(r.b) { // options cut by the snaplen
		g.PayloadLen, g.PayloadOff, g.Cut = r.wire-header, r.off+len(r.b), true
		return
	}
	setPayload(r.skip(header), g)
}

// note keeps the first oddity of a frame; what is further out explains the
// rest.
func note(g *Datagram, d Diag) {
	if g.Diag.Code == 0 {
		g.Diag = d
	}
}

func setPorts(r rest, g *Datagram) {
	g.Path.Src = netip.AddrPortFrom(g.Path.Src.Addr(), uint16(be16(r.b)))
	g.Path.Dst = netip.AddrPortFrom(g.Path.Dst.Addr(), uint16(be16(r.b[2:])))
}
