package flow

import (
	"fmt"
	"net/netip"
	"testing"
	"time"

	"rung/capture"
	"rung/decode"
)

// scaled is a capture of n messages that are all of one flow: a call with a
// leg for each, or a row of pings that ICMP errors answer.
func scaled(n int, shape string) []*decode.Message {
	say := &talker{}
	var out []*decode.Message
	for i := range n {
		at := time.Duration(i) * time.Millisecond
		client := netip.AddrPortFrom(netip.AddrFrom4([4]byte{10, 1, byte(i >> 8), byte(i)}), 5060)
		switch shape {
		case "legs":
			m := say.say(at, "same", "INVITE", decode.KindCall)
			m.Path.Src = client
			m.Facts.Transaction.FromTag = fmt.Sprint(i)
			out = append(out, m)
		case "pings":
			m := say.say(at, fmt.Sprint("ping", i), "OPTIONS", decode.KindKeepalive)
			m.IPID = uint32(i%60000 + 1)
			e := say.say(at, "", "port unreachable", "")
			e.Keys, e.Facts = nil, decode.Facts{Quote: &decode.Quote{Path: m.Path, IPID: m.IPID}}
			e.Path = capture.Path{Transport: m.Path.Transport, Src: m.Path.Dst, Dst: m.Path.Src}
			out = append(out, m, e)
		}
	}
	return out
}

// An ICMP error tells of the ping that it quotes, and of those before it with
// the same IP id; not of one that is sent after it.
func TestErrorsTellOfThePingsBeforeThem(t *testing.T) {
	say := &talker{}
	f := &Flow{}
	ping := func(ipid uint32) *decode.Message {
		m := say.say(0, "ping", "OPTIONS", decode.KindKeepalive)
		m.IPID = ipid
		return m
	}
	quote := func(ipid uint32) {
		m := say.say(0, "", "port unreachable", "")
		m.Facts = decode.Facts{Quote: &decode.Quote{Path: capture.Path{Transport: capture.UDP, Src: liveA, Dst: liveB}, IPID: ipid}}
		f.Messages = append(f.Messages, Message{Message: m})
	}
	quoted, other := ping(7), ping(8)
	quote(7)
	later := ping(7)
	for name, tt := range map[string]struct {
		request *decode.Message
		want    bool
	}{
		"quoted": {quoted, true}, "another": {other, false}, "sent after it": {later, false}, "not captured": {nil, false},
	} {
		if got := quotesOf(f).after(tt.request); got != tt.want {
			t.Errorf("%s: %v", name, got)
		}
	}
	quote(0)
	if errors := quotesOf(f); !errors.after(other) || !errors.after(later) {
		t.Error("an error that quotes no IP id tells of all packets of its path")
	}
}

// Four times the messages take four times the time.
func BenchmarkOneLargeFlow(b *testing.B) {
	for _, shape := range []string{"legs", "pings"} {
		for _, n := range []int{4000, 16000} {
			messages := scaled(n, shape)
			b.Run(fmt.Sprintf("%s/%d", shape, n), func(b *testing.B) {
				b.ReportAllocs()
				for b.Loop() {
					builder := New(Options{})
					for _, m := range messages {
						builder.Add(m)
					}
					if r := builder.Finish(liveStart.Add(time.Hour), nil); len(r.Flows) != 1 {
						b.Fatalf("%d flows", len(r.Flows))
					}
				}
			})
		}
	}
}
