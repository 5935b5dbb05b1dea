package dns

import (
	"encoding/binary"
	"math/rand/v2"
	"net/netip"
	"strings"
	"testing"

	"github.com/miekg/dns"

	"rung/capture"
	"rung/decode"
	"rung/decode/decodetest"
)

const name = "_cisco-uds._tcp.lab.example."

var path = capture.Path{
	Transport: capture.UDP,
	Src:       netip.MustParseAddrPort("10.20.0.102:40000"),
	Dst:       netip.MustParseAddrPort("10.20.0.53:53"),
}

// ask packs a question.
func ask(t testing.TB, name string, typ uint16) *dns.Msg {
	t.Helper()
	q := new(dns.Msg)
	q.SetQuestion(name, typ)
	q.Id = 1954
	return q
}

// answer packs an answer to q with records in zone file format; those after
// "--" are additional, those after "==" authority.
func answer(t testing.TB, q *dns.Msg, rcode int, records ...string) *dns.Msg {
	t.Helper()
	r := new(dns.Msg)
	r.SetRcode(q, rcode)
	r.RecursionAvailable = true
	section := &r.Answer
	for _, text := range records {
		switch text {
		case "--":
			section = &r.Extra
			continue
		case "==":
			section = &r.Ns
			continue
		}
		rr, err := dns.NewRR(text)
		if err != nil {
			t.Fatal(err)
		}
		*section = append(*section, rr)
	}
	return r
}

func pack(t testing.TB, m *dns.Msg) []byte {
	t.Helper()
	m.Compress = true
	b, err := m.Pack()
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// read1 reads one datagram on a path.
func read1(path capture.Path, data []byte) (*decodetest.Sink, *decode.Pass, error) {
	s := &decodetest.Sink{}
	p := &decode.Pass{Conn: &decode.Conn{Path: path}, Sink: s, Segment: capture.Segment{Path: path, Data: data, Start: true}}
	err := Protocol.Parse(p)
	p.Close()
	return s, p, err
}

// one reads one datagram that is one message without diagnostics.
func one(t *testing.T, path capture.Path, data []byte) *decode.Message {
	t.Helper()
	s, p, err := read1(path, data)
	if err != nil || len(s.Messages) != 1 || len(s.Diagnostics)+len(s.Messages[0].Diagnostics) > 0 || p.OtherName() != "" {
		t.Fatalf("error %v, messages %d, diagnostics %v, other %q", err, len(s.Messages), s.Diagnostics, p.OtherName())
	}
	return s.Messages[0]
}

func withEDNS(m *dns.Msg, ede *dns.EDNS0_EDE) *dns.Msg {
	m.SetEdns0(1232, true)
	if ede != nil {
		m.IsEdns0().Option = append(m.IsEdns0().Option, ede)
	}
	return m
}

func TestNames(t *testing.T) {
	srv := ask(t, name, dns.TypeSRV)
	a := ask(t, "cucm.lab.example.", dns.TypeA)
	naptr := ask(t, "lab.example.", dns.TypeNAPTR)
	for _, test := range []struct {
		rule    string
		msg     *dns.Msg
		name    string
		summary string
	}{
		{"a question says type and name", srv, "SRV _cisco-uds._tcp.lab.example", ""},
		{"a question notes EDNS", withEDNS(ask(t, "example.com.", dns.TypeA), nil), "A example.com", "EDNS, up to 1232 bytes, DNSSEC"},
		{"the root is a dot", ask(t, ".", dns.TypeNS), "NS .", ""},
		{"a type without a name keeps its number", ask(t, "x.example.", 70), "TYPE70 x.example", ""},
		{"SRV says host and port", answer(t, srv, 0, name+" 300 IN SRV 0 0 8443 cucm.lab.example.", "--", "cucm.lab.example. 300 IN A 10.20.0.10"),
			"SRV answer cucm.lab.example:8443", "SRV 0 0 8443 cucm.lab.example; A cucm.lab.example 10.20.0.10"},
		{"more records are counted", answer(t, srv, 0, name+" 300 IN SRV 0 0 8443 a.example.", name+" 300 IN SRV 1 0 8443 b.example."),
			"SRV answer a.example:8443 +1", "SRV 0 0 8443 a.example; SRV 1 0 8443 b.example"},
		{"a SRV target of the root means no such service", answer(t, srv, 0, name+" 300 IN SRV 0 0 0 ."), "SRV answer no such service", "SRV 0 0 0 ."},
		{"a name that does not exist", answer(t, srv, dns.RcodeNameError), "NXDOMAIN", "SRV _cisco-uds._tcp.lab.example"},
		{"a server that failed explains itself", withEDNS(answer(t, srv, dns.RcodeServerFailure), &dns.EDNS0_EDE{InfoCode: 22, ExtraText: "at 192.0.2.1"}),
			"SERVFAIL", "SRV _cisco-uds._tcp.lab.example; No Reachable Authority: at 192.0.2.1"},
		{"a name without such records", answer(t, srv, 0, "==", "lab.example. 300 IN SOA ns.lab.example. root.lab.example. 1 2 3 4 5"), "SRV no records", "SRV _cisco-uds._tcp.lab.example"},
		{"an address", answer(t, a, 0, "cucm.lab.example. 300 IN A 10.20.0.10"), "A answer 10.20.0.10", ""},
		{"the address behind an alias is what was asked for", answer(t, a, 0, "cucm.lab.example. 300 IN CNAME c1.lab.example.", "c1.lab.example. 300 IN A 10.20.0.10"),
			"A answer 10.20.0.10 +1", "CNAME c1.lab.example"},
		{"an alias alone says so", answer(t, a, 0, "cucm.lab.example. 300 IN CNAME c1.lab.example."), "A answer CNAME c1.lab.example", ""},
		{"NAPTR says service and replacement", answer(t, naptr, 0, `lab.example. 300 IN NAPTR 10 10 "s" "SIPS+D2T" "" _sips._tcp.lab.example.`),
			"NAPTR answer SIPS+D2T _sips._tcp.lab.example", `NAPTR 10 10 "s" "SIPS+D2T" "" _sips._tcp.lab.example`},
		{"IPv6", answer(t, ask(t, "c.example.", dns.TypeAAAA), 0, "c.example. 300 IN AAAA fd00:20::10"), "AAAA answer fd00:20::10", ""},
		{"TXT is quoted", answer(t, ask(t, "c.example.", dns.TypeTXT), 0, `c.example. 300 IN TXT "a" "b"`), `TXT answer "ab"`, ""},
		{"other types say how long", answer(t, ask(t, "c.example.", dns.TypeHTTPS), 0, "c.example. 300 IN HTTPS 1 . alpn=h2"), "HTTPS answer 10 bytes", ""},
	} {
		t.Run(test.rule, func(t *testing.T) {
			data := pack(t, test.msg)
			if v := probe(data); v != decode.Yes {
				t.Errorf("probe %d", v)
			}
			m := one(t, path, data)
			if m.Name != test.name || m.Summary != test.summary {
				t.Errorf("got  %q, %q\nwant %q, %q", m.Name, m.Summary, test.name, test.summary)
			}
			if m.Kind != decode.KindLookup || m.Protocol != "dns" {
				t.Errorf("kind %q protocol %q", m.Kind, m.Protocol)
			}
		})
	}
}

func TestFacts(t *testing.T) {
	q := ask(t, "_Cisco-UDS._tcp.lab.example.", dns.TypeSRV)
	r := answer(t, q, 0, name+" 300 IN SRV 0 0 8443 cucm.lab.example.", "--", "cucm.lab.example. 300 IN A 10.20.0.10")
	r.Question[0].Name = name // a server that answers in lower case
	r.Truncated = true
	asked, told := one(t, path, pack(t, q)), one(t, path.Reverse(), pack(t, r))

	if asked.Keys[0] != told.Keys[0] || asked.Facts.Transaction.ID != told.Facts.Transaction.ID {
		t.Errorf("question and answer don't share a key: %v, %v", asked.Keys, told.Keys)
	}
	if tr := asked.Facts.Transaction; !tr.Request || tr.Method != "SRV" || tr.Expires != -1 || tr.Seq != 1954 {
		t.Errorf("question %+v", tr)
	}
	if tr := told.Facts.Transaction; tr.Request || tr.Reason != "NOERROR" {
		t.Errorf("answer %+v", tr)
	}
	l := told.Facts.Lookup
	if l.ID != 1954 || l.Name != "_cisco-uds._tcp.lab.example" || l.Type != "SRV" || !l.Response || l.Status != "NOERROR" || !l.Cut {
		t.Errorf("lookup %+v", l)
	}
	want := []decode.Answer{
		{Name: "_cisco-uds._tcp.lab.example", Type: "SRV", Target: "cucm.lab.example", Port: 8443, Text: "0 0 8443 cucm.lab.example"},
		{Name: "cucm.lab.example", Type: "A", Addr: netip.MustParseAddr("10.20.0.10"), Text: "10.20.0.10", Additional: true},
	}
	if len(l.Answers) != 2 || l.Answers[0] != want[0] || l.Answers[1] != want[1] {
		t.Errorf("answers %+v", l.Answers)
	}
}

func TestKeysTellLookupsApart(t *testing.T) {
	base := one(t, path, pack(t, ask(t, name, dns.TypeSRV))).Keys[0]
	again := one(t, path, pack(t, ask(t, name, dns.TypeSRV))).Keys[0]
	if base != again {
		t.Error("a repeated question has another key")
	}
	other := ask(t, name, dns.TypeSRV)
	other.Id++
	moved := path
	moved.Src = netip.AddrPortFrom(path.Src.Addr(), 40001)
	for rule, k := range map[string]decode.Key{
		"another id":     one(t, path, pack(t, other)).Keys[0],
		"another type":   one(t, path, pack(t, ask(t, name, dns.TypeA))).Keys[0],
		"another name":   one(t, path, pack(t, ask(t, "x.example.", dns.TypeSRV))).Keys[0],
		"another socket": one(t, moved, pack(t, ask(t, name, dns.TypeSRV))).Keys[0],
	} {
		if k == base {
			t.Errorf("%s: the same key", rule)
		}
	}
}

func TestExtendedCode(t *testing.T) {
	r := withEDNS(answer(t, ask(t, name, dns.TypeSRV), 0), nil)
	r.Rcode = dns.RcodeBadVers
	if m := one(t, path, pack(t, r)); m.Name != "BADVERS" {
		t.Errorf("got %q", m.Name)
	}
}

func TestMalformedIsADiagnostic(t *testing.T) {
	whole := pack(t, answer(t, ask(t, name, dns.TypeSRV), 0, name+" 300 IN SRV 0 0 8443 cucm.lab.example.", name+" 300 IN SRV 1 0 8443 b.example."))
	loop := pack(t, answer(t, ask(t, name, dns.TypeSRV), 0, name+" 300 IN SRV 0 0 8443 cucm.lab.example."))
	at := len(pack(t, ask(t, name, dns.TypeSRV)))
	binary.BigEndian.PutUint16(loop[at:], 0xc000|uint16(at)) // a pointer at itself
	for _, test := range []struct {
		rule    string
		data    []byte
		answers int
	}{
		{"what was read before the cut is kept", whole[:len(whole)-3], 1},
		{"a pointer at itself", loop, 0},
		{"bytes behind the last record", append(append([]byte(nil), whole...), 0), 2},
	} {
		t.Run(test.rule, func(t *testing.T) {
			s, _, err := read1(path, test.data)
			if err != nil || len(s.Messages) != 1 {
				t.Fatalf("error %v, %d messages", err, len(s.Messages))
			}
			m := s.Messages[0]
			if len(m.Diagnostics) != 1 || m.Diagnostics[0].Code != codeMalformed || m.Diagnostics[0].Severity != capture.Warning {
				t.Errorf("diagnostics %+v", m.Diagnostics)
			}
			if n := len(m.Facts.Lookup.Answers); n != test.answers {
				t.Errorf("%d answers, want %d", n, test.answers)
			}
		})
	}
}

func TestTooManyRecords(t *testing.T) {
	records := make([]string, maxRecords+10)
	for i := range records {
		records[i] = "x.example. 1 IN A 192.0.2.1"
	}
	s, _, err := read1(path, pack(t, answer(t, ask(t, "x.example.", dns.TypeA), 0, records...)))
	if err != nil || len(s.Messages) != 1 {
		t.Fatal(err, len(s.Messages))
	}
	m := s.Messages[0]
	if len(m.Diagnostics) != 1 || m.Diagnostics[0].Code != codeRecords || len(m.Facts.Lookup.Answers) != maxRecords {
		t.Errorf("%d answers, diagnostics %+v", len(m.Facts.Lookup.Answers), m.Diagnostics)
	}
	if len(m.Summary) > maxSummary+maxText || !strings.HasSuffix(m.Summary, " more") {
		t.Errorf("summary of %d bytes: %q", len(m.Summary), m.Summary)
	}
}

func on(src, dst string) capture.Path {
	return capture.Path{Transport: capture.UDP, Src: netip.MustParseAddrPort(src), Dst: netip.MustParseAddrPort(dst)}
}

func TestOthersAreNamed(t *testing.T) {
	netbios := "CKAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA."
	multicast := ask(t, "_sip._udp.local.", dns.TypePTR)
	multicast.Id, multicast.RecursionDesired = 0, false
	two := multicast.Copy()
	two.Question = append(two.Question, two.Question[0])
	said := new(dns.Msg)
	said.Response, said.Authoritative = true, true
	rr, _ := dns.NewRR("_sip._udp.local. 10 IN PTR A\\ phone._sip._udp.local.")
	said.Answer = []dns.RR{rr}
	notify := new(dns.Msg)
	notify.SetNotify("example.com.")
	update := new(dns.Msg)
	update.SetUpdate("example.com.")
	nb := ask(t, netbios, 0x20)
	nb.CheckingDisabled = true // the B bit of NetBIOS
	for _, test := range []struct {
		rule string
		path capture.Path
		msg  *dns.Msg
		want string
	}{
		{"multicast question", on("10.0.0.1:5353", "224.0.0.251:5353"), multicast, "mdns"},
		{"two questions", on("10.0.0.1:5353", "224.0.0.251:5353"), two, "mdns"},
		{"multicast answer", on("10.0.0.1:5353", "224.0.0.251:5353"), said, "mdns"},
		{"multicast answer sent to one", on("10.0.0.1:5353", "10.0.0.2:5353"), said, "mdns"},
		{"a resolver on port 5353", on("10.0.0.1:40000", "10.0.0.2:5353"), ask(t, "x.example.", dns.TypeA), ""},
		{"link-local multicast names", on("10.0.0.1:40000", "224.0.0.252:5355"), ask(t, "host.", dns.TypeA), "llmnr"},
		{"NetBIOS by port", on("10.0.0.1:137", "10.0.0.255:137"), nb, "nbns"},
		{"NetBIOS by name", on("10.0.0.1:40000", "10.0.0.2:40000"), nb, "nbns"},
		{"NOTIFY", on("10.0.0.1:53", "10.0.0.2:53"), notify, "dns-notify"},
		{"UPDATE", on("10.0.0.1:40000", "10.0.0.2:53"), update, "dns-update"},
		{"any other port", on("10.0.0.1:40000", "10.0.0.2:5300"), ask(t, "x.example.", dns.TypeA), ""},
	} {
		t.Run(test.rule, func(t *testing.T) {
			data := pack(t, test.msg)
			if v := probe(data); v != decode.Yes {
				t.Errorf("probe %d", v)
			}
			s, p, err := read1(test.path, data)
			if err != nil || p.OtherName() != test.want {
				t.Errorf("other %q, error %v; want %q", p.OtherName(), err, test.want)
			}
			if want := map[bool]int{true: 1}[test.want == ""]; len(s.Messages) != want {
				t.Errorf("%d messages, want %d", len(s.Messages), want)
			}
		})
	}
}

func TestProbeRefusesWhatIsNotDNS(t *testing.T) {
	query := pack(t, ask(t, name, dns.TypeSRV))
	bend := func(at int, v byte) []byte {
		b := append([]byte(nil), query...)
		b[at] = v
		return b
	}
	stun := append([]byte{0, 1, 0, 8, 0x21, 0x12, 0xa4, 0x42}, make([]byte, 20)...)
	for rule, data := range map[string][]byte{
		"nothing":              nil,
		"a header alone":       query[:12],
		"a cut question":       query[:20],
		"STUN":                 stun,
		"SIP":                  []byte("OPTIONS sip:a@example.com SIP/2.0\r\nVia: x\r\n\r\n"),
		"zeroes":               make([]byte, 40),
		"an unassigned opcode": bend(2, 0x78),
		"the Z bit":            bend(3, 0x40),
		"a question with code": bend(3, 0x05),
		"no question":          bend(5, 0),
		"two questions":        bend(5, 2),
		"answers in question":  bend(6, 3),
		"a pointer first":      bend(12, 0xc0),
		"a control character":  bend(14, 0x01),
		"class 7":              bend(len(query)-1, 7),
		"type 0":               bend(len(query)-3, 0),
	} {
		if v := probe(data); v != decode.No {
			t.Errorf("%s: %d", rule, v)
		}
	}
}

func TestProbeRefusesRTP(t *testing.T) {
	rnd := rand.New(rand.NewPCG(1, 2))
	b := make([]byte, 172)
	for range 2_000_000 {
		for i := 0; i < 40; i += 8 {
			binary.BigEndian.PutUint64(b[i:], rnd.Uint64())
		}
		b[0] = 0x80
		if probe(b) != decode.No || probeStream(b) == decode.Yes {
			t.Fatalf("taken for DNS: %x", b[:40])
		}
	}
}

func TestSplit(t *testing.T) {
	if _, _, err := split([]byte{0, 11, 0}, false); err == nil {
		t.Error("a length below the header's is no error")
	}
	if n, token, err := split([]byte{0, 50, 0}, true); n != 3 || len(token) != 3 || err != nil {
		t.Error("a message that the end of its stream cuts is not handed on")
	}
	if n, token, err := split(nil, true); n != 0 || token != nil || err != nil {
		t.Error("a stream that ends in order")
	}
}

func stream(messages ...[]byte) []byte {
	var b []byte
	for _, m := range messages {
		b = binary.BigEndian.AppendUint16(b, uint16(len(m)))
		b = append(b, m...)
	}
	return b
}

func samples(t testing.TB) [][]byte {
	q := ask(t, name, dns.TypeSRV)
	return [][]byte{
		pack(t, q),
		pack(t, answer(t, q, 0, name+" 300 IN SRV 0 0 8443 cucm.lab.example.", "--", "cucm.lab.example. 300 IN A 10.20.0.10")),
		pack(t, withEDNS(answer(t, q, dns.RcodeNameError), &dns.EDNS0_EDE{InfoCode: 15})),
		pack(t, answer(t, ask(t, "lab.example.", dns.TypeNAPTR), 0, `lab.example. 300 IN NAPTR 10 10 "s" "SIPS+D2T" "" _sips._tcp.lab.example.`)),
	}
}

func TestConformance(t *testing.T) {
	decodetest.Run(t, Protocol, samples(t)...)
}

func TestStreamConformance(t *testing.T) {
	s := samples(t)
	decodetest.Run(t, Stream, stream(s...), stream(s[3]))
	if got := decodetest.ParseStream(t, Stream, stream(s...)); len(got) != len(s) {
		t.Errorf("%d messages, want %d", len(got), len(s))
	}
}

func FuzzParse(f *testing.F) {
	for _, s := range samples(f) {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		s, p, err := read1(path, data)
		if err != nil || p.OtherName() != "" {
			if len(s.Messages) > 0 {
				t.Fatal("a message beside an error")
			}
			return
		}
		if len(s.Messages) != 1 {
			t.Fatalf("%d messages", len(s.Messages))
		}
		m := s.Messages[0]
		if m.Name == "" || len(m.Keys) != 1 || len(m.Facts.Lookup.Answers) > maxRecords {
			t.Fatalf("%+v", m)
		}
		if len(m.Summary) > 2*maxSummary+4*maxName+3*maxText {
			t.Fatalf("summary of %d bytes", len(m.Summary))
		}
		// Where the library reads all of it, we have found the same records.
		lib := new(dns.Msg)
		if lib.Unpack(data) != nil || len(m.Diagnostics) > 0 {
			return
		}
		want := 0
		for _, rr := range append(lib.Answer, lib.Extra...) {
			if rr.Header().Rrtype != dns.TypeOPT {
				want++
			}
		}
		if got := len(m.Facts.Lookup.Answers); m.Facts.Lookup.Response && got != want {
			t.Fatalf("%d records, the library reads %d", got, want)
		}
	})
}

func FuzzSplit(f *testing.F) {
	f.Add(stream(samples(f)...))
	f.Fuzz(func(t *testing.T, data []byte) {
		all, err1 := decodetest.Tokens(split, data, 0)
		each, err2 := decodetest.Tokens(split, data, 1)
		if len(all) != len(each) || (err1 == nil) != (err2 == nil) {
			t.Fatalf("all at once: %d tokens, %v; byte by byte: %d, %v", len(all), err1, len(each), err2)
		}
		total := 0
		for i := range all {
			if string(all[i]) != string(each[i]) {
				t.Fatalf("token %d differs", i)
			}
			total += len(all[i])
		}
		if err1 == nil && total != len(data) {
			t.Fatalf("%d of %d bytes in tokens, and no error", total, len(data))
		}
	})
}

func BenchmarkProbe(b *testing.B) {
	data := samples(b)[1]
	b.ReportAllocs()
	for b.Loop() {
		probe(data)
	}
}

func BenchmarkParse(b *testing.B) {
	data := samples(b)[1]
	b.ReportAllocs()
	b.SetBytes(int64(len(data)))
	for b.Loop() {
		if _, _, err := read1(path, data); err != nil {
			b.Fatal(err)
		}
	}
}
