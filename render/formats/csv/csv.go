package csv

import (
	"encoding/csv"

	"rung/render"
)

// Format writes flows, streams or plot series as a table.
var Format = &render.Format{
	Name:       "csv",
	Doc:        "a table (RFC 4180): flows, streams, or with rtp -o the plot series",
	Extensions: []string{".csv"},
	Subjects:   []render.Subject{render.List, render.RTP},
	Write:      write,
}

func write(out render.Output, doc *render.Document, opt *render.Options) error {
	page, err := out.Page()
	if err != nil {
		return err
	}
	w := csv.NewWriter(page)
	w.UseCRLF = true
	t := &table{w: w, zone: opt.Location()}
	switch {
	case opt.Subject == render.RTP && opt.Series:
		t.series(doc)
	case opt.Subject == render.RTP:
		t.streams(doc)
	default:
		t.flows(doc)
	}
	if t.err != nil {
		return t.err
	}
	w.Flush()
	return w.Error()
}
