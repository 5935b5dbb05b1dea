package safe

import (
	"bytes"
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
//
// A report holds ten thousand messages, most without a secret. So every step
// looks for one rare byte first (a line's colon, @, <, the sign before a
// value), and reads on only where a name stands before or behind it.
func Secrets(b []byte) []byte {
	b = hideHeaders(b)
	b = hideUserinfo(b)
	b = hideElements(b)
	return hideValues(b)
}

// hideHeaders goes through the lines as header fields; a line that begins
// with white space continues the field before it (RFC 3261 §7.3.1).
func hideHeaders(b []byte) []byte {
	e := edit{in: b}
	for at := 0; at < len(b); {
		end := fieldEnd(b, at)
		if v, hidden := hideField(b[at:end]); hidden {
			e.replace(at, end, string(v))
		}
		at = end
	}
	return e.text()
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
	n := len(f)
	for n > 0 && (f[n-1] == '\r' || f[n-1] == '\n') {
		n--
	}
	body := f[:n]
	colon := bytes.IndexByte(body[:min(n, maxFieldName+1)], ':')
	if colon <= 0 {
		return hideSDP(f, body)
	}
	switch fieldOf(body[:colon]) {
	case fieldNone:
		return hideSDP(f, body)
	case fieldCredentials:
		return join(body[:colon+1], hideCredentials(body[colon+1:]), f[n:]), true
	case fieldInfo:
		return join(body[:colon+1], hideParams(body[colon+1:]), f[n:]), true
	case fieldSecret:
		return join(body[:colon+1], []byte(" "+Hidden), f[n:]), true
	}
	return nil, false
}

func join(parts ...[]byte) []byte { return bytes.Join(parts, nil) }

// hideCredentials hides a credentials value (RFC 3261 §25.1): of Digest what
// is not public, of every other scheme all.
func hideCredentials(v []byte) []byte {
	from := during(v, 0, spaceBytes)
	if from == len(v) || !isLetter(v[from]) {
		return []byte(" " + Hidden)
	}
	end := during(v, from, nameBytes)
	if !isWord(v[from:end], "digest") {
		return join(v[:end], []byte(" "+Hidden))
	}
	return join(v[:end], hideParams(v[end:]))
}

func isLetter(c byte) bool { return 'a' <= c|0x20 && c|0x20 <= 'z' }

// hideParams hides the values of all parameters, name=value, that are not
// known to be public.
func hideParams(v []byte) []byte {
	e := edit{in: v}
	for at := 0; at < len(v); {
		if !isLetter(v[at]) {
			at++
			continue
		}
		name := during(v, at, nameBytes)
		from := blanks(v, name)
		if from == len(v) || v[from] != '=' {
			at = name
			continue
		}
		from = blanks(v, from+1)
		end := paramEnd(v, from)
		if !publicParam(v[at:name]) {
			e.replace(from, end, `"`+Hidden+`"`)
		}
		at = end
	}
	return e.text()
}

// paramEnd is where the value at from ends: after its closing quote, where
// one opens, else before a comma, a quote or white space.
func paramEnd(v []byte, from int) int {
	if from == len(v) || v[from] != '"' {
		return until(v, from, paramEnds)
	}
	for i := from + 1; i < len(v); i++ {
		switch v[i] {
		case '"':
			return i + 1
		case '\\': // RFC 3261 §25.1: quoted-pair, of anything but a line end
			if i+1 == len(v) || v[i+1] == '\n' {
				return i
			}
			i++
		}
	}
	return len(v)
}

func publicParam(name []byte) bool {
	switch strings.ToLower(string(name)) {
	case "username", "realm", "nonce", "uri", "algorithm", "qop", "nc", "opaque", "charset",
		"userhash", "nextnonce", "integrity-protected":
		return true
	}
	return false
}

// hideSDP hides the key line of SDP (RFC 4566 §5.12).
func hideSDP(f, body []byte) ([]byte, bool) {
	if len(body) > 2 && body[0] == 'k' && body[1] == '=' && string(body) != "k=prompt" {
		return join([]byte("k="+Hidden), f[len(body):]), true
	}
	return nil, false
}
