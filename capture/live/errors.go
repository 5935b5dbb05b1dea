package live

import (
	"fmt"
	"strings"
)

// An Error says why nothing can be captured, and what to do about it.
type Error struct {
	Text   string // what went wrong
	Err    error  // the cause, or nil
	advice string
}

// Error returns what went wrong, with its cause.
func (e *Error) Error() string {
	if e.Err == nil {
		return e.Text
	}
	return e.Text + ": " + e.Err.Error()
}

// Unwrap returns the cause.
func (e *Error) Unwrap() error { return e.Err }

// Hint says what to do about it, or "".
func (e *Error) Hint() string { return e.advice }

// forbidden is the error of a process without CAP_NET_RAW.
func forbidden(name string, err error) error {
	return &Error{
		Text:   "capture from " + name,
		Err:    err,
		advice: "grant it once with: sudo setcap cap_net_raw+ep $(command -v rung) (or run it with sudo: rights are given up after opening)",
	}
}

// unknown is the error of a name that no interface has. known are those that
// exist, with a remark such as "eth0 (down)".
func unknown(name string, names, known []string) error {
	e := &Error{Text: fmt.Sprintf("no interface is called %q", name)}
	if len(known) == 0 {
		return e
	}
	e.Text += "; there are: " + listed(known)
	if near := nearest(name, names); near != "" {
		e.advice = "did you mean " + near + "?"
	}
	return e
}

// listed joins names, the first maxSkipped of them.
func listed(names []string) string {
	if len(names) <= maxSkipped {
		return strings.Join(names, ", ")
	}
	return fmt.Sprintf("%s and %d more", strings.Join(names[:maxSkipped], ", "), len(names)-maxSkipped)
}

// nearest returns the name at the least edit distance, the first of several,
// or "" when more than half of the letters differ.
func nearest(name string, names []string) string {
	if len(name) > maxNameLength {
		return ""
	}
	best, least := "", len(name)/2+1
	for _, n := range names {
		if len(n) > maxNameLength {
			continue
		}
		if d := distance(strings.ToLower(name), strings.ToLower(n)); d < least {
			best, least = n, d
		}
	}
	return best
}

// distance is the number of bytes to insert, delete or replace to make b of a.
func distance(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := 1; i <= len(a); i++ {
		diagonal := row[0]
		row[0] = i
		for j := 1; j <= len(b); j++ {
			cost := diagonal
			if a[i-1] != b[j-1] {
				cost++
			}
			diagonal = row[j]
			row[j] = min(cost, row[j]+1, row[j-1]+1)
		}
	}
	return row[len(b)]
}
