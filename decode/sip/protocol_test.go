package sip

import (
	"strings"
	"testing"

	"rung/decode"
	"rung/decode/decodetest"
)

// crlf gives a readable message the line ends of the wire.
func crlf(s string) string {
	return strings.ReplaceAll(strings.TrimPrefix(s, "\n"), "\n", "\r\n")
}

var invite = crlf(`
INVITE sip:3250@10.96.1.8:5060 SIP/2.0
Via: SIP/2.0/UDP 10.6.1.102:5060;branch=z9hG4bKd58c9a3a;rport
Max-Forwards: 70
From: "Kranj" <sip:5737@10.6.1.102>;tag=a1b2c3
To: <sip:3250@10.96.1.8>
Call-ID: 7f0e-4711@10.6.1.102
CSeq: 102 INVITE
Contact: <sip:5737@10.6.1.102:5060;transport=udp>
P-Asserted-Identity: "Kranj, M." <sip:875737@example.com>
Session-ID: ab30317f1a784dc48ff824d0d3715d86;remote=00000000000000000000000000000000
User-Agent: Aastra 400
Allow: INVITE, ACK, CANCEL, BYE, OPTIONS
Supported: replaces,timer
Content-Type: application/sdp
Content-Length: 267

v=0
o=- 20518 1 IN IP4 10.6.1.102
s=-
c=IN IP4 10.6.1.102
t=0 0
m=audio 30004 RTP/AVP 0 8 18 101
a=rtpmap:0 PCMU/8000
a=rtpmap:8 PCMA/8000
a=rtpmap:18 G729/8000
a=fmtp:18 annexb=no
a=rtpmap:101 telephone-event/8000
a=fmtp:101 0-15
a=ptime:20
a=sendrecv
`)

var ok200 = crlf(`
SIP/2.0 200 OK
Via: SIP/2.0/UDP 10.6.1.102:5060;branch=z9hG4bKd58c9a3a;rport=5060;received=10.6.1.102
From: "Kranj" <sip:5737@10.6.1.102>;tag=a1b2c3
To: <sip:3250@10.96.1.8>;tag=7514947~ffa80926-5fac-4dd6-b405-2dbbc56ae9a2-551664735
Call-ID: 7f0e-4711@10.6.1.102
CSeq: 102 INVITE
Contact: <sip:3250@10.96.1.8:5060>
Server: Cisco-CUCM12.5
Content-Type: application/sdp
Content-Length: 198

v=0
o=CiscoSystemsCCM-SIP 7514947 1 IN IP4 10.96.1.8
s=SIP Call
c=IN IP4 10.7.1.101
t=0 0
m=audio 16380 RTP/AVP 0 101
a=rtpmap:0 PCMU/8000
a=rtpmap:101 telephone-event/8000
a=fmtp:101 0-15
`)

var options = crlf(`
OPTIONS sip:10.0.0.2 SIP/2.0
v: SIP/2.0/TCP [fd00::1]:5060;branch=z9hG4bK-1
Max-Forwards: 1
f: <sip:ping@[fd00::1]>;tag=1
t: <sip:10.0.0.2>
i: ping-1
CSeq: 1 OPTIONS
l: 0

`)

func TestProtocol(t *testing.T) {
	decodetest.Run(t, Protocol,
		[]byte(invite),
		[]byte(ok200),
		[]byte("\r\n\r\n"+options+"\r\n\r\n"+invite+ok200),
		[]byte(strings.ReplaceAll(invite, "\r\n", "\n")),
	)
}

func one(t *testing.T, text string) *decode.Message {
	t.Helper()
	got := decodetest.Parse(t, Protocol, []byte(text))
	if len(got) != 1 {
		t.Fatalf("%d messages, want 1", len(got))
	}
	return got[0]
}

func BenchmarkParseInvite(b *testing.B)  { benchmark(b, invite) }
func BenchmarkParse200(b *testing.B)     { benchmark(b, ok200) }
func BenchmarkParseOptions(b *testing.B) { benchmark(b, options) }

type dropSink struct{ decodetest.Sink }

func (*dropSink) Emit(*decode.Message) {}

func benchmark(b *testing.B, text string) {
	data := []byte(text)
	p := &decode.Pass{Sink: &memorySink{memory: decode.NewMemory()}}
	b.ReportAllocs()
	b.SetBytes(int64(len(data)))
	for b.Loop() {
		read(b, p, data)
	}
}

func BenchmarkSipgo(b *testing.B) {
	data := []byte(invite)
	b.ReportAllocs()
	for b.Loop() {
		if s := askSipgo(data); s != "" {
			b.Fatal(s)
		}
	}
}

func TestFixturesAreSound(t *testing.T) {
	for _, text := range []string{invite, ok200, options} {
		m := one(t, text)
		if len(m.Diagnostics) > 0 {
			t.Errorf("%s: %+v", m.Name, m.Diagnostics)
		}
		t.Logf("%s | %s | %+v | %+v", m.Name, m.Summary, m.Links, m.Facts.Transaction)
	}
}
