package safe

// Words are compared as (?i) of package regexp compares them: besides the 26
// pairs of ASCII, ſ (U+017F) is an s and K (U+212A) a k. Who writes a
// paſſword gets it hidden, too.

// letterAt returns the character at b[i] with letters in lower case and its
// length; 0, 1 for what is in no word.
func letterAt(b []byte, i int) (c byte, n int) {
	c = b[i]
	switch {
	case 'A' <= c && c <= 'Z':
		return c | 0x20, 1
	case c < 0x80:
		return c, 1
	case c == 0xc5 && i+1 < len(b) && b[i+1] == 0xbf:
		return 's', 2
	case c == 0xe2 && i+2 < len(b) && b[i+1] == 0x84 && b[i+2] == 0xaa:
		return 'k', 3
	}
	return 0, 1
}

// letterBefore is letterAt for the character that ends before b[i].
func letterBefore(b []byte, i int) (c byte, n int) {
	if i == 0 {
		return 0, 0
	}
	c = b[i-1]
	switch {
	case 'A' <= c && c <= 'Z':
		return c | 0x20, 1
	case c < 0x80:
		return c, 1
	case c == 0xbf && i >= 2 && b[i-2] == 0xc5:
		return 's', 2
	case c == 0xaa && i >= 3 && b[i-2] == 0x84 && b[i-3] == 0xe2:
		return 'k', 3
	}
	return 0, 1
}

// wordAt returns the length of word, in lower case, where b begins with it,
// else -1.
func wordAt(b []byte, word string) int {
	at := 0
	for i := 0; i < len(word); i++ {
		if at == len(b) {
			return -1
		}
		c, n := letterAt(b, at)
		if c != word[i] {
			return -1
		}
		at += n
	}
	return at
}

// wordBefore returns where word, in lower case, begins that ends with b, else
// -1.
func wordBefore(b []byte, word string) int {
	at := len(b)
	for i := len(word) - 1; i >= 0; i-- {
		c, n := letterBefore(b, at)
		if n == 0 || c != word[i] {
			return -1
		}
		at -= n
	}
	return at
}

func isWord(b []byte, word string) bool { return wordAt(b, word) == len(b) }

// edge reports whether a word may begin at b[i]: what stands before is no
// letter, digit or underscore of ASCII.
func edge(b []byte, i int) bool { return i == 0 || !wordBytes[b[i-1]] }

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
)

// until returns the first index from at whose byte is in ends, or len(b).
func until(b []byte, at int, ends *set) int {
	for at < len(b) && !ends[b[at]] {
		at++
	}
	return at
}

// during returns the first index from at whose byte is not in t, or len(b).
func during(b []byte, at int, t *set) int {
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

// letters is during for sets of letters: their other forms of ſ and K count.
// chars is how many characters were passed.
func letters(b []byte, at int, t *set) (end, chars int) {
	for at < len(b) {
		if t[b[at]] {
			at++
		} else if c, n := letterAt(b, at); n > 1 && t[c] {
			at += n
		} else {
			break
		}
		chars++
	}
	return at, chars
}

// An edit is a text of which parts are replaced, from front to back. The text
// itself is not changed.
type edit struct {
	in, out []byte
	done    int
}

// replace puts s in the place of in[from:to].
func (e *edit) replace(from, to int, s string) {
	if e.out == nil {
		e.out = make([]byte, 0, len(e.in)+8*len(Hidden))
	}
	e.out = append(append(e.out, e.in[e.done:from]...), s...)
	e.done = to
}

// text is the text with all replacements: in itself when there was none.
func (e *edit) text() []byte {
	if e.out == nil {
		return e.in
	}
	return append(e.out, e.in[e.done:]...)
}
