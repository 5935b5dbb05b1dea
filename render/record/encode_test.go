package record

import (
	"bytes"
	"encoding/json"
	"errors"
	"strings"
	"testing"
	"unicode/utf8"
)

func TestEncoderEscapesWhatHarms(t *testing.T) {
	for _, c := range []struct{ what, in, want string }{
		{"markup", `</script>&`, `"\u003c/script\u003e\u0026"`},
		{"line separators", "\u2028\u2029", `"\u2028\u2029"`},
		{"escape sequence", "\x1b[2J", `"\u001b[2J"`},
		{"DEL and C1", "\x7f\u0085\u009b", `"\u007f\u0085\u009b"`},
		{"turned text", "\u202egpj\u2066", `"\u202egpj\u2066"`},
		{"hidden text", "a\u200bb\ufeff\u00ad", `"a\u200bb\ufeff\u00ad"`},
		{"tags outside the first plane", "\U000e0041", `"\udb40\udc41"`},
		{"no UTF-8", "a\xffb\xc3", `"a\ufffdb\ufffd"`},
		{"NUL", "\x00", `"\u0000"`},
		{"letters stay", "Жук 漢字 é 😀", `"Жук 漢字 é 😀"`},
	} {
		t.Run(c.what, func(t *testing.T) {
			var b bytes.Buffer
			if err := NewEncoder(&b).Encode(c.in); err != nil || b.String() != c.want {
				t.Errorf("got %s, %v", b.String(), err)
			}
		})
	}
}

func TestEncoderIsUsedAgain(t *testing.T) {
	var b bytes.Buffer
	e := NewEncoder(&b)
	for _, v := range []any{strings.Repeat("\u202e", 3), 1, "x"} {
		if err := e.Encode(v); err != nil {
			t.Fatal(err)
		}
	}
	if b.String() != `"\u202e\u202e\u202e"1"x"` {
		t.Error(b.String())
	}
}

type brokenWriter struct{}

func (brokenWriter) Write([]byte) (int, error) { return 0, errors.New("disk full") }

func TestEncoderReturnsTheErrorOfItsWriter(t *testing.T) {
	if err := NewEncoder(brokenWriter{}).Encode(1); err == nil || err.Error() != "disk full" {
		t.Error(err)
	}
}

// FuzzEncoder asserts that any text reads back as it was (invalid bytes as
// U+FFFD) and that nothing in the output steers a terminal.
func FuzzEncoder(f *testing.F) {
	f.Add("</script>\x1b\u202e\xff\U000e0041")
	f.Fuzz(func(t *testing.T, s string) {
		var b bytes.Buffer
		if err := NewEncoder(&b).Encode(s); err != nil {
			t.Fatal(err)
		}
		var back string
		if err := json.Unmarshal(b.Bytes(), &back); err != nil {
			t.Fatal(err)
		}
		if want := string([]rune(s)); back != want {
			t.Fatalf("got %q, want %q", back, want)
		}
		for _, r := range b.String() {
			if r < ' ' || unsafeRune(r) || strings.ContainsRune("<>&", r) {
				t.Fatalf("%q in %q", r, b.String())
			}
		}
		if !utf8.Valid(b.Bytes()) {
			t.Fatal("no UTF-8")
		}
	})
}
