package capturetest

import (
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"net/netip"
	"slices"
	"time"
)

// An assoc is what two ends of an SCTP association have sent so far.
type assoc struct {
	side map[netip.AddrPort]int // of each address: 0 opened it
	ends [2]sctpEnd
}

type sctpEnd struct {
	tag   uint32 // of the packets this end sends
	first uint32
	tsn   uint32 // next
	ssn   map[int]uint32
	held  []byte   // chunks for the next packet
	sent  [][]byte // packets' chunks of the last message
}

// firstTSN is the opening end's first TSN; it is near the wrap, so that tests
// meet it.
const firstTSN = 0xFFFFFFFE

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

// sctp sends the packets of an entry.
func (b *builder) sctp(e *entry) error {
	a, fresh := b.assocOf(e)
	side := a.sideOf(e)
	end := &a.ends[side]
	quiet := slices.ContainsFunc([]string{"midstream", "init", "initack", "sack", "abort", "shutdown", "heartbeat"}, e.has)
	if fresh && !quiet {
		if err := b.sctpHandshake(e, a, side); err != nil {
			return err
		}
	}
	if e.has("resend") {
		return b.sctpPackets(e, end.tag, end.sent)
	}
	packets := end.message(e)
	if c := a.control(e, side); c != nil {
		if len(packets) == 0 {
			packets = [][]byte{nil}
		}
		packets[0] = append(c, packets[0]...)
	}
	if len(packets) > 0 && !e.has("hold") {
		packets[0] = append(slices.Clone(end.held), packets[0]...)
		end.held = nil
	}
	if e.has("hold") {
		for _, p := range packets {
			end.held = append(end.held, p...)
		}
		return nil
	}
	if len(e.body) > 0 {
		end.sent = slices.Clone(packets)
	}
	tag := end.tag
	if e.has("init") {
		tag = 0 // RFC 9260 §8.5.1
	}
	return b.sctpPackets(e, tag, packets)
}

func (b *builder) assocOf(e *entry) (a *assoc, fresh bool) {
	key := fmt.Sprint(min(e.src.String(), e.dst.String()), max(e.src.String(), e.dst.String()))
	if e.has("assoc") {
		key = e.options["assoc"]
	}
	if a = b.assocs[key]; a != nil {
		return a, false
	}
	a = &assoc{side: make(map[netip.AddrPort]int)}
	for i := range a.ends {
		tsn := uint32(firstTSN + 1_000*i)
		a.ends[i] = sctpEnd{
			tag: 0x5C700000 + uint32(2*len(b.assocs)+i), first: tsn, tsn: tsn, ssn: make(map[int]uint32),
		}
	}
	b.assocs[key] = a
	return a, true
}

// sideOf tells which end sends an entry.
func (a *assoc) sideOf(e *entry) int {
	src, okSrc := a.side[e.src]
	dst, okDst := a.side[e.dst]
	switch {
	case okSrc:
	case okDst:
		src = 1 - dst
	case e.has("back"):
		src = 1
	}
	a.side[e.src], a.side[e.dst] = src, 1-src
	return src
}

func (b *builder) sctpHandshake(e *entry, a *assoc, side int) error {
	const cookieEcho, cookieAck = 10, 11
	quiet := *e
	quiet.options = map[string]string{}
	for _, o := range []string{"vlan", "ttl", "mac", "link", "outerttl", "sctpudp"} {
		if e.has(o) {
			quiet.options[o] = e.options[o]
		}
	}
	back := quiet
	back.src, back.dst = e.dst, e.src
	own, peer := &a.ends[side], &a.ends[1-side]
	for _, s := range []struct {
		e     *entry
		tag   uint32
		chunk []byte
		early time.Duration
	}{
		{&quiet, 0, a.init(side, 1), 400}, {&back, peer.tag, a.init(1-side, 2), 300},
		{&quiet, own.tag, chunk(cookieEcho, 0, []byte("cookie")), 200}, {&back, peer.tag, chunk(cookieAck, 0, nil), 100},
	} {
		if err := b.sctpPacket(s.e, e.at-s.early*time.Microsecond, s.tag, s.chunk); err != nil {
			return err
		}
	}
	return nil
}

// init makes an INIT or INIT ACK. The tag in it is the one that the other end
// shall use.
func (a *assoc) init(side int, kind uint8) []byte {
	body := be.AppendUint32(nil, a.ends[1-side].tag)
	body = be.AppendUint32(body, 65535)
	body = be.AppendUint16(body, 10)
	body = be.AppendUint16(body, 10)
	return chunk(kind, 0, be.AppendUint32(body, a.ends[side].first))
}

// control makes the chunk that an entry asks for.
func (a *assoc) control(e *entry, side int) []byte {
	switch {
	case e.has("init"):
		return a.init(side, 1)
	case e.has("initack"):
		return a.init(side, 2)
	case e.has("sack"):
		cumulative := a.ends[1-side].tsn - 1
		if e.options["sack"] != "" {
			cumulative = a.ends[1-side].first - 1
		}
		body := be.AppendUint32(nil, cumulative)
		return chunk(3, 0, append(be.AppendUint32(body, 65535), 0, 0, 0, 0))
	case e.has("forward"):
		return chunk(192, 0, be.AppendUint32(nil, a.ends[side].tsn-1))
	case e.has("heartbeat"):
		return chunk(4, 0, []byte{0, 1, 0, 8, 1, 2, 3, 4})
	case e.has("abort"):
		return chunk(6, 0, nil)
	case e.has("shutdown"):
		return chunk(7, 0, be.AppendUint32(nil, a.ends[1-side].tsn-1))
	}
	return nil
}

// chunk makes a chunk with its padding.
func chunk(kind, flags uint8, body []byte) []byte {
	c := be.AppendUint16([]byte{kind, flags}, uint16(4+len(body)))
	c = append(c, body...)
	for len(c)%4 != 0 {
		c = append(c, 0)
	}
	return c
}

// message makes the DATA chunks of an entry, by packet.
func (end *sctpEnd) message(e *entry) (packets [][]byte) {
	const last, first, unordered = 1, 2, 4
	size := max(1, e.number("chunk", len(e.body)))
	stream := e.number("stream", 0)
	for at, n := 0, 0; at < len(e.body); at, n = at+size, n+1 {
		data := e.body[at:min(at+size, len(e.body))]
		flags := uint8(0)
		if at == 0 {
			flags |= first
		}
		if at+size >= len(e.body) {
			flags |= last
		}
		if e.has("unordered") {
			flags |= unordered
		}
		c := end.data(e, flags, stream, n, data)
		if e.has("bundle") && len(packets) > 0 {
			packets[0] = append(packets[0], c...)
			continue
		}
		packets = append(packets, c)
	}
	if len(e.body) > 0 && (e.has("idata") || !e.has("unordered")) {
		end.ssn[stream]++
	}
	return packets
}

// data makes one DATA or I-DATA chunk (RFC 9260 §3.3.1, RFC 8260 §2.1).
func (end *sctpEnd) data(e *entry, flags uint8, stream, n int, data []byte) []byte {
	body := be.AppendUint32(nil, end.tsn)
	end.tsn++
	body = be.AppendUint16(body, uint16(stream))
	ppid := uint32(e.number("ppid", 0))
	if !e.has("idata") {
		body = be.AppendUint16(body, uint16(end.ssn[stream]))
		return chunk(0, flags, append(be.AppendUint32(body, ppid), data...))
	}
	body = be.AppendUint32(append(body, 0, 0), end.ssn[stream])
	if n > 0 {
		ppid = uint32(n)
	}
	return chunk(64, flags, append(be.AppendUint32(body, ppid), data...))
}

func (b *builder) sctpPackets(e *entry, tag uint32, packets [][]byte) error {
	packets = slices.Clone(packets)
	if k := e.number("lose", 0); k > 0 && k <= len(packets) {
		packets = slices.Delete(packets, k-1, k)
	}
	if e.has("reorder") {
		slices.Reverse(packets)
	}
	for _, p := range packets {
		if err := b.sctpPacket(e, e.at, tag, p); err != nil {
			return err
		}
	}
	return nil
}

func (b *builder) sctpPacket(e *entry, at time.Duration, tag uint32, chunks []byte) error {
	p := be.AppendUint16(nil, e.src.Port())
	p = be.AppendUint16(p, e.dst.Port())
	p = be.AppendUint32(p, tag)
	p = append(append(p, 0, 0, 0, 0), chunks...)
	binary.LittleEndian.PutUint32(p[8:], crc32.Checksum(p, castagnoli)) // RFC 9260 appendix A
	if e.has("sctpudp") {
		const port = 9899
		return b.send(e, at, 17, udpPacket(netip.AddrPortFrom(e.src.Addr(), port), netip.AddrPortFrom(e.dst.Addr(), port), p))
	}
	return b.send(e, at, 132, p)
}
