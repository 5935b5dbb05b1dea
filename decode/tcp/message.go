package tcp

import (
	"fmt"
	"strconv"
	"time"

	"rung/capture"
	"rung/decode"
)

// Name is what Message.Protocol says.
const Name = "tcp"

// Message puts the event of seg into words, or returns nil when there is
// nothing to draw: bytes only, a handshake that went well, a time-out of
// rung's own, the end of the capture. dir is the direction of the segment that
// carries the event: the SYN's for NoAnswer, the RST's for Refused and Reset.
//
// Only NoAnswer and Refused begin a flow of their own (KindOther); the others
// join what was said on the connection.
func Message(c *decode.Conn, dir decode.Direction, seg *capture.Segment) *decode.Message {
	name := arrow(seg.Event)
	if name == "" {
		return nil
	}
	// One allocation for the two: they live and die together.
	all := &struct {
		message decode.Message
		event   decode.ConnEvent
	}{
		message: decode.Message{
			Order:    seg.Order,
			Time:     seg.Time,
			Frame:    seg.Frame,
			Path:     pathOf(c, dir, seg),
			Protocol: Name,
			Name:     name,
			Summary:  detail(c, seg),
			Keys:     c.Keys(),
			Copies:   1 + seg.Copies,
		},
		event: decode.ConnEvent{Event: seg.Event, Conn: c.ID},
	}
	m := &all.message
	m.Facts.Conn = &all.event
	if len(seg.Frames) > 1 {
		m.Frames = append([]capture.Frame(nil), seg.Frames...)
	}
	if seg.Event == capture.EventNoAnswer || seg.Event == capture.EventRefused {
		m.Kind = decode.KindOther
	}
	return m
}

func arrow(e capture.Event) string {
	switch e {
	case capture.EventNoAnswer:
		return "SYN, no answer"
	case capture.EventRefused:
		return "RST (refused)"
	case capture.EventReset:
		return "RST"
	case capture.EventFinish:
		return "FIN"
	}
	return ""
}

// pathOf is the segment's path, or the connection's where the segment has
// none because the event is an absence.
func pathOf(c *decode.Conn, dir decode.Direction, seg *capture.Segment) capture.Path {
	if seg.Path != (capture.Path{}) {
		return seg.Path
	}
	if dir == decode.Back {
		return c.Path.Reverse()
	}
	return c.Path
}

// detail says how often and for how long: "3 SYNs in 3.1 s".
func detail(c *decode.Conn, seg *capture.Segment) string {
	age := seg.Time.Sub(c.Time)
	switch seg.Event {
	case capture.EventNoAnswer:
		n := len(seg.AllFrames())
		if n == 1 {
			return "1 SYN"
		}
		return strconv.Itoa(n) + " SYNs in " + span(age)
	case capture.EventRefused:
		return span(age) + " after the SYN"
	case capture.EventReset:
		if c.Opened {
			return span(age) + " after the SYN"
		}
		return span(age) + " after the first frame seen"
	}
	return ""
}

// span prints a duration with the precision a person reads: ms below a
// second, else tenths of a second. A clock that ran back gives 0.
func span(d time.Duration) string {
	if d < 0 {
		d = 0
	}
	if d < time.Second {
		return fmt.Sprintf("%.1f ms", float64(d)/float64(time.Millisecond))
	}
	return fmt.Sprintf("%.1f s", d.Seconds())
}
