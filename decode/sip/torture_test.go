package sip

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"rung/capture"
	"rung/decode"
	"rung/decode/decodetest"
)

// The SDP that most messages of RFC 4475 carry maps payload type 31 without
// a clock rate. RFC 4475 does not mention it; it is a fault all the same.
const lpc = "sdp-value: a=rtpmap:31 LPC"

// torture says what each message must give: its name, who calls whom (user
// parts of From and To), and every warning, by code and a part of its text.
// A message without warnings is one that RFC 4475 or 5118 calls valid, or
// whose fault is not in the message (an unknown scheme, a missing extension).
var torture = []struct {
	file, name, from, to string
	warnings             []string
}{
	// RFC 4475 §3.1.1: valid.
	{"rfc4475/wsinv", "INVITE", "jdrosen", "vivekg", []string{lpc}},
	{"rfc4475/intmeth", "!interesting-Method0123456789_*+`.%indeed'~", "mundane", "1_unusual.URI~(to-be!sure)&isn't+it$/crazy?,/", nil},
	{"rfc4475/esc01", "INVITE", "I have spaces", "user", []string{lpc}},
	{"rfc4475/escnull", "REGISTER", "null-%00-null", "null-%00-null", nil},
	{"rfc4475/esc02", "RE%47IST%45R", "resource", "resource", nil},
	{"rfc4475/lwsdisp", "OPTIONS", "caller", "user", nil},
	{"rfc4475/longreq", "INVITE", strings.Repeat("amazinglylongcallername", 5), "user", []string{lpc}},
	{"rfc4475/dblreq", "REGISTER", "j.user", "j.user", []string{"content-length: 450 bytes after the body"}},
	{"rfc4475/semiuri", "OPTIONS", "caller", "j_user", nil},
	{"rfc4475/transports", "OPTIONS", "caller", "user", nil},
	{"rfc4475/mpart01", "MESSAGE", "fluffy", "kumiko", nil},
	{"rfc4475/unreason", "200 = 2**3 * 5**2 но сто девяносто девять - простое", "user", "user", []string{lpc}},
	{"rfc4475/noreason", "100 Trying", "user", "user", nil},
	// §3.1.2: invalid.
	{"rfc4475/badinv01", "INVITE", "caller", "j.user", []string{lpc, "sip-malformed: malformed: Via: empty value; Contact: empty parameter"}},
	{"rfc4475/clerr", "INVITE", "caller", "j.user", []string{lpc, "content-length: 9999 bytes declared, 154 present"}},
	{"rfc4475/ncl", "INVITE", "caller", "j.user", []string{lpc, `sip-malformed: malformed: Content-Length "-999"`}},
	{"rfc4475/scalar02", "REGISTER", "user", "user", []string{`sip-malformed: malformed: Max-Forwards "300" is not within 0 to 255; Expires "1000`}},
	{"rfc4475/scalarlg", "503 Service Unavailable", "other", "user", []string{`sip-malformed: malformed: Retry-After "949302838503028349304023988"; Warning "1812 overture`}},
	{"rfc4475/quotbal", "INVITE", "caller", "j.user", []string{lpc, "sip-malformed: malformed: To: quote never closed"}},
	{"rfc4475/ltgtruri", "INVITE", "caller", "user", []string{lpc, "sip-malformed: malformed: Request-URI in angle brackets"}},
	{"rfc4475/lwsruri", "INVITE", "caller", "user", []string{lpc, "sip-malformed: malformed: blank, quote or bracket in the Request-URI"}},
	{"rfc4475/lwsstart", "INVITE", "caller", "user", []string{lpc, "sip-malformed: malformed: extra blanks in the request line"}},
	{"rfc4475/trws", "OPTIONS", "local-resource", "remote-target", []string{"sip-malformed: malformed: extra blanks in the request line"}},
	{"rfc4475/escruri", "INVITE", "caller", "user", []string{lpc, "sip-malformed: malformed: Request-URI with headers"}},
	{"rfc4475/baddate", "INVITE", "caller", "user", []string{lpc, `sip-malformed: malformed: Date "Fri, 01 Jan 2010 16:00:00 EST"`}},
	{"rfc4475/regbadct", "REGISTER", "user", "user", []string{"sip-malformed: malformed: Contact: URI with ? outside <>"}},
	{"rfc4475/badaspec", "OPTIONS", "a.g.bell", "t.watson", []string{"sip-malformed: malformed: To: blank, quote or < in the URI"}},
	{"rfc4475/baddn", "OPTIONS", "a.g.bell", "t.watson", []string{"sip-malformed: malformed: From: display name needs quotes; To: display name needs quotes"}},
	{"rfc4475/badvers", "OPTIONS", "a.g.bell", "t.watson", []string{"sip-malformed: malformed: version SIP/7.0"}},
	{"rfc4475/mismatch01", "OPTIONS", "caller", "j.user", []string{`sip-malformed: malformed: CSeq method "INVITE", not "OPTIONS"`}},
	{"rfc4475/mismatch02", "NEWMETHOD", "caller", "j.user", []string{lpc, `sip-malformed: malformed: CSeq method "INVITE", not "NEWMETHOD"`}},
	{"rfc4475/bigcode", "4294967301 better not break the receiver", "user", "user", []string{`sip-malformed: malformed: status code "4294967301"`}},
	// §3.2: transaction layer.
	{"rfc4475/badbranch", "OPTIONS", "caller", "user", []string{"sip-malformed: malformed: branch is nothing but the magic cookie"}},
	// §3.3: application layer.
	{"rfc4475/insuf", "INVITE", "", "", []string{lpc, "sip-malformed: malformed: no From; no To; no Call-ID"}},
	{"rfc4475/unkscm", "OPTIONS", "caller", "user", nil},
	{"rfc4475/novelsc", "OPTIONS", "caller", "user", nil},
	{"rfc4475/unksm2", "REGISTER", "", "", nil},
	{"rfc4475/bext01", "OPTIONS", "caller", "j_user", nil},
	{"rfc4475/invut", "INVITE", "caller", "j.user", nil},
	{"rfc4475/regaut01", "REGISTER", "j.user", "j.user", nil},
	{"rfc4475/multi01", "INVITE", "caller", "user", []string{lpc, "sip-malformed: malformed: 2 From headers; 2 To headers; 2 Call-ID headers; 2 CSeq headers; 2 Max-Forwards headers"}},
	{"rfc4475/mcl01", "OPTIONS", "other", "user", []string{"content-length: 54 bytes after the body", "sip-malformed: malformed: 2 Content-Length headers"}},
	{"rfc4475/bcast", "200 OK", "user", "user", []string{lpc}},
	{"rfc4475/zeromf", "OPTIONS", "caller", "user", nil},
	{"rfc4475/cparam01", "REGISTER", "watson", "watson", nil},
	{"rfc4475/cparam02", "REGISTER", "watson", "watson", nil},
	{"rfc4475/regescrt", "REGISTER", "user", "user", nil},
	{"rfc4475/sdp01", "INVITE", "caller", "j_user", []string{lpc}},
	// §3.4: backward compatibility.
	{"rfc4475/inv2543", "INVITE", "+13035551111", "+16505552222", nil},
	// RFC 5118 §4. Three of its messages declare a wrong Content-Length.
	{"rfc5118/ipv6-good", "REGISTER", "user", "user", nil},
	{"rfc5118/ipv6-bad", "REGISTER", "user", "user", []string{"sip-malformed: malformed: IPv6 address without brackets in the Request-URI"}},
	{"rfc5118/port-ambiguous", "REGISTER", "user", "user", nil},
	{"rfc5118/port-unambiguous", "REGISTER", "user", "user", nil},
	{"rfc5118/via-received-param-with-delim", "BYE", "user", "user", nil},
	{"rfc5118/via-received-param-no-delim", "OPTIONS", "user", "user", nil},
	{"rfc5118/ipv6-in-sdp", "INVITE", "user", "user", []string{"content-length: 268 bytes declared, 251 present"}},
	{"rfc5118/mult-ip-in-header", "BYE", "user", "user", nil},
	{"rfc5118/mult-ip-in-sdp", "INVITE", "user", "user", []string{"sdp-value: a=rtpmap:107 H263-1998 has no", "content-length: 8 bytes after the body"}},
	{"rfc5118/ipv4-mapped-ipv6", "INVITE", "user", "user", []string{"sdp-value: a=rtpmap:107 H263-199 has no", "content-length: 9 bytes after the body"}},
	{"rfc5118/ipv6-bug-abnf-3-colons", "OPTIONS", "user", "user", nil},
	{"rfc5118/ipv6-correct-abnf-2-colons", "OPTIONS", "user", "user", nil},
}

func TestTorture(t *testing.T) {
	for _, tt := range torture {
		t.Run(tt.file, func(t *testing.T) {
			data := readTorture(t, tt.file)
			m := one(t, string(data))
			if m.Name != tt.name {
				t.Errorf("name %q, want %q", m.Name, tt.name)
			}
			if id := m.Facts.Identity; id.From.User != tt.from || id.To.User != tt.to {
				t.Errorf("from %q to %q, want %q to %q", id.From.User, id.To.User, tt.from, tt.to)
			}
			if m.Facts.Transaction.ID == "" {
				t.Error("no transaction ID")
			}
			if len(m.Keys) == 0 && tt.file != "rfc4475/insuf" {
				t.Error("no Call-ID key")
			}
			compareWarnings(t, tt.warnings, m)
		})
	}
}

func compareWarnings(t *testing.T, want []string, m *decode.Message) {
	t.Helper()
	var got []string
	for _, d := range m.Diagnostics {
		if d.Severity >= capture.Warning {
			got = append(got, d.Code+": "+d.Text)
		}
	}
	if len(got) != len(want) {
		t.Errorf("warnings %q\nwant %q", got, want)
		return
	}
	for i := range want {
		if !strings.HasPrefix(got[i], want[i]) {
			t.Errorf("warning %q\nwant %q", got[i], want[i])
		}
	}
}

func readTorture(t testing.TB, file string) []byte {
	t.Helper()
	data, err := os.ReadFile(filepath.Join("../../testdata/torture", filepath.FromSlash(file)+".dat"))
	if err != nil {
		t.Fatal(err)
	}
	return data
}

func TestTortureTableIsComplete(t *testing.T) {
	files, err := filepath.Glob("../../testdata/torture/*/*.dat")
	if err != nil || len(files) != len(torture) || len(files) != 49+12 {
		t.Errorf("%d files, %d rows, want 61 of each (%v)", len(files), len(torture), err)
	}
}

// TestTortureOnOneStream sends the messages whose framing is sound down one
// stream: each comes out again as it was.
func TestTortureOnOneStream(t *testing.T) {
	unsound := map[string]bool{
		"rfc4475/dblreq": true, "rfc4475/clerr": true, "rfc4475/ncl": true, "rfc4475/mcl01": true,
		"rfc4475/insuf": true, "rfc4475/inv2543": true, "rfc4475/multi01": true,
		"rfc5118/ipv6-in-sdp": true, "rfc5118/mult-ip-in-sdp": true, "rfc5118/ipv4-mapped-ipv6": true,
	}
	var stream []byte
	var names []string
	for _, tt := range torture {
		data := readTorture(t, tt.file)
		if m := Index(data); m.length != len(m.Body)+len(m.Rest) {
			if !unsound[tt.file] {
				t.Errorf("%s: Content-Length %d for %d bytes", tt.file, m.length, len(m.Body)+len(m.Rest))
			}
			continue
		}
		stream = append(stream, data...)
		names = append(names, tt.name)
	}
	got := decodetest.ParseStream(t, Protocol, stream)
	if len(got) != len(names) {
		t.Fatalf("%d messages, want %d", len(got), len(names))
	}
	for i, m := range got {
		if m.Name != names[i] {
			t.Errorf("message %d is %q, want %q", i, m.Name, names[i])
		}
	}
}

func TestTorturePassesTheKit(t *testing.T) {
	for _, file := range []string{"rfc4475/wsinv", "rfc4475/intmeth", "rfc4475/mpart01", "rfc4475/longreq", "rfc5118/mult-ip-in-header"} {
		t.Run(file, func(t *testing.T) { decodetest.Run(t, Protocol, readTorture(t, file)) })
	}
}
