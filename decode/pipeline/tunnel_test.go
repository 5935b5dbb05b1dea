package pipeline_test

import (
	"fmt"
	"strings"
	"testing"

	"rung/capture/capturetest"
)

// ends returns the two ends of a packet inside a tunnel.
func ends(ipv6 bool) (a, b string) {
	if ipv6 {
		return "[2001:db8::1]", "[2001:db8::2]"
	}
	return "10.0.0.1", "10.0.0.2"
}

// rtp is a stream of n packets, 20 ms apart.
func rtp(way, options string, n int) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, "-- %d.%03d udp %s %s hex --\n8000%04x%08x0000abcd%s\n", i/50, i%50*20, way, options,
			i, i*160, strings.Repeat("d5", 160))
	}
	return b.String()
}

// TestEveryEncapsulation finds SIP over UDP, TCP and SCTP and RTP in all of
// them.
func TestEveryEncapsulation(t *testing.T) {
	for _, e := range capturetest.Encapsulations() {
		for _, ipv6 := range []bool{false, true} {
			if e.IPv6 && !ipv6 {
				continue
			}
			a, b := ends(ipv6)
			name := e.Options
			if ipv6 {
				name += ", IPv6 inside"
			}
			signalling := a + ":5060 > " + b + ":5080 "
			want := strings.ReplaceAll(message(1), "\n", "\r\n")
			t.Run(name+"/SIP over UDP", func(t *testing.T) {
				o := read(t, 1, parse(t, "-- 0 udp "+signalling+e.Options+" --\n"+message(1)))
				checkOne(t, o, "udp "+strings.TrimSpace(signalling), want)
				if o.result.Account.Decoded != 1 {
					t.Errorf("%d frames decoded", o.result.Account.Decoded)
				}
			})
			t.Run(name+"/SIP over TCP", func(t *testing.T) {
				o := read(t, 1, parse(t, "-- 0 tcp "+signalling+e.Options+" split=50 reorder --\n"+message(1)))
				checkOne(t, o, "tcp "+strings.TrimSpace(signalling), want)
				if o.result.Account.TransportOnly != 3 {
					t.Errorf("%d frames of transport only, want the handshake", o.result.Account.TransportOnly)
				}
			})
			t.Run(name+"/SIP over SCTP", func(t *testing.T) {
				o := read(t, 1, parse(t, "-- 0 sctp "+signalling+e.Options+" chunk=50 reorder --\n"+message(1)))
				checkOne(t, o, "sctp "+strings.TrimSpace(signalling), want)
				if o.result.Account.TransportOnly != 4 {
					t.Errorf("%d frames of transport only, want the handshake", o.result.Account.TransportOnly)
				}
			})
			t.Run(name+"/RTP", func(t *testing.T) {
				media := a + ":16384 > " + b + ":20000"
				o := read(t, 1, parse(t, rtp(media, e.Options, 20)))
				if len(o.result.Tracks) != 1 {
					t.Fatalf("%d streams\n%s", len(o.result.Tracks), o.text)
				}
				if tr := o.result.Tracks[0]; tr.Packets != 20 || tr.Path.String() != "udp "+media {
					t.Errorf("%d packets on %s", tr.Packets, tr.Path)
				}
				checkAccount(t, o)
			})
		}
	}
}

func checkOne(t *testing.T, o outcome, path, text string) {
	t.Helper()
	if len(o.messages) != 1 || callIDs(o) != "call-1" {
		t.Fatalf("messages:\n%s", o.text)
	}
	if got := o.messages[0].Path.String(); got != path {
		t.Errorf("path %q, want %q", got, path)
	}
	if o.bytes[0] != text {
		t.Errorf("kept %q, want %q", o.bytes[0], text)
	}
	if len(o.result.Diagnostics) > 0 {
		t.Errorf("diagnostics: %+v", o.result.Diagnostics)
	}
	checkAccount(t, o)
}

func TestTunnels(t *testing.T) {
	const way = "udp 10.0.0.1:5060 > 10.0.0.2:5060 "
	at := func(seconds, options string) string {
		return "-- " + seconds + " " + way + options + " --\n" + message(1)
	}
	for _, tc := range []struct {
		name, text, want string
		frames, copies   int
		duplicates       int64
	}{
		{"fragments of the tunnel's packets", at("0", "vxlan=1 outerfrag=128"), "call-1", 2, 1, 0},
		{"in any order, cut by an ERSPAN around them", at("0", "erspan2=1 vxlan=1 outerfrag=96"), "call-1", 4, 1, 0},
		{"fragments inside the tunnel", at("0", "gtpu=1 frag=128 fragreverse"), "call-1", 2, 1, 0},
		{"fragments of fragments", at("0", "gtpu=1 frag=128 outerfrag=64"), "call-1", 5, 1, 0},
		{"in IPv6", at("0", "ip6 frag=128 outerfrag=64"), "call-1", 5, 1, 0},
		{"a copy outside the tunnel", at("0", "ipid=7") + at("0.010", "ipid=7 vxlan=9"), "call-1", 1, 2, 1},
		{"a copy in another tunnel, behind a router", at("0", "ipid=7 erspan2=1") + at("0.010", "ipid=7 erspan2=2 ttl=63"), "call-1", 1, 2, 1},
		{"with another label", at("0", "ipid=7 mpls=16") + at("0.010", "ipid=7 mpls=17"), "call-1", 1, 2, 1},
		{"with another outer TTL", at("0", "ipid=7 gre outerttl=9") + at("0.010", "ipid=7 gre outerttl=8"), "call-1", 1, 2, 1},
		{"the same tunnel has 1 ms", at("0", "ipid=7 erspan2=1") + at("0.010", "ipid=7 erspan2=1"), "call-1 call-1", 1, 1, 0},
		{"within which the mirror's counters differ", at("0", "ipid=7 erspan3=1") + at("0.0009", "ipid=7 erspan3=1"), "call-1", 1, 2, 1},
		{"a copy that came in fragments", at("0", "ipid=7") + at("0.010", "ipid=7 gtpu=9 outerfrag=128"), "call-1", 1, 2, 2},
		{"the first of which was the copy", at("0", "ipid=7 gtpu=9 outerfrag=128") + at("0.010", "ipid=7"), "call-1", 2, 2, 1},
		{"a tunnel within the limit", at("0", strings.Repeat("ipip ", 8)), "call-1", 1, 1, 0},
	} {
		t.Run(tc.name, func(t *testing.T) {
			o := read(t, 1, parse(t, tc.text))
			if got := callIDs(o); got != tc.want {
				t.Fatalf("messages %q, want %q\n%s", got, tc.want, o.text)
			}
			m := o.messages[0]
			if len(m.AllFrames()) != tc.frames || m.Copies != tc.copies {
				t.Errorf("frames %v, copies %d; want %d and %d", m.AllFrames(), m.Copies, tc.frames, tc.copies)
			}
			if o.result.Account.Duplicate != tc.duplicates {
				t.Errorf("%d duplicate frames, want %d", o.result.Account.Duplicate, tc.duplicates)
			}
			if want := strings.ReplaceAll(message(1), "\n", "\r\n"); o.bytes[0] != want {
				t.Errorf("kept %q, want %q", o.bytes[0], want)
			}
			checkAccount(t, o)
		})
	}
}

func TestTunnelsBeyondTheLimitAreSaid(t *testing.T) {
	o := read(t, 1, parse(t, "-- 0 udp 10.0.0.1:5060 > 10.0.0.2:5060 "+strings.Repeat("gre ", 9)+"--\n"+message(1)))
	if len(o.messages) > 0 || !strings.Contains(o.text, "too-many-tunnels") {
		t.Errorf("got\n%s", o.text)
	}
	if u := o.result.Account.Undecoded(); len(u) != 1 || u[0].Name != "too-many-tunnels" {
		t.Errorf("account %+v", u)
	}
}

// TestATunnelsPortProvesNothing has SIP and RTP on the ports of tunnels.
func TestATunnelsPortProvesNothing(t *testing.T) {
	for _, port := range []int{1701, 2152, 3544, 4789, 6081, 8472, 9899, 37008} {
		for _, way := range []string{
			fmt.Sprintf("10.0.0.1:5060 > 10.0.0.2:%d", port),
			fmt.Sprintf("10.0.0.1:%d > 10.0.0.2:5060", port),
		} {
			o := read(t, 1, parse(t, "-- 0 udp "+way+" --\n"+message(1)))
			if callIDs(o) != "call-1" || len(o.result.Diagnostics) > 0 {
				t.Errorf("SIP on %s:\n%s", way, o.text)
			}
			if port == 4789 {
				continue // media takes no RTP from this port
			}
			o = read(t, 1, parse(t, rtp(way, "", 20)))
			if len(o.result.Tracks) != 1 || o.result.Tracks[0].Packets != 20 {
				t.Errorf("RTP on %s:\n%s", way, o.text)
			}
		}
	}
}

func TestTunnelFramesWithoutAPacketForUsAreNamed(t *testing.T) {
	const way = "udp 192.0.2.1:40000 > 192.0.2.2:"
	for name, text := range map[string]string{
		"gtp-u":  "2152 hex --\n32010004000000000001 0000\n",                 // echo request
		"vxlan":  "4789 hex --\n0900000000000100\n",                          // a flag nobody knows
		"geneve": "6081 hex --\n4000655800000100\n",                          // version 1
		"l2tp":   "1701 hex --\nc80200140000000000000000 8008000000000001\n", // control message
		"tzsp":   "37008 hex --\n01040000\n",                                 // keepalive
		"teredo": "3544 hex --\n6000000000103b40\n",                          // too short
		"arp":    "4789 hex --\n0800000000000100 ffffffffffff 020000000001 0806 0001080006040001\n",
	} {
		o := read(t, 1, parse(t, "-- 0 "+way+text))
		if other := o.result.Account.Other(); len(other) != 1 || other[0].Name != name {
			t.Errorf("%s: account %+v\n%s", name, other, o.text)
		}
	}
}
