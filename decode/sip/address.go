package sip

import "bytes"

// An address is a name-addr or addr-spec with header parameters (RFC 3261
// §20.10): "Bob" <sip:bob@example.com>;tag=1. All parts are borrowed.
type address struct {
	display []byte // without quotes, escapes undone
	uri     []byte // as written, without the brackets
	params  []byte // after the first ";" outside the URI
	odd     string // what is wrong with it, "" when nothing is
}

// parseAddress reads one value of From, To, Contact and their like. It always
// returns what can be read.
func parseAddress(v []byte) address {
	v = trim(v)
	var a address
	if len(v) > 0 && v[0] == '"' {
		end := closingQuote(v)
		if end < 0 {
			a.odd = "quote never closed"
			v = v[1:]
		} else {
			a.display = unquote(v[:end+1])
			v = trim(v[end+1:])
			if len(v) == 0 || v[0] != '<' {
				a.odd = "no <URI> after the display name"
			}
		}
	}
	open := bytes.IndexByte(v, '<')
	if open < 0 {
		return a.spec(v)
	}
	if name := trim(v[:open]); len(name) > 0 && a.display == nil {
		a.display = name
		if a.odd == "" && !isDisplay(name) {
			a.odd = "display name needs quotes"
		}
	}
	return a.bracketed(v[open+1:])
}

// spec reads an addr-spec: without brackets everything after ";" belongs to
// the header, not to the URI (§20.10).
func (a address) spec(v []byte) address {
	semi := bytes.IndexByte(v, ';')
	if semi < 0 {
		semi = len(v)
	} else {
		a.params = v[semi+1:]
	}
	a.uri = trim(v[:semi])
	switch {
	case a.odd != "":
	case bytes.IndexByte(a.uri, '?') >= 0:
		// §20.10: a URI with "?" or "," must be in brackets.
		a.odd = "URI with ? outside <>"
	case hasOdd(a.uri):
		a.odd = "blank, quote or > in the URI"
	}
	return a
}

func (a address) bracketed(v []byte) address {
	end := bytes.IndexByte(v, '>')
	if end < 0 {
		a.odd = "< never closed"
		a.uri = trim(v)
		return a
	}
	a.uri = v[:end]
	if a.odd == "" && hasOdd(a.uri) {
		a.odd = "blank, quote or < in the URI"
	}
	a.uri = trim(a.uri)
	rest := trim(v[end+1:])
	if len(rest) > 0 && rest[0] == ';' {
		a.params = rest[1:]
	} else if len(rest) > 0 && a.odd == "" {
		a.odd = "text after <URI>"
	}
	return a
}

// hasOdd reports whether b holds a blank, a quote or an angle bracket.
func hasOdd(b []byte) bool {
	for _, c := range b {
		if odds[c] {
			return true
		}
	}
	return false
}

var odds = [256]bool{' ': true, '\t': true, '"': true, '<': true, '>': true}

// closingQuote returns the index of the quote that closes the one at v[0].
func closingQuote(v []byte) int {
	for i := 1; i < len(v); i++ {
		switch v[i] {
		case '\\':
			i++
		case '"':
			return i
		}
	}
	return -1
}

// isDisplay: §25.1, display-name without quotes is tokens and blanks. Dots
// are token characters; UTF-8 outside quotes is tolerated, commas are not.
func isDisplay(name []byte) bool {
	for _, c := range name {
		if !isToken(c) && !blank(c) && c < 0x80 {
			return false
		}
	}
	return true
}

// A uri is a SIP, SIPS or tel URI taken apart (§19.1.1, RFC 3966), borrowed.
// Of other schemes only scheme and host (the opaque rest) are filled.
type uri struct {
	scheme  []byte
	user    []byte // without password and user parameters, escapes as they are
	host    []byte // without port and without brackets
	port    []byte
	params  []byte // after the first ";" of the host part
	headers []byte // after "?"
}

func parseURI(b []byte) uri {
	b = trim(b)
	var u uri
	if bytes.HasPrefix(b, []byte("<")) { // RFC 4475 §3.1.2.7
		b = bytes.TrimSuffix(b[1:], []byte(">"))
	}
	colon := bytes.IndexByte(b, ':')
	if colon < 0 {
		u.host = b
		return u
	}
	u.scheme, b = b[:colon], b[colon+1:]
	switch {
	case string(u.scheme) == "sip", isSIP(u.scheme):
		u.sip(b)
	case equalFold(u.scheme, "tel"):
		u.user, u.params, _ = bytes.Cut(b, []byte(";"))
	default:
		u.host = b
	}
	return u
}

// sip takes user@host:port;params?headers apart.
func (u *uri) sip(b []byte) {
	if at := userEnd(b); at >= 0 {
		u.user, b = b[:at], b[at+1:]
		for i, c := range u.user {
			if c == ':' || c == ';' { // a password, parameters of the user
				u.user = u.user[:i]
				break
			}
		}
	}
	if i := bytes.IndexByte(b, '?'); i >= 0 {
		b, u.headers = b[:i], b[i+1:]
	}
	if i := bytes.IndexByte(b, ';'); i >= 0 {
		b, u.params = b[:i], b[i+1:]
	}
	u.host, u.port = hostPort(trim(b))
}

// userEnd is where the @ behind the user part stands, or -1. Forwarders make
// "user@domain@proxy": it is the last @ before parameters.
func userEnd(b []byte) int {
	at := bytes.IndexByte(b, '@')
	if at < 0 || bytes.IndexByte(b[at+1:], '@') < 0 {
		return at
	}
	for i := at + 1; i < len(b) && b[i] != ';' && b[i] != '?'; i++ {
		if b[i] == '@' {
			at = i
		}
	}
	return at
}

// hostPort cuts "host:port" and "[v6]:port"; the brackets go (RFC 5118 §4.1).
func hostPort(b []byte) (host, port []byte) {
	if len(b) > 0 && b[0] == '[' {
		end := bytes.IndexByte(b, ']')
		if end < 0 {
			return b[1:], nil
		}
		return b[1:end], bytes.TrimPrefix(b[end+1:], []byte(":"))
	}
	colon := bytes.IndexByte(b, ':')
	if colon < 0 {
		return b, nil
	}
	if bytes.IndexByte(b[colon+1:], ':') >= 0 { // an IPv6 address without brackets
		return b, nil
	}
	return b[:colon], b[colon+1:]
}

// unescapeUser undoes %xx in a user part, except where it would make a
// control character (RFC 4475 §3.1.1.4 hides a NUL there).
func unescapeUser(b []byte) []byte {
	i := bytes.IndexByte(b, '%')
	if i < 0 {
		return b
	}
	out := append(make([]byte, 0, len(b)), b[:i]...)
	for ; i < len(b); i++ {
		if b[i] == '%' && i+2 < len(b) {
			hi, ok1 := hexValue(b[i+1])
			lo, ok2 := hexValue(b[i+2])
			if c := hi<<4 | lo; ok1 && ok2 && c >= 0x20 && c != 0x7f {
				out = append(out, c)
				i += 2
				continue
			}
		}
		out = append(out, b[i])
	}
	return out
}

func hexValue(c byte) (byte, bool) {
	switch {
	case digit(c):
		return c - '0', true
	case lower(c) >= 'a' && lower(c) <= 'f':
		return lower(c) - 'a' + 10, true
	}
	return 0, false
}
