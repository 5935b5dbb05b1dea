package capturetest

import (
	"fmt"
	"net/netip"
	"slices"
	"strconv"
	"strings"
	"time"

	"rung/capture"
)

// A builder makes frames of entries.
type builder struct {
	frames []frame
	conns  map[capture.Path]*conn
	assocs map[string]*assoc
	ids    map[netip.Addr]int    // of IP packets
	tunnel uint32                // sequence number of tunnel headers
	last   map[netip.Addr][]byte // last IP packet each address sent, for ICMP to quote
}

type frame struct {
	at   time.Duration
	data []byte
	wire int
	link capture.LinkType
}

func (b *builder) add(e *entry) error {
	if b.conns == nil {
		b.conns = make(map[capture.Path]*conn)
		b.assocs = make(map[string]*assoc)
		b.ids = make(map[netip.Addr]int)
		b.last = make(map[netip.Addr][]byte)
	}
	switch e.proto {
	case "udp":
		return b.send(e, e.at, 17, udpPacket(e.src, e.dst, e.body))
	case "tcp":
		return b.tcp(e)
	case "sctp":
		return b.sctp(e)
	case "icmp":
		return b.icmp(e)
	}
	return fmt.Errorf("protocol %q: want udp, tcp, sctp or icmp", e.proto)
}

// send puts a transport packet into IP packets and frames.
func (b *builder) send(e *entry, at time.Duration, proto uint8, packet []byte) error {
	src, dst := e.src.Addr(), e.dst.Addr()
	b.ids[src]++
	h := ipHeader{src: src, dst: dst, proto: proto, ttl: e.number("ttl", 64), dscp: e.number("dscp", 0),
		id: e.number("ipid", b.ids[src])}
	whole := h.packet(packet)
	b.last[src] = whole
	if e.has("drop") {
		return nil
	}
	ips := [][]byte{whole}
	if n := e.number("frag", 0); n > 0 {
		if ips = h.fragments(packet, n/8*8); ips == nil {
			return fmt.Errorf("frag=%d: want at least 8", n)
		}
	}
	if k := e.number("fragdrop", 0); k > 0 && k <= len(ips) {
		ips = slices.Delete(ips, k-1, k)
	}
	if e.has("fragreverse") {
		slices.Reverse(ips)
	}
	for _, ip := range ips {
		if err := b.frame(e, at, ip); err != nil {
			return err
		}
	}
	return nil
}

// frame adds an IP packet as a frame, with its copy if wanted.
func (b *builder) frame(e *entry, at time.Duration, ip []byte) error {
	mac := e.number("mac", 0)
	if err := b.link(e, at, mac, ip); err != nil {
		return err
	}
	if !e.has("dup") && !e.has("dupttl") {
		return nil
	}
	later := 10 * time.Microsecond
	if s := e.options["dup"]; s != "" {
		later, _ = parseSeconds(s)
	}
	if e.has("dupttl") {
		ip = withTTL(ip, e.number("dupttl", 0))
		mac++
	}
	return b.link(e, at+later, mac, ip)
}

// link puts an IP packet into its tunnels and link header. Outer fragments
// make several frames of it.
func (b *builder) link(e *entry, at time.Duration, mac int, ip []byte) error {
	tags, err := e.tags()
	if err != nil {
		return err
	}
	packets, err := b.wrap(e, ip)
	if err != nil {
		return err
	}
	for _, p := range packets {
		data, link, err := e.linkHeader(p, mac, tags)
		if err != nil {
			return err
		}
		b.put(e, at, data, link)
	}
	return nil
}

func (b *builder) put(e *entry, at time.Duration, data []byte, link capture.LinkType) {
	if e.has("pad") {
		for len(data) < 60 {
			data = append(data, 0)
		}
	}
	f := frame{at: at, data: data, wire: len(data), link: link}
	if n := e.number("snaplen", 0); n > 0 && n < len(data) {
		f.data = data[:n]
	}
	b.frames = append(b.frames, f)
}

func (e *entry) tags() (tags []int, err error) {
	if !e.has("vlan") {
		return nil, nil
	}
	for _, s := range strings.Split(e.options["vlan"], ",") {
		n, err := strconv.Atoi(s)
		if err != nil || n < 0 || n > 4095 {
			return nil, fmt.Errorf("vlan %q", s)
		}
		tags = append(tags, n)
	}
	return tags, nil
}

// packets numbers the frames in order of time.
func (b *builder) packets() []capture.Packet {
	slices.SortStableFunc(b.frames, func(x, y frame) int { return int(x.at - y.at) })
	packets := make([]capture.Packet, len(b.frames))
	for i, f := range b.frames {
		packets[i] = capture.Packet{
			Frame:   capture.Frame{Number: int32(i + 1)},
			Index:   uint64(i),
			Time:    capture.TimeOf(Base.Add(f.at)),
			Link:    f.link,
			WireLen: f.wire,
			Data:    f.data,
			Offset:  -1,
		}
	}
	return packets
}
