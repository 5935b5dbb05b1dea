package safe

import (
	"bytes"
	"math/rand/v2"
	"strings"
	"testing"
)

// pieces are what secrets are made of, and what confuses their search.
var pieces = []string{
	"Authorization", "proxy-authorization", "Authentication-Info", "WWW-Authenticate", "X-Auth-Token", "Set-Cookie", "Set-Coo\u212aie",
	"X-API-Key", "x-apikey", "ap\u0130-key", "Digest", "Basic", "response", "username", "cnonce", "username*", "realm", "nc",
	"inline", "a=ice-pwd", "a=key-mgmt", "a=\u212aey-mgmt", "ice-pwd", "pwd", "a=crypto:1 X inline:abc", "k=", "k=prompt", "k=clear:x",
	"bearer", "Bearer ", "abcdefghijklmnop", "abcdefghijklmno\u212a", "Bearer abcdefghijklmnop.qrs==",
	"password", "Passwd", "pa\u017f\u017fword", "\u017fecret", "secret", "token", "to\u212aen", "api_key", "apiKey", "passw", "my-",
	"sip:", "SIPS:", "\u017fip:", "turn:", "xmpp:", "mailto:", "://", "sip:u:pw@h", "https://u:p@h/x", "u", "h",
	"<", "</", "/>", ">", "<auth>", "<auth x='y'>", "<s:re\u017fponse ", "<success>", "<password>", "<my.Token-x ", "<handshake>", "<digest/>",
	"<![CDATA[", "<![cdata[", "]]>", "]]", "initial-response", "additional-data", "a:",
	":", "=", "@", ";", ",", "|", "&", "/", "//", "\"", "'", "\\", "\\\"", "\\\n", "-", "_", ".", "*", "[hidden]", "\"[hidden]\"",
	" ", "\t", "  ", "\r\n", "\n", "\r", "\v", "\f", "\u00a0", "\u2003", "\xff", "\xc5", "\xbf", "\xe2\x84", "\xaa", "é", "漢", "1", "x",
}

// sameAsBefore asserts that Secrets does what the regular expressions did.
func sameAsBefore(t *testing.T, in []byte) {
	t.Helper()
	was := bytes.Clone(in)
	got, want := Secrets(in), slowSecrets(in)
	if !bytes.Equal(got, want) {
		t.Fatalf("Secrets(%q)\n got %q\nwant %q", in, got, want)
	}
	if !bytes.Equal(in, was) {
		t.Fatalf("Secrets changed its input %q", was)
	}
}

func TestSecretsAsBefore(t *testing.T) {
	n := 100_000
	if testing.Short() {
		n = 10_000
	}
	r := rand.New(rand.NewPCG(4, 2026))
	var b []byte
	hidden := 0
	for range n {
		b = b[:0]
		for range 1 + r.IntN(14) {
			b = append(b, pieces[r.IntN(len(pieces))]...)
		}
		sameAsBefore(t, b)
		if !bytes.Equal(Secrets(b), b) {
			hidden++
		}
	}
	if hidden < n/10 {
		t.Fatalf("only %d of %d texts had a secret: the pieces prove nothing", hidden, n)
	}
}

func FuzzSecretsAsBefore(f *testing.F) {
	f.Add([]byte("Authorization: Digest response=\"a\\\"b\", x = y\r\nCookie: a\r\n\r\nk=x\r\na=crypto:1 X inline:abc|1\r\n"))
	f.Add([]byte("<s:auth x='y'><![CDATA[a]]>b</s:auth> sip:u:p@h //u:p@h \"token\" : 'x' password=\"a\n"))
	f.Add([]byte("Bearer abcdefghijklmnop= a=ice-pwd:x a=key-mgmt:y pa\u017f\u017fword=z to\u212aen:q"))
	f.Fuzz(func(t *testing.T, b []byte) { sameAsBefore(t, b) })
}

// TestSecretsTakeLinearTime feeds what would make a search look back, or
// ahead, from every sign again.
func TestSecretsTakeLinearTime(t *testing.T) {
	for _, s := range []string{"=", ":", "  =", "@", "sip:", "sip:@", "<auth ", "<", "<![CDATA[", "bearer ", "bearer", "password=", "inline:", "\"", "a:\n ", "pwd'"} {
		in := []byte(strings.Repeat(s, 4<<20/len(s)))
		if out := Secrets(in); len(out) > 8*len(in) {
			t.Errorf("%q: %d bytes became %d", s, len(in), len(out))
		}
	}
	Secrets(append([]byte("<auth>"), bytes.Repeat([]byte("<![CDATA["), 1<<20)...))
	Secrets(append([]byte("Authorization: Digest "), bytes.Repeat([]byte("a "), 1<<20)...))
}

func TestSecretsWithoutSecretsAllocatesNothing(t *testing.T) {
	msg := []byte("INVITE sip:3250@10.0.0.1 SIP/2.0\r\nVia: SIP/2.0/UDP 10.0.0.2;branch=z9hG4bKx\r\n" +
		"From: <sip:5737@10.0.0.2:5060>;tag=1\r\nWWW-Authenticate: Digest realm=\"r\"\r\n\r\nv=0\r\nm=audio 1 RTP/AVP 8\r\n")
	if n := testing.AllocsPerRun(100, func() { Secrets(msg) }); n != 0 {
		t.Errorf("%g allocations", n)
	}
}
