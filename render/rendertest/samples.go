package rendertest

import (
	"fmt"
	"strings"
	"time"

	"rung/capture"
	"rung/decode"
	"rung/decode/flow"
	"rung/render"
)

const ms = time.Millisecond

// A Sample is a Document with a name for test output and golden files.
type Sample struct {
	Name string
	Doc  *render.Document
}

// Samples returns every sample, made anew.
func Samples() []Sample {
	return []Sample{
		{"trunk", Document("rung ladder trunk.pcapng --flow 1 -o ladder.svg", TrunkCall(1))},
		{"registration", Document("rung ladder reg.pcapng", Registration(1), Denied(2))},
		{"failure", Document("rung ladder dead.pcapng", DeadTrunk(1))},
		{"events", Document("rung ladder events.pcapng", Events(1))},
		{"many", Document("rung ladder many.pcapng", ManyLifelines(1, 40))},
		{"one", Document("rung ladder one.pcapng", OneMessage(1))},
		{"nothing", Document("rung ladder nothing.pcapng")},
		{"hostile", Document("rung ladder 'a<b>\x1b[2J.pcapng'", Hostile(1))},
		{"lookup", Document("rung ladder dns.pcapng", Lookup(1), Login(2))},
	}
}

// TrunkCall is a call from a PBX through a B2BUA to a phone, answered, with
// two media streams, DTMF and a retransmitted INVITE.
func TrunkCall(id int) *Builder {
	b := NewBuilder(id, decode.KindCall)
	f := b.F
	f.Scenario, f.Outcome, f.Status, f.Reason = "trunk-call", flow.Answered, 200, "OK"
	f.From, f.To = decode.Party{User: "5737", Host: "10.6.1.102"}, decode.Party{User: "3250", Host: "10.96.1.8"}
	pbx := b.Party("Aastra 400", "PBX", "10.6.1.102:5060")
	cucm := b.Party("CUCM-PUB", "call control (B2BUA)", "10.96.1.8:5060")
	phone := b.Party("SEP0011223344", "phone 3250", "10.7.3.21:5060")
	one := b.Leg("sip", capture.UDP, pbx, cucm, "first")
	two := b.Leg("sip", capture.UDP, cucm, phone, "session-id")
	b.Say(0, one, pbx, cucm, "INVITE 3250", "From 5737 · PCMU PCMA G729 G723 DTMF")
	b.Say(2*ms, one, cucm, pbx, "100 Trying", "")
	inv := b.Say(77*ms, two, cucm, phone, "INVITE 3250", "From 5737 · no SDP (late offer)")
	b.Again(500*ms, inv)
	b.Say(211*ms, two, phone, cucm, "180 Ringing", "")
	b.Say(2*ms, one, cucm, pbx, "180 Ringing", "")
	b.Say(3506*ms, two, phone, cucm, "200 OK", "offer PCMU G722 · 10.7.3.21:24180")
	b.Say(8*ms, two, cucm, phone, "ACK", "answer PCMU · 10.7.1.101:16380")
	b.Say(3*ms, one, cucm, pbx, "200 OK", "PCMU · 10.7.3.21:24180")
	b.Last().Copies = 2
	b.Say(19*ms, one, pbx, cucm, "ACK", "")
	b.Stream("10.6.1.102:16380", "10.7.3.21:24180", b.Now().Add(60*ms), 62400*ms, 0, "")
	b.Stream("10.7.3.21:24180", "10.6.1.102:16380", b.Now().Add(70*ms), 62300*ms, 17, "123#")
	b.Skip(6232)
	b.Say(62364*ms, one, pbx, cucm, "BYE", "Reason: Q.850 16 normal clearing")
	b.Say(6*ms, one, cucm, pbx, "200 OK", "")
	b.Say(2*ms, two, cucm, phone, "BYE", "")
	b.Say(19*ms, two, phone, cucm, "200 OK", "")
	f.Timing = flow.Timing{PDD: dur(790 * ms), Setup: dur(4328 * ms), Ring: dur(3511 * ms), Talk: dur(62383 * ms)}
	f.Title = "Call 5737 → 3250"
	return b
}

func dur(d time.Duration) *time.Duration { return &d }

// Registration is a phone that registers, refreshes six times and leaves.
func Registration(id int) *Builder {
	b := NewBuilder(id, decode.KindRegistration)
	f := b.F
	f.Scenario, f.Outcome, f.Status, f.Reason = "registration", flow.Registered, 200, "OK"
	f.From = decode.Party{User: "user1", Host: "lab.example"}
	f.To = f.From
	ua := b.Party("user1", "user agent", "10.20.0.101:5060")
	reg := b.Party("Kamailio", "registrar", "10.20.0.10:5060")
	leg := b.Leg("sip", capture.UDP, ua, reg, "first")
	for i := range 7 {
		pause := 108 * time.Second
		if i == 0 {
			pause = 0
		}
		b.Say(pause, leg, ua, reg, "REGISTER user1", "expires 120")
		b.Say(1*ms, leg, reg, ua, "401 Unauthorized", "Digest realm lab.example")
		b.Say(1*ms, leg, ua, reg, "REGISTER user1", "expires 120 · with credentials")
		b.Say(2*ms, leg, reg, ua, "200 OK", "expires 120")
		b.Last().Facts.Registration = &decode.Registration{Expires: 120}
	}
	f.Title = "Registration of user1"
	return b
}

// Denied is a registration with a wrong password.
func Denied(id int) *Builder {
	b := NewBuilder(id, decode.KindRegistration)
	f := b.F
	f.Scenario, f.Outcome, f.Status, f.Reason = "registration", flow.Denied, 403, "Forbidden (bad password)"
	f.From = decode.Party{User: "user2", Host: "lab.example"}
	f.To = f.From
	ua := b.Party("10.20.0.102", "user agent", "10.20.0.102:5060")
	reg := b.Party("Kamailio", "registrar", "10.20.0.10:5060")
	leg := b.Leg("sip", capture.TCP, ua, reg, "first")
	b.Say(0, leg, ua, reg, "REGISTER user2", "expires 3600")
	b.Say(1*ms, leg, reg, ua, "401 Unauthorized", "")
	b.Say(1*ms, leg, ua, reg, "REGISTER user2", "with credentials")
	b.Say(2*ms, leg, reg, ua, "403 Forbidden (bad password)", "")
	f.Title = "Registration of user2"
	return b
}

// DeadTrunk is an INVITE sent seven times to a port where nobody listens,
// each time answered by ICMP.
func DeadTrunk(id int) *Builder {
	b := NewBuilder(id, decode.KindCall)
	f := b.F
	f.Outcome, f.Reason = flow.Timeout, "port unreachable"
	f.From, f.To = decode.Party{User: "875737"}, decode.Party{User: "3250"}
	ua := b.Party("10.20.0.200", "trunk peer", "10.20.0.200:5060")
	gw := b.Party("10.20.0.20", "", "10.20.0.20:5060")
	leg := b.Leg("sip", capture.UDP, ua, gw, "first")
	inv := b.Say(0, leg, ua, gw, "INVITE 3250", "From 875737 · PCMU")
	icmp := b.icmp(leg, gw, ua)
	for i := range 6 {
		b.Again(500*ms<<i, inv)
		n := b.icmp(leg, gw, ua)
		b.F.Messages[n].RetransmissionOf = icmp
	}
	f.Title = "Call 875737 → 3250"
	return b
}

func (b *Builder) icmp(leg, from, to int) int {
	n := b.Say(100*time.Microsecond, leg, from, to, "ICMP port unreachable", "")
	m := &b.F.Messages[n]
	m.Protocol, m.Path.Transport, m.Facts.Transaction = "icmp", capture.ICMP, nil
	m.Facts.Quote = &decode.Quote{Path: m.Path.Reverse(), Text: "port unreachable"}
	return n
}

// Events has what is no plain arrow between two lifelines: TCP events, a
// message to oneself, a long silence, keepalives, a cancelled call.
func Events(id int) *Builder {
	b := NewBuilder(id, decode.KindCall)
	f := b.F
	f.Outcome, f.Status, f.Reason = flow.Cancelled, 487, "Request Terminated"
	f.From, f.To = decode.Party{User: "100"}, decode.Party{User: "200"}
	a := b.Party("alice", "phone", "192.0.2.1:5060")
	c := b.Party("proxy", "proxy", "192.0.2.2:5060")
	leg := b.Leg("sip", capture.TCP, a, c, "first")
	b.event(leg, a, c, capture.EventOpen)
	b.Say(ms, leg, a, c, "INVITE 200", "")
	b.Say(ms, leg, c, c, "INVITE 200", "spiral")
	b.Say(ms, leg, c, a, "100 Trying", "")
	for range 12 {
		b.Say(25*time.Second, leg, a, c, "OPTIONS", "")
		b.Say(ms, leg, c, a, "200 OK", "")
	}
	b.Say(20*time.Minute, leg, a, c, "CANCEL", "")
	b.Say(ms, leg, c, a, "200 OK", "")
	b.Say(ms, leg, c, a, "487 Request Terminated", "")
	b.Say(ms, leg, a, c, "ACK", "")
	b.event(leg, c, a, capture.EventReset)
	f.Title = "Call 100 → 200"
	return b
}

func (b *Builder) event(leg, from, to int, e capture.Event) {
	b.Say(ms, leg, from, to, "TCP "+e.String(), "")
	m := b.Last()
	m.Protocol, m.Facts.Transaction = "tcp", nil
	m.Facts.Conn = &decode.ConnEvent{Event: e, Conn: "c1"}
}

// ManyLifelines is a chain of n parties with a message on each hop there and
// back.
func ManyLifelines(id, n int) *Builder {
	b := NewBuilder(id, decode.KindCall)
	f := b.F
	f.Outcome, f.Status, f.Reason = flow.Answered, 200, "OK"
	f.From, f.To = decode.Party{User: "a"}, decode.Party{User: "z"}
	for i := range n {
		b.Party(fmt.Sprintf("host-%02d.example.net", i+1), "proxy", fmt.Sprintf("10.0.%d.1:5060", i))
	}
	for i := range n - 1 {
		b.Say(ms, b.Leg("sip", capture.UDP, i, i+1, "call-id"), i, i+1, "INVITE z", "PCMA")
	}
	for i := n - 2; i >= 0; i-- {
		b.Say(ms, i, i+1, i, "200 OK", "PCMA")
	}
	b.Say(ms, -1, n-1, 0, "BYE", "straight to the first")
	b.Say(ms, -1, 0, n-1, "200 OK", "")
	f.Title = "Call a → z"
	return b
}

// Long is a call with n messages.
func Long(id, n int) *Builder {
	b := TrunkCall(id)
	for i := range n - len(b.F.Messages) {
		name := fmt.Sprintf("INFO %d", i)
		b.Say(time.Duration(10+i%70)*ms, i%2, i%2, i%2+1, name, "a detail of some length")
	}
	return b
}

// OneMessage is a flow of a single request.
func OneMessage(id int) *Builder {
	b := NewBuilder(id, decode.KindMessage)
	b.F.Outcome = flow.Timeout
	b.F.From, b.F.To = decode.Party{User: "a"}, decode.Party{User: "b"}
	x, y := b.Party("10.0.0.1", "", "10.0.0.1:5060"), b.Party("10.0.0.2", "", "10.0.0.2:5060")
	b.Say(0, b.Leg("sip", capture.UDP, x, y, "first"), x, y, "MESSAGE b", "")
	b.F.Title = "Message a → b"
	return b
}

// Hostile has names and texts that captures hold and pictures must survive.
func Hostile(id int) *Builder {
	b := NewBuilder(id, decode.KindCall)
	f := b.F
	f.Outcome, f.Status, f.Reason = flow.Rejected, 404, "<script>alert(1)</script>\x1b[31m"
	f.From = decode.Party{User: "Жук\u202e5737", Host: "2001:db8::1", Display: "\"<&>"}
	f.To = decode.Party{User: strings.Repeat("x", 200), Host: "h"}
	x := b.Party("Жуков Пётр "+strings.Repeat("очень длинное имя ", 12), "телефон", "[2001:db8:1234:5678:9abc:def0:1234:5678]:5060")
	y := b.Party("\u202eevil\x1b[2J]]>&<b>\x00\xff", "שרת שלום", "[fe80::1%eth0]:5060")
	z := b.Party("漢字の電話", "", "10.0.0.3:65535")
	leg := b.Leg("sip", capture.UDP, x, y, "first")
	two := b.Leg("sip", capture.UDP, y, z, "session-id<&>")
	b.Say(0, leg, x, y, "INVITE "+strings.Repeat("W", 200), "From שלום "+strings.Repeat("ы", 300))
	b.Say(ms, two, y, z, "INVITE \x07\xc3(<&>\"'", "a\r\nb\u2066c")
	b.Say(ms, two, z, y, "404 "+f.Reason, "e"+strings.Repeat("\u0301", 50))
	b.Say(ms, leg, y, x, "404 漢字漢字", "")
	b.Stream("[2001:db8:1234:5678:9abc:def0:1234:5678]:16384", "10.0.0.3:4000", b.Now(), 3*time.Second, 5, "*")
	f.Streams[0].Codec = "<evil>\u202e"
	f.Title = "Call \u202eЖук → <b>"
	return b
}

// Lookup is a DNS question for a name that does not exist.
func Lookup(id int) *Builder {
	b := NewBuilder(id, decode.KindLookup)
	b.F.Outcome, b.F.Reason = flow.NotFound, "NXDOMAIN"
	b.F.To = decode.Party{Host: "_collab-edge._tls.lab.example"}
	x, y := b.Party("10.20.0.102", "client", "10.20.0.102:40001"), b.Party("10.20.0.53", "DNS server", "10.20.0.53:53")
	leg := b.Leg("dns", capture.UDP, x, y, "first")
	b.Say(0, leg, x, y, "SRV _collab-edge._tls.lab.example", "")
	b.Last().Facts.Lookup = &decode.Lookup{Name: "_collab-edge._tls.lab.example", Type: "SRV"}
	b.Say(ms, leg, y, x, "NXDOMAIN", "")
	b.Last().Facts.Lookup = &decode.Lookup{Name: "_collab-edge._tls.lab.example", Type: "SRV", Response: true, Status: "NXDOMAIN"}
	b.F.Title = "SRV look-up _collab-edge._tls.lab.example"
	return b
}

// Login is an XMPP login that succeeds.
func Login(id int) *Builder {
	b := NewBuilder(id, decode.KindXMPP)
	b.F.Outcome = flow.Online
	b.F.From = decode.Party{User: "user2", Host: "lab.example"}
	b.F.To = decode.Party{Host: "lab.example"}
	x, y := b.Party("10.20.0.102", "client", "10.20.0.102:59604"), b.Party("Prosody", "XMPP server", "10.20.0.11:5222")
	leg := b.Leg("xmpp", capture.TCP, x, y, "first")
	say := func(from, to int, name, detail string, step decode.LoginStep) {
		b.Say(2*ms, leg, from, to, name, detail)
		b.Last().Facts.Login = &decode.Login{Step: step}
	}
	say(x, y, "stream open", "to lab.example", decode.StepOpen)
	say(y, x, "features", "STARTTLS, PLAIN", decode.StepFeatures)
	say(x, y, "auth PLAIN", "user2", decode.StepAuth)
	say(y, x, "success", "", decode.StepAuthSuccess)
	say(x, y, "bind", "resource phone", decode.StepBind)
	say(y, x, "bound", "user2@lab.example/phone", decode.StepBound)
	say(x, y, "presence", "", decode.StepStanza)
	b.F.Title = "XMPP login of user2@lab.example"
	return b
}
