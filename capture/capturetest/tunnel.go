package capturetest

import (
	"fmt"
	"net/netip"
	"slices"
	"strconv"
	"strings"
)

// A tunnel is one option that wraps packets.
type tunnel struct {
	name    string
	numbers []int // the value; only labels may be several
}

func (t tunnel) number() int { return t.numbers[0] }

// wrappers are the tunnel options and whether they take a number.
var wrappers = map[string]bool{
	"mpls": true, "mplseth": true, "mplspw": true, "pppoe": true,
	"ipip": false, "6in4": false, "ip6": false,
	"gre": false, "grekey": true, "greteb": true, "pptp": true, "etherip": false,
	"erspan1": false, "erspan2": true, "erspan3": true, "erspan3sub": true,
	"vxlan": true, "vxlangbp": true, "geneve": true, "geneveip": true,
	"gtpu": true, "gtpuext": true, "teredo": false, "tzsp": false, "l2tp": true, "l2tpseq": true,
}

func parseTunnel(name, value string, wantNumber, has bool) (tunnel, error) {
	t := tunnel{name: name}
	if wantNumber != has {
		return t, fmt.Errorf("option %q", name)
	}
	if !has {
		return t, nil
	}
	for s := range strings.SplitSeq(value, ",") {
		n, err := strconv.ParseUint(s, 0, 32)
		if err != nil || len(t.numbers) > 0 && name != "mpls" {
			return t, fmt.Errorf("option %q: want a number", name+"="+value)
		}
		t.numbers = append(t.numbers, int(n))
	}
	return t, nil
}

// A carried is a packet and its EtherType.
type carried struct {
	kind uint16
	data []byte
}

const (
	kindIPv4  = 0x0800
	kindIPv6  = 0x86DD
	kindTEB   = 0x6558
	kindMPLS  = 0x8847
	kindPPPoE = 0x8864
)

func (p carried) isIP() bool { return p.kind == kindIPv4 || p.kind == kindIPv6 }

// wrap puts an IP packet into the tunnels of an entry, innermost first.
func (b *builder) wrap(e *entry, ip []byte) ([]carried, error) {
	p := carried{kindIPv4, ip}
	if ip[0]>>4 == 6 {
		p.kind = kindIPv6
	}
	packets := []carried{p}
	for i, t := range slices.Backward(e.tunnels) {
		var err error
		if packets, err = b.tunnelled(e, t, packets, b.fragmentSize(e, i)); err != nil {
			return nil, fmt.Errorf("%s: %w", t.name, err)
		}
	}
	return packets, nil
}

// fragmentSize is outerfrag for the outermost tunnel that has an IP header.
func (b *builder) fragmentSize(e *entry, i int) int {
	for _, t := range e.tunnels[:i] {
		if !strings.HasPrefix(t.name, "mpls") && t.name != "pppoe" {
			return 0
		}
	}
	return e.number("outerfrag", 0) / 8 * 8
}

func (b *builder) tunnelled(e *entry, t tunnel, packets []carried, size int) (out []carried, err error) {
	for _, p := range packets {
		switch t.name {
		case "mpls", "mplseth", "mplspw":
			out = append(out, mpls(e, t, p))
			continue
		case "pppoe":
			s, err := pppoe(t, p)
			if err != nil {
				return nil, err
			}
			out = append(out, s)
			continue
		}
		proto, payload, err := b.inIP(e, t, p)
		if err != nil {
			return nil, err
		}
		src, dst := e.tunnelEnds(t.name == "ip6")
		b.ids[src]++
		h := ipHeader{src: src, dst: dst, proto: proto, ttl: e.number("outerttl", 64), id: b.ids[src]}
		kind := uint16(kindIPv4)
		if t.name == "ip6" {
			kind = kindIPv6
		}
		pieces := h.fragments(payload, size)
		if size == 0 || len(payload) <= size {
			pieces = [][]byte{h.packet(payload)}
		}
		for _, piece := range pieces {
			out = append(out, carried{kind, piece})
		}
	}
	return out, nil
}

// tunnelEnds are the addresses of the tunnel in the direction of e.
func (e *entry) tunnelEnds(six bool) (src, dst netip.Addr) {
	src, dst = netip.MustParseAddr("192.0.2.1"), netip.MustParseAddr("192.0.2.2")
	if six {
		src, dst = netip.MustParseAddr("2001:db8:ffff::1"), netip.MustParseAddr("2001:db8:ffff::2")
	}
	if e.src.Compare(e.dst) > 0 {
		return dst, src
	}
	return src, dst
}

// inIP returns what the tunnel's IP packet holds, and its protocol.
func (b *builder) inIP(e *entry, t tunnel, p carried) (proto uint8, payload []byte, err error) {
	switch t.name {
	case "ipip", "6in4", "ip6":
		switch p.kind {
		case kindIPv4:
			return 4, p.data, nil
		case kindIPv6:
			return 41, p.data, nil
		}
		return 0, nil, fmt.Errorf("EtherType 0x%04x can't be in IP", p.kind)
	case "etherip":
		return 97, append([]byte{0x30, 0}, e.frameOf(p)...), nil
	case "gre", "grekey", "greteb", "pptp", "erspan1", "erspan2", "erspan3", "erspan3sub":
		payload, err = b.gre(e, t, p)
		return 47, payload, err
	}
	port, payload, err := b.inUDP(e, t, p)
	src, dst := e.tunnelEnds(false)
	return 17, udpPacket(netip.AddrPortFrom(src, 49152), netip.AddrPortFrom(dst, port), payload), err
}

// frameOf is an Ethernet frame inside a tunnel.
func (e *entry) frameOf(p carried) []byte {
	return ethernet(e.src.Addr(), e.dst.Addr(), 9, nil, p)
}

func mpls(e *entry, t tunnel, p carried) carried {
	var s []byte
	for i, label := range t.numbers {
		word := uint32(label)<<12 | 64
		if i == len(t.numbers)-1 {
			word |= 1 << 8
		}
		s = be.AppendUint32(s, word)
	}
	switch t.name {
	case "mplspw":
		s = append(s, 0, 0, 0, 0)
		s = append(s, e.frameOf(p)...)
	case "mplseth":
		s = append(s, e.frameOf(p)...)
	default:
		s = append(s, p.data...)
	}
	return carried{kindMPLS, s}
}

func pppoe(t tunnel, p carried) (carried, error) {
	frame, err := ppp(p, false)
	s := be.AppendUint16([]byte{0x11, 0}, uint16(t.number()))
	s = be.AppendUint16(s, uint16(len(frame)))
	return carried{kindPPPoE, append(s, frame...)}, err
}

// ppp wraps a packet, in HDLC-like framing with address and control field.
func ppp(p carried, hdlc bool) ([]byte, error) {
	var f []byte
	if hdlc {
		f = append(f, 0xFF, 0x03)
	}
	switch p.kind {
	case kindIPv4:
		f = append(f, 0x00, 0x21)
	case kindIPv6:
		f = append(f, 0x00, 0x57)
	case kindMPLS:
		f = append(f, 0x02, 0x81)
	default:
		return nil, fmt.Errorf("EtherType 0x%04x can't be in PPP", p.kind)
	}
	return append(f, p.data...), nil
}

func (b *builder) gre(e *entry, t tunnel, p carried) ([]byte, error) {
	b.tunnel++
	var h []byte
	switch t.name {
	case "gre":
		h = be.AppendUint16([]byte{0, 0}, p.kind)
		return append(h, p.data...), nil
	case "grekey", "greteb":
		kind, data := p.kind, p.data
		if t.name == "greteb" {
			kind, data = kindTEB, e.frameOf(p)
		}
		h = be.AppendUint16([]byte{0xB0, 0}, kind)
		h = append(h, 0, 0, 0, 0)
		h = be.AppendUint32(h, uint32(t.number()))
		h = be.AppendUint32(h, b.tunnel)
		h = append(h, data...)
		be.PutUint16(h[4:], checksum(0, h))
		return h, nil
	case "pptp":
		frame, err := ppp(p, true)
		h = append(h, 0x30, 0x01, 0x88, 0x0B)
		h = be.AppendUint16(h, uint16(len(frame)))
		h = be.AppendUint16(h, uint16(t.number()))
		h = be.AppendUint32(h, b.tunnel)
		return append(h, frame...), err
	case "erspan1":
		return append([]byte{0, 0, 0x88, 0xBE}, e.frameOf(p)...), nil
	case "erspan2":
		h = be.AppendUint32([]byte{0x10, 0, 0x88, 0xBE}, b.tunnel)
		h = be.AppendUint32(h, 1<<28|uint32(t.number()))
		h = be.AppendUint32(h, 7)
		return append(h, e.frameOf(p)...), nil
	}
	h = be.AppendUint32([]byte{0x10, 0, 0x22, 0xEB}, b.tunnel)
	h = be.AppendUint32(h, 2<<28|uint32(t.number()))
	h = be.AppendUint32(h, 1000*b.tunnel)
	h = append(h, 0, 0, 0x80, 0)
	if t.name == "erspan3sub" {
		h[len(h)-1] = 1
		h = append(h, 0x0C, 0, 0, 0, 0, 0, 0, 0) // platform 3
	}
	return append(h, e.frameOf(p)...), nil
}

// inUDP returns what the tunnel's datagram holds, and its port.
func (b *builder) inUDP(e *entry, t tunnel, p carried) (port uint16, h []byte, err error) {
	b.tunnel++
	id := func() uint32 { return uint32(t.number()) }
	switch t.name {
	case "vxlan":
		h = be.AppendUint32([]byte{8, 0, 0, 0}, id()<<8)
		return 4789, append(h, e.frameOf(p)...), nil
	case "vxlangbp":
		h = be.AppendUint16([]byte{0x88, 0x08}, uint16(id()))
		h = be.AppendUint32(h, 1<<8)
		return 4789, append(h, e.frameOf(p)...), nil
	case "geneve", "geneveip":
		kind, data := p.kind, p.data
		if t.name == "geneve" {
			kind, data = kindTEB, e.frameOf(p)
		}
		h = be.AppendUint16([]byte{2, 0}, kind)
		h = be.AppendUint32(h, id()<<8)
		h = append(h, 0x01, 0x02, 0x80, 1, 1, 2, 3, 4) // one option
		return 6081, append(h, data...), nil
	case "tzsp":
		h = append(h, 1, 0, 0, 1, 40, 4, 0, 0, 0, 1, 0, 1) // a packet counter, padding, end
		return 37008, append(h, e.frameOf(p)...), nil
	}
	if t.name != "l2tp" && t.name != "l2tpseq" && !p.isIP() || t.name == "teredo" && p.kind != kindIPv6 {
		return 0, nil, fmt.Errorf("EtherType 0x%04x can't be in it", p.kind)
	}
	switch t.name {
	case "gtpu":
		h = be.AppendUint16([]byte{0x30, 255}, uint16(len(p.data)))
		h = be.AppendUint32(h, id())
		return 2152, append(h, p.data...), nil
	case "gtpuext":
		h = be.AppendUint16([]byte{0x36, 255}, uint16(len(p.data)+12))
		h = be.AppendUint32(h, id())
		h = be.AppendUint16(h, uint16(b.tunnel))
		h = append(h, 0, 0x85)          // then a PDU session container
		h = append(h, 1, 0x10, 9, 0x40) // QFI 9, then a UDP port
		h = append(h, 1, 0x13, 0x88, 0) // 5000
		return 2152, append(h, p.data...), nil
	case "teredo":
		return 3544, p.data, nil
	}
	frame, err := ppp(p, true)
	if t.name == "l2tp" {
		h = be.AppendUint16([]byte{0, 2}, uint16(id()))
		h = append(h, 0, 1)
		return 1701, append(h, frame...), err
	}
	h = be.AppendUint16([]byte{0x4A, 2}, uint16(16+len(frame)))
	h = be.AppendUint16(h, uint16(id()))
	h = be.AppendUint16(append(h, 0, 1), uint16(b.tunnel))
	h = append(h, 0, 0, 0, 2, 0, 0) // Nr, offset 2, its padding
	return 1701, append(h, frame...), err
}
