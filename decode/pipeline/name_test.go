package pipeline

import (
	"encoding/hex"
	"net/netip"
	"strings"
	"testing"

	"rung/capture"
)

// hexBytes reads hexadecimal digits, spaces ignored, and pads with zeros to n
// bytes.
func hexBytes(t testing.TB, digits string, n int) []byte {
	t.Helper()
	b, err := hex.DecodeString(strings.ReplaceAll(digits, " ", ""))
	if err != nil {
		t.Fatal(err)
	}
	for len(b) < n {
		b = append(b, 0)
	}
	return b
}

func pathOf(transport capture.Transport, src, dst uint16) capture.Path {
	return capture.Path{Transport: transport,
		Src: netip.AddrPortFrom(netip.MustParseAddr("10.0.0.1"), src),
		Dst: netip.AddrPortFrom(netip.MustParseAddr("10.0.0.2"), dst)}
}

const odd = 40001 // a port that says nothing

func TestNameDatagram(t *testing.T) {
	tests := []struct {
		rule string
		port uint16
		text string // the payload, or
		hex  string // in hexadecimal digits,
		size int    // padded with zeros
		want string
	}{
		{rule: "blank bytes keep a binding alive", port: odd, hex: "0d0a0d0a", want: "keepalive"},
		{rule: "STUN by its cookie", port: odd, hex: "0001 0000 2112a442 000102030405060708090a0b", want: "stun"},
		{rule: "old STUN by attributes that fill it", port: odd, hex: "0001 0008 000102030405060708090a0b0c0d0e0f 0003 0004 00000000", want: "stun"},
		{rule: "no STUN when attributes end elsewhere", port: odd, hex: "0001 0008 000102030405060708090a0b0c0d0e0f 0003 0005 00000000", want: "udp"},
		{rule: "Microsoft's STUN by its port and length", port: 3478, hex: "0113 0003 000102030405060708090a0b0c0d0e0f aabbcc", want: "stun"},
		{rule: "DTLS by content type and version", port: odd, hex: "16 feff 0000 000000000000 0000", want: "dtls"},
		{rule: "ZRTP by its cookie", port: odd, hex: "1000 0001 5a525450 12345678", want: "zrtp"},
		{rule: "HEP by its magic", port: odd, text: "HEP3\x00\x10\x00\x00\x00\x01\x00\x07", want: "hep"},
		{rule: "QUIC by version and id lengths", port: odd, hex: "c0 00000001 08 0001020304050607 00 00", want: "quic"},
		{rule: "QUIC version 2", port: 443, hex: "d0 6b3343cf 04 00010203 00 00", want: "quic"},
		{rule: "an id of 21 bytes is no QUIC", port: 443, hex: "c0 00000001 15", size: 40, want: "udp"},
		{rule: "port 443 alone is no QUIC", port: 443, hex: "4011223344556677", want: "udp"},
		{rule: "SNMP anywhere by BER", port: odd, hex: "300b 020101 0406 7075626c6963", want: "snmp"},
		{rule: "SNMP version 3", port: 161, hex: "3007 020103 3002 0201", want: "snmp"},
		{rule: "SNMP whose length lies, by port", port: 161, hex: "30ff 0201010406", size: 10, want: "snmp"},
		{rule: "SNMP's port with other bytes", port: 161, hex: "0102030405060708", want: "udp"},
		{rule: "DHCP by its cookie", port: odd, hex: "01 01 06" + strings.Repeat("00", 233) + "63825363", want: "dhcp"},
		{rule: "BOOTP by port", port: 67, hex: "01 01 06", size: 300, want: "dhcp"},
		{rule: "IKE by version and length", port: 500, hex: "0102030405060708 0000000000000000 21 20 22 08 00000000 0000001c", want: "isakmp"},
		{rule: "IKE behind the non-ESP marker", port: 4500, hex: "00000000 0102030405060708 0000000000000000 21 20 22 08 00000000 0000001c", want: "isakmp"},
		{rule: "ESP on IKE's second port", port: 4500, hex: "12345678 00000001 0011223344556677", size: 40, want: "esp"},
		{rule: "IPFIX by version and length", port: odd, hex: "000a 0014", size: 20, want: "ipfix"},
		{rule: "NetFlow 5 by count and length", port: odd, hex: "0005 0001", size: 72, want: "netflow"},
		{rule: "NetFlow 9 by port", port: 2055, hex: "0009 0001", size: 60, want: "netflow"},
		{rule: "sFlow by port and version", port: 6343, hex: "00000005 00000001", size: 60, want: "sflow"},
		{rule: "BFCP by primitive and length", port: odd, hex: "20 0b 0001 00000001 0001 0001 03040000", want: "bfcp"},
		{rule: "WireGuard's handshake by its size", port: odd, hex: "01000000", size: 148, want: "wireguard"},
		{rule: "TFTP's request anywhere", port: odd, hex: "0001" + hex.EncodeToString([]byte("SEP001122334455.cnf.xml\x00octet\x00")), want: "tftp"},
		{rule: "TFTP's answer by port", port: 69, hex: "00030001 3c", want: "tftp"},
		{rule: "MGCP by verb and version", port: odd, text: "RSIP 1 *@gw MGCP 1.0\r\nRM: restart\r\n", want: "mgcp"},
		{rule: "NCS is MGCP", port: odd, text: "NTFY 7 aaln/1@gw MGCP 1.0 NCS 1.0\r\n", want: "mgcp"},
		{rule: "MGCP's answer by port", port: 2427, text: "200 1203 OK\r\n", want: "mgcp"},
		{rule: "MGCP's answer says too little elsewhere", port: odd, text: "200 1203 OK\r\n", want: "udp"},
		{rule: "MEGACO in text", port: odd, text: "MEGACO/1 [10.0.0.1]:2944\r\n", want: "megaco"},
		{rule: "MEGACO in ASN.1 by port", port: 2945, hex: "3081801234567890", want: "megaco"},
		{rule: "SSDP", port: 1900, text: "M-SEARCH * HTTP/1.1\r\n", want: "ssdp"},
		{rule: "SSDP's answer by port", port: 1900, text: "HTTP/1.1 200 OK\r\n", want: "ssdp"},
		{rule: "syslog by its priority", port: odd, text: "<134>Nov 23 phone: off-hook", want: "syslog"},
		{rule: "a priority above 191 is no syslog", port: odd, text: "<192>Nov 23 phone: off-hook", want: "udp"},
		{rule: "NTP by port and version", port: 123, hex: "23", size: 48, want: "ntp"},
		{rule: "NTP's port with version 7", port: 123, hex: "3b", size: 48, want: "udp"},
		{rule: "RADIUS by port and length", port: 1812, hex: "01 01 0014", size: 20, want: "radius"},
		{rule: "H.323 RAS by port", port: 1719, hex: "0e800102030405", want: "h323"},
		{rule: "text on RAS's port", port: 1719, text: "hello, world", want: "udp"},
		{rule: "GTP-C by port and version", port: 2123, hex: "48 20 0004 00000000", want: "gtp-c"},
		{rule: "PFCP by port and length", port: 8805, hex: "20 01 0004 00000100", want: "pfcp"},
		{rule: "IAX2 by port", port: 4569, hex: "0001 0002 00000000", want: "iax2"},
		{rule: "session announcements", port: 9875, hex: "20 00 1234 0a000001", want: "sap"},
		{rule: "CAPWAP by port", port: 5246, hex: "0010020000000000", want: "capwap"},
		{rule: "a tunnel that makes no sense is not named one", port: 4789, hex: "f012345678901234", want: "udp"},
		{rule: "RIP by port", port: 520, hex: "02 02 0000", size: 24, want: "rip"},
		{rule: "rtpengine's control", port: odd, text: "0_26787_0 d8:supportsl10:load limite", want: "rtpengine"},
		{rule: "Spotify's beacon", port: odd, hex: hex.EncodeToString([]byte("SpotUdp0")) + "44d9b599", want: "spotify-connect"},
		{rule: "nothing known", port: odd, hex: "0102030405060708", want: "udp"},
		{rule: "text of nobody", port: odd, text: "hello, world", want: "udp"},
	}
	for _, tt := range tests {
		t.Run(tt.rule, func(t *testing.T) {
			data := append([]byte(tt.text), hexBytes(t, tt.hex, tt.size)...)
			for _, path := range []capture.Path{pathOf(capture.UDP, odd+2, tt.port), pathOf(capture.UDP, tt.port, odd+2)} {
				s := &shard{}
				fate, got := s.nameDatagram(&capture.Segment{Path: path, Data: data})
				if fate != capture.FateOther || got != tt.want {
					t.Errorf("%v: %q (fate %d), want %q", path, got, fate, tt.want)
				}
			}
		})
	}
}

// TestTalks: what doesn't show itself is named by what its addresses said
// before, in either direction.
func TestTalks(t *testing.T) {
	stun := hexBytes(t, "0001 0000 2112a442 000102030405060708090a0b", 0)
	channel := hexBytes(t, "4001 0004 80000001", 0)
	quic := hexBytes(t, "c0 00000001 08 0001020304050607 00 00", 0)
	short := hexBytes(t, "4011223344556677", 0)
	s := &shard{}
	name := func(src, dst uint16, b []byte) string {
		path := pathOf(capture.UDP, src, dst)
		if src == odd {
			path = pathOf(capture.UDP, dst, src).Reverse()
		}
		_, n := s.nameDatagram(&capture.Segment{Path: path, Data: b})
		return n
	}
	for _, step := range []struct {
		rule     string
		src, dst uint16
		data     []byte
		want     string
	}{
		{"channel data before STUN is unknown", 1, odd, channel, "udp"},
		{"STUN", 1, odd, stun, "stun"},
		{"channel data after STUN", 1, odd, channel, "turn-channel"},
		{"channel data the other way", odd, 1, channel, "turn-channel"},
		{"another length is no channel data", 1, odd, channel[:7], "udp"},
		{"not between others", 2, odd, channel, "udp"},
		{"QUIC", 3, odd, quic, "quic"},
		{"a short header after QUIC", odd, 3, short, "quic"},
	} {
		if got := name(step.src, step.dst, step.data); got != step.want {
			t.Errorf("%s: %q, want %q", step.rule, got, step.want)
		}
	}
	for i := range maxTalks + 10 {
		name(uint16(i), uint16(i>>8)+50000, stun)
	}
	if len(s.talks.names) > maxTalks || !s.talks.full {
		t.Errorf("%d addresses remembered, full %v", len(s.talks.names), s.talks.full)
	}
}

func TestNameStream(t *testing.T) {
	tests := []struct {
		rule         string
		port         uint16
		client       string
		server       string
		clientHex    string
		joinedMiddle bool
		want         string
	}{
		{rule: "TLS by its record", port: odd, clientHex: "160301 0200 010001fc0303", want: "tls"},
		{rule: "SIP's TLS port that speaks something else", port: 5061, clientHex: "0102030405", want: "tcp"},
		{rule: "port 443 that is not TLS", port: 443, clientHex: "efbeadde0001020304", want: "tcp"},
		{rule: "TLS joined in the middle by port", port: 443, clientHex: "efbeadde0001020304", joinedMiddle: true, want: "tls"},
		{rule: "SSH", port: odd, client: "SSH-2.0-OpenSSH_9.6\r\n", want: "ssh"},
		{rule: "RTSP", port: odd, client: "DESCRIBE rtsp://cam/1 RTSP/1.0\r\n", want: "rtsp"},
		{rule: "RTP between RTSP's messages", port: 554, clientHex: "24 00 0010 80 60 0001 00000001", want: "rtsp"},
		{rule: "HTTP", port: odd, client: "GET / HTTP/1.1\r\n", want: "http"},
		{rule: "HTTP/2", port: odd, client: "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", want: "http2"},
		{rule: "MSRP", port: odd, client: "MSRP a786hjs2 SEND\r\n", want: "msrp"},
		{rule: "Skinny by its header", port: 2000, clientHex: "04000000 00000000 00000000 00000000", want: "sccp"},
		{rule: "Skinny on another port", port: odd, clientHex: "38000000 16000000 83000000 00", want: "sccp"},
		{rule: "Skinny's port with text", port: 2000, client: "hello, world\r\n", want: "tcp"},
		{rule: "Skinny joined in the middle by port", port: 2000, clientHex: "99887766554433221100aabb", joinedMiddle: true, want: "sccp"},
		{rule: "Q.931 in TPKT is H.323", port: odd, clientHex: "030000a0 0802 77f405", want: "h323"},
		{rule: "H.245 in TPKT on its agreed port", port: odd, clientHex: "0300001c 0230 010600", want: "h245"},
		{rule: "X.224 in TPKT", port: 102, clientHex: "03000016 11e0 0000", want: "iso-tsap"},
		{rule: "X.224 on RDP's port", port: 3389, clientHex: "03000016 11e0 0000", want: "rdp"},
		{rule: "MEGACO in TPKT", port: odd, clientHex: "03000040" + hex.EncodeToString([]byte("MEGACO/1 [10.0.0.1]")), want: "megaco"},
		{rule: "STUN over TCP", port: odd, clientHex: "0003 0008 2112a442 000102030405060708090a0b 0019000411000000", want: "stun"},
		{rule: "STUN with a length before it", port: odd, clientHex: "0014 0001 0000 2112a442 000102030405060708090a0b", want: "stun"},
		{rule: "Diameter", port: odd, clientHex: "010000f0 40 000109 01000014 24b93cc8 2082a44c", want: "diameter"},
		{rule: "SMPP", port: odd, clientHex: "00000020 00000009 00000000 00000001", want: "smpp"},
		{rule: "SMB", port: 445, clientHex: "00000040 fe534d42", want: "smb"},
		{rule: "PostgreSQL", port: odd, clientHex: "00000008 04d2162f", want: "postgres"},
		{rule: "MySQL greets first", port: odd, clientHex: "4a000000 0a 382e302e3336 00", want: "mysql"},
		{rule: "LDAP by port and BER", port: 389, clientHex: "300c 020101 6007 020103 0400 8000", want: "ldap"},
		{rule: "SMTP by its banner", port: odd, server: "220 mail ESMTP\r\n", want: "smtp"},
		{rule: "FTP by its banner", port: odd, server: "220 ProFTPD ready\r\n", want: "ftp"},
		{rule: "IMAP by its banner", port: odd, server: "* OK ready\r\n", want: "imap"},
		{rule: "POP by its banner", port: odd, server: "+OK ready\r\n", want: "pop"},
		{rule: "the server's bytes tell where the client's don't", port: odd, client: "USER anna\r\n", server: "+OK ready\r\n", want: "pop"},
		{rule: "CTI by port", port: 2748, clientHex: "0102030405060708", want: "cti-qbe"},
		{rule: "one side contradicts the port", port: 2748, clientHex: "0102030405060708", server: "hello, world\r\n", want: "tcp"},
		{rule: "BGP", port: 179, clientHex: strings.Repeat("ff", 16) + "001304", want: "bgp"},
		{rule: "nothing known", port: odd, clientHex: "0102030405060708", want: "tcp"},
		{rule: "no bytes at all", port: 80, want: "tcp"},
	}
	for _, tt := range tests {
		t.Run(tt.rule, func(t *testing.T) {
			path := pathOf(capture.TCP, odd+2, tt.port)
			client := append([]byte(tt.client), hexBytes(t, tt.clientHex, 0)...)
			first, start := [2][]byte{client, []byte(tt.server)}, [2]bool{!tt.joinedMiddle, !tt.joinedMiddle}
			if got := nameStream(&path, first, start); got != tt.want {
				t.Errorf("%q, want %q", got, tt.want)
			}
		})
	}
}

// FuzzName: any bytes get a name, the same for both directions of a fresh
// pair, and bytes of which a length was checked are not read beyond.
func FuzzName(f *testing.F) {
	f.Add([]byte("RSIP 1 *@gw MGCP 1.0\r\n"), uint16(2427), false)
	f.Add([]byte("\x00\x01\x00\x00\x21\x12\xa4\x42aaaaaaaaaaaa"), uint16(3478), false)
	f.Add([]byte("\xc0\x00\x00\x00\x01\xff"), uint16(443), true)
	f.Add([]byte("0\x84\xff\xff\xff\xff\x02\x01\x01"), uint16(161), true)
	f.Fuzz(func(t *testing.T, b []byte, port uint16, cut bool) {
		b = b[:len(b):len(b)]
		to, from := pathOf(capture.UDP, odd, port), pathOf(capture.UDP, port, odd)
		_, a := (&shard{}).nameDatagram(&capture.Segment{Path: to, Data: b, Cut: cut})
		_, z := (&shard{}).nameDatagram(&capture.Segment{Path: from, Data: b, Cut: cut})
		if a != z || len(b) > 0 && a == "" {
			t.Errorf("%q one way, %q the other", a, z)
		}
		start := [2]bool{!cut, !cut}
		if one, two := nameStream(&to, [2][]byte{b, nil}, start), nameStream(&to, [2][]byte{nil, b}, start); one != two || one == "" {
			t.Errorf("stream: %q by one side, %q by the other", one, two)
		}
	})
}

func BenchmarkNameDatagram(b *testing.B) {
	s := &shard{}
	seg := capture.Segment{Path: pathOf(capture.UDP, odd, odd+1), Data: hexBytes(b, "0102030405060708", 200)}
	b.ReportAllocs()
	for b.Loop() {
		s.nameDatagram(&seg)
	}
}
