package chart

import (
	"bufio"
	"fmt"

	"rung/render"
)

// WriteSVG writes one SVG page a chart of doc, for formats whose subject is
// render.RTP. A document without streams gives one page that says so.
func WriteSVG(out render.Output, doc *render.Document, opt *render.Options) error {
	look := Look{Theme: opt.Theme}
	for i, c := range pages(doc, opt) {
		w, err := out.Page()
		if err != nil {
			return err
		}
		b := bufio.NewWriter(w)
		if err := c.SVG(b, &look); err != nil {
			return fmt.Errorf("write plot %d: %w", i+1, err)
		}
		if err := b.Flush(); err != nil {
			return fmt.Errorf("write plot %d: %w", i+1, err)
		}
	}
	return nil
}

// WritePNG writes one PNG page a chart of doc, like WriteSVG.
func WritePNG(out render.Output, doc *render.Document, opt *render.Options) error {
	look := Look{Theme: opt.Theme, Scale: opt.Scale}
	for i, c := range pages(doc, opt) {
		w, err := out.Page()
		if err != nil {
			return err
		}
		if err := c.PNG(w, &look); err != nil {
			return fmt.Errorf("write plot %d: %w", i+1, err)
		}
	}
	return nil
}

func pages(doc *render.Document, opt *render.Options) []*Chart {
	charts := New(doc, opt)
	if len(charts) > 0 {
		return charts
	}
	return []*Chart{empty(doc, opt)}
}
