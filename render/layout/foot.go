package layout

import (
	"rung/render/ladder"
)

// notes writes the notes whose numbers stand on this page; those of no rung
// go to the last page.
func (p *page) notes() {
	type block struct {
		n     *ladder.Note
		lines []string
	}
	var blocks []block
	count := 0
	for i := range p.l.Notes {
		n := &p.l.Notes[i]
		if !p.noted[n.Number] && !(len(n.Rungs) == 0 && p.pic.Page == p.pic.Pages) {
			continue
		}
		lines := p.m.Wrap(n.Text, FontOf(NoteText), p.g.width-2*margin-60, maxNoteLines)
		blocks = append(blocks, block{n, lines})
		count += len(lines)
	}
	if len(blocks) == 0 {
		return
	}
	p.y += 18
	h := float64(count*noteLine) + 14 + 4*float64(len(blocks)-1)
	g := Group{Class: "page-notes", Message: -1, Boxes: []Box{{X: margin, Y: p.y, W: p.g.width - 2*margin, H: h, R: 6, Class: NoteBox}}}
	y := p.y + 22
	for _, b := range blocks {
		p.disc(&g, margin+20, y-4, b.n.Number)
		g.Tip += b.n.Text + "\n"
		for _, s := range b.lines {
			g.Texts = append(g.Texts, p.text(NoteText, Start, margin+40, y, s, 0))
			y += noteLine
		}
		y += 4
	}
	p.add(g)
	p.y += h
}

// foot writes the legend on the left and version and command on the right, or
// below when they have no room beside each other.
func (p *page) foot() {
	p.y += 28
	x, room := float64(margin), p.g.width-margin
	g := Group{Class: "page-legend", Message: -1}
	for i := range p.l.Legend {
		w := p.markWidth(&p.l.Legend[i])
		if x+w > room && x > margin {
			x = margin
			p.y += footLine
		}
		p.mark(&g, &p.l.Legend[i], x)
		x += w + 20
	}
	p.add(g)
	f := p.text(Foot, End, room, p.y, p.l.Foot, room-margin)
	if len(p.l.Legend) > 0 && x+f.W+20 > room {
		p.y += footLine
		f.Y = p.y
	}
	p.add(Group{Class: "page-foot", Tip: p.l.Foot, Message: -1, Texts: []Text{f}})
}

const sample = 26 // width of a sample in the legend

func (p *page) sampleWidth(m *ladder.Mark) float64 {
	switch m.Kind {
	case ladder.MarkRetransmitted, ladder.MarkCopies:
		return p.m.Width(sampleText(m.Kind), FontOf(PillText)) + pillPad
	case ladder.MarkNote:
		return 18
	}
	return sample
}

func sampleText(k ladder.MarkKind) string {
	if k == ladder.MarkRetransmitted {
		return "retransmitted"
	}
	return "2 copies"
}

func (p *page) markWidth(m *ladder.Mark) float64 {
	return p.sampleWidth(m) + 6 + p.m.Width(m.Text, FontOf(Foot))
}

// mark draws one entry of the legend at x on the line p.y.
func (p *page) mark(g *Group, m *ladder.Mark, x float64) {
	y, w := p.y-4, p.sampleWidth(m)
	switch m.Kind {
	case ladder.MarkLeg:
		g.Lines = append(g.Lines, Line{Points: []Point{{x, y}, {x + w, y}}, Class: Arrow, Tone: LegTone(m.Leg)})
	case ladder.MarkEvent:
		g.Lines = append(g.Lines, Line{Points: []Point{{x, y}, {x + w, y}}, Class: Arrow, Tone: ToneEvent})
	case ladder.MarkMedia:
		g.Boxes = append(g.Boxes, Box{X: x, Y: y - 6, W: w, H: 12, R: 3, Class: Media})
	case ladder.MarkFailure:
		g.Boxes = append(g.Boxes, Box{X: x, Y: y - 6, W: w, H: 12, R: 3, Class: AlertBox})
	case ladder.MarkNote:
		g.Discs = append(g.Discs, Disc{X: x + 9, Y: y, R: 7, Class: NoteDisc})
	case ladder.MarkRetransmitted, ladder.MarkCopies:
		g.Boxes = append(g.Boxes, Box{X: x, Y: y - 7.5, W: w, H: pillHeight, R: pillHeight / 2, Class: Pill})
		g.Texts = append(g.Texts, p.text(PillText, Middle, x+w/2, y+3.5, sampleText(m.Kind), 0))
	}
	g.Texts = append(g.Texts, p.text(Foot, Start, x+w+6, p.y, m.Text, 0))
}
