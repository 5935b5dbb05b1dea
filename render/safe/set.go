package safe

import (
	"strings"
	"unicode/utf8"
)

// A set is a set of bytes.
type set [256]bool

// bytesOf is the set of the bytes of s, and of ASCII letters and digits if
// alnum.
func bytesOf(s string, alnum bool) *set {
	var t set
	for i := 0; i < len(s); i++ {
		t[s[i]] = true
	}
	for c := '0'; alnum && c <= 'z'; c++ {
		if c <= '9' || 'A' <= c && c <= 'Z' || 'a' <= c {
			t[c] = true
		}
	}
	return &t
}

// printable is the set of ASCII's printed characters, with some more and
// without others.
func printable(more, without string) *set {
	t := bytesOf(more, false)
	for c := ' '; c <= '~'; c++ {
		t[c] = !strings.ContainsRune(without, c)
	}
	return t
}

const spaces = "\t\n\f\r "

var (
	spaceBytes = bytesOf(spaces, false)
	wordBytes  = bytesOf("_", true)
	nameBytes  = bytesOf("_-", true)     // of parameters
	tagBytes   = bytesOf("_-.", true)    // of XML elements
	tokenBytes = bytesOf("._~+/-", true) // of bearer tokens, RFC 6750 §2.1

	keyEnds   = bytesOf(spaces+"|;", false)
	lineEnds  = bytesOf("\r\n", false)
	valueEnds = bytesOf(spaces+"&;,<>\"'", false)
	paramEnds = bytesOf(spaces+",\"", false)
	userEnds  = bytesOf(" \t\r\n\"<>[]@/;", false)
	textEnds  = bytesOf("\r\n\t", false)

	printBytes = printable("", "")
	xmlBytes   = printable("\n\t", "&<>\"'")
)

// A text is read as it comes, without being copied into the other kind.
type text interface{ ~string | ~[]byte }

// decodeRune is the character at s[i].
func decodeRune[T text](s T, i int) (r rune, n int) {
	return utf8.DecodeRuneInString(string(s[i:min(len(s), i+utf8.UTFMax)]))
}

// until returns the first index from at whose byte is in ends, or len(b).
func until[T text](b T, at int, ends *set) int {
	for at < len(b) && !ends[b[at]] {
		at++
	}
	return at
}

// during returns the first index from at whose byte is not in t, or len(b).
func during[T text](b T, at int, t *set) int {
	for at < len(b) && t[b[at]] {
		at++
	}
	return at
}

// blanks returns the first index from at that is neither space nor tab.
func blanks(b []byte, at int) int {
	for at < len(b) && (b[at] == ' ' || b[at] == '\t') {
		at++
	}
	return at
}
