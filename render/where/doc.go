// Package where reads the expressions of --where: expr-lang over the fields
// of a FLOW (render/record), which must say true or false.
//
// Null is made easy: a number that is null is neither less, equal nor more
// than anything, a text that is null is "", and a field of a null object is
// null. So "timing.setup_ms > 4000" is false for a call that was never
// answered. "x == nil" and "x ?? y" tell null apart.
//
// An expression comes from whoever started rung, who may have it from
// somebody else. It can do nothing but look at one flow, and it ends: its
// length, its nesting and the elements it visits are limited (limits.go), and
// so are the functions: none that read the clock, build text without end or
// parse.
//
// Left out of the language: let, reduce, patterns that are not written out
// in the expression, $env.
package where
