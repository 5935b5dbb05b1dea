package safe

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Terminal returns s with everything that could steer a terminal or mislead
// the eye written as visible escapes: \n, \t, \r, \x1b for control bytes
// and for bytes that are no UTF-8, \u202e for what has no printed form.
// The result is one line of valid UTF-8.
func Terminal(s string) string {
	if during(s, 0, printBytes) == len(s) {
		return s
	}
	return string(appendTerminal(make([]byte, 0, len(s)+16), s))
}

func appendTerminal[T text](dst []byte, s T) []byte {
	marks := 0
	for i := 0; i < len(s); {
		if end := during(s, i, printBytes); end > i {
			dst = append(dst, s[i:end]...)
			i, marks = end, 0
			continue
		}
		r, n := decodeRune(s, i)
		marks = countMarks(marks, r)
		switch {
		case r == utf8.RuneError && n <= 1:
			dst = appendByte(dst, s[i])
		case marks > maxMarks || !unicode.IsPrint(r):
			dst = append(dst, visible(r)...)
		default:
			dst = append(dst, s[i:i+n]...)
		}
		i += n
	}
	return dst
}

// Lines splits a message into lines (CRLF, LF or a lone CR end one) and
// escapes each as Terminal does. Tabs become one space, for they indent
// folded headers and mislead nobody. Empty lines at the end are left out.
func Lines(msg []byte) []string { return strings.Split(Text(msg), "\n") }

// Text returns the Lines of a message with LF between them.
func Text(msg []byte) string {
	return string(AppendText(make([]byte, 0, len(msg)+16), msg))
}

// AppendText appends the Text of a message.
func AppendText(dst, msg []byte) []byte {
	for len(msg) > 0 && (msg[len(msg)-1] == '\n' || msg[len(msg)-1] == '\r') {
		msg = msg[:len(msg)-1]
	}
	for at := 0; at < len(msg); {
		end := until(msg, at, textEnds)
		dst = appendTerminal(dst, msg[at:end])
		if end == len(msg) {
			break
		}
		at = end + 1
		switch {
		case msg[end] == '\t':
			dst = append(dst, ' ')
			continue
		case msg[end] == '\r' && msg[at] == '\n': // CR is not the last byte
			at++
		}
		dst = append(dst, '\n')
	}
	return dst
}

// XML returns s escaped for XML character data and attribute values.
// Characters that XML 1.0 §2.2 forbids, bidi controls and invalid UTF-8
// become the same visible escapes as in Terminal; newline and tab stay.
func XML(s string) string {
	if during(s, 0, xmlBytes) == len(s) {
		return s
	}
	return string(AppendXML(make([]byte, 0, len(s)+32), s))
}

// AppendXML appends s escaped as XML does.
func AppendXML(dst []byte, s string) []byte {
	marks := 0
	for i := 0; i < len(s); {
		if end := during(s, i, xmlBytes); end > i {
			dst = append(dst, s[i:end]...)
			i, marks = end, 0
			continue
		}
		r, n := utf8.DecodeRuneInString(s[i:])
		marks = countMarks(marks, r)
		switch {
		case r == utf8.RuneError && n <= 1:
			dst = appendByte(dst, s[i])
		case r == '&':
			dst = append(dst, "&amp;"...)
		case r == '<':
			dst = append(dst, "&lt;"...)
		case r == '>':
			dst = append(dst, "&gt;"...)
		case r == '"':
			dst = append(dst, "&#34;"...)
		case r == '\'':
			dst = append(dst, "&#39;"...)
		case r == '\r':
			dst = append(dst, "&#13;"...) // a bare CR would be normalised away
		case marks > maxMarks || !unicode.IsPrint(r):
			dst = append(dst, visible(r)...)
		default:
			dst = append(dst, s[i:i+n]...)
		}
		i += n
	}
	return dst
}

// ASCII returns s in ASCII alone: the signs that rung itself draws with
// become their nearest likeness, everything else an escape. It expects what
// Terminal returned.
func ASCII(s string) string {
	if isASCII(s) {
		return s
	}
	var b strings.Builder
	for _, r := range s {
		switch {
		case r < utf8.RuneSelf:
			b.WriteRune(r)
		case likeness(r) != "":
			b.WriteString(likeness(r))
		default:
			b.WriteString(visible(r))
		}
	}
	return b.String()
}

func likeness(r rune) string {
	switch r {
	case '→':
		return "->"
	case '←':
		return "<-"
	case '►':
		return ">"
	case '◄':
		return "<"
	case '·':
		return "-"
	case '×':
		return "x"
	case '…':
		return "..."
	case '–', '—':
		return "-"
	case '“', '”':
		return `"`
	case '‘', '’':
		return "'"
	}
	return ""
}

func countMarks(n int, r rune) int {
	if unicode.Is(unicode.Mn, r) || unicode.Is(unicode.Me, r) {
		return n + 1
	}
	return 0
}

// appendByte writes a byte that is no character.
func appendByte(dst []byte, c byte) []byte {
	const digits = "0123456789abcdef"
	return append(dst, '\\', 'x', digits[c>>4], digits[c&15])
}

func visible(r rune) string {
	switch {
	case r == '\n':
		return `\n`
	case r == '\r':
		return `\r`
	case r == '\t':
		return `\t`
	case r < 0x80:
		return fmt.Sprintf(`\x%02x`, r)
	case r > 0xffff:
		return fmt.Sprintf(`\U%08x`, r)
	}
	return fmt.Sprintf(`\u%04x`, r)
}

func isASCII(s string) bool {
	for i := 0; i < len(s); i++ {
		if s[i] >= utf8.RuneSelf {
			return false
		}
	}
	return true
}
