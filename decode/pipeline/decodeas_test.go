package pipeline_test

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"rung/capture"
	"rung/capture/capturetest"
	"rung/capture/spool"
	"rung/decode"
	"rung/decode/media"
	"rung/decode/pipeline"
	"rung/decode/protocols"
)

// readAs reads packets with port rules and sums up what came of it: the
// messages, the tracks that are surely RTP, the account, the diagnostics.
func readAs(t testing.TB, packets []capture.Packet, rules ...pipeline.PortRule) string {
	t.Helper()
	store := spool.New(nil, nil)
	defer store.Close()
	messages := 0
	r, err := pipeline.Run(context.Background(), capturetest.Source(packets), store,
		&pipeline.Options{Protocols: protocols.All, DecodeAs: rules},
		func(m *decode.Message) {
			if m.Protocol != "tcp" {
				messages++
			}
		})
	if err != nil {
		t.Fatal(err)
	}
	frames := r.Account.Total()
	var said []string
	add := func(format string, a ...any) { said = append(said, fmt.Sprintf(format, a...)) }
	if messages > 0 {
		add("%d messages", messages)
	}
	for _, tr := range r.Tracks {
		frames += tr.Frames
		if tr.Recognised() {
			add("%d of RTP", tr.Packets)
		}
	}
	if frames != r.Frames {
		t.Errorf("the account holds %d frames of %d", frames, r.Frames)
	}
	for _, x := range r.Account.Other() {
		add("other %s %d", x.Name, x.Frames)
	}
	for _, x := range r.Account.Undecoded() {
		add("undecoded %s %d", x.Name, x.Frames)
	}
	for _, d := range r.Diagnostics {
		add("%s", d.Code)
	}
	return strings.Join(said, ", ")
}

func TestDecodeAs(t *testing.T) {
	const (
		udp  = "-- 0 udp 10.0.0.1:9000 > 10.0.0.2:7070 --\n"
		tcp  = "-- 0 tcp 10.0.0.1:40000 > 10.0.0.2:7070 --\n"
		back = "-- 0.1 udp 10.0.0.2:7070 > 10.0.0.1:9000 hex --\n"
	)
	as := func(transport capture.Transport, port uint16, protocol string) pipeline.PortRule {
		return pipeline.PortRule{Transport: transport, Port: port, Protocol: protocol}
	}
	const rtpOnce = "-- 0 udp 10.0.0.1:9000 > 10.0.0.2:7070 hex --\n8000 0001 00000001 00000001 7f7f7f7f\n"
	const dnsLike = "-- 0 udp 10.0.0.1:9000 > 10.0.0.2:53 hex --\n8000 0100 00010000 00000001 7f7f7f7f\n"
	for _, tt := range []struct {
		rule  string
		text  string
		rules []pipeline.PortRule
		want  string
	}{
		{"without a rule the bytes tell", udp + "not SIP\n", nil, "other udp 1"},
		{"a datagram that is not SIP is undecoded, with a warning", udp + "not SIP\n",
			[]pipeline.PortRule{as(capture.UDP, 7070, "sip")}, "undecoded sip-unreadable 1, sip-unreadable"},
		{"SIP is read", udp + message(1), []pipeline.PortRule{as(capture.UDP, 7070, "sip")}, "1 messages"},
		{"a keepalive is no damage", back + "0d0a0d0a\n", []pipeline.PortRule{as(capture.UDP, 7070, "sip")}, "other keepalive 1"},
		{"the port may be that of the sender", back + "0102030405060708\n",
			[]pipeline.PortRule{as(capture.UDP, 7070, "sip")}, "undecoded sip-unreadable 1, sip-unreadable"},
		{"another transport's port is another port", udp + message(1), []pipeline.PortRule{as(capture.TCP, 7070, "none")}, "1 messages"},
		{"none leaves datagrams alone", udp + message(1), []pipeline.PortRule{as(capture.UDP, 7070, "none")}, "other decode-as-none 1"},
		{"none leaves streams alone", tcp + message(1), []pipeline.PortRule{as(capture.TCP, 7070, "none")}, "other decode-as-none 1"},
		{"the last of two rules that fit holds", udp + message(1),
			[]pipeline.PortRule{as(capture.UDP, 7070, "none"), as(capture.UDP, 9000, "sip")}, "1 messages"},
		{"and the other way round", udp + message(1),
			[]pipeline.PortRule{as(capture.UDP, 9000, "sip"), as(capture.UDP, 7070, "none")}, "other decode-as-none 1"},
		{"a single packet of told RTP is a stream", rtpOnce, []pipeline.PortRule{as(capture.UDP, 7070, "rtp")}, "1 of RTP"},
		{"not told it is none", rtpOnce, nil, ""},
		{"told RTP may use any port", dnsLike, []pipeline.PortRule{as(capture.UDP, 53, "rtp")}, "1 of RTP"},
		{"SIP on a port of RTP is unreadable", udp + message(1),
			[]pipeline.PortRule{as(capture.UDP, 7070, "rtp")}, "undecoded rtp-unreadable 1, rtp-unreadable"},
		{"STUN on a port of RTP is STUN", back + "0001 0000 2112a442 000102030405060708090a0b\n",
			[]pipeline.PortRule{as(capture.UDP, 7070, "rtp")}, "other stun 1"},
		{"a stream that is not SIP is undecoded", tcp + "hello\nworld\n" + tcp + strings.Repeat("no SIP here either\n", 20),
			[]pipeline.PortRule{as(capture.TCP, 7070, "sip")}, "undecoded sip-no-message-start 2, stream-resync"},
		{"a told stream is read from its next message", tcp + "PROXY TCP4 10.0.0.1 10.0.0.2 40000 7070\n" + message(1),
			[]pipeline.PortRule{as(capture.TCP, 7070, "sip")}, "1 messages, stream-resync"},
		{"a message in small segments is read", strings.Replace(tcp, " --", " split=2 --", 1) + message(1),
			[]pipeline.PortRule{as(capture.TCP, 7070, "sip")}, "1 messages"},
		{"a told stream of DNS that is none is undecoded", tcp + "hello, world\n",
			[]pipeline.PortRule{as(capture.TCP, 7070, "dns")}, "undecoded dns-no-message-start 1"},
		{"a tunnel's port may be told to carry none", "-- 0 udp 10.0.0.1:5060 > 10.0.0.2:5060 vxlan=5 --\n" + message(1),
			[]pipeline.PortRule{as(capture.UDP, 4789, "none")}, "other decode-as-none 1"},
		{"ports inside a tunnel are those that count", "-- 0 udp 10.0.0.1:5060 > 10.0.0.2:5060 vxlan=5 --\n" + message(1),
			[]pipeline.PortRule{as(capture.UDP, 5060, "none")}, "other decode-as-none 1"},
		{"SCTP's messages follow rules, too", "-- 0 sctp 10.0.0.1:9000 > 10.0.0.2:7070 --\nnot SIP\n",
			[]pipeline.PortRule{as(capture.SCTP, 7070, "sip")}, "undecoded sip-unreadable 1, sip-unreadable"},
		{"none leaves SCTP alone", "-- 0 sctp 10.0.0.1:9000 > 10.0.0.2:7070 --\n" + message(1),
			[]pipeline.PortRule{as(capture.SCTP, 7070, "none")}, "other decode-as-none 1"},
		{"a protocol that is not read over a transport changes nothing", udp + message(1),
			[]pipeline.PortRule{as(capture.UDP, 7070, "xmpp"), as(capture.TCP, 7070, "rtp")}, "1 messages"},
	} {
		t.Run(tt.rule, func(t *testing.T) {
			if got := readAs(t, parse(t, tt.text), tt.rules...); got != tt.want {
				t.Errorf("%s\nwant %s", got, tt.want)
			}
		})
	}
}

// TestToldRTPIsBounded: a port that is told RTP and carries nonsense does not
// make a stream of every packet for ever.
func TestToldRTPIsBounded(t *testing.T) {
	const packets = media.DefaultCandidates + 1000 // of one shard
	var b strings.Builder
	for i := range packets {
		fmt.Fprintf(&b, "-- %d.%03d udp 10.0.0.1:9000 > 10.0.0.2:7070 hex --\n8000 %04x 00000001 %08x 00\n", i/1000, i%1000, i*7&0xffff, i+1)
	}
	got := readAs(t, parse(t, b.String()), pipeline.PortRule{Transport: capture.UDP, Port: 7070, Protocol: pipeline.AsRTP})
	streams := strings.Count(got, "of RTP")
	if streams == 0 || streams > media.DefaultCandidates {
		t.Errorf("%d streams of %d packets of nonsense", streams, packets)
	}
}

// FuzzDecodeAs: whatever a told port carries, every frame has one fate, and a
// message is never made of bytes that the rule leaves alone.
func FuzzDecodeAs(f *testing.F) {
	f.Add([]byte(message(1)), uint8(0))
	f.Add([]byte("\x00\x20\x12\x34\x01\x00\x00\x01"), uint8(1))
	f.Add([]byte("<stream:stream to='example.com'>"), uint8(2))
	f.Add([]byte("\x80\x00\x00\x01\x00\x00\x00\x01\x00\x00\x00\x01"), uint8(3))
	f.Add([]byte("hello, world"), uint8(4))
	names := []string{"sip", "dns", "xmpp", pipeline.AsRTP, pipeline.AsNone}
	f.Fuzz(func(t *testing.T, b []byte, which uint8) {
		if len(b) == 0 || len(b) > 1000 {
			return
		}
		name := names[int(which)%len(names)]
		text := fmt.Sprintf("-- 0 udp 10.0.0.1:9000 > 10.0.0.2:7070 hex --\n%x\n-- 1 tcp 10.0.0.1:9000 > 10.0.0.2:7070 hex split=100 --\n%x\n", b, b)
		got := readAs(t, parse(t, text),
			pipeline.PortRule{Transport: capture.UDP, Port: 7070, Protocol: name},
			pipeline.PortRule{Transport: capture.TCP, Port: 7070, Protocol: name})
		if name == pipeline.AsNone && strings.Contains(got, "messages") {
			t.Errorf("%s", got)
		}
	})
}
