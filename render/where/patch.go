package where

import (
	"fmt"
	"math"
	"reflect"

	"github.com/expr-lang/expr/ast"

	"rung/render/near"
	"rung/render/record"
)

// Names of our functions in the compiled expression. The parser takes no
// names with blanks, so nobody can call them by writing them.
const (
	fnStep = "one step"
	fnNull = "is null"
)

// A deref turns a pointer of the record, which is null or a value, into
// something that compares without failing.
type deref struct {
	typ   reflect.Type // pointer
	name  string
	shape any
	call  func(...any) (any, error)
}

func derefs() []deref {
	return []deref{
		{reflect.TypeFor[*string](), "text or null", new(func(*string) string), func(p ...any) (any, error) {
			return value(p[0].(*string), ""), nil
		}},
		{reflect.TypeFor[*float64](), "number or null", new(func(*float64) float64), func(p ...any) (any, error) {
			return value(p[0].(*float64), math.NaN()), nil
		}},
		{reflect.TypeFor[*int](), "integer or null", new(func(*int) float64), func(p ...any) (any, error) {
			if n := p[0].(*int); n != nil {
				return float64(*n), nil
			}
			return math.NaN(), nil
		}},
		{reflect.TypeFor[*record.Person](), "person or null", new(func(*record.Person) record.Person), func(p ...any) (any, error) {
			return value(p[0].(*record.Person), record.Person{}), nil
		}},
	}
}

func value[T any](p *T, null T) T {
	if p == nil {
		return null
	}
	return *p
}

func isNull(p ...any) (any, error) {
	v := reflect.ValueOf(p[0])
	return !v.IsValid() || v.Kind() == reflect.Pointer && v.IsNil(), nil
}

// A patcher walks the parsed expression, children before parents. It makes
// null harmless, counts steps, and refuses what the language leaves out.
type patcher struct {
	err    *Error // the first
	depths map[*ast.PredicateNode]int
}

// Visit looks at one node.
func (p *patcher) Visit(node *ast.Node) {
	switch n := (*node).(type) {
	case *ast.IdentifierNode:
		if n.Value == "$env" {
			p.fail(n, "$env is not part of --where", "name the fields: kind, outcome, from.user …")
			return
		}
		p.unwrapped(node)
	case *ast.MemberNode:
		p.unwrapped(node)
	case *ast.BinaryNode:
		p.binary(node, n)
	case *ast.PredicateNode:
		p.predicate(n)
	case *ast.BuiltinNode: // expr-lang parses those with predicates although they are disabled
		if !contains(allowed(), n.Name) {
			p.fail(n, n.Name+" is not part of --where", "")
		}
	case *ast.VariableDeclaratorNode:
		p.fail(n, "let is not part of --where", "write the value where it is used")
	}
}

// unwrapped puts a field that may be null into its deref.
func (p *patcher) unwrapped(node *ast.Node) {
	t := (*node).Type()
	for _, d := range derefs() {
		if t == d.typ {
			ast.Patch(node, call((*node), d.name, *node))
			return
		}
	}
}

// bare returns the field within a deref, and whether node was one.
func bare(node ast.Node) (ast.Node, bool) {
	c, ok := node.(*ast.CallNode)
	if !ok || len(c.Arguments) != 1 {
		return node, false
	}
	id, ok := c.Callee.(*ast.IdentifierNode)
	for _, d := range derefs() {
		if ok && id.Value == d.name {
			return c.Arguments[0], true
		}
	}
	return node, false
}

func (p *patcher) binary(node *ast.Node, n *ast.BinaryNode) {
	switch n.Operator {
	case "==", "!=":
		p.compare(node, n)
	case "in":
		p.words(n.Left, n.Right)
	case "??":
		if field, ok := bare(n.Left); ok {
			ast.Patch(node, &ast.ConditionalNode{Ternary: true, Cond: call(n, fnNull, field), Exp1: n.Right, Exp2: n.Left})
		}
	case "matches":
		if _, ok := n.Right.(*ast.StringNode); !ok {
			p.fail(n.Right, "the pattern of matches must be written out", `as in: from.user matches "^49"`)
		}
	}
}

// compare handles == and !=: with nil it asks whether the field is null, and
// for fields of a fixed list of words it refuses one that is not on it.
func (p *patcher) compare(node *ast.Node, n *ast.BinaryNode) {
	field, other := n.Left, n.Right
	if isNil(field) {
		field, other = other, field
	}
	if !isNil(other) {
		p.words(n.Left, n.Right)
		p.words(n.Right, n.Left)
		return
	}
	if isNil(field) {
		return
	}
	raw, _ := bare(field)
	var test ast.Node = call(n, fnNull, raw)
	if n.Operator == "!=" {
		test = &ast.UnaryNode{Operator: "not", Node: test}
	}
	ast.Patch(node, test)
}

func isNil(n ast.Node) bool {
	_, ok := n.(*ast.NilNode)
	return ok
}

// words checks the words that kind, outcome and scenario of the flow are
// compared with: a wrong one would match nothing and say nothing.
func (p *patcher) words(field, words ast.Node) {
	raw, _ := bare(field)
	id, ok := raw.(*ast.IdentifierNode)
	if !ok {
		return
	}
	var known []string
	switch id.Value {
	case "kind":
		known = record.Kinds()
	case "outcome":
		known = record.Outcomes()
	case "scenario":
		known = record.Scenarios()
	default:
		return
	}
	list := []ast.Node{words}
	if a, ok := words.(*ast.ArrayNode); ok {
		list = a.Nodes
	}
	for _, w := range list {
		if s, ok := w.(*ast.StringNode); ok && s.Value != "" && !contains(known, s.Value) {
			p.fail(s, fmt.Sprintf("no %s is called %q", id.Value, s.Value), near.Hint(s.Value, known))
		}
	}
}

func contains(list []string, s string) bool {
	for _, x := range list {
		if x == s {
			return true
		}
	}
	return false
}

// predicate counts a step each time the body runs. Predicates in the body
// were visited before, so the nesting is counted from within.
func (p *patcher) predicate(n *ast.PredicateNode) {
	inner := &deepest{of: p.depths}
	ast.Walk(&n.Node, inner)
	if p.depths == nil {
		p.depths = make(map[*ast.PredicateNode]int)
	}
	p.depths[n] = inner.depth + 1
	if p.depths[n] > maxDepth {
		p.fail(n, fmt.Sprintf("lists are nested more than %d deep", maxDepth), "")
		return
	}
	body := &ast.SequenceNode{Nodes: []ast.Node{call(n, fnStep), n.Node}}
	body.SetLocation(n.Node.Location())
	n.Node = body
}

// deepest is a visitor that finds the greatest depth of the predicates in a
// body.
type deepest struct {
	of    map[*ast.PredicateNode]int
	depth int
}

// Visit implements ast.Visitor.
func (d *deepest) Visit(node *ast.Node) {
	if n, ok := (*node).(*ast.PredicateNode); ok {
		d.depth = max(d.depth, d.of[n])
	}
}

// call makes a call of one of our functions, at the place of a node.
func call(at ast.Node, name string, args ...ast.Node) *ast.CallNode {
	callee := &ast.IdentifierNode{Value: name}
	callee.SetLocation(at.Location())
	c := &ast.CallNode{Callee: callee, Arguments: args}
	c.SetLocation(at.Location())
	return c
}

func (p *patcher) fail(at ast.Node, text, advice string) {
	if p.err == nil {
		p.err = &Error{Text: text, advice: advice, offset: at.Location().From, placed: true}
	}
}
