package xmpp

import (
	"bytes"
	"encoding/xml"
	"errors"
	"strings"
	"unicode/utf8"
)

// An element is what was read of an XML element. Its strings may be parts of
// one that holds the whole stanza: what outlasts the stanza is cloned.
type element struct {
	name, ns string
	attrs    []xml.Attr
	text     string // its own, up to maxText
	runes    int    // length of its own text, all of it
	children []*element
	count    int // children, also those not kept
}

// What a reader complains of beside bad syntax.
var (
	errDTD   = errors.New("a document type declaration or an entity in a stanza")
	errDepth = errors.New("elements nested deeper than rung reads")
)

// A scope holds the namespaces that a stream header declares for what follows.
type scope struct {
	def      string // of elements without prefix
	prefixes []xml.Attr
}

// usual is the scope of a stream whose header was not seen.
func usual(server bool) scope {
	if server {
		return scope{def: nsServer}
	}
	return scope{def: nsClient}
}

// resolve gives the namespace of a name as encoding/xml left it: the prefix
// where the stanza does not declare it.
func (s *scope) resolve(space string) string {
	if space == "" {
		return s.def
	}
	for _, p := range s.prefixes {
		if p.Name.Local == space {
			return p.Value
		}
	}
	switch space { // by custom
	case "stream":
		return nsStreams
	case "db":
		return nsDialback
	}
	return space
}

// declare takes the namespaces that a stream header declares.
func declare(header *element) scope {
	s := scope{}
	for _, a := range header.attrs {
		switch {
		case a.Name.Space == "" && a.Name.Local == "xmlns":
			s.def = clip(a.Value, maxName*2)
		case a.Name.Space == "xmlns" && len(s.prefixes) < maxPrefixes:
			s.prefixes = append(s.prefixes, xml.Attr{
				Name: xml.Name{Local: clip(a.Name.Local, maxName)}, Value: clip(a.Value, maxName*2)})
		}
	}
	return s
}

// readHeader reads the start tag of a stream.
func readHeader(data []byte) (*element, error) {
	d := xml.NewDecoder(bytes.NewReader(data))
	t, err := d.Token()
	if err != nil {
		return nil, err
	}
	start, ok := t.(xml.StartElement)
	if !ok {
		return nil, errors.New("no start tag")
	}
	return newElement(&start, &scope{}), nil
}

func newElement(t *xml.StartElement, s *scope) *element {
	return &element{name: t.Name.Local, ns: s.resolve(t.Name.Space), attrs: t.Attr[:min(len(t.Attr), maxAttrs)]}
}

// attr returns an attribute without namespace, or "".
func (e *element) attr(name string) string {
	if e == nil {
		return ""
	}
	for i := range e.attrs {
		if a := &e.attrs[i]; a.Name.Local == name && a.Name.Space == "" {
			return a.Value
		}
	}
	return ""
}

// child returns the first child of that name in a namespace that begins so,
// or nil. An empty prefix is any namespace.
func (e *element) child(name, nsPrefix string) *element {
	if e == nil {
		return nil
	}
	for _, c := range e.children {
		if c.name == name && strings.HasPrefix(c.ns, nsPrefix) {
			return c
		}
	}
	return nil
}

// childText returns the text of a child, or "".
func (e *element) childText(name string) string {
	if c := e.child(name, ""); c != nil {
		return strings.TrimSpace(c.text)
	}
	return ""
}

// clip cuts s to n bytes at a rune, with a mark. It copies, lest a short piece
// keep a long string.
func clip(s string, n int) string {
	if len(s) <= n {
		return strings.Clone(s)
	}
	for n > 0 && !utf8.RuneStart(s[n]) {
		n--
	}
	return s[:n] + "…"
}
