package chart

import (
	"fmt"
	"io"
	"strings"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/text"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
	"gonum.org/v1/plot/vg/vgimg"
)

// Measures of a page, in units (CSS pixels).
const (
	edge      vg.Length = 16 // around everything
	leftEdge  vg.Length = 60 // room for the marks of vertical axes
	rightEdge vg.Length = 22
	lineHigh  vg.Length = 16 // a line of text
	titleHigh vg.Length = 24
	eventHigh vg.Length = 14
	gapHigh   vg.Length = 8
	legendGap vg.Length = 6
	axisHigh  vg.Length = 34  // marks and label of the time axis
	tall      vg.Length = 104 // a panel of a page with one block
	low       vg.Length = 62  // a panel of a page with several
	sample    vg.Length = 34  // the piece of line in the legend

	markDistance vg.Length = 80 // between marks of the time axis, at least
)

// SVG draws c as one SVG.
func (c *Chart) SVG(w io.Writer, look *Look) error {
	p := c.lay(look)
	out := newCanvas(p.height.Points())
	p.draw(draw.NewCanvas(out, p.width, p.height))
	return out.writeTo(w, p.width.Points(), c.Title, c.describe(), look)
}

// PNG draws c as one PNG.
func (c *Chart) PNG(w io.Writer, look *Look) error {
	p := c.lay(look)
	p.opaque = true
	img := vgimg.NewWith(
		vgimg.UseWH(p.width, p.height),
		vgimg.UseDPI(int(vg.Inch.Points()*look.scale())),
		vgimg.UseBackgroundColor(p.colors.back),
	)
	p.draw(draw.New(boxed{img}))
	_, err := vgimg.PngCanvas{Canvas: img}.WriteTo(w)
	return err
}

// describe says in words what the picture shows, for those who can't see it.
func (c *Chart) describe() string {
	if len(c.Blocks) == 0 {
		return c.Note
	}
	var b strings.Builder
	b.WriteString("Jitter, time between packets and loss over time. ")
	for i := range c.Blocks {
		for _, l := range c.Blocks[i].Lines {
			fmt.Fprintf(&b, "%s: %s. ", l.Name, l.Stats)
		}
	}
	return strings.TrimSpace(b.String())
}

// A page is a Chart with its measures.
type page struct {
	*Chart
	colors        palette
	width, height vg.Length
	panelHigh     vg.Length
	opaque        bool // the background is there already
	embed         bool
	tags          []tag
	tagRows       int
}

func (c *Chart) lay(look *Look) *page {
	p := &page{Chart: c, colors: colours(look.Theme), width: look.width(), panelHigh: tall, embed: look.Embed}
	if len(c.Blocks) > 1 {
		p.panelHigh = low
	}
	p.tags, p.tagRows = p.placeTags()
	p.height = p.layHeight()
	return p
}

func (p *page) layHeight() vg.Length {
	h := 2*edge + lineHigh
	for i := range p.Blocks {
		h += p.blockHeight(i)
	}
	if len(p.Blocks) == 0 {
		h += tall
	}
	if !p.embed {
		h += titleHigh + lineHigh
	}
	return h
}

func (p *page) blockHeight(i int) vg.Length {
	b := &p.Blocks[i]
	h := gapHigh
	if b.Title != "" {
		h += lineHigh + 2
	}
	h += vg.Length(p.legendRows(b))*lineHigh + legendGap
	h += 3 * (lineHigh + p.panelHigh + gapHigh)
	if i == 0 {
		h += vg.Length(p.tagRows) * eventHigh
	}
	return h + axisHigh - gapHigh
}

func (p *page) draw(dc draw.Canvas) {
	if !p.opaque && !p.embed {
		dc.FillPolygon(p.colors.back, []vg.Point{
			{X: 0, Y: 0}, {X: p.width, Y: 0}, {X: p.width, Y: p.height}, {X: 0, Y: p.height}})
	}
	y := p.height - edge
	if !p.embed {
		p.text(dc, sans(p.colors.ink, 16, true), edge, y-16, p.width-2*edge, p.Title)
		y -= titleHigh
	}
	p.text(dc, sans(p.colors.muted, 11.5, false), edge, y-12, p.width-2*edge, p.Subtitle)
	y -= lineHigh
	for i := range p.Blocks {
		y = p.block(dc, i, y)
	}
	if len(p.Blocks) == 0 {
		s := sans(p.colors.muted, 13, false)
		s.XAlign = draw.XCenter
		dc.FillText(s, vg.Point{X: p.width / 2, Y: y - tall/2}, label(p.Note))
	}
	if !p.embed {
		p.text(dc, sans(p.colors.muted, 9.5, false), edge, edge-4, p.width-2*edge, p.Foot)
	}
}

// text draws one line of captured or own text, shortened to room.
func (p *page) text(dc draw.Canvas, s text.Style, x, y, room vg.Length, str string) {
	dc.FillText(s, vg.Point{X: x, Y: y}, shorten(s, label(str), room))
}

// shorten cuts str to room and says so with an ellipsis.
func shorten(s text.Style, str string, room vg.Length) string {
	if s.Width(str) <= room {
		return str
	}
	r := []rune(str)
	lo, hi := 0, len(r)
	for lo < hi {
		mid := (lo + hi + 1) / 2
		if s.Width(string(r[:mid])+"…") <= room {
			lo = mid
		} else {
			hi = mid - 1
		}
	}
	return string(r[:lo]) + "…"
}

// block draws block i below y and returns where it ends.
func (p *page) block(dc draw.Canvas, i int, y vg.Length) vg.Length {
	b := &p.Blocks[i]
	y -= gapHigh
	if b.Title != "" {
		p.text(dc, sans(p.colors.ink, 12, true), edge, y-12, p.width-2*edge, b.Title)
		y -= lineHigh + 2
	}
	y = p.legend(dc, b, y)
	ps := panels(p.Chart, b)
	for k, pan := range ps {
		pan.labels = k == len(ps)-1
		p.panelTitle(dc, pan, y)
		y -= lineHigh
		if i == 0 && k == 0 {
			p.drawTags(dc, y)
			y -= vg.Length(p.tagRows) * eventHigh
		}
		area := vg.Rectangle{
			Min: vg.Point{X: leftEdge, Y: y - p.panelHigh},
			Max: vg.Point{X: p.width - rightEdge, Y: y},
		}
		g := pan.plot(p.colors, int((p.width-leftEdge-rightEdge)/markDistance))
		g.Draw(fit(g, dc, area))
		y -= p.panelHigh + gapHigh
	}
	s := sans(p.colors.muted, 10, false)
	s.XAlign = draw.XCenter
	dc.FillText(s, vg.Point{X: (leftEdge + p.width - rightEdge) / 2, Y: y + gapHigh - axisHigh + 4},
		shorten(s, label(p.AxisLabel), p.width-leftEdge-rightEdge))
	return y + gapHigh - axisHigh
}

// fit finds the canvas on which g draws its data exactly into area, so that
// panels share their edges whatever their marks are called.
func fit(g *plot.Plot, dc draw.Canvas, area vg.Rectangle) draw.Canvas {
	c := draw.Canvas{Canvas: dc.Canvas, Rectangle: area}
	for range 3 {
		d := g.DataCanvas(c)
		c.Min.X += area.Min.X - d.Min.X
		c.Min.Y += area.Min.Y - d.Min.Y
		c.Max.X += area.Max.X - d.Max.X
		c.Max.Y += area.Max.Y - d.Max.Y
	}
	return c
}

// panelTitle draws what a panel shows, and at the right what it leaves out.
func (p *page) panelTitle(dc draw.Canvas, pan *panel, y vg.Length) {
	s := sans(p.colors.ink, 11, true)
	title := shorten(s, pan.title, p.width-leftEdge-rightEdge)
	dc.FillText(s, vg.Point{X: leftEdge, Y: y - 12}, title)
	left := leftEdge + s.Width(title) + 20
	n := sans(p.colors.muted, 10, false)
	right := p.width - rightEdge
	if t := pan.beyond(); t != "" && right-n.Width(t) > left {
		right -= n.Width(t)
		dc.FillText(n, vg.Point{X: right, Y: y - 12}, t)
		right -= 16
	}
	for _, m := range pan.notes {
		t := shorten(n, label(m.text), right-left-12)
		w := n.Width(t)
		if right-w-12 < left {
			return
		}
		dc.FillText(n, vg.Point{X: right - w, Y: y - 12}, t)
		dc.DrawGlyph(glyphStyle(p.colors, m.line, 3), vg.Point{X: right - w - 8, Y: y - 8})
		right -= w + 24
	}
}

func (p *page) legendRows(b *Block) int {
	n := 0
	for i := range b.Lines {
		n++
		if !p.oneRow(&b.Lines[i]) {
			n++
		}
	}
	return n
}

func (p *page) oneRow(l *Line) bool {
	name, stats := sans(p.colors.ink, 11, false), sans(p.colors.muted, 11, false)
	return sample+8+name.Width(label(l.Name))+14+stats.Width(label(l.Stats)) <= p.width-2*edge
}

// legend draws a row a line above the panels, where it covers no data.
func (p *page) legend(dc draw.Canvas, b *Block, y vg.Length) vg.Length {
	name, stats := sans(p.colors.ink, 11, false), sans(p.colors.muted, 11, false)
	for i := range b.Lines {
		l := &b.Lines[i]
		mid := y - 8
		dc.StrokeLine2(lineStyle(p.colors, i, 1.6), edge, mid, edge+sample, mid)
		dc.DrawGlyph(glyphStyle(p.colors, i, 3), vg.Point{X: edge + sample/2, Y: mid})
		x := edge + sample + 8
		room := p.width - edge - x
		p.text(dc, name, x, y-12, room, l.Name)
		if p.oneRow(l) {
			x += name.Width(label(l.Name)) + 14
		} else {
			y -= lineHigh
		}
		p.text(dc, stats, x, y-12, p.width-edge-x, l.Stats)
		y -= lineHigh
	}
	return y - legendGap
}
