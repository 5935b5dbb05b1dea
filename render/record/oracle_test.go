package record

import (
	"bytes"
	"encoding/json"
	"testing"
	"unicode/utf8"

	"rung/render"
)

// reflected is what the Encoder has to write for v: encoding/json's text with
// the characters escaped that it leaves. They can only stand inside strings,
// so no parsing is needed.
func reflected(t testing.TB, v any) string {
	t.Helper()
	src, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	var dst []byte
	for len(src) > 0 {
		r, n := utf8.DecodeRune(src)
		if unsafeRune(r) {
			dst = appendEscape(dst, r)
		} else {
			dst = append(dst, src[:n]...)
		}
		src = src[n:]
	}
	return string(dst)
}

// encoded is what one call of an Encoder writes.
func encoded(t testing.TB, call func(*Encoder)) string {
	t.Helper()
	var b bytes.Buffer
	e := NewEncoder(&b)
	call(e)
	if err := e.Flush(); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// agree asserts that capture, flows and streams of doc are written as their
// records are.
func agree(t testing.TB, doc *render.Document) {
	t.Helper()
	same(t, "capture", encoded(t, func(e *Encoder) { e.Capture(doc) }), reflected(t, NewCapture(doc)))
	for _, f := range doc.Flows {
		same(t, "flow", encoded(t, func(e *Encoder) { e.Flow(doc, f) }), reflected(t, NewFlow(doc, f)))
	}
	for _, s := range doc.Streams {
		same(t, "stream", encoded(t, func(e *Encoder) { e.Stream(doc, s) }), reflected(t, NewStream(doc, s)))
	}
}

// same shows where two texts part.
func same(t testing.TB, what, got, want string) {
	t.Helper()
	if got == want {
		return
	}
	i := 0
	for i < len(got) && i < len(want) && got[i] == want[i] {
		i++
	}
	from := max(0, i-80)
	t.Fatalf("%s: from byte %d\ngot  …%.160s\nwant …%.160s", what, i, got[from:], want[from:])
}
