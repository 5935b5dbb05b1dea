package reassemble

import (
	"encoding/binary"
	"math/bits"
	"net/netip"

	"rung/capture/wire"
)

// A digest stands for what a packet and its span copy have in common. Two
// packets with the same 128 bits are taken for copies: by chance that
// happens less often than a broken disk.
type digest struct{ a, b uint64 }

const (
	k0 = 0xA0761D6478BD642F
	k1 = 0xE7037ED1A0B428DB
	k2 = 0x8EBC6AF09C88C6E3
	k3 = 0x589965CC75374CC3
)

func (d *digest) add(x, y uint64) {
	d.a = fold(d.a^x^k0, y^k1)
	d.b = fold(d.b^y^k2, x^k3) + bits.RotateLeft64(d.b, 23)
}

// fold multiplies to 128 bits and folds them, the step of wyhash.
func fold(x, y uint64) uint64 {
	hi, lo := bits.Mul64(x, y)
	return hi ^ lo
}

func (d *digest) addBytes(b []byte) {
	for len(b) >= 16 {
		d.add(binary.LittleEndian.Uint64(b), binary.LittleEndian.Uint64(b[8:]))
		b = b[16:]
	}
	var tail [16]byte
	copy(tail[:], b)
	d.add(binary.LittleEndian.Uint64(tail[:]), binary.LittleEndian.Uint64(tail[8:]))
}

func (d *digest) addAddr(a netip.AddrPort) { d.addIP(a.Addr(), a.Port()) }

func (d *digest) addIP(a netip.Addr, port uint16) {
	ip := a.As16()
	d.add(binary.BigEndian.Uint64(ip[:]), binary.BigEndian.Uint64(ip[8:])^uint64(port)<<48)
}

// digestOf hashes addresses, ports, IP id, lengths and payload; for TCP the
// sequence numbers, control bits and window, for SCTP the tag, too. A pure ACK repeated within the
// window without an IP id looks like a copy, which is harmless: it carries
// nothing.
func digestOf(g *wire.Datagram) digest {
	d := digest{a: k2, b: k0}
	d.addAddr(g.Path.Src)
	d.addAddr(g.Path.Dst)
	kind := uint64(g.Proto) | uint64(g.FragOffset)<<8
	if g.Fragment {
		kind |= 1 << 32
	}
	if g.MoreFragments {
		kind |= 1 << 33
	}
	d.add(kind, uint64(g.IPID)<<32|uint64(uint32(g.IPLen)))
	d.add(uint64(g.TCP.Seq)<<32|uint64(g.TCP.Ack)|uint64(g.SCTPTag),
		uint64(g.TCP.Flags)<<48|uint64(g.TCP.Window)<<32|uint64(uint32(len(g.Payload))))
	d.addBytes(g.Payload)
	return d
}
