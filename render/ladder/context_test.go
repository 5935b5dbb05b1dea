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

// details writes the label and detail of every rung.
func details(l *ladder.Ladder) string {
	var out []string
	for i := range l.Rungs {
		out = append(out, strings.TrimSpace(l.Rungs[i].Label+" | "+l.Rungs[i].Detail))
	}
	return strings.Join(out, "\n")
}

func request(b *rendertest.Builder, method string, authorized bool) {
	b.Last().Name = method
	b.Last().Facts.Transaction = &decode.Transaction{Request: true, Method: method, Authorized: authorized, Expires: -1}
}

func registration(outcome flow.Outcome, answers ...string) *rendertest.Builder {
	b := rendertest.NewBuilder(1, decode.KindRegistration)
	b.F.Outcome = outcome
	x, y := b.Party("a", "", "10.0.0.1:5060"), b.Party("b", "", "10.0.0.2:5060")
	leg := b.Leg("sip", capture.UDP, x, y, "first")
	for i, a := range answers {
		b.Say(time.Second, leg, x, y, "REGISTER", "u@h")
		request(b, "REGISTER", i > 0)
		b.Say(time.Millisecond, leg, y, x, a, "")
		b.Last().Facts.Transaction.Method = "REGISTER"
	}
	return b
}

func TestCredentialsAreSaidOnce(t *testing.T) {
	b := registration(flow.Registered, "401 Unauthorized", "200 OK")
	want := "REGISTER | u@h\n401 Unauthorized |\nREGISTER | u@h · with credentials\n200 OK |"
	if got := details(of(b, &render.Options{})); got != want {
		t.Errorf("added by the ladder:\n%s", got)
	}
	b.F.Messages[2].Summary = "u@h · with credentials"
	if got := details(of(b, &render.Options{})); got != want {
		t.Errorf("said by the summary:\n%s", got)
	}
	request(b, "ACK", true)
	if got := of(b, &render.Options{}).Rungs[3].Detail; got != "" {
		t.Errorf("ACK says %q", got)
	}
}

func TestARequestWithCredentialsIsNotFoldedIntoOneWithout(t *testing.T) {
	b := rendertest.NewBuilder(1, decode.KindRegistration)
	x, y := b.Party("a", "", "10.0.0.1:5060"), b.Party("b", "", "10.0.0.2:5060")
	leg := b.Leg("sip", capture.UDP, x, y, "first")
	for i := range 6 {
		b.Say(time.Second, leg, x, y, "ACK", "")
		request(b, "ACK", i >= 3)
	}
	if got, want := rows(of(b, &render.Options{})), "ACK, fold 1×2, ACK, fold 1×2"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

func TestAChallengeIsAFailureOnlyWhenItIsTheEnd(t *testing.T) {
	tests := []struct {
		rule    string
		outcome flow.Outcome
		answers []string
		want    string
	}{
		{"answered", flow.Registered, []string{"401 Unauthorized", "200 OK"}, "retry success"},
		{"answered and then denied", flow.Denied, []string{"401 Unauthorized", "403 Forbidden"}, "retry failure"},
		{"wrong password, asked again", flow.Denied, []string{"401 Unauthorized", "401 Unauthorized"}, "retry failure"},
		{"nobody came back", flow.Challenged, []string{"407 Proxy"}, "failure"},
		{"the capture ends first", flow.Registered, []string{"401 Unauthorized", "200 OK", "401 Unauthorized"}, "retry success retry"},
	}
	for _, tt := range tests {
		var got []string
		for _, r := range of(registration(tt.outcome, tt.answers...), &render.Options{}).Rungs {
			if r.Class != ladder.Request {
				got = append(got, string(r.Class))
			}
		}
		if s := strings.Join(got, " "); s != tt.want {
			t.Errorf("%s: %s, want %s", tt.rule, s, tt.want)
		}
	}
}

func TestErrorsComeAgainAndAreNotRetransmitted(t *testing.T) {
	b := rendertest.DeadTrunk(1)
	for i := range b.F.Messages {
		if b.F.Messages[i].Facts.Quote != nil {
			b.F.Messages[i].RetransmissionOf = -1
		}
	}
	l := of(b, &render.Options{})
	if got := rows(l); got != "INVITE 3250, ICMP port unreachable" {
		t.Fatal(got)
	}
	if got := strings.Join(l.Rungs[1].Marks(), ","); got != "×6 again in 31.5 s" {
		t.Errorf("the error says %q", got)
	}
	if strings.Contains(l.Rungs[1].Title, "retransmitted") || !strings.Contains(l.Rungs[1].Title, "again 500 ms later") {
		t.Errorf("its tip: %s", l.Rungs[1].Title)
	}
	if got := strings.Join(l.Rungs[0].Marks(), ","); got != "×6 retransmitted in 31.5 s" {
		t.Errorf("the INVITE says %q", got)
	}
}

// A second OPTIONS refused as the first one was keeps its own error.
func TestErrorsOfNewRequestsStayBesideThem(t *testing.T) {
	b := rendertest.NewBuilder(1, decode.KindKeepalive)
	x, y := b.Party("a", "", "10.0.0.1:5060"), b.Party("b", "", "10.0.0.2:5060")
	leg := b.Leg("sip", capture.UDP, x, y, "first")
	for i := range 2 {
		b.Say(time.Second, leg, x, y, "OPTIONS", fmt.Sprint("n", i))
		b.Say(time.Millisecond, leg, y, x, "ICMP port unreachable", "")
		m := b.Last()
		m.Protocol, m.Facts.Transaction = "icmp", nil
		m.Facts.Quote = &decode.Quote{Path: m.Path.Reverse(), Text: "port unreachable"}
	}
	if got, want := rows(of(b, &render.Options{})), "OPTIONS, ICMP port unreachable, OPTIONS, ICMP port unreachable"; got != want {
		t.Errorf("got %s", got)
	}
}

func TestOnceIsNotCounted(t *testing.T) {
	r := ladder.Rung{Retransmissions: 1, Over: "after 500 ms"}
	if got := strings.Join(r.Marks(), ","); got != "retransmitted after 500 ms" {
		t.Error(got)
	}
}

func TestPaceOfRepetitions(t *testing.T) {
	tests := []struct {
		rule string
		gaps []time.Duration
		want string
	}{
		{"steady", []time.Duration{10 * time.Second, 11 * time.Second, 10 * time.Second}, "about every 10.3 s,"},
		{"doubling", []time.Duration{500 * time.Millisecond, time.Second, 2 * time.Second, 4 * time.Second, 4 * time.Second}, "at growing intervals, 0.5 to 4 s,"},
		{"neither", []time.Duration{500 * time.Millisecond, 16 * time.Second, 2 * time.Second}, "between 0.5 and 16 s apart,"},
		{"units that differ", []time.Duration{20 * time.Millisecond, time.Minute}, "at growing intervals, 20 ms to 1 min,"},
	}
	for _, tt := range tests {
		b := rendertest.NewBuilder(1, decode.KindMessage)
		x, y := b.Party("a", "", "10.0.0.1:5060"), b.Party("b", "", "10.0.0.2:5060")
		leg := b.Leg("sip", capture.UDP, x, y, "first")
		b.Say(0, leg, x, y, "MESSAGE", "")
		for _, g := range tt.gaps {
			b.Say(g, leg, x, y, "MESSAGE", "")
		}
		l := of(b, &render.Options{})
		if len(l.Folds) != 1 || !strings.Contains(l.Folds[0].Text, tt.want) {
			t.Errorf("%s: %+v, want %q", tt.rule, l.Folds, tt.want)
		}
	}
}

func TestResumeIsNamed(t *testing.T) {
	b := rendertest.NewBuilder(1, decode.KindCall)
	x, y := b.Party("a", "", "10.0.0.1:5060"), b.Party("b", "", "10.0.0.2:5060")
	leg := b.Leg("sip", capture.UDP, x, y, "first")
	offer := func(from, to int, tag, direction string) {
		b.Say(time.Second, leg, from, to, "INVITE", "PCMU")
		b.Last().Facts.Transaction.ToTag = tag
		b.Last().Facts.Session = &decode.Session{Media: []decode.Media{{Kind: "audio", Port: 4000, Direction: direction}}}
	}
	offer(x, y, "", "sendrecv")
	offer(x, y, "t", "sendonly")
	b.Last().Summary = "hold · PCMU"
	offer(y, x, "t", "sendrecv") // the other side is not on hold by its own will
	offer(x, y, "t", "sendrecv")
	offer(x, y, "t", "sendrecv")
	want := "INVITE | PCMU\nre-INVITE | hold · PCMU\nre-INVITE | PCMU\nre-INVITE | resume · PCMU\nre-INVITE | PCMU"
	if got := details(of(b, &render.Options{})); got != want {
		t.Errorf("got\n%s", got)
	}
}

func TestLegsOfKeepalivesShareAStyleByHop(t *testing.T) {
	for kind, want := range map[decode.Kind]string{
		decode.KindKeepalive: "7 legs UDP, leg 8 UDP",
		decode.KindCall:      "leg 1 UDP, leg 2 UDP, leg 3 UDP, leg 4 UDP, leg 5 UDP, leg 6 UDP, leg 7 UDP, leg 8 UDP",
	} {
		b := rendertest.NewBuilder(1, kind)
		x, y, z := b.Party("a", "", "10.0.0.1:5060"), b.Party("b", "", "10.0.0.2:5060"), b.Party("c", "", "10.0.0.3:5060")
		for i := range 7 {
			from, to := x, y
			if i%2 == 1 {
				from, to = y, x
			}
			b.Say(time.Second, b.Leg("sip", capture.UDP, from, to, "first"), from, to, fmt.Sprint("OPTIONS", i), "")
		}
		b.Say(time.Second, b.Leg("sip", capture.UDP, x, z, "first"), x, z, "OPTIONS", "")
		l := of(b, &render.Options{})
		var got []string
		for _, m := range l.Legend {
			got = append(got, m.Text)
		}
		if s := strings.Join(got, ", "); s != want {
			t.Errorf("%s: %s", kind, s)
		}
		if tip := l.Rungs[2].Title; !strings.Contains(tip, "leg 1.3 ") {
			t.Errorf("%s: the tip names another leg: %s", kind, tip)
		}
	}
}

func refused(b *rendertest.Builder, times int) *rendertest.Builder {
	b.F.Outcome, b.F.Reason = flow.Failed, "connection refused"
	server, client := b.Party("pub", "", "[fd00:20::10]:6970"), b.Party("pc", "", "[fd00:20::102]:57068")
	leg := b.Leg("tcp", capture.TCP, client, server, "first")
	for range times {
		b.Say(time.Millisecond, leg, server, client, "RST (refused)", "")
		b.Last().Facts = decode.Facts{Conn: &decode.ConnEvent{Event: capture.EventRefused}}
	}
	return b
}

func TestAConnectionThatNeverCameUp(t *testing.T) {
	b := refused(rendertest.NewBuilder(1, decode.KindOther), 2)
	l := of(b, &render.Options{})
	if l.Title != "TCP connection to [fd00:20::10]:6970 refused, 2 times" {
		t.Errorf("title %q", l.Title)
	}
	if l.Lifelines[0].Name != "pc" || l.Rungs[0].From != 1 || l.Rungs[0].To != 0 {
		t.Errorf("the client is not on the left: %+v %+v", l.Lifelines, l.Rungs[0])
	}
	b.F.Messages = b.F.Messages[:1]
	b.F.Messages[0].Facts = decode.Facts{Quote: &decode.Quote{Text: "prohibited by filter",
		Path: capture.Path{Transport: capture.TCP, Src: b.F.Parties[1].Addresses[0], Dst: netip.MustParseAddrPort("[fd00:20::10]:6970")}}}
	b.F.Reason = "prohibited by filter"
	if got := ladder.Title(b.F); got != "TCP connection to [fd00:20::10]:6970 failed: prohibited by filter" {
		t.Errorf("title %q", got)
	}
	b.F.Messages[0].Facts = decode.Facts{Conn: &decode.ConnEvent{Event: capture.EventNoAnswer}}
	b.F.Messages[0].Path = b.F.Messages[0].Path.Reverse()
	b.F.Outcome, b.F.Reason = flow.Timeout, "no answer to SYN"
	if got := ladder.Title(b.F); got != "TCP connection to [fd00:20::10]:6970 not answered" {
		t.Errorf("title %q", got)
	}
}

func TestFramesOfSeveralFilesNameTheirFile(t *testing.T) {
	b := rendertest.OneMessage(1)
	b.Say(time.Second, 0, 1, 0, "200 OK", "")
	doc := rendertest.Document("c", b)
	doc.Capture.Files = append(doc.Capture.Files, render.File{Name: "two.pcap"})
	b.Last().Frame.File = 1
	l := ladder.New(b.F, doc, &render.Options{})
	if l.Rungs[0].Frame != "1:12" || l.Rungs[1].Frame != "2:13" {
		t.Errorf("frames %q, %q", l.Rungs[0].Frame, l.Rungs[1].Frame)
	}
	if !strings.Contains(strings.Join(l.Subtitle, " "), "frames 1:12–2:13") {
		t.Errorf("subtitle %q", l.Subtitle)
	}
}

func TestVideoShowsFrameJitter(t *testing.T) {
	s := &media.Stream{Kind: "video", Codec: "H264", Packets: 3, Jitter: &media.Jitter{Mean: 47},
		Video: &media.Video{FPS: 12.5, Width: 320, Height: 240, FrameJitterMS: 1.2}}
	if got := ladder.StreamText(s); !strings.HasSuffix(got, "lost 0 · frame jitter 1.2 ms") {
		t.Error(got)
	}
	if got := ladder.VideoText(s); got != "12.5 frames/s, 320×240, frame jitter 1.2 ms" {
		t.Error(got)
	}
	s.Video = nil
	if got := ladder.StreamText(s); strings.Contains(got, "jitter") {
		t.Errorf("packet jitter of video: %s", got)
	}
}

func TestPathsOfICMPHaveNoPorts(t *testing.T) {
	p := capture.Path{Transport: capture.ICMP, Src: netip.MustParseAddrPort("10.0.0.1:0"), Dst: netip.MustParseAddrPort("[fd00::1]:0")}
	if got := ladder.PathText(p); got != "icmp 10.0.0.1 > fd00::1" {
		t.Error(got)
	}
}
