package pick

import "fmt"

// An Error says what is wrong with a value of a flag.
type Error struct {
	Text   string
	advice string
}

// Error returns the text.
func (e *Error) Error() string { return e.Text }

// Hint says what to do about it, or "".
func (e *Error) Hint() string { return e.advice }

func wrong(advice, format string, args ...any) error {
	return &Error{Text: fmt.Sprintf(format, args...), advice: advice}
}
