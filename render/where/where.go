package where

import (
	"fmt"
	"strings"

	"github.com/expr-lang/expr"
	"github.com/expr-lang/expr/vm"

	"rung/render/record"
)

// A Filter is a compiled expression. One goroutine uses it at a time.
type Filter struct {
	source  string
	program *vm.Program
	machine vm.VM
	steps   int
}

// Compile reads an expression. The error is an *Error.
func Compile(src string) (*Filter, error) {
	if err := checkSource(src); err != nil {
		return nil, err
	}
	f := &Filter{source: src}
	p := &patcher{}
	program, err := expr.Compile(src, append(f.options(), expr.Patch(p))...)
	if p.err != nil {
		return nil, p.err.in(src)
	}
	if err != nil {
		return nil, explain(src, err)
	}
	f.program = program
	return f, nil
}

// Match reports whether the expression is true of a flow. The error says what
// could not be computed; the flow neither matches nor does not.
func (f *Filter) Match(flow record.Flow) (bool, error) {
	f.steps = 0
	out, err := f.machine.Run(f.program, &flow)
	if err != nil {
		return false, explain(f.source, err)
	}
	b, ok := out.(bool)
	if !ok {
		return false, &Error{Text: fmt.Sprintf("the expression gave %T, not true or false", out), advice: adviceBool}
	}
	return b, nil
}

// String returns the expression.
func (f *Filter) String() string { return f.source }

func (f *Filter) options() []expr.Option {
	opts := []expr.Option{
		expr.Env(record.Flow{}),
		expr.AsBool(),
		expr.MaxNodes(maxNodes),
		expr.DisableAllBuiltins(),
		expr.Function(fnStep, f.step, new(func() bool)),
		expr.Function(fnNull, isNull, new(func(any) bool)),
	}
	for _, name := range allowed() {
		opts = append(opts, expr.EnableBuiltin(name))
	}
	for _, d := range derefs() {
		opts = append(opts, expr.Function(d.name, d.call, d.shape))
	}
	return opts
}

// step counts one visited element of a list.
func (f *Filter) step(...any) (any, error) {
	f.steps++
	if f.steps > maxSteps {
		return false, fmt.Errorf("more than %d elements visited in one flow", maxSteps)
	}
	return true, nil
}

// checkSource keeps from the parser what it should not see.
func checkSource(src string) error {
	if strings.TrimSpace(src) == "" {
		return &Error{Text: "the expression is empty", advice: adviceBool}
	}
	if len(src) > maxSource {
		return &Error{Text: fmt.Sprintf("the expression is longer than %d bytes", maxSource)}
	}
	if at, comment := tooDeep(src); comment {
		return (&Error{Text: "comments are not part of --where", offset: at, placed: true}).in(src)
	} else if at >= 0 {
		return (&Error{Text: fmt.Sprintf("brackets and pipes are nested more than %d deep", maxBrackets), offset: at, placed: true}).in(src)
	}
	return nil
}

// tooDeep returns where brackets and pipes together nest deeper than
// maxBrackets, as a count of characters, or -1. A pipe (x | trim()) nests what
// is before it in the call after it. What stands in quotes does not count;
// comments, which could hide a quote, are told.
func tooDeep(src string) (at int, comment bool) {
	depth := 0
	var quote, before rune
	escaped := false
	for _, r := range src {
		switch {
		case escaped:
			escaped = false
		case quote != 0:
			escaped = r == '\\' && quote != '`'
			if r == quote {
				quote = 0
			}
		case r == '"' || r == '\'' || r == '`':
			quote = r
		case before == '/' && (r == '/' || r == '*'):
			return at - 1, true
		case r == '|' && before == '|': // or
			depth--
			r = 0
		case r == '(' || r == '[' || r == '{' || r == '|':
			depth++
		case r == ')' || r == ']' || r == '}':
			depth--
		}
		if depth > maxBrackets {
			return at, false
		}
		before = r
		at++
	}
	return -1, false
}
