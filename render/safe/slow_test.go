package safe

import (
	"bytes"
	"regexp"
	"strings"
)

// slowSecrets is Secrets as it was first written, with a regular expression
// for every kind of secret: slow, plain to read, and what Secrets has to equal
// (FuzzSecretsAsBefore).
func slowSecrets(b []byte) []byte {
	b = slowHideHeaders(b)
	b = slowHideUserinfo(b)
	low := bytes.ReplaceAll(bytes.ToLower(b), []byte("ſ"), []byte("s")) // (?i) folds it, ToLower does not
	if bytes.IndexByte(b, '<') >= 0 {
		b = slowHideElements(b)
	}
	for i := range slowValues {
		if slowValues[i].mayBeIn(low) {
			b = slowHideValue(b, slowValues[i].re)
		}
	}
	return b
}

// slowHideHeaders goes through the lines as header fields; a line that begins
// with white space continues the field before it (RFC 3261 §7.3.1).
func slowHideHeaders(b []byte) []byte {
	var out []byte
	done := 0
	for at := 0; at < len(b); {
		end := slowFieldEnd(b, at)
		if v, hidden := slowHideField(b[at:end]); hidden {
			out = append(out, b[done:at]...)
			out = append(out, v...)
			done = end
		}
		at = end
	}
	if done == 0 {
		return b
	}
	return append(out, b[done:]...)
}

// slowFieldEnd returns where the field beginning at at ends, line end included.
func slowFieldEnd(b []byte, at int) int {
	for {
		n := bytes.IndexByte(b[at:], '\n')
		if n < 0 {
			return len(b)
		}
		at += n + 1
		if at == len(b) || b[at] != ' ' && b[at] != '\t' {
			return at
		}
	}
}

func slowHideField(f []byte) ([]byte, bool) {
	body := bytes.TrimRight(f, "\r\n")
	colon := bytes.IndexByte(body, ':')
	if colon <= 0 || colon > slowMaxFieldName {
		return slowHideSDP(f, body)
	}
	name := strings.ToLower(strings.TrimSpace(string(body[:colon])))
	if strings.ContainsAny(name, " \t<>=\"") {
		return slowHideSDP(f, body)
	}
	switch {
	case name == "authorization" || name == "proxy-authorization":
		return slowJoin(body[:colon+1], slowHideCredentials(body[colon+1:]), f[len(body):]), true
	case name == "authentication-info" || name == "proxy-authentication-info":
		return slowJoin(body[:colon+1], slowHideParams(body[colon+1:]), f[len(body):]), true
	case name == "www-authenticate" || name == "proxy-authenticate":
		return nil, false
	case slowSecretName(name):
		return slowJoin(body[:colon+1], []byte(" "+Hidden), f[len(body):]), true
	}
	return nil, false
}

// slowSecretName reports whether a header of this name, in lower case, carries a
// secret.
func slowSecretName(name string) bool {
	for _, w := range []string{"token", "passw", "secret", "cookie", "api-key", "apikey"} {
		if strings.Contains(name, w) {
			return true
		}
	}
	return false
}

// slowMaxFieldName is longer than any header name: beyond it the colon belongs to
// something else.
const slowMaxFieldName = 64

func slowJoin(parts ...[]byte) []byte { return bytes.Join(parts, nil) }

var (
	slowParam  = regexp.MustCompile(`([A-Za-z][\w-]*)([ \t]*=[ \t]*)("(?:[^"\\]|\\.)*"?|[^\s,"]*)`)
	slowScheme = regexp.MustCompile(`^\s*[A-Za-z][\w-]*`)
)

// slowHideCredentials hides a credentials slowValue (RFC 3261 §25.1): of Digest what
// is not public, of every other slowScheme all.
func slowHideCredentials(v []byte) []byte {
	s := slowScheme.Find(v)
	if s == nil {
		return []byte(" " + Hidden)
	}
	if !strings.EqualFold(strings.TrimSpace(string(s)), "digest") {
		return slowJoin(s, []byte(" "+Hidden))
	}
	return slowJoin(s, slowHideParams(v[len(s):]))
}

func slowHideParams(v []byte) []byte {
	return slowParam.ReplaceAllFunc(v, func(p []byte) []byte {
		m := slowParam.FindSubmatch(p)
		switch strings.ToLower(string(m[1])) {
		case "username", "realm", "nonce", "uri", "algorithm", "qop", "nc", "opaque", "charset",
			"userhash", "nextnonce", "integrity-protected", "username*":
			return p
		}
		return slowJoin(m[1], m[2], []byte(`"`+Hidden+`"`))
	})
}

// slowHideSDP hides the key line of SDP (RFC 4566 §5.12).
func slowHideSDP(f, body []byte) ([]byte, bool) {
	if bytes.HasPrefix(body, []byte("k=")) && len(body) > 2 && !bytes.Equal(body, []byte("k=prompt")) {
		return slowJoin([]byte("k="+Hidden), f[len(body):]), true
	}
	return nil, false
}

// A slowValue is a secret found wherever it stands: group 1 of re stays, the rest
// is hidden. words are tried first, for regular expressions are slow and most
// messages have none of it.
type slowValue struct {
	words []string
	re    *regexp.Regexp
}

func (v *slowValue) mayBeIn(low []byte) bool {
	for _, w := range v.words {
		if bytes.Contains(low, []byte(w)) {
			return true
		}
	}
	return false
}

var slowValues = []slowValue{
	{[]string{"inline:"}, regexp.MustCompile(`(?i)(\binline:)[^\s|;]+`)},                     // RFC 4568 §6.1
	{[]string{"ice-pwd:"}, regexp.MustCompile(`(?i)(\ba=ice-pwd:)[^\s]+`)},                   // RFC 8839 §5.4
	{[]string{"key-mgmt:"}, regexp.MustCompile(`(?i)(\ba=key-mgmt:)[^\r\n]+`)},               // RFC 4567
	{[]string{"bearer"}, regexp.MustCompile(`(?i)(\bBearer[ \t]+)[A-Za-z0-9._~+/-]{16,}=*`)}, // RFC 6750
	{[]string{"passw", "secret", "token", "api", "pwd"},
		regexp.MustCompile(`(?i)([\w-]*(?:passw(?:or)?d|secret|token|api_?key|\bpwd)["']?[ \t]*[=:][ \t]*)(?:"[^"\r\n]*"?|'[^'\r\n]*'?|[^\s&;,<>"']+)`)},
}

// slowHideUserinfo hides passwords in URIs: sip:user:password@host (RFC 3261
// §19.1.1), https://user:password@host.
func slowHideUserinfo(b []byte) []byte {
	var out []byte
	done := 0
	for i := bytes.IndexByte(b, '@'); i >= 0; {
		if from := slowPasswordBefore(b[:i], done); from > 0 {
			out = append(out, b[done:from]...)
			out = append(out, Hidden...)
			done = i
		}
		next := bytes.IndexByte(b[i+1:], '@')
		if next < 0 {
			break
		}
		i += 1 + next
	}
	if done == 0 {
		return b
	}
	return append(out, b[done:]...)
}

// slowPasswordBefore returns where the password begins that ends with b, or 0
// when there is none. It looks no further back than floor.
func slowPasswordBefore(b []byte, floor int) int {
	start := floor + bytes.LastIndexAny(b[floor:], " \t\r\n\"<>[]@/;") + 1
	user := start
	if start < 2 || b[start-1] != '/' || b[start-2] != '/' {
		s := slowSipScheme.FindIndex(b[start:])
		if s == nil {
			return 0
		}
		user += s[1]
	}
	colon := bytes.IndexByte(b[user:], ':')
	if colon <= 0 || user+colon+1 == len(b) {
		return 0
	}
	return user + colon + 1
}

var slowSipScheme = regexp.MustCompile(`(?i)(?:sips?|turns?|xmpp):`)

func slowHideValue(b []byte, re *regexp.Regexp) []byte {
	var out []byte
	done := 0
	for _, m := range re.FindAllSubmatchIndex(b, -1) {
		out = append(out, b[done:m[3]]...)
		out = append(out, slowQuoteLike(b[m[3]:m[1]])...)
		done = m[1]
	}
	if done == 0 {
		return b
	}
	return append(out, b[done:]...)
}

// slowQuoteLike keeps the quotes around what is hidden, so that the text still
// reads.
func slowQuoteLike(v []byte) string {
	q := string(v[:1])
	switch {
	case q == `"` || q == "'":
		if len(v) > 1 && v[len(v)-1] == v[0] {
			return q + Hidden + q
		}
		return q + Hidden
	}
	return Hidden
}

// slowElement finds the start tag of an XML slowElement whose text is a secret, and
// that text. RFC 6120 §6.4, XEP-0078, XEP-0114, XEP-0388; configuration files
// bring names such as sshPassword.
var slowElement = regexp.MustCompile(`(?is)(<(?:[\w.-]+:)?(?:auth|response|success|initial-response|additional-data|digest|handshake|[\w.-]*(?:passw(?:or)?d|secret|token)[\w.-]*)(?:\s[^<>]*)?>)((?:<!\[CDATA\[.*?(?:\]\]>|$)|[^<]+)+)`)

func slowHideElements(b []byte) []byte {
	var out []byte
	done := 0
	for _, m := range slowElement.FindAllSubmatchIndex(b, -1) {
		tag, text := b[m[2]:m[3]], b[m[4]:m[5]]
		if bytes.HasSuffix(tag, []byte("/>")) || len(bytes.TrimSpace(text)) == 0 {
			continue
		}
		out = append(out, b[done:m[4]]...)
		out = append(out, Hidden...)
		done = m[5]
	}
	if done == 0 {
		return b
	}
	return append(out, b[done:]...)
}
