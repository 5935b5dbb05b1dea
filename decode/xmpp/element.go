package xmpp

import (
	"bytes"
	"errors"
	"slices"
	"strings"
	"unicode/utf8"
)

// An element is what was read of an XML element. Its bytes are borrowed: they
// may be parts of the stanza, and what outlasts it is copied.
type element struct {
	name     []byte // without prefix
	ns       string
	attrs    []attr
	text     []byte // its own, up to maxText
	runes    int    // length of its own text, all of it
	children []*element
	count    int // children, also those not kept
}

// An attr is an attribute. Its name carries a prefix where it has one, either
// as written or replaced by the namespace, which no name without prefix is like.
type attr struct{ name, value []byte }

// What a reader complains of beside bad syntax.
var (
	errDTD   = errors.New("a document type declaration or an entity in a stanza")
	errDepth = errors.New("elements nested deeper than rung reads")
)

// A scope holds the namespaces that a stream header declares for what follows.
type scope struct {
	def      string // of elements without prefix
	prefixes []prefix
}

// A prefix stands for a namespace.
type prefix struct{ name, ns string }

// usual is the scope of a stream whose header was not seen.
func usual(server bool) scope {
	if server {
		return scope{def: nsServer}
	}
	return scope{def: nsClient}
}

// is reports whether e has that name.
func (e *element) is(name string) bool { return string(e.name) == name }

// resolve gives the namespace of a name as encoding/xml left it: the prefix
// where the stanza does not declare it.
func (s *scope) resolve(space string) string {
	if space == "" {
		return s.def
	}
	for i := range s.prefixes {
		if p := &s.prefixes[i]; p.name == space {
			return p.ns
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

// declare takes the namespaces that a stream header declares. Most headers
// declare what the one before did: then the scope is that one's.
func (s *shared) declare(header *element) scope {
	const xmlns = "xmlns:"
	sc := scope{prefixes: s.prefixes[:0]}
	for _, a := range header.attrs {
		switch {
		case string(a.name) == "xmlns":
			sc.def = s.texts.Text(clipped(a.value, maxName*2))
		case hasPrefix(a.name, xmlns) && len(sc.prefixes) < maxPrefixes:
			sc.prefixes = append(sc.prefixes, prefix{
				s.texts.Text(clipped(a.name[len(xmlns):], maxName)), s.texts.Text(clipped(a.value, maxName*2))})
		}
	}
	s.prefixes = sc.prefixes
	if !slices.Equal(s.scope.prefixes, sc.prefixes) {
		s.scope.prefixes = slices.Clone(sc.prefixes)
	}
	return scope{def: sc.def, prefixes: s.scope.prefixes}
}

// attr returns an attribute without namespace, or nil.
func (e *element) attr(name string) []byte {
	if e == nil {
		return nil
	}
	for i := range e.attrs {
		if a := &e.attrs[i]; string(a.name) == name {
			return a.value
		}
	}
	return nil
}

// child returns the first child of that name in a namespace that begins so,
// or nil. An empty prefix is any namespace.
func (e *element) child(name, nsPrefix string) *element {
	if e == nil {
		return nil
	}
	for _, c := range e.children {
		if c.is(name) && strings.HasPrefix(c.ns, nsPrefix) {
			return c
		}
	}
	return nil
}

// childText returns the text of a child, or nil.
func (e *element) childText(name string) []byte {
	if c := e.child(name, ""); c != nil {
		return bytes.TrimSpace(c.text)
	}
	return nil
}

// clipped cuts b to n bytes at a rune, with a mark. It copies only what it cuts.
func clipped(b []byte, n int) []byte {
	if len(b) <= n {
		return b
	}
	for n > 0 && !utf8.RuneStart(b[n]) {
		n--
	}
	return append(b[:n:n], "…"...)
}

// clip is clipped as a string of its own.
func clip(b []byte, n int) string { return string(clipped(b, n)) }
