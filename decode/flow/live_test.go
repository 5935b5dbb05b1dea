package flow

import (
	"fmt"
	"net/netip"
	"slices"
	"testing"
	"time"

	"rung/capture"
	"rung/decode"
	"rung/decode/media"
)

var (
	liveStart = capture.Time(1_700_000_000_000_000_000)
	liveA     = netip.MustParseAddrPort("10.0.0.1:5060")
	liveB     = netip.MustParseAddrPort("10.0.0.2:5060")
)

// A talker makes messages in capture order.
type talker struct {
	n uint64
}

// say is one SIP message of a call: "INVITE", or "200 INVITE" for an answer.
func (t *talker) say(at time.Duration, id, what string, kind decode.Kind) *decode.Message {
	t.n++
	m := &decode.Message{
		Order: capture.Order{Index: t.n}, Time: liveStart.Add(at), Frame: capture.Frame{Number: int32(t.n)},
		Path: capture.Path{Transport: capture.UDP, Src: liveA, Dst: liveB}, Protocol: "sip", Name: what, Kind: kind,
		Keys: []decode.Key{{Kind: "call-id", Value: id}}, Digest: t.n,
	}
	x := &decode.Transaction{Method: what, Request: true, FromTag: "f", ID: fmt.Sprint(id, what, at)}
	if n, _ := fmt.Sscanf(what, "%d %s", &x.Status, &x.Method); n == 2 {
		x.Request, x.ToTag, x.ID = false, "t", ""
		m.Path = m.Path.Reverse()
	}
	m.Facts.Transaction = x
	return m
}

func (t *talker) call(l *Live, at time.Duration, id string) {
	for i, what := range []string{"INVITE", "200 INVITE", "BYE", "200 BYE"} {
		l.Add(t.say(at+time.Duration(i)*10*time.Millisecond, id, what, decode.KindCall))
	}
}

// watchFor ticks every second and gives the flows written.
func watchFor(l *Live, from, to time.Duration) (out []*Flow) {
	var released []media.Release
	for at := from; at < to; at += time.Second {
		h := l.Tick(liveStart.Add(at), nil, released, nil)
		released = h.Release
		out = append(out, h.Flows...)
	}
	return out
}

func newLive(keep time.Duration) *Live { return NewLive(LiveOptions{Keep: keep}) }

// Ten hours of calls leave nothing behind.
func TestLiveForgetsWhatIsOver(t *testing.T) {
	l, say := newLive(time.Minute), &talker{}
	written := 0
	for i := range 3600 {
		at := time.Duration(i) * 10 * time.Second
		say.call(l, at, fmt.Sprint("call", i))
		written += len(watchFor(l, at+time.Second, at+10*time.Second))
		if flows, messages := l.Open(); flows > 8 || messages > 32 {
			t.Fatalf("after %s: %d flows, %d messages in memory", at, flows, messages)
		}
	}
	written += len(l.Finish(liveStart.Add(10*time.Hour), nil, nil).Flows)
	if written != 3600 {
		t.Errorf("%d flows written", written)
	}
	if n := len(l.b.byKey) + len(l.b.paths) + len(l.owners) + len(l.tenants); n > 20 {
		t.Errorf("%d things are still in the books", n)
	}
	if n := l.Tally(0)[TallyKey{decode.KindCall, Answered}]; n != 3600 {
		t.Errorf("%d answered calls counted", n)
	}
}

// A flow is written when it is over, once more when it leaves if it went on,
// and not again after that.
func TestLiveWritesAgainWhatGoesOn(t *testing.T) {
	l, say := newLive(time.Minute), &talker{}
	register := func(at time.Duration, status string) {
		l.Add(say.say(at, "r", "REGISTER", decode.KindRegistration))
		l.Add(say.say(at+time.Millisecond, "r", status+" REGISTER", decode.KindRegistration))
	}
	register(0, "200")
	first := watchFor(l, time.Second, 30*time.Second)
	if len(first) != 1 || len(first[0].Messages) != 2 || first[0].Outcome != Registered {
		t.Fatalf("%d written", len(first))
	}
	register(30*time.Second, "200")
	again := watchFor(l, 31*time.Second, 200*time.Second)
	if len(again) != 1 || len(again[0].Messages) != 4 || again[0].Key != first[0].Key || again[0].ID != first[0].ID {
		t.Fatalf("%d written again", len(again))
	}
	register(200*time.Second, "403")
	later := watchFor(l, 201*time.Second, 400*time.Second)
	if len(later) != 1 || later[0].Outcome != Denied || later[0].Key != first[0].Key || later[0].ID == first[0].ID {
		t.Fatalf("%d written later", len(later))
	}
}

// Another outcome is told at once.
func TestLiveWritesAnotherOutcomeAtOnce(t *testing.T) {
	l, say := newLive(time.Hour), &talker{}
	for i, status := range []string{"200", "403"} {
		at := time.Duration(i) * time.Minute
		l.Add(say.say(at, "r", "REGISTER", decode.KindRegistration))
		l.Add(say.say(at+time.Millisecond, "r", status+" REGISTER", decode.KindRegistration))
		if got := watchFor(l, at+time.Second, at+20*time.Second); len(got) != 1 {
			t.Errorf("%s: %d written", status, len(got))
		}
	}
}

func TestLivePatience(t *testing.T) {
	tests := map[string]struct {
		say   []string
		over  time.Duration // since the last message, within a few seconds
		after Outcome
	}{
		"answered and ended":    {[]string{"INVITE", "200 INVITE", "BYE", "200 BYE"}, 5 * time.Second, Answered},
		"refused":               {[]string{"INVITE", "486 INVITE"}, 5 * time.Second, Busy},
		"never answered":        {[]string{"INVITE"}, 40 * time.Second, Timeout},
		"refused on one way":    {[]string{"INVITE", "503 INVITE", "200 INVITE"}, 24 * time.Hour, Answered},
		"rings":                 {[]string{"INVITE", "180 INVITE"}, time.Hour, InProgress},
		"talks":                 {[]string{"INVITE", "200 INVITE"}, 24 * time.Hour, Answered},
		"challenged, goes on":   {[]string{"INVITE", "401 INVITE"}, 40 * time.Second, Rejected},
		"redirected, goes away": {[]string{"INVITE", "302 INVITE"}, 40 * time.Second, Redirected},
	}
	for name, test := range tests {
		l, say := newLive(time.Hour), &talker{}
		for _, what := range test.say {
			l.Add(say.say(0, "c", what, decode.KindCall))
		}
		if got := watchFor(l, time.Second, test.over-time.Second); len(got) != 0 {
			t.Errorf("%s: over too early", name)
		}
		got := watchFor(l, test.over-time.Second, test.over+3*time.Second)
		if len(got) != 1 || got[0].Outcome != test.after {
			t.Errorf("%s: %d written at the end", name, len(got))
		}
	}
}

// Endless flows are written in pieces that have one key.
func TestLiveCutsEndlessFlows(t *testing.T) {
	l, say := newLive(time.Minute), &talker{}
	var got []*Flow
	for i := range 2000 {
		at := time.Duration(i) * time.Second
		l.Add(say.say(at, "m", "MESSAGE", decode.KindMessage))
		got = append(got, watchFor(l, at+500*time.Millisecond, at+time.Second)...)
		if _, n := l.Open(); n > liveFlowMessages+1 {
			t.Fatalf("%d messages in memory", n)
		}
	}
	got = append(got, l.Finish(liveStart.Add(time.Hour), nil, nil).Flows...)
	sum := 0
	for i, f := range got {
		sum += len(f.Messages)
		if f.Key != got[0].Key {
			t.Errorf("piece %d has key %s, the first one %s", i, f.Key, got[0].Key)
		}
		var codes []string
		for _, d := range f.Diagnostics {
			codes = append(codes, d.Code)
		}
		if slices.Contains(codes, "flow-continues") != (i < len(got)-1) || slices.Contains(codes, "flow-continued") != (i > 0) {
			t.Errorf("piece %d of %d: %v", i, len(got), codes)
		}
	}
	if n := l.Tally(0)[TallyKey{decode.KindMessage, Timeout}]; n != 1 {
		t.Errorf("counted as %d flows", n)
	}
	if len(got) != 4 || sum != 2000 {
		t.Errorf("%d pieces of %d messages", len(got), sum)
	}
}

// Too many messages at a time make the flows leave that were quiet longest.
func TestLiveBoundsItsMemory(t *testing.T) {
	l, say := newLive(time.Minute), &talker{}
	l.most = 1000
	var got []*Flow
	for i := range 5000 { // calls that ring for ever
		at := time.Duration(i) * 10 * time.Millisecond
		id := fmt.Sprint("c", i)
		l.Add(say.say(at, id, "INVITE", decode.KindCall))
		l.Add(say.say(at, id, "180 INVITE", decode.KindCall))
		if i%100 == 99 {
			got = append(got, l.Tick(liveStart.Add(at), nil, nil, nil).Flows...)
			if _, n := l.Open(); n > 1200 {
				t.Fatalf("%d messages in memory", n)
			}
		}
	}
	if len(got) == 0 || got[0].ID != 1 || got[len(got)-1].ID > 4990 {
		t.Fatalf("%d left early", len(got))
	}
	diags := l.Diagnostics()
	if len(diags) != 1 || diags[0].Code != "live-messages-limit" || diags[0].Frames[0].Number != 1 {
		t.Errorf("%v", diags)
	}
	rest := l.Finish(liveStart.Add(time.Minute), nil, nil)
	if len(got)+len(rest.Flows) != 5000 {
		t.Errorf("%d + %d flows", len(got), len(rest.Flows))
	}
}

// The Call-IDs that left are remembered in two generations.
func TestLiveMemory(t *testing.T) {
	var m memory
	for i := range uint64(3 * liveLeft) {
		m.put(i, departed{tag: i})
	}
	if len(m.young)+len(m.old) > 2*liveLeft {
		t.Errorf("%d remembered", len(m.young)+len(m.old))
	}
	if d, ok := m.get(3*liveLeft - 1); !ok || d.tag != 3*liveLeft-1 {
		t.Error("the latest is not there")
	}
	if _, ok := m.get(0); ok {
		t.Error("the first is still there")
	}
}
