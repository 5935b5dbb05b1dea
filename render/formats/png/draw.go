package png

import (
	"image"
	"image/color"
	"image/draw"
	"math"

	"rung/render/layout"
	"rung/render/theme"
)

// A drawer draws pictures of one theme.
type drawer struct {
	theme *theme.Theme
	pen   *pen
	text  *letters
	rows  int     // of a strip
	pix   []uint8 // of the strip before, used again
}

func newDrawer(t *theme.Theme) (*drawer, error) {
	l, err := newLetters()
	if err != nil {
		return nil, err
	}
	return &drawer{theme: t, pen: &pen{}, text: l, rows: stripRows}, nil
}

// draw draws p strip by strip from top to bottom and gives each strip to do,
// which must not keep it. A page is ten thousands of pixels high and mostly
// background: a strip stays in the processor's cache, the page would not.
func (d *drawer) draw(p *layout.Picture, scale float64, do func(strip *image.RGBA) error) error {
	w, h := size(p, scale)
	from, to := make([]int, len(p.Groups)), make([]int, len(p.Groups))
	for i := range p.Groups {
		from[i], to[i] = reach(&p.Groups[i], scale)
	}
	background := image.NewUniform(d.theme.Background)
	for y := 0; y < h; y += d.rows {
		img := d.strip(image.Rect(0, y, w, min(h, y+d.rows)))
		draw.Draw(img, img.Rect, background, image.Point{}, draw.Src)
		d.pen.begin(img, scale)
		d.text.begin(img, scale)
		for i := range p.Groups {
			if from[i] < img.Rect.Max.Y && to[i] > y {
				d.group(&p.Groups[i])
			}
		}
		if err := do(img); err != nil {
			return err
		}
	}
	return nil
}

// size is that of a page in pixels.
func size(p *layout.Picture, scale float64) (w, h int) {
	return max(1, int(math.Ceil(p.Width*scale))), max(1, int(math.Ceil(p.Height*scale)))
}

// strip is an image of the rows in r, in the memory of the one before where
// that suffices. The caller fills it.
func (d *drawer) strip(r image.Rectangle) *image.RGBA {
	n := 4 * r.Dx() * r.Dy()
	if cap(d.pix) < n {
		d.pix = make([]uint8, n)
	}
	return &image.RGBA{Pix: d.pix[:n], Stride: 4 * r.Dx(), Rect: r}
}

// reach is between which rows of pixels everything of g lies. It may be
// more than needed, never less.
func reach(g *layout.Group, scale float64) (from, to int) {
	top, bottom := math.Inf(1), math.Inf(-1)
	add := func(y0, y1 float64) { top, bottom = min(top, y0), max(bottom, y1) }
	for i := range g.Boxes {
		b := &g.Boxes[i]
		add(b.Y, b.Y+b.H)
	}
	for i := range g.Lines {
		for _, p := range g.Lines[i].Points {
			add(p.Y, p.Y)
		}
	}
	for i := range g.Heads {
		const half = layout.HeadWidth/2 + 1 + layout.CrossSize
		add(g.Heads[i].Y-half, g.Heads[i].Y+half)
	}
	for i := range g.Discs {
		add(g.Discs[i].Y-g.Discs[i].R, g.Discs[i].Y+g.Discs[i].R)
	}
	for i := range g.Texts {
		em := layout.FontOf(g.Texts[i].Class).Size
		add(g.Texts[i].Y-2*em, g.Texts[i].Y+2*em) // letters reach 1.0 above, 0.3 below
	}
	if top > bottom {
		return 0, 0
	}
	return int(math.Floor((top-strokeReach)*scale)) - 2, int(math.Ceil((bottom+strokeReach)*scale)) + 2
}

func (d *drawer) group(g *layout.Group) {
	for i := range g.Boxes {
		b := &g.Boxes[i]
		d.pen.box(b, d.theme.Style(b.Class, b.Tone))
	}
	for i := range g.Lines {
		l := &g.Lines[i]
		d.pen.line(l.Points, d.theme.Style(l.Class, l.Tone))
	}
	for i := range g.Heads {
		h := &g.Heads[i]
		d.pen.head(h, d.theme.Style(h.Class, h.Tone).Fill)
	}
	for i := range g.Discs {
		c := &g.Discs[i]
		d.pen.disc(c, d.theme.Style(c.Class, "").Fill)
	}
	for i := range g.Texts {
		t := &g.Texts[i]
		d.text.write(t, d.theme.Style(t.Class, t.Tone).Fill)
	}
}

func visible(c color.NRGBA) bool { return c.A > 0 }
