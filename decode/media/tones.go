package media

import (
	"time"

	"rung/capture"
	"rung/decode/rtp"
)

// tones reads DTMF and other telephone events (RFC 4733).
type tones struct {
	digits []Digit
	open   []tone // the last few, latest last; late packets may still belong to them
	more   int64  // beyond MaxDigits
}

// A tone is an event under way.
type tone struct {
	pt    uint8
	code  uint8
	ts    uint32
	units uint32 // duration of the segments before
	last  uint16 // longest duration of this segment
	clock int
	ended bool
	digit int // index into digits, -1 when beyond MaxDigits
}

// add takes an event packet. late tells that it came after a higher sequence
// number.
func (t *tones) add(r *record, clock int, late bool) {
	e, ok := rtp.ParseEvent(r.event[:])
	if !ok {
		return
	}
	if clock <= 0 {
		clock = 8000
	}
	for i := len(t.open) - 1; i >= 0; i-- {
		o := &t.open[i]
		if o.pt != r.pt || o.code != e.Code {
			continue
		}
		if o.ts == r.ts && !o.again(e, late) {
			t.extend(o, e)
			return
		}
		// A long event goes on under a new timestamp (RFC 4733 §2.5.1.3).
		if !o.ended && !late && i == len(t.open)-1 && r.ts == o.ts+uint32(o.last) && o.last > 0x7fff {
			o.units += uint32(o.last)
			o.ts, o.last = r.ts, 0
			t.extend(o, e)
			return
		}
	}
	t.begin(r, e, clock)
}

// again reports whether a packet with the tone's own timestamp is a new press
// of the same key: senders that replay a recording don't move the timestamp.
func (o *tone) again(e rtp.Event, late bool) bool {
	return o.ended && !late && !e.End && e.Duration < o.last
}

func (t *tones) begin(r *record, e rtp.Event, clock int) {
	o := tone{pt: r.pt, code: e.Code, ts: r.ts, clock: clock, digit: -1}
	if len(t.digits) < MaxDigits {
		o.digit = len(t.digits)
		t.digits = append(t.digits, Digit{Digit: e.Digit(), Time: r.time, Frame: r.frame})
	} else {
		t.more++
	}
	if len(t.open) == openDigits {
		t.open = append(t.open[:0], t.open[1:]...)
	}
	t.open = append(t.open, o)
	t.extend(&t.open[len(t.open)-1], e)
}

func (t *tones) extend(o *tone, e rtp.Event) {
	o.last = max(o.last, e.Duration)
	o.ended = o.ended || e.End
	if o.digit >= 0 {
		units := int64(o.units) + int64(o.last)
		t.digits[o.digit].Duration = time.Duration(units * int64(time.Second) / int64(o.clock))
	}
}

// clampTime keeps differences of absurd times from wrapping.
func clampTime(a, b capture.Time) time.Duration {
	d := a.Sub(b)
	if (a > b) != (d > 0) {
		return 0
	}
	return d
}
