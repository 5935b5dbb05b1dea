package sdp

import (
	"fmt"
	"net/netip"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"rung/decode"
)

func ap(s string) netip.AddrPort { return netip.MustParseAddrPort(s) }

var compare = cmp.Options{
	cmp.Comparer(func(a, b netip.AddrPort) bool { return a == b }),
	cmpopts.EquateEmpty(),
}

const head = "v=0\no=- 1 1 IN IP4 10.0.0.1\ns=-\nc=IN IP4 10.0.0.1\nt=0 0\n"

func TestParse(t *testing.T) {
	pcmu := decode.Codec{PT: 0, Name: "PCMU", Clock: 8000, Channels: 1}
	audio := func(m decode.Media) []decode.Media {
		m.Kind, m.Transport = first(m.Kind, "audio"), first(m.Transport, "RTP/AVP")
		m.Host, m.Direction = first(m.Host, "10.0.0.1"), first(m.Direction, "sendrecv")
		if m.Port == 0 {
			m.Port, m.Addr, m.RTCP = 4000, ap("10.0.0.1:4000"), ap("10.0.0.1:4001")
		}
		if m.Codecs == nil {
			m.Codecs = []decode.Codec{pcmu}
		}
		return []decode.Media{m}
	}
	tests := []struct {
		rule, in string
		want     []decode.Media
		problems []string
	}{
		{"LF only, static payload type", head + "m=audio 4000 RTP/AVP 0\n", audio(decode.Media{}), nil},
		{"CRLF, blanks at the ends", strings.ReplaceAll(head, "\n", " \r\n") + "m=audio  4000  RTP/AVP  0 \r\n\r\n", audio(decode.Media{}), nil},
		{"missing lines are told, not fatal", "c=IN IP4 10.0.0.1\nm=audio 4000 RTP/AVP 0", audio(decode.Media{}), []string{"sdp-missing: no v=, o=, s=, t= line"}},
		{"unknown lines", head + "y=x\nrubbish\nm=audio 4000 RTP/AVP 0\n", audio(decode.Media{}),
			[]string{`sdp-line: line 6 has the unknown type 'y'`, `sdp-line: line 7 is not type=value: "rubbish"`}},
		{"rtpmap, fmtp, channels", head + "m=audio 4000 RTP/AVP 111 101\na=rtpmap:111 opus/48000/2\na=fmtp:111 useinbandfec=1\na=fmtp:111 stereo=0\na=rtpmap:101 telephone-event/8000\na=fmtp:101 0-16\na=ptime:20\n",
			audio(decode.Media{Ptime: 20, Codecs: []decode.Codec{
				{PT: 111, Name: "opus", Clock: 48000, Channels: 2, Fmtp: "useinbandfec=1; stereo=0"},
				{PT: 101, Name: "telephone-event", Clock: 8000, Fmtp: "0-16"}}}), nil},
		{"rtpmap of a format that is not offered", head + "m=audio 4000 RTP/AVP 0\na=rtpmap:8 PCMA/8000\n", audio(decode.Media{}),
			[]string{"sdp-value: a=rtpmap:8 PCMA/8000 names no format of its m= line"}},
		{"T.38", head + "m=image 4000 udptl t38\na=T38FaxVersion:0\n",
			audio(decode.Media{Kind: "image", Transport: "udptl", Port: 4000, Addr: ap("10.0.0.1:4000"), Codecs: []decode.Codec{{Name: "t38"}}}), nil},
		{"refused", head + "m=audio 0 RTP/AVP 0\n", []decode.Media{{Kind: "audio", Transport: "RTP/AVP", Host: "10.0.0.1", Direction: "sendrecv", Codecs: []decode.Codec{pcmu}}}, nil},
		{"direction is inherited and overruled", head + "a=sendonly\nm=audio 4000 RTP/AVP 0\nm=audio 4000 RTP/AVP 0\na=recvonly\n",
			append(audio(decode.Media{Direction: "sendonly"}), audio(decode.Media{Direction: "recvonly"})...), nil},
		{"c= below m= wins", head + "m=audio 4000 RTP/AVP 0\nc=IN IP6 [2001:db8::1]\nc=IN IP4 10.9.9.9\n",
			audio(decode.Media{Host: "[2001:db8::1]", Port: 4000, Addr: ap("[2001:db8::1]:4000"), RTCP: ap("[2001:db8::1]:4001")}), nil},
		{"host name", head + "m=audio 4000 RTP/AVP 0\nc=IN IP4 media.example.com\n", audio(decode.Media{Host: "media.example.com", Port: 4000}), nil},
		{"multicast", head + "m=audio 4000/2 RTP/AVP 0\nc=IN IP4 224.2.1.1/127/3\n",
			audio(decode.Media{Host: "224.2.1.1", Port: 4000, Addr: ap("224.2.1.1:4000"), RTCP: ap("224.2.1.1:4001")}), nil},
		{"mapped IPv4 travels as IPv4", head + "m=audio 4000 RTP/AVP 0\nc=IN IP6 ::ffff:192.0.2.2\n",
			audio(decode.Media{Host: "::ffff:192.0.2.2", Port: 4000, Addr: ap("192.0.2.2:4000"), RTCP: ap("192.0.2.2:4001")}), nil},
		{"no c= at all", "v=0\no=- 1 1 IN IP4 h\ns=-\nt=0 0\nm=audio 4000 RTP/AVP 0\n",
			[]decode.Media{{Kind: "audio", Transport: "RTP/AVP", Port: 4000, Direction: "sendrecv", Codecs: []decode.Codec{pcmu}}},
			[]string{"sdp-missing: no c= line for m=audio 4000"}},
		{"a=rtcp with address, mux", head + "m=audio 4000 RTP/AVP 0\na=rtcp:5001 IN IP4 10.0.0.7\na=rtcp-mux\n",
			audio(decode.Media{Port: 4000, Addr: ap("10.0.0.1:4000"), RTCP: ap("10.0.0.7:5001"), RTCPMux: true}), nil},
		{"no RTCP port after 65535", head + "m=audio 65535 RTP/AVP 0\n", audio(decode.Media{Port: 65535, Addr: ap("10.0.0.1:65535")}), nil},
		{"bad port, bad payload types", head + "m=audio 70000 RTP/AVP 0 200 x\n",
			[]decode.Media{{Kind: "audio", Transport: "RTP/AVP", Host: "10.0.0.1", Direction: "sendrecv", Codecs: []decode.Codec{pcmu}}},
			[]string{`sdp-value: "70000" is no port`, `sdp-value: "200" is no payload type`, `sdp-value: "x" is no payload type`}},
		{"crypto suites without keys", head + "m=audio 4000 RTP/SAVP 0\na=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:c2VjcmV0|2^20\na=crypto:2 F8 inline:eA==\n",
			audio(decode.Media{Transport: "RTP/SAVP", Crypto: []string{"AES_CM_128_HMAC_SHA1_80", "F8"}}), nil},
		{"browser", head + "a=fingerprint:sha-256 AB:CD\na=setup:actpass\na=ice-ufrag:uf\nm=audio 4000 UDP/TLS/RTP/SAVPF 0\na=mid:0\na=label:L\na=content:main\n" +
			"a=ssrc:4294967295 cname:x\na=ssrc:4294967295 msid:y\na=ssrc:7 cname:x\na=candidate:1 1 UDP 2130706431 192.0.2.9 50000 typ host generation 0\na=candidate:2 1 udp 1 f00.local 9 typ srflx\na=candidate:3 1\n",
			audio(decode.Media{Transport: "UDP/TLS/RTP/SAVPF", Fingerprint: "sha-256 AB:CD", Setup: "actpass", ICEUfrag: "uf", Mid: "0", Label: "L", Content: "main",
				SSRCs: []uint32{4294967295, 7}, Candidates: []decode.Candidate{
					{Component: 1, Transport: "UDP", Priority: 2130706431, Addr: ap("192.0.2.9:50000"), Type: "host"},
					{Component: 1, Transport: "udp", Priority: 1, Type: "srflx"}}}),
			[]string{`sdp-value: a=candidate is not readable: "3 1"`}},
		{"second description is left out", head + "m=audio 4000 RTP/AVP 0\nv=0\nm=video 1 RTP/AVP 31\n", audio(decode.Media{}),
			[]string{"sdp-line: line 7 begins a second description, which is left out"}},
	}
	for _, tt := range tests {
		t.Run(tt.rule, func(t *testing.T) {
			s, problems := Parse([]byte(tt.in), nil)
			if s == nil {
				t.Fatal("no session")
			}
			if d := cmp.Diff(tt.want, s.Media, compare); d != "" {
				t.Error(d)
			}
			var got []string
			for _, p := range problems {
				got = append(got, p.Code+": "+p.Text)
			}
			if d := cmp.Diff(tt.problems, got); d != "" {
				t.Error(d)
			}
		})
	}
}

func TestOrigin(t *testing.T) {
	tests := []struct{ rule, in, origin, id, version string }{
		{"usual", "o=CiscoSystemsCCM-SIP 7514947 2 IN IP4 10.96.1.8", "CiscoSystemsCCM-SIP 7514947 10.96.1.8", "7514947", "2"},
		{"blanks in the user name", "o=SIP UA 5 1 IN IP4 h", "SIP UA 5 h", "5", "1"},
		{"short", "o=x 5 1", "x 5 1", "5", "1"},
	}
	for _, tt := range tests {
		s, _ := Parse([]byte("v=0\n"+tt.in+"\ns=Call\n"), nil)
		if s.Origin != tt.origin || s.SessionID != tt.id || s.Version != tt.version || s.Name != "Call" {
			t.Errorf("%s: %q %q %q %q", tt.rule, s.Origin, s.SessionID, s.Version, s.Name)
		}
	}
}

func TestNoSDP(t *testing.T) {
	for _, in := range []string{"", "\r\n\r\n", "hello\nworld\n", "<xml/>"} {
		if s, _ := Parse([]byte(in), nil); s != nil {
			t.Errorf("%q became a session", in)
		}
	}
}

func TestLimits(t *testing.T) {
	var b strings.Builder
	b.WriteString(head)
	for range maxMedia + 5 {
		b.WriteString("m=audio 4000 RTP/AVP 0\n")
	}
	b.WriteString("a=sendonly\n")
	s, p := Parse([]byte(b.String()), nil)
	if len(s.Media) != maxMedia || len(p) != 1 || p[0].Code != "sdp-limit" || s.Media[maxMedia-1].Direction != "sendrecv" {
		t.Errorf("%d media, %+v", len(s.Media), p)
	}
	b.Reset()
	b.WriteString(head + "m=audio 4000 RTP/AVP" + strings.Repeat(" 0", 500) + "\n")
	for i := range 200 {
		fmt.Fprintf(&b, "a=candidate:1 1 UDP 1 10.0.0.1 5 typ host\na=ssrc:%d x\na=crypto:1 S k\n", i)
	}
	s, p = Parse([]byte(b.String()), nil)
	m := s.Media[0]
	if len(m.Codecs) != maxCodecs || len(m.Candidates) != maxCandidates || len(m.SSRCs) != maxSSRCs || len(m.Crypto) != maxCryptos || len(p) != maxProblems+1 {
		t.Errorf("%d codecs, %d candidates, %d sources, %d suites, %d problems", len(m.Codecs), len(m.Candidates), len(m.SSRCs), len(m.Crypto), len(p))
	}
	s, _ = Parse([]byte("s="+strings.Repeat("x", 5*maxValue)), nil)
	if len(s.Name) != maxValue {
		t.Errorf("name of %d bytes", len(s.Name))
	}
}

// FuzzSDP: no panic, CRLF or LF is all the same, nothing retained, with a
// Memory or without, limits and ranges hold.
func FuzzSDP(f *testing.F) {
	f.Add([]byte(head + "m=audio 4000 RTP/AVP 0 101\na=rtpmap:101 telephone-event/8000\na=fmtp:101 0-15\nm=image 0 udptl t38\n"))
	f.Add([]byte("v=0\nm=video 1/2 UDP/TLS/RTP/SAVPF 96\na=candidate:1 1 UDP 1 ::1 5 typ host\na=rtcp:9 IN IP6 ::1\na=ssrc:1 a\n"))
	texts := decode.NewMemory()
	f.Fuzz(func(t *testing.T, data []byte) {
		borrowed := append([]byte(nil), data...)
		a, problemsA := Parse(borrowed, texts)
		for i := range borrowed {
			borrowed[i] = 'z'
		}
		b, problemsB := Parse(data, nil)
		if d := cmp.Diff(a, b, compare); d != "" {
			t.Fatalf("bytes retained: %s", d)
		}
		if len(problemsA) != len(problemsB) || len(problemsA) > maxProblems+1 {
			t.Fatalf("%d and %d problems", len(problemsA), len(problemsB))
		}
		crlf := strings.ReplaceAll(string(data), "\n", "\r\n")
		if c, _ := Parse([]byte(crlf), nil); cmp.Diff(b, c, compare) != "" {
			t.Fatalf("CRLF differs: %s", cmp.Diff(b, c, compare))
		}
		if a == nil {
			return
		}
		if len(a.Media) > maxMedia {
			t.Fatalf("%d media", len(a.Media))
		}
		for _, m := range a.Media {
			if m.Port < 0 || m.Port > 65535 || len(m.Codecs) > maxCodecs || m.Direction == "" {
				t.Fatalf("media %+v", m)
			}
			for _, c := range m.Codecs {
				if c.PT > 127 || c.Channels < 0 || c.Clock < 0 {
					t.Fatalf("codec %+v", c)
				}
			}
		}
	})
}

func BenchmarkParse(b *testing.B) {
	body := []byte(head + "m=audio 4000 RTP/AVP 0 8 18 101\na=rtpmap:0 PCMU/8000\na=rtpmap:8 PCMA/8000\na=rtpmap:18 G729/8000\na=fmtp:18 annexb=no\na=rtpmap:101 telephone-event/8000\na=fmtp:101 0-15\na=ptime:20\na=sendrecv\n")
	texts := decode.NewMemory()
	b.ReportAllocs()
	b.SetBytes(int64(len(body)))
	for b.Loop() {
		if s, _ := Parse(body, texts); s == nil {
			b.Fatal("no session")
		}
	}
}
