package ladder

import (
	"fmt"

	"rung/capture"
	"rung/decode"
)

// A Ladder is one flow as a diagram.
type Ladder struct {
	Flow      int    // the flow's id
	Title     string // in plain words: "Call 5737 → 3250 · rang 3.5 s, answered after 4.3 s"
	Subtitle  []string
	Lifelines []Lifeline
	Rungs     []Rung
	Spans     []Span
	Folds     []Fold
	Gaps      []Gap
	Rows      []Row // all of the above but Lifelines, from top to bottom
	// FrameName names a frame; with several inputs it names the file as well.
	FrameName func(capture.Frame) string
	Notes     []Note
	Legend    []Mark // only what occurs
	Foot      string // version and command
}

// A Lifeline is a host or socket.
type Lifeline struct {
	Name    string
	Role    string // may be empty
	Address string // may be empty when Name is the address
	Title   string // everything known, for a tooltip
}

// Kinds of rows.
const (
	RowRung RowKind = iota + 1
	RowSpan
	RowFold
	RowGap
)

// A RowKind says which slice a Row points into.
type RowKind uint8

// A Row is one line of the diagram.
type Row struct {
	Kind  RowKind
	Index int
}

// Class is what a rung is, apart from the leg it belongs to.
type Class string

// Classes.
const (
	Request     Class = "request"
	Provisional Class = "provisional" // 1xx
	Success     Class = "success"     // 2xx, and what ends well elsewhere
	Retry       Class = "retry"       // 3xx, 401, 407 …: asks to try again, or ends what was cancelled
	Failure     Class = "failure"     // other 4xx, 5xx, 6xx, SASL failure, NXDOMAIN
	Event       Class = "event"       // TCP opened or closed in order
	Alarm       Class = "alarm"       // ICMP error, TCP refused, reset or not answered
)

// A Rung is one arrow.
type Rung struct {
	From, To  int // lifelines; equal: a loop
	Label     string
	Detail    string // may be empty
	Class     Class
	Leg       int // index into the flow's legs, of keepalives the first leg of the hop; -1 when of none
	Protocol  string
	Transport capture.Transport

	Time  capture.Time
	Clock string // time of day in the zone of the options
	Delta string // since the rung before
	Frame string // of the first message

	Messages        []int // indices into Flow.Messages: the original, then what is folded into it
	Frames          []capture.Frame
	Authorized      bool   // a request that carries credentials
	Retransmissions int    // folded into this rung
	Errors          int    // the same ICMP error, come again and folded into this rung
	Over            string // when they came: "after 500 ms", "in 31.5 s"
	Again           bool   // is itself a retransmission (only with Detail)
	Copies          int    // most span copies of one message, 1 when captured once
	Notes           []int
	Title           string // everything, for a tooltip
}

// Marks are what else there is to say of r: sent again, captured twice.
func (r *Rung) Marks() []string {
	var out []string
	switch {
	case r.Retransmissions == 1:
		out = append(out, "retransmitted "+r.Over)
	case r.Retransmissions > 1:
		out = append(out, fmt.Sprintf("×%d retransmitted %s", r.Retransmissions, r.Over))
	case r.Errors == 1:
		out = append(out, "again "+r.Over)
	case r.Errors > 1:
		out = append(out, fmt.Sprintf("×%d again %s", r.Errors, r.Over))
	}
	if r.Again {
		out = append(out, "retransmission")
	}
	if r.Copies > 1 {
		out = append(out, fmt.Sprintf("%d copies", r.Copies))
	}
	return out
}

// A Span is media that flowed between two lifelines.
type Span struct {
	From, To   int // lifelines, the left one first
	Lines      []SpanLine
	Start, End capture.Time
	Clock      string
	Length     string // "1 min 2 s"
	Frames     string // "71…6302"
	First      capture.Frame
	Last       capture.Frame
	Title      string
}

// A SpanLine is one stream. Right tells that it went from From to To.
type SpanLine struct {
	Right  bool
	Text   string
	Stream int // index into Flow.Streams, -1 for "and n more"
	Lossy  bool
}

// A Fold says that the rungs before it came again.
type Fold struct {
	First, Count int // rungs that were repeated: Rungs[First : First+Count]
	Times        int // how often more
	From, To     int // lifelines it spans
	Text         string
	Clock        string // of the last one
	Frames       string
	Messages     []int
}

// A Gap is a long silence, or the end of what is drawn.
type Gap struct{ Text string }

// A Note is a numbered remark below the ladder.
type Note struct {
	Number   int
	Severity capture.Severity
	Text     string
	Rungs    []int
}

// MarkKind is what a legend entry explains.
type MarkKind string

// Legend entries.
const (
	MarkLeg           MarkKind = "leg"
	MarkMedia         MarkKind = "media"
	MarkFailure       MarkKind = "failure"
	MarkEvent         MarkKind = "event"
	MarkRetransmitted MarkKind = "retransmitted"
	MarkCopies        MarkKind = "copies"
	MarkNote          MarkKind = "note"
	MarkFold          MarkKind = "fold"
)

// A Mark is one entry of the legend.
type Mark struct {
	Kind MarkKind
	Leg  int
	Text string
}

// classOf says what a message is.
func classOf(m *decode.Message) Class {
	f := &m.Facts
	switch {
	case f.Quote != nil:
		return Alarm
	case f.Conn != nil:
		return classOfEvent(f.Conn.Event)
	case f.Login != nil:
		return classOfStep(f.Login.Step)
	case f.Lookup != nil: // before the transaction: its outcome is no number
		return classOfLookup(f.Lookup)
	case f.Transaction != nil:
		return classOfStatus(f.Transaction)
	}
	return Request
}

func classOfLookup(l *decode.Lookup) Class {
	switch {
	case !l.Response:
		return Request
	case l.Status == "NOERROR":
		return Success
	}
	return Failure
}

func classOfEvent(e capture.Event) Class {
	switch e {
	case capture.EventNoAnswer, capture.EventRefused, capture.EventReset:
		return Alarm
	}
	return Event
}

func classOfStep(s decode.LoginStep) Class {
	switch s {
	case decode.StepAuthSuccess, decode.StepBound, decode.StepResumed, decode.StepProceed:
		return Success
	case decode.StepTLSFailure, decode.StepAuthFailure, decode.StepBindError, decode.StepStreamError:
		return Failure
	case decode.StepRedirect, decode.StepChallenge:
		return Retry
	}
	return Request
}

func classOfStatus(t *decode.Transaction) Class {
	switch {
	case t.Request || t.Status == 0:
		return Request
	case t.Status < 200:
		return Provisional
	case t.Status < 300:
		return Success
	case t.Status < 400:
		return Retry
	}
	switch t.Status {
	case 401, 407, 423, 487, 491, 494: // a challenge, "try again so", or the end of what was cancelled
		return Retry
	}
	return Failure
}
