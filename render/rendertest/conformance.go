package rendertest

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"rung/render"
)

// Run is the conformance kit: what every Format owes, whatever it writes. For
// each sample, subject and set of options it writes twice and checks that
//
//   - nothing panics, hostile names and the empty document included,
//   - there is at least one page and none is empty,
//   - the same document gives the same bytes,
//   - the document is as it was before,
//   - a format that is not Binary writes clean UTF-8 text, fit for a
//     terminal, and one that is Binary does not,
//   - errors of the Output come back,
//   - valid, if given, accepts every page: well-formed XML, a PNG that
//     decodes, JSON that parses.
func Run(t *testing.T, f *render.Format, valid ...func(t testing.TB, page []byte)) {
	t.Helper()
	t.Run("descriptor", func(t *testing.T) { descriptor(t, f) })
	samples := append(Samples(), Sample{"zero document", &render.Document{}})
	for _, s := range samples {
		for _, subject := range f.Subjects {
			for i, opt := range optionSets() {
				opt.Subject = subject
				t.Run(fmt.Sprintf("%s/%s/options %d", s.Name, subject, i+1), func(t *testing.T) {
					one(t, f, s.Doc, opt, valid)
				})
			}
		}
	}
	t.Run("errors come back", func(t *testing.T) { failing(t, f) })
}

// optionSets are the zero Options and all of them set.
func optionSets() []render.Options {
	return []render.Options{
		{},
		{ASCII: true, Detail: true, Width: 60, Theme: "dark", Zone: time.FixedZone("CET", 3600),
			ShowSecrets: true, Scale: 1, Color: true},
	}
}

func descriptor(t *testing.T, f *render.Format) {
	if f.Name == "" || strings.ToLower(f.Name) != f.Name || strings.ContainsAny(f.Name, " _.") {
		t.Errorf("name %q: want one lower-case word", f.Name)
	}
	if f.Doc == "" {
		t.Error("no Doc")
	}
	for _, x := range f.Extensions {
		if len(x) < 2 || x[0] != '.' || strings.ToLower(x) != x {
			t.Errorf("extension %q: want lower case with its dot", x)
		}
	}
	if len(f.Subjects) == 0 {
		t.Error("shows nothing")
	}
	for _, s := range f.Subjects {
		if !f.Shows(s) {
			t.Errorf("does not show %q, which it lists", s)
		}
	}
	if f.Shows("no such subject") {
		t.Error("claims to show what is no subject")
	}
	if f.Write == nil {
		t.Fatal("no Write")
	}
}

func one(t *testing.T, f *render.Format, doc *render.Document, opt render.Options, valid []func(testing.TB, []byte)) {
	before := fingerprint(t, doc)
	o := opt
	first := Write(t, f, doc, &o)
	if o != opt {
		t.Error("the options were changed")
	}
	second := Write(t, f, doc, &o)
	if !bytes.Equal(before, fingerprint(t, doc)) {
		t.Error("the document was changed")
	}
	if len(first) == 0 {
		t.Fatal("no page")
	}
	if len(first) != len(second) {
		t.Fatalf("%d pages, then %d", len(first), len(second))
	}
	for i, page := range first {
		if len(page) == 0 {
			t.Errorf("page %d is empty", i+1)
		}
		if !bytes.Equal(page, second[i]) {
			t.Errorf("page %d differs from run to run", i+1)
		}
		if why := notText(page, opt.Color); (why != "") != f.Binary {
			t.Errorf("page %d: Binary is %t, but: %s", i+1, f.Binary, orWord(why, "clean text"))
		}
		for _, check := range valid {
			check(t, page)
		}
	}
}

func orWord(s, word string) string {
	if s == "" {
		return word
	}
	return s
}

// notText says why b should not go to a terminal, or "".
func notText(b []byte, colour bool) string {
	if !utf8.Valid(b) {
		return "not UTF-8"
	}
	for i, c := range string(b) {
		switch {
		case c == '\n' || c == '\t' || c == '\r':
		case c == '\x1b' && colour && i+1 < len(b) && b[i+1] == '[':
		case c < ' ' || c >= 0x7f && c < 0xa0:
			return fmt.Sprintf("control character %U at byte %d", c, i)
		}
	}
	return ""
}

// fingerprint is what a Document holds, pointers followed.
func fingerprint(t testing.TB, d *render.Document) []byte {
	t.Helper()
	c := d.Capture
	account := []any{c.Account.Decoded, c.Account.Duplicate, c.Account.TransportOnly, c.Account.Other(), c.Account.Undecoded()}
	b, err := json.Marshal([]any{d.Version, d.Command, c, account, d.Flows, d.Streams})
	if err != nil {
		t.Fatal(err)
	}
	return b
}

var errFull = errors.New("disk full")

// fullAfter is an Output that fails after n bytes, or at once for n < 0.
type fullAfter struct{ n int }

func (f *fullAfter) Page() (io.Writer, error) {
	if f.n < 0 {
		return nil, errFull
	}
	return f, nil
}

func (f *fullAfter) Write(p []byte) (int, error) {
	if len(p) > f.n {
		n := f.n
		f.n = 0
		return n, errFull
	}
	f.n -= len(p)
	return len(p), nil
}

// failing checks that a full disk is not taken for success.
func failing(t *testing.T, f *render.Format) {
	doc := Samples()[0].Doc
	for _, subject := range f.Subjects {
		for _, n := range []int{-1, 0, 4} {
			err := f.Write(&fullAfter{n}, doc, &render.Options{Subject: subject})
			if !errors.Is(err, errFull) {
				t.Errorf("%s: Output full after %d bytes: got error %v", subject, n, err)
			}
		}
	}
}
