package json

import (
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
	e := record.NewEncoder(page)
	document(e, doc, opt.Subject)
	return e.Flush()
}

// document writes the fields of record.Document in their order. "rung rtp"
// shows streams only: its flows are empty.
func document(e *record.Encoder, doc *render.Document, subject render.Subject) {
	e.Raw("{\"schema\":")
	e.String(record.Schema)
	e.Raw(",\n\"generator\":")
	e.String(record.Generator(doc))
	e.Raw(",\n\"capture\":")
	e.Capture(doc)
	e.Raw(",\n\"flows\":[")
	if subject != render.RTP {
		for i, f := range doc.Flows {
			item(e, i)
			e.Flow(doc, f)
		}
	}
	e.Raw("],\n\"streams\":[")
	for i, s := range doc.Streams {
		item(e, i)
		e.Stream(doc, s)
	}
	e.Raw("]}\n")
}

// item begins item i of an array on a line of its own.
func item(e *record.Encoder, i int) {
	if i > 0 {
		e.Raw(",")
	}
	e.Raw("\n")
}
