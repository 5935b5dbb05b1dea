package safe

import "bytes"

// hideUserinfo hides passwords in URIs: sip:user:password@host (RFC 3261
// §19.1.1), https://user:password@host.
func hideUserinfo(b []byte) []byte {
	e := edit{in: b}
	for i := bytes.IndexByte(b, '@'); i >= 0; {
		if from := passwordBefore(b[:i], e.done); from > 0 {
			e.replace(from, i, Hidden)
		}
		next := bytes.IndexByte(b[i+1:], '@')
		if next < 0 {
			break
		}
		i += 1 + next
	}
	return e.text()
}

// passwordBefore returns where the password begins that ends with b, or 0
// when there is none. It looks no further back than floor.
func passwordBefore(b []byte, floor int) int {
	start := len(b)
	for start > floor && !userEnds[b[start-1]] {
		start--
	}
	user := start
	if start < 2 || b[start-1] != '/' || b[start-2] != '/' {
		if user = afterScheme(b, start); user < 0 {
			return 0
		}
	}
	colon := bytes.IndexByte(b[user:], ':')
	if colon <= 0 || user+colon+1 == len(b) {
		return 0
	}
	return user + colon + 1
}

// afterScheme returns where the first scheme from start on ends, colon
// included, or -1.
func afterScheme(b []byte, start int) int {
	for at := start; ; {
		n := bytes.IndexByte(b[at:], ':')
		if n < 0 {
			return -1
		}
		at += n + 1
		for _, s := range [...]string{"sip", "sips", "turn", "turns", "xmpp"} {
			if wordBefore(b[start:at-1], s) >= 0 {
				return at
			}
		}
	}
}

// hideValues hides secrets that have their name before them, wherever they
// stand. One look tells which of the searches are needed: mostly none.
func hideValues(b []byte) []byte {
	is := valuesIn(b)
	if is.inline { // RFC 4568 §6.1
		b = hideAfter(b, "inline", keyEnds)
	}
	if is.icePwd { // RFC 8839 §5.4
		b = hideAfter(b, "a=ice-pwd", spaceBytes)
	}
	if is.keyMgmt { // RFC 4567
		b = hideAfter(b, "a=key-mgmt", lineEnds)
	}
	if is.bearer { // RFC 6750
		b = hideBearer(b)
	}
	if is.named {
		b = hideNamed(b)
	}
	return b
}

// A values says which secrets may be in a text.
type values struct{ inline, icePwd, keyMgmt, bearer, named bool }

// valuesIn looks at the signs that stand between name and value, and at every
// b, for bearer.
func valuesIn(b []byte) values {
	var is values
	for i, c := range b {
		switch signs[c] {
		case signColon:
			is.inline = is.inline || wordBefore(b[:i], "inline") >= 0
			is.icePwd = is.icePwd || wordBefore(b[:i], "a=ice-pwd") >= 0
			is.keyMgmt = is.keyMgmt || wordBefore(b[:i], "a=key-mgmt") >= 0
			is.named = is.named || nameBefore(b[:i]) >= 0
		case signEqual:
			is.named = is.named || nameBefore(b[:i]) >= 0
		case signB:
			is.bearer = is.bearer || wordAt(b[i:], "bearer") > 0
		}
	}
	return is
}

const (
	signColon = iota + 1
	signEqual
	signB
)

var signs = [256]uint8{':': signColon, '=': signEqual, 'b': signB, 'B': signB}

// hideAfter hides what follows word and a colon, up to one of ends.
func hideAfter(b []byte, word string, ends *set) []byte {
	e := edit{in: b}
	for at := 0; ; {
		n := bytes.IndexByte(b[at:], ':')
		if n < 0 {
			return e.text()
		}
		at += n + 1
		start := wordBefore(b[:at-1], word)
		if start < 0 || !edge(b, start) {
			continue
		}
		if end := until(b, at, ends); end > at {
			e.replace(at, end, quoteLike(b[at:end]))
			at = end
		}
	}
}

// minBearer is how many characters make a token out of the word behind
// "bearer": shorter ones are English, or Q.931.
const minBearer = 16

func hideBearer(b []byte) []byte {
	e := edit{in: b}
	for at := 0; at < len(b); at++ {
		if signs[b[at]] != signB || !edge(b, at) {
			continue
		}
		word := wordAt(b[at:], "bearer")
		if word < 0 {
			continue
		}
		from := blanks(b, at+word)
		end, chars := letters(b, from, tokenBytes)
		if from == at+word || chars < minBearer {
			continue
		}
		for end < len(b) && b[end] == '=' {
			end++
		}
		e.replace(from, end, Hidden)
		at = end - 1
	}
	return e.text()
}

// hideNamed hides values of names that end in password, token and their like:
// password=…, "access_token": "…".
func hideNamed(b []byte) []byte {
	e := edit{in: b}
	for at := 0; at < len(b); at++ {
		if s := signs[b[at]]; s != signColon && s != signEqual {
			continue
		}
		if name := nameBefore(b[:at]); name < e.done {
			continue // none, or it was part of the value before
		}
		from := blanks(b, at+1)
		end := valueEnd(b, from)
		if end == from {
			continue
		}
		e.replace(from, end, quoteLike(b[from:end]))
		at = end - 1
	}
	return e.text()
}

// nameBefore returns where the word begins that makes a secret of the value
// behind the sign at the end of b, or -1. The name may be quoted.
func nameBefore(b []byte) int {
	n := len(b)
	for n > 0 && (b[n-1] == ' ' || b[n-1] == '\t') {
		n--
	}
	if n > 0 && (b[n-1] == '"' || b[n-1] == '\'') {
		n--
	}
	b = b[:n]
	c, _ := letterBefore(b, n)
	switch c {
	case 'd':
		if at := wordBefore(b, "pwd"); at >= 0 && edge(b, at) {
			return at
		}
		return max(wordBefore(b, "password"), wordBefore(b, "passwd"))
	case 't':
		return wordBefore(b, "secret")
	case 'n':
		return wordBefore(b, "token")
	case 'y':
		return max(wordBefore(b, "apikey"), wordBefore(b, "api_key"))
	}
	return -1
}

// valueEnd is where the value at from ends: after its closing quote or with
// the line, where a quote opens, else before what parts values.
func valueEnd(b []byte, from int) int {
	if from == len(b) || b[from] != '"' && b[from] != '\'' {
		return until(b, from, valueEnds)
	}
	for i := from + 1; i < len(b); i++ {
		switch b[i] {
		case b[from]:
			return i + 1
		case '\r', '\n':
			return i
		}
	}
	return len(b)
}

// quoteLike keeps the quotes around what is hidden, so that the text still
// reads.
func quoteLike(v []byte) string {
	q := v[0]
	switch {
	case q != '"' && q != '\'':
		return Hidden
	case len(v) > 1 && v[len(v)-1] == q:
		return string(q) + Hidden + string(q)
	}
	return string(q) + Hidden
}
