package filter

import "rung/capture/wire"

// A truth is one of Kleene's three values, in their order.
type truth int8

const (
	no truth = iota
	unknown
	yes
)

// An op says what a node does with its kids.
type op uint8

const (
	opCondition op = iota + 1 // has none
	opNot                     // has one
	opAnd                     // has two or more, none of them opAnd
	opOr                      // has two or more, none of them opOr
)

// A node is a part of a filter.
type node struct {
	op   op
	cond condition
	kids []*node
}

// eval asks as few of the kids as needed.
func (n *node) eval(l *wire.Layers) truth {
	switch n.op {
	case opNot:
		return yes - n.kids[0].eval(l)
	case opAnd:
		v := yes
		for _, k := range n.kids {
			if v = min(v, k.eval(l)); v == no {
				break
			}
		}
		return v
	case opOr:
		v := no
		for _, k := range n.kids {
			if v = max(v, k.eval(l)); v == yes {
				break
			}
		}
		return v
	}
	return n.cond.eval(l)
}

// join makes one node of several, taking up the kids of nodes that do the same.
func join(o op, kids []*node) *node {
	if len(kids) == 1 {
		return kids[0]
	}
	n := &node{op: o}
	for _, k := range kids {
		if k.op == o {
			n.kids = append(n.kids, k.kids...)
		} else {
			n.kids = append(n.kids, k)
		}
	}
	return n
}

// depth counts the nodes above each other.
func (n *node) depth() int {
	d := 0
	for _, k := range n.kids {
		d = max(d, k.depth())
	}
	return d + 1
}

// append writes n as it can be read again. Each and, or and not within another
// has parentheses, needed or not: the words bind otherwise elsewhere.
func (n *node) append(b []byte) []byte {
	switch n.op {
	case opNot:
		return n.kids[0].appendInside(append(b, "not "...))
	case opAnd, opOr:
		word := " and "
		if n.op == opOr {
			word = " or "
		}
		for i, k := range n.kids {
			if i > 0 {
				b = append(b, word...)
			}
			b = k.appendInside(b)
		}
		return b
	}
	return n.cond.append(b)
}

func (n *node) appendInside(b []byte) []byte {
	if n.op != opAnd && n.op != opOr {
		return n.append(b)
	}
	return append(n.append(append(b, '(')), ')')
}
