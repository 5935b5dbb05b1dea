package wire_test

import (
	"fmt"
	"strings"
	"testing"

	"rung/capture/capturetest"
	"rung/capture/wire"
)

// TestLayersAreAllOnTheWay has capture/filter's tests behind it, which ask for
// the layers of every encapsulation.
func TestLayersAreAllOnTheWay(t *testing.T) {
	cases := []struct{ name, packet, want string }{
		{"plain", "-- 0 udp 10.0.0.1:5060 > 10.0.0.2:5061 --\nx\n",
			"17 10.0.0.1:5060 > 10.0.0.2:5061"},
		{"tags and tunnels, outermost first", "-- 0 tcp [2001:db8::1]:1 > [2001:db8::2]:2 vlan=100,10 vxlan=7 gre midstream --\nx\n",
			"vlan 100, vlan 10, 17 192.0.2.1:49152 > 192.0.2.2:4789, 47 192.0.2.1:- > 192.0.2.2:-, 6 2001:db8::1:1 > 2001:db8::2:2"},
		{"a first fragment has ports", "-- 0 udp 10.0.0.1:1 > 10.0.0.2:2 frag=16 fragdrop=2 --\n0123456789\n",
			"17 10.0.0.1:1 > 10.0.0.2:2"},
		{"a later one has none and may hide a tunnel", "-- 0 udp 10.0.0.1:1 > 10.0.0.2:2 frag=16 fragdrop=1 --\n0123456789\n",
			"17 10.0.0.1:- > 10.0.0.2:-, hidden"},
		{"nothing can be in TCP", "-- 0 tcp 10.0.0.1:1 > 10.0.0.2:2 midstream frag=16 fragdrop=1 --\n0123456789\n",
			"6 10.0.0.1:- > 10.0.0.2:-"},
		{"the snaplen cut the ports", "-- 0 udp 10.0.0.1:1 > 10.0.0.2:2 snaplen=36 --\nx\n",
			"17 10.0.0.1:- > 10.0.0.2:-, hidden"},
		{"the snaplen cut the addresses", "-- 0 udp 10.0.0.1:1 > 10.0.0.2:2 vlan=3 snaplen=36 --\nx\n",
			"vlan 3, hidden"},
	}
	d := wire.Decoder{Layers: new(wire.Layers)} // one for all: nothing stays
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			p := capturetest.Packets(t, c.packet)[0]
			var with, without wire.Datagram
			d.Decode(&p, &with)
			new(wire.Decoder).Decode(&p, &without)
			if fmt.Sprint(with) != fmt.Sprint(without) {
				t.Errorf("with layers %+v, without %+v", with, without)
			}
			if got := describe(d.Layers); got != c.want {
				t.Errorf("got  %s\nwant %s", got, c.want)
			}
		})
	}
}

func describe(l *wire.Layers) string {
	var all []string
	for _, id := range l.Tags {
		all = append(all, fmt.Sprintf("vlan %d", id))
	}
	for _, in := range l.IP {
		s := fmt.Sprintf("%d %v:- > %v:-", in.Proto, in.Src, in.Dst)
		if in.HasPorts {
			s = fmt.Sprintf("%d %v:%d > %v:%d", in.Proto, in.Src, in.SrcPort, in.Dst, in.DstPort)
		}
		all = append(all, s)
	}
	if l.Hidden {
		all = append(all, "hidden")
	}
	return strings.Join(all, ", ")
}

func TestCollectingLayersDoesNotAllocate(t *testing.T) {
	packets := capturetest.Packets(t, mixture+tunnels("udp"))
	d := wire.Decoder{Layers: new(wire.Layers)}
	var g wire.Datagram
	if n := testing.AllocsPerRun(100, func() {
		for i := range packets {
			d.Decode(&packets[i], &g)
		}
	}); n != 0 {
		t.Errorf("%v allocations", n)
	}
}
