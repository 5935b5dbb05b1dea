package reassemble

import (
	"fmt"
	"testing"

	"rung/capture"
	"rung/capture/capturetest"
	"rung/capture/wire"
)

func TestSpanCopies(t *testing.T) {
	const udp = "udp 10.0.0.1:5060 > 10.0.0.2:5060"
	const udp6 = "udp [2001:db8::1]:5060 > [2001:db8::2]:5060"
	const tcp = "tcp 10.0.0.1:5060 > 10.0.0.2:5060 midstream"
	for name, tt := range map[string]struct {
		text   string
		copies string // index of each copy and its original
	}{
		"the same frame after 10 µs is a copy":    {"-- 0 " + udp + " dup --\nx\n", "1=0 "},
		"and after 1 ms":                          {"-- 0 " + udp + " dup=0.001 --\nx\n", "1=0 "},
		"but not after 1.1 ms":                    {"-- 0 " + udp + " dup=0.0011 --\nx\n", ""},
		"behind a router after 20 ms it is":       {"-- 0 " + udp + " dup=0.02 dupttl=63 --\nx\n", "1=0 "},
		"behind a router after 21 ms it is not":   {"-- 0 " + udp + " dup=0.021 dupttl=63 --\nx\n", ""},
		"a copy on another VLAN":                  {"-- 0 " + udp + " vlan=10 ipid=9 --\nx\n-- 0.005 " + udp + " vlan=20 ipid=9 --\nx\n", "1=0 "},
		"another IP id is a packet of its own":    {"-- 0 " + udp + " --\nx\n-- 0 " + udp + " --\nx\n", ""},
		"no IP id: the payload tells":             {"-- 0 " + udp + " ipid=0 --\nx\n-- 0 " + udp + " ipid=0 --\nx\n-- 0 " + udp + " ipid=0 --\ny\n", "1=0 "},
		"IPv6 has none":                           {"-- 0 " + udp6 + " dup --\nx\n-- 0 " + udp6 + " --\ny\n", "2=0 "},
		"IPv6: repeated after 500 ms is no copy":  {"-- 0 " + udp6 + " --\nx\n-- 0.5 " + udp6 + " --\nx\n", ""},
		"three copies have one original":          {"-- 0 " + udp + " dup ipid=3 --\nx\n-- 0.0005 " + udp + " dup ipid=3 --\nx\n", "1=0 2=0 3=0 "},
		"a TCP retransmission is no copy":         {"-- 0 " + tcp + " --\nx\n-- 0.0001 " + tcp + " resend --\n", ""},
		"a TCP copy is":                           {"-- 0 " + tcp + " dup --\nx\n", "1=0 "},
		"without IP id the sequence number tells": {"-- 0 " + tcp + " ipid=0 --\nx\n-- 0 " + tcp + " ipid=0 --\nx\n", ""},
		"without IP id the window tells":          {"-- 0 " + tcp + " ack ipid=0 win=1 --\n-- 0 " + tcp + " ack ipid=0 win=2 --\n", ""},
		"fragments are compared one by one":       {"-- 0 " + udp + " frag=8 dup --\n0123456\n", "3=0 4=1 5=2 "},
		"the other direction is another packet":   {"-- 0 " + udp + " ipid=1 --\nx\n-- 0 udp 10.0.0.2:5060 > 10.0.0.1:5060 ipid=1 --\nx\n", ""},
		"a cut frame is no copy of a whole one":   {"-- 0 " + udp + " ipid=1 --\nxyz\n-- 0 " + udp + " ipid=1 snaplen=44 --\nxyz\n", ""},
	} {
		t.Run(name, func(t *testing.T) {
			if got := copies(t, capturetest.Packets(t, tt.text), DedupOptions{}); got != tt.copies {
				t.Errorf("got %q, want %q", got, tt.copies)
			}
		})
	}
}

func copies(t testing.TB, packets []capture.Packet, opt DedupOptions) (s string) {
	d := NewDedup(opt)
	var dec wire.Decoder
	var g wire.Datagram
	for i := range packets {
		dec.Decode(&packets[i], &g)
		if original, dup := d.Seen(&packets[i], &g); dup {
			s += fmt.Sprintf("%d=%d ", i, original)
		}
	}
	return s
}

func TestDedupWindowsAreOptions(t *testing.T) {
	packets := capturetest.Packets(t, `
-- 0 udp 10.0.0.1:1 > 10.0.0.2:2 dup=0.0005 --
x
-- 1 udp 10.0.0.1:1 > 10.0.0.2:2 dup=0.0005 dupttl=9 --
x
`)
	for want, opt := range map[string]DedupOptions{
		"1=0 3=2 ": {},
		"3=2 ":     {Same: -1},
		"1=0 ":     {Differ: -1},
		"":         {Same: -1, Differ: -1},
	} {
		if got := copies(t, packets, opt); got != want {
			t.Errorf("%+v: got %q, want %q", opt, got, want)
		}
	}
	if got := copies(t, packets, DedupOptions{Same: 100, Differ: 600_000}); got != "3=2 " {
		t.Errorf("narrow and wide: got %q", got)
	}
}

// TestDedupAgreesWithAPlainSearch has more packets within the window than the
// first ring holds, and many that differ in a byte only.
func TestDedupAgreesWithAPlainSearch(t *testing.T) {
	const n = 20000
	d := NewDedup(DedupOptions{})
	type past struct {
		at    capture.Time
		index uint64
		link  uint64
	}
	seen := make(map[string][]past)
	dups := 0
	for i := range uint64(n) {
		at := capture.Time(i * 1000) // 1 µs apart
		payload := fmt.Sprint(i * i % 7919 / 2)
		g := wire.Datagram{Path: testPath, Payload: []byte(payload), PayloadLen: len(payload), LinkSum: i % 3}
		p := capture.Packet{Index: i, Time: at}
		var want *past
		for k := range seen[payload] {
			o := &seen[payload][k]
			if at.Sub(o.at) <= dupSame || o.link != g.LinkSum && at.Sub(o.at) <= dupDiffer {
				want = o
			}
		}
		original, dup := d.Seen(&p, &g)
		if dup != (want != nil) || dup && original != want.index {
			t.Fatalf("packet %d: got %v of %d, want %v", i, dup, original, want)
		}
		if dup {
			dups++
		} else {
			seen[payload] = append(seen[payload], past{at, i, g.LinkSum})
		}
	}
	if dups < n/4 || dups > n*9/10 || len(d.recent) <= firstRing {
		t.Errorf("%d copies, ring of %d: the test tests little", dups, len(d.recent))
	}
}

func TestDedupMemoryIsBounded(t *testing.T) {
	d := NewDedup(DedupOptions{})
	g := wire.Datagram{Path: testPath}
	for i := range uint64(3 * maxRecent) {
		g.TCP.Seq = uint32(i)
		if _, dup := d.Seen(&capture.Packet{Index: i}, &g); dup { // all at the same time
			t.Fatal("a copy")
		}
	}
	if len(d.recent) != maxRecent {
		t.Errorf("%d remembered", len(d.recent))
	}
	if original, dup := d.Seen(&capture.Packet{}, &g); !dup || original != 3*maxRecent-1 {
		t.Errorf("got %v of %d", dup, original)
	}
}
