package wire_test

import (
	"bytes"
	"io/fs"
	"net/netip"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/gopacket/gopacket"
	"github.com/gopacket/gopacket/layers"

	"rung/capture"
	"rung/capture/capturetest"
	"rung/capture/pcapfile"
	"rung/capture/wire"
)

// A library is gopacket with reused layers.
type library struct {
	eth layers.Ethernet
	tag layers.Dot1Q
	sll layers.LinuxSLL
	sl2 layers.LinuxSLL2
	ip4 layers.IPv4
	ip6 layers.IPv6
	udp layers.UDP
	tcp layers.TCP

	parsers map[capture.LinkType]*gopacket.DecodingLayerParser
	types   []gopacket.LayerType
}

func newLibrary() *library {
	l := &library{parsers: make(map[capture.LinkType]*gopacket.DecodingLayerParser)}
	for link, first := range map[capture.LinkType]gopacket.LayerType{
		capture.LinkEthernet: layers.LayerTypeEthernet,
		capture.LinkSLL:      layers.LayerTypeLinuxSLL,
		capture.LinkSLL2:     layers.LayerTypeLinuxSLL2,
		capture.LinkIPv4:     layers.LayerTypeIPv4,
		capture.LinkIPv6:     layers.LayerTypeIPv6,
	} {
		p := gopacket.NewDecodingLayerParser(first, &l.eth, &l.tag, &l.sll, &l.sl2, &l.ip4, &l.ip6, &l.udp, &l.tcp)
		p.IgnoreUnsupported = true
		l.parsers[link] = p
	}
	return l
}

// decode returns the path and payload, ok when gopacket came to UDP or TCP
// without complaint.
func (l *library) decode(p *capture.Packet) (path capture.Path, payload []byte, ok bool) {
	parser := l.parsers[p.Link]
	if parser == nil || parser.DecodeLayers(p.Data, &l.types) != nil || parser.Truncated || len(l.types) < 2 {
		return path, nil, false
	}
	src, dst, ips := l.ip4.SrcIP, l.ip4.DstIP, 0
	for _, t := range l.types {
		if t == layers.LayerTypeIPv6 {
			src, dst = l.ip6.SrcIP, l.ip6.DstIP
			ips++
		}
		if t == layers.LayerTypeIPv4 {
			ips++
			if l.ip4.Version != 4 {
				return path, nil, false // gopacket doesn't look at it
			}
		}
	}
	if ips > 1 {
		return path, nil, false // a tunnel: innermost reads it
	}
	a, _ := netip.AddrFromSlice(src)
	b, _ := netip.AddrFromSlice(dst)
	switch l.types[len(l.types)-1] {
	case layers.LayerTypeUDP:
		return capture.Path{Transport: capture.UDP, Src: netip.AddrPortFrom(a, uint16(l.udp.SrcPort)),
			Dst: netip.AddrPortFrom(b, uint16(l.udp.DstPort))}, l.udp.Payload, true
	case layers.LayerTypeTCP:
		return capture.Path{Transport: capture.TCP, Src: netip.AddrPortFrom(a, uint16(l.tcp.SrcPort)),
			Dst: netip.AddrPortFrom(b, uint16(l.tcp.DstPort))}, l.tcp.Payload, true
	}
	return path, nil, false
}

// innermost reads with all of gopacket's layers, also those that can't be
// reused. ok is false when it did not get through the tunnels.
func innermost(p *capture.Packet) (path capture.Path, payload []byte, ok bool) {
	pkt := gopacket.NewPacket(p.Data, layers.LinkType(p.Link), gopacket.Default) // a copy: it moves bytes of 802.11
	if pkt.Metadata().Truncated {                                                // an error of its SIP layer is not ours
		return path, nil, false
	}
	var a, b netip.Addr
	for _, l := range pkt.Layers() {
		switch l := l.(type) {
		case *layers.IPv4:
			a, _ = netip.AddrFromSlice(l.SrcIP)
			b, _ = netip.AddrFromSlice(l.DstIP)
			ok = false
		case *layers.IPv6:
			a, _ = netip.AddrFromSlice(l.SrcIP)
			b, _ = netip.AddrFromSlice(l.DstIP)
			ok = false
		case *layers.UDP:
			path = capture.Path{Transport: capture.UDP, Src: netip.AddrPortFrom(a, uint16(l.SrcPort)), Dst: netip.AddrPortFrom(b, uint16(l.DstPort))}
			// gopacket doesn't know these ports.
			payload, ok = l.Payload, !slices.Contains([]layers.UDPPort{3544, 1701, 37008, 8472}, l.DstPort) &&
				!slices.Contains([]layers.UDPPort{3544, 1701}, l.SrcPort)
		case *layers.TCP:
			path = capture.Path{Transport: capture.TCP, Src: netip.AddrPortFrom(a, uint16(l.SrcPort)), Dst: netip.AddrPortFrom(b, uint16(l.DstPort))}
			payload, ok = l.Payload, true
		case *layers.GRE, *layers.VXLAN, *layers.Geneve, *layers.MPLS, *layers.PPPoE, *layers.PPP, *layers.GTPv1U, *layers.EtherIP:
			ok = false // more is to come
		}
	}
	return path, payload, ok
}

// compare reports whether gopacket had an opinion, and fails when ours is
// another one.
func compare(t testing.TB, l *library, d *wire.Decoder, p *capture.Packet) bool {
	var g wire.Datagram
	d.Decode(p, &g)
	path, payload, ok := l.decode(p)
	reused := g.Tunnels == 0 && l.parsers[p.Link] != nil
	if !reused {
		path, payload, ok = innermost(p)
	}
	if !ok {
		return false
	}
	if g.Path != path || g.Fate != 0 || g.Fragment {
		t.Errorf("%v: got %v %q, gopacket says %v\n%x", p.Frame, g.Path, g.Name, path, p.Data)
		return true
	}
	// gopacket hands on UDP packets with length 0 whole, like rung, and
	// doesn't know frames cut by the snaplen from short ones.
	if !bytes.Equal(g.Payload, payload) && !g.Cut && g.Diag.Code == 0 {
		t.Errorf("%v: payload differs from gopacket's\n%x\n%x", p.Frame, g.Payload, payload)
	}
	if g.Path.Transport == capture.TCP && reused && (g.TCP.Seq != l.tcp.Seq || g.TCP.Ack != l.tcp.Ack ||
		g.TCP.Has(wire.SYN) != l.tcp.SYN || g.TCP.Has(wire.FIN) != l.tcp.FIN || g.TCP.Has(wire.RST) != l.tcp.RST ||
		g.TCP.Window != l.tcp.Window) {
		t.Errorf("%v: TCP header %+v differs from gopacket's", p.Frame, g.TCP)
	}
	return true
}

const mixture = `
-- 0 udp 10.0.0.1:5060 > 10.0.0.2:5061 pad --
hello
-- 1 udp [2001:db8::1]:5060 > [2001:db8::2]:5061 vlan=5 --
hello
-- 2 tcp 10.0.0.1:5060 > 10.0.0.2:5061 vlan=100,5 --
hello
-- 3 tcp [2001:db8::1]:5060 > [2001:db8::2]:5061 fin --
hello
-- 4 udp 10.0.0.1:5060 > 10.0.0.2:5061 frag=8 --
hello, this is fragmented
`

func TestSameAsGopacket(t *testing.T) {
	l, d := newLibrary(), new(wire.Decoder)
	n := 0
	for _, p := range capturetest.Packets(t, mixture) {
		if compare(t, l, d, &p) {
			n++
		}
	}
	if n != 10 {
		t.Errorf("gopacket came to the transport of %d frames, want 10", n)
	}
}

// TestTunnelsSameAsGopacket compares every encapsulation; read are those that
// gopacket has to come to the end of, lest the test compares nothing.
func TestTunnelsSameAsGopacket(t *testing.T) {
	read := strings.Split("mpls=16 mpls=16,17,1000 pppoe=7 ipip 6in4 ip6 gre grekey=99 greteb=99 etherip erspan2=3 "+
		"vxlan=4096 vxlangbp=12 geneve=4096 gtpu=0xabcdef01 gtpuext=0xabcdef01 link=sll link=sll2 link=ppp link=radiotap", " ")
	l, d := newLibrary(), new(wire.Decoder)
	for _, e := range capturetest.Encapsulations() {
		compared := 0
		for _, transport := range []string{"udp", "tcp"} {
			for _, ends := range []string{"10.0.0.1:5060 > 10.0.0.2:5061", "[2001:db8::1]:5060 > [2001:db8::2]:5061"} {
				if e.IPv6 && ends[0] != '[' {
					continue
				}
				for _, p := range capturetest.Packets(t, "-- 0 "+transport+" "+ends+" "+e.Options+" --\nhello\n") {
					if compare(t, l, d, &p) {
						compared++
					}
				}
			}
		}
		if compared == 0 {
			t.Logf("%s: gopacket doesn't read it", e.Options)
			if slices.Contains(read, e.Options) {
				t.Errorf("%s: not compared", e.Options)
			}
		}
	}
}

// TestSameAsGopacketOnRealCaptures reads what lies beside the project.
func TestSameAsGopacketOnRealCaptures(t *testing.T) {
	var files []string
	for _, dir := range []string{os.Getenv("RUNG_CORPUS"), "../../../shared/corpus", "../../../shared/lab"} {
		if dir == "" {
			continue
		}
		_ = filepath.WalkDir(dir, func(path string, e fs.DirEntry, err error) error {
			if err == nil && !e.IsDir() && strings.Contains(filepath.Ext(path), "cap") {
				files = append(files, path)
			}
			return nil
		})
	}
	if len(files) == 0 {
		t.Skip("no folder of captures beside the project; set RUNG_CORPUS")
	}
	l, d := newLibrary(), new(wire.Decoder)
	compared, frames := 0, 0
	for _, name := range files {
		r, err := pcapfile.Open([]string{name}, nil)
		if err != nil {
			continue // other formats
		}
		var p capture.Packet
		for range 2000 {
			if err := r.Next(&p); err != nil {
				break
			}
			frames++
			if compare(t, l, d, &p) {
				compared++
			}
			if t.Failed() {
				t.Fatalf("in %s", filepath.Base(name))
			}
		}
		_ = r.Close()
	}
	t.Logf("%d files, %d frames, %d compared", len(files), frames, compared)
	if compared*2 < frames {
		t.Errorf("only %d of %d frames compared", compared, frames)
	}
}
