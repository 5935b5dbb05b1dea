package record

import (
	"strconv"

	"rung/capture"
	"rung/render"
)

// appendCapture appends the fields of the summary of the inputs: the text of
// NewCapture(doc), without making it. They stand in the order of Capture; the
// brace before them is out.
func appendCapture(b []byte, doc *render.Document) []byte {
	c, in := &doc.Capture, inputsOf(doc)
	b = append(b, `"files":`...)
	b = appendFiles(b, c.Files)
	b = append(b, `,"frames":`...)
	b = appendInt(b, c.Frames)
	b = append(b, `,"decoded_frames":`...)
	b = appendInt(b, c.Account.Decoded)
	b = append(b, `,"duplicate_frames":`...)
	b = appendInt(b, c.Account.Duplicate)
	b = append(b, `,"transport_only_frames":`...)
	b = appendInt(b, c.Account.TransportOnly)
	b = append(b, `,"bytes":`...)
	b = appendInt(b, c.Bytes)
	b = append(b, `,"first":`...)
	b = appendTimeIf(b, c.Frames > 0, c.First)
	b = append(b, `,"last":`...)
	b = appendTimeIf(b, c.Frames > 0, c.Last)
	b = append(b, `,"other":`...)
	b = in.appendTallies(b, "name", c.Account.Other())
	b = append(b, `,"undecoded":`...)
	b = in.appendTallies(b, "reason", c.Account.Undecoded())
	b = append(b, `,"interface_drops":`...)
	b = appendInt(b, c.InterfaceDrops)
	b = append(b, `,"diagnostics":`...)
	b = in.appendDiagnostics(b, c.Diagnostics)
	return append(b, '}')
}

func appendFiles(b []byte, files []render.File) []byte {
	b = append(b, '[')
	n := 0
	for i := range files {
		if files[i].Removed {
			continue
		}
		b = comma(b, n)
		b = appendFile(b, &files[i])
		n++
	}
	return append(b, ']')
}

func appendFile(b []byte, f *render.File) []byte {
	b = append(b, `{"name":`...)
	b = appendString(b, f.Name)
	b = append(b, `,"format":`...)
	b = appendString(b, f.Format)
	b = append(b, `,"frames":`...)
	b = appendInt(b, f.Frames)
	b = append(b, `,"bytes":`...)
	b = appendInt(b, f.Bytes)
	b = append(b, `,"first":`...)
	b = appendTimeIf(b, f.Frames > 0, f.First)
	b = append(b, `,"last":`...)
	b = appendTimeIf(b, f.Frames > 0, f.Last)
	b = append(b, `,"link_types":`...)
	b = appendStrings(b, f.LinkTypes)
	b = append(b, `,"truncated":`...)
	b = strconv.AppendBool(b, f.Truncated)
	return append(b, '}')
}

// appendTallies appends an array of Other or Undecoded, which differ in the
// name of their first field.
func (in inputs) appendTallies(b []byte, field string, list []capture.Tally) []byte {
	b = append(b, '[')
	for i, t := range list {
		b = comma(b, i)
		b = append(b, '{')
		b = appendString(b, field)
		b = append(b, ':')
		b = appendString(b, t.Name)
		b = append(b, `,"frames":`...)
		b = appendInt(b, t.Frames)
		b = append(b, `,"first_frame":`...)
		b = appendNumber(b, t.First.Number)
		b = append(b, `,"file":`...)
		b = in.appendName(b, t.First)
		b = append(b, '}')
	}
	return append(b, ']')
}
