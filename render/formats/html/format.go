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
	if err := r.write(b); err != nil {
		return fmt.Errorf("write report: %w", err)
	}
	if err := b.Flush(); err != nil {
		return fmt.Errorf("write report: %w", err)
	}
	return nil
}

// write writes the page: templates for what stands there once, by hand what
// stands there for every flow and message.
func (r *report) write(w *bufio.Writer) error {
	if err := pageTemplate.ExecuteTemplate(w, "head", r); err != nil {
		return err
	}
	var buf []byte
	for _, s := range r.Flows {
		buf = s.appendHTML(buf[:0], r.Lazy, len(r.Flows) > 1)
		if _, err := w.Write(buf); err != nil {
			return err
		}
	}
	if err := pageTemplate.ExecuteTemplate(w, "rest", r); err != nil {
		return err
	}
	w.WriteString(`<script type="application/json" id="data">`) // a bufio.Writer keeps its first error
	w.Write(r.data)
	w.WriteString("</script>")
	return pageTemplate.ExecuteTemplate(w, "foot", r)
}
