package xmpp

import (
	"bytes"
	"encoding/binary"
	"unicode/utf8"

	"rung/decode"
)

// A reader reads elements. Most stanzas are plain: no references, comments or
// CDATA, one piece of text to an element. These it reads itself, ten times as
// fast as encoding/xml, into elements it uses again. It gives up at whatever
// is not plain, or not right, and leaves that to encoding/xml, whose verdict
// counts. A fuzz target holds the two to the same result.
type reader struct {
	texts *decode.Memory
	pool  [plainElements]element
	used  int
	stack [maxDepth]*element
	names [maxDepth][]byte // as written, with prefix
	defs  [maxDepth]string // default namespaces
	decls []prefix         // prefixes declared within the stanza

	ahead []byte // what the elements were read of before it was asked for
}

// plainElements caps the elements of a stanza that is read the fast way.
// Chat stanzas have under ten, service discovery some fifty.
const plainElements = 64

// read reads one element; it is valid until the next call, and as long as data.
func (r *reader) read(data []byte, s *scope) (*element, error) {
	if len(r.ahead) > 0 && len(r.ahead) == len(data) && &r.ahead[0] == &data[0] {
		r.ahead = nil
		return &r.pool[0], nil
	}
	r.forget()
	if isPlain(data) {
		if e, n := r.plain(data, s); e != nil && n == len(data) {
			return e, nil
		}
	}
	return readStrict(data, s)
}

// readAhead reads the plain element that data begins with and returns its
// length, 0 when it is none, or not all there. So one look frames and reads
// it: a read of these bytes that follows has the elements at hand.
func (r *reader) readAhead(data []byte, s *scope) int {
	r.forget()
	if len(data) == 0 || string(localName(data)) == "stream" {
		return 0 // a stream's end comes with the end of the stream
	}
	e, n := r.plain(data, s)
	if e == nil || !isPlain(data[:n]) {
		return 0
	}
	r.ahead = data[:n]
	return n
}

// readHeader reads the start tag of a stream likewise.
func (r *reader) readHeader(data []byte) (*element, error) {
	r.forget()
	if isPlain(data) && hasPrefix(data, "<") {
		if _, _, ok := r.startTag(data[1:], 0, &scope{}); ok {
			return &r.pool[0], nil
		}
	}
	return readHeaderStrict(data)
}

// forget lets go of the stanza before, so that none is kept in memory for as
// long as no other comes.
func (r *reader) forget() {
	for i := range r.used {
		e := &r.pool[i]
		clear(e.attrs)
		clear(e.children)
		*e = element{attrs: e.attrs[:0], children: e.children[:0]}
		if i < maxDepth {
			r.names[i] = nil
		}
	}
	clear(r.decls)
	r.used, r.decls, r.ahead = 0, r.decls[:0], nil
}

// isPlain looks for bytes that need care: references, line ends to be
// normalised, control characters, and beyond ASCII what is no character.
func isPlain(data []byte) bool {
	const ones, tops = 0x0101010101010101, 0x8080808080808080
	ascii := true
	for b := data; len(b) > 0; {
		if len(b) >= 8 {
			// Eight bytes at once: a byte x below n makes x-n borrow.
			x := binary.LittleEndian.Uint64(b)
			amp := x ^ '&'*ones
			if (x|(x-' '*ones)|(amp-ones)&^amp)&tops == 0 {
				b = b[8:]
				continue
			}
		}
		n := min(8, len(b))
		for _, c := range b[:n] {
			if c == '&' || c < 0x20 && c != '\n' && c != '\t' {
				return false
			}
			ascii = ascii && c < utf8.RuneSelf
		}
		b = b[n:]
	}
	return ascii || isText(data)
}

// isText reports whether all of data are characters of XML (§2.2), control
// characters aside.
func isText(data []byte) bool {
	for len(data) > 0 {
		c, n := utf8.DecodeRune(data)
		if c == utf8.RuneError && n == 1 || c == 0xfffe || c == 0xffff {
			return false
		}
		data = data[n:]
	}
	return true
}

// plain reads the element that s begins with and returns its length, too, or
// nil when it is not plain. It does not look for what isPlain looks for.
func (r *reader) plain(s []byte, sc *scope) (e *element, n int) {
	depth, all := 0, len(s)
	for {
		switch {
		case len(s) < 2 || s[0] != '<':
			return nil, 0
		case s[1] == '/':
			i := bytes.IndexByte(s, '>')
			if i < 0 || depth == 0 || !bytes.Equal(bytes.TrimRight(s[2:i], " \n\t"), r.names[depth-1]) {
				return nil, 0
			}
			depth--
			s = s[i+1:]
		default:
			if depth == maxDepth || r.used == plainElements {
				return nil, 0
			}
			rest, empty, ok := r.startTag(s[1:], depth, sc)
			if !ok {
				return nil, 0
			}
			s = rest
			if !empty {
				depth++
			}
		}
		if depth == 0 {
			return &r.pool[0], all - len(s)
		}
		var ok bool
		if s, ok = characters(s, r.stack[depth-1]); !ok {
			return nil, 0
		}
	}
}

// characters takes the text up to the next tag.
func characters(s []byte, e *element) (rest []byte, ok bool) {
	if len(s) > 0 && s[0] == '<' {
		return s, true
	}
	i := bytes.IndexByte(s, '<')
	if i < 0 || len(e.text) > 0 || bytes.Contains(s[:i], []byte("]]>")) {
		return s, false
	}
	e.text = s[:min(i, maxText)]
	e.runes = utf8.RuneCount(s[:i])
	return s[i:], true
}

// startTag takes a start tag without its '<'.
func (r *reader) startTag(s []byte, depth int, sc *scope) (rest []byte, empty, ok bool) {
	n, colon := nameLen(s)
	if n == 0 {
		return s, false, false
	}
	e := &r.pool[r.used]
	r.used++
	name := s[:n]
	def, declared := "", len(r.decls)
	if depth > 0 {
		def = r.defs[depth-1]
	}
	s = s[n:]
	for end := false; !end; {
		trimmed := skipSpace(s)
		switch {
		case hasPrefix(trimmed, ">"):
			s, end = trimmed[1:], true
		case hasPrefix(trimmed, "/>"):
			s, empty, end = trimmed[2:], true, true
		case len(trimmed) == len(s) || len(e.attrs) == maxAttrs:
			return s, false, false
		default:
			a, rest, ok := readAttr(trimmed)
			if !ok {
				return s, false, false
			}
			e.attrs = append(e.attrs, a)
			switch s = rest; {
			case a.name[0] != 'x' || !hasPrefix(a.name, "xmlns"):
			case len(a.name) == len("xmlns"):
				def = r.texts.Text(a.value)
			case a.name[len("xmlns")] == ':':
				if p := string(a.value); p == "" || p == "xmlns" {
					return s, false, false // makes other names than it seems
				}
				r.decls = append(r.decls, prefix{r.texts.Text(a.name[len("xmlns:"):]), r.texts.Text(a.value)})
			}
		}
	}
	switch {
	case colon < 0:
		e.name, e.ns = name, sc.resolve(def)
	case hasPrefix(name, "xml"):
		return s, false, false // reserved: left to encoding/xml
	default:
		e.name, e.ns = name[colon+1:], sc.resolve(r.declared(name[:colon]))
	}
	if depth > 0 {
		parent := r.stack[depth-1]
		parent.count++
		parent.children = append(parent.children, e)
	}
	if empty {
		r.decls = r.decls[:declared]
		return s, true, true
	}
	if declared < len(r.decls) && depth > 0 {
		return s, false, false // would end with this element: rare below the root
	}
	r.stack[depth], r.names[depth], r.defs[depth] = e, name, def
	return s, false, true
}

// declared gives the namespace of a prefix that the stanza declares, else the
// prefix, as encoding/xml does.
func (r *reader) declared(name []byte) string {
	for i := len(r.decls) - 1; i >= 0; i-- {
		if r.decls[i].name == string(name) {
			return r.decls[i].ns
		}
	}
	return r.texts.Text(name)
}

// readAttr takes an attribute.
func readAttr(s []byte) (a attr, rest []byte, ok bool) {
	n, _ := nameLen(s)
	if n == 0 {
		return a, s, false
	}
	a.name = s[:n]
	s = skipSpace(s[n:])
	if len(s) == 0 || s[0] != '=' {
		return a, s, false
	}
	s = skipSpace(s[1:])
	if len(s) == 0 || s[0] != '"' && s[0] != '\'' {
		return a, s, false
	}
	i := bytes.IndexByte(s[1:], s[0])
	if i < 0 || bytes.IndexByte(s[1:1+i], '<') >= 0 {
		return a, s, false
	}
	a.value = s[1 : 1+i]
	return a, s[2+i:], true
}

// nameLen is the length of the name that s begins with, and where its colon
// is: of ASCII letters, with one prefix at most; 0 when there is none, or a
// stranger one.
func nameLen(s []byte) (n, colon int) {
	n, colon = partLen(s), -1
	if n > 0 && n < len(s) && s[n] == ':' {
		colon = n
		local := partLen(s[n+1:])
		if local == 0 {
			return 0, -1
		}
		n += 1 + local
	}
	if n < len(s) && (s[n] >= utf8.RuneSelf || s[n] == ':') {
		return 0, -1
	}
	return n, colon
}

// partLen is the length of a name without colon.
func partLen(s []byte) int {
	n := 0
	for n < len(s) && nameBytes[s[n]] {
		n++
	}
	if n > 0 && !isNameStart(s[0]) {
		return 0
	}
	return n
}

// nameBytes are those of names, but for colons and what is beyond ASCII. Read only.
var nameBytes = func() (is [256]bool) {
	for c := range byte(utf8.RuneSelf) {
		is[c] = c != ':' && isNameByte(c)
	}
	return is
}()
