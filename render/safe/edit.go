package safe

// An edit is a text of which parts are replaced, from front to back. The text
// itself is not changed.
type edit struct {
	in, out []byte
	done    int
}

// replace puts s in the place of in[from:to].
func (e *edit) replace(from, to int, s string) {
	if e.out == nil {
		e.out = make([]byte, 0, len(e.in)+8*len(Hidden))
	}
	e.out = append(append(e.out, e.in[e.done:from]...), s...)
	e.done = to
}

// text is the text with all replacements: in itself when there was none.
func (e *edit) text() []byte {
	if e.out == nil {
		return e.in
	}
	return append(e.out, e.in[e.done:]...)
}
