package safe

import (
	"encoding/xml"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"
)

func TestTerminal(t *testing.T) {
	tests := []struct{ rule, in, want string }{
		{"plain text stays", "INVITE 3250", "INVITE 3250"},
		{"escape sequences show", "\x1b[2J", `\x1b[2J`},
		{"line ends and tabs show", "a\r\n\tb", `a\r\n\tb`},
		{"C1 controls show", "\u009bX", `\u009bX`},
		{"bidi overrides show", "a\u202eb\u2066c", `a\u202eb\u2066c`},
		{"zero width characters show", "a\u200bb\ufeff", `a\u200bb\ufeff`},
		{"invalid UTF-8 shows", "a\xffb\xc3", `a\xffb\xc3`},
		{"Cyrillic, Hebrew and CJK stay", "Жук שלום 漢字", "Жук שלום 漢字"},
		{"a replacement character of the text stays", "\ufffd", "\ufffd"},
		{"private use shows", "\ue000\U000f0000", `\ue000\U000f0000`},
		{"piled marks show after the fourth", "a" + strings.Repeat("\u0301", 6), "a\u0301\u0301\u0301\u0301" + `\u0301\u0301`},
	}
	for _, tt := range tests {
		if got := Terminal(tt.in); got != tt.want {
			t.Errorf("%s: Terminal(%q) = %q, want %q", tt.rule, tt.in, got, tt.want)
		}
	}
}

func TestXML(t *testing.T) {
	tests := []struct{ rule, in, want string }{
		{"markup is escaped", `<a b="c">&'`, `&lt;a b=&#34;c&#34;&gt;&amp;&#39;`},
		{"forbidden characters show", "a\x00b\ufffe", `a\x00b\ufffe`},
		{"newline and tab stay, CR survives", "a\r\n\tb", "a&#13;\n\tb"},
		{"invalid UTF-8 shows", "\xfe", `\xfe`},
	}
	for _, tt := range tests {
		if got := XML(tt.in); got != tt.want {
			t.Errorf("%s: XML(%q) = %q, want %q", tt.rule, tt.in, got, tt.want)
		}
	}
}

func TestCut(t *testing.T) {
	tests := []struct {
		rule, in string
		n        int
		want     string
	}{
		{"what fits stays", "abc", 3, "abc"},
		{"the mark counts", "abcd", 3, "ab…"},
		{"one column is the mark", "abcd", 1, "…"},
		{"nothing fits in none", "abcd", 0, ""},
		{"wide characters take two columns", "漢字漢字", 5, "漢字…"},
		{"a wide character is not halved", "漢字漢字", 4, "漢…"},
		{"marks go with their letter", "e\u0301e\u0301e\u0301", 2, "e\u0301…"},
	}
	for _, tt := range tests {
		if got := Cut(tt.in, tt.n); got != tt.want {
			t.Errorf("%s: Cut(%q, %d) = %q, want %q", tt.rule, tt.in, tt.n, got, tt.want)
		}
	}
	if got := CutMark("abcdef", 5, "..."); got != "ab..." {
		t.Errorf("CutMark = %q", got)
	}
}

func TestASCII(t *testing.T) {
	if got := ASCII("5737 → 3250 · ×2 … Ж"); got != `5737 -> 3250 - x2 ... \u0416` {
		t.Errorf("ASCII = %q", got)
	}
}

func TestSecrets(t *testing.T) {
	tests := []struct{ rule, in, want string }{
		{"digest response and cnonce", "REGISTER sip:a SIP/2.0\r\nAuthorization: Digest username=\"u\", realm=\"r\", nonce=\"n\", uri=\"sip:a\", cnonce=\"c1\", nc=00000001, response=\"0123abcd\", algorithm=MD5\r\n\r\n",
			"REGISTER sip:a SIP/2.0\r\nAuthorization: Digest username=\"u\", realm=\"r\", nonce=\"n\", uri=\"sip:a\", cnonce=\"[hidden]\", nc=00000001, response=\"[hidden]\", algorithm=MD5\r\n\r\n"},
		{"folded and oddly spaced", "proxy-authorization :\r\n digest  realm=\"r\",\r\n\tresponse = abcd\r\nTo: x\r\n",
			"proxy-authorization :\r\n digest  realm=\"r\",\r\n\tresponse = \"[hidden]\"\r\nTo: x\r\n"},
		{"an unended quote", "Authorization: Digest response=\"abc", "Authorization: Digest response=\"[hidden]\""},
		{"other schemes whole", "Authorization: Basic dTpw\r\nAuthorization: NTLM gssapi-data=\"x\"\r\n", "Authorization: Basic [hidden]\r\nAuthorization: NTLM [hidden]\r\n"},
		{"a challenge is public", "WWW-Authenticate: Digest realm=\"r\", nonce=\"abc\"\r\nProxy-Authenticate: Bearer realm=\"ccmsipline\"\r\n", "WWW-Authenticate: Digest realm=\"r\", nonce=\"abc\"\r\nProxy-Authenticate: Bearer realm=\"ccmsipline\"\r\n"},
		{"cookies and tokens", "Set-Cookie: a=b\r\nX-Auth-Token: zzz\r\nSession-ID: abc\r\n", "Set-Cookie: [hidden]\r\nX-Auth-Token: [hidden]\r\nSession-ID: abc\r\n"},
		{"SDES keys, not suites", "a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:d0RmdmcmVCspeEc3QGZiNWpVLFJhQX1cfHAwJSoj|2^20|1:32\r\n", "a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:[hidden]|2^20|1:32\r\n"},
		{"ICE and other SDP keys", "k=base64:abc\r\na=ice-ufrag:u\r\na=ice-pwd:secret1\r\na=key-mgmt:mikey AQ==\r\n", "k=[hidden]\r\na=ice-ufrag:u\r\na=ice-pwd:[hidden]\r\na=key-mgmt:[hidden]\r\n"},
		{"SASL", "<auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl' mechanism='PLAIN'>AHVzZXIAcHc=</auth>", "<auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl' mechanism='PLAIN'>[hidden]</auth>"},
		{"SASL with a prefix, CDATA, cut off", "<s:response ><![CDATA[abc]]>d</s:response><success>djE=", "<s:response >[hidden]</s:response><success>[hidden]"},
		{"an empty element hides nothing", "<auth mechanism='EXTERNAL'/>\n<iq/>", "<auth mechanism='EXTERNAL'/>\n<iq/>"},
		{"passwords in elements", "<password>x y</password><sshPassword>z</sshPassword><body>hi</body>", "<password>[hidden]</password><sshPassword>[hidden]</sshPassword><body>hi</body>"},
		{"passwords in bodies", "user=a&password=p%20w&x=1 {\"access_token\": \"abc\"}", "user=a&password=[hidden]&x=1 {\"access_token\": \"[hidden]\"}"},
		{"passwords in URIs", "To: <sip:u:pw@h>;tag=1, <sip:10.0.0.1:5060>", "To: <sip:u:[hidden]@h>;tag=1, <sip:10.0.0.1:5060>"},
		{"passwords in other URIs", "https://u:p@h/x?a=b@c turn:u:p@h 'sip:u:p'q@h' mailto:u:p@h", "https://u:[hidden]@h/x?a=b@c turn:u:[hidden]@h 'sip:u:[hidden]@h' mailto:u:p@h"},
		{"a phrase is no secret", "SIP/2.0 403 Forbidden (bad password)\r\n", "SIP/2.0 403 Forbidden (bad password)\r\n"},
		{"bearer in a body", "go with Bearer abcdefghijklmnop.qrs=", "go with Bearer [hidden]"},
	}
	for _, tt := range tests {
		if got := string(Secrets([]byte(tt.in))); got != tt.want {
			t.Errorf("%s:\n got %q\nwant %q", tt.rule, got, tt.want)
		}
	}
}

func FuzzEscape(f *testing.F) {
	f.Add("a\x1b[0m\u202e\xff<&>\x00", 5)
	f.Add("漢e\u0301", 2)
	f.Fuzz(func(t *testing.T, s string, n int) {
		out := Terminal(s)
		if !utf8.ValidString(out) {
			t.Fatalf("Terminal(%q) is not UTF-8", s)
		}
		for _, r := range out {
			if !unicode.IsPrint(r) {
				t.Fatalf("Terminal(%q) lets %U through", s, r)
			}
		}
		if Terminal(out) != out {
			t.Fatalf("Terminal(%q) is not stable", s)
		}
		if n >= 0 && n < 1000 && Width(Cut(out, n)) > n {
			t.Fatalf("Cut(%q, %d) is too wide", out, n)
		}
		var v struct {
			A string `xml:"a,attr"`
			T string `xml:",chardata"`
		}
		x := XML(s)
		if err := xml.Unmarshal([]byte(`<x a="`+x+`">`+x+`</x>`), &v); err != nil {
			t.Fatalf("XML(%q): %v", s, err)
		}
		for _, r := range ASCII(out) {
			if r > '~' {
				t.Fatalf("ASCII lets %U through", r)
			}
		}
	})
}

func FuzzSecrets(f *testing.F) {
	f.Add("Digest realm=\"r\",", "password=")
	f.Add("", "<auth>")
	f.Fuzz(func(t *testing.T, before, after string) {
		// A digest response is hidden whatever stands around it.
		const secret = "6629fae49393a05397450978507c4ef1"
		before = strings.NewReplacer("\n", "", "\r", "", `"`, "", secret, "").Replace(before)
		after = strings.ReplaceAll(after, secret, "")
		msg := "Authorization: Digest " + before + ", response=\"" + secret + "\"\r\n" + after
		out := Secrets([]byte(msg))
		if strings.Contains(string(out), secret) {
			t.Fatalf("%q shows the response", out)
		}
		if again := Secrets(out); string(again) != string(out) {
			t.Fatalf("not stable: %q then %q", out, again)
		}
	})
}

func FuzzUserinfo(f *testing.F) {
	f.Add("To: <sip:", "user", "a@b, sip:c:d@e")
	f.Fuzz(func(t *testing.T, before, user, after string) {
		const secret = "hunter2hunter2"
		for _, s := range []string{before, user, after} {
			if strings.Contains(s, secret) {
				return
			}
		}
		if user == "" || strings.ContainsAny(user, " \t\r\n\"<>[]@/;:") {
			return
		}
		out := Secrets([]byte(before + " sip:" + user + ":" + secret + "@" + after))
		if strings.Contains(string(out), secret) {
			t.Fatalf("%q shows the password", out)
		}
		if again := Secrets(out); string(again) != string(out) {
			t.Fatalf("not stable: %q then %q", out, again)
		}
	})
}

func BenchmarkSecrets(b *testing.B) {
	msg := []byte("INVITE sip:3250@10.0.0.1 SIP/2.0\r\nVia: SIP/2.0/UDP 10.0.0.2;branch=z9hG4bKx\r\n" +
		strings.Repeat("X-Header: some value of some length\r\n", 20) + "\r\nv=0\r\na=crypto:1 X inline:abc\r\n")
	b.ReportAllocs()
	b.SetBytes(int64(len(msg)))
	for b.Loop() {
		Secrets(msg)
	}
}
