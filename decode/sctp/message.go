package sctp

import (
	"fmt"
	"time"

	"rung/capture"
	"rung/decode"
)

// Name is what Message.Protocol says.
const Name = "sctp"

// Message puts the event of seg into words, or returns nil when it is none of
// an attempt: only NoAnswer and Refused are. c is the attempt: its Time that
// of the first INIT, its ID the same in every run.
func Message(c *decode.Conn, seg *capture.Segment) *decode.Message {
	name, summary := "", ""
	age := max(0, seg.Time.Sub(c.Time))
	switch n := len(seg.AllFrames()); {
	case seg.Event == capture.EventRefused:
		name, summary = "ABORT (refused)", span(age)+" after the INIT"
	case seg.Event == capture.EventNoAnswer && n > 1:
		name, summary = "INIT, no answer", fmt.Sprintf("%d INITs in %s", n, span(age))
	case seg.Event == capture.EventNoAnswer:
		name, summary = "INIT, no answer", "1 INIT"
	default:
		return nil
	}
	m := &decode.Message{
		Order: seg.Order, Time: seg.Time, Frame: seg.Frame, Path: seg.Path,
		Protocol: Name, Name: name, Summary: summary, Kind: decode.KindOther,
		Keys:   []decode.Key{{Kind: "conn", Value: c.ID}},
		Facts:  decode.Facts{Conn: &decode.ConnEvent{Event: seg.Event, Conn: c.ID}},
		Copies: 1 + seg.Copies,
	}
	if len(seg.Frames) > 1 {
		m.Frames = append([]capture.Frame(nil), seg.Frames...)
	}
	return m
}

// span prints a duration with the precision a person reads: ms below a second,
// else tenths of a second.
func span(d time.Duration) string {
	if d < time.Second {
		return fmt.Sprintf("%.1f ms", float64(d)/float64(time.Millisecond))
	}
	return fmt.Sprintf("%.1f s", d.Seconds())
}
