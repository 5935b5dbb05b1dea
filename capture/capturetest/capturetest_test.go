package capturetest

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"rung/capture"
	"rung/capture/wire"
)

const sample = `A comment.
-- 0.000 udp 10.0.0.1:5060 > 10.0.0.2:5060 vlan=100,10 dscp=46 --
OPTIONS sip:b@example.com SIP/2.0
Content-Length: auto

v=0
-- +0.020 udp 10.0.0.2:5060 > 10.0.0.1:5060 ttl=63 dup=0.001 dupttl=62 pad --
ok
-- 1 tcp [2001:db8::1]:40000 > [2001:db8::2]:5222 split=10 reorder --
<stream:stream to='example.com'>
-- 1.1 tcp [2001:db8::2]:5222 > [2001:db8::1]:40000 nonl --
<ok/>
-- 1.2 tcp [2001:db8::2]:5222 > [2001:db8::1]:40000 resend --
-- 1.3 tcp [2001:db8::1]:40000 > [2001:db8::2]:5222 fin --
-- 1.4 tcp [2001:db8::2]:5222 > [2001:db8::1]:40000 fin --
-- 2 icmp 10.0.0.2 > 10.0.0.1 unreachable=port --
-- 2.1 icmp [2001:db8::2] > [2001:db8::1] unreachable=port --
-- 2.2 icmp 10.0.0.2 > 10.0.0.1 type=8 hex --
00 01 00 02
-- 3 udp 10.0.0.1:7 > 10.0.0.2:7 frag=16 fragreverse hex --
000102030405060708090a0b0c0d0e0f1011121314
-- 3 udp [2001:db8::1]:7 > [2001:db8::2]:7 frag=16 hex --
000102030405060708090a0b0c0d0e0f1011121314
-- 4 tcp 10.0.0.1:9 > 10.0.0.2:9 syn --
-- 4.1 tcp 10.0.0.2:9 > 10.0.0.1:9 rst --
`

func TestParseGivesTheFramesTheTextSays(t *testing.T) {
	packets := Packets(t, sample)
	var d wire.Decoder
	var g wire.Datagram
	var got []string
	for i := range packets {
		p := &packets[i]
		d.Decode(p, &g)
		if g.Fate != 0 || g.Diag.Code != 0 || g.Cut {
			t.Errorf("frame %v: fate %v %s, diag %v", p.Frame, g.Fate, g.Name, g.Diag)
		}
		line := p.Time.Std().Sub(Base).String() + " " + g.Path.String()
		if g.Path.Transport == capture.TCP {
			line += " " + flags(g.TCP.Flags)
		}
		if g.Fragment {
			line += " fragment"
		}
		got = append(got, strings.TrimSpace(line+" "+string(printable(g.Payload))))
	}
	want := strings.Split(strings.TrimSpace(wantSample), "\n")
	for i := range max(len(got), len(want)) {
		g, w := at(got, i), at(want, i)
		if g != w {
			t.Errorf("frame %d:\n got %q\nwant %q", i+1, g, w)
		}
	}
}

const wantSample = `0s udp 10.0.0.1:5060 > 10.0.0.2:5060 OPTIONS sip:b@example.com SIP/2.0..Content-Length: 5....v=0..
20ms udp 10.0.0.2:5060 > 10.0.0.1:5060 ok..
21ms udp 10.0.0.2:5060 > 10.0.0.1:5060 ok..
999.7ms tcp [2001:db8::1]:40000 > [2001:db8::2]:5222 S
999.8ms tcp [2001:db8::2]:5222 > [2001:db8::1]:40000 SA
999.9ms tcp [2001:db8::1]:40000 > [2001:db8::2]:5222 A
1s tcp [2001:db8::1]:40000 > [2001:db8::2]:5222 PA '>..
1s tcp [2001:db8::1]:40000 > [2001:db8::2]:5222 A xample.com
1s tcp [2001:db8::1]:40000 > [2001:db8::2]:5222 A ream to='e
1s tcp [2001:db8::1]:40000 > [2001:db8::2]:5222 A <stream:st
1.1s tcp [2001:db8::2]:5222 > [2001:db8::1]:40000 PA <ok/>
1.2s tcp [2001:db8::2]:5222 > [2001:db8::1]:40000 PA <ok/>
1.3s tcp [2001:db8::1]:40000 > [2001:db8::2]:5222 FA
1.4s tcp [2001:db8::2]:5222 > [2001:db8::1]:40000 FA
2s icmp 10.0.0.2:0 > 10.0.0.1:0 ...V....E..Y....@.e..............E..OPTIONS sip:b@example.com SIP/2.0..Content-Length: 5....v=0..
2.1s icmp [2001:db8::2]:0 > [2001:db8::1]:0 ..<............@ ............... ................@.f...#...&P....g..
2.2s icmp 10.0.0.2:0 > 10.0.0.1:0 ........
3s udp 10.0.0.1:0 > 10.0.0.2:0 fragment .............
3s udp 10.0.0.1:0 > 10.0.0.2:0 fragment ......}?........
3s udp [2001:db8::1]:0 > [2001:db8::2]:0 fragment ......5.........
3s udp [2001:db8::1]:0 > [2001:db8::2]:0 fragment .............
4s tcp 10.0.0.1:9 > 10.0.0.2:9 S
4.1s tcp 10.0.0.2:9 > 10.0.0.1:9 RA
`

func at(s []string, i int) string {
	if i < len(s) {
		return s[i]
	}
	return "(none)"
}

func flags(f uint8) string {
	s := ""
	for i, c := range "FSRPAU" {
		if f&(1<<i) != 0 {
			s += string(c)
		}
	}
	return s
}

func printable(b []byte) []byte {
	return bytes.Map(func(r rune) rune {
		if r < ' ' || r > '~' || r == '`' {
			return '.'
		}
		return r
	}, b)
}

func TestMistakesAreRefused(t *testing.T) {
	for _, text := range []string{
		"-- 0 udp 10.0.0.1:1 10.0.0.2:1 --\n",
		"-- x udp 10.0.0.1:1 > 10.0.0.2:1 --\n",
		"-- 0 foo 10.0.0.1:1 > 10.0.0.2:1 --\n",
		"-- 0 udp 10.0.0.1 > 10.0.0.2:1 --\n",
		"-- 0 udp [::1]:1 > 10.0.0.2:1 --\n",
		"-- 0 udp 10.0.0.1:1 > 10.0.0.2:1 nonsense --\n",
		"-- 0 udp 10.0.0.1:1 > 10.0.0.2:1 ttl --\n",
		"-- 0 udp 10.0.0.1:1 > 10.0.0.2:1 raw=1 --\n",
		"-- 0 udp 10.0.0.1:1 > 10.0.0.2:1 vlan=x --\n",
		"-- 0 udp 10.0.0.1:1 > 10.0.0.2:1 frag=4 --\n",
		"-- 0 udp 10.0.0.1:1 > 10.0.0.2:1 hex --\nzz\n",
		"-- 0 icmp 10.0.0.1 > 10.0.0.2 unreachable=port --\n",
		"-- 0 udp 10.0.0.1:1 > 10.0.0.2:1 vxlan --\n",
		"-- 0 udp 10.0.0.1:1 > 10.0.0.2:1 gre=1 --\n",
		"-- 0 udp 10.0.0.1:1 > 10.0.0.2:1 vxlan=1,2 --\n",
		"-- 0 udp 10.0.0.1:1 > 10.0.0.2:1 teredo --\n",
		"-- 0 udp 10.0.0.1:1 > 10.0.0.2:1 ipip mpls=1 --\n",
		"-- 0 udp 10.0.0.1:1 > 10.0.0.2:1 link=raw mpls=1 --\n",
		"-- 0 udp 10.0.0.1:1 > 10.0.0.2:1 link=ppp pppoe=1 --\n",
		"-- 0 udp 10.0.0.1:1 > 10.0.0.2:1 link=token --\n",
	} {
		if _, err := Parse(text); err == nil || !strings.HasPrefix(err.Error(), "line 1: ") {
			t.Errorf("%q: %v", text, err)
		}
	}
}

func TestSourceLendsItsBytes(t *testing.T) {
	packets := Packets(t, sample)
	src := Source(packets)
	var p capture.Packet
	for i := range packets {
		if err := src.Next(&p); err != nil || !bytes.Equal(p.Data, packets[i].Data) {
			t.Fatalf("packet %d: %v", i, err)
		}
	}
	kept := p.Data
	if err := src.Next(&p); !errors.Is(err, io.EOF) {
		t.Fatalf("end: %v", err)
	}
	if bytes.Equal(kept, packets[len(packets)-1].Data) {
		t.Error("bytes are still there after Next")
	}
}

func TestLoadFindsFilesBesideTheTest(t *testing.T) {
	name := filepath.Join(t.TempDir(), "x.txtar")
	if err := os.WriteFile(name, []byte(sample), 0o600); err != nil {
		t.Fatal(err)
	}
	if n := len(Load(t, name)); n != len(Packets(t, sample)) {
		t.Errorf("%d packets", n)
	}
}

// tshark verifies every checksum and length.
func TestTsharkHasNoComplaints(t *testing.T) {
	tshark, err := exec.LookPath("tshark")
	if err != nil {
		t.Skip("tshark is not installed")
	}
	packets := Packets(t, sample)
	lines := runTshark(t, tshark, packets, "-o", "ip.check_checksum:TRUE", "-o", "udp.check_checksum:TRUE",
		"-o", "tcp.check_checksum:TRUE", "-e", "frame.number", "-e", "frame.time_epoch",
		"-e", "_ws.malformed", "-e", "ip.checksum.status", "-e", "udp.checksum.status", "-e", "tcp.checksum.status",
		"-e", "icmp.checksum.status", "-e", "icmpv6.checksum.status")
	checked := 0
	for _, line := range lines {
		cols := strings.Split(line, "|")
		if cols[2] != "" {
			t.Errorf("malformed: %s", line)
		}
		for _, status := range cols[3:] {
			for s := range strings.SplitSeq(status, ",") {
				if s == "0" || s == "Bad" {
					t.Errorf("bad checksum: %s", line)
				}
				if s == "1" || s == "Good" {
					checked++
				}
			}
		}
	}
	if checked < len(packets) {
		t.Errorf("only %d checksums verified", checked)
	}
	if want := time.Duration(packets[0].Time).String(); !strings.HasPrefix(strings.Split(lines[0], "|")[1], "1767323045") {
		t.Errorf("time %s, want %s", lines[0], want)
	}
}

// notByTshark are encapsulations that tshark 4.0 does not look into: it takes
// a pseudowire without a control word for one with it, asks for a setting per
// label, and has no PPPoE sessions in GRE.
func notByTshark(options string) bool {
	return strings.Contains(options, "mplseth") || strings.Contains(options, "mplspw") || strings.Contains(options, "gre pppoe")
}

// tshark finds the same SIP in every encapsulation.
func TestTsharkFindsTheSameSIPInTunnels(t *testing.T) {
	tshark, err := exec.LookPath("tshark")
	if err != nil {
		t.Skip("tshark is not installed")
	}
	byLink := make(map[capture.LinkType][]capture.Packet)
	options := make(map[capture.LinkType][]string)
	for i, e := range Encapsulations() {
		for _, way := range []string{"10.0.0.1:5060 > 10.0.0.2:5060", "[2001:db8::1]:5060 > [2001:db8::2]:5060"} {
			if e.IPv6 && way[0] != '[' {
				continue
			}
			p := Packets(t, fmt.Sprintf("-- %d udp %s %s --\nOPTIONS sip:b@example.com SIP/2.0\nCall-ID: %d%c\nContent-Length: 0\n\n", i, way, e.Options, i, way[0]))
			if len(p) != 1 {
				t.Fatalf("%s: %d frames", e.Options, len(p))
			}
			byLink[p[0].Link] = append(byLink[p[0].Link], p[0])
			options[p[0].Link] = append(options[p[0].Link], fmt.Sprintf("%d%c %s", i, way[0], e.Options))
		}
	}
	found := 0
	for link, packets := range byLink {
		lines := runTshark(t, tshark, packets, "-e", "sip.Call-ID", "-e", "_ws.malformed")
		for i, line := range lines {
			id, what, _ := strings.Cut(options[link][i], " ")
			if cols := strings.Split(line, "|"); cols[0] != id || cols[1] != "" {
				if !notByTshark(what) {
					t.Errorf("%s, %s: tshark says %q", link, what, line)
				}
				continue
			}
			found++
		}
	}
	if found < 100 {
		t.Errorf("tshark read only %d frames", found)
	}
}

// runTshark returns a line of fields for every packet.
func runTshark(t *testing.T, tshark string, packets []capture.Packet, fields ...string) []string {
	t.Helper()
	name := filepath.Join(t.TempDir(), "x.pcap")
	f, err := os.Create(name)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if err := WritePcap(f, packets); err != nil {
		t.Fatal(err)
	}
	args := append([]string{"-r", name, "-n", "-T", "fields", "-E", "separator=|"}, fields...)
	cmd := exec.Command(tshark, args...)
	cmd.Env = append(os.Environ(), "LC_ALL=C")
	out, err := cmd.Output()
	if err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(strings.TrimSuffix(string(out), "\n"), "\n")
	if len(lines) != len(packets) {
		t.Fatalf("%d frames, want %d:\n%s", len(lines), len(packets), out)
	}
	return lines
}
