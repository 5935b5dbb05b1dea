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
	pix   []uint8 // of the page before, used again
}

func newDrawer(t *theme.Theme) (*drawer, error) {
	l, err := newLetters()
	if err != nil {
		return nil, err
	}
	return &drawer{theme: t, pen: &pen{}, text: l}, nil
}

func (d *drawer) draw(p *layout.Picture, scale float64) *image.RGBA {
	w, h := int(math.Ceil(p.Width*scale)), int(math.Ceil(p.Height*scale))
	img := d.canvas(max(1, w), max(1, h))
	draw.Draw(img, img.Bounds(), image.NewUniform(d.theme.Background), image.Point{}, draw.Src)
	d.pen.begin(img, scale)
	d.text.begin(img, scale)
	for i := range p.Groups {
		d.group(&p.Groups[i])
	}
	return img
}

// canvas is an image of w by h pixels, in the memory of the page before where
// that suffices. The caller fills it.
func (d *drawer) canvas(w, h int) *image.RGBA {
	if cap(d.pix) < 4*w*h {
		d.pix = make([]uint8, 4*w*h)
	}
	return &image.RGBA{Pix: d.pix[:4*w*h], Stride: 4 * w, Rect: image.Rect(0, 0, w, h)}
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
