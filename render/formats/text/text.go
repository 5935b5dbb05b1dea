package text

import (
	"bufio"
	"fmt"

	"rung/render"
	"rung/render/ladder"
)

// Format writes text.
var Format = &render.Format{
	Name:       "text",
	Doc:        "plain text for terminals and tickets: ladders, tables, messages",
	Extensions: []string{".txt"},
	Subjects:   []render.Subject{render.List, render.Ladder, render.RTP, render.Messages},
	Write:      write,
}

func write(out render.Output, doc *render.Document, opt *render.Options) error {
	w, err := out.Page()
	if err != nil {
		return err
	}
	p := &printer{w: bufio.NewWriter(w), doc: doc, opt: opt, glyphs: glyphsFor(opt.ASCII)}
	p.width = min(maxWidth, max(minWidth, opt.Width))
	if opt.Width == 0 {
		p.width = render.DefaultWidth
	}
	switch opt.Subject {
	case render.List:
		p.list()
	case render.RTP:
		p.rtp()
	case render.Messages:
		p.messages()
	case render.Ladder, "":
		p.ladders()
	default:
		return fmt.Errorf("text: nothing to write for %q", opt.Subject)
	}
	return p.w.Flush()
}

// A printer writes one document; the bufio.Writer keeps the first error for
// Flush.
type printer struct {
	w      *bufio.Writer
	doc    *render.Document
	opt    *render.Options
	width  int
	glyphs glyphs
}

// line writes one line; s has passed safe.
func (p *printer) line(s string, st style) {
	p.w.WriteString(p.paint(p.glyphs.text(s), st))
	p.w.WriteByte('\n')
}

func (p *printer) ladders() {
	if len(p.doc.Flows) == 0 {
		p.line("no flows to draw", dim)
		return
	}
	for i, f := range p.doc.Flows {
		if i > 0 {
			p.line("", none)
			p.line("", none)
		}
		p.ladder(ladder.New(f, p.doc, p.opt))
	}
}
