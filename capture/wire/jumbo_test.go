package wire_test

import (
	"encoding/binary"
	"strings"
	"testing"

	"rung/capture"
)

// What a host's own capture holds before its card cuts it to size: TCP of up
// to 64 KiB and more, with IP lengths of 0 (and, for IPv6, RFC 2675's option).
func TestSuperPackets(t *testing.T) {
	const size = 70000
	payload := make([]byte, size)
	payload[0], payload[size-1] = 'a', 'z'
	for name, tt := range map[string]struct {
		head  string
		proto uint8
	}{
		"IPv4, length 0":                 {ip4Header(6, 0), 6},
		"IPv4, length 0, UDP":            {ip4Header(17, 0), 17},
		"IPv6, length 0":                 {"60000000 0000 06 40" + zeros(32), 6},
		"IPv6, length 0, UDP length 0":   {"60000000 0000 11 40" + zeros(32), 17},
		"IPv6 with the option for jumbo": {"60000000 0000 00 40" + zeros(32) + "0600 c204 00011184", 6},
		"the same with UDP":              {"60000000 0000 00 40" + zeros(32) + "1100 c204 00011178", 17},
	} {
		t.Run(name, func(t *testing.T) {
			head := unhex(tt.head)
			transport := unhex("9c40 13c4 00000001 00000002 5010 ffff 0000 0000") // 40000 > 5060
			if tt.proto == 17 {
				transport = unhex("9c40 13c4 0000 0000")
			}
			link := capture.LinkIPv4
			if head[0]>>4 == 6 {
				link = capture.LinkIPv6
			}
			data := join(head, transport, payload)
			g := decode(link, data, len(data))
			if g.Fate != 0 || g.Diag.Code != 0 || g.Cut || g.Path.Dst.Port() != 5060 {
				t.Fatalf("got fate %d %q, diag %v, cut %v, path %v", g.Fate, g.Name, g.Diag, g.Cut, g.Path)
			}
			if len(g.Payload) != size || g.PayloadLen != size || g.IPLen != len(data) || g.Payload[0] != 'a' || g.Payload[size-1] != 'z' {
				t.Errorf("%d bytes of %d in %d", len(g.Payload), g.PayloadLen, g.IPLen)
			}
			// Cut by the snaplen the length on the wire still counts.
			if g = decode(link, data[:len(data)-size+10], len(data)); len(g.Payload) != 10 || g.PayloadLen != size || !g.Cut {
				t.Errorf("cut: %d bytes of %d, cut %v", len(g.Payload), g.PayloadLen, g.Cut)
			}
		})
	}
}

// Checksums are not looked at: captures of a sender hold unfinished ones, and
// UDP over IPv4 may have none (RFC 768).
func TestChecksumsDoNotMatter(t *testing.T) {
	udp := ipOf("-- 0 udp 10.0.0.1:1 > 10.0.0.2:2 nonl --\nhello\n")
	tcp := ipOf("-- 0 tcp 10.0.0.1:1 > 10.0.0.2:2 midstream nonl --\nhello\n")
	for name, tt := range map[string]struct {
		data []byte
		at   int
	}{
		"IP": {udp, 10}, "UDP": {udp, 26}, "TCP": {tcp, 36},
	} {
		for _, sum := range []uint16{0, 1, 0xFFFF} {
			if binary.BigEndian.Uint16(tt.data[tt.at:]) == sum {
				t.Fatalf("%s: %x is right", name, sum)
			}
			g := decode(capture.LinkIPv4, set(tt.data, tt.at, sum), len(tt.data))
			if string(g.Payload) != "hello" || g.Fate != 0 || g.Diag.Code != 0 {
				t.Errorf("%s checksum %x: payload %q, fate %d, diag %v", name, sum, g.Payload, g.Fate, g.Diag)
			}
		}
	}
}

func zeros(bytes int) string { return strings.Repeat("00", bytes) }
