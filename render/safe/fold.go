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
