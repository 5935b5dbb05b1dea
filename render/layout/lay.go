package layout

import (
	"fmt"
	"strings"

	"rung/render"
	"rung/render/ladder"
)

// Lay puts l on pages of at most MaxRows rows. There is at least one page. Of
// more than maxLifelines a page has those of its rows.
func Lay(l *ladder.Ladder, opt *render.Options) []*Picture {
	m := NewMetrics()
	pages := split(l.Rows, MaxRows)
	out := make([]*Picture, len(pages))
	many := len(l.Lifelines) > maxLifelines
	var g *grid
	if !many {
		g = newGrid(l, m)
	}
	for i, rows := range pages {
		l := l
		if many {
			l, rows = excerpt(l, rows)
			g = newGrid(l, m)
		}
		p := &page{l: l, m: m, g: g, rows: rows, pic: &Picture{Page: i + 1, Pages: len(pages), Title: l.Title}}
		p.draw()
		out[i] = p.pic
	}
	return out
}

// Empty is the picture for a document without flows.
func Empty(text, foot string) *Picture {
	return Lay(&ladder.Ladder{Title: text, Foot: foot}, &render.Options{})[0]
}

// split cuts rows into pages. The row that tells of repetitions stays with
// what it repeats.
func split(rows []ladder.Row, n int) [][]ladder.Row {
	var out [][]ladder.Row
	for len(rows) > n {
		at := n
		if rows[at].Kind == ladder.RowFold {
			at++
		}
		out = append(out, rows[:at])
		rows = rows[at:]
	}
	if len(rows) > 0 || len(out) == 0 {
		out = append(out, rows)
	}
	return out
}

// A page draws one Picture from top to bottom.
type page struct {
	l    *ladder.Ladder // or what this page needs of it
	m    *Metrics
	g    *grid
	rows []ladder.Row
	pic  *Picture
	y    float64

	life   []segment       // what the lifelines do from top to bottom
	rungY  map[int]float64 // where a rung's arrow is, for brackets
	body   []Group         // rows, drawn over the lifelines
	noted  map[int]bool    // notes that this page needs
	merged map[int]bool    // spans drawn beside another
}

// A segment is a stretch of all lifelines.
type segment struct {
	from, to float64
	gap      bool
}

func (p *page) draw() {
	p.rungY, p.noted, p.merged = map[int]float64{}, map[int]bool{}, map[int]bool{}
	p.pic.Width = p.g.width
	p.titles()
	p.heads()
	top := p.y
	if len(p.rows) > 0 {
		p.columns()
	}
	for i := range p.rows {
		p.row(i)
	}
	if len(p.rows) == 0 && len(p.l.Lifelines) > 0 {
		p.empty()
	}
	p.y += 6
	p.lifelines(top)
	p.pic.Groups = append(p.pic.Groups, p.body...)
	p.notes()
	p.foot()
	p.pic.Height = p.y + 14
}

func (p *page) add(g Group) { p.pic.Groups = append(p.pic.Groups, g) }

// text makes a Text that is cut to room; room 0 means it may be as long as it
// is.
func (p *page) text(c Class, a Anchor, x, y float64, s string, room float64) Text {
	if room > 0 {
		s = p.m.Cut(s, FontOf(c), room)
	}
	return Text{X: x, Y: y, W: p.m.Width(s, FontOf(c)), Anchor: a, S: s, Class: c}
}

func (p *page) titles() {
	room := p.g.width - 2*margin
	title := p.l.Title
	if p.pic.Pages > 1 {
		title += fmt.Sprintf(" · page %d of %d", p.pic.Page, p.pic.Pages)
	}
	p.y = 10
	t := Group{Class: "page-title", Tip: title, Message: -1}
	for _, s := range p.m.Wrap(title, FontOf(Title), room, 2) {
		p.y += titleLine
		t.Texts = append(t.Texts, p.text(Title, Start, margin, p.y, s, 0))
	}
	p.add(t)
	if len(p.l.Subtitle) == 0 {
		return
	}
	sub := strings.Join(p.l.Subtitle, " · ")
	g := Group{Class: "page-subtitle", Tip: sub, Message: -1}
	p.y += 4
	for _, s := range p.m.Wrap(sub, FontOf(Subtitle), room, 3) {
		p.y += subLine
		g.Texts = append(g.Texts, p.text(Subtitle, Start, margin, p.y, s, 0))
	}
	p.add(g)
}

func (p *page) heads() {
	if len(p.l.Lifelines) == 0 {
		return
	}
	p.y += headTop
	h := headPad + headLine*float64(p.g.headLines)
	for i := range p.l.Lifelines {
		l := &p.l.Lifelines[i]
		w := p.g.boxes[i]
		g := Group{Class: "lifeline-head", Tip: l.Title, Message: -1,
			Boxes: []Box{{X: p.g.x[i] - w/2, Y: p.y, W: w, H: h, R: 6, Class: HeadBox}}}
		y := p.y + 20 + headLine*float64(p.g.headLines-len(p.g.heads[i]))/2
		for _, s := range p.g.heads[i] {
			g.Texts = append(g.Texts, p.text(s.class, Middle, p.g.x[i], y, s.text, w-14))
			y += headLine
		}
		p.add(g)
	}
	p.y += h
}

func (p *page) columns() {
	y := p.y + 16
	p.add(Group{Class: "page-columns", Message: -1, Texts: []Text{
		p.text(Column, Start, margin, y, "time", 0),
		p.text(Column, End, p.g.deltaX, y, "delta", 0),
		p.text(Column, End, p.g.width-margin, y, "frame", 0),
	}})
	p.y += columnsRow
}

func (p *page) empty() {
	p.y += 40
	p.body = append(p.body, Group{Class: "page-empty", Message: -1,
		Texts: []Text{p.text(Detail, Start, margin, p.y, "no messages", 0)}})
}

// lifelines draws what the rows have left of them, below the rows.
func (p *page) lifelines(top float64) {
	at := top
	var segs []segment
	for _, s := range p.life {
		segs = append(segs, segment{at, s.from, false}, s)
		at = s.to
	}
	segs = append(segs, segment{at, p.y, false})
	for i, x := range p.g.x {
		g := Group{Class: "lifeline-line", Tip: p.l.Lifelines[i].Title, Message: -1}
		for _, s := range segs {
			c := Life
			if s.gap {
				c = LifeGap
			}
			g.Lines = append(g.Lines, Line{Points: []Point{{x, s.from}, {x, s.to}}, Class: c})
		}
		p.add(g)
	}
}
