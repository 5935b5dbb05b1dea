package ndjson

import (
	"io"

	"rung/decode/flow"
	"rung/decode/media"
	"rung/render"
	"rung/render/record"
)

// Format writes one flow or stream a line.
var Format = &render.Format{
	Name:       "ndjson",
	Doc:        "one JSON object a line: flows (list) or streams (rtp)",
	Extensions: []string{".ndjson", ".jsonl"},
	Subjects:   []render.Subject{render.List, render.RTP},
	Write:      write,
}

func write(out render.Output, doc *render.Document, opt *render.Options) error {
	page, err := out.Page()
	if err != nil {
		return err
	}
	e := newEncoder(page)
	if opt.Subject == render.RTP {
		for _, s := range doc.Streams {
			e.Stream(doc, s)
			e.Raw("\n")
		}
		return e.Flush()
	}
	for _, f := range doc.Flows {
		e.Flow(doc, f)
		e.Raw("\n")
	}
	return e.Flush()
}

func newEncoder(w io.Writer) *record.Encoder {
	e := record.NewEncoder(w)
	e.Typed = true
	return e
}

// A Writer writes lines as flows and streams come. Each call of Flow, Stream
// or Capture makes one Write of one whole line, so that live output can be
// followed.
type Writer struct {
	w    io.Writer
	line line
	enc  *record.Encoder
}

// NewWriter returns a Writer to w.
func NewWriter(w io.Writer) *Writer {
	x := &Writer{w: w}
	x.enc = newEncoder(&x.line)
	return x
}

// A line gathers one line.
type line []byte

func (l *line) Write(p []byte) (int, error) {
	*l = append(*l, p...)
	return len(p), nil
}

// Flow writes the line of one flow.
func (w *Writer) Flow(doc *render.Document, f *flow.Flow) error {
	w.enc.Flow(doc, f)
	return w.put()
}

// Stream writes the line of one stream.
func (w *Writer) Stream(doc *render.Document, s *media.Stream) error {
	w.enc.Stream(doc, s)
	return w.put()
}

// Capture writes the line that ends a live capture: its summary.
func (w *Writer) Capture(doc *render.Document) error {
	w.enc.Capture(doc)
	return w.put()
}

// put ends the line and writes it. The line itself takes all it is given.
func (w *Writer) put() error {
	w.enc.Raw("\n")
	if err := w.enc.Flush(); err != nil {
		return err
	}
	_, err := w.w.Write(w.line)
	w.line = w.line[:0]
	if cap(w.line) > maxKept {
		w.line = nil
	}
	return err
}
