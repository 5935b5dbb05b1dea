package filter

import (
	"fmt"
	"strconv"
)

// An Error says what is wrong with a filter, and where.
type Error struct {
	Text   string
	Word   string // the one to blame; "" at the end of the filter
	Column int    // where it begins, in characters from 1

	advice string
}

// Error returns the text with its column.
func (e *Error) Error() string { return fmt.Sprintf("filter: column %d: %s", e.Column, e.Text) }

// Hint says what may have been meant, or "".
func (e *Error) Hint() string { return e.advice }

// wrong blames t.
func wrong(t token, advice, format string, args ...any) *Error {
	return &Error{Text: fmt.Sprintf(format, args...), Word: t.text, Column: t.column, advice: advice}
}

// quote shows a word as it was given, long ones by their beginning.
func quote(word string) string {
	if r := []rune(word); len(r) > maxShown {
		word = string(r[:maxShown]) + "…"
	}
	return strconv.Quote(word)
}
