package html

import (
	"bufio"
	"fmt"

	"rung/render"
)

// Format writes the self-contained report.
var Format = &render.Format{
	Name:       "html",
	Doc:        "report for a ticket: one self-contained page with ladders, messages and plots",
	Extensions: []string{".html", ".htm"},
	Subjects:   []render.Subject{render.Report, render.Ladder},
	Write:      write,
}

func write(out render.Output, doc *render.Document, opt *render.Options) error {
	r, err := newReport(doc, opt)
	if err != nil {
		return fmt.Errorf("write report: %w", err)
	}
	w, err := out.Page()
	if err != nil {
		return err
	}
	b := bufio.NewWriterSize(w, 64<<10)
	if err := pageTemplate.Execute(b, r); err != nil {
		return fmt.Errorf("write report: %w", err)
	}
	if err := b.Flush(); err != nil {
		return fmt.Errorf("write report: %w", err)
	}
	return nil
}
