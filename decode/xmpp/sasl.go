package xmpp

import (
	"bytes"
	"encoding/base64"
	"strings"
	"unicode"
	"unicode/utf8"
)

// identity finds who logs in within what a client sends for a SASL mechanism,
// or "". Never a password, a proof or a token: where the shape is not the
// mechanism's own, it finds nothing.
func identity(mechanism string, payload []byte) string {
	payload = bytes.TrimSpace(payload)
	if len(payload) == 0 || string(payload) == "=" { // "=" is an empty response (RFC 6120 §6.4.2)
		return ""
	}
	b, err := decode64(payload)
	if err != nil {
		return ""
	}
	switch m := strings.ToUpper(mechanism); {
	case m == "PLAIN" || m == "X-OAUTH2" || m == "X-GOOGLE-TOKEN":
		return presentable(plainIdentity(b))
	case m == "EXTERNAL":
		return presentable(b) // RFC 4422 appendix A: the authorization identity
	case m == "DIGEST-MD5":
		return presentable(digestIdentity(b))
	case m == "CISCO-VTG-TOKEN":
		return presentable(tokenIdentity(b))
	case strings.HasPrefix(m, "SCRAM-") || strings.HasPrefix(m, "GS2-") || m == "OAUTHBEARER":
		return presentable(gs2Identity(b))
	}
	return ""
}

// decode64 decodes what there is of base64: the end may be cut off.
func decode64(s []byte) (string, error) {
	if len(s)%4 != 0 {
		s = s[:len(s)-len(s)%4]
	}
	b := make([]byte, base64.StdEncoding.DecodedLen(len(s)))
	n, err := base64.StdEncoding.Decode(b, s)
	return string(b[:n]), err
}

// plainIdentity reads authzid NUL authcid NUL passwd (RFC 4616 §2).
func plainIdentity(s string) string {
	parts := strings.SplitN(s, "\x00", 3)
	if len(parts) < 3 {
		return ""
	}
	return parts[1]
}

// tokenIdentity reads "userid=…" NUL "token=…", as Jabber sends a one-time
// password of the presence server.
func tokenIdentity(s string) string {
	user, ok := strings.CutPrefix(s, "userid=")
	if !ok {
		return ""
	}
	i := strings.Index(user, "token=")
	if i < 1 {
		return ""
	}
	return strings.TrimRight(user[:i], "\x00&;, ")
}

// gs2Identity reads the user out of a first message: "n,a=authzid,n=user,r=…"
// (RFC 5801 §4, RFC 5802 §7, RFC 7628 §3.1). A final message has none.
func gs2Identity(s string) string {
	s, _, _ = strings.Cut(s, "\x01")
	authzid := ""
	for i, f := range strings.SplitN(s, ",", 5) {
		switch {
		case strings.HasPrefix(f, "n=") && i >= 2:
			return unescape(f[2:])
		case strings.HasPrefix(f, "a=") && i == 1:
			authzid = unescape(f[2:])
		}
	}
	return authzid
}

// unescape undoes =2C and =3D (RFC 5802 §5.1).
func unescape(s string) string {
	return strings.NewReplacer("=2C", ",", "=3D", "=").Replace(s)
}

// digestIdentity reads username="…" (RFC 2831 §2.1.2), where a backslash
// quotes the next character.
func digestIdentity(s string) string {
	const directive = `username="`
	i := strings.Index(s, directive)
	if i < 0 || i > 0 && s[i-1] != ',' && s[i-1] != ' ' {
		return ""
	}
	var b strings.Builder
	for s = s[i+len(directive):]; s != ""; s = s[1:] {
		switch {
		case s[0] == '"':
			return b.String()
		case s[0] == '\\' && len(s) > 1:
			s = s[1:]
		}
		b.WriteByte(s[0])
	}
	return ""
}

// presentable returns s when it can be a name, else "".
func presentable(s string) string {
	if len(s) > maxIdentity || !utf8.ValidString(s) {
		return ""
	}
	for _, r := range s {
		if unicode.IsControl(r) {
			return ""
		}
	}
	return s
}
