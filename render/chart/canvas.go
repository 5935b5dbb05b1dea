package chart

import (
	"fmt"
	"image"
	"image/color"
	"io"
	"strconv"
	"strings"

	xfont "golang.org/x/image/font"
	"gonum.org/v1/plot/font"
	"gonum.org/v1/plot/vg"

	"rung/render/safe"
)

// A canvas writes SVG. House rules:
//
//   - Coordinates are turned over here (gonum counts upwards, SVG downwards),
//     so that text needs no transform and stays selectable.
//   - Colours are presentation attributes plus a class: a page around the
//     picture can recolour it, a viewer without CSS still sees it. No style
//     attribute, so that a strict Content-Security-Policy lets it pass.
//   - No id, no reference, no image: nothing to clash, nothing to load.
type canvas struct {
	b      strings.Builder
	height float64
	state  canvasState
	stack  []canvasState
}

type canvasState struct {
	col    color.Color
	width  vg.Length
	dashes []vg.Length
	at     vg.Point // translation; gonum's plots use no other transform
}

func newCanvas(height float64) *canvas {
	c := &canvas{height: height}
	vg.Initialize(c)
	return c
}

var _ vg.Canvas = (*canvas)(nil)

func (c *canvas) SetLineWidth(w vg.Length)               { c.state.width = w }
func (c *canvas) SetLineDash(d []vg.Length, _ vg.Length) { c.state.dashes = d }
func (c *canvas) SetColor(col color.Color)               { c.state.col = col }
func (c *canvas) Translate(p vg.Point)                   { c.state.at = c.state.at.Add(p) }
func (c *canvas) Push()                                  { c.stack = append(c.stack, c.state) }

func (c *canvas) Pop() {
	c.state = c.stack[len(c.stack)-1]
	c.stack = c.stack[:len(c.stack)-1]
}

// Rotate and Scale are not needed: no text of ours stands on its side.
func (c *canvas) Rotate(float64)         {}
func (c *canvas) Scale(float64, float64) {}

// DrawImage draws nothing: charts have no images.
func (c *canvas) DrawImage(vg.Rectangle, image.Image) {}

// short writes a coordinate with one decimal, which is a tenth of a pixel.
func short(v float64) string {
	s := strconv.FormatFloat(v, 'f', 1, 64)
	s = strings.TrimSuffix(s, ".0")
	if s == "-0" {
		return "0"
	}
	return s
}

func (c *canvas) xy(p vg.Point) string {
	p = p.Add(c.state.at)
	return short(p.X.Points()) + " " + short(c.height-p.Y.Points())
}

// colour returns the attributes of a colour for stroke or fill.
func (c *canvas) colour(what string) string {
	col := c.state.col
	if col == nil {
		col = color.Black
	}
	class := ""
	if p, ok := col.(paint); ok {
		// f for fills, so that a page can tell them from strokes.
		class = ` class="` + p.class + map[string]string{"stroke": "", "fill": "f"}[what] + `"`
	}
	r, g, b, _ := col.RGBA()
	return fmt.Sprintf(`%s %s="#%02x%02x%02x"`, class, what, r>>8, g>>8, b>>8)
}

func (c *canvas) Stroke(p vg.Path) {
	if c.state.width <= 0 {
		return
	}
	c.b.WriteString(`<path` + c.colour("stroke") + ` fill="none" stroke-width="` + short(c.state.width.Points()) + `"`)
	if len(c.state.dashes) > 0 {
		var d []string
		for _, l := range c.state.dashes {
			d = append(d, short(l.Points()))
		}
		c.b.WriteString(` stroke-dasharray="` + strings.Join(d, " ") + `"`)
	}
	c.b.WriteString(` d="`)
	c.path(p)
	c.b.WriteString("\"/>\n")
}

func (c *canvas) Fill(p vg.Path) {
	c.b.WriteString(`<path` + c.colour("fill") + ` d="`)
	c.path(p)
	c.b.WriteString("\"/>\n")
}

func (c *canvas) path(p vg.Path) {
	for i, e := range p {
		switch e.Type {
		case vg.MoveComp:
			c.b.WriteString("M" + c.xy(e.Pos))
		case vg.LineComp:
			// After M and L, further pairs need no letter.
			if i > 0 && p[i-1].Type == vg.LineComp {
				c.b.WriteString(" " + c.xy(e.Pos))
			} else {
				c.b.WriteString("L" + c.xy(e.Pos))
			}
		case vg.ArcComp:
			c.circle(e)
		case vg.CloseComp:
			c.b.WriteString("Z")
		}
	}
}

// circle draws a whole circle as two arcs; marks use no other arc.
func (c *canvas) circle(e vg.PathComp) {
	r := short(e.Radius.Points())
	left := c.xy(vg.Point{X: e.Pos.X - e.Radius, Y: e.Pos.Y})
	right := c.xy(vg.Point{X: e.Pos.X + e.Radius, Y: e.Pos.Y})
	fmt.Fprintf(&c.b, "M%sA%s %s 0 1 0 %sA%s %s 0 1 0 %s", left, r, r, right, r, r, left)
}

func (c *canvas) FillString(f font.Face, p vg.Point, s string) {
	if s == "" {
		return
	}
	p = p.Add(c.state.at)
	fmt.Fprintf(&c.b, `<text x="%s" y="%s" font-size="%s"%s`,
		short(p.X.Points()), short(c.height-p.Y.Points()), short(f.Font.Size.Points()), c.colour("fill"))
	if f.Font.Weight >= xfont.WeightSemiBold {
		c.b.WriteString(` font-weight="bold"`)
	}
	// Widths were measured in Liberation Sans. Where another face stands in,
	// its letters are set to the same width, so that nothing covers its
	// neighbour. Scripts that Liberation lacks were not measured.
	if len(s) >= longText && hasGlyphs(f, s) {
		fmt.Fprintf(&c.b, ` textLength="%s" lengthAdjust="spacingAndGlyphs"`, short(f.Width(s).Points()))
	}
	c.b.WriteString(">" + safe.XML(s) + "</text>\n")
}

// writeTo writes the whole picture.
func (c *canvas) writeTo(w io.Writer, width float64, title, desc string, look *Look) error {
	id := idOf(look.ID)
	prologue, class := `<?xml version="1.0" encoding="UTF-8"?>`+"\n", ""
	if look.Embed {
		prologue, class = "", ` class="chart"`
	}
	_, err := fmt.Fprintf(w, `%s<svg xmlns="http://www.w3.org/2000/svg"%s width="%s" height="%s" viewBox="0 0 %s %s" role="img" aria-labelledby="%s-t %s-d" font-family="Liberation Sans, Arial, Helvetica, sans-serif">
<title id="%s-t">%s</title>
<desc id="%s-d">%s</desc>
%s</svg>
`, prologue, class, short(width), short(c.height), short(width), short(c.height), id, id,
		id, safe.XML(title), id, safe.XML(desc), c.b.String())
	return err
}

// idOf keeps of s what can't break out of an attribute or a reference.
func idOf(s string) string {
	s = strings.Map(func(r rune) rune {
		if r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || r == '-' || r == '_' {
			return r
		}
		return '_'
	}, s)
	if s == "" {
		return "chart"
	}
	return s
}
