package filter_test

import (
	"fmt"
	"strings"
	"testing"

	"rung/capture"
	"rung/capture/capturetest"
)

const invite = "INVITE sip:b@example.com SIP/2.0\nCall-ID: 1\nContent-Length: 0\n\n"

// sip is a request in an encapsulation.
func sip(tb testing.TB, transport, options string, ipv6 bool) []capture.Packet {
	tb.Helper()
	src, dst := "10.0.0.1:5060", "10.0.0.2:5061"
	if ipv6 {
		src, dst = "[2001:db8::1]:5060", "[2001:db8::2]:5061"
	}
	if transport == "tcp" {
		options += " midstream"
	}
	return capturetest.Packets(tb, fmt.Sprintf("-- 0 %s %s > %s %s --\n%s", transport, src, dst, options, invite))
}

// inside lists conditions on the packet inside and what they are.
func inside(transport string, ipv6 bool) map[string]verdict {
	a, b, c, net, version := "10.0.0.1", "10.0.0.2", "10.0.0.3", "10.0.0.0/24", "ip"
	if ipv6 {
		a, b, c, net, version = "2001:db8::1", "2001:db8::2", "2001:db8::3", "2001:db8::/64", "ip6"
	}
	other := map[string]string{"udp": "tcp", "tcp": "udp"}[transport]
	return map[string]verdict{
		"host " + a: yes, "src host " + a: yes, "dst host " + a: no,
		"host " + b: yes, "src host " + b: no, "dst host " + b: yes,
		"host " + c: no, "src net " + net: yes, "net 172.16.0.0/12": no,
		"port 5060": yes, "src port 5060": yes, "dst port 5060": no,
		"port 5061": yes, "src port 5061": no, "dst portrange 5061-5070": yes,
		"port 5062": no, "portrange 6000-6001": no,
		transport: yes, transport + " port 5060": yes, other + " port 5060": no,
		version: yes, "sctp": no, "icmp": no, "vlan 4000": no,
	}
}

// outer lists what the options of an encapsulation add to the layers.
func outer(options string) map[string]verdict {
	want := make(map[string]verdict)
	ports := map[string]string{"vxlan": "4789", "vxlangbp": "4789", "geneve": "6081", "geneveip": "6081",
		"gtpu": "2152", "gtpuext": "2152", "teredo": "3544", "tzsp": "37008", "l2tp": "1701", "l2tpseq": "1701"}
	tagged := false
	for _, o := range strings.Fields(options) {
		name, value, _ := strings.Cut(o, "=")
		switch {
		case name == "link", name == "pppoe", strings.HasPrefix(name, "mpls"):
		case name == "vlan":
			tagged = true
			for _, id := range strings.Split(value, ",") {
				want["vlan "+id] = yes
			}
		case name == "ip6":
			want["src host 2001:db8:ffff::1"], want["dst host 2001:db8:ffff::2"] = yes, yes
			want["ip6"] = yes
		default:
			want["src host 192.0.2.1"], want["dst net 192.0.2.2/32"], want["net 192.0.2.0/24"] = yes, yes, yes
			want["ip"], want["src host 192.0.2.2"] = yes, no
			if port := ports[name]; port != "" {
				want["udp dst port "+port], want["tcp port "+port], want["portrange 1024-49152"] = yes, no, yes
			}
		}
	}
	want["vlan"] = no
	if tagged {
		want["vlan"] = yes
	}
	return want
}

func TestEveryLayerOfEveryEncapsulationCounts(t *testing.T) {
	for _, e := range capturetest.Encapsulations() {
		for _, transport := range []string{"udp", "tcp"} {
			for _, ipv6 := range []bool{true, false} {
				if e.IPv6 && !ipv6 {
					continue
				}
				packets := sip(t, transport, e.Options, ipv6)
				for _, want := range []map[string]verdict{inside(transport, ipv6), outer(e.Options)} {
					for words, v := range want {
						if got := decide(t, words, &packets[0]); got != v {
							t.Errorf("%s, %s, IPv6 %v: %q is %s, want %s", e.Options, transport, ipv6, words, got, v)
						}
					}
				}
			}
		}
	}
}

// questions are filters of every kind for frames made by sip.
func questions(tb testing.TB) (all []pair) {
	words := []string{"ip", "ip6", "udp", "tcp", "icmp", "vlan", "vlan 10", "vlan 20",
		"host 192.0.2.1", "src host 2001:db8:ffff::1", "port 4789", "udp port 6081", "dst port 49152",
		"host 10.0.0.1 and port 5060", "not host 10.0.0.9 or tcp", "not (udp and port 5060) and ip"}
	for _, transport := range []string{"udp", "tcp"} {
		for _, ipv6 := range []bool{true, false} {
			for w := range inside(transport, ipv6) {
				words = append(words, w)
			}
		}
	}
	for _, w := range words {
		all = append(all, pairOf(tb, w))
	}
	return all
}

// TestLessOfAFrameOnlyMakesItUnknown holds for each piece of a packet: what
// it shows is true of the whole, or it doesn't tell.
func TestLessOfAFrameOnlyMakesItUnknown(t *testing.T) {
	filters := questions(t)
	want := make([]verdict, len(filters))
	agree := func(t *testing.T, what string, part *capture.Packet) {
		t.Helper()
		for i, f := range filters {
			if got := f.verdict(t, part); got != want[i] && got != unknown {
				t.Errorf("%s: %q is %s, of the whole %s", what, f.f, got, want[i])
			}
		}
	}
	for _, e := range capturetest.Encapsulations() {
		for _, ipv6 := range []bool{true, false} {
			if e.IPv6 && !ipv6 {
				continue
			}
			for _, transport := range []string{"udp", "tcp"} {
				whole := sip(t, transport, e.Options, ipv6)[0]
				for i, f := range filters {
					want[i] = f.verdict(t, &whole)
				}
				for n := range whole.Data[:len(whole.Data)-len(invite)] {
					part := whole
					part.Data = whole.Data[:n]
					agree(t, fmt.Sprintf("%s, %s, %d bytes", e.Options, transport, n), &part)
				}
				for _, size := range []int{8, 24, 40, 64} {
					for _, option := range []string{"frag", "outerfrag"} {
						cut := fmt.Sprintf("%s %s=%d", e.Options, option, size)
						for i, part := range sip(t, transport, cut, ipv6) {
							agree(t, fmt.Sprintf("%s, %s, piece %d", cut, transport, i+1), &part)
						}
					}
				}
			}
		}
	}
}
