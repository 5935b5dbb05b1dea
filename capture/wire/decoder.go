package wire

import (
	"encoding/binary"
	"fmt"

	"rung/capture"
)

// A Decoder reads frames. The zero value is ready for use; it is for one
// goroutine, because it remembers the names it made for unknown numbers.
type Decoder struct {
	// Layers, unless nil, gets every layer of the frames that Decode reads.
	Layers *Layers

	// NoTunnel holds UDP ports that carry no tunnel, whatever they show.
	NoTunnel map[uint16]bool

	names map[uint32]string
}

// A rest is what of a frame has not been read yet.
type rest struct {
	b    []byte // captured
	wire int    // bytes of it on the wire, at least len(b)
	off  int    // where b begins in Packet.Data
}

// skip returns r without its first n bytes; n is at most len(r.b).
func (r rest) skip(n int) rest {
	return rest{r.b[n:], r.wire - n, r.off + n}
}

// limit returns the first n bytes of r as on the wire; n is at most r.wire.
func (r rest) limit(n int) rest {
	if n < len(r.b) {
		r.b = r.b[:n]
	}
	r.wire = n
	return r
}

// Decode reads the headers of p into g, overwriting all of it.
func (d *Decoder) Decode(p *capture.Packet, g *Datagram) {
	*g = Datagram{PayloadOff: -1}
	r := rest{b: p.Data, wire: max(p.WireLen, len(p.Data))}
	if d.Layers != nil {
		d.Layers.reset()
	}
	switch p.Link {
	case capture.LinkEthernet:
		d.ethernet(r, g)
	case capture.LinkSLL:
		d.sll(r, g)
	case capture.LinkSLL2:
		d.sll2(r, g)
	case capture.LinkNull, capture.LinkLoop:
		d.loopback(r, g)
	case capture.LinkRaw:
		d.rawIP(r, g)
	case capture.LinkPPP:
		d.ppp(r, g)
	case capture.LinkPPPHDLC:
		d.pppHDLC(r, g)
	case capture.LinkWLAN:
		d.wlan(r, g, false)
	case capture.LinkRadiotap:
		d.radiotap(r, g)
	case capture.LinkNFLOG:
		d.nflog(r, g)
	case capture.LinkIPv4:
		d.ipv4(r, g)
	case capture.LinkIPv6:
		d.ipv6(r, g)
	default:
		g.undecoded(d.name("unknown-linktype-%d", 1<<16, uint16(p.Link)))
	}
	if d.Layers != nil {
		d.Layers.finish(g, len(p.Data) < p.WireLen)
	}
}

// rawIP tells IPv4 and IPv6 apart by the version nibble.
func (d *Decoder) rawIP(r rest, g *Datagram) {
	if len(r.b) == 0 {
		short(r, g, 1, ReasonIPHeader, IPHeader)
		return
	}
	switch r.b[0] >> 4 {
	case 4:
		d.ipv4(r, g)
	case 6:
		d.ipv6(r, g)
	default:
		note(g, Diag{IPHeader, int(r.b[0] >> 4), len(r.b)})
		g.undecoded(ReasonIPHeader)
	}
}

// short marks g as not decoded because need bytes of header are not there:
// cut by the snaplen when the wire had them, else broken for reason.
func short(r rest, g *Datagram, need int, reason string, code Code) {
	if r.wire >= need {
		g.Cut = true
		g.undecoded(ReasonCut)
		return
	}
	note(g, Diag{code, need, r.wire})
	g.undecoded(reason)
}

// name returns format with n, made once per Decoder. kind tells the number
// spaces apart.
func (d *Decoder) name(format string, kind uint32, n uint16) string {
	key := kind | uint32(n)
	s, ok := d.names[key]
	if !ok {
		if d.names == nil {
			d.names = make(map[uint32]string)
		}
		s = fmt.Sprintf(format, n)
		d.names[key] = s // at most 65536 for each of a few kinds
	}
	return s
}

// mix folds x into a hash. It is no defence, only a way to tell headers
// apart, and the same in every run.
func mix(sum, x uint64) uint64 {
	sum = (sum ^ x) * 0x9E3779B97F4A7C15
	return sum ^ sum>>29
}

func be16(b []byte) int    { return int(binary.BigEndian.Uint16(b)) }
func be32(b []byte) uint32 { return binary.BigEndian.Uint32(b) }
func be64(b []byte) uint64 { return binary.BigEndian.Uint64(b) }
