package record

import "unicode/utf8"

// appendString appends s as a JSON string that is safe to paste into an HTML
// page and to print on a terminal: what JSON itself forbids, <, >, & and
// everything unsafeRune names are escaped. Bytes that are no UTF-8 become
// U+FFFD, each of them.
func appendString(b []byte, s string) []byte {
	b = append(b, '"')
	start, i := 0, 0
	for {
		i += plain(s[i:])
		if i == len(s) {
			break
		}
		n, odd := oddAt(s[i:])
		if odd {
			b = append(b, s[start:i]...)
			b = appendOdd(b, s[i:i+n])
			start = i + n
		}
		i += n
	}
	b = append(b, s[start:]...)
	return append(b, '"')
}

// appendText appends s as a string, or null when it is empty.
func appendText[T ~string](b []byte, s T) []byte {
	if s == "" {
		return append(b, "null"...)
	}
	return appendString(b, string(s))
}

// appendStrings appends an array of strings.
func appendStrings(b []byte, list []string) []byte {
	b = append(b, '[')
	for i, s := range list {
		b = comma(b, i)
		b = appendString(b, s)
	}
	return append(b, ']')
}

// comma parts item i of an array from the one before it.
func comma(b []byte, i int) []byte {
	if i > 0 {
		b = append(b, ',')
	}
	return b
}

// Bytes repeated over a word, for plain.
const (
	ones = 0x0101010101010101
	high = 0x8080808080808080
)

// plain gives how many bytes at the begin of s stand for themselves: ASCII
// that JSON, HTML and terminals leave alone. It looks at eight bytes at a
// time; nearly all text of a capture is plain.
func plain(s string) int {
	i := 0
	for ; len(s)-i >= 8; i += 8 {
		w := s[i : i+8]
		x := uint64(w[0]) | uint64(w[1])<<8 | uint64(w[2])<<16 | uint64(w[3])<<24 |
			uint64(w[4])<<32 | uint64(w[5])<<40 | uint64(w[6])<<48 | uint64(w[7])<<56
		if oddWord(x) {
			break
		}
	}
	for i < len(s) && plainByte(s[i]) {
		i++
	}
	return i
}

// oddWord reports whether one of the eight bytes of x is not plain. A borrow
// or carry can only spoil bytes above one that is odd itself.
func oddWord(x uint64) bool {
	control := (x - ones*0x20) &^ x     // below 0x20
	upper := x | (x + ones)             // from 0x7f
	amp := (x | ones*0x04) ^ ones*'&'   // 0 at & and ", which differ in that bit
	angle := (x | ones*0x02) ^ ones*'>' // 0 at < and >, likewise
	slash := x ^ ones*'\\'
	zero := (amp-ones)&^amp | (angle-ones)&^angle | (slash-ones)&^slash
	return (control|upper|zero)&high != 0
}

func plainByte(c byte) bool {
	return c >= 0x20 && c < 0x7f && c != '"' && c != '&' && c != '<' && c != '>' && c != '\\'
}

// oddAt measures the character at the begin of s, which is not plain, and
// reports whether it has to be escaped.
func oddAt(s string) (n int, odd bool) {
	if s[0] < utf8.RuneSelf {
		return 1, true
	}
	r, n := utf8.DecodeRuneInString(s)
	return n, r == utf8.RuneError && n == 1 || unsafeRune(r)
}

// appendOdd appends the one character of s escaped.
func appendOdd(b []byte, s string) []byte {
	switch c := s[0]; c {
	case '\\', '"':
		return append(b, '\\', c)
	case '\b':
		return append(b, '\\', 'b')
	case '\f':
		return append(b, '\\', 'f')
	case '\n':
		return append(b, '\\', 'n')
	case '\r':
		return append(b, '\\', 'r')
	case '\t':
		return append(b, '\\', 't')
	}
	r, _ := utf8.DecodeRuneInString(s)
	return appendEscape(b, r)
}

// unsafeRune reports characters that a terminal obeys or that hide or turn
// text: DEL, C1 controls, zero-width and bidirectional controls, the byte
// order mark, line separators and tags.
func unsafeRune(r rune) bool {
	switch {
	case r >= 0x7f && r <= 0x9f, r == 0xad, r == 0x61c,
		r >= 0x200b && r <= 0x200f, r >= 0x2028 && r <= 0x202e,
		r >= 0x2060 && r <= 0x206f, r == 0xfeff,
		r >= 0xfff9 && r <= 0xfffb, r >= 0xe0000 && r <= 0xe007f:
		return true
	}
	return false
}

func appendEscape(b []byte, r rune) []byte {
	if r > 0xffff { // surrogate pair (RFC 8259 §7)
		r -= 0x10000
		b = appendEscape(b, 0xd800+r>>10)
		return appendEscape(b, 0xdc00+r&0x3ff)
	}
	const hex = "0123456789abcdef"
	return append(b, '\\', 'u', hex[r>>12&15], hex[r>>8&15], hex[r>>4&15], hex[r&15])
}
