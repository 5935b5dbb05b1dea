package where

import (
	"errors"
	"fmt"
	"reflect"
	"regexp"
	"slices"
	"strings"

	"github.com/expr-lang/expr/file"

	"rung/render/near"
	"rung/render/record"
	"rung/render/safe"
)

const (
	adviceBool = `an expression says true or false, as in: kind == "call" and outcome != "answered"`
	adviceList = `look at each element, as in: any(messages, .name == "BYE")`
)

// An Error says what is wrong with an expression, and where.
type Error struct {
	Text         string
	Line, Column int    // from 1, in characters; 0 when no place is to blame
	Snippet      string // the line and a caret under the mistake, or ""

	advice string
	offset int // of the mistake, in characters from the start
	placed bool
}

// Error returns the text and, where a place is known, the line of the
// expression with a caret under the mistake.
func (e *Error) Error() string {
	if e.Snippet == "" {
		return e.Text
	}
	return e.Text + "\n" + e.Snippet
}

// Hint says what to do about it, or "".
func (e *Error) Hint() string { return e.advice }

// in fills in the place within src and returns e.
func (e *Error) in(src string) *Error {
	if !e.placed {
		return e
	}
	runes := []rune(src)
	at := min(max(e.offset, 0), len(runes))
	start := 0
	e.Line = 1
	for i, r := range runes[:at] {
		if r == '\n' {
			e.Line, start = e.Line+1, i+1
		}
	}
	end := start
	for end < len(runes) && runes[end] != '\n' {
		end++
	}
	e.Column = at - start + 1
	e.Snippet = snippet(runes[start:end], at-start)
	return e
}

// snippet draws the line and the caret, cut to maxShown on each side.
func snippet(line []rune, at int) string {
	from, to := max(0, at-maxShown), min(len(line), at+maxShown)
	before, after := shown(line[from:at]), shown(line[at:to])
	if from > 0 {
		before = "…" + before
	}
	if to < len(line) {
		after += "…"
	}
	return "  " + before + after + "\n  " + strings.Repeat(" ", safe.Width(before)) + "^"
}

func shown(r []rune) string { return safe.Terminal(strings.ReplaceAll(string(r), "\t", " ")) }

// explain turns an error of expr-lang into one that speaks of flows.
func explain(src string, err error) error {
	var at *file.Error
	if !errors.As(err, &at) {
		return plain(err.Error())
	}
	e := plain(at.Message)
	e.offset, e.placed = at.From, true
	return e.in(src)
}

// plain words an error message without the types of the program.
func plain(message string) *Error {
	message, _, _ = strings.Cut(message, "\n")
	for _, r := range rewordings() {
		if m := r.pattern.FindStringSubmatch(message); m != nil {
			return r.error(m)
		}
	}
	return &Error{Text: words(message)}
}

// A rewording says something that expr-lang says in our own words.
type rewording struct {
	pattern *regexp.Regexp
	error   func(m []string) *Error
}

func rewordings() []rewording {
	return []rewording{
		{regexp.MustCompile(`^unknown name (.+)$`), unknownName},
		{regexp.MustCompile(`^type (.+) has no field (.+)$`), unknownField},
		{regexp.MustCompile(`^array elements can only be selected using an integer`), func([]string) *Error {
			return &Error{Text: "a list has no fields of its own", advice: adviceList}
		}},
		{regexp.MustCompile(`^expected bool, but got (.+)$`), func(m []string) *Error {
			return &Error{Text: "the expression gives " + article(words(m[1])) + ", not true or false", advice: adviceBool}
		}},
		{regexp.MustCompile(`^exceeds the maximum allowed nodes|^compilation failed: expression exceeds`), func([]string) *Error {
			return &Error{Text: fmt.Sprintf("the expression has more than %d parts", maxNodes)}
		}},
		{regexp.MustCompile(`^unexpected token Operator\("="\)`), func([]string) *Error {
			return &Error{Text: "one = is not a comparison", advice: "write =="}
		}},
		{regexp.MustCompile(`^unexpected token EOF`), func([]string) *Error {
			return &Error{Text: "the expression is not finished"}
		}},
		{regexp.MustCompile(`^memory budget exceeded`), func([]string) *Error {
			return &Error{Text: "the expression needs too much memory"}
		}},
	}
}

// unknownName explains a word that is no field of a flow.
func unknownName(m []string) *Error {
	name := m[1]
	e := &Error{Text: fmt.Sprintf("a flow has no field %q", name)}
	if paths := places(name); len(paths) > 0 {
		e.advice = "did you mean " + strings.Join(paths, " or ") + "?"
		return e
	}
	names := append(fields(reflect.TypeFor[record.Flow]()), allowed()...)
	if guesses := near.Words(name, names); len(guesses) > 0 {
		e.advice = "did you mean " + strings.Join(guesses, " or ") + "?"
		return e
	}
	var paths []string
	for _, field := range near.Words(name, inner()) {
		paths = append(paths, places(field)...)
	}
	if len(paths) > 0 {
		e.advice = "did you mean " + strings.Join(paths[:min(len(paths), 3)], " or ") + "?"
		return e
	}
	e.advice = "texts need quotes; fields are: " + strings.Join(fields(reflect.TypeFor[record.Flow]()), ", ")
	return e
}

// unknownField explains a field that its object does not have.
func unknownField(m []string) *Error {
	typ, name := m[1], m[2]
	e := &Error{Text: fmt.Sprintf("%s has no field %q", article(words(typ)), name)}
	if list, ok := strings.CutPrefix(typ, "[]"); ok {
		e.advice = adviceList
		typ = list
	}
	for _, t := range shapes() {
		if t.String() != strings.TrimPrefix(typ, "*") {
			continue
		}
		known := fields(t)
		if e.advice == "" || !slices.Contains(known, name) {
			e.advice = near.Hint(name, known)
		}
	}
	return e
}

// places gives where in a flow a field of that name is, deeper than the top.
func places(name string) []string {
	var out []string
	t := reflect.TypeFor[record.Flow]()
	for i := range t.NumField() {
		field, sub := t.Field(i), t.Field(i).Type
		list := sub.Kind() == reflect.Slice
		for sub.Kind() == reflect.Slice || sub.Kind() == reflect.Pointer {
			sub = sub.Elem()
		}
		if sub.Kind() != reflect.Struct || !slices.Contains(fields(sub), name) {
			continue
		}
		if list {
			out = append(out, "any("+field.Tag.Get("expr")+", ."+name+" …)")
		} else {
			out = append(out, field.Tag.Get("expr")+"."+name)
		}
	}
	return out[:min(len(out), 3)]
}

// inner lists the fields of what is inside a flow, each once.
func inner() []string {
	var out []string
	for _, t := range shapes()[1:] {
		for _, f := range fields(t) {
			if !slices.Contains(out, f) {
				out = append(out, f)
			}
		}
	}
	return out
}

// shapes are the types of a flow and of what is in it.
func shapes() []reflect.Type {
	out := []reflect.Type{reflect.TypeFor[record.Flow]()}
	for i := 0; i < len(out); i++ {
		for j := range out[i].NumField() {
			t := out[i].Field(j).Type
			for t.Kind() == reflect.Slice || t.Kind() == reflect.Pointer {
				t = t.Elem()
			}
			if t.Kind() == reflect.Struct && !slices.Contains(out, t) {
				out = append(out, t)
			}
		}
	}
	return out
}

func fields(t reflect.Type) []string {
	var out []string
	for i := range t.NumField() {
		out = append(out, t.Field(i).Tag.Get("expr"))
	}
	return out
}

// words replaces the names of Go types by words.
func words(s string) string {
	r := strings.NewReplacer(
		"[]record.", "list of ", "*record.", "", "record.", "",
		"[]interface {}", "list", "[]string", "list of texts", "[]int", "list of numbers", "[]float64", "list of numbers",
		"*float64", "number", "float64", "number", "*int64", "number", "int64", "number", "*int", "number",
		"*string", "text", "string", "text",
	)
	s = r.Replace(s)
	return intWord().ReplaceAllString(s, "number")
}

func intWord() *regexp.Regexp { return regexp.MustCompile(`\bint\b`) }

func article(s string) string {
	if s != "" && strings.ContainsRune("aeiouAEIOU", rune(s[0])) {
		return "an " + s
	}
	return "a " + s
}
