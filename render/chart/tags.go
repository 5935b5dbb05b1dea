package chart

import (
	"fmt"

	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// A tag is the label of one or more events that lie close together.
type tag struct {
	x    vg.Length // of the first event
	text string
	row  int
}

// maxTagRows is how many rows of labels stand above the first panel.
const maxTagRows = 2

// placeTags joins the labels of events that would cover each other and
// spreads the rest over rows.
func (p *page) placeTags() ([]tag, int) {
	axis := max(p.at(p.End), 0.001)
	wide := p.width - leftEdge - rightEdge
	style := sans(p.colors.muted, 9.5, false)
	var tags []tag
	var free [maxTagRows]vg.Length // where each row is free again
	joined := 0
	for _, e := range p.Events {
		at := p.at(e.At)
		if at < 0 || at > axis {
			continue
		}
		x := leftEdge + wide*vg.Length(at/axis)
		text := label(e.Label)
		if row := freeRow(&free, x); row >= 0 {
			tags = append(tags, tag{x, text, row})
			free[row] = x + style.Width(text) + 6
			joined = 0
			continue
		}
		// No room: it goes behind the label before it, by name while that
		// stays short, then as a count.
		last := &tags[len(tags)-1]
		joined++
		if len([]rune(last.text)) < 22 && joined < 4 {
			last.text += " · " + text
		} else {
			last.text = more(last.text, joined)
		}
		free[last.row] = max(free[last.row], last.x+style.Width(last.text)+6)
	}
	rows := 0
	for i := range tags {
		// The last label may not hang over the edge.
		w := style.Width(tags[i].text)
		tags[i].x = min(tags[i].x, p.width-4-w)
		rows = max(rows, tags[i].row+1)
	}
	return tags, rows
}

func freeRow(free *[maxTagRows]vg.Length, x vg.Length) int {
	for i, f := range free {
		if f <= x {
			return i
		}
	}
	return -1
}

func more(s string, joined int) string {
	// A count that is there already is written anew.
	for i := len(s) - 1; i > 0; i-- {
		if s[i] == '+' {
			var n int
			if _, err := fmt.Sscanf(s[i:], "+%d", &n); err == nil {
				return fmt.Sprintf("%s+%d", s[:i], n+1)
			}
		}
	}
	return s + " +1"
}

func (p *page) drawTags(dc draw.Canvas, y vg.Length) {
	s := sans(p.colors.muted, 9.5, false)
	for _, t := range p.tags {
		dc.FillText(s, vg.Point{X: t.x + 1, Y: y - vg.Length(t.row+1)*eventHigh + 3}, t.text)
	}
}
