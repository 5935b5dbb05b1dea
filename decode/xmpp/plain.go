package xmpp

import (
	"encoding/xml"
	"strings"
	"unicode/utf8"
)

// A reader reads elements. Most stanzas are plain: no references, comments or
// CDATA, one piece of text to an element. These it reads itself, ten times as
// fast as encoding/xml, into elements it uses again. It gives up at whatever
// is not plain, or not right, and leaves that to encoding/xml, whose verdict
// counts. A fuzz target holds the two to the same result.
type reader struct {
	pool  [plainElements]element
	used  int
	stack [maxDepth]*element
	names [maxDepth]string // as written, with prefix
	defs  [maxDepth]string // default namespaces
	decls []xml.Attr       // prefixes declared within the stanza
}

// plainElements caps the elements of a stanza that is read the fast way.
// Chat stanzas have under ten, service discovery some fifty.
const plainElements = 64

// read reads one element; it is valid until the next call.
func (r *reader) read(data []byte, s *scope) (*element, error) {
	r.forget()
	if isPlain(data) {
		if e := r.plain(string(data), s); e != nil {
			return e, nil
		}
	}
	return readStrict(data, s)
}

// forget lets go of the stanza before, so that none is kept in memory for as
// long as its connection lives.
func (r *reader) forget() {
	for i := range r.used {
		e := &r.pool[i]
		clear(e.attrs)
		*e = element{attrs: e.attrs[:0], children: e.children[:0]}
		r.stack[min(i, maxDepth-1)], r.names[min(i, maxDepth-1)], r.defs[min(i, maxDepth-1)] = nil, "", ""
	}
	clear(r.decls)
	r.used, r.decls = 0, r.decls[:0]
}

// isPlain looks for bytes that need care: references, line ends to be
// normalised, control characters, and beyond ASCII what is no character.
func isPlain(data []byte) bool {
	ascii := true
	for _, c := range data {
		if c == '&' || c < 0x20 && c != '\n' && c != '\t' {
			return false
		}
		ascii = ascii && c < utf8.RuneSelf
	}
	if ascii {
		return true
	}
	for len(data) > 0 {
		c, n := utf8.DecodeRune(data)
		if c == utf8.RuneError && n == 1 || c == 0xfffe || c == 0xffff {
			return false
		}
		data = data[n:]
	}
	return true
}

// plain reads s, or returns nil when it is not plain.
func (r *reader) plain(s string, sc *scope) *element {
	depth := 0
	for {
		switch {
		case len(s) < 2 || s[0] != '<':
			return nil
		case s[1] == '/':
			name, rest, ok := strings.Cut(s[2:], ">")
			if !ok || depth == 0 || strings.TrimRight(name, " \n\t") != r.names[depth-1] {
				return nil
			}
			depth--
			s = rest
		default:
			if depth == maxDepth || r.used == plainElements {
				return nil
			}
			rest, empty, ok := r.startTag(s[1:], depth, sc)
			if !ok {
				return nil
			}
			s = rest
			if !empty {
				depth++
			}
		}
		if depth == 0 {
			if s != "" {
				return nil
			}
			return &r.pool[0]
		}
		var ok bool
		if s, ok = r.characters(s, r.stack[depth-1]); !ok {
			return nil
		}
	}
}

// characters takes the text up to the next tag.
func (r *reader) characters(s string, e *element) (rest string, ok bool) {
	i := strings.IndexByte(s, '<')
	if i == 0 {
		return s, true
	}
	if i < 0 || e.text != "" || strings.Contains(s[:i], "]]>") {
		return s, false
	}
	e.text = s[:min(i, maxText)]
	e.runes = utf8.RuneCountInString(s[:i])
	return s[i:], true
}

// startTag takes a start tag without its '<'.
func (r *reader) startTag(s string, depth int, sc *scope) (rest string, empty, ok bool) {
	n := nameLen(s)
	if n == 0 {
		return s, false, false
	}
	e := &r.pool[r.used]
	r.used++
	name := s[:n]
	s = s[n:]
	def, declared := "", len(r.decls)
	if depth > 0 {
		def = r.defs[depth-1]
	}
	for {
		trimmed := trimSpace(s)
		switch {
		case strings.HasPrefix(trimmed, "/>"):
			s, empty = trimmed[2:], true
		case strings.HasPrefix(trimmed, ">"):
			s = trimmed[1:]
		default:
			if len(trimmed) == len(s) || len(e.attrs) == maxAttrs {
				return s, false, false
			}
			a, rest, ok := attr(trimmed)
			if !ok {
				return s, false, false
			}
			s = rest
			e.attrs = append(e.attrs, a)
			if a.Name.Space == "" && a.Name.Local == "xmlns" {
				def = a.Value
			} else if a.Name.Space == "xmlns" {
				r.decls = append(r.decls, xml.Attr{Name: xml.Name{Local: a.Name.Local}, Value: a.Value})
			}
			continue
		}
		break
	}
	prefix, local, found := strings.Cut(name, ":")
	if found && strings.HasPrefix(prefix, "xml") {
		return s, false, false // reserved: left to encoding/xml
	}
	if found {
		e.name, e.ns = local, sc.resolve(r.declared(prefix))
	} else {
		e.name, e.ns = name, sc.resolve(def)
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
func (r *reader) declared(prefix string) string {
	for i := len(r.decls) - 1; i >= 0; i-- {
		if r.decls[i].Name.Local == prefix {
			return r.decls[i].Value
		}
	}
	return prefix
}

// attr takes an attribute.
func attr(s string) (a xml.Attr, rest string, ok bool) {
	n := nameLen(s)
	if n == 0 {
		return a, s, false
	}
	name := s[:n]
	s = trimSpace(s[n:])
	if s == "" || s[0] != '=' {
		return a, s, false
	}
	s = trimSpace(s[1:])
	if s == "" || s[0] != '"' && s[0] != '\'' {
		return a, s, false
	}
	i := strings.IndexByte(s[1:], s[0])
	if i < 0 || strings.IndexByte(s[1:1+i], '<') >= 0 {
		return a, s, false
	}
	a.Value = s[1 : 1+i]
	if prefix, local, found := strings.Cut(name, ":"); found {
		a.Name = xml.Name{Space: prefix, Local: local}
	} else {
		a.Name.Local = name
	}
	return a, s[2+i:], true
}

// nameLen is the length of the name that s begins with: of ASCII letters, with
// one prefix at most; 0 when there is none, or a stranger one.
func nameLen(s string) int {
	colon, i := -1, 0
	for ; i < len(s) && isNameByte(s[i]) && s[i] < 0x80; i++ {
		first := i == 0 || i == colon+1
		switch c := s[i]; {
		case c == ':' && (first || colon >= 0), first && !isNameStart(c):
			return 0
		case c == ':':
			colon = i
		}
	}
	if i == 0 || i == colon+1 || i < len(s) && s[i] >= 0x80 {
		return 0
	}
	return i
}

func trimSpace(s string) string {
	for s != "" && isSpace(s[0]) {
		s = s[1:]
	}
	return s
}
