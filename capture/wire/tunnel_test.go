package wire_test

import (
	"fmt"
	"strings"
	"testing"

	"rung/capture"
	"rung/capture/capturetest"
	"rung/capture/wire"
)

// tunnels has a packet for every encapsulation and version of IP.
func tunnels(transport string) string {
	var b strings.Builder
	for i, e := range capturetest.Encapsulations() {
		options := e.Options + " nonl ipid=77 ttl=7 dscp=46"
		if transport == "tcp" {
			options += " midstream"
		}
		if !e.IPv6 {
			fmt.Fprintf(&b, "-- %d.0 %s 10.0.0.1:5060 > 10.0.0.2:5061 %s --\nhello\n", i, transport, options)
		}
		fmt.Fprintf(&b, "-- %d.5 %s [2001:db8::1]:5060 > [2001:db8::2]:5061 %s --\nhello\n", i, transport, options)
	}
	return b.String()
}

func TestEveryTunnelLeadsToTheInnermostPacket(t *testing.T) {
	for _, p := range capturetest.Packets(t, tunnels("udp")) {
		g := decode(p.Link, p.Data, p.WireLen)
		src, dst, id, length := "10.0.0.1:5060", "10.0.0.2:5061", uint32(77), 33
		if g.IPv6 {
			src, dst, id, length = "[2001:db8::1]:5060", "[2001:db8::2]:5061", 0, 53
		}
		if g.Fate != 0 || g.Diag.Code != 0 || g.Cut || g.Fragment || !g.IsIP {
			t.Fatalf("%s at %v: %+v", p.Link, p.Time.Std().Sub(capturetest.Base), g)
		}
		if g.Path.Src.String() != src || g.Path.Dst.String() != dst || g.Path.Transport != capture.UDP {
			t.Errorf("path %v", g.Path)
		}
		if string(g.Payload) != "hello" || g.PayloadLen != 5 || string(p.Data[g.PayloadOff:][:5]) != "hello" {
			t.Errorf("payload %q, %d at %d", g.Payload, g.PayloadLen, g.PayloadOff)
		}
		if g.TTL != 7 || g.DSCP != 46 || g.IPID != id || g.IPLen != length || g.Proto != 17 {
			t.Errorf("ttl %d, dscp %d, id %d, length %d, protocol %d", g.TTL, g.DSCP, g.IPID, g.IPLen, g.Proto)
		}
	}
}

// TestCutTunnelsAreCut cuts every frame at every byte: what the snaplen took
// is "cut" and no other reason, or, as long as the header of a tunnel over UDP
// isn't whole, a datagram of the tunnel's ends that says it is cut.
func TestCutTunnelsAreCut(t *testing.T) {
	for _, p := range capturetest.Packets(t, tunnels("udp")) {
		for n := range p.Data[:len(p.Data)-4] {
			g := decode(p.Link, p.Data[:n], p.WireLen)
			whole := string(g.Payload) == "hello"
			switch {
			case g.Fate == capture.FateUndecoded && g.Name == wire.ReasonCut:
			case g.Fate == 0 && (g.Cut || whole):
			case g.Fate == capture.FateOther && (g.Name == "llc" || g.Name == "mpls"): // the bytes that tell are gone
			default:
				t.Errorf("%s at %v, %d of %d bytes: %+v", p.Link, p.Time.Std().Sub(capturetest.Base), n, p.WireLen, g)
			}
			if g.Diag.Code != 0 {
				t.Errorf("%s at %v, %d of %d bytes: diagnostic %+v", p.Link, p.Time.Std().Sub(capturetest.Base), n, p.WireLen, g.Diag)
			}
		}
	}
}

func TestLinkSumTellsTunnelsApartButNotTheirCounters(t *testing.T) {
	sums := func(options string) (s [2]uint64) {
		packets := capturetest.Packets(t, strings.Repeat("-- 0 udp 10.0.0.1:1 > 10.0.0.2:2 ipid=1 "+options+" --\nx\n", 2))
		for i, p := range packets {
			s[i] = decode(p.Link, p.Data, p.WireLen).LinkSum
		}
		return s
	}
	seen := make(map[uint64]string)
	for _, o := range strings.Split(`
mpls=16
mpls=17
mpls=16,17
pppoe=1
pppoe=2
ipip
ip6
gre
gre outerttl=9
grekey=1
grekey=2
pptp=1
pptp=2
erspan1
erspan2=1
erspan2=2
erspan3=1
erspan3=2
vxlan=1
vxlan=2
vxlan=1 vlan=5
vxlan=1 mac=3
geneve=1
geneve=2
gtpu=1
gtpu=2
tzsp
l2tp=1
l2tp=2
link=nflog
link=nflog mac=3
link=wlan
link=wlan mac=3`[1:], "\n") {
		s := sums(o)
		if s[0] != s[1] {
			t.Errorf("%s: two packets have two sums", o)
		}
		if was, ok := seen[s[0]]; ok {
			t.Errorf("%s and %s have one sum", o, was)
		}
		seen[s[0]] = o
	}
}

// TestBrokenTunnelHeaders has what a tunnel can't be. Over UDP it stays a
// datagram, else it is undecoded and says why.
func TestBrokenTunnelHeaders(t *testing.T) {
	udp := func(port int, payload string) []byte {
		return ipOf(fmt.Sprintf("-- 0 udp 10.0.0.1:40000 > 10.0.0.2:%d hex --\n%s\n", port, payload))
	}
	const eth = "020000000001 020000000002 0800 45000014000000004011000001020304 05060708"
	for name, tt := range map[string]struct {
		ip   []byte
		fate string
	}{
		"vxlan without a VNI":                  {udp(4789, "0000000000000100"+eth), ""},
		"vxlan with a group but no policy bit": {udp(4789, "0800000700000100"+eth), ""},
		"vxlan with a reserved byte":           {udp(4789, "0800000000000101"+eth), ""},
		"vxlan with no frame in it":            {udp(4789, "0800000000000100 0102030405060708090a0b0c0d0e0f1011"), ""},
		"geneve, version 1":                    {udp(6081, "4000655800000100"+eth), ""},
		"geneve, a protocol nobody knows":      {udp(6081, "0000abcd00000100"+eth), ""},
		"geneve, more options than bytes":      {udp(6081, "3f00655800000100"), ""},
		"gtp-u, version 2":                     {udp(2152, "50ff000000000001"), ""},
		"gtp-u, another length":                {udp(2152, "30ff000500000001 00000000"), ""},
		"gtp-u, optional fields missing":       {udp(2152, "34ff000000000001"), wire.ReasonTunnel},
		"gtp-u, extension of no length":        {udp(2152, "34ff000800000001 00000085 00000000"), wire.ReasonTunnel},
		"gtp-u, extension longer than all":     {udp(2152, "34ff000800000001 00000085 02000000"), wire.ReasonTunnel},
		"gtp-u, extensions without end":        {udp(2152, "34ff004800000001 00000085"+strings.Repeat("01000085", 17)), wire.ReasonTunnel},
		"teredo, another length":               {udp(3544, "6000000000013b40"+strings.Repeat("00", 32)), ""},
		"tzsp, tags without end":               {udp(37008, "01000001 0a04 0000"), ""},
		"tzsp, another protocol":               {udp(37008, "01000007 01"+eth), ""},
		"l2tp, version 3":                      {udp(1701, "0003000000000001 ff030021 45"), ""},
		"l2tp, reserved bits":                  {udp(1701, "1002000000000001 ff030021 45"), ""},
		"l2tp, length beyond the datagram":     {udp(1701, "4002004000000001 ff030021 45"), ""},
		"l2tp, offset beyond the datagram":     {udp(1701, "0202000000000040 ff030021 45"), ""},
		"l2tp, no PPP in it":                   {udp(1701, "0002000000000001 12340021 45"), ""},
		"gre, fields missing":                  {unhex(ip4Header(47, 26) + "2000 0800 0000"), wire.ReasonTunnel},
		"pptp, fields missing":                 {unhex(ip4Header(47, 26) + "3001 880b 0000"), wire.ReasonTunnel},
		"erspan, header missing":               {unhex(ip4Header(47, 30) + "1000 88be 00000000 1000"), wire.ReasonTunnel},
		"erspan III, subheader missing":        {unhex(ip4Header(47, 40) + "1000 22eb 00000000 2000000000000000 00008001"), wire.ReasonTunnel},
		"ip in ip, nothing in it":              {unhex(ip4Header(4, 20)), wire.ReasonIPHeader},
		"6in4, IPv4 in it":                     {unhex(ip4Header(41, 60) + strings.Repeat("45", 40)), wire.ReasonIPHeader},
		"etherip, nothing in it":               {unhex(ip4Header(97, 22) + "3000"), wire.ReasonLinkHeader},
	} {
		t.Run(name, func(t *testing.T) {
			g := decode(capture.LinkRaw, tt.ip, len(tt.ip))
			if g.Name != tt.fate || g.Fate != 0 && g.Diag.Code == 0 {
				t.Errorf("%q, diagnostic %+v", g.Name, g.Diag)
			}
			if g.Fate == 0 && (g.Tunnels != 0 || g.Path.Src.Port() != 40000 || len(g.Payload) != len(tt.ip)-28) {
				t.Errorf("no longer a datagram: %+v", g)
			}
		})
	}
}

func TestMirrorsAndTheirOddities(t *testing.T) {
	eth := join(unhex(macs+"0800"), ip4)
	gre := func(h string, inner []byte) []byte {
		p := join(unhex(h), inner)
		return join(unhex(ip4Header(47, 20+len(p))), p)
	}
	for name, data := range map[string][]byte{
		"ERSPAN III with an IP packet":      gre("1000 22eb 00000000 2000000000000000 00000800", ip4),
		"WCCP version 1":                    gre("0000 883e", ip4),
		"WCCP version 2":                    gre("0000 883e 00800080", ip4),
		"GRE with PPP":                      gre("0000 880b ff030021", ip4),
		"GRE with a VLAN tag":               gre("0000 8100 000a 0800", ip4),
		"PPTP with an acknowledgement":      gre(fmt.Sprintf("3081 880b %04x 0001 00000001 00000001 21", 1+len(ip4)), ip4),
		"MPLS, control word like a MAC":     join(unhex(ip4Header(137, 20+4+4+len(eth))+"00010140 00000000"), eth),
		"Teredo, authentication and origin": teredo("0001 0204 0a0b 01020304 0102030405060708 00 0000 aabb ccddeeff"),
		"Teredo, origin":                    teredo("0000 aabb ccddeeff"),
		"VXLAN on the port that Linux took": udpOf(8472, join(unhex("0800000000000100"), eth)),
		"an Ethernet session of GTP-U":      udpOf(2152, join(unhex(fmt.Sprintf("30ff%04x00000001", len(eth))), eth)),
		"MPLS in IP, Ethernet":              join(unhex(ip4Header(137, 20+4+len(eth))+"00010140"), eth),
	} {
		t.Run(name, func(t *testing.T) {
			g := decode(capture.LinkRaw, data, len(data))
			if string(g.Payload) != "hello" || g.Fate != 0 || g.Diag.Code != 0 || g.Path.Src.Port() != 5060 {
				t.Errorf("got %+v", g)
			}
		})
	}
}

func teredo(head string) []byte { return udpOf(3544, join(unhex(head), ip6)) }

func udpOf(port int, payload []byte) []byte {
	return ipOf(fmt.Sprintf("-- 0 udp 192.0.2.1:40000 > 192.0.2.2:%d hex --\n%x\n", port, payload))
}
