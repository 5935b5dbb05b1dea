package icmp

import (
	"bytes"
	"encoding/hex"
	"net/netip"
	"strings"
	"testing"

	"rung/capture"
	"rung/decode"
	"rung/decode/decodetest"
)

// bytesOf reads hex with blanks.
func bytesOf(t testing.TB, text string) []byte {
	t.Helper()
	b, err := hex.DecodeString(strings.Join(strings.Fields(text), ""))
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// The quoted packets: 10.20.0.200:5060 > 10.20.0.20:5060 with "INVITE", and
// the same over IPv6 and TCP.
const (
	quote4 = "4500 0022 1a2b 4000 4011 0000 0a1400c8 0a140014 13c4 13c4 000e 0000 494e56495445"
	quoteT = "4500 0028 0001 0000 4006 0000 0a1400c8 0a140014 9c40 13c4 00000001 00000000 5002 0000 0000 0000"
	quote6 = "60000000 000e 11 40 fd000020000000000000000000000200 fd000020000000000000000000000020 13c4 13c4 000e 0000 494e56495445"
	// A fragment header before UDP, first fragment.
	quote6f = "60000000 0016 2c 40 fd000020000000000000000000000200 fd000020000000000000000000000020 11 00 0001 00000007 13c4 13c4 000e 0000 494e56495445"
	// A fragment header, later fragment.
	quote6l = "60000000 0016 2c 40 fd000020000000000000000000000200 fd000020000000000000000000000020 11 00 0009 00000007 13c4 13c4 000e 0000 494e56495445"
	// A later fragment of IPv4.
	quote4l = "4500 0022 1a2b 00b9 4011 0000 0a1400c8 0a140014 13c4 13c4 000e 0000 494e56495445"
)

var path6 = capture.Path{
	Transport: capture.ICMP,
	Src:       netip.MustParseAddrPort("[fd00:20::20]:0"),
	Dst:       netip.MustParseAddrPort("[fd00:20::200]:0"),
}

var path4 = capture.Path{
	Transport: capture.ICMP,
	Src:       netip.MustParseAddrPort("10.20.0.20:0"),
	Dst:       netip.MustParseAddrPort("10.20.0.200:0"),
}

// read parses one message on path.
func read(path capture.Path, data []byte) (*decodetest.Sink, *decode.Pass, error) {
	s := &decodetest.Sink{}
	p := &decode.Pass{Conn: &decode.Conn{Path: path}, Sink: s, Segment: capture.Segment{Path: path, Data: data, Start: true}}
	err := Protocol.Parse(p)
	p.Close()
	return s, p, err
}

func TestErrors(t *testing.T) {
	for _, test := range []struct {
		rule    string
		v6      bool
		message string
		name    string
		summary string
		path    string
		ipid    uint32
		data    string
	}{
		{"port unreachable quotes the request", false, "03 03 0000 00000000" + quote4,
			"ICMP port unreachable", "quotes udp 10.20.0.200:5060 > 10.20.0.20:5060", "udp 10.20.0.200:5060 > 10.20.0.20:5060", 0x1a2b, "INVITE"},
		{"a SYN is quoted with its ports and no bytes", false, "03 01 0000 00000000" + quoteT,
			"ICMP host unreachable", "quotes tcp 10.20.0.200:40000 > 10.20.0.20:5060", "tcp 10.20.0.200:40000 > 10.20.0.20:5060", 1, ""},
		{"eight bytes are enough for the ports", false, "0b 00 0000 00000000" + quote4[:len(quote4)-13],
			"ICMP TTL exceeded", "quotes udp 10.20.0.200:5060 > 10.20.0.20:5060", "udp 10.20.0.200:5060 > 10.20.0.20:5060", 0x1a2b, ""},
		{"a later fragment has no ports", false, "0b 01 0000 00000000" + quote4l,
			"ICMP fragment reassembly time exceeded", "quotes 10.20.0.200 > 10.20.0.20", "udp 10.20.0.200:0 > 10.20.0.20:0", 0x1a2b, ""},
		{"fragmentation needed tells the MTU", false, "03 04 0000 0000 0578" + quote4,
			"ICMP fragmentation needed", "quotes udp 10.20.0.200:5060 > 10.20.0.20:5060, MTU 1400", "udp 10.20.0.200:5060 > 10.20.0.20:5060", 0x1a2b, "INVITE"},
		{"a redirect tells the gateway", false, "05 01 0000 0a140001" + quote4,
			"ICMP redirect for host", "quotes udp 10.20.0.200:5060 > 10.20.0.20:5060, to gateway 10.20.0.1", "udp 10.20.0.200:5060 > 10.20.0.20:5060", 0x1a2b, "INVITE"},
		{"a code without a name keeps its number", false, "03 63 0000 00000000" + quote4,
			"ICMP unreachable (code 99)", "quotes udp 10.20.0.200:5060 > 10.20.0.20:5060", "udp 10.20.0.200:5060 > 10.20.0.20:5060", 0x1a2b, "INVITE"},
		{"source quench", false, "04 00 0000 00000000" + quote4,
			"ICMP source quench", "quotes udp 10.20.0.200:5060 > 10.20.0.20:5060", "udp 10.20.0.200:5060 > 10.20.0.20:5060", 0x1a2b, "INVITE"},
		{"ICMPv6 port unreachable", true, "01 04 0000 00000000" + quote6,
			"ICMPv6 port unreachable", "quotes udp [fd00:20::200]:5060 > [fd00:20::20]:5060", "udp [fd00:20::200]:5060 > [fd00:20::20]:5060", 0, "INVITE"},
		{"packet too big tells the MTU", true, "02 00 0000 00000500" + quote6,
			"ICMPv6 packet too big", "quotes udp [fd00:20::200]:5060 > [fd00:20::20]:5060, MTU 1280", "udp [fd00:20::200]:5060 > [fd00:20::20]:5060", 0, "INVITE"},
		{"extension headers are walked", true, "03 00 0000 00000000" + quote6f,
			"ICMPv6 TTL exceeded", "quotes udp [fd00:20::200]:5060 > [fd00:20::20]:5060", "udp [fd00:20::200]:5060 > [fd00:20::20]:5060", 0, "INVITE"},
		{"a later IPv6 fragment has no ports", true, "03 00 0000 00000000" + quote6l,
			"ICMPv6 TTL exceeded", "quotes fd00:20::200 > fd00:20::20", "udp [fd00:20::200]:0 > [fd00:20::20]:0", 0, ""},
		{"parameter problem", true, "04 01 0000 00000028" + quote6,
			"ICMPv6 unrecognized next header", "quotes udp [fd00:20::200]:5060 > [fd00:20::20]:5060", "udp [fd00:20::200]:5060 > [fd00:20::20]:5060", 0, "INVITE"},
	} {
		t.Run(test.rule, func(t *testing.T) {
			path := path4
			if test.v6 {
				path = path6
			}
			s, p, err := read(path, bytesOf(t, test.message))
			if err != nil || len(s.Messages) != 1 || len(s.Diagnostics) != 0 || p.OtherName() != "" {
				t.Fatalf("err %v, %d messages, diagnostics %v, other %q", err, len(s.Messages), s.Diagnostics, p.OtherName())
			}
			m := s.Messages[0]
			if m.Name != test.name || m.Summary != test.summary || m.Kind != "" || len(m.Keys) != 0 {
				t.Errorf("got %q, %q, kind %q, keys %v", m.Name, m.Summary, m.Kind, m.Keys)
			}
			q := m.Facts.Quote
			if q == nil {
				t.Fatal("no quote")
			}
			if q.Path.String() != test.path || q.IPID != test.ipid || string(q.Data) != test.data {
				t.Errorf("quote %v id %#x data %q", q.Path, q.IPID, q.Data)
			}
			if m.Name != name(q.Text, test.v6) {
				t.Errorf("quote text %q", q.Text)
			}
		})
	}
}

func TestOthersAreNamed(t *testing.T) {
	for _, test := range []struct {
		path    capture.Path
		message string
		want    string
	}{
		{path4, "08 00 0000 00010001", "icmp-echo"},
		{path4, "00 00 0000 00010001", "icmp-echo"},
		{path4, "0d 00 0000 00000000", "icmp"},
		{path6, "80 00 0000 00010001", "icmpv6-echo"},
		{path6, "87 00 0000 00000000", "icmpv6-ndp"},
		{path6, "8f 00 0000 00000000", "icmpv6"},
		{path6, "03ff"[:2] + "00 0000 00000000", ""}, // an error in ICMPv6, by its address
	} {
		s, p, err := read(test.path, bytesOf(t, test.message))
		if err != nil || p.OtherName() != test.want {
			t.Errorf("%s: other %q, error %v, want %q", test.message, p.OtherName(), err, test.want)
		}
		if (test.want == "") != (len(s.Messages) == 1) {
			t.Errorf("%s: %d messages", test.message, len(s.Messages))
		}
	}
}

func TestBadQuoteIsADiagnostic(t *testing.T) {
	for _, message := range []string{
		"03 03 0000 00000000",
		"03 03 0000 00000000 45000022",
		"03 03 0000 00000000 ffffffff",
		"03 03 0000 00000000 4000 0022 1a2b 4000 4011 0000 0a1400c8 0a140014",
		"03 03 0000 00000000 60000000",
	} {
		s, _, err := read(path4, bytesOf(t, message))
		if err != nil || len(s.Messages) != 1 {
			t.Fatalf("%s: %v, %d messages", message, err, len(s.Messages))
		}
		m := s.Messages[0]
		if m.Name != "ICMP port unreachable" || m.Facts.Quote != nil || len(m.Diagnostics) != 1 || m.Diagnostics[0].Code != codeQuote {
			t.Errorf("%s: %+v", message, m)
		}
	}
}

func TestTooShortIsAnError(t *testing.T) {
	for _, message := range []string{"", "03", "0303", "03030000 000000"} {
		if _, _, err := read(path4, bytesOf(t, message)); err == nil {
			t.Errorf("%q: no error", message)
		}
	}
}

func TestExtensionsAreNotQuotedBytes(t *testing.T) {
	// RFC 4884: 128 bytes of quote (length 32 words), then extensions.
	quote := bytesOf(t, quote4)
	quote[3] = 200 // a long packet
	quote = append(quote, bytes.Repeat([]byte("x"), 128-len(quote))...)
	message := append(bytesOf(t, "0b 00 0000 00 20 0000"), quote...)
	message = append(message, "extension"...)
	s, _, err := read(path4, message)
	if err != nil {
		t.Fatal(err)
	}
	if d := string(s.Messages[0].Facts.Quote.Data); !strings.HasPrefix(d, "INVITE") || strings.Contains(d, "extension") {
		t.Errorf("quoted %q", d)
	}
}

func TestConformance(t *testing.T) {
	decodetest.Run(t, Protocol,
		bytesOf(t, "03 03 0000 00000000"+quote4),
		bytesOf(t, "03 01 0000 00000000"+quoteT),
	)
}

func FuzzParse(f *testing.F) {
	for _, q := range []string{quote4, quoteT, quote6, quote6f, quote6l, quote4l} {
		f.Add(bytesOf(f, "03 03 0000 00000000"+q), false)
		f.Add(bytesOf(f, "01 04 0000 00000000"+q), true)
	}
	f.Fuzz(func(t *testing.T, data []byte, v6 bool) {
		path := path4
		if v6 {
			path = path6
		}
		s, p, err := read(path, append([]byte(nil), data...))
		outcomes := len(s.Messages)
		if p.OtherName() != "" {
			outcomes++
		}
		if err != nil {
			outcomes++
		}
		if outcomes != 1 {
			t.Fatalf("%d messages, other %q, error %v: want exactly one outcome", len(s.Messages), p.OtherName(), err)
		}
		if probe(data) == decode.Yes && !v6 && err != nil {
			t.Fatalf("probed Yes, then %v", err)
		}
		if len(s.Messages) == 0 || s.Messages[0].Facts.Quote == nil {
			return
		}
		q := s.Messages[0].Facts.Quote
		if len(q.Data) > maxQuote || !bytes.Contains(data, q.Data) {
			t.Fatalf("quoted data of %d bytes is not of the message", len(q.Data))
		}
	})
}

func BenchmarkParse(b *testing.B) {
	data := bytesOf(b, "03 03 0000 00000000"+quote4)
	b.ReportAllocs()
	b.SetBytes(int64(len(data)))
	for b.Loop() {
		if _, _, err := read(path4, data); err != nil {
			b.Fatal(err)
		}
	}
}
