package wire_test

import (
	"fmt"
	"strings"
	"testing"

	"rung/capture"
	"rung/capture/capturetest"
	"rung/capture/wire"
)

func TestSCTPIsFoundInEveryTunnel(t *testing.T) {
	for _, udp := range []string{"", " sctpudp"} {
		text := strings.ReplaceAll(tunnels("sctp"), " nonl", " midstream nonl"+udp)
		for _, p := range capturetest.Packets(t, text) {
			g := decode(p.Link, p.Data, p.WireLen)
			if udp != "" && g.Name == wire.ReasonTunnels {
				continue // UDP is one tunnel more than there may be
			}
			if g.Fate != 0 || g.Diag.Code != 0 || g.Cut || g.Path.Transport != capture.SCTP || g.Proto != wire.ProtoSCTP {
				t.Fatalf("%s at %v: %+v", p.Link, p.Time.Std().Sub(capturetest.Base), g)
			}
			if g.Path.Src.Port() != 5060 || g.Path.Dst.Port() != 5061 || g.SCTPTag>>20 != 0x5C7 {
				t.Errorf("path %v, tag %x", g.Path, g.SCTPTag)
			}
			if len(g.Payload) != 24 || string(g.Payload[16:21]) != "hello" || string(p.Data[g.PayloadOff+16:][:5]) != "hello" {
				t.Errorf("payload %q at %d", g.Payload, g.PayloadOff)
			}
		}
	}
}

func TestSCTPHeaders(t *testing.T) {
	const header = "13c4 13c4 00000009 00000000 "
	udp := func(payload string) string {
		n := len(unhex(payload)) + 8
		return ip4Header(17, 20+n) + " 26ab 26ab " + fmt.Sprintf("%04x", n) + " 0000" + payload
	}
	for _, tc := range []struct {
		name, data string
		cut        int // bytes the snaplen left out
		transport  capture.Transport
		fate       capture.Fate
		why        string
	}{
		{"a header alone", ip4Header(132, 32) + header, 0, capture.SCTP, 0, ""},
		{"a short one", ip4Header(132, 31) + header[:len(header)-3], 0, capture.SCTP, capture.FateUndecoded, wire.ReasonTransport},
		{"a cut one", ip4Header(132, 32) + header, 4, capture.SCTP, capture.FateUndecoded, wire.ReasonCut},
		{"in UDP", udp(header + "04000004"), 0, capture.SCTP, 0, ""},
		{"in UDP, two chunks, the second without padding", udp(header + "04000005 aa000000 04000005 aa"), 0, capture.SCTP, 0, ""},
		{"in UDP, cut within a chunk", udp(header + "04000008 aaaaaaaa"), 3, capture.SCTP, 0, ""},
		{"in UDP, without chunks it is something else", udp(header), 0, capture.UDP, 0, ""},
		{"in UDP, a chunk that ends behind the packet", udp(header + "04000009 aaaaaaaa"), 0, capture.UDP, 0, ""},
		{"in UDP, bytes behind the chunks", udp(header + "04000004 aaaa"), 0, capture.UDP, 0, ""},
		{"in UDP, port 0", udp("0000" + header[4:] + "04000004"), 0, capture.UDP, 0, ""},
	} {
		t.Run(tc.name, func(t *testing.T) {
			data := unhex(tc.data)
			g := decode(228, data[:len(data)-tc.cut], len(data))
			if g.Path.Transport != tc.transport || g.Fate != tc.fate || g.Name != tc.why || g.Cut != (tc.cut > 0) {
				t.Errorf("got %v, fate %d %q, cut %v", g.Path, g.Fate, g.Name, g.Cut)
			}
		})
	}
}
