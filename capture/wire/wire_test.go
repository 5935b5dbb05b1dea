package wire_test

import (
	"encoding/binary"
	"encoding/hex"
	"strings"
	"testing"

	"rung/capture"
	"rung/capture/capturetest"
	"rung/capture/wire"
)

// ip4 and ip6 are UDP packets from port 5060 to 5061 with the payload "hello".
var (
	ip4 = ipOf("-- 0 udp 10.0.0.1:5060 > 10.0.0.2:5061 nonl ttl=7 ipid=77 dscp=46 --\nhello\n")
	ip6 = ipOf("-- 0 udp [2001:db8::1]:5060 > [2001:db8::2]:5061 nonl ttl=7 dscp=46 --\nhello\n")
	syn = ipOf("-- 0 tcp 10.0.0.1:5060 > 10.0.0.2:5061 syn win=1000 --\n")
)

func ipOf(text string) []byte {
	packets, err := capturetest.Parse(text)
	if err != nil {
		panic(err)
	}
	return packets[0].Data[14:]
}

func unhex(s string) []byte {
	b, err := hex.DecodeString(strings.ReplaceAll(s, " ", ""))
	if err != nil {
		panic(err)
	}
	return b
}

func join(parts ...[]byte) (b []byte) {
	for _, p := range parts {
		b = append(b, p...)
	}
	return b
}

const macs = "020000000001 020000000002 "

func decode(link capture.LinkType, data []byte, wireLen int) wire.Datagram {
	var d wire.Decoder
	var g wire.Datagram
	d.Decode(&capture.Packet{Link: link, Data: data, WireLen: wireLen}, &g)
	return g
}

func TestEveryLinkLayerLeadsToTheDatagram(t *testing.T) {
	for name, tt := range map[string]struct {
		link capture.LinkType
		head string
		ip   []byte
	}{
		"ethernet":                       {1, macs + "0800", ip4},
		"ethernet, ipv6":                 {1, macs + "86dd", ip6},
		"802.1Q":                         {1, macs + "8100 000a 0800", ip4},
		"QinQ 88a8":                      {1, macs + "88a8 0064 8100 000a 0800", ip4},
		"QinQ 9100":                      {1, macs + "9100 0064 8100 000a 86dd", ip6},
		"eight tags":                     {1, macs + strings.Repeat("8100 000a ", 8) + "0800", ip4},
		"SNAP":                           {1, macs + "0020 aaaa03 000000 0800", ip4},
		"SNAP behind a tag":              {1, macs + "8100 000a 0020 aaaa03 000000 86dd", ip6},
		"linux cooked":                   {113, "0000 0001 0006 020000000001 0000 0800", ip4},
		"linux cooked, VLAN":             {113, "0000 0001 0006 020000000001 0000 8100 000a 0800", ip4},
		"linux cooked v2":                {276, "86dd 0000 00000003 0001 00 06 020000000001 0000", ip6},
		"linux cooked v2, VLAN":          {276, "8100 0000 00000003 0001 04 06 020000000001 0000 000a 0800", ip4},
		"raw, version 4":                 {101, "", ip4},
		"raw, version 6":                 {101, "", ip6},
		"ipv4":                           {228, "", ip4},
		"ipv6":                           {229, "", ip6},
		"null, little endian":            {0, "02000000", ip4},
		"null, big endian":               {0, "00000002", ip4},
		"null, ipv6 of macOS":            {0, "1e000000", ip6},
		"null, ipv6 of FreeBSD":          {0, "1c000000", ip6},
		"null, ipv6 of NetBSD":           {0, "18000000", ip6},
		"null, ipv6 of Linux":            {0, "0000000a", ip6},
		"loop":                           {108, "00000018", ip6},
		"ppp":                            {9, "0021", ip4},
		"ppp, protocol of one byte":      {9, "ff03 57", ip6},
		"ppp in HDLC framing":            {50, "ff03 0021", ip4},
		"Cisco HDLC":                     {50, "0f00 86dd", ip6},
		"802.11, from a station":         {105, "0801 0000" + strings.Repeat("02", 18) + "1000 aaaa03 000000 0800", ip4},
		"802.11, between access points":  {105, "0803 0000" + strings.Repeat("02", 18) + "1000" + strings.Repeat("03", 6) + "aaaa03 000000 86dd", ip6},
		"802.11, QoS and HT control":     {105, "8881 0000" + strings.Repeat("02", 18) + "1000 0000 00000000 aaaa03 0000f8 0800", ip4},
		"radiotap":                       {127, "0000 0800 00000000 0802 0000" + strings.Repeat("02", 18) + "1000 aaaa03 000000 0800", ip4},
		"radiotap, more bits":            {127, "0000 1100 02000080 02000080 00000000 10 0802 0000" + strings.Repeat("02", 18) + "1000 aaaa03 000000 0800 ", ip4},
		"nflog, little endian":           {239, "0200 0000 0600 0a00 7800 0000 2500 0900", ip4},
		"nflog, big endian":              {239, "0a00 0000 0006 000a 7800 0000 0039 0009", ip6},
		"nflog of any family":            {239, "0000 0000 0039 0009", ip6},
		"ethernet padding is no payload": {1, macs + "0800", join(ip4, make([]byte, 13))},
	} {
		t.Run(name, func(t *testing.T) {
			data := join(unhex(tt.head), tt.ip)
			g := decode(tt.link, data, len(data))
			src, dst, id := "10.0.0.1:5060", "10.0.0.2:5061", uint32(77)
			length := 33
			if g.IPv6 {
				src, dst, id, length = "[2001:db8::1]:5060", "[2001:db8::2]:5061", 0, 53
			}
			if g.Fate != 0 || g.Diag.Code != 0 || g.Cut || g.Fragment || !g.IsIP {
				t.Fatalf("got %+v", g)
			}
			if g.Path.Src.String() != src || g.Path.Dst.String() != dst || g.Path.Transport != capture.UDP {
				t.Errorf("path %v", g.Path)
			}
			if string(g.Payload) != "hello" || g.PayloadLen != 5 || string(data[g.PayloadOff:][:5]) != "hello" {
				t.Errorf("payload %q, %d at %d", g.Payload, g.PayloadLen, g.PayloadOff)
			}
			if g.TTL != 7 || g.DSCP != 46 || g.IPID != id || g.IPLen != length || g.Proto != 17 {
				t.Errorf("ttl %d, dscp %d, id %d, length %d, protocol %d", g.TTL, g.DSCP, g.IPID, g.IPLen, g.Proto)
			}
		})
	}
}

func TestOtherProtocolsAreNamed(t *testing.T) {
	for name, tt := range map[string]struct {
		link capture.LinkType
		data string
		fate capture.Fate
	}{
		"arp":                   {1, macs + "0806 0001", capture.FateOther},
		"lldp":                  {1, macs + "88cc", capture.FateOther},
		"eapol":                 {1, macs + "8100 000a 888e", capture.FateOther},
		"pppoe-discovery":       {1, macs + "8863 1109", capture.FateOther},
		"pppoe":                 {1, macs + "8864 1209 0000 0000", capture.FateOther},
		"lcp":                   {1, macs + "8864 1100 0007 0006 c021 0900 0004", capture.FateOther},
		"ppp-0x4021":            {9, "ff03 4021 00", capture.FateOther},
		"ppp-compressed":        {50, "ff03 fd 00", capture.FateOther},
		"slarp":                 {50, "8f00 8035 00", capture.FateOther},
		"mpls":                  {1, macs + "8847 00010140 ff", capture.FateOther},
		"ethertype-0xabcd":      {1, macs + "abcd", capture.FateOther},
		"stp":                   {1, macs + "0026 424203 0000", capture.FateOther},
		"cdp":                   {1, macs + "0026 aaaa03 00000c 2000", capture.FateOther},
		"llc":                   {1, macs + "0026 f0f003", capture.FateOther},
		"netlink":               {113, "0004 0338 0000 0000000000000000 0000", capture.FateOther},
		"linux-protocol-12":     {113, "0004 0001 0000 0000000000000000 000c", capture.FateOther},
		"loopback-family":       {0, "07000000", capture.FateOther},
		"esp":                   {228, ip4Header(50, 20), capture.FateOther},
		"gre":                   {228, ip4Header(47, 24) + "00000000", capture.FateOther},
		"pptp":                  {228, ip4Header(47, 32) + "2081880b 00000007 00000001", capture.FateOther},
		"erspan":                {228, ip4Header(47, 36) + "100088be 00000001 f000000000000000", capture.FateOther},
		wire.ReasonTunnel:       {228, ip4Header(47, 22) + "0000", capture.FateUndecoded},
		"wlan-management":       {105, "8000", capture.FateOther},
		"wlan-control":          {105, "d400", capture.FateOther},
		"wlan-encrypted":        {105, "8841", capture.FateOther},
		"wlan-null":             {105, "4801", capture.FateOther},
		"wlan-fragment":         {105, "0804" + strings.Repeat("00", 22), capture.FateOther},
		"wlan-amsdu":            {105, "8800" + strings.Repeat("00", 22) + "8000", capture.FateOther},
		"wlan":                  {105, "0c00", capture.FateOther},
		"nflog":                 {239, "0200 0000 0800 0400 00000001", capture.FateOther},
		"igmp":                  {228, ip4Header(2, 20), capture.FateOther},
		"ip-protocol-200":       {228, ip4Header(200, 20), capture.FateOther},
		"ipv6-no-next-header":   {229, "6000000000003b40" + strings.Repeat("00", 32), capture.FateOther},
		"unknown-linktype-999":  {999, "00", capture.FateUndecoded},
		wire.ReasonTags:         {1, macs + strings.Repeat("8100 000a ", 9) + "0800", capture.FateUndecoded},
		wire.ReasonLinkHeader:   {1, "0200", capture.FateUndecoded},
		wire.ReasonIPHeader:     {1, macs + "0800 45", capture.FateUndecoded},
		wire.ReasonTransport:    {228, ip4Header(17, 24) + "00000000", capture.FateUndecoded},
		wire.ReasonIPv6Chain:    {229, "6000000000080040" + strings.Repeat("00", 32) + "0005000000000000", capture.FateUndecoded},
		"ipv6-hop-by-hop":       {228, ip4Header(0, 20), capture.FateOther},
		"etherip":               {228, ip4Header(97, 22) + "4000", capture.FateOther},
		wire.ReasonLabels:       {1, macs + "8847" + strings.Repeat("00010040", 17), capture.FateUndecoded},
		wire.ReasonTunnels:      {228, strings.Repeat(ip4Header(4, 0), 9) + hex.EncodeToString(ip4), capture.FateUndecoded},
		"ethernet-flow-control": {1, macs + "8808", capture.FateOther},
	} {
		data := unhex(tt.data)
		if g := decode(tt.link, data, len(data)); g.Fate != tt.fate || g.Name != name {
			t.Errorf("%s: got fate %d, %q", name, g.Fate, g.Name)
		}
	}
}

func ip4Header(proto uint8, total int) string {
	h := make([]byte, 20)
	h[0], h[8], h[9] = 0x45, 64, proto
	binary.BigEndian.PutUint16(h[2:], uint16(total))
	return hex.EncodeToString(h)
}

// set returns a copy of b with a 16-bit field changed.
func set(b []byte, at int, v uint16) []byte {
	b = append([]byte(nil), b...)
	binary.BigEndian.PutUint16(b[at:], v)
	return b
}

func TestLyingHeaders(t *testing.T) {
	const totalLen, udpLen, tcpOffset = 2, 24, 32
	for name, tt := range map[string]struct {
		data    []byte
		wireLen int // 0: as captured
		payload string
		code    string
		cut     bool
		fate    string
	}{
		"ip length 0 means what was captured":   {set(ip4, totalLen, 0), 0, "hello", "", false, ""},
		"ip length beyond the frame":            {set(ip4, totalLen, 100), 0, "hello", "ip-length", false, ""},
		"both lengths beyond the frame":         {set(set(ip4, totalLen, 100), udpLen, 80), 0, "hello", "ip-length", true, ""},
		"ip length below its header":            {set(ip4, totalLen, 19), 0, "", "ip-header", false, wire.ReasonIPHeader},
		"ip version":                            {join([]byte{0x55}, ip4[1:]), 0, "", "ip-header", false, wire.ReasonIPHeader},
		"ip header length below 20":             {join([]byte{0x44}, ip4[1:]), 0, "", "ip-header", false, wire.ReasonIPHeader},
		"udp length 0":                          {set(ip4, udpLen, 0), 0, "hello", "udp-length", false, ""},
		"udp length below its header":           {set(ip4, udpLen, 7), 0, "hello", "udp-length", false, ""},
		"udp length beyond the ip packet":       {set(ip4, udpLen, 14), 0, "hello", "udp-length", true, ""},
		"udp length leaves bytes over":          {set(ip4, udpLen, 11), 0, "hel", "udp-surplus", false, ""},
		"snaplen cuts the payload":              {ip4[:30], len(ip4), "he", "", true, ""},
		"snaplen leaves headers only":           {ip4[:28], len(ip4), "", "", true, wire.ReasonCut},
		"a udp packet without payload is whole": {set(set(ip4[:28], totalLen, 28), udpLen, 8), 0, "", "", false, ""},
		"snaplen cuts the udp header":           {ip4[:25], len(ip4), "", "", true, wire.ReasonCut},
		"snaplen cuts the ip header":            {ip4[:12], len(ip4), "", "", true, wire.ReasonCut},
		"tcp data offset below 5":               {set(syn, tcpOffset, 0x4002), 0, "", "tcp-data-offset", false, wire.ReasonTransport},
		"tcp data offset beyond the packet":     {set(syn, tcpOffset, 0x6002), 0, "", "tcp-data-offset", false, wire.ReasonTransport},
		"ip options are stepped over":           {withOptions(ip4), 0, "hello", "", false, ""},
		"ip header cut inside its options":      {withOptions(ip4)[:22], 37, "", "", true, wire.ReasonCut},
		"ip packet that ends in its udp header": {set(ip4[:26], totalLen, 26), 0, "", "short-header", false, wire.ReasonTransport},
	} {
		t.Run(name, func(t *testing.T) {
			if tt.wireLen == 0 {
				tt.wireLen = len(tt.data)
			}
			g := decode(capture.LinkIPv4, tt.data, tt.wireLen)
			code := ""
			if g.Diag.Code != 0 {
				code = g.Diag.Diagnostic(capture.Frame{Number: 1}).Code
			}
			if string(g.Payload) != tt.payload || code != tt.code || g.Cut != tt.cut || g.Name != tt.fate {
				t.Errorf("payload %q, code %q, cut %v, %q", g.Payload, code, g.Cut, g.Name)
			}
			if (g.Fate == capture.FateUndecoded) != (tt.fate != "") {
				t.Errorf("fate %v", g.Fate)
			}
		})
	}
}

// withOptions puts four NOP options into an IPv4 header.
func withOptions(ip []byte) []byte {
	b := join(ip[:20], []byte{1, 1, 1, 1}, ip[20:])
	b[0] = 0x46
	return set(b, 2, uint16(len(b)))
}

func TestCutPayloadKeepsItsLengthOnTheWire(t *testing.T) {
	g := decode(capture.LinkIPv4, ip4[:30], len(ip4))
	if g.PayloadLen != 5 || g.IPLen != 33 {
		t.Errorf("payload of %d bytes in %d", g.PayloadLen, g.IPLen)
	}
	long := ipOf("-- 0 tcp 10.0.0.1:1 > 10.0.0.2:2 midstream nonl --\nhello\n")
	long[32] = 0x50
	g = decode(capture.LinkIPv4, long[:40], len(long))
	if g.PayloadLen != 5 || !g.Cut || g.Fate != 0 || len(g.Payload) != 0 {
		t.Errorf("tcp: %+v", g)
	}
}

func TestIPv6ExtensionHeadersAreSteppedOver(t *testing.T) {
	const (
		ah   = "0004000000000000 00000000 00000000 00000000 00000000"
		atom = "0000 0000 00000009" // a fragment header of a whole packet
	)
	header := func(next byte, b string) []byte {
		x := unhex(b)
		x[0] = next
		return x
	}
	udp := ip6[40:]
	for name, tt := range map[string]struct {
		first byte
		chain [][]byte
		id    uint32
	}{
		"none":                     {17, nil, 0},
		"hop by hop":               {0, [][]byte{header(17, "0000010200000000")}, 0},
		"routing, destination":     {43, [][]byte{header(60, "0000000000000000"), header(17, "0000010200000000")}, 0},
		"authentication":           {51, [][]byte{header(17, ah)}, 0},
		"atomic fragment":          {44, [][]byte{header(17, atom)}, 9},
		"hop by hop of two blocks": {0, [][]byte{header(17, "0001010200000000 0000000000000000")}, 0},
	} {
		t.Run(name, func(t *testing.T) {
			body := join(join(tt.chain...), udp)
			p := set(ip6[:40], 4, uint16(len(body)))
			p[6] = tt.first
			p = join(p, body)
			g := decode(capture.LinkIPv6, p, len(p))
			if string(g.Payload) != "hello" || g.Proto != 17 || g.IPID != tt.id || g.Fragment || g.Fate != 0 {
				t.Errorf("got %+v", g)
			}
		})
	}
	t.Run("an endless chain ends", func(t *testing.T) {
		chain := make([]byte, 8*40) // each: next header hop by hop, length 0
		p := set(ip6[:40], 4, uint16(len(chain)))
		p[6] = 0
		p = join(p, chain)
		g := decode(capture.LinkIPv6, p, len(p))
		if g.Name != wire.ReasonIPv6Chain {
			t.Errorf("got %q", g.Name)
		}
	})
}

func TestFragments(t *testing.T) {
	for _, text := range []string{
		"-- 0 udp 10.0.0.1:5060 > 10.0.0.2:5061 nonl frag=8 ipid=5 --\n0123456789\n",
		"-- 0 udp [2001:db8::1]:5060 > [2001:db8::2]:5061 nonl frag=8 ipid=5 --\n0123456789\n",
	} {
		var whole []byte
		packets := capturetest.Packets(t, text)
		var last wire.Datagram
		for i, p := range packets {
			g := decode(p.Link, p.Data, p.WireLen)
			if !g.Fragment || g.FragOffset != 8*i || g.MoreFragments != (i < len(packets)-1) || g.IPID != 5 ||
				g.Proto != 17 || g.Path.Src.Port() != 0 || g.Path.Transport != capture.UDP {
				t.Errorf("%s fragment %d: %+v", text, i, g)
			}
			whole = append(whole, g.Payload...)
			last = g
		}
		last.Payload, last.PayloadLen = whole, len(whole)
		var d wire.Decoder
		d.DecodeTransport(&last)
		if string(last.Payload) != "0123456789" || last.Path.Src.Port() != 5060 || last.Path.Dst.Port() != 5061 ||
			last.Fragment || last.PayloadOff != -1 {
			t.Errorf("%s joined: %+v", text, last)
		}
	}
}

func TestTCPHeader(t *testing.T) {
	g := decode(capture.LinkRaw, syn, len(syn))
	if !g.TCP.Has(wire.SYN) || g.TCP.Has(wire.ACK) || g.TCP.Window != 1000 || g.TCP.Seq == 0 || g.Path.Transport != capture.TCP {
		t.Errorf("got %+v", g)
	}
}

func TestICMPGivesTheWholeMessage(t *testing.T) {
	packets := capturetest.Packets(t, "-- 0 icmp 10.0.0.1 > 10.0.0.2 type=3 code=3 hex --\n01020304\n")
	g := decode(packets[0].Link, packets[0].Data, packets[0].WireLen)
	if len(g.Payload) != 8 || g.Payload[0] != 3 || g.Path.Transport != capture.ICMP || g.Path.Src.Port() != 0 {
		t.Errorf("got %+v", g)
	}
}

func TestLinkSumDiffersWithWhatASpanCopyMayChange(t *testing.T) {
	sum := func(options string) uint64 {
		p := capturetest.Packets(t, "-- 0 udp 10.0.0.1:1 > 10.0.0.2:2 ipid=1 "+options+" --\nx\n")[0]
		return decode(p.Link, p.Data, p.WireLen).LinkSum
	}
	plain := sum("")
	if plain != sum("") || plain != sum("pad") {
		t.Error("the same frame has two sums")
	}
	for _, o := range []string{"vlan=1", "vlan=2,1", "ttl=63", "mac=1"} {
		if sum(o) == plain {
			t.Errorf("%s makes no difference", o)
		}
	}
}

func TestEveryCodeHasWords(t *testing.T) {
	for c := wire.IPLength; c <= wire.TooManyLabels; c++ {
		d := wire.Diag{Code: c, Declared: 9, Present: 8}.Diagnostic(capture.Frame{Number: 3})
		if d.Code == "" || !strings.Contains(d.Text, "9") || strings.Contains(d.Text, "%!") || len(d.Frames) != 1 || d.Severity == 0 {
			t.Errorf("%d: %+v", c, d)
		}
	}
}
