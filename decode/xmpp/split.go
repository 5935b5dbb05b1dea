package xmpp

import (
	"bytes"
	"errors"
)

// A framer cuts one direction of a stream into stream headers, top-level
// elements and the closing tag. It looks at every byte once however the bytes
// arrive: between calls it remembers how far it came. White space, comments
// and processing instructions between stanzas are passed over.
//
// It errs only at the first byte of what it looks at, and hands on what is
// broken later for the reader to complain of. So a caller that resumes one
// byte further after an error never makes it look at bytes twice.
//
// The zero value is ready for use.
type framer struct {
	state scan
	pos   int  // everything before is looked at
	start int  // where the token begins
	mark  int  // where the markup at hand begins
	depth int  // open elements, without the stream's
	nest  int  // in a declaration: open angle brackets
	quote byte // in a tag: the quote that is open

	// What the bytes looked at began and ended with, to notice other bytes.
	head, tail [8]byte
}

// scan says what the framer is in the middle of.
type scan uint8

const (
	between scan = iota // stanzas
	text                // within a stanza
	opening             // after '<'
	tag
	endTag
	comment
	cdata
	instruction
	declaration
)

var (
	errText = errors.New("xmpp: text between stanzas")
	errEnd  = errors.New("xmpp: the end of an element that did not begin")
	errLess = errors.New("xmpp: '<' without a name")
)

// split is a bufio.SplitFunc with memory.
func (f *framer) split(data []byte, atEOF bool) (advance int, token []byte, err error) {
	if !f.seen(data) {
		*f = framer{}
	}
	for f.pos < len(data) {
		before, state := f.pos, f.state
		done, err := f.step(data)
		switch {
		case err != nil:
			*f = framer{}
			return 0, nil, err
		case done:
			advance, token = f.pos, data[f.start:f.pos]
			*f = framer{}
			return advance, token, nil
		case f.pos == before && f.state == state:
			return f.more(data, atEOF)
		}
	}
	return f.more(data, atEOF)
}

// more asks for more bytes, or at the end hands on what there is.
func (f *framer) more(data []byte, atEOF bool) (int, []byte, error) {
	if f.state == between {
		n := f.pos
		*f = framer{}
		return n, nil, nil
	}
	if atEOF {
		start := f.start
		*f = framer{}
		return len(data), data[start:], nil
	}
	f.remember(data)
	return 0, nil, nil
}

// step looks at the next piece of data. It reports true when data[start:pos]
// is a token, and leaves pos and state as they are when it needs more bytes.
func (f *framer) step(data []byte) (bool, error) {
	switch f.state {
	case between:
		return false, f.between(data)
	case text:
		i := bytes.IndexByte(data[f.pos:], '<')
		if i < 0 {
			f.pos = len(data)
			return false, nil
		}
		f.pos += i
		f.mark, f.state = f.pos, opening
	case opening:
		return false, f.opening(data)
	case tag:
		return f.tag(data), nil
	case endTag:
		return f.endTag(data)
	case comment:
		f.skip(data, 4, "-->")
	case cdata:
		f.skip(data, 9, "]]>")
	case instruction:
		f.skip(data, 2, "?>")
	case declaration:
		return f.declaration(data), nil
	}
	return false, nil
}

func (f *framer) between(data []byte) error {
	for f.pos < len(data) && isSpace(data[f.pos]) {
		f.pos++
	}
	if f.pos == len(data) {
		return nil
	}
	if data[f.pos] != '<' {
		// A byte order mark is no text; RFC 6120 §11.6 has it ignored.
		n := min(len(bom), len(data)-f.pos)
		switch {
		case string(data[f.pos:f.pos+n]) != bom[:n]:
			return errText
		case n == len(bom):
			f.pos += n
		}
		return nil
	}
	f.start, f.mark, f.state = f.pos, f.pos, opening
	return nil
}

const bom = "\xef\xbb\xbf"

// opening tells what begins with the '<' at mark.
func (f *framer) opening(data []byte) error {
	b := data[f.mark:]
	if len(b) < 2 {
		return nil
	}
	switch c := b[1]; {
	case c == '?':
		f.state, f.pos = instruction, f.mark+2
	case c == '/':
		f.state, f.pos = endTag, f.mark+2
	case c == '!':
		return f.bang(b)
	case isNameStart(c):
		f.state, f.pos = tag, f.mark+1
	case f.depth == 0:
		return errLess
	default: // the reader will complain
		f.state, f.pos = text, f.mark+1
	}
	return nil
}

func (f *framer) bang(b []byte) error {
	const openComment, openCDATA = "<!--", "<![CDATA["
	switch {
	case hasPrefix(b, openComment):
		f.state, f.pos = comment, f.mark+len(openComment)
	case hasPrefix(b, openCDATA) && f.depth == 0:
		return errText
	case hasPrefix(b, openCDATA):
		f.state, f.pos = cdata, f.mark+len(openCDATA)
	case isPrefix(b, openComment) || isPrefix(b, openCDATA): // not yet told
	default:
		f.state, f.pos, f.nest = declaration, f.mark+1, 1
	}
	return nil
}

// tag looks for the '>' of a start tag, not within quotes.
func (f *framer) tag(data []byte) bool {
	for f.pos < len(data) {
		if f.quote != 0 {
			i := bytes.IndexByte(data[f.pos:], f.quote)
			// A '<' is forbidden in an attribute (XML 1.0 §3.1): a quote is
			// missing, and the next stanza begins here.
			less := bytes.IndexByte(data[f.pos:][:size(i, len(data)-f.pos)], '<')
			if less >= 0 {
				f.pos += less
				return true
			}
			if i < 0 {
				f.pos = len(data)
				return false
			}
			f.pos += i + 1
			f.quote = 0
			continue
		}
		switch c := data[f.pos]; c {
		case '"', '\'':
			f.quote = c
		case '<':
			return true // broken off: the reader will complain
		case '>':
			f.pos++
			return f.endOfTag(data[f.mark:f.pos])
		}
		f.pos++
	}
	return false
}

// size is i, or n when i is negative.
func size(i, n int) int {
	if i < 0 {
		return n
	}
	return i
}

// endOfTag takes a whole start tag and reports whether a token ends with it.
func (f *framer) endOfTag(t []byte) bool {
	empty := t[len(t)-2] == '/'
	if f.depth == 0 && string(localName(t)) == "stream" {
		return true // its end comes with the end of the stream
	}
	if !empty {
		f.depth++
	}
	f.state = text
	return f.depth == 0
}

// endTag takes an end tag: of the stanza, or of the stream.
func (f *framer) endTag(data []byte) (bool, error) {
	if f.depth == 0 && !isPrefixOfClose(data[f.mark:]) {
		return false, errEnd
	}
	i := bytes.IndexByte(data[f.pos:], '>')
	if i < 0 {
		f.pos = len(data)
		return false, nil
	}
	f.pos += i + 1
	if f.depth == 0 {
		return true, nil
	}
	f.depth--
	f.state = text
	return f.depth == 0, nil
}

// skip passes over markup that begins with n bytes and ends with end.
func (f *framer) skip(data []byte, n int, end string) {
	from := max(f.mark+n, f.pos-len(end)+1)
	i := bytes.Index(data[from:], []byte(end))
	if i < 0 {
		f.pos = len(data)
		return
	}
	f.pos = from + i + len(end)
	f.state = text
	if f.depth == 0 {
		f.state = between
	}
}

// declaration takes a document type declaration, to be refused.
func (f *framer) declaration(data []byte) bool {
	for ; f.pos < len(data); f.pos++ {
		switch data[f.pos] {
		case '<':
			f.nest++
		case '>':
			if f.nest--; f.nest == 0 {
				f.pos++
				f.state = text
				return f.depth == 0
			}
		}
	}
	return false
}

// remember notes what the bytes looked at are.
func (f *framer) remember(data []byte) {
	copy(f.head[:], data[:min(8, f.pos)])
	copy(f.tail[:], data[max(0, f.pos-8):f.pos])
}

// seen reports whether data begins with the bytes looked at before. It does
// not when the pipeline has dropped them.
func (f *framer) seen(data []byte) bool {
	if f.pos > len(data) {
		return false
	}
	if f.state != between && (f.start >= len(data) || data[f.start] != '<') {
		return false
	}
	n := min(8, f.pos)
	return string(f.head[:n]) == string(data[:n]) && string(f.tail[:n]) == string(data[f.pos-n:f.pos])
}

func isSpace(c byte) bool { return c == ' ' || c == '\n' || c == '\r' || c == '\t' }

// isNameStart takes any byte of a non-ASCII letter.
func isNameStart(c byte) bool {
	return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c == '_' || c == ':' || c >= 0x80
}

func hasPrefix(b []byte, s string) bool { return len(b) >= len(s) && string(b[:len(s)]) == s }

// isPrefix reports whether b may become s.
func isPrefix(b []byte, s string) bool { return len(b) < len(s) && s[:len(b)] == string(b) }

// localName returns the name in a tag ("<stream:stream to=…") without prefix,
// as far as it is there.
func localName(t []byte) []byte {
	i := 1
	if i < len(t) && t[i] == '/' {
		i++
	}
	from := i
	for ; i < len(t) && !isSpace(t[i]) && t[i] != '>' && t[i] != '/'; i++ {
		if t[i] == ':' {
			from = i + 1
		}
	}
	return t[from:i]
}

// isPrefixOfClose reports whether b is, or may become, "</prefix:stream>".
func isPrefixOfClose(b []byte) bool {
	const longest = 64
	i := bytes.IndexByte(b[:min(len(b), longest)], '>')
	if i < 0 {
		return len(b) < longest
	}
	return string(localName(b[:i])) == "stream"
}
