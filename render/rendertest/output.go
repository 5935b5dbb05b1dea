package rendertest

import (
	"bytes"
	"io"
	"testing"

	"rung/render"
)

// Pages is an Output that keeps what is written.
type Pages struct{ pages []*bytes.Buffer }

// Page begins the next page.
func (p *Pages) Page() (io.Writer, error) {
	b := new(bytes.Buffer)
	p.pages = append(p.pages, b)
	return b, nil
}

// All returns the pages written.
func (p *Pages) All() [][]byte {
	out := make([][]byte, len(p.pages))
	for i, b := range p.pages {
		out[i] = b.Bytes()
	}
	return out
}

// Write has a format write doc and returns the pages.
func Write(t testing.TB, f *render.Format, doc *render.Document, opt *render.Options) [][]byte {
	t.Helper()
	var p Pages
	if err := f.Write(&p, doc, opt); err != nil {
		t.Fatalf("%s: %v", f.Name, err)
	}
	return p.All()
}

// Run is the conformance kit: for every sample and every subject that f
// shows, writing succeeds, writes the same bytes twice, and changes no
// matter whether options are zero or all set.
func Run(t *testing.T, f *render.Format) {
	t.Helper()
	for _, s := range Samples() {
		for _, subject := range f.Subjects {
			for _, opt := range []render.Options{{}, {ASCII: true, Detail: true, Width: 60, Theme: "dark", ShowSecrets: true, Scale: 1, Color: true}} {
				opt.Subject = subject
				t.Run(s.Name+"/"+string(subject), func(t *testing.T) {
					one, two := Write(t, f, s.Doc, &opt), Write(t, f, s.Doc, &opt)
					if len(one) != len(two) {
						t.Fatalf("%d pages, then %d", len(one), len(two))
					}
					for i := range one {
						if !bytes.Equal(one[i], two[i]) {
							t.Fatalf("page %d differs from run to run", i+1)
						}
						if len(one[i]) == 0 {
							t.Fatalf("page %d is empty", i+1)
						}
					}
				})
			}
		}
	}
}
