package filter_test

import (
	"encoding/hex"
	"strings"
	"testing"

	"rung/capture"
	"rung/capture/capturetest"
)

// Frames that fragment: the first piece has ports, the second has none.
const (
	sipUDP = "-- 0 udp 10.0.0.1:5060 > 10.0.0.2:5060 "
	sipTCP = "-- 0 tcp 10.0.0.1:5060 > 10.0.0.2:5060 midstream "
	sip6   = "-- 0 udp [2001:db8::1]:5060 > [2001:db8::2]:5060 "
	rest   = "--\n" + invite
)

func TestWhatAFrameTells(t *testing.T) {
	cases := []struct {
		name   string
		packet string
		frame  int // from 1
		want   map[verdict]string
	}{
		{"the first fragment of UDP tells its ports", sipUDP + "frag=24 " + rest, 1, map[verdict]string{
			yes: "host 10.0.0.1; port 5060; udp port 5060; udp; ip; host 10.0.0.1 and port 5060",
			no:  "host 10.0.0.9; port 5061; tcp; vlan; ip6; sctp port 5060; port 5061 or vlan 7",
		}},
		{"a later fragment of UDP may be a tunnel's and has no ports", sipUDP + "frag=24 " + rest, 2, map[verdict]string{
			yes:     "host 10.0.0.1; net 10.0.0.0/8; udp; ip; host 10.0.0.1 or port 5060",
			unknown: "host 10.0.0.9; port 5060; src port 5061; udp port 1; tcp; tcp port 5060; vlan; vlan 20; ip6; host 10.0.0.1 and port 5060; not port 5060",
			no:      "not host 10.0.0.1; not udp and port 5060",
		}},
		{"a later fragment of TCP holds no tunnel", sipTCP + "frag=24 " + rest, 2, map[verdict]string{
			yes:     "host 10.0.0.1; tcp; not vlan 20; not host 10.0.0.9",
			unknown: "port 5060; tcp port 5061; not port 5060",
			no:      "host 10.0.0.9; vlan; ip6; udp; udp port 5060; sctp port 5060; host 10.0.0.9 and port 5060",
		}},
		{"the first fragment of IPv6 tells its ports", sip6 + "frag=24 " + rest, 1, map[verdict]string{
			yes: "host 2001:db8::1; port 5060; udp; ip6",
			no:  "host 2001:db8::9; port 5061; ip; vlan",
		}},
		{"a later fragment of IPv6 does not", sip6 + "frag=24 " + rest, 2, map[verdict]string{
			yes:     "host 2001:db8::1; udp; ip6",
			unknown: "port 5060; port 5061; host 2001:db8::9; vlan",
		}},
		{"a first fragment of eight bytes tells its ports", sipUDP + "frag=8 " + rest, 1, map[verdict]string{
			yes: "port 5060", no: "port 5061; host 10.0.0.9",
		}},
		{"the first fragment of a tunnel's packet hides what is inside", sipUDP + "vxlan=5 outerfrag=64 " + rest, 1, map[verdict]string{
			yes:     "host 192.0.2.1; udp; port 4789; ip",
			unknown: "host 10.0.0.1; host 10.0.0.9; port 5060; port 5061; tcp; vlan; ip6",
		}},
		{"a later fragment of a tunnel's packet hides more", sipUDP + "vxlan=5 outerfrag=64 " + rest, 2, map[verdict]string{
			yes:     "host 192.0.2.1; udp",
			unknown: "host 10.0.0.1; port 4789; port 5060; not port 5060 and host 10.0.0.1",
		}},
		{"fragments of IP-in-IP hide all inside", sipUDP + "ipip outerfrag=64 " + rest, 1, map[verdict]string{
			yes:     "host 192.0.2.1; ip",
			unknown: "host 10.0.0.1; port 5060; udp; vlan",
		}},
		{"a fragment inside a tunnel, the first", sipUDP + "vxlan=5 frag=24 " + rest, 1, map[verdict]string{
			yes: "host 192.0.2.1; host 10.0.0.1; port 4789; port 5060",
			no:  "host 10.0.0.9; port 5061; tcp",
		}},
		{"a fragment inside a tunnel, a later one", sipTCP + "gre frag=24 " + rest, 2, map[verdict]string{
			yes:     "host 192.0.2.1; host 10.0.0.1; tcp",
			unknown: "port 5060; tcp port 5061",
			no:      "host 10.0.0.9; udp; vlan",
		}},
		{"each tag of QinQ", sipUDP + "vlan=100,10 " + rest, 1, map[verdict]string{
			yes: "vlan; vlan 100; vlan 10; port 5060; vlan 100 and vlan 10 and host 10.0.0.1; vlan 7 or 10",
			no:  "vlan 20; not vlan; vlan 100 and 20",
		}},
		{"a priority tag has VLAN 0", sipUDP + "vlan=0 " + rest, 1, map[verdict]string{yes: "vlan; vlan 0", no: "vlan 1"}},
		{"ends are looked at one by one", sipUDP + rest, 1, map[verdict]string{
			yes: "src host 10.0.0.1 and dst host 10.0.0.2; dst net 10.0.0.2/31; not src host 10.0.0.2",
			no:  "src host 10.0.0.2; dst host 10.0.0.1; src net 10.0.0.2/31",
		}},
		{"conditions take layers of their own, one condition does not", sipTCP + "vxlan=5 " + rest, 1, map[verdict]string{
			yes: "src host 192.0.2.1 and dst port 5060; udp and port 5060; tcp port 5060",
			no:  "udp port 5060; tcp port 4789",
		}},
		{"and binds tighter than or", sipUDP + rest, 1, map[verdict]string{
			yes: "port 5060 or port 1 and host 10.0.0.9; port 5060 or 1 and host 10.0.0.9; not port 1 and host 10.0.0.1",
			no:  "(port 5060 or port 1) and host 10.0.0.9; (port 5060 or 1) and host 10.0.0.9; not (port 1 or host 10.0.0.1)",
		}},
		{"the ends of ranges belong to them", sipUDP + rest, 1, map[verdict]string{
			yes: "portrange 5060-5060; portrange 0-5060; portrange 5060-65535", no: "portrange 0-5059; portrange 5061-65535",
		}},
		{"mapped addresses are those of IPv4", "-- 0 udp 10.0.0.1:5060 > 10.0.0.2:5060 " + rest, 1, map[verdict]string{
			yes: "host ::ffff:10.0.0.1; net ::ffff:10.0.0.0/104; net 10.0.0.0/255.0.0.0; net 0.0.0.0/0",
			no:  "net ::/0; host ::10.0.0.1",
		}},
		{"ICMP has addresses, no ports, and its quote is no layer", sipUDP + rest + "-- 1 icmp 10.0.0.2 > 10.0.0.1 unreachable=port --\n", 2,
			map[verdict]string{yes: "icmp; host 10.0.0.1; ip", no: "udp; port 5060; vlan; portrange 0-65535"}},
		{"icmp is that of IPv6, too", "-- 1 icmp 2001:db8::1 > 2001:db8::2 type=128 --\n", 1,
			map[verdict]string{yes: "icmp; ip6", no: "port 5060; ip"}},
		{"the snaplen left the ports", sipUDP + "snaplen=38 " + rest, 1, map[verdict]string{
			yes: "host 10.0.0.1; port 5060; udp", no: "port 5061; host 10.0.0.9; vlan",
		}},
		{"the snaplen cut the ports", sipUDP + "snaplen=37 " + rest, 1, map[verdict]string{
			yes: "host 10.0.0.1; udp", unknown: "port 5060; port 5061; host 10.0.0.9; vlan 20",
		}},
		{"the snaplen cut the payload only", sipUDP + "snaplen=60 " + rest, 1, map[verdict]string{
			yes: "port 5060", no: "port 5061; host 10.0.0.9; vlan",
		}},
		{"the snaplen cut the addresses", sipUDP + "snaplen=30 " + rest, 1, map[verdict]string{
			unknown: "host 10.0.0.1; ip; udp; vlan; port 5060; not host 10.0.0.1",
		}},
		{"the snaplen cut a tunnel's header", sipUDP + "vxlan=9 snaplen=45 " + rest, 1, map[verdict]string{
			yes: "host 192.0.2.1; port 4789", unknown: "host 10.0.0.1; port 5061; vlan",
		}},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			packets := capturetest.Packets(t, c.packet)
			check(t, &packets[c.frame-1], c.want)
		})
	}
}

// check compares the verdicts of lists of filters.
func check(t *testing.T, p *capture.Packet, want map[verdict]string) {
	t.Helper()
	for v, list := range want {
		for words := range strings.SplitSeq(list, "; ") {
			if got := decide(t, words, p); got != v {
				t.Errorf("%q is %s, want %s", words, got, v)
			}
		}
	}
}

const (
	macs  = "020000000002 020000000001 "
	addrs = "0a000001 0a000002 "
	ipv6  = "20010db8000000000000000000000001 20010db8000000000000000000000002 "
)

func TestFramesThatTextDoesNotMake(t *testing.T) {
	all := "host 10.0.0.1; net 0.0.0.0/0; port 5060; portrange 0-65535; udp; tcp; ip; ip6; icmp; vlan"
	cases := []struct {
		name, frame string
		want        map[verdict]string
	}{
		{"ARP has no addresses", macs + "0806 0001 0800 0604 0001 020000000001 0a000001 000000000000 0a000002",
			map[verdict]string{no: all, yes: "not host 10.0.0.1"}},
		{"ARP has tags", macs + "8100 0014 0806 0001 0800 0604 0001 020000000001 0a000001 000000000000 0a000002",
			map[verdict]string{no: "vlan 10; port 5060", yes: "vlan; vlan 20; not vlan 10"}},
		{"the bits of priority are not the VLAN's", macs + "8100 f014 0806", map[verdict]string{yes: "vlan 20", no: "vlan 0"}},
		{"spanning tree", macs + "0026 4242 03 0000 00 00", map[verdict]string{no: all}},
		{"a broken IP header hides all", macs + "0800 41000014000000004011 0000" + addrs, map[verdict]string{unknown: all[:len(all)-6]}},
		{"ESP has addresses and shows nothing else", macs + "0800 45000020 00000000 4032 0000" + addrs + "00000001 00000002 00000003",
			map[verdict]string{yes: "host 10.0.0.1; ip", no: "port 5060; udp; vlan; host 10.0.0.9"}},
		{"a later fragment of ESP, too", macs + "0800 45000020 00000010 4032 0000" + addrs + "00000001 00000002 00000003",
			map[verdict]string{yes: "host 10.0.0.1; ip", no: "port 5060; udp; vlan; host 10.0.0.9"}},
		{"SCTP has ports", macs + "0800 45000020 00000000 4084 0000" + addrs + "13c4 13c5 00000001 00000000",
			map[verdict]string{yes: "sctp; port 5060; sctp port 5061; src port 5060", no: "port 5062; udp port 5060; vlan; host 10.0.0.9"}},
		{"a later fragment of SCTP", macs + "0800 45000020 00000010 4084 0000" + addrs + "13c4 13c5 00000001 00000000",
			map[verdict]string{yes: "sctp", unknown: "port 5060; sctp port 1", no: "udp port 5060; host 10.0.0.9"}},
		{"extension headers in the first fragment are stepped over", macs + "86dd 60000000 0018 2c40 " + ipv6 +
			"3c 00 0001 00000007  11 00 010400000000  13c4 13c5 0040 0000",
			map[verdict]string{yes: "udp; port 5060; host 2001:db8::1", no: "port 5062; host 2001:db8::9"}},
		{"extension headers in a later one hide the protocol", macs + "86dd 60000000 0018 2c40 " + ipv6 +
			"3c 00 0011 00000007  11 00 010400000000  13c4 13c5 0040 0000",
			map[verdict]string{yes: "host 2001:db8::1; ip6", unknown: "udp; tcp; port 5060; host 2001:db8::9; sctp port 1; vlan"}},
		{"fragment headers in fragments hide all after them", macs + "86dd 60000000 0018 2c40 " + ipv6 +
			"2c 00 0001 00000007  11 00 0001 00000007  13c4 13c5 0040 0000",
			map[verdict]string{yes: "host 2001:db8::1", unknown: "udp; port 5060; host 2001:db8::9"}},
		{"mapped addresses in IPv6 headers are IPv4's", macs + "86dd 60000000 0008 1140 00000000000000000000ffff0a000001 00000000000000000000ffff0a000002 13c4 13c5 0008 0000",
			map[verdict]string{yes: "host 10.0.0.1; host ::ffff:10.0.0.1; net 10.0.0.0/8; net ::/0; ip6", no: "ip; host 10.0.0.9; net 11.0.0.0/8"}},
		{"a tunnel's port without a tunnel's header is a datagram", macs + "0800 45000024 00000000 4011 0000" + addrs + "13c4 12b5 0010 0000 ff00000000000000",
			map[verdict]string{yes: "port 4789", no: "port 1; host 10.0.0.9; vlan"}},
		{"ERSPAN's header names the VLAN", macs + "0800 45000068 00000000 402f 0000" + addrs + "1000 88be 00000001 1014 0005 00000000" +
			macs + "0806 0001 0800 0604 0001 020000000001 0a000003 000000000000 0a000004",
			map[verdict]string{yes: "vlan; vlan 20; host 10.0.0.1", no: "vlan 5; host 10.0.0.3; port 5060"}},
		{"ERSPAN's VLAN 0 is none", macs + "0800 45000068 00000000 402f 0000" + addrs + "1000 88be 00000001 1000 0005 00000000" +
			macs + "0806 0001 0800 0604 0001 020000000001 0a000003 000000000000 0a000004",
			map[verdict]string{no: "vlan; vlan 0"}},
		{"more tags than are read", macs + strings.Repeat("8100 0001 ", 9) + "0800", map[verdict]string{yes: "vlan 1", unknown: "vlan 2; host 10.0.0.1; port 5060"}},
		{"an empty frame", "", map[verdict]string{unknown: all}},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			data, err := hex.DecodeString(strings.ReplaceAll(c.frame, " ", ""))
			if err != nil {
				t.Fatal(err)
			}
			check(t, &capture.Packet{Link: capture.LinkEthernet, Data: data, WireLen: len(data), Offset: -1}, c.want)
		})
	}
}

func TestUnknownLinkTypesPass(t *testing.T) {
	p := capture.Packet{Link: 9999, Data: []byte{1, 2, 3}, WireLen: 3}
	check(t, &p, map[verdict]string{unknown: "host 10.0.0.1; port 5060; vlan; udp"})
}

func TestNoWordsPassEverything(t *testing.T) {
	for _, words := range []string{"", " \t\n"} {
		f := parse(t, words)
		if !f.Match(&capture.Packet{}) || f.String() != "" {
			t.Errorf("%q is %q", words, f)
		}
	}
}
