package ladder

import (
	"fmt"

	"rung/capture"
	"rung/render/safe"
)

// notes numbers what was odd about messages and the flow. The same text on
// several rungs is one note.
func (b *builder) notes() {
	byText := map[string]int{}
	left := 0
	note := func(rung int, d *capture.Diagnostic) {
		if d.Severity < capture.Warning {
			return
		}
		text := safe.Terminal(d.Text)
		if d.Ref != "" {
			text += " (" + safe.Terminal(d.Ref) + ")"
		}
		n, ok := byText[text]
		if !ok {
			if len(b.l.Notes) == maxNotes {
				left++
				return
			}
			n = len(b.l.Notes)
			byText[text] = n
			b.l.Notes = append(b.l.Notes, Note{Number: n + 1, Severity: d.Severity, Text: text})
		}
		b.attach(n, rung)
	}
	for i := range b.f.Messages {
		for k := range b.f.Messages[i].Diagnostics {
			note(b.rungOf[i], &b.f.Messages[i].Diagnostics[k])
		}
	}
	for k := range b.f.Diagnostics {
		note(-1, &b.f.Diagnostics[k])
	}
	for i := range b.l.Notes {
		b.l.Notes[i].Text += b.where(&b.l.Notes[i])
	}
	if left > 0 {
		b.l.Notes[maxNotes-1].Text += fmt.Sprintf(" · and %s not listed here", plural(left, "remark", "remarks"))
	}
}

func (b *builder) attach(n, rung int) {
	if rung < 0 {
		return
	}
	r := &b.l.Rungs[rung]
	number := b.l.Notes[n].Number
	for _, have := range r.Notes {
		if have == number {
			return
		}
	}
	r.Notes = append(r.Notes, number)
	b.l.Notes[n].Rungs = append(b.l.Notes[n].Rungs, rung)
}

// where lists the frames of a note's rungs.
func (b *builder) where(n *Note) string {
	var fs []capture.Frame
	for _, r := range n.Rungs {
		fs = append(fs, b.f.Messages[b.l.Rungs[r].Messages[0]].Frame)
	}
	switch len(fs) {
	case 0:
		return ""
	case 1:
		return " · frame " + b.frameList(fs)
	}
	return " · frames " + b.frameList(fs)
}
