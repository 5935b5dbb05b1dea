package safe

import (
	"fmt"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"
)

// What Terminal, Lines and XML did before they copied whole runs.

func slowTerminal(s string) string {
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

func slowLines(msg []byte) []string {
	s := strings.ReplaceAll(string(msg), "\r\n", "\n")
	s = strings.ReplaceAll(s, "\r", "\n")
	lines := strings.Split(strings.TrimRight(s, "\n"), "\n")
	for i, l := range lines {
		lines[i] = slowTerminal(strings.ReplaceAll(l, "\t", " "))
	}
	return lines
}

func slowXML(s string) string {
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

func FuzzEscapeAsBefore(f *testing.F) {
	f.Add("a\x1b[0m\u202e\xff<&>\x00'\"")
	f.Add("a\r\nb\rc\n\td\t\u0301\u0301\u0301\u0301\u0301\n\r\n")
	f.Add("e\u0301\u0301\u0301\u0301\u0301x\u0301\xc3\xe2\x84 \U0001f600\n\n\n\nx\r\r\n")
	f.Add("")
	f.Fuzz(func(t *testing.T, s string) {
		if got, want := Terminal(s), slowTerminal(s); got != want {
			t.Fatalf("Terminal(%q) = %q, want %q", s, got, want)
		}
		if got, want := XML(s), slowXML(s); got != want {
			t.Fatalf("XML(%q) = %q, want %q", s, got, want)
		}
		if got, want := fmt.Sprintf("%q", Lines([]byte(s))), fmt.Sprintf("%q", slowLines([]byte(s))); got != want {
			t.Fatalf("Lines(%q) = %s, want %s", s, got, want)
		}
	})
}

func BenchmarkText(b *testing.B) {
	msg := []byte("INVITE sip:3250@10.0.0.1 SIP/2.0\r\n" + strings.Repeat("X-Header: some <value> of \"some\" length\r\n", 20))
	b.ReportAllocs()
	b.SetBytes(int64(len(msg)))
	for b.Loop() {
		Text(msg)
	}
}

func BenchmarkXML(b *testing.B) {
	s := strings.Repeat("From: \"Ж\" <sip:5737@10.0.0.1>;tag=1 ", 20)
	b.ReportAllocs()
	b.SetBytes(int64(len(s)))
	for b.Loop() {
		XML(s)
	}
}
