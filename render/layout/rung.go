package layout

import (
	"fmt"
	"strconv"

	"rung/render/ladder"
)

// pills are the small marks of a rung.
func pills(r *ladder.Rung) []string { return r.Marks() }

func toneOf(r *ladder.Rung) Tone {
	switch r.Class {
	case ladder.Event:
		return ToneEvent
	case ladder.Alarm:
		return ToneAlarm
	}
	return LegTone(r.Leg)
}

func (p *page) row(i int) {
	row := p.rows[i]
	switch row.Kind {
	case ladder.RowRung:
		p.rung(row.Index)
	case ladder.RowSpan:
		p.span(i)
	case ladder.RowFold:
		p.fold(&p.l.Folds[row.Index])
	case ladder.RowGap:
		p.gap(&p.l.Gaps[row.Index])
	}
}

func (p *page) rung(i int) {
	r := &p.l.Rungs[i]
	g := Group{
		Class: fmt.Sprintf("rung %s %s", LegTone(r.Leg), r.Class), Tip: r.Title,
		Message: r.Messages[0], Frame: r.Frame,
	}
	y := p.y + rungAbove
	p.rungY[i] = y
	for _, n := range r.Notes {
		p.noted[n] = true
	}
	if r.From == r.To {
		p.loop(&g, r, y)
		p.y = y + loopHeight + rungBelow
	} else {
		p.y = y + rungBelow + p.arrow(&g, r, y)
	}
	p.side(&g, y, r.Clock, r.Delta, r.Frame)
	p.body = append(p.body, g)
}

// side writes the columns left and right of a row.
func (p *page) side(g *Group, y float64, clock, delta, frame string) {
	g.Texts = append(g.Texts,
		p.text(Time, Start, margin, y+4, clock, 0),
		p.text(Delta, End, p.g.deltaX, y+4, delta, 0),
		p.text(Time, End, p.g.width-margin, y+4, frame, 0))
}

// arrow draws an arrow and its texts, and returns the room that they take
// below it.
func (p *page) arrow(g *Group, r *ladder.Rung, y float64) float64 {
	from, to := p.g.x[r.From], p.g.x[r.To]
	left := to < from
	tone := toneOf(r)
	end := to - HeadLength + 1
	if left {
		end = to + HeadLength - 1
	}
	if r.Class == ladder.Alarm {
		end = to
	}
	g.Lines = append(g.Lines, Line{Points: []Point{{from, y}, {end, y}}, Class: Arrow, Tone: tone})
	h := Head{X: to, Y: y, Left: left, Class: Arrow, Tone: tone}
	if r.Class == ladder.Alarm {
		h.Cross = true
		h.X += crossBack(left)
	}
	g.Heads = append(g.Heads, h)
	mid, room := (from+to)/2, max(from, to)-min(from, to)-24
	across := max(r.From, r.To)-min(r.From, r.To) > 1
	p.label(g, r, Middle, mid, y-6, room, across)
	p.discs(g, r, from, y, left)
	return p.below(g, r, mid, y+13, room, across)
}

func crossBack(left bool) float64 {
	if left {
		return CrossSize + 3
	}
	return -CrossSize - 3
}

func (p *page) loop(g *Group, r *ladder.Rung, y float64) {
	x, tone := p.g.x[r.From], toneOf(r)
	g.Lines = append(g.Lines, Line{Class: Arrow, Tone: tone, Points: []Point{
		{x, y}, {x + loopWidth, y}, {x + loopWidth, y + loopHeight}, {x + HeadLength - 1, y + loopHeight}}})
	g.Heads = append(g.Heads, Head{X: x, Y: y + loopHeight, Left: true, Class: Arrow, Tone: tone})
	room := p.g.width - margin - p.g.frameW - 16 - x - loopLabel
	if r.From+1 < len(p.g.x) {
		room = p.g.x[r.From+1] - x - loopLabel - 12
	}
	p.label(g, r, Start, x+loopLabel, y+4, room, false)
	p.belowLoop(g, r, x+loopLabel, y+20, room)
	p.discs(g, r, x, y, false)
}

// label writes what is said; failures stand in a box, to be seen without
// colours.
func (p *page) label(g *Group, r *ladder.Rung, a Anchor, x, y, room float64, across bool) {
	if !alert(r) {
		t := p.text(Label, a, x, y, r.Label, room)
		t.Tone = toneOf(r)
		p.halo(g, &t, across)
		g.Texts = append(g.Texts, t)
		return
	}
	t := p.text(LabelAlert, a, x, y-1, r.Label, room-2*alertPad)
	left := t.Left()
	if a == Start {
		t.X += alertPad
		left += alertPad
	}
	g.Boxes = append(g.Boxes, Box{X: left - alertPad, Y: y - 13, W: t.W + 2*alertPad, H: 17, R: 4, Class: AlertBox})
	g.Texts = append(g.Texts, t)
}

// halo keeps text readable where it crosses lifelines.
func (p *page) halo(g *Group, t *Text, across bool) {
	if !across || t.S == "" {
		return
	}
	size := FontOf(t.Class).Size
	g.Boxes = append(g.Boxes, Box{X: t.Left() - 3, Y: t.Y - size*0.85, W: t.W + 6, H: size * 1.08, Class: Halo})
}

// below writes the detail under the arrow, in lines where one does not
// suffice, and the pills behind its last line or below it. It returns the
// room taken.
func (p *page) below(g *Group, r *ladder.Rung, mid, y, room float64, across bool) float64 {
	lines := p.m.WrapParts(r.Detail, FontOf(Detail), room, maxDetailLines)
	if r.Detail == "" {
		lines = nil
	}
	widths, total := p.pillWidths(r)
	if len(lines)+len(widths) == 0 {
		return 0
	}
	last := Text{}
	for i, s := range lines {
		t := p.text(Detail, Middle, mid, y, s, 0)
		if i+1 == len(lines) && len(widths) > 0 && t.W+total <= room {
			last = t
			break
		}
		p.halo(g, &t, across)
		g.Texts = append(g.Texts, t)
		y += detailLine
	}
	if last.S != "" {
		last.X -= total / 2
		p.halo(g, &last, across)
		g.Texts = append(g.Texts, last)
		p.pills(g, r, widths, last.X+last.W/2+pillGap, y)
	} else if len(widths) > 0 {
		p.pills(g, r, widths, mid-(total-pillGap)/2, y)
	}
	n := len(lines)
	if len(widths) > 0 && last.S == "" {
		n++
	}
	return detailMore + detailLine*float64(n-1)
}

func (p *page) belowLoop(g *Group, r *ladder.Rung, x, y, room float64) {
	widths, total := p.pillWidths(r)
	if r.Detail != "" {
		t := p.text(Detail, Start, x, y, r.Detail, max(1, room-total))
		g.Texts = append(g.Texts, t)
		x += t.W + pillGap
	}
	p.pills(g, r, widths, x, y)
}

func (p *page) pillWidths(r *ladder.Rung) (widths []float64, total float64) {
	for _, s := range pills(r) {
		w := p.m.Width(s, FontOf(PillText)) + pillPad
		widths = append(widths, w)
		total += w + pillGap
	}
	return widths, total
}

func (p *page) pills(g *Group, r *ladder.Rung, widths []float64, x, y float64) {
	for i, s := range pills(r) {
		g.Boxes = append(g.Boxes, Box{X: x, Y: y - 11, W: widths[i], H: pillHeight, R: pillHeight / 2, Class: Pill})
		g.Texts = append(g.Texts, p.text(PillText, Middle, x+widths[i]/2, y, s, 0))
		x += widths[i] + pillGap
	}
}

// discs puts note numbers beside the arrow's beginning, away from the arrow.
func (p *page) discs(g *Group, r *ladder.Rung, x, y float64, left bool) {
	step := -20.0
	if left {
		step = 20
	}
	x += step * 0.8
	for i, n := range r.Notes {
		if i == maxDiscs {
			return
		}
		p.disc(g, x, y, n)
		x += step
	}
}

func (p *page) disc(g *Group, x, y float64, n int) {
	g.Discs = append(g.Discs, Disc{X: x, Y: y, R: 9, Class: NoteDisc})
	g.Texts = append(g.Texts, p.text(NoteNumber, Middle, x, y+4, strconv.Itoa(n), 0))
}
