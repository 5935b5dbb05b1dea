package chart

import (
	"fmt"
	"time"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"

	"rung/capture"
	"rung/decode/media"
)

// A panel is one measure of one block over time, ready to draw.
type panel struct {
	title  string
	runs   [maxLines][][]point // lines
	bars   [maxLines][]point   // or bars
	end    float64             // of the vertical axis
	cut    bool                // values above end are drawn at its edge
	whole  bool                // the axis counts things
	unit   string              // with its space
	notes  []note              // why a line is missing
	calm   string              // said in the middle when there is nothing to draw
	events []float64
	colors palette
	axis   float64 // end of the time axis, seconds
	ticks  plot.ConstantTicks
	labels bool // the time axis carries labels
}

// A note says why a line of a block is not in a panel.
type note struct {
	line int
	text string
}

// panels makes the three panels of a block.
func panels(c *Chart, b *Block) []*panel {
	axis := c.End.Sub(c.Start)
	out := []*panel{
		linePanel(c, b, "Jitter, ms", jitterOf, jitterMissing, 1),
		linePanel(c, b, "Time between packets, ms", deltaOf, deltaMissing, 20),
		lossPanel(c, b, axis),
	}
	for _, p := range out {
		p.axis = max(axis.Seconds(), 0.001)
		for _, e := range c.Events {
			p.events = append(p.events, e.At.Sub(c.Start).Seconds())
		}
	}
	return out
}

func linePanel(c *Chart, b *Block, title string, v value, missing func(*media.Stream) string, least float64) *panel {
	p := &panel{title: title + ", greatest " + per(intervalOf(b)), unit: " ms"}
	var all []float64
	axis := c.End.Sub(c.Start).Seconds()
	for i := range b.Lines {
		s := b.Lines[i].Stream
		if why := missing(s); why != "" {
			p.notes = append(p.notes, note{i, why})
			continue
		}
		for _, run := range line(&s.Series, c.Start, usualGap(s), v) {
			for _, pt := range run {
				all = append(all, pt.y)
			}
			p.runs[i] = append(p.runs[i], thin(run, 0, axis, maxColumns))
		}
		if len(p.runs[i]) == 0 {
			p.notes = append(p.notes, note{i, nothing(s)})
		}
	}
	p.end, p.cut = top(all, least)
	p.settle(b)
	return p
}

func lossPanel(c *Chart, b *Block, axis time.Duration) *panel {
	width := bucket(intervalOf(b), axis)
	p := &panel{title: "Lost packets " + per(width), whole: true}
	var all []float64
	lost := int64(0)
	for i := range b.Lines {
		s := b.Lines[i].Stream
		if s.Packets == 0 || len(s.Series.Points) == 0 {
			p.notes = append(p.notes, note{i, nothing(s)})
			continue
		}
		lost += max(s.Lost, 0)
		p.bars[i] = losses(&s.Series, c.Start, width)
		for _, pt := range p.bars[i] {
			all = append(all, pt.y)
		}
	}
	p.end, p.cut = top(all, 4)
	switch {
	case len(all) > 0:
	case lost == 0:
		p.calm = "no packet was lost"
	default:
		p.calm = thousands(lost) + " packets were lost, but not within the values kept over time"
	}
	p.settle(b)
	return p
}

// settle moves the one note that goes for every line into the middle.
func (p *panel) settle(b *Block) {
	if len(p.notes) == 0 || len(p.notes) < len(b.Lines) {
		return
	}
	p.calm = p.notes[0].text
	for _, n := range p.notes {
		if n.text != p.calm {
			return
		}
	}
	p.notes = nil
}

func jitterMissing(s *media.Stream) string {
	switch {
	case s.Packets == 0:
		return "no packets"
	case s.Kind == "video" || s.Video != nil:
		return videoJitter(s)
	case s.Jitter != nil:
		return ""
	case s.JitterNote != "":
		return "jitter unknown: " + s.JitterNote
	case s.Clock == 0:
		return "jitter unknown: clock rate not known"
	}
	return "jitter unknown: one packet is not enough"
}

// videoJitter stands in for a line: the packets of a frame leave together, so
// that their jitter says nothing.
func videoJitter(s *media.Stream) string {
	if s.Video == nil {
		return "video: jitter between packets says nothing"
	}
	return fmt.Sprintf("video: frame jitter %.1f ms, mean over all frames", s.Video.FrameJitterMS)
}

func deltaMissing(s *media.Stream) string {
	switch {
	case s.Packets == 0:
		return "no packets"
	case s.Packets == 1:
		return "one packet: nothing to compare it with"
	case s.Delta == nil:
		return "no two media packets to compare"
	}
	return ""
}

func nothing(s *media.Stream) string {
	if s.Packets == 0 {
		return "no packets"
	}
	return "no values over time were kept"
}

// intervalOf is the coarsest interval of a block's series.
func intervalOf(b *Block) time.Duration {
	d := time.Duration(0)
	for i := range b.Lines {
		d = max(d, b.Lines[i].Stream.Series.Interval)
	}
	if d <= 0 {
		return time.Second
	}
	return d
}

// per says over what a value was taken.
func per(d time.Duration) string {
	switch {
	case d == time.Second:
		return "in each second"
	case d == time.Minute:
		return "in each minute"
	case d%time.Hour == 0:
		return fmt.Sprintf("in each %d h", d/time.Hour)
	case d%time.Minute == 0:
		return fmt.Sprintf("in each %d min", d/time.Minute)
	}
	return fmt.Sprintf("in each %s s", number(d.Seconds()))
}

// plot makes gonum's plot of p with about n marks on its time axis.
func (p *panel) plot(colors palette, n int) *plot.Plot {
	p.colors = colors
	g := plot.New()
	g.BackgroundColor = nil
	g.X.Min, g.X.Max = 0, p.axis
	g.Y.Min, g.Y.Max = 0, p.end
	g.X.Padding, g.Y.Padding = 0, 0
	for _, a := range []*plot.Axis{&g.X, &g.Y} {
		a.LineStyle = draw.LineStyle{Color: colors.muted, Width: 0.8}
		a.Tick.LineStyle = a.LineStyle
		a.Tick.Length = 4
		x, y := a.Tick.Label.XAlign, a.Tick.Label.YAlign
		a.Tick.Label = sans(colors.ink, 10, false)
		a.Tick.Label.XAlign, a.Tick.Label.YAlign = x, y
	}
	g.Y.Tick.Marker = valueTicks(p.end, p.whole)
	p.ticks = timeTicks(p.axis, max(n, 2))
	g.X.Tick.Marker = p.ticks
	if !p.labels {
		g.X.Tick.Marker = unlabelled(p.ticks)
	}
	g.Add(p)
	return g
}

func unlabelled(t plot.ConstantTicks) plot.ConstantTicks {
	out := make(plot.ConstantTicks, len(t))
	for i := range t {
		// A space keeps a major mark without a word under it.
		out[i] = plot.Tick{Value: t[i].Value, Label: " "}
	}
	return out
}

// Plot draws the data: it makes a panel a plot.Plotter.
func (p *panel) Plot(c draw.Canvas, g *plot.Plot) {
	x, y := g.Transforms(&c)
	grid := draw.LineStyle{Color: p.colors.grid, Width: 0.8}
	for _, t := range g.Y.Tick.Marker.Ticks(0, p.end) {
		if t.Value > 0 {
			c.StrokeLine2(grid, c.Min.X, y(t.Value), c.Max.X, y(t.Value))
		}
	}
	mark := draw.LineStyle{Color: p.colors.event, Width: 0.8, Dashes: []vg.Length{2, 2}}
	for _, e := range p.events {
		if e >= 0 && e <= p.axis {
			c.StrokeLine2(mark, x(e), c.Min.Y, x(e), c.Max.Y)
		}
	}
	for i := range p.runs {
		p.drawLine(&c, i, x, y)
		p.drawBars(&c, i, x, y)
	}
	if p.calm != "" {
		s := sans(p.colors.muted, 11, false)
		s.XAlign, s.YAlign = draw.XCenter, draw.YCenter
		c.FillText(s, c.Center(), label(p.calm))
	}
}

// marksPerLine is how many marks tell a line apart in black and white
// without hiding it.
const marksPerLine = 12

func (p *panel) drawLine(c *draw.Canvas, i int, x, y func(float64) vg.Length) {
	style, glyph := lineStyle(p.colors, i, 1.4), glyphStyle(p.colors, i, 2.6)
	gap := (c.Max.X - c.Min.X) / marksPerLine
	// Lines are marked at different places, so that equal ones both show.
	next := c.Min.X + gap*vg.Length(i+1)/(maxLines+1)
	for _, run := range p.runs[i] {
		pts := make([]vg.Point, len(run))
		for k, pt := range run {
			// The middle of the last interval may lie behind the end.
			pts[k] = vg.Point{X: x(min(max(pt.x, 0), p.axis)), Y: y(min(pt.y, p.end))}
		}
		c.StrokeLines(style, pts)
		for k, pt := range pts {
			if pt.X >= next || len(pts) == 1 {
				c.DrawGlyph(glyph, pt)
				next = pt.X + gap
			}
			if run[k].y > p.end {
				above(c, p.colors.lines[i], pt)
			}
		}
	}
}

func (p *panel) drawBars(c *draw.Canvas, i int, x, y func(float64) vg.Length) {
	if len(p.bars[i]) == 0 {
		return
	}
	style := draw.LineStyle{Color: p.colors.lines[i], Width: 1.6}
	glyph := glyphStyle(p.colors, i, 2.6)
	// Side by side, so that both directions losing at once both show.
	aside := vg.Length(i)*2.4 - 1.2
	for _, b := range p.bars[i] {
		at := vg.Point{X: min(max(x(b.x)+aside, c.Min.X), c.Max.X), Y: y(min(b.y, p.end))}
		c.StrokeLine2(style, at.X, c.Min.Y, at.X, at.Y)
		if b.y > p.end {
			above(c, p.colors.lines[i], at)
			continue
		}
		c.DrawGlyph(glyph, at)
	}
}

// above marks a value that lies beyond the axis: an arrow head at the edge.
func above(c *draw.Canvas, col paint, at vg.Point) {
	c.FillPolygon(col, []vg.Point{
		{X: at.X - 4, Y: at.Y - 7}, {X: at.X + 4, Y: at.Y - 7}, {X: at.X, Y: at.Y},
	})
}

// beyond says how many values were cut at the edge and how far they reach.
func (p *panel) beyond() string {
	if !p.cut {
		return ""
	}
	n, greatest := 0, 0.0
	count := func(pts []point) {
		for _, pt := range pts {
			if pt.y > p.end {
				n++
				greatest = max(greatest, pt.y)
			}
		}
	}
	for i := range p.runs {
		for _, run := range p.runs[i] {
			count(run)
		}
		count(p.bars[i])
	}
	if n == 0 {
		return ""
	}
	return fmt.Sprintf("▲ beyond the axis: greatest %s%s", number(float64(int64(greatest+0.5))), p.unit)
}

// at is where a time lies on the axis of c, in seconds.
func (c *Chart) at(t capture.Time) float64 { return t.Sub(c.Start).Seconds() }
