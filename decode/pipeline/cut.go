package pipeline

import (
	"fmt"

	"rung/capture"
	"rung/decode"
)

// cuts counts the messages of which the capture left out the end.
type cuts struct {
	messages int64
	order    capture.Order // of the first
	frame    capture.Frame // likewise
	kept     int           // the most bytes of such a packet that were captured; 0: not known
}

// add marks the messages of a packet that was cut, and counts them.
func (c *cuts) add(messages []*decode.Message, kept int) {
	markCut(messages)
	for _, m := range messages {
		c.merge(&cuts{messages: 1, order: m.Order, frame: m.Frame, kept: kept})
	}
}

func (c *cuts) merge(d *cuts) {
	if d.messages == 0 {
		return
	}
	if c.messages == 0 || d.order.Less(c.order) {
		c.order, c.frame = d.order, d.frame
	}
	c.messages += d.messages
	c.kept = max(c.kept, d.kept)
}

// diagnostic says so of the whole capture: a flow list of it may look like
// nonsense, and one message is not where its reader begins.
func (c *cuts) diagnostic() capture.Diagnostic {
	what, kept := fmt.Sprintf("%d messages are", c.messages), ""
	if c.messages == 1 {
		what = "1 message is"
	}
	if c.kept > 0 {
		kept = fmt.Sprintf(" (the capture kept %d bytes of a packet)", c.kept)
	}
	return capture.Diagnostic{
		Code: "messages-cut", Severity: capture.Warning, Damage: true, Frames: []capture.Frame{c.frame},
		Text: what + " cut short by the snaplen" + kept + ": what is missing is not shown; capture with -s 0",
	}
}

// keptOf is how many bytes of a packet were captured, 0 when that is not known:
// of a cut packet the payload is the last of it.
func keptOf(it *item) int {
	if it.dg.PayloadOff < 0 {
		return 0
	}
	return it.dg.PayloadOff + len(it.dg.Payload)
}
