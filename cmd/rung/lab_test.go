package main

import (
	"fmt"
	"strings"
	"testing"
)

// A labFlow is a flow as the logs of those who took part tell it.
type labFlow struct {
	kind     string
	from, to string // users; hosts where the flow has none; "" not told
	callID   string
	outcome  string
	status   int
	legs     int            // 0: not told
	messages map[string]int // how often a message was sent, over all legs
	streams  []labStream
}

// A labStream is one direction of media as its sender and the impairment log
// tell it.
type labStream struct {
	src, dst, codec string
	packets, lost   int
	digits          string
}

type labCapture struct {
	name  string
	kinds map[string]int // how many flows of a kind there are, where the logs tell
	flows []labFlow
}

// lab is what the truth of each capture says: logs of the registrar, the
// proxy, the user agents and the program that dropped packets; never rung's
// own output. Users and Call-IDs are theirs.
var lab = []labCapture{
	// Client: SESSION user2, QUIT. Registrar: four REGISTER, the last with
	// expires=0. dig: eight names found, _collab-edge NXDOMAIN.
	{"jabber-startup", map[string]int{"call": 0, "registration": 1, "xmpp": 1}, []labFlow{
		{kind: "registration", from: "user2", callID: "b35d92f6824986f8", outcome: "unregistered", status: 200, legs: 1, messages: map[string]int{"REGISTER": 4, "401": 2, "200": 2}},
		{kind: "xmpp", from: "user2", to: "lab.example", outcome: "online"},
		{kind: "lookup", to: "_cisco-uds._tcp.lab.example", outcome: "found"},
		{kind: "lookup", to: "_cuplogin._tcp.lab.example", outcome: "found"},
		{kind: "lookup", to: "_collab-edge._tls.lab.example", outcome: "not-found"},
		{kind: "lookup", to: "lab.example", outcome: "found"},
		{kind: "lookup", to: "tftp.lab.example", outcome: "found"},
	}},
	// Prosody: two logins authenticated, a third client connected and
	// disconnected; client: FAILED_AUTH.
	{"xmpp-plain", map[string]int{"call": 0, "xmpp": 3}, []labFlow{
		{kind: "xmpp", from: "user1", to: "lab.example", outcome: "online"},
		{kind: "xmpp", from: "user2", to: "lab.example", outcome: "online"},
		{kind: "xmpp", from: "user1", to: "lab.example", outcome: "denied"},
	}},
	// Registrar: eight REGISTER of user1, four times AUTH ok, expires=0 last;
	// two of user2, wrong password. Client user2: 403.
	{"register-udp", map[string]int{"call": 0, "registration": 2}, []labFlow{
		{kind: "registration", from: "user1", callID: "5afe4ee58caf2424", outcome: "unregistered", status: 200, legs: 1, messages: map[string]int{"REGISTER": 8, "401": 4, "200": 4}},
		{kind: "registration", from: "user2", callID: "89e8e08582c41815", outcome: "denied", status: 403, legs: 1, messages: map[string]int{"REGISTER": 2, "401": 1, "403": 1}},
	}},
	{"register-tcp", map[string]int{"call": 0, "registration": 2}, []labFlow{
		{kind: "registration", from: "user1", callID: "abeaed895333189f", outcome: "unregistered", status: 200, legs: 1, messages: map[string]int{"REGISTER": 8, "401": 4, "200": 4}},
		{kind: "registration", from: "user2", callID: "99c5a4affd9f1f14", outcome: "denied", status: 403, legs: 1, messages: map[string]int{"REGISTER": 2, "401": 1, "403": 1}},
	}},
	// Server: two SUBSCRIBE, replies to NOTIFY CSeq 2 to 6, six PUBLISH
	// (three times 407 and 200).
	{"presence", map[string]int{"call": 0, "subscription": 1, "publication": 1}, []labFlow{
		{kind: "subscription", from: "user1", to: "user2", callID: "1-18604@10.20.0.101", outcome: "accepted", status: 200, messages: map[string]int{"SUBSCRIBE": 2, "NOTIFY": 5}},
		{kind: "publication", from: "user2", to: "user2", callID: "1-18606@10.20.0.102", outcome: "accepted", status: 200, messages: map[string]int{"PUBLISH": 6, "407": 3, "200": 3}},
	}},
	// B2BUA: rejecting incoming call (486 Rejected); leg B answered, ACK, BYE.
	{"b2bua-486", map[string]int{"call": 2}, []labFlow{
		{kind: "call", from: "875737", to: "3250", outcome: "busy", status: 486, legs: 1, messages: map[string]int{"INVITE": 1}},
		{kind: "call", from: "875737", to: "3250", outcome: "answered", status: 200, legs: 1, messages: map[string]int{"INVITE": 1, "ACK": 1, "BYE": 1}},
	}},
	// gw1 answered 488 through the proxy. OPTIONS: gw1 404, gw2 port unreachable.
	{"rejected-488", map[string]int{"keepalive": 2}, []labFlow{
		{kind: "call", from: "875737", to: "3250", outcome: "rejected", status: 488, legs: 2, messages: map[string]int{"INVITE": 2, "488": 2}},
		{kind: "keepalive", to: "10.20.0.31", outcome: "answered", status: 404},
		{kind: "keepalive", to: "10.20.0.32", outcome: "unanswered"},
	}},
	// One INVITE in seven transmissions, ICMP to each, no answer.
	{"dead-trunk", map[string]int{"call": 1}, []labFlow{
		{kind: "call", from: "875737", to: "3250", callID: "36d6b55e8b67614d", outcome: "timeout", legs: 1, messages: map[string]int{"INVITE": 7, "ICMP port unreachable": 7}},
	}},
	// User agents: 1152 and 1116 packets sent, none lost. Proxy: three INVITE
	// of 875737, 404 to six pings. Keys: 1 2 3 # and 9.
	{"proxy-call-hold-dtmf", map[string]int{"call": 1, "keepalive": 2}, []labFlow{
		{kind: "call", from: "875737", to: "3250", callID: "f995bdb4fa2a9f72", outcome: "answered", status: 200, legs: 2, messages: map[string]int{"INVITE": 6, "BYE": 2},
			streams: []labStream{
				{"10.20.0.200:20016", "10.20.0.31:30074", "PCMU", 1152, 0, "123#"},
				{"10.20.0.31:30074", "10.20.0.200:20016", "PCMU", 1116, 0, "9"},
			}},
		{kind: "keepalive", to: "10.20.0.31", outcome: "answered", status: 404, messages: map[string]int{"404": 6}},
		{kind: "keepalive", to: "10.20.0.32", outcome: "unanswered"},
	}},
	// Leg B's Call-ID is leg A's with -b2b_1. Sent: 618 and 153 packets; key 5.
	{"b2bua-one-way-audio", nil, []labFlow{
		{kind: "call", from: "875737", to: "3250", callID: "2c6a5b1490daf184", outcome: "answered", status: 200,
			streams: []labStream{
				{"10.20.0.200:20024", "10.20.0.31:30074", "PCMU", 618, 0, "5"},
				{"10.20.0.31:30074", "10.20.0.200:20024", "PCMU", 153, 0, ""},
			}},
		{kind: "call", to: "3250", callID: "2c6a5b1490daf184-b2b_1", outcome: "answered", status: 200},
	}},
	// User agents: what each sent on each of the two legs; key 7, relayed.
	{"trunk-b2bua", nil, []labFlow{
		{kind: "call", from: "875737", to: "3250", callID: "dc2fb43f07b8ecf7", outcome: "answered", status: 200,
			streams: []labStream{
				{"10.20.0.200:20074", "10.20.0.20:20076", "PCMU", 766, 0, "7"},
				{"10.20.0.20:20076", "10.20.0.200:20074", "PCMU", 754, 0, ""},
			}},
		{kind: "call", from: "875737", to: "3250", callID: "79ae9b2e6b8088f8", outcome: "answered", status: 200,
			streams: []labStream{
				{"10.20.0.20:20006", "10.20.0.31:30026", "PCMA", 768, 0, "7"},
				{"10.20.0.31:30026", "10.20.0.20:20006", "PCMA", 755, 0, ""},
			}},
	}},
	// The proxy's log, call by call: which gateways it asked, what they said.
	{"failures", map[string]int{"call": 8, "keepalive": 1}, []labFlow{
		{kind: "call", from: "875737", to: "3250", callID: "1-11877@10.20.0.200", outcome: "cancelled", status: 487, legs: 2},
		{kind: "call", from: "875737", to: "3250", callID: "1-11889@10.20.0.200", outcome: "busy", status: 486, legs: 2},
		{kind: "call", from: "875737", to: "3250", callID: "1-11901@10.20.0.200", outcome: "rejected", status: 488, legs: 2},
		{kind: "call", from: "875737", to: "3250", callID: "1-11913@10.20.0.200", outcome: "no-answer", status: 480, legs: 2},
		{kind: "call", from: "875737", to: "4040", callID: "1-11918@10.20.0.200", outcome: "rejected", status: 404, legs: 1},
		{kind: "call", from: "875737", to: "3250", callID: "1-11941@10.20.0.200", outcome: "answered", status: 200, legs: 3, messages: map[string]int{"INVITE": 3, "503": 1}},
		{kind: "call", from: "875737", to: "3250", callID: "1-11960@10.20.0.200", outcome: "failed", status: 500, legs: 3, messages: map[string]int{"INVITE": 3, "503": 2, "500": 1}},
		{kind: "call", from: "authtrunk", to: "3250", callID: "1-11972@10.20.0.200", outcome: "answered", status: 200, legs: 2, messages: map[string]int{"INVITE": 3, "407": 1}},
		{kind: "keepalive", from: "875737", to: "ping", callID: "1-11977@10.20.0.200", outcome: "answered", status: 200, legs: 1},
	}},
	// sipp: 236 PCMA and 40 event packets a call and direction (echoed), the
	// same SSRCs and ports in both calls; keys 1 2 3 #.
	{"callerid", map[string]int{"call": 2}, []labFlow{
		{kind: "call", from: "5737", to: "3250", outcome: "answered", status: 200, legs: 1, streams: echoed(236)},
		{kind: "call", from: "875737", to: "3250", outcome: "answered", status: 200, legs: 1, streams: echoed(236)},
	}},
	// Caller sent 1052, 38 dropped before the tap; callee sent 1053.
	{"rtp-loss", map[string]int{"call": 1}, []labFlow{
		{kind: "call", from: "875737", to: "3250", callID: "384be2ea4c757e1b", outcome: "answered", status: 200, legs: 2,
			streams: []labStream{
				{"10.20.0.200:20012", "10.20.0.31:30092", "PCMU", 1014, 38, ""},
				{"10.20.0.31:30092", "10.20.0.200:20012", "PCMU", 1053, 0, ""},
			}},
	}},
	// All three calls end well, no INVITE is sent twice, the first has no ACK.
	{"sip-retransmissions", map[string]int{"call": 3}, []labFlow{
		{kind: "call", from: "875731", to: "3250", callID: "1-12946@10.20.0.200", outcome: "answered", status: 200, legs: 2, messages: map[string]int{"INVITE": 2, "ACK": 0}},
		{kind: "call", from: "875732", to: "3250", callID: "1-12970@10.20.0.200", outcome: "answered", status: 200, legs: 2, messages: map[string]int{"INVITE": 2}},
		{kind: "call", from: "875733", to: "3250", callID: "1-13034@10.20.0.200", outcome: "answered", status: 200, legs: 2, messages: map[string]int{"INVITE": 2}},
	}},
	{"fragmented-invite", map[string]int{"call": 1}, []labFlow{
		{kind: "call", from: "875737", to: "3250", outcome: "answered", status: 200, legs: 1, messages: map[string]int{"INVITE": 1}},
	}},
	// User agents: 552 sent by the caller, 553 by the callee.
	{"ipv6-call", map[string]int{"call": 1}, []labFlow{
		{kind: "call", from: "875737", to: "3250", callID: "c819c9c29544692f", outcome: "answered", status: 200, legs: 2,
			streams: []labStream{
				{"[fd00:20::200]:20066", "[fd00:20::31]:30084", "PCMA", 552, 0, ""},
				{"[fd00:20::31]:30084", "[fd00:20::200]:20066", "PCMA", 553, 0, ""},
			}},
	}},
	// The script: two PRACK, two UPDATE, one BYE, direct.
	{"prack-update", map[string]int{"call": 1}, []labFlow{
		{kind: "call", from: "875737", to: "3250", outcome: "answered", status: 200, legs: 1, messages: map[string]int{"INVITE": 1, "PRACK": 2, "UPDATE": 2, "BYE": 1}},
	}},
	// User agents: 303 each way before the transfer, 352 each way after it.
	{"transfer", map[string]int{"call": 2}, []labFlow{
		{kind: "call", from: "875737", to: "3250", outcome: "answered", status: 200, legs: 1, messages: map[string]int{"REFER": 1, "NOTIFY": 2},
			streams: []labStream{
				{"10.20.0.200:20074", "10.20.0.31:30082", "PCMU", 303, 0, ""},
				{"10.20.0.31:30082", "10.20.0.200:20074", "PCMU", 303, 0, ""},
			}},
		{kind: "call", from: "3250", to: "3260", callID: "e252df1e01c246c2", outcome: "answered", status: 200, legs: 1,
			streams: []labStream{
				{"10.20.0.31:30032", "10.20.0.32:32098", "PCMU", 352, 0, ""},
				{"10.20.0.32:32098", "10.20.0.31:30032", "PCMU", 352, 0, ""},
			}},
	}},
	// User agents: 673 audio and 161 video packets each way.
	{"video-call", map[string]int{"call": 1}, []labFlow{
		{kind: "call", from: "875737", to: "3250", callID: "23f51925b9a36822", outcome: "answered", status: 200, legs: 1,
			streams: []labStream{
				{"10.20.0.200:20084", "10.20.0.31:30016", "PCMU", 673, 0, ""},
				{"10.20.0.31:30016", "10.20.0.200:20084", "PCMU", 673, 0, ""},
				{"10.20.0.200:20072", "10.20.0.31:30054", "H264", 161, 0, ""},
				{"10.20.0.31:30054", "10.20.0.200:20072", "H264", 161, 0, ""},
			}},
	}},
}

// echoed are the streams of one call of the caller-id capture.
func echoed(packets int) []labStream {
	a, b := "10.20.0.200:6000", "10.20.0.31:6000"
	return []labStream{
		{a, b, "PCMA", packets, 0, ""}, {b, a, "PCMA", packets, 0, ""},
		{a, b, "telephone-event", 40, 0, "123#"}, {b, a, "telephone-event", 40, 0, "123#"},
	}
}

// TestLab holds rung to what those who took part in the lab's calls logged.
func TestLab(t *testing.T) {
	for _, c := range lab {
		t.Run(c.name, func(t *testing.T) {
			d := listed(t, c.name+".pcapng")
			for kind, want := range c.kinds {
				got := 0
				for i := range d.Flows {
					if d.Flows[i].Kind == kind {
						got++
					}
				}
				if got != want {
					t.Errorf("%d flows of kind %s, want %d", got, kind, want)
				}
			}
			taken := make(map[int]bool)
			for _, want := range c.flows {
				want.check(t, d, taken)
			}
		})
	}
}

// check finds a flow of d that nothing else in the table was, and compares.
func (want *labFlow) check(t *testing.T, d *jsonDocument, taken map[int]bool) {
	t.Helper()
	for i := range d.Flows {
		f := &d.Flows[i]
		if taken[f.ID] || !want.is(f) {
			continue
		}
		taken[f.ID] = true
		if want.status != 0 && f.Status != want.status {
			t.Errorf("flow %d: status %d, want %d", f.ID, f.Status, want.status)
		}
		if want.legs != 0 && len(f.Legs) != want.legs {
			t.Errorf("flow %d: %d legs, want %d", f.ID, len(f.Legs), want.legs)
		}
		for name, n := range want.messages {
			if got := f.named(name); got != n {
				t.Errorf("flow %d: %d messages %s, want %d", f.ID, got, name, n)
			}
		}
		want.checkStreams(t, d, f)
		return
	}
	t.Errorf("no flow is %s %s > %s %s %s", want.kind, want.from, want.to, want.callID, want.outcome)
}

// is tells whether a flow is the one that is meant.
func (want *labFlow) is(f *jsonFlow) bool {
	name := func(user, host string) string {
		if user != "" {
			return user
		}
		return host
	}
	if f.Kind != want.kind || f.Outcome != want.outcome ||
		want.from != "" && name(f.From.User, f.From.Host) != want.from ||
		want.to != "" && name(f.To.User, f.To.Host) != want.to {
		return false
	}
	if want.callID == "" {
		return true
	}
	for _, l := range f.Legs {
		if l.CallID == want.callID {
			return true
		}
	}
	return false
}

func (want *labFlow) checkStreams(t *testing.T, d *jsonDocument, f *jsonFlow) {
	t.Helper()
	if want.streams == nil {
		return
	}
	got := make(map[string]bool)
	var all []string
	for i := range d.Streams {
		s := &d.Streams[i]
		if s.Flow == f.ID {
			line := fmt.Sprint(labStream{s.Src, s.Dst, s.Codec, s.Packets, s.Lost, s.digits()})
			got[line] = true
			all = append(all, line)
		}
	}
	for _, s := range want.streams {
		if !got[fmt.Sprint(s)] {
			t.Errorf("flow %d: no stream %v among\n%s", f.ID, s, strings.Join(all, "\n"))
		}
	}
	if len(all) != len(want.streams) {
		t.Errorf("flow %d: %d streams, want %d", f.ID, len(all), len(want.streams))
	}
}

// TestLabVideo: the encoder's log says one I frame and 54 P frames of 320×240.
func TestLabVideo(t *testing.T) {
	for _, s := range listed(t, "video-call.pcapng").Streams {
		if s.Codec == "H264" && (s.Video.Frames != 55 || s.Video.Width != 320 || s.Video.Height != 240) {
			t.Errorf("%s: %+v", s.ID, s.Video)
		}
	}
}

// TestLabFragments: the INVITE of more than 3 kB travelled in three fragments.
func TestLabFragments(t *testing.T) {
	for _, m := range listed(t, "fragmented-invite.pcapng").Flows[0].Messages {
		if m.Name == "INVITE" && len(m.Frames) != 3 {
			t.Errorf("INVITE in frames %v", m.Frames)
		}
	}
}
