package sip

import (
	"bytes"
	"encoding/binary"
)

// Small readers of bytes that the whole package uses.

func digit(c byte) bool { return c >= '0' && c <= '9' }

func blank(c byte) bool { return c == ' ' || c == '\t' }

func lower(c byte) byte {
	if c >= 'A' && c <= 'Z' {
		return c | 0x20
	}
	return c
}

// isToken: RFC 3261 §25.1, token.
func isToken(c byte) bool { return c < 0x80 && tokens[c] }

var tokens = func() (t [128]bool) {
	for c := range t {
		switch {
		case c >= '0' && c <= '9', c >= 'a' && c <= 'z', c >= 'A' && c <= 'Z':
			t[c] = true
		}
	}
	for _, c := range []byte("-.!%*_+`'~") {
		t[c] = true
	}
	return t
}()

// lowered gives token characters in lower case, 0 for all others.
var lowered = func() (t [256]byte) {
	for c := range tokens {
		if tokens[c] {
			t[c] = lower(byte(c))
		}
	}
	return t
}()

func isTokenText(b []byte) bool {
	for _, c := range b {
		if !isToken(c) {
			return false
		}
	}
	return len(b) > 0
}

// trim cuts blanks and line ends off both sides. Most often there are none.
func trim(b []byte) []byte {
	if len(b) > 0 && b[0] > ' ' && b[len(b)-1] > ' ' {
		return b
	}
	return trimBoth(b)
}

func trimBoth(b []byte) []byte { return trimRight(trimLeft(b)) }

func trimLeft(b []byte) []byte {
	for len(b) > 0 && (blank(b[0]) || b[0] == '\r' || b[0] == '\n') {
		b = b[1:]
	}
	return b
}

func trimRight(b []byte) []byte {
	for len(b) > 0 {
		if c := b[len(b)-1]; !blank(c) && c != '\r' && c != '\n' {
			break
		}
		b = b[:len(b)-1]
	}
	return b
}

// equalFold compares ASCII without case; lowered is lower case.
func equalFold(b []byte, lowered string) bool {
	return len(b) == len(lowered) && hasFold(b, lowered)
}

// mayControl reports whether b may hold a control character, eight bytes at a
// time.
func mayControl(b []byte) bool {
	if len(b) >= 8 {
		last := b[len(b)-8:]
		for ; len(b) > 8; b = b[8:] {
			if eightControl(binary.LittleEndian.Uint64(b)) {
				return true
			}
		}
		return eightControl(binary.LittleEndian.Uint64(last))
	}
	for _, c := range b {
		if c < ' ' || c == 0x7f {
			return true
		}
	}
	return false
}

// eightControl: in x-0x20… the top bit of a byte below 0x20 comes up, and so
// it does in x-1… of a byte that is 0.
func eightControl(x uint64) bool {
	const ones, tops = 0x0101010101010101, 0x8080808080808080
	del := x ^ 0x7f*ones
	return ((x-0x20*ones)&^x|(del-ones)&^del)&tops != 0
}

// number reads decimal digits and nothing else, up to 2^32-1.
func number(b []byte) (uint32, bool) {
	if len(b) == 0 {
		return 0, false
	}
	var n uint64
	for _, c := range b {
		if !digit(c) {
			return 0, false
		}
		if n = n*10 + uint64(c-'0'); n > 1<<32-1 {
			return 0, false
		}
	}
	return uint32(n), true
}

// digits returns the leading decimal digits of b.
func digits(b []byte) []byte {
	n := 0
	for n < len(b) && digit(b[n]) {
		n++
	}
	return b[:n]
}

// word cuts the next blank-separated word off b.
func word(b []byte) (w, rest []byte) {
	for len(b) > 0 && blank(b[0]) {
		b = b[1:]
	}
	n := 0
	for n < len(b) && !blank(b[n]) {
		n++
	}
	return b[:n], b[n:]
}

// value cuts the next comma-separated value off b, looking past commas in
// quotes and in angle brackets (RFC 3261 §7.3.1).
func value(b []byte) (v, rest []byte) { return cutAt(b, ',') }

// param cuts the next parameter off b, which follows its ";".
func param(b []byte) (p, rest []byte) { return cutAt(b, ';') }

func cutAt(b []byte, sep byte) (v, rest []byte) {
	at := bytes.IndexByte(b, sep)
	if at < 0 {
		return trim(b), nil
	}
	if bytes.IndexByte(b[:at], '"') < 0 && bytes.IndexByte(b[:at], '<') < 0 {
		return trim(b[:at]), b[at+1:]
	}
	quoted, angle := false, false
	for i := 0; i < len(b); i++ {
		switch c := b[i]; {
		case quoted:
			if c == '\\' {
				i++
			} else if c == '"' {
				quoted = false
			}
		case c == '"':
			quoted = true
		case c == '<':
			angle = true
		case c == '>':
			angle = false
		case c == sep && !angle:
			return trim(b[:i]), b[i+1:]
		}
	}
	return trim(b), nil
}

// paramValue finds a parameter in ";a=b;c" by its lower-case name. The value
// of a bare parameter is empty.
func paramValue(params []byte, name string) (v []byte, ok bool) {
	for len(params) > 0 {
		var p []byte
		p, params = param(params)
		if len(p) < len(name) || !hasFold(p, name) {
			continue
		}
		rest := trim(p[len(name):])
		if len(rest) == 0 && len(p) == len(name) {
			return nil, true
		}
		if len(rest) > 0 && rest[0] == '=' {
			return trim(rest[1:]), true
		}
	}
	return nil, false
}

// unquote takes the quotes off a quoted string, and the backslashes inside
// it; other bytes come back as they are.
func unquote(b []byte) []byte {
	if len(b) < 2 || b[0] != '"' || b[len(b)-1] != '"' {
		return b
	}
	b = b[1 : len(b)-1]
	for i, c := range b {
		if c == '\\' {
			return unescape(b, i)
		}
	}
	return b
}

func unescape(b []byte, from int) []byte {
	out := append([]byte(nil), b[:from]...)
	for i := from; i < len(b); i++ {
		if b[i] == '\\' && i+1 < len(b) {
			i++
		}
		out = append(out, b[i])
	}
	return out
}
