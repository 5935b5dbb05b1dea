package record

import (
	"encoding/json"
	"errors"
	"io"
	"strings"
	"testing"
	"unicode/utf8"

	"rung/render/rendertest"
)

func TestStringsEscapeWhatHarms(t *testing.T) {
	for _, c := range []struct{ what, in, want string }{
		{"markup", `</script>&`, `"\u003c/script\u003e\u0026"`},
		{"quotes", `"\`, `"\"\\"`},
		{"white space", "\b\f\n\r\t\v", `"\b\f\n\r\t\u000b"`},
		{"line separators", "\u2028\u2029", `"\u2028\u2029"`},
		{"escape sequence", "\x1b[2J", `"\u001b[2J"`},
		{"DEL and C1", "\x7f\u0085\u009b", `"\u007f\u0085\u009b"`},
		{"turned text", "\u202egpj\u2066", `"\u202egpj\u2066"`},
		{"hidden text", "a\u200bb\ufeff\u00ad", `"a\u200bb\ufeff\u00ad"`},
		{"tags outside the first plane", "\U000e0041", `"\udb40\udc41"`},
		{"no UTF-8", "a\xffb\xc3", `"a\ufffdb\ufffd"`},
		{"half a surrogate pair", "\xed\xa0\x80", `"\ufffd\ufffd\ufffd"`},
		{"a replacement character stays", "\ufffd", "\"\ufffd\""},
		{"NUL", "\x00", `"\u0000"`},
		{"nothing", "", `""`},
		{"letters stay", "Жук 漢字 é 😀", `"Жук 漢字 é 😀"`},
	} {
		t.Run(c.what, func(t *testing.T) {
			if got := encoded(t, func(e *Encoder) { e.String(c.in) }); got != c.want {
				t.Errorf("got %s", got)
			}
		})
	}
}

// TestUnsafeRunesEndWhereTheyEnd holds the ranges of unsafeRune at both ends.
func TestUnsafeRunesEndWhereTheyEnd(t *testing.T) {
	total := 0
	for _, r := range [][2]rune{
		{0x7f, 0x9f}, {0xad, 0xad}, {0x61c, 0x61c}, {0x200b, 0x200f}, {0x2028, 0x202e},
		{0x2060, 0x206f}, {0xfeff, 0xfeff}, {0xfff9, 0xfffb}, {0xe0000, 0xe007f},
	} {
		if unsafeRune(r[0]-1) || !unsafeRune(r[0]) || !unsafeRune(r[1]) || unsafeRune(r[1]+1) {
			t.Errorf("%x-%x", r[0], r[1])
		}
		total += int(r[1]-r[0]) + 1
	}
	for r := rune(0); r <= utf8.MaxRune; r++ {
		if unsafeRune(r) {
			total--
		}
	}
	if total != 0 {
		t.Errorf("%d runes are missing or too many", total)
	}
}

// TestEveryByteAtEveryPlace: a byte among plain ones is escaped by its own
// rule, wherever it stands in the words that plain looks at.
func TestEveryByteAtEveryPlace(t *testing.T) {
	for c := range 256 {
		for at := range 19 {
			for _, other := range []byte{' ', 'a', '~', '#', '%', '=', '[', ']'} {
				b := []byte(strings.Repeat(string(other), 19))
				b[at] = byte(c)
				if got, want := string(appendString(nil, string(b))), reflected(t, string(b)); got != want {
					t.Fatalf("%q: got %s, want %s", b, got, want)
				}
			}
		}
	}
}

func TestEncoderWritesLongTextInPieces(t *testing.T) {
	doc := rendertest.Document("", rendertest.Long(1, 2000))
	var w sizes
	e := NewEncoder(&w)
	e.Flow(doc, doc.Flows[0])
	if err := e.Flush(); err != nil {
		t.Fatal(err)
	}
	want := reflected(t, NewFlow(doc, doc.Flows[0]))
	same(t, "flow", string(w.text), want)
	if len(w.calls) < len(want)/pieceSize {
		t.Errorf("%d bytes in %d writes", len(want), len(w.calls))
	}
	for _, n := range w.calls {
		if n > 2*pieceSize {
			t.Errorf("a write of %d bytes", n)
		}
	}
}

// TestWritingAllocatesNothing guards what the benchmarks measure.
func TestWritingAllocatesNothing(t *testing.T) {
	doc := full()
	doc.StreamFlow = nil
	// Zones make a string of their address and no packet has them; a note
	// names payload types that are not known.
	doc.Flows[0].Parties[0].Addresses = doc.Flows[0].Parties[0].Addresses[:1]
	doc.Streams = doc.Streams[:3]
	e := NewEncoder(io.Discard)
	write := func() {
		for _, f := range doc.Flows {
			e.Flow(doc, f)
		}
		for _, s := range doc.Streams {
			e.Stream(doc, s)
		}
	}
	for range 100 { // until the buffer has its size
		write()
	}
	if n := testing.AllocsPerRun(100, write); n != 0 {
		t.Errorf("%v allocations for %d messages and %d streams", n, len(doc.Flows[0].Messages), len(doc.Streams))
	}
}

// sizes keeps what is written and how long each write was.
type sizes struct {
	calls []int
	text  []byte
}

func (s *sizes) Write(p []byte) (int, error) {
	s.calls, s.text = append(s.calls, len(p)), append(s.text, p...)
	return len(p), nil
}

func TestTypeStandsFirst(t *testing.T) {
	doc := rendertest.Document("", rendertest.TrunkCall(1))
	for kind, call := range map[string]func(*Encoder){
		"capture": func(e *Encoder) { e.Capture(doc) },
		"flow":    func(e *Encoder) { e.Flow(doc, doc.Flows[0]) },
		"stream":  func(e *Encoder) { e.Stream(doc, doc.Streams[0]) },
	} {
		plain := encoded(t, call)
		typed := encoded(t, func(e *Encoder) { e.Typed = true; call(e) })
		same(t, kind, typed, `{"type":"`+kind+`",`+plain[1:])
	}
}

// broken fails from its second write on.
type broken struct{ writes int }

func (b *broken) Write(p []byte) (int, error) {
	if b.writes++; b.writes > 1 {
		return 0, errors.New("disk full")
	}
	return len(p), nil
}

func TestEncoderStopsAtTheFirstError(t *testing.T) {
	doc := rendertest.Document("", rendertest.Long(1, 2000))
	var w broken
	e := NewEncoder(&w)
	for range 3 {
		e.Flow(doc, doc.Flows[0])
		e.Capture(doc)
	}
	if err := e.Flush(); err == nil || err.Error() != "disk full" {
		t.Error(err)
	}
	if w.writes != 2 {
		t.Errorf("%d writes", w.writes)
	}
}

// FuzzString asserts that any text is written as encoding/json and the rules
// of Encoder say, that it reads back as it was (invalid bytes as U+FFFD), and
// that nothing in the output steers a terminal.
func FuzzString(f *testing.F) {
	f.Add("</script>\x1b\u202e\xff\U000e0041")
	f.Add("sip:5737@10.6.1.102;transport=udp \"a\" & \\\x7f")
	f.Fuzz(func(t *testing.T, s string) {
		got := string(appendString(nil, s))
		same(t, "string", got, reflected(t, s))
		var back string
		if err := json.Unmarshal([]byte(got), &back); err != nil {
			t.Fatal(err)
		}
		if want := string([]rune(s)); back != want {
			t.Fatalf("got %q, want %q", back, want)
		}
		for _, r := range got {
			if r < ' ' || unsafeRune(r) || strings.ContainsRune("<>&", r) {
				t.Fatalf("%q in %q", r, got)
			}
		}
		if !utf8.ValidString(got) {
			t.Fatal("no UTF-8")
		}
	})
}
