package layout

import (
	"rung/render/ladder"
)

func lineClass(t *ladder.SpanLine) Class {
	if t.Lossy {
		return MediaLossy
	}
	return MediaText
}

// span draws a media bar, and beside it those that follow and stand between
// other lifelines: the two legs of a call at one glance.
func (p *page) span(row int) {
	n := p.rows[row].Index
	if p.merged[n] {
		return
	}
	side := []int{n}
	for _, r := range p.rows[row+1:] {
		if r.Kind != ladder.RowSpan || !p.fitsBeside(side, r.Index) {
			break
		}
		side = append(side, r.Index)
		p.merged[r.Index] = true
	}
	h := 0.0
	first, last := p.l.Spans[n].First, p.l.Spans[n].Last
	for _, i := range side {
		s := &p.l.Spans[i]
		h = max(h, 2*spanPad+spanLine*float64(len(p.barTexts(s)))-2)
		if ladder.Before(s.First, first) {
			first = s.First
		}
		if ladder.Before(last, s.Last) {
			last = s.Last
		}
	}
	p.y += spanGap
	for k, i := range side {
		g := p.bar(&p.l.Spans[i], h)
		if k == 0 {
			p.side(&g, p.y+h/2, p.l.Spans[i].Clock, p.l.Spans[i].Length, p.l.FrameRange(first, last))
		}
		p.body = append(p.body, g)
	}
	p.y += h + spanGap
}

// fitsBeside reports whether span n stands between other lifelines than those
// of side, and flowed at the same time.
func (p *page) fitsBeside(side []int, n int) bool {
	s := &p.l.Spans[n]
	for _, i := range side {
		o := &p.l.Spans[i]
		if s.From < o.To && o.From < s.To || s.From == s.To || o.From == o.To || s.Start >= o.End {
			return false
		}
	}
	return true
}

// barPlace is where the bar of s stands.
func (p *page) barPlace(s *ladder.Span) (x, w float64) {
	if s.From == s.To {
		return p.place(p.g.x[s.From], p.selfWidth(s))
	}
	return p.g.x[s.From] + spanIn, p.g.x[s.To] - p.g.x[s.From] - 2*spanIn
}

// barTexts are the lines in the bar of s, wrapped to its width.
func (p *page) barTexts(s *ladder.Span) []Text {
	x, w := p.barPlace(s)
	var out []Text
	for i := range s.Lines {
		t := &s.Lines[i]
		text := t.Text
		switch {
		case t.Stream < 0:
		case t.Right:
			text = "► " + text
		default:
			text = "◄ " + text
		}
		for _, l := range p.m.WrapParts(text, FontOf(lineClass(t)), w-16, maxLineLines) {
			out = append(out, p.text(lineClass(t), Middle, x+w/2, 0, l, 0))
		}
	}
	return out
}

func (p *page) bar(s *ladder.Span, h float64) Group {
	x, w := p.barPlace(s)
	g := Group{Class: "row-media", Tip: s.Title, Message: -1,
		Boxes: []Box{{X: x, Y: p.y, W: w, H: h, R: 6, Class: Media}},
		Texts: p.barTexts(s)}
	y := p.y + (h-spanLine*float64(len(g.Texts)))/2 + 13
	for i := range g.Texts {
		g.Texts[i].Y = y
		y += spanLine
	}
	return g
}

// selfWidth is the width of a bar at one lifeline.
func (p *page) selfWidth(s *ladder.Span) float64 {
	w := 0.0
	for i := range s.Lines {
		w = max(w, p.m.Width("► "+s.Lines[i].Text, FontOf(lineClass(&s.Lines[i]))))
	}
	return w + 24
}

// place centres what is w wide at x, within the columns at the sides.
func (p *page) place(x, w float64) (left, width float64) {
	a, b := p.g.deltaX+12, p.g.width-margin-p.g.frameW-12
	w = min(w, b-a)
	return max(a, min(x-w/2, b-w)), w
}

func (p *page) fold(f *ladder.Fold) {
	a, b := p.g.x[f.From]+spanIn, p.g.x[f.To]-spanIn
	if need := p.m.Width(f.Text, FontOf(FoldText)) + 20; b-a < need {
		a, need = p.place((a+b)/2, need)
		b = a + need
	}
	y := p.y + 8
	g := Group{Class: "row-fold", Tip: f.Text + ", frames " + f.Frames, Message: f.Messages[0], Frame: f.Frames,
		Boxes: []Box{{X: a, Y: y, W: b - a, H: foldRow - 16, R: 6, Class: FoldBox}},
		Texts: []Text{
			p.text(FoldText, Middle, (a+b)/2, y+16, f.Text, b-a-12),
			p.text(Time, End, p.g.width-margin, y+16, f.Frames, 0),
		}}
	// A bracket shows which rungs it speaks of, where they are on this page.
	if top, ok := p.rungY[f.First]; ok {
		x := p.g.x[f.From] - 10
		g.Lines = append(g.Lines, Line{Class: Bracket, Points: []Point{
			{x + 5, top - 10}, {x, top - 10}, {x, y + 12}, {a, y + 12}}})
	}
	p.body = append(p.body, g)
	p.y += foldRow
}

func (p *page) gap(gp *ladder.Gap) {
	p.life = append(p.life, segment{p.y + 4, p.y + gapRow - 4, true})
	x := p.g.width / 2
	if n := len(p.g.x); n > 0 {
		x = (p.g.x[0] + p.g.x[n-1]) / 2
	}
	t := p.text(GapText, Middle, x, p.y+gapRow/2+4, gp.Text, p.g.width-2*margin)
	p.body = append(p.body, Group{Class: "row-gap", Message: -1,
		Boxes: []Box{{X: t.Left() - 10, Y: t.Y - 13, W: t.W + 20, H: 18, Class: Halo}},
		Texts: []Text{t}})
	p.y += gapRow
}
