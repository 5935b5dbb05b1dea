package safe

import (
	"bytes"
	"regexp"
	"strings"
)

// Hidden stands where a secret was.
const Hidden = "[hidden]"

// Secrets returns a message with what opens doors replaced by [hidden]:
//
//   - credentials in Authorization and Proxy-Authorization (RFC 7616: response,
//     cnonce and whatever is not known to be public; other schemes whole),
//     rspauth of Authentication-Info
//   - cookies, and headers whose name speaks of tokens, passwords or keys
//   - Bearer tokens, passwords in URIs, password=… and "token": "…" in bodies
//   - SDP keys: a=crypto inline (RFC 4568), ice-pwd, key-mgmt, k=
//   - SASL payloads of XMPP (RFC 6120 §6), <password>, <digest>, <handshake>
//
// User names, realms and nonces stay: they explain failures. b is not
// changed; it is returned itself when nothing was found. Applying Secrets
// again changes nothing.
func Secrets(b []byte) []byte {
	b = hideHeaders(b)
	b = hideUserinfo(b)
	low := bytes.ToLower(b)
	if bytes.IndexByte(b, '<') >= 0 {
		b = hideElements(b)
	}
	for i := range values {
		if values[i].mayBeIn(low) {
			b = hideValue(b, values[i].re)
		}
	}
	return b
}

// hideHeaders goes through the lines as header fields; a line that begins
// with white space continues the field before it (RFC 3261 §7.3.1).
func hideHeaders(b []byte) []byte {
	var out []byte
	done := 0
	for at := 0; at < len(b); {
		end := fieldEnd(b, at)
		if v, hidden := hideField(b[at:end]); hidden {
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

// fieldEnd returns where the field beginning at at ends, line end included.
func fieldEnd(b []byte, at int) int {
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

func hideField(f []byte) ([]byte, bool) {
	body := bytes.TrimRight(f, "\r\n")
	colon := bytes.IndexByte(body, ':')
	if colon <= 0 || colon > maxFieldName {
		return hideSDP(f, body)
	}
	name := strings.ToLower(strings.TrimSpace(string(body[:colon])))
	if strings.ContainsAny(name, " \t<>=\"") {
		return hideSDP(f, body)
	}
	switch {
	case name == "authorization" || name == "proxy-authorization":
		return join(body[:colon+1], hideCredentials(body[colon+1:]), f[len(body):]), true
	case name == "authentication-info" || name == "proxy-authentication-info":
		return join(body[:colon+1], hideParams(body[colon+1:]), f[len(body):]), true
	case name == "www-authenticate" || name == "proxy-authenticate":
		return nil, false
	case secretName(name):
		return join(body[:colon+1], []byte(" "+Hidden), f[len(body):]), true
	}
	return nil, false
}

// secretName reports whether a header of this name, in lower case, carries a
// secret.
func secretName(name string) bool {
	for _, w := range []string{"token", "passw", "secret", "cookie", "api-key", "apikey"} {
		if strings.Contains(name, w) {
			return true
		}
	}
	return false
}

// maxFieldName is longer than any header name: beyond it the colon belongs to
// something else.
const maxFieldName = 64

func join(parts ...[]byte) []byte { return bytes.Join(parts, nil) }

var (
	param  = regexp.MustCompile(`([A-Za-z][\w-]*)([ \t]*=[ \t]*)("(?:[^"\\]|\\.)*"?|[^\s,"]*)`)
	scheme = regexp.MustCompile(`^\s*[A-Za-z][\w-]*`)
)

// hideCredentials hides a credentials value (RFC 3261 §25.1): of Digest what
// is not public, of every other scheme all.
func hideCredentials(v []byte) []byte {
	s := scheme.Find(v)
	if s == nil {
		return []byte(" " + Hidden)
	}
	if !strings.EqualFold(strings.TrimSpace(string(s)), "digest") {
		return join(s, []byte(" "+Hidden))
	}
	return join(s, hideParams(v[len(s):]))
}

func hideParams(v []byte) []byte {
	return param.ReplaceAllFunc(v, func(p []byte) []byte {
		m := param.FindSubmatch(p)
		switch strings.ToLower(string(m[1])) {
		case "username", "realm", "nonce", "uri", "algorithm", "qop", "nc", "opaque", "charset",
			"userhash", "nextnonce", "integrity-protected", "username*":
			return p
		}
		return join(m[1], m[2], []byte(`"`+Hidden+`"`))
	})
}

// hideSDP hides the key line of SDP (RFC 4566 §5.12).
func hideSDP(f, body []byte) ([]byte, bool) {
	if bytes.HasPrefix(body, []byte("k=")) && len(body) > 2 && !bytes.Equal(body, []byte("k=prompt")) {
		return join([]byte("k="+Hidden), f[len(body):]), true
	}
	return nil, false
}

// A value is a secret found wherever it stands: group 1 of re stays, the rest
// is hidden. words are tried first, for regular expressions are slow and most
// messages have none of it.
type value struct {
	words []string
	re    *regexp.Regexp
}

func (v *value) mayBeIn(low []byte) bool {
	for _, w := range v.words {
		if bytes.Contains(low, []byte(w)) {
			return true
		}
	}
	return false
}

var values = []value{
	{[]string{"inline:"}, regexp.MustCompile(`(?i)(\binline:)[^\s|;]+`)},                     // RFC 4568 §6.1
	{[]string{"ice-pwd:"}, regexp.MustCompile(`(?i)(\ba=ice-pwd:)[^\s]+`)},                   // RFC 8839 §5.4
	{[]string{"key-mgmt:"}, regexp.MustCompile(`(?i)(\ba=key-mgmt:)[^\r\n]+`)},               // RFC 4567
	{[]string{"bearer"}, regexp.MustCompile(`(?i)(\bBearer[ \t]+)[A-Za-z0-9._~+/-]{16,}=*`)}, // RFC 6750
	{[]string{"passw", "secret", "token", "api", "pwd"},
		regexp.MustCompile(`(?i)([\w-]*(?:passw(?:or)?d|secret|token|api_?key|\bpwd)["']?[ \t]*[=:][ \t]*)(?:"[^"\r\n]*"?|'[^'\r\n]*'?|[^\s&;,<>"']+)`)},
}

// hideUserinfo hides passwords in URIs: sip:user:password@host (RFC 3261
// §19.1.1), https://user:password@host.
func hideUserinfo(b []byte) []byte {
	var out []byte
	done := 0
	for i := bytes.IndexByte(b, '@'); i >= 0; {
		if from := passwordBefore(b[:i], done); from > 0 {
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

// passwordBefore returns where the password begins that ends with b, or 0
// when there is none. It looks no further back than floor.
func passwordBefore(b []byte, floor int) int {
	start := floor + bytes.LastIndexAny(b[floor:], " \t\r\n\"<>[]@/;") + 1
	user := start
	if start < 2 || b[start-1] != '/' || b[start-2] != '/' {
		s := sipScheme.FindIndex(b[start:])
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

var sipScheme = regexp.MustCompile(`(?i)(?:sips?|turns?|xmpp):`)

func hideValue(b []byte, re *regexp.Regexp) []byte {
	var out []byte
	done := 0
	for _, m := range re.FindAllSubmatchIndex(b, -1) {
		out = append(out, b[done:m[3]]...)
		out = append(out, quoteLike(b[m[3]:m[1]])...)
		done = m[1]
	}
	if done == 0 {
		return b
	}
	return append(out, b[done:]...)
}

// quoteLike keeps the quotes around what is hidden, so that the text still
// reads.
func quoteLike(v []byte) string {
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

// element finds the start tag of an XML element whose text is a secret, and
// that text. RFC 6120 §6.4, XEP-0078, XEP-0114, XEP-0388; configuration files
// bring names such as sshPassword.
var element = regexp.MustCompile(`(?is)(<(?:[\w.-]+:)?(?:auth|response|success|initial-response|additional-data|digest|handshake|[\w.-]*(?:passw(?:or)?d|secret|token)[\w.-]*)(?:\s[^<>]*)?>)((?:<!\[CDATA\[.*?(?:\]\]>|$)|[^<]+)+)`)

func hideElements(b []byte) []byte {
	var out []byte
	done := 0
	for _, m := range element.FindAllSubmatchIndex(b, -1) {
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
