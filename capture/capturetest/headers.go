package capturetest

import (
	"encoding/binary"
	"net/netip"
	"slices"
)

var be = binary.BigEndian

// ethernet wraps what has an EtherType. MAC addresses follow from the IP addresses
// and variant.
func ethernet(src, dst netip.Addr, variant int, tags []int, p carried) []byte {
	f := append(mac(dst, variant), mac(src, variant)...)
	for i, tag := range tags {
		tpid := uint16(0x8100)
		if i < len(tags)-1 {
			tpid = 0x88A8 // a service tag outside (IEEE 802.1ad)
		}
		f = be.AppendUint16(f, tpid)
		f = be.AppendUint16(f, uint16(tag))
	}
	f = be.AppendUint16(f, p.kind)
	return append(f, p.data...)
}

func mac(a netip.Addr, variant int) []byte {
	b := a.AsSlice()
	return append([]byte{0x02, byte(variant)}, b[len(b)-4:]...)
}

// An ipHeader makes IPv4 or IPv6 packets, as the addresses ask for.
type ipHeader struct {
	src, dst      netip.Addr
	proto         uint8
	ttl, dscp, id int
}

func (h ipHeader) packet(payload []byte) []byte {
	if h.src.Is4() {
		return h.ipv4(payload, 0)
	}
	return h.ipv6(payload, h.proto)
}

// ipv4 puts a header before payload; fragment is the flags and offset field.
func (h ipHeader) ipv4(payload []byte, fragment uint16) []byte {
	p := []byte{0x45, byte(h.dscp << 2)}
	p = be.AppendUint16(p, uint16(20+len(payload)))
	p = be.AppendUint16(p, uint16(h.id))
	p = be.AppendUint16(p, fragment)
	p = append(p, byte(h.ttl), h.proto, 0, 0)
	p = append(p, h.src.AsSlice()...)
	p = append(p, h.dst.AsSlice()...)
	be.PutUint16(p[10:], checksum(0, p))
	return append(p, payload...)
}

func (h ipHeader) ipv6(payload []byte, next uint8) []byte {
	p := be.AppendUint32(nil, 6<<28|uint32(h.dscp)<<22)
	p = be.AppendUint16(p, uint16(len(payload)))
	p = append(p, next, byte(h.ttl))
	p = append(p, h.src.AsSlice()...)
	p = append(p, h.dst.AsSlice()...)
	return append(p, payload...)
}

// fragments cuts payload into pieces of size bytes, nil when size is 0.
func (h ipHeader) fragments(payload []byte, size int) (packets [][]byte) {
	if size == 0 {
		return nil
	}
	for at := 0; at < len(payload); at += size {
		piece, more := payload[at:], uint16(0)
		if len(piece) > size {
			piece, more = piece[:size], 1
		}
		if h.src.Is4() {
			packets = append(packets, h.ipv4(piece, uint16(at/8)|more<<13))
			continue
		}
		const fragmentHeader = 44
		f := []byte{h.proto, 0}
		f = be.AppendUint16(f, uint16(at)|more)
		f = be.AppendUint32(f, uint32(h.id))
		packets = append(packets, h.ipv6(append(f, piece...), fragmentHeader))
	}
	return packets
}

// withTTL returns an IP packet as it leaves a router.
func withTTL(ip []byte, ttl int) []byte {
	ip = slices.Clone(ip)
	if ip[0]>>4 == 6 {
		ip[7] = byte(ttl)
		return ip
	}
	ip[8] = byte(ttl)
	be.PutUint16(ip[10:], 0)
	be.PutUint16(ip[10:], checksum(0, ip[:20]))
	return ip
}

func udpPacket(src, dst netip.AddrPort, payload []byte) []byte {
	p := be.AppendUint16(nil, src.Port())
	p = be.AppendUint16(p, dst.Port())
	p = be.AppendUint16(p, uint16(8+len(payload)))
	p = append(p, 0, 0)
	p = append(p, payload...)
	sum := checksum(pseudo(src.Addr(), dst.Addr(), 17, len(p)), p)
	if sum == 0 {
		sum = 0xFFFF // 0 means "none" (RFC 768)
	}
	be.PutUint16(p[6:], sum)
	return p
}

// pseudo sums the pseudo header (RFC 9293 §3.1, RFC 8200 §8.1).
func pseudo(src, dst netip.Addr, proto uint8, length int) uint32 {
	return sum16(sum16(0, src.AsSlice()), dst.AsSlice()) + uint32(proto) + uint32(length)
}

// checksum is the Internet checksum (RFC 1071).
func checksum(sum uint32, b []byte) uint16 {
	sum = sum16(sum, b)
	for sum > 0xFFFF {
		sum = sum>>16 + sum&0xFFFF
	}
	return ^uint16(sum)
}

func sum16(sum uint32, b []byte) uint32 {
	for ; len(b) >= 2; b = b[2:] {
		sum += uint32(be.Uint16(b))
	}
	if len(b) == 1 {
		sum += uint32(b[0]) << 8
	}
	return sum
}
