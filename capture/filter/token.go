package filter

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// A token is a word, a parenthesis or an operator. The zero token is the end.
type token struct {
	text   string // as given
	word   string // in lower case; && || ! are and, or, not
	column int    // in characters from 1
	offset int    // in bytes
}

func (t token) isEnd() bool { return t.text == "" }

var marks = []struct{ text, word string }{
	{"(", "("}, {")", ")"}, {"&&", wordAnd}, {"||", wordOr}, {"!", wordNot},
}

// mark returns the token that s begins with and that ends a word before it.
func mark(s string) (t token, ok bool) {
	for _, x := range marks {
		if strings.HasPrefix(s, x.text) {
			return token{text: x.text, word: x.word}, true
		}
	}
	return t, false
}

// tokens takes words apart. The last token is the end, with its place.
func tokens(words string) (all []token) {
	column := 1
	for at := 0; at < len(words); {
		r, size := utf8.DecodeRuneInString(words[at:])
		if unicode.IsSpace(r) {
			at += size
			column++
			continue
		}
		t, ok := mark(words[at:])
		if !ok {
			t = word(words[at:])
		}
		t.column, t.offset = column, at
		all = append(all, t)
		at += len(t.text)
		column += utf8.RuneCountInString(t.text)
	}
	return append(all, token{column: column, offset: len(words)})
}

// word returns what s begins with, up to a blank or mark. It isn't empty.
func word(s string) token {
	for i, r := range s {
		if _, ok := mark(s[i:]); i > 0 && (ok || unicode.IsSpace(r)) {
			s = s[:i]
			break
		}
	}
	return token{text: s, word: strings.ToLower(s)}
}
