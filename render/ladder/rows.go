package ladder

import (
	"fmt"

	"rung/capture"
)

// rows puts rungs, media, folded repetitions and silences in order.
func (b *builder) rows() {
	span := 0
	for i := 0; i < len(b.l.Rungs); {
		span = b.spansBefore(span, b.l.Rungs[i].Time)
		period, times := b.repeats(i)
		for n := range period {
			if n > 0 {
				span = b.spansBefore(span, b.l.Rungs[i+n].Time)
			}
			b.gapBefore(i + n)
			b.l.Rows = append(b.l.Rows, Row{RowRung, i + n})
		}
		if times > 1 {
			b.fold(i, period, times)
		}
		i += period * times
	}
	b.spansBefore(span, capture.Time(1<<63-1))
	if b.cut > 0 {
		b.gap(fmt.Sprintf("%s more not drawn: choose fewer with --since, --until or --flow", plural(b.cut, "message", "messages")))
	}
}

func (b *builder) spansBefore(n int, t capture.Time) int {
	for n < len(b.l.Spans) && b.l.Spans[n].Start < t {
		b.l.Rows = append(b.l.Rows, Row{RowSpan, n})
		n++
	}
	return n
}

func (b *builder) gap(text string) {
	b.l.Gaps = append(b.l.Gaps, Gap{text})
	b.l.Rows = append(b.l.Rows, Row{RowGap, len(b.l.Gaps) - 1})
}

// gapBefore marks a long silence before rung i, unless media stands there
// and fills it.
func (b *builder) gapBefore(i int) {
	if i == 0 || len(b.l.Rows) == 0 || b.l.Rows[len(b.l.Rows)-1].Kind == RowSpan {
		return
	}
	if d := b.l.Rungs[i].Time.Sub(b.l.Rungs[i-1].Time); d >= silence {
		b.gap(Duration(d) + " later")
	}
}

// repeats returns how many rungs from i on form a round trip and how often it
// comes in a row: 1, 1 when it does not repeat.
func (b *builder) repeats(i int) (period, times int) {
	if b.opt.Detail {
		return 1, 1
	}
	for p := 1; p <= maxPeriod; p++ {
		n := 1
		for b.same(i, i+n*p, p) {
			n++
		}
		if n >= minRepeats {
			return p, n
		}
	}
	return 1, 1
}

// same reports whether the n rungs from i and from j on say the same, details
// included: a REGISTER that takes the binding away must not vanish among those
// that refresh it.
func (b *builder) same(i, j, n int) bool {
	if j+n > len(b.l.Rungs) {
		return false
	}
	for k := range n {
		x, y := &b.l.Rungs[i+k], &b.l.Rungs[j+k]
		if x.From != y.From || x.To != y.To || x.Label != y.Label || x.Detail != y.Detail || x.Protocol != y.Protocol || x.Class != y.Class || x.Authorized != y.Authorized || len(y.Notes) > 0 {
			return false
		}
	}
	return true
}

func (b *builder) fold(first, period, times int) {
	rungs := b.l.Rungs[first : first+period*times]
	last := &rungs[len(rungs)-1]
	f := Fold{First: first, Count: period, Times: times - 1, From: rungs[0].From, To: rungs[0].From, Clock: last.Clock}
	for i := range rungs[:period] {
		f.From = min(f.From, rungs[i].From, rungs[i].To)
		f.To = max(f.To, rungs[i].From, rungs[i].To)
	}
	frames := []capture.Frame{}
	for i := range rungs[period:] {
		f.Messages = append(f.Messages, rungs[period+i].Messages...)
		frames = append(frames, rungs[period+i].Frames...)
	}
	f.Frames = b.l.FrameRange(frames[0], frames[len(frames)-1])
	var starts []capture.Time
	for i := 0; i < len(rungs); i += period {
		starts = append(starts, rungs[i].Time)
	}
	f.Text = fmt.Sprintf("the same %s more", plural(times-1, "time", "times"))
	if period > 1 {
		f.Text = fmt.Sprintf("these %d messages %s more", period, plural(times-1, "time", "times"))
	}
	f.Text += ", " + pace(starts) + ", last at " + last.Clock
	b.l.Folds = append(b.l.Folds, f)
	b.l.Rows = append(b.l.Rows, Row{RowFold, len(b.l.Folds) - 1})
}
