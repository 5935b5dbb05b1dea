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
