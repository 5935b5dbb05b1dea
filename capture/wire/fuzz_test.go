package wire_test

import (
	"testing"

	"rung/capture"
	"rung/capture/capturetest"
	"rung/capture/wire"
)

// FuzzDecode asserts what the rest of rung relies on for any bytes.
func FuzzDecode(f *testing.F) {
	for _, p := range capturetest.Packets(f, mixture) {
		f.Add(uint16(p.Link), p.Data, uint16(0))
		f.Add(uint16(p.Link), p.Data[:len(p.Data)-4], uint16(4))
	}
	for _, p := range capturetest.Packets(f, tunnels("udp")) {
		f.Add(uint16(p.Link), p.Data, uint16(0))
		f.Add(uint16(p.Link), p.Data[:len(p.Data)*2/3], uint16(len(p.Data)-len(p.Data)*2/3))
	}
	f.Add(uint16(101), ip6, uint16(0))
	f.Add(uint16(276), join(unhex("8100 0000 00000003 0001 04 06 020000000001 0000 000a 0800"), ip4), uint16(9))
	f.Add(uint16(113), join(unhex("0000 0001 0006 020000000001 0000 0800"), ip4), uint16(9))
	f.Add(uint16(0), join(unhex("1e000000"), ip6), uint16(0))
	l := newLibrary()
	f.Fuzz(func(t *testing.T, link uint16, data []byte, missing uint16) {
		p := capture.Packet{Link: capture.LinkType(link), Data: data, WireLen: len(data) + int(missing), Offset: -1}
		var d wire.Decoder
		var g, again wire.Datagram
		d.Decode(&p, &g)
		again.Payload, again.Fate = data, capture.FateOther // what was there before doesn't matter
		d.Decode(&p, &again)
		if g.LinkSum != again.LinkSum || g.Fate != again.Fate || g.Name != again.Name || len(g.Payload) != len(again.Payload) {
			t.Fatalf("twice: %+v, %+v", g, again)
		}
		check(t, &p, &g)
		if g.Fragment {
			before := g.Tunnels
			d.DecodeTransport(&g)
			if g.Fragment && g.Fate == 0 && g.Tunnels == before {
				t.Fatal("still a fragment")
			}
		}
		if missing == 0 {
			agree(t, l, &p)
		}
	})
}

func check(t *testing.T, p *capture.Packet, g *wire.Datagram) {
	if (g.Fate != 0) != (g.Name != "") {
		t.Fatalf("fate %d, name %q", g.Fate, g.Name)
	}
	if g.Fate == 0 && (!g.IsIP || g.Path.Transport == 0 && !g.Fragment || !g.Path.Src.Addr().IsValid()) {
		t.Fatalf("no path: %+v", g)
	}
	if g.PayloadLen < len(g.Payload) || g.PayloadLen > g.IPLen {
		t.Fatalf("payload %d, on the wire %d, packet %d", len(g.Payload), g.PayloadLen, g.IPLen)
	}
	if g.Fate == 0 && len(g.Payload) < g.PayloadLen && !g.Cut {
		t.Fatalf("cut and not said: %+v", g)
	}
	if n := len(g.Payload); n > 0 {
		if &p.Data[g.PayloadOff] != &g.Payload[0] || g.PayloadOff+n > len(p.Data) {
			t.Fatalf("payload isn't at %d", g.PayloadOff)
		}
	}
	if g.Diag.Code != 0 && g.Diag.Diagnostic(p.Frame).Text == "" {
		t.Fatal("a diagnostic without text")
	}
}

// agree compares with gopacket where headers are plain.
func agree(t *testing.T, l *library, p *capture.Packet) {
	var d wire.Decoder
	var g wire.Datagram
	d.Decode(p, &g)
	path, payload, ok := l.decode(p)
	if ok && g.Fate == 0 && g.Tunnels == 0 && g.Diag.Code == 0 && !g.Fragment && len(l.types) <= 4 && g.Path == path && string(g.Payload) != string(payload) {
		t.Fatalf("payload %x, gopacket %x", g.Payload, payload)
	}
}
