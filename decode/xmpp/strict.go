package xmpp

import (
	"bytes"
	"encoding/xml"
	"errors"
	"io"
	"unicode/utf8"
)

// A node is an element that is open. Its element is nil when it is not kept.
type node struct {
	*element
	text []byte
}

// readStrict reads one element with encoding/xml. With an error it returns
// what it read before, or nil when that is nothing.
func readStrict(data []byte, s *scope) (*element, error) {
	d := xml.NewDecoder(bytes.NewReader(data))
	var root *element
	var odd error
	stack := make([]node, 0, 8)
	kept := 0
	for {
		t, err := d.Token()
		if err != nil {
			return cutOff(root, stack, err)
		}
		switch t := t.(type) {
		case xml.StartElement:
			var parent, e *element
			if len(stack) > 0 {
				parent = stack[len(stack)-1].element
			}
			switch {
			case len(stack) >= maxDepth:
				odd = errDepth
			case (parent != nil || root == nil) && kept < maxElements:
				e = newElement(&t, s)
				kept++
			}
			if root == nil {
				root = e
			}
			if parent != nil {
				parent.count++
				if e != nil {
					parent.children = append(parent.children, e)
				}
			}
			stack = append(stack, node{element: e})
		case xml.EndElement:
			stack[len(stack)-1].close()
			stack = stack[:len(stack)-1]
			if len(stack) == 0 {
				return root, odd
			}
		case xml.CharData:
			if len(stack) > 0 {
				stack[len(stack)-1].add(t)
			}
		case xml.Directive:
			return cutOff(root, stack, errDTD)
		}
	}
}

// readHeaderStrict reads the start tag of a stream with encoding/xml.
func readHeaderStrict(data []byte) (*element, error) {
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
	e := &element{name: []byte(t.Name.Local), ns: s.resolve(t.Name.Space)}
	for _, a := range t.Attr[:min(len(t.Attr), maxAttrs)] {
		name := a.Name.Local
		if a.Name.Space != "" {
			name = a.Name.Space + ":" + name
		}
		e.attrs = append(e.attrs, attr{[]byte(name), []byte(a.Value)})
	}
	return e
}

// cutOff closes what is open.
func cutOff(root *element, stack []node, err error) (*element, error) {
	for i := range stack {
		stack[i].close()
	}
	if err == io.EOF {
		err = io.ErrUnexpectedEOF
	}
	return root, err
}

func (n *node) add(b []byte) {
	if n.element == nil {
		return
	}
	n.runes += utf8.RuneCount(b)
	if room := maxText - len(n.text); room > 0 {
		n.text = append(n.text, b[:min(len(b), room)]...)
	}
}

func (n *node) close() {
	if n.element != nil {
		n.element.text = n.text
	}
}
