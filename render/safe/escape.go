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
	if plain(s) {
		return s
	}
	var b strings.Builder
	b.Grow(len(s) + 16)
	marks := 0
	for i := 0; i < len(s); {
		r, n := utf8.DecodeRuneInString(s[i:])
		marks = countMarks(marks, r)
		switch {
		case r == utf8.RuneError && n <= 1:
			fmt.Fprintf(&b, `\x%02x`, s[i])
		case marks > maxMarks || !unicode.IsPrint(r):
			b.WriteString(visible(r))
		default:
			b.WriteString(s[i : i+n])
		}
		i += n
	}
	return b.String()
}

// Lines splits a message into lines (CRLF, LF or a lone CR end one) and
// escapes each as Terminal does. Tabs become one space, for they indent
// folded headers and mislead nobody.
func Lines(msg []byte) []string {
	s := strings.ReplaceAll(string(msg), "\r\n", "\n")
	s = strings.ReplaceAll(s, "\r", "\n")
	lines := strings.Split(strings.TrimRight(s, "\n"), "\n")
	for i, l := range lines {
		lines[i] = Terminal(strings.ReplaceAll(l, "\t", " "))
	}
	return lines
}

// XML returns s escaped for XML character data and attribute values.
// Characters that XML 1.0 §2.2 forbids, bidi controls and invalid UTF-8
// become the same visible escapes as in Terminal; newline and tab stay.
func XML(s string) string {
	var b strings.Builder
	b.Grow(len(s) + 16)
	marks := 0
	for i := 0; i < len(s); {
		r, n := utf8.DecodeRuneInString(s[i:])
		marks = countMarks(marks, r)
		switch {
		case r == utf8.RuneError && n <= 1:
			fmt.Fprintf(&b, `\x%02x`, s[i])
		case r == '&':
			b.WriteString("&amp;")
		case r == '<':
			b.WriteString("&lt;")
		case r == '>':
			b.WriteString("&gt;")
		case r == '"':
			b.WriteString("&#34;")
		case r == '\'':
			b.WriteString("&#39;")
		case r == '\n' || r == '\t':
			b.WriteRune(r)
		case r == '\r':
			b.WriteString("&#13;") // a bare CR would be normalised away
		case marks > maxMarks || !unicode.IsPrint(r):
			b.WriteString(visible(r))
		default:
			b.WriteString(s[i : i+n])
		}
		i += n
	}
	return b.String()
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

// plain reports whether s is printable ASCII, the usual case.
func plain(s string) bool {
	for i := 0; i < len(s); i++ {
		if s[i] < ' ' || s[i] > '~' {
			return false
		}
	}
	return true
}

func isASCII(s string) bool {
	for i := 0; i < len(s); i++ {
		if s[i] >= utf8.RuneSelf {
			return false
		}
	}
	return true
}
