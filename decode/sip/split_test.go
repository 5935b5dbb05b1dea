package sip

import (
	"bytes"
	"fmt"
	"strings"
	"testing"

	"rung/capture"
	"rung/decode"
	"rung/decode/decodetest"
)

// sdpBody is 58 bytes.
const sdpBody = "v=0\r\nc=IN IP4 10.0.0.1\r\nt=0 0\r\nm=audio 4000 RTP/AVP 0 8\r\n"

func request(method, extra, body string) string {
	return method + " sip:b@example.com SIP/2.0\r\n" +
		"Via: SIP/2.0/TCP 10.0.0.1;branch=z9hG4bK1\r\nMax-Forwards: 70\r\n" +
		"From: <sip:a@example.com>;tag=1\r\nTo: <sip:b@example.com>\r\n" +
		"Call-ID: c1\r\nCSeq: 1 " + method + "\r\nContact: <sip:a@10.0.0.1>\r\n" + extra + "\r\n" + body
}

func typed(length int) string {
	return fmt.Sprintf("Content-Type: application/sdp\r\nContent-Length: %d\r\n", length)
}

func TestSplit(t *testing.T) {
	bye := request("BYE", "Content-Length: 0\r\n", "")
	sound := request("INVITE", typed(len(sdpBody)), sdpBody)
	tests := []struct {
		name string
		in   string
		want []string
	}{
		{"two messages in a row", sound + bye, []string{sound, bye}},
		{"keepalives between messages", "\r\n\r\n" + sound + "\r\n\r\n\r\n" + bye + "\r\n", []string{sound, bye}},
		{"no Content-Length and no type: no body", request("BYE", "", "") + sound, []string{request("BYE", "", ""), sound}},
		{"no Content-Length but a type: body up to the next start line",
			request("INVITE", "Content-Type: application/sdp\r\n", sdpBody) + bye,
			[]string{request("INVITE", "Content-Type: application/sdp\r\n", sdpBody), bye}},
		{"length too large: the next start line ends the body",
			request("INVITE", typed(len(sdpBody)+40), sdpBody) + bye + sound,
			[]string{request("INVITE", typed(len(sdpBody)+40), sdpBody), bye, sound}},
		{"length a little too large: the start line straddles the end",
			request("INVITE", typed(len(sdpBody)+7), sdpBody) + bye + sound,
			[]string{request("INVITE", typed(len(sdpBody)+7), sdpBody), bye, sound}},
		{"length too small: the rest is a token of its own",
			request("INVITE", typed(len(sdpBody)-10), sdpBody) + bye,
			[]string{request("INVITE", typed(len(sdpBody)-10), sdpBody[:len(sdpBody)-10]), sdpBody[len(sdpBody)-10:], bye}},
		{"body without line end before a status line",
			request("INVITE", typed(len(sdpBody)+40), sdpBody+"a=sendrecv") + ok200,
			[]string{request("INVITE", typed(len(sdpBody)+40), sdpBody+"a=sendrecv"), ok200}},
		{"absurd length is no length", request("INVITE", typed(4_000_000_000), sdpBody) + bye,
			[]string{request("INVITE", typed(4_000_000_000), sdpBody), bye}},
		{"negative length is no length", request("INVITE", typed(-5), sdpBody) + bye,
			[]string{request("INVITE", typed(-5), sdpBody), bye}},
		{"sipfrag may hold a start line",
			request("NOTIFY", "Content-Type: message/sipfrag\r\nContent-Length: 16\r\n", "SIP/2.0 200 OK\r\n") + bye,
			[]string{request("NOTIFY", "Content-Type: message/sipfrag\r\nContent-Length: 16\r\n", "SIP/2.0 200 OK\r\n"), bye}},
		{"compact headers", "OPTIONS sip:b SIP/2.0\r\nl: 3\r\n\r\nabc" + bye, []string{"OPTIONS sip:b SIP/2.0\r\nl: 3\r\n\r\nabc", bye}},
		{"header section cut by a new start line", "OPTIONS sip:b SIP/2.0\r\nVia: SIP/2.0/TCP h\r\n" + bye,
			[]string{"OPTIONS sip:b SIP/2.0\r\nVia: SIP/2.0/TCP h\r\n", bye}},
		{"bare LF", strings.ReplaceAll(bye+bye, "\r\n", "\n"),
			[]string{strings.ReplaceAll(bye, "\r\n", "\n"), strings.ReplaceAll(bye, "\r\n", "\n")}},
		{"stream ends within a body", sound[:len(sound)-9], []string{sound[:len(sound)-9]}},
		{"unknown method", "FLY tel:+123 SIP/2.0\r\nl: 0\r\n\r\n" + bye, []string{"FLY tel:+123 SIP/2.0\r\nl: 0\r\n\r\n", bye}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			for _, step := range []int{0, 1, 7} {
				got, err := decodetest.Tokens(split, []byte(tt.in), step)
				if err != nil {
					t.Fatal(err)
				}
				if len(got) != len(tt.want) {
					t.Fatalf("step %d: %d tokens %q, want %d", step, len(got), got, len(tt.want))
				}
				for i := range got {
					if string(got[i]) != tt.want[i] {
						t.Errorf("step %d: token %d is %q\nwant %q", step, i, got[i], tt.want[i])
					}
				}
			}
		})
	}
}

func TestSplitGivesUpOnWhatIsNotSIP(t *testing.T) {
	if _, err := decodetest.Tokens(split, bytes.Repeat([]byte{0x17}, maxJunk+10), 0); err == nil {
		t.Error("64 kB without a start line gave no error")
	}
	tokens, err := decodetest.Tokens(split, append([]byte("OPTIONS sip:b SIP/2.0\r\n"), bytes.Repeat([]byte("a: b\r\n"), 40_000)...), 0)
	if len(tokens) == 0 || len(tokens[0]) != maxHead || err == nil {
		t.Errorf("endless headers: %d tokens, %v", len(tokens), err)
	}
}

func TestSync(t *testing.T) {
	tests := []struct {
		name, in, at string
	}{
		{"status line in the middle", "a=rtpmap:0 PCMU/8000\r\nSIP/2.0 200 OK\r\nVia", "SIP/2.0 200"},
		{"Via is no start line", "0/UDP x\r\nVia: SIP/2.0/UDP y\r\nBYE sip:b SIP/2.0\r\n", "BYE"},
		{"any method", "xx\r\nFLY tel:+1 SIP/2.0\r\n", "FLY"},
		{"glued to a body", "a=sendrecvINVITE sip:b SIP/2.0\r\n", "INVITE"},
		{"start line that goes on in the next segment", "a: b\r\nINVITE sip:b@exam", "INVITE"},
		{"nothing", "v=0\r\nVia: SIP/2.0/UDP y\r\n", ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			want := -1
			if tt.at != "" {
				want = strings.Index(tt.in, tt.at)
			}
			if got := sync([]byte(tt.in)); got != want {
				t.Errorf("sync = %d, want %d", got, want)
			}
		})
	}
}

func TestProbe(t *testing.T) {
	tests := []struct {
		in   string
		want decode.Verdict
	}{
		{"INVITE sip:", decode.Yes},
		{"sip/2.0 2", decode.Yes},
		{"SIP/7.0 200 OK", decode.Yes},
		{"FLY im:x SIP/2.0\r\n", decode.Yes},
		{"FLY im:x ", decode.MaybeMore},
		{"\r\n\r\n", decode.MaybeMore},
		{"\x00\x00\x00\x00", decode.MaybeMore},
		{"\x00\x00\x00\x00\x00", decode.No},
		{"GET / HTTP/1.1\r\n", decode.No},
		{"OPTIONS rtsp://x RTSP/1.0\r\n", decode.No},
		{"SIP/2.0/UDP x", decode.No},
		{"\x16\x03\x01\x02\x00", decode.No},
		{"<stream:stream", decode.No},
	}
	for _, tt := range tests {
		if got := probe([]byte(tt.in)); got != tt.want {
			t.Errorf("probe(%q) = %d, want %d", tt.in, got, tt.want)
		}
	}
}

func TestJunkOnAStreamIsTold(t *testing.T) {
	bad := request("INVITE", typed(len(sdpBody)-10), sdpBody)
	sink := decodetest.Play(t, streamOnly(), decodetest.Talk{{Data: []byte(bad + ok200)}})
	if len(sink.Messages) != 2 || len(sink.Diagnostics) != 1 {
		t.Fatalf("%d messages, %d diagnostics", len(sink.Messages), len(sink.Diagnostics))
	}
	d := sink.Diagnostics[0]
	if d.Code != codeLength || d.Severity != capture.Warning || !strings.HasPrefix(d.Text, "10 bytes between") {
		t.Errorf("%+v", d)
	}
}

func streamOnly() *decode.Protocol {
	p := *Protocol
	p.Datagrams = false
	return &p
}

func TestKeepaliveIsNoMessage(t *testing.T) {
	for _, in := range []string{"\r\n\r\n", "\r\n", "\x00\x00\x00\x00"} {
		sink := &decodetest.Sink{}
		p := decode.Pass{Sink: sink, Segment: capture.Segment{Data: []byte(in)}}
		if err := parse(&p); err != nil || len(sink.Messages) != 0 || p.OtherName() != "keepalive" {
			t.Errorf("%q: %v, %d messages, other %q", in, err, len(sink.Messages), p.OtherName())
		}
	}
}

func TestDatagramThatIsNoSIPIsAnError(t *testing.T) {
	p := decode.Pass{Sink: &decodetest.Sink{}, Segment: capture.Segment{Data: []byte("hello"), Path: capture.Path{Transport: capture.UDP}}}
	if parse(&p) == nil {
		t.Error("no error")
	}
}

func FuzzSplit(f *testing.F) {
	f.Add([]byte(invite+"\r\n\r\n"+ok200+options), uint8(3))
	f.Add([]byte(request("INVITE", typed(len(sdpBody)+7), sdpBody)+options), uint8(1))
	f.Add([]byte("a=sendrecv"+invite), uint8(5))
	f.Fuzz(func(t *testing.T, data []byte, step uint8) {
		if len(data) > 8<<10 {
			t.Skip("one byte at a time is quadratic here")
		}
		all, errAll := decodetest.Tokens(split, data, 0)
		few, errFew := decodetest.Tokens(split, data, int(step%31)+1)
		if (errAll == nil) != (errFew == nil) || len(all) != len(few) {
			t.Fatalf("all at once %d tokens (%v), step %d: %d tokens (%v)\n%q\n%q", len(all), errAll, step%31+1, len(few), errFew, all, few)
		}
		for i := range all {
			if !bytes.Equal(all[i], few[i]) {
				t.Fatalf("token %d: %q and %q", i, all[i], few[i])
			}
		}
		if errAll == nil {
			// Nothing but line ends is left out.
			kept, whole := bytes.Join(all, nil), data
			if len(withoutLineEnds(kept)) != len(withoutLineEnds(whole)) {
				t.Fatalf("bytes lost: %q of %q", kept, whole)
			}
		}
	})
}

func withoutLineEnds(b []byte) []byte {
	return bytes.Map(func(r rune) rune {
		if r == '\r' || r == '\n' {
			return -1
		}
		return r
	}, bytes.ToValidUTF8(b, []byte("?")))
}
