package ladder_test

import (
	"fmt"
	"net/netip"
	"strings"
	"testing"
	"time"

	"rung/capture"
	"rung/decode"
	"rung/decode/flow"
	"rung/decode/media"
	"rung/render"
	"rung/render/ladder"
	"rung/render/rendertest"
)

func dur(d time.Duration) *time.Duration { return &d }

func TestTitle(t *testing.T) {
	a, z := decode.Party{User: "100", Host: "h"}, decode.Party{User: "200"}
	msgs := func(f decode.Facts) []flow.Message { return []flow.Message{{Message: &decode.Message{Facts: f}}} }
	tests := []struct {
		rule string
		f    flow.Flow
		want string
	}{
		{"an answered call", flow.Flow{Kind: decode.KindCall, From: a, To: z, Outcome: flow.Answered, Status: 200,
			Timing: flow.Timing{Ring: dur(3511 * time.Millisecond), Setup: dur(4300 * time.Millisecond), Talk: dur(62 * time.Second)}},
			"Call 100 → 200 · rang 3.5 s, answered after 4.3 s · 1 min 2 s"},
		{"a call without BYE", flow.Flow{Kind: decode.KindCall, From: a, To: z, Outcome: flow.Answered}, "Call 100 → 200 · answered · end not captured"},
		{"busy", flow.Flow{Kind: decode.KindCall, From: a, To: z, Outcome: flow.Busy, Status: 486, Reason: "Busy Here"}, "Call 100 → 200 · busy (486 Busy Here)"},
		{"cancelled while ringing", flow.Flow{Kind: decode.KindCall, From: a, To: z, Outcome: flow.Cancelled, Timing: flow.Timing{Ring: dur(9 * time.Second)}},
			"Call 100 → 200 · rang 9 s, cancelled by the caller"},
		{"rejected", flow.Flow{Kind: decode.KindCall, From: a, To: z, Outcome: flow.Rejected, Status: 404, Reason: "Not Found"}, "Call 100 → 200 · rejected 404 Not Found"},
		{"no reply", flow.Flow{Kind: decode.KindCall, From: a, To: z, Outcome: flow.Timeout}, "Call 100 → 200 · no reply"},
		{"unnamed caller", flow.Flow{Kind: decode.KindCall, To: z, Outcome: flow.InProgress}, "Call to 200 · not over when the capture ends"},
		{"registered", flow.Flow{Kind: decode.KindRegistration, From: a, Outcome: flow.Registered,
			Messages: msgs(decode.Facts{Transaction: &decode.Transaction{Status: 200}, Registration: &decode.Registration{Expires: 120}})},
			"Registration of 100 · registered for 120 s"},
		{"denied", flow.Flow{Kind: decode.KindRegistration, From: a, Outcome: flow.Denied, Status: 403, Reason: "Forbidden (bad password)"},
			"Registration of 100 · denied 403 Forbidden (bad password)"},
		{"login", flow.Flow{Kind: decode.KindXMPP, From: a, Outcome: flow.Online}, "XMPP login of 100@h · online"},
		{"login denied", flow.Flow{Kind: decode.KindXMPP, From: a, Outcome: flow.Denied, Reason: "not-authorized"}, "XMPP login of 100@h · denied not-authorized"},
		{"subscription", flow.Flow{Kind: decode.KindSubscription, From: a, To: z, Outcome: flow.Accepted,
			Messages: msgs(decode.Facts{Transaction: &decode.Transaction{Event: "presence"}})}, "Subscription (presence) 100 → 200 · accepted"},
		{"look-up that failed", flow.Flow{Kind: decode.KindLookup, Outcome: flow.NotFound, Reason: "NXDOMAIN",
			Messages: msgs(decode.Facts{Lookup: &decode.Lookup{Name: "_sip._tcp.a.", Type: "SRV"}})}, "SRV look-up _sip._tcp.a · not found (NXDOMAIN)"},
		{"look-up that found", flow.Flow{Kind: decode.KindLookup, Outcome: flow.Found,
			Messages: msgs(decode.Facts{Lookup: &decode.Lookup{Name: "a", Type: "SRV", Response: true, Answers: []decode.Answer{
				{Type: "SRV", Target: "b.", Port: 5060}, {Type: "SRV", Target: "c.", Port: 5061}, {Type: "A", Addr: netip.MustParseAddr("10.0.0.1"), Additional: true}}}})},
			"SRV look-up a · found b port 5060 and 1 more"},
		{"keepalive", flow.Flow{Kind: decode.KindKeepalive, From: a, To: z, Outcome: flow.Unanswered}, "Keepalive 100 → 200 · no answer"},
		{"nothing known", flow.Flow{Kind: decode.KindOther}, "Messages between unnamed parties"},
	}
	for _, tt := range tests {
		if got := ladder.Title(&tt.f); got != tt.want {
			t.Errorf("%s:\n got %s\nwant %s", tt.rule, got, tt.want)
		}
	}
}

func TestDuration(t *testing.T) {
	tests := []struct {
		d    time.Duration
		want string
	}{
		{0, "0 ms"}, {400 * time.Microsecond, "0.4 ms"}, {1500 * time.Microsecond, "2 ms"}, {999 * time.Millisecond, "999 ms"},
		{999600 * time.Microsecond, "1 s"}, {3511 * time.Millisecond, "3.5 s"}, {59960 * time.Millisecond, "1 min"},
		{62 * time.Second, "1 min 2 s"}, {20 * time.Minute, "20 min"}, {59*time.Minute + 59700*time.Millisecond, "1 h"},
		{125 * time.Minute, "2 h 5 min"}, {72 * time.Hour, "3 days"}, {-3 * time.Second, "-3 s"},
	}
	for _, tt := range tests {
		if got := ladder.Duration(tt.d); got != tt.want {
			t.Errorf("Duration(%v) = %q, want %q", tt.d, got, tt.want)
		}
	}
}

// rows writes the rows of a ladder in short.
func rows(l *ladder.Ladder) string {
	var out []string
	for _, r := range l.Rows {
		switch r.Kind {
		case ladder.RowRung:
			out = append(out, l.Rungs[r.Index].Label)
		case ladder.RowSpan:
			out = append(out, fmt.Sprintf("media×%d", len(l.Spans[r.Index].Lines)))
		case ladder.RowFold:
			f := &l.Folds[r.Index]
			out = append(out, fmt.Sprintf("fold %d×%d", f.Count, f.Times))
		case ladder.RowGap:
			out = append(out, l.Gaps[r.Index].Text)
		}
	}
	return strings.Join(out, ", ")
}

func of(b *rendertest.Builder, opt *render.Options) *ladder.Ladder {
	return ladder.New(b.F, rendertest.Document("cmd", b), opt)
}

func TestRows(t *testing.T) {
	tests := []struct {
		rule string
		b    *rendertest.Builder
		opt  render.Options
		want string
	}{
		{"a refreshed registration is folded", rendertest.Registration(1), render.Options{},
			"REGISTER user1, 401 Unauthorized, REGISTER user1, 200 OK, fold 4×6"},
		{"retransmissions are folded into the original", rendertest.DeadTrunk(1), render.Options{}, "INVITE 3250, ICMP port unreachable"},
		{"detail unfolds", rendertest.DeadTrunk(1), render.Options{Detail: true},
			"INVITE 3250, ICMP port unreachable, INVITE 3250, ICMP port unreachable, INVITE 3250, ICMP port unreachable, INVITE 3250, ICMP port unreachable, INVITE 3250, ICMP port unreachable, INVITE 3250, ICMP port unreachable, 16 s later, INVITE 3250, ICMP port unreachable"},
		{"silences are marked, media stands where it began", rendertest.TrunkCall(1), render.Options{},
			"INVITE 3250, 100 Trying, INVITE 3250, 180 Ringing, 180 Ringing, 200 OK, ACK, 200 OK, ACK, media×2, BYE, 200 OK, BYE, 200 OK"},
		{"loops and events", rendertest.Events(1), render.Options{},
			"TCP open, INVITE 200, INVITE 200, 100 Trying, 25 s later, OPTIONS, 200 OK, fold 2×11, 20 min later, CANCEL, 200 OK, 487 Request Terminated, ACK, TCP reset"},
	}
	for _, tt := range tests {
		if got := rows(of(tt.b, &tt.opt)); got != tt.want {
			t.Errorf("%s:\n got %s\nwant %s", tt.rule, got, tt.want)
		}
	}
}

func TestUnregisterIsNotFoldedAway(t *testing.T) {
	b := rendertest.Registration(1)
	b.F.Messages[26].Summary = "expires 0"
	got := rows(of(b, &render.Options{}))
	want := "REGISTER user1, 401 Unauthorized, REGISTER user1, 200 OK, fold 4×5, 1 min 48 s later, REGISTER user1, 401 Unauthorized, REGISTER user1, 200 OK"
	if got != want {
		t.Errorf("\n got %s\nwant %s", got, want)
	}
}

func TestRequestsSayToWhom(t *testing.T) {
	tests := []struct {
		rule, method, summary, toTag, want string
	}{
		{"the INVITE that begins a call", "INVITE", "From 1", "", "INVITE 3250"},
		{"a re-INVITE goes to a contact", "INVITE", "", "x", "re-INVITE"},
		{"requests in a dialog", "BYE", "", "", "BYE"},
		{"REGISTER names the address of record", "REGISTER", "", "", "REGISTER user1"},
		{"where the detail says so already", "REGISTER", "user1@lab.example", "", "REGISTER"},
	}
	for _, tt := range tests {
		b := rendertest.OneMessage(1)
		m := b.Last()
		m.Name, m.Summary = tt.method, tt.summary
		m.Facts.Transaction = &decode.Transaction{Request: true, Method: tt.method, ToTag: tt.toTag}
		m.Facts.Identity = &decode.Identity{RequestURI: decode.Party{User: "3250"}, To: decode.Party{User: "user1"}}
		if got := of(b, &render.Options{}).Rungs[0].Label; got != tt.want {
			t.Errorf("%s: %q, want %q", tt.rule, got, tt.want)
		}
	}
}

// TestEveryMessageIsSomewhere holds for every sample, folded or not.
func TestEveryMessageIsSomewhere(t *testing.T) {
	for _, s := range rendertest.Samples() {
		for _, detail := range []bool{false, true} {
			for _, f := range s.Doc.Flows {
				l := ladder.New(f, s.Doc, &render.Options{Detail: detail})
				seen := make([]int, len(f.Messages))
				for _, r := range l.Rows {
					switch r.Kind {
					case ladder.RowRung:
						for _, m := range l.Rungs[r.Index].Messages {
							seen[m]++
						}
					case ladder.RowFold:
						for _, m := range l.Folds[r.Index].Messages {
							seen[m]++
						}
					}
				}
				for i, n := range seen {
					if n != 1 {
						t.Errorf("%s detail=%v: message %d is drawn %d times", s.Name, detail, i, n)
					}
				}
			}
		}
	}
}

func TestRetransmissionsAreCounted(t *testing.T) {
	l := of(rendertest.DeadTrunk(1), &render.Options{})
	r := l.Rungs[0]
	if r.Retransmissions != 6 || r.Over != "in 31.5 s" || len(r.Messages) != 7 || len(r.Frames) != 7 {
		t.Errorf("%d retransmissions %s, messages %v, frames %v", r.Retransmissions, r.Over, r.Messages, r.Frames)
	}
	if l.Rungs[1].Class != ladder.Alarm {
		t.Errorf("ICMP is %q", l.Rungs[1].Class)
	}
}

func TestClasses(t *testing.T) {
	tests := []struct {
		rule  string
		facts decode.Facts
		want  ladder.Class
	}{
		{"request", decode.Facts{Transaction: &decode.Transaction{Request: true, Method: "INVITE"}}, ladder.Request},
		{"180", decode.Facts{Transaction: &decode.Transaction{Status: 180}}, ladder.Provisional},
		{"202", decode.Facts{Transaction: &decode.Transaction{Status: 202}}, ladder.Success},
		{"302", decode.Facts{Transaction: &decode.Transaction{Status: 302}}, ladder.Retry},
		{"a challenge is no failure", decode.Facts{Transaction: &decode.Transaction{Status: 407}}, ladder.Retry},
		{"the end of a cancelled call is no failure", decode.Facts{Transaction: &decode.Transaction{Status: 487}}, ladder.Retry},
		{"403", decode.Facts{Transaction: &decode.Transaction{Status: 403}}, ladder.Failure},
		{"SASL failure", decode.Facts{Login: &decode.Login{Step: decode.StepAuthFailure}}, ladder.Failure},
		{"SASL success", decode.Facts{Login: &decode.Login{Step: decode.StepAuthSuccess}}, ladder.Success},
		{"NXDOMAIN", decode.Facts{Lookup: &decode.Lookup{Response: true, Status: "NXDOMAIN"}}, ladder.Failure},
		{"NXDOMAIN that is a transaction as well", decode.Facts{Transaction: &decode.Transaction{}, Lookup: &decode.Lookup{Response: true, Status: "REFUSED"}}, ladder.Failure},
		{"an answer", decode.Facts{Lookup: &decode.Lookup{Response: true, Status: "NOERROR"}}, ladder.Success},
		{"TCP refused", decode.Facts{Conn: &decode.ConnEvent{Event: capture.EventRefused}}, ladder.Alarm},
		{"TCP closed", decode.Facts{Conn: &decode.ConnEvent{Event: capture.EventFinish}}, ladder.Event},
		{"nothing known", decode.Facts{}, ladder.Request},
	}
	for _, tt := range tests {
		b := rendertest.OneMessage(1)
		b.Last().Facts = tt.facts
		if got := of(b, &render.Options{}).Rungs[0].Class; got != tt.want {
			t.Errorf("%s: %q, want %q", tt.rule, got, tt.want)
		}
	}
}

func TestMediaFindsItsLifelines(t *testing.T) {
	b := rendertest.TrunkCall(1)
	// 10.9.9.9 is no party's address, but the phone offered it.
	b.F.Messages[6].Facts.Session = &decode.Session{Media: []decode.Media{{Addr: netip.MustParseAddrPort("10.9.9.9:4000")}}}
	b.Stream("10.9.9.9:4000", "10.6.1.102:16380", b.Now(), time.Second, 0, "")
	b.Stream("10.8.8.8:1", "10.6.1.102:16380", b.Now(), time.Second, 0, "")
	l := of(b, &render.Options{})
	var got []string
	for _, s := range l.Spans {
		got = append(got, fmt.Sprintf("%s–%s %d", l.Lifelines[s.From].Name, l.Lifelines[s.To].Name, len(s.Lines)))
	}
	if want := "Aastra 400–SEP0011223344 3, Aastra 400–10.8.8.8 1"; strings.Join(got, ", ") != want {
		t.Errorf("got  %s\nwant %s", strings.Join(got, " "), want)
	}
	if l.Lifelines[3].Role != "media" {
		t.Errorf("the added lifeline is %+v", l.Lifelines[3])
	}
}

func TestStreamText(t *testing.T) {
	b := rendertest.NewBuilder(1, decode.KindCall)
	b.Party("a", "", "10.0.0.1:1")
	full := b.Stream("10.0.0.1:1", "10.0.0.2:1", rendertest.Start, 62400*time.Millisecond, 17, "12#")
	bare := &media.Stream{Kind: "video", Encrypted: true, PayloadTypes: []uint8{96}, Packets: 1}
	for s, want := range map[*media.Stream]string{
		full: "PCMU 62.4 s · 3,103 packets · lost 17 (0.5 %) · jitter 1.9 ms · DTMF 1 2 #",
		bare: "payload type 96 video (SRTP) 0 ms · 1 packet · lost 0",
	} {
		if got := ladder.StreamText(s); got != want {
			t.Errorf("got  %s\nwant %s", got, want)
		}
	}
}

func TestNotesAreNumberedOnce(t *testing.T) {
	b := rendertest.TrunkCall(1)
	for _, i := range []int{0, 2, 3, 10} {
		b.F.Messages[i].Diagnostics = []capture.Diagnostic{{Code: "x", Severity: capture.Warning, Text: "odd", Ref: "RFC 3261 §7"}}
	}
	b.F.Messages[1].Diagnostics = []capture.Diagnostic{{Severity: capture.Info, Text: "not worth a note"}}
	b.F.Diagnostics = []capture.Diagnostic{{Severity: capture.Error, Text: "of the flow"}}
	l := of(b, &render.Options{})
	if len(l.Notes) != 2 || l.Notes[0].Text != "odd (RFC 3261 §7) · frames 12, 14, 6254" || l.Notes[1].Text != "of the flow" {
		t.Errorf("notes %+v", l.Notes)
	}
	if n := l.Rungs[2].Notes; len(n) != 1 || n[0] != 1 {
		t.Errorf("the rung of two odd messages has notes %v", n)
	}
	if n := l.Rungs[1].Notes; len(n) != 0 {
		t.Errorf("an info made notes %v", n)
	}
}

func TestManyNotesAreCounted(t *testing.T) {
	b := rendertest.OneMessage(1)
	for i := range 40 {
		b.Last().Diagnostics = append(b.Last().Diagnostics, capture.Diagnostic{Severity: capture.Warning, Text: fmt.Sprint("odd ", i)})
	}
	l := of(b, &render.Options{})
	if n := len(l.Notes); n != 12 || !strings.HasSuffix(l.Notes[11].Text, "and 28 remarks not listed here") {
		t.Errorf("%d notes, last %+v", n, l.Notes[len(l.Notes)-1])
	}
}

func TestOverMidnightClocksHaveDates(t *testing.T) {
	b := rendertest.OneMessage(1)
	b.Say(12*time.Hour, 0, 1, 0, "200 OK", "")
	l := of(b, &render.Options{})
	if l.Rungs[0].Clock != "04-17 15:53:55.312" || l.Rungs[1].Clock != "04-18 03:53:55.312" {
		t.Errorf("clocks %q, %q", l.Rungs[0].Clock, l.Rungs[1].Clock)
	}
	zone := time.FixedZone("X", 10*3600)
	if c := of(b, &render.Options{Zone: zone}).Rungs[0].Clock; c != "01:53:55.312" {
		t.Errorf("in a zone where it is one day: %q", c)
	}
}

func TestHugeFlowIsCutAloud(t *testing.T) {
	l := of(rendertest.Long(1, 10_050), &render.Options{})
	if len(l.Rungs) != 10_000 {
		t.Fatalf("%d rungs", len(l.Rungs))
	}
	last := l.Rows[len(l.Rows)-1]
	if last.Kind != ladder.RowGap || !strings.HasPrefix(l.Gaps[last.Index].Text, "49 messages more not drawn") {
		t.Errorf("the last row is %+v", last)
	}
}

func TestBadIndicesGetALifeline(t *testing.T) {
	b := rendertest.OneMessage(1)
	m := b.Last()
	m.To, m.Leg, m.RetransmissionOf = 99, 99, 7
	l := of(b, &render.Options{})
	if r := l.Rungs[0]; l.Lifelines[r.To].Name != "unknown" || r.Leg != -1 {
		t.Errorf("rung %+v, lifelines %+v", r, l.Lifelines)
	}
}

func TestHostsTalkingToThemselvesShowPorts(t *testing.T) {
	b := rendertest.NewBuilder(1, decode.KindCall)
	b.Party("a", "", "10.0.0.1:5060")
	b.Party("b", "", "10.0.0.1:5080")
	b.Party("", "", "10.0.0.2:5060")
	l := of(b, &render.Options{})
	for i, want := range []string{"a 10.0.0.1:5060", "b 10.0.0.1:5080", "10.0.0.2 "} {
		if got := l.Lifelines[i].Name + " " + l.Lifelines[i].Address; got != want {
			t.Errorf("lifeline %d is %q, want %q", i, got, want)
		}
	}
}

func BenchmarkNew(b *testing.B) {
	bld := rendertest.Long(1, 2000)
	doc := rendertest.Document("c", bld)
	b.ReportAllocs()
	for b.Loop() {
		ladder.New(bld.F, doc, &render.Options{})
	}
}
