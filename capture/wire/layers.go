package wire

import (
	"net/netip"

	"rung/capture"
)

// Layers collects what Decode passes on its way to the innermost packet, for
// those who ask about tunnels' ends as well (capture/filter). Set
// Decoder.Layers to have it filled; Decode overwrites it for every frame.
type Layers struct {
	IP   []Layer  // IP headers, outermost first
	Tags []uint16 // VLAN ids of all frames, outermost first; also those that ERSPAN headers name

	// Hidden says that there may be more layers than those collected: a
	// fragment holds a part of a tunnel, a header is broken or cut, a limit
	// was reached.
	Hidden bool

	ip   [maxTunnels + 1]Layer
	tags [maxTagsKept]uint16
}

// A Layer is one IP header and the ports behind it.
type Layer struct {
	Src, Dst netip.Addr
	IPv6     bool

	Proto    uint8 // of the transport, behind extension headers
	HasProto bool  // Proto is known

	SrcPort, DstPort uint16
	HasPorts         bool // they are known; false for what has none, too
}

func (l *Layers) reset() {
	l.IP, l.Tags, l.Hidden = l.ip[:0], l.tags[:0], false
}

// packet adds an IP header. Every one but the first is inside a tunnel, so
// that there is room.
func (l *Layers) packet(g *Datagram) {
	if len(l.IP) == cap(l.IP) {
		l.Hidden = true
		return
	}
	l.IP = append(l.IP, Layer{Src: g.Path.Src.Addr(), Dst: g.Path.Dst.Addr(), IPv6: g.IPv6})
}

// tag adds a VLAN tag's control information, of which the id is kept.
func (l *Layers) tag(control int) {
	if len(l.Tags) == cap(l.Tags) {
		l.Hidden = true
		return
	}
	l.Tags = append(l.Tags, uint16(control&0x0FFF))
}

// mirrored adds the VLAN that an ERSPAN header of types II and III says its
// frame was in, of which the frame itself may have no tag any more. 0 is none.
func (l *Layers) mirrored(first int) {
	const ii, iii = 1, 2
	if version := first >> 12; (version == ii || version == iii) && first&0x0FFF != 0 {
		l.tag(first)
	}
}

// transport notes what the innermost IP packet so far carries. b is what
// follows the IP headers; ports are its first four bytes, also when the rest
// of the transport header is cut.
func (l *Layers) transport(proto uint8, b []byte) {
	if len(l.IP) == 0 {
		return
	}
	in := &l.IP[len(l.IP)-1]
	in.Proto, in.HasProto = proto, true
	if HasPorts(proto) && len(b) >= 4 {
		in.SrcPort, in.DstPort, in.HasPorts = uint16(be16(b)), uint16(be16(b[2:])), true
	}
}

// HasPorts reports whether rung knows the ports of an IP protocol.
func HasPorts(proto uint8) bool {
	return proto == ProtoUDP || proto == ProtoTCP || proto == ProtoSCTP
}

// finish looks at how the frame ended. cut says that the snaplen cut it.
func (l *Layers) finish(g *Datagram, cut bool) {
	switch {
	case g.Fate == capture.FateUndecoded:
		l.Hidden = l.Hidden || !l.endsPlain()
	case g.Fate == capture.FateOther:
		// What LLC and MPLS hold shows in bytes that may be cut.
		l.Hidden = l.Hidden || cut && (g.Name == "llc" || g.Name == "mpls")
	case g.Fragment:
		l.fragment(g)
	case g.Cut:
		// A tunnel's header that isn't whole makes a plain datagram.
		l.Hidden = l.Hidden || !l.endsPlain()
	}
}

// endsPlain reports whether the innermost packet is known to hold no other.
func (l *Layers) endsPlain() bool {
	if len(l.IP) == 0 {
		return false
	}
	in := &l.IP[len(l.IP)-1]
	switch in.Proto {
	case ProtoICMP, ProtoICMPv6, ProtoTCP, ProtoSCTP:
		return in.HasProto
	case ProtoUDP:
		return in.HasPorts && !tunnelPort(int(in.SrcPort), int(in.DstPort))
	}
	return in.HasProto && !isTunnel(in.Proto)
}

// fragment reads of a fragment what is there: the ports are in the first one,
// behind what extension headers it has. The protocol in the headers of the
// others is that of the first one's beginning (RFC 8200 §4.5), so of an
// extension header nothing more is known.
func (l *Layers) fragment(g *Datagram) {
	proto, b := g.Proto, g.Payload
	for n := 0; isExtension(proto, g.IPv6); n++ {
		if g.FragOffset > 0 || proto == protoFragment || n == maxExtensions || len(b) < fragLen {
			l.Hidden = true
			return
		}
		size := int(b[1])*8 + 8
		if proto == protoAH {
			size = int(b[1])*4 + 8
		}
		if len(b) < size {
			l.Hidden = true
			return
		}
		proto, b = b[0], b[size:]
	}
	if g.FragOffset > 0 {
		b = nil
	}
	l.transport(proto, b)
	l.Hidden = l.Hidden || !l.endsPlain()
}

// isTunnel reports whether inIP reads the packets inside.
func isTunnel(proto uint8) bool {
	switch proto {
	case protoIPIP, protoIPv6, protoGRE, protoEtherIP, protoMPLS:
		return true
	}
	return false
}
