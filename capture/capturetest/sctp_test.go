package capturetest

import (
	"fmt"
	"os/exec"
	"strings"
	"testing"

	"rung/capture/wire"
)

const sctpSample = `-- 0 sctp 10.0.0.1:5060 > 10.0.0.2:5060 chunk=10 lose=2 --
OPTIONS sip:b@example.com
-- 1 sctp 10.0.0.2:5060 > 10.0.0.1:5060 sack hold --
one
-- 1 sctp 10.0.0.2:5060 > 10.0.0.1:5060 stream=3 ppid=46 --
two
-- 2 sctp 10.0.0.1:5060 > 10.0.0.2:5060 resend reorder --
-- 3 sctp [2001:db8::1]:7 > [2001:db8::2]:7 midstream idata chunk=4 bundle unordered --
fragments
-- 4 sctp 10.0.0.1:5060 > 10.0.0.2:5060 sctpudp forward --
-- 5 sctp 10.0.0.9:7 > 10.0.0.2:7 init --
-- 6 sctp 10.0.0.2:7 > 10.0.0.9:7 abort --
-- 7 sctp 10.0.0.1:5060 > 10.0.0.2:5060 heartbeat vxlan=7 --
`

// TestSCTPChunks lists tag, and type, flags and (of DATA) TSN of the chunks.
func TestSCTPChunks(t *testing.T) {
	var d wire.Decoder
	var g wire.Datagram
	var got []string
	for _, p := range Packets(t, sctpSample) {
		d.Decode(&p, &g)
		if g.Fate != 0 || g.Diag.Code != 0 || g.Cut || g.Path.Transport.String() != "sctp" {
			t.Errorf("frame %v: fate %v %s, diag %v, path %v", p.Frame, g.Fate, g.Name, g.Diag, g.Path)
		}
		line := fmt.Sprintf("%x:", g.SCTPTag)
		for b := g.Payload; len(b) > 0; b = b[(int(be.Uint16(b[2:]))+3)&^3:] {
			line += fmt.Sprintf(" %d/%d", b[0], b[1])
			if b[0] == 0 || b[0] == 64 {
				line += fmt.Sprintf("=%x", be.Uint32(b[4:]))
			}
		}
		got = append(got, line)
	}
	want := []string{
		"0: 1/0", "5c700001: 2/0", "5c700000: 10/0", "5c700001: 11/0",
		"5c700000: 0/2=fffffffe", "5c700000: 0/1=0", // the second of three is lost
		"5c700001: 3/0 0/3=3e6 0/3=3e7",
		"5c700000: 0/1=0", "5c700000: 0/0=ffffffff", "5c700000: 0/2=fffffffe",
		"5c700002: 64/6=fffffffe 64/4=ffffffff 64/5=0",
		"5c700000: 192/0", "0: 1/0", "5c700005: 6/0", "5c700000: 4/0",
	}
	if g, w := strings.Join(got, "\n"), strings.Join(want, "\n"); g != w {
		t.Errorf("got:\n%s\nwant:\n%s", g, w)
	}
}

func TestTsharkReadsOurSCTP(t *testing.T) {
	tshark, err := exec.LookPath("tshark")
	if err != nil {
		t.Skip("tshark is not installed")
	}
	packets := Packets(t, sctpSample)
	lines := runTshark(t, tshark, packets, "-o", "sctp.checksum:crc-32c", "-e", "_ws.malformed", "-e", "sctp.checksum.status", "-e", "sctp.verification_tag")
	for _, line := range lines {
		cols := strings.Split(line, "|")
		if cols[0] != "" || cols[1] != "1" && cols[1] != "Good" || cols[2] == "" {
			t.Errorf("malformed, checksum, tag: %s", line)
		}
	}
}
