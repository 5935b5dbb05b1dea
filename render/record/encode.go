package record

import (
	"io"

	"rung/decode/flow"
	"rung/decode/media"
	"rung/render"
)

// An Encoder writes records as JSON, straight from the document: the text is
// that of the structs in this package, but none of them is made. It gathers
// text and writes it in large pieces, so that neither the text of a run nor
// that of a long flow is ever in memory whole.
//
// What it writes is safe to paste into an HTML page and to print on a
// terminal: <, >, &, U+2028 and U+2029 are escaped, and so are DEL, the C1
// controls and the characters that turn or hide text. Bytes that are no UTF-8
// become U+FFFD.
//
// The first error of the writer ends the work and is what Flush returns.
type Encoder struct {
	// Typed asks for a field "type" before the others: flow, stream, capture.
	Typed bool

	w   io.Writer
	b   []byte
	err error
}

// pieceSize is how much text is gathered before it is written: several flows
// to one system call.
const pieceSize = 64 << 10

// NewEncoder returns an Encoder writing to w, in pieces that need no buffer
// behind them.
func NewEncoder(w io.Writer) *Encoder { return &Encoder{w: w} }

// Raw writes text that is JSON already.
func (e *Encoder) Raw(text string) {
	e.b = append(e.b, text...)
	e.spill()
}

// String writes s as a JSON string.
func (e *Encoder) String(s string) {
	e.b = appendString(e.b, s)
	e.spill()
}

// Capture writes the summary of the inputs (see Capture).
func (e *Encoder) Capture(doc *render.Document) {
	if e.err != nil {
		return
	}
	e.begin("capture")
	e.b = appendCapture(e.b, doc)
	e.spill()
}

// Flow writes one flow of doc (see Flow).
func (e *Encoder) Flow(doc *render.Document, f *flow.Flow) {
	if e.err != nil {
		return
	}
	e.begin("flow")
	e.flow(inputsOf(doc), f)
	e.spill()
}

// Stream writes one RTP stream of doc (see Stream).
func (e *Encoder) Stream(doc *render.Document, s *media.Stream) {
	if e.err != nil {
		return
	}
	e.begin("stream")
	e.b = appendStream(e.b, doc, s)
	e.spill()
}

func (e *Encoder) begin(kind string) {
	e.b = append(e.b, '{')
	if e.Typed {
		e.b = append(e.b, `"type":"`...)
		e.b = append(e.b, kind...)
		e.b = append(e.b, `",`...)
	}
}

// Flush writes what is gathered and returns the first error of the writer.
func (e *Encoder) Flush() error {
	e.write()
	return e.err
}

// spill writes when enough is gathered.
func (e *Encoder) spill() {
	if len(e.b) >= pieceSize {
		e.write()
	}
}

func (e *Encoder) write() {
	if e.err == nil && len(e.b) > 0 {
		_, e.err = e.w.Write(e.b)
	}
	e.b = e.b[:0]
}
