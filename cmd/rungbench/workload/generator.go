package workload

import (
	"bufio"
	"container/heap"
	"encoding/binary"
	"io"
	"net/netip"
	"time"
)

// begin is the time of the first packet, in seconds: 2026-01-05 08:00:00 UTC.
const begin = 1767600000

// generator writes packets and keeps the clock.
type generator struct {
	w       *bufio.Writer
	err     error
	now     time.Duration
	queue   events
	seq     uint64
	state   uint64 // of random
	ids     uint64 // of id
	ipID    uint16
	closing bool // conversations come to their end
	buf     []byte
	stats   Stats
}

func newGenerator(w io.Writer) *generator {
	g := &generator{w: bufio.NewWriterSize(w, 1<<20)}
	h := binary.LittleEndian.AppendUint32(nil, 0xa1b2c3d4)
	h = append(h, 2, 0, 4, 0, 0, 0, 0, 0, 0, 0, 0, 0)
	h = binary.LittleEndian.AppendUint32(h, 262144)
	h = binary.LittleEndian.AppendUint32(h, 1)
	g.write(h)
	return g
}

func (g *generator) write(b []byte) {
	n, err := g.w.Write(b)
	g.stats.Bytes += int64(n)
	if err != nil && g.err == nil {
		g.err = err
	}
}

func (g *generator) flush() error {
	if g.err != nil {
		return g.err
	}
	return g.w.Flush()
}

func (g *generator) push(wait time.Duration, who actor) {
	g.seq++
	heap.Push(&g.queue, event{g.now + wait, g.seq, who})
}

// mix is splitmix64: a number that looks random for each n.
func mix(n uint64) uint64 {
	n += 0x9e3779b97f4a7c15
	n = (n ^ n>>30) * 0xbf58476d1ce4e5b9
	n = (n ^ n>>27) * 0x94d049bb133111eb
	return n ^ n>>31
}

// random returns a number below n.
func (g *generator) random(n uint64) uint64 {
	g.state++
	return mix(g.state) % n
}

// id returns a number that no other call of it returns.
func (g *generator) id() uint64 {
	g.ids++
	return mix(g.ids | 1<<48)
}

// host returns address n of a network 10.net.0.0/16.
func host(net byte, n int) netip.Addr {
	return netip.AddrFrom4([4]byte{10, net, byte(n / 250), byte(1 + n%250)})
}

const (
	etherLen = 14
	ipLen    = 20
	udpLen   = 8
	tcpLen   = 20
)

// udp writes a datagram.
func (g *generator) udp(src, dst netip.AddrPort, data []byte) {
	g.packet(g.datagram(src, dst, data))
}

// datagram makes the frame of a datagram, which holds until the next one.
func (g *generator) datagram(src, dst netip.AddrPort, data []byte) []byte {
	b := g.frame(src.Addr(), dst.Addr(), 17, udpLen+len(data))
	b = binary.BigEndian.AppendUint16(b, src.Port())
	b = binary.BigEndian.AppendUint16(b, dst.Port())
	b = binary.BigEndian.AppendUint16(b, uint16(udpLen+len(data)))
	b = append(append(b, 0, 0), data...)
	sum := checksum(b[etherLen+ipLen:], pseudo(b))
	if sum == 0 {
		sum = 0xffff // RFC 768: 0 means no checksum
	}
	binary.BigEndian.PutUint16(b[etherLen+ipLen+6:], sum)
	g.buf = b
	return b
}

// tcp writes a segment.
func (g *generator) tcp(src, dst netip.AddrPort, seq, ack uint32, flags byte, data []byte) {
	b := g.frame(src.Addr(), dst.Addr(), 6, tcpLen+len(data))
	b = binary.BigEndian.AppendUint16(b, src.Port())
	b = binary.BigEndian.AppendUint16(b, dst.Port())
	b = binary.BigEndian.AppendUint32(b, seq)
	b = binary.BigEndian.AppendUint32(b, ack)
	b = append(b, tcpLen/4<<4, flags, 0xfa, 0xf0, 0, 0, 0, 0)
	b = append(b, data...)
	binary.BigEndian.PutUint16(b[etherLen+ipLen+16:], checksum(b[etherLen+ipLen:], pseudo(b)))
	g.packet(b)
}

// frame begins a frame with its Ethernet and IPv4 headers.
func (g *generator) frame(src, dst netip.Addr, protocol byte, n int) []byte {
	s, d := src.As4(), dst.As4()
	b := append(g.buf[:0], 2, 0, d[0], d[1], d[2], d[3])
	b = append(b, 2, 0, s[0], s[1], s[2], s[3], 0x08, 0x00)
	g.ipID++
	b = append(b, 0x45, 46<<2) // expedited forwarding
	if protocol == 6 {
		b[len(b)-1] = 0
	}
	b = binary.BigEndian.AppendUint16(b, uint16(ipLen+n))
	b = binary.BigEndian.AppendUint16(b, g.ipID)
	b = append(b, 0x40, 0, 64, protocol, 0, 0)
	b = append(append(b, s[:]...), d[:]...)
	binary.BigEndian.PutUint16(b[etherLen+10:], checksum(b[etherLen:], 0))
	return b
}

// pseudo sums the pseudo header of UDP and TCP (RFC 768, RFC 9293 §3.1).
func pseudo(b []byte) uint32 {
	ip := b[etherLen:]
	sum := uint32(ip[9]) + uint32(len(b)-etherLen-ipLen)
	for i := 12; i < 20; i += 2 {
		sum += uint32(binary.BigEndian.Uint16(ip[i:]))
	}
	return sum
}

// checksum is RFC 1071's.
func checksum(b []byte, sum uint32) uint16 {
	for ; len(b) >= 2; b = b[2:] {
		sum += uint32(b[0])<<8 | uint32(b[1])
	}
	if len(b) == 1 {
		sum += uint32(b[0]) << 8
	}
	for sum > 0xffff {
		sum = sum>>16 + sum&0xffff
	}
	return ^uint16(sum)
}

// packet writes a frame at the present time.
func (g *generator) packet(b []byte) {
	g.buf = b
	us := g.now.Microseconds()
	var h [16]byte
	binary.LittleEndian.PutUint32(h[0:], uint32(begin+us/1e6))
	binary.LittleEndian.PutUint32(h[4:], uint32(us%1e6))
	binary.LittleEndian.PutUint32(h[8:], uint32(len(b)))
	binary.LittleEndian.PutUint32(h[12:], uint32(len(b)))
	g.write(h[:])
	g.write(b)
	g.stats.Packets++
}
