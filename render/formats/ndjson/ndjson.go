package ndjson

import (
	"bufio"
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
	buf := bufio.NewWriter(page)
	w := NewWriter(buf)
	if err := w.all(doc, opt.Subject); err != nil {
		return err
	}
	return buf.Flush()
}

// A Writer writes lines as flows and streams come. Each call of Flow or
// Stream makes one Write of one whole line, so that live output can be
// followed.
type Writer struct {
	w    io.Writer
	line line
	enc  *record.Encoder
}

// NewWriter returns a Writer to w.
func NewWriter(w io.Writer) *Writer {
	x := &Writer{w: w}
	x.enc = record.NewEncoder(&x.line)
	return x
}

// A line gathers one line.
type line []byte

func (l *line) Write(p []byte) (int, error) {
	*l = append(*l, p...)
	return len(p), nil
}

type flowLine struct {
	Type string `json:"type"`
	record.Flow
}

type streamLine struct {
	Type string `json:"type"`
	record.Stream
}

// Flow writes the line of one flow.
func (w *Writer) Flow(doc *render.Document, f *flow.Flow) error {
	return w.put(flowLine{"flow", record.NewFlow(doc, f)})
}

// Stream writes the line of one stream.
func (w *Writer) Stream(doc *render.Document, s *media.Stream) error {
	return w.put(streamLine{"stream", record.NewStream(doc, s)})
}

type captureLine struct {
	Type string `json:"type"`
	record.Capture
}

// Capture writes the line that ends a live capture: its summary.
func (w *Writer) Capture(doc *render.Document) error {
	return w.put(captureLine{"capture", record.NewCapture(doc)})
}

func (w *Writer) put(v any) error {
	w.line = w.line[:0]
	if err := w.enc.Encode(v); err != nil {
		return err
	}
	w.line = append(w.line, '\n')
	_, err := w.w.Write(w.line)
	return err
}

func (w *Writer) all(doc *render.Document, subject render.Subject) error {
	if subject == render.RTP {
		for _, s := range doc.Streams {
			if err := w.Stream(doc, s); err != nil {
				return err
			}
		}
		return nil
	}
	for _, f := range doc.Flows {
		if err := w.Flow(doc, f); err != nil {
			return err
		}
	}
	return nil
}
