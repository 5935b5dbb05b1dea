package json

import (
	"bufio"

	"rung/render"
	"rung/render/record"
)

// Format writes the whole run as one JSON document.
var Format = &render.Format{
	Name:       "json",
	Doc:        "one JSON document, described by \"rung schema\"",
	Extensions: []string{".json"},
	Subjects:   []render.Subject{render.List, render.RTP},
	Write:      write,
}

func write(out render.Output, doc *render.Document, opt *render.Options) error {
	page, err := out.Page()
	if err != nil {
		return err
	}
	w := &writer{buf: bufio.NewWriterSize(page, bufferSize)}
	w.enc = record.NewEncoder(w.buf)
	w.document(doc, opt.Subject)
	if w.err != nil {
		return w.err
	}
	return w.buf.Flush()
}

// bufferSize of the output: several flows to one system call.
const bufferSize = 64 << 10

// A writer remembers the first error, so that the shape stays readable.
type writer struct {
	buf *bufio.Writer
	enc *record.Encoder
	err error
}

func (w *writer) text(s string) {
	if w.err == nil {
		_, w.err = w.buf.WriteString(s)
	}
}

func (w *writer) value(v any) {
	if w.err == nil {
		w.err = w.enc.Encode(v)
	}
}

// document writes the fields of record.Document in their order. "rung rtp"
// shows streams only: its flows are empty.
func (w *writer) document(doc *render.Document, subject render.Subject) {
	w.text("{\"schema\":")
	w.value(record.Schema)
	w.text(",\n\"generator\":")
	w.value(record.Generator(doc))
	w.text(",\n\"capture\":")
	w.value(record.NewCapture(doc))
	w.text(",\n\"flows\":[")
	if subject != render.RTP {
		for i, f := range doc.Flows {
			w.item(i)
			w.value(record.NewFlow(doc, f))
		}
	}
	w.text("],\n\"streams\":[")
	for i, s := range doc.Streams {
		w.item(i)
		w.value(record.NewStream(doc, s))
	}
	w.text("]}\n")
}

// item begins item i of an array on a line of its own.
func (w *writer) item(i int) {
	if i > 0 {
		w.text(",")
	}
	w.text("\n")
}
