package svg

import (
	"bufio"
	"fmt"
	"io"
	"strconv"

	"rung/render"
	"rung/render/chart"
	"rung/render/ladder"
	"rung/render/layout"
	"rung/render/safe"
	"rung/render/theme"
)

// Format writes the ladder of every flow as SVG, a page each, or RTP plots.
var Format = &render.Format{
	Name:       "svg",
	Doc:        "ladder diagrams and RTP plots as Scalable Vector Graphics, for browsers and tickets",
	Extensions: []string{".svg"},
	Paged:      true,
	Subjects:   []render.Subject{render.Ladder, render.RTP},
	Write:      write,
}

func write(out render.Output, doc *render.Document, opt *render.Options) error {
	if opt.Subject == render.RTP {
		return chart.WriteSVG(out, doc, opt)
	}
	if _, err := theme.Lookup(opt.Theme); err != nil {
		return err
	}
	if len(doc.Flows) == 0 {
		return page(out, layout.Empty("No flows to draw", safe.Terminal("rung "+doc.Version+" · "+doc.Command)), opt)
	}
	for _, f := range doc.Flows {
		for _, p := range layout.Lay(ladder.New(f, doc, opt), opt) {
			if err := page(out, p, opt); err != nil {
				return err
			}
		}
	}
	return nil
}

func page(out render.Output, p *layout.Picture, opt *render.Options) error {
	w, err := out.Page()
	if err != nil {
		return err
	}
	if _, err := io.WriteString(w, `<?xml version="1.0" encoding="UTF-8"?>`+"\n"); err != nil {
		return err
	}
	return Draw(w, p, DrawOptions{Theme: opt.Theme})
}

// DrawOptions say how to draw one picture. The zero value works.
type DrawOptions struct {
	Theme string // light, dark, auto; "" is light
	// Class is put on the svg element and before every rule of its style
	// sheet, so that several pictures live in one HTML page. It must be a
	// CSS identifier; "" means "rung-ladder".
	Class string
	// NoStyle leaves the style sheet out; the page has it from Style.
	NoStyle bool
}

func (o *DrawOptions) class() string {
	if o.Class == "" {
		return "rung-ladder"
	}
	return o.Class
}

// Draw writes p as one svg element, without an XML declaration.
func Draw(w io.Writer, p *layout.Picture, opt DrawOptions) error {
	if _, err := theme.Lookup(opt.Theme); err != nil {
		return err
	}
	d := &drawer{w: bufio.NewWriter(w)}
	d.f(`<svg xmlns="http://www.w3.org/2000/svg" class="%s" viewBox="0 0 %s %s" width="%s" height="%s" role="img" aria-label="%s">`+"\n",
		opt.class(), num(p.Width), num(p.Height), num(p.Width), num(p.Height), safe.XML(p.Title))
	d.f("<title>%s</title>\n", safe.XML(p.Title))
	if !opt.NoStyle {
		d.f("<style>\n%s</style>\n", Style(opt))
	}
	d.f(`<rect class="page" width="%s" height="%s"/>`+"\n", num(p.Width), num(p.Height))
	for i := range p.Groups {
		d.group(&p.Groups[i])
	}
	d.f("</svg>\n")
	return d.w.Flush()
}

// A drawer writes elements; the bufio.Writer keeps the first error for Flush.
type drawer struct{ w *bufio.Writer }

func (d *drawer) f(format string, args ...any) { fmt.Fprintf(d.w, format, args...) }

func (d *drawer) group(g *layout.Group) {
	d.f(`<g class="%s"`, safe.XML(g.Class))
	if g.Message >= 0 {
		d.f(` data-message="%d" data-frame="%s"`, g.Message, safe.XML(g.Frame))
	}
	d.f(">")
	if g.Tip != "" {
		d.f("<title>%s</title>", safe.XML(g.Tip))
	}
	for i := range g.Boxes {
		d.box(&g.Boxes[i])
	}
	for i := range g.Lines {
		d.line(&g.Lines[i])
	}
	for i := range g.Heads {
		d.head(&g.Heads[i])
	}
	for i := range g.Discs {
		c := &g.Discs[i]
		d.f(`<circle class="%s" cx="%s" cy="%s" r="%s"/>`, c.Class, num(c.X), num(c.Y), num(c.R))
	}
	for i := range g.Texts {
		d.text(&g.Texts[i])
	}
	d.f("</g>\n")
}

func classes(c layout.Class, t layout.Tone) string {
	if t == "" {
		return string(c)
	}
	return string(c) + " " + string(t)
}

func (d *drawer) box(b *layout.Box) {
	d.f(`<rect class="%s" x="%s" y="%s" width="%s" height="%s"`, classes(b.Class, b.Tone), num(b.X), num(b.Y), num(max(0, b.W)), num(b.H))
	if b.R > 0 {
		d.f(` rx="%s"`, num(b.R))
	}
	d.f("/>")
}

func (d *drawer) line(l *layout.Line) {
	d.f(`<path class="%s" d="`, classes(l.Class, l.Tone))
	for i, p := range l.Points {
		op := "L"
		if i == 0 {
			op = "M"
		}
		d.f("%s%s %s", op, num(p.X), num(p.Y))
	}
	d.f(`"/>`)
}

func (d *drawer) head(h *layout.Head) {
	if h.Cross {
		const s = layout.CrossSize
		d.f(`<path class="cross %s" d="M%s %sl%s %sm0 %sl%s %s"/>`, h.Tone,
			num(h.X-s), num(h.Y-s), num(2*s), num(2*s), num(-2*s), num(-2*s), num(2*s))
		return
	}
	back := -float64(layout.HeadLength)
	if h.Left {
		back = layout.HeadLength
	}
	d.f(`<path class="head %s" d="M%s %sl%s %sv%sz"/>`, h.Tone, num(h.X), num(h.Y), num(back), num(-layout.HeadWidth/2.0), num(layout.HeadWidth))
}

func (d *drawer) text(t *layout.Text) {
	if t.S == "" {
		return
	}
	d.f(`<text class="%s" x="%s" y="%s"`, classes(t.Class, t.Tone), num(t.X), num(t.Y))
	switch t.Anchor {
	case layout.Middle:
		d.f(` text-anchor="middle"`)
	case layout.End:
		d.f(` text-anchor="end"`)
	}
	if t.W > 0 {
		d.f(` textLength="%s" lengthAdjust="spacingAndGlyphs"`, num(t.W))
	}
	d.f(">%s</text>", safe.XML(t.S))
}

// num writes a coordinate with at most two decimals.
func num(v float64) string {
	s := strconv.FormatFloat(v, 'f', 2, 64)
	for s[len(s)-1] == '0' {
		s = s[:len(s)-1]
	}
	if s[len(s)-1] == '.' {
		s = s[:len(s)-1]
	}
	if s == "-0" {
		return "0"
	}
	return s
}
