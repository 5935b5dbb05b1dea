package xmpp

import (
	"fmt"
	"net/netip"
	"runtime"
	"strings"
	"testing"
	"unicode/utf8"

	"rung/capture"
	"rung/decode"
	"rung/decode/decodetest"
)

// say gives the decoder one framed piece.
func say(d decode.Decoder, s decode.Sink, dir decode.Direction, text string) {
	p := &decode.Pass{Dir: dir, Sink: s, Segment: capture.Segment{Data: []byte(text)}}
	if err := d.Parse(p); err != nil {
		panic(err)
	}
	p.Close()
}

func conn(src, dst string, opened bool) *decode.Conn {
	return &decode.Conn{ID: "c", Opened: opened, Path: capture.Path{Transport: capture.TCP,
		Src: netip.MustParseAddrPort(src), Dst: netip.MustParseAddrPort(dst)}}
}

func TestWhoIsTheClient(t *testing.T) {
	const some, serverPort, other = "10.0.0.1:40000", "10.0.0.2:5222", "10.0.0.2:7777"
	for _, test := range []struct {
		rule     string
		src, dst string
		opened   bool
		first    string // said by Forward
		want     bool   // Forward is the client
	}{
		{"who sent the SYN", some, other, true, "<presence/>", true},
		{"who talks to the known port", some, serverPort, false, "<presence/>", true},
		{"not who talks from the known port", serverPort, some, false, "<presence/>", false},
		{"a header with an id comes from the server", some, other, false, strings.Replace(header, "to=", "id='1' from=", 1), false},
		{"a header without comes from the client", other, some, false, header, true},
		{"a header outweighs the port", some, serverPort, false, strings.Replace(header, "to=", "id='1' from=", 1), false},
		{"the SYN outweighs the header", some, serverPort, true, strings.Replace(header, "to=", "id='1' from=", 1), true},
		{"features come from the server", some, other, false, "<stream:features/>", false},
		{"success comes from the server", some, other, false, "<success xmlns='urn:ietf:params:xml:ns:xmpp-sasl'/>", false},
		{"auth comes from the client", serverPort, some, false, "<auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl'/>", true},
		{"bind comes from the client", serverPort, some, false, "<iq type='set' id='1'><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'/></iq>", true},
	} {
		t.Run(test.rule, func(t *testing.T) {
			s := &decodetest.Sink{}
			say(open(conn(test.src, test.dst, test.opened)), s, decode.Forward, test.first)
			if got := s.Messages[0].Facts.Login.FromClient; got != test.want {
				t.Errorf("from the client: %v, want %v", got, test.want)
			}
		})
	}
}

func TestServerPortIsServerStream(t *testing.T) {
	s := &decodetest.Sink{}
	say(open(conn("10.0.0.1:40000", "10.0.0.2:5269", false)), s, decode.Forward, "<presence/>")
	if !s.Messages[0].Facts.Login.Server {
		t.Error("not a server stream")
	}
}

func TestMessageBasics(t *testing.T) {
	s := decodetest.Play(t, Protocol, decodetest.Talk{{Data: []byte(header)}})
	m := s.Messages[0]
	if m.Protocol != "xmpp" || m.Kind != decode.KindXMPP || len(m.Keys) != 1 || m.Keys[0] != (decode.Key{Kind: "conn", Value: "test"}) {
		t.Errorf("%+v", m)
	}
	if string(m.Bytes) != header {
		t.Errorf("bytes %q", m.Bytes)
	}
}

func TestBigStanzaIsRead(t *testing.T) {
	var b strings.Builder
	b.WriteString("<iq type='result' id='1'><query xmlns='jabber:iq:roster'>")
	const contacts = 12_000
	for i := range contacts {
		fmt.Fprintf(&b, "<item jid='user%d@lab.example' subscription='both'/>", i)
	}
	b.WriteString("</query></iq>")
	s := decodetest.Play(t, Protocol, decodetest.Talk{{Data: []byte(header)}, {Dir: decode.Back, Data: []byte(b.String())}})
	if got, want := s.Messages[1].Name, fmt.Sprintf("iq result roster (%d contacts)", contacts); got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestLimits(t *testing.T) {
	read := func(text string) *decode.Message {
		t.Helper()
		s := decodetest.Play(t, Protocol, decodetest.Talk{{Data: []byte(header + text)}})
		if len(s.Messages) != 2 {
			t.Fatalf("%d messages", len(s.Messages))
		}
		return s.Messages[1]
	}
	deep := read("<message>" + strings.Repeat("<x>", maxDepth) + strings.Repeat("</x>", maxDepth) + "</message>")
	if len(deep.Diagnostics) != 1 || deep.Diagnostics[0].Code != codeDepth {
		t.Errorf("too deep: %+v", deep.Diagnostics)
	}
	if m := read("<message>" + strings.Repeat("<x>", maxDepth-1) + strings.Repeat("</x>", maxDepth-1) + "</message>"); len(m.Diagnostics) != 0 {
		t.Errorf("just deep enough: %+v", m.Diagnostics)
	}
	long := strings.Repeat("x", 10_000)
	for _, text := range []string{
		"<presence type='" + long + "'><status>" + long + "</status></presence>",
		"<presence><show>" + long + "</show></presence>",
		"<" + long + "/>",
		"<iq type='" + long + "' id='" + long + "'/>",
		"<iq type='get' id='" + long + "'><query xmlns='" + long + "'/></iq>",
		"<stream:error><see-other-host xmlns='" + nsCondition + "'>" + long + "</see-other-host></stream:error>",
	} {
		m := read(text)
		if len(m.Name) > 4*maxName || len(m.Summary) > 4*maxShown {
			t.Errorf("%.40q: name of %d, summary of %d bytes", text, len(m.Name), len(m.Summary))
		}
	}
}

func TestPendingIsBounded(t *testing.T) {
	d := open(conn("10.0.0.1:1", "10.0.0.2:2", true)).(*decoder)
	s := &decodetest.Sink{}
	for i := range 3 * maxPending {
		say(d, s, decode.Forward, fmt.Sprintf("<iq type='get' id='%d'><ping xmlns='urn:xmpp:ping'/></iq>", i))
	}
	if len(d.pending) != maxPending {
		t.Errorf("%d pending", len(d.pending))
	}
	say(d, s, decode.Back, fmt.Sprintf("<iq type='result' id='%d'/>", 3*maxPending-1))
	if m := s.Messages[len(s.Messages)-1]; m.Name != "iq result ping" || len(d.pending) != maxPending-1 {
		t.Errorf("%q, %d pending", m.Name, len(d.pending))
	}
}

func TestGapForgetsTheStanzaAtHand(t *testing.T) {
	d := open(conn("10.0.0.1:1", "10.0.0.2:2", true))
	if n, token, err := d.Split(decode.Forward, []byte("<message><body>ab"), false); n != 0 || token != nil || err != nil {
		t.Fatal(n, token, err)
	}
	d.Gap(decode.Forward)
	if _, token, err := d.Split(decode.Forward, []byte("<message/>"), false); string(token) != "<message/>" || err != nil {
		t.Errorf("%q, %v", token, err)
	}
}

func TestEntityBombCostsNothing(t *testing.T) {
	bomb := `<!DOCTYPE l [<!ENTITY a "aaaaaaaaaa">`
	for c := 'b'; c < 'k'; c++ {
		bomb += fmt.Sprintf(`<!ENTITY %c "%s">`, c, strings.Repeat(fmt.Sprintf("&%c;", c-1), 10))
	}
	bomb += `]><message to='a@b'><body>&j;</body></message>`
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	s := decodetest.Play(t, Protocol, decodetest.Talk{{Data: []byte(header)}, {Data: []byte(bomb)}})
	runtime.ReadMemStats(&after)
	if len(s.Diagnostics) != 1 || s.Diagnostics[0].Code != codeDTD {
		t.Errorf("diagnostics %+v", s.Diagnostics)
	}
	if n := after.TotalAlloc - before.TotalAlloc; n > 1<<20 {
		t.Errorf("%d bytes allocated", n)
	}
}

func FuzzDecoder(f *testing.F) {
	for _, talk := range transcripts(f) {
		var c, s []byte
		for _, turn := range talk {
			if turn.Dir == decode.Forward {
				c = append(c, turn.Data...)
			} else {
				s = append(s, turn.Data...)
			}
		}
		f.Add(c, s)
	}
	f.Fuzz(func(t *testing.T, client, server []byte) {
		d := open(conn("10.0.0.1:1", "10.0.0.2:5222", false)).(*decoder)
		sink := &decodetest.Sink{}
		for dir, data := range [][]byte{client, server} {
			tokens, _ := decodetest.Tokens((&framer{}).split, data, 0)
			for _, token := range tokens {
				before := len(sink.Messages) + len(sink.Diagnostics)
				say(d, sink, decode.Direction(dir), string(token))
				if len(sink.Messages)+len(sink.Diagnostics) == before {
					t.Fatalf("nothing said of %q", token)
				}
			}
		}
		for _, m := range sink.Messages {
			l := m.Facts.Login
			if m.Name == "" || l == nil || l.Step == "" || len(m.Keys) != 1 {
				t.Fatalf("%+v", m)
			}
			if len(m.Name) > 5*maxName || len(m.Summary) > 8*maxShown || len(l.Identity) > maxIdentity+len("…") {
				t.Fatalf("too long: %q, %q", m.Name, m.Summary)
			}
			if utf8.Valid(m.Bytes) && (!utf8.ValidString(m.Name) || !utf8.ValidString(m.Summary)) {
				t.Fatalf("cut within a rune: %q, %q", m.Name, m.Summary)
			}
		}
		if len(d.pending) > maxPending {
			t.Fatalf("%d pending", len(d.pending))
		}
	})
}

// stanzas is what a busy client stream looks like.
func stanzas() []byte {
	one := `<message type="chat" to="user2@lab.example" id="636b18470d8c4afe8b1994329e760561" xml:lang="en"><body>lab message 0 from user1@lab.example/jabber_32709</body><active xmlns="http://jabber.org/protocol/chatstates" /><request xmlns="urn:xmpp:receipts" /></message>` +
		`<presence id='6c2563b434da4d558c5555a5d4a7b5d5' from='user1@lab.example/jabber_32709' xml:lang='en'><show>chat</show><priority>5</priority><status>available at lab</status><x xmlns='vcard-temp:x:update'><photo/></x></presence>` +
		`<iq id="7e6f8cda9447415f8b6aae0c69a29d32" type="get"><query xmlns="jabber:iq:roster" ver="" /></iq>`
	return []byte(strings.Repeat(one, 200))
}

type nowhere struct{}

func (nowhere) Emit(*decode.Message)      {}
func (nowhere) Report(capture.Diagnostic) {}
func (nowhere) Inner(capture.Segment)     {}
func (nowhere) Switch(string)             {}

func BenchmarkSplit(b *testing.B) {
	data := stanzas()
	f := &framer{}
	b.SetBytes(int64(len(data)))
	b.ReportAllocs()
	for b.Loop() {
		for rest := data; len(rest) > 0; {
			n, _, err := f.split(rest, false)
			if err != nil || n == 0 {
				b.Fatal(n, err)
			}
			rest = rest[n:]
		}
	}
}

func BenchmarkDecode(b *testing.B) {
	data := stanzas()
	d := open(conn("10.0.0.1:1", "10.0.0.2:5222", true))
	b.SetBytes(int64(len(data)))
	b.ReportAllocs()
	for b.Loop() {
		for rest := data; len(rest) > 0; {
			n, token, err := d.Split(decode.Forward, rest, false)
			if err != nil || n == 0 {
				b.Fatal(n, err)
			}
			p := decode.Pass{Dir: decode.Forward, Sink: nowhere{}, Segment: capture.Segment{Data: token}}
			if err := d.Parse(&p); err != nil {
				b.Fatal(err)
			}
			rest = rest[n:]
		}
	}
}

func BenchmarkProbe(b *testing.B) {
	data := []byte(header)
	b.ReportAllocs()
	for b.Loop() {
		probe(data)
	}
}
