package png

import (
	"image"
	"image/color"

	"rung/render/layout"
	"rung/render/theme"
)

// A palette turns what was drawn into 256 colours: a quarter of the bytes,
// and the encoder needs no filters. The theme's own colours come first and
// are exact; shades at the edges of letters follow as they are met, and when
// no place is left the nearest one is taken.
type palette struct {
	colours color.Palette
	index   map[uint32]uint8
}

func newPalette(t *theme.Theme) *palette {
	p := &palette{index: map[uint32]uint8{}}
	p.add(t.Background)
	for _, c := range theme.Classes() {
		s := t.Style(c, "")
		p.add(s.Fill)
		p.add(s.Stroke)
	}
	for _, tone := range theme.Tones() {
		p.add(t.Style(layout.Arrow, tone).Fill)
	}
	return p
}

func (p *palette) add(c color.NRGBA) {
	if visible(c) {
		p.lookup(key(c.R, c.G, c.B))
	}
}

func key(r, g, b uint8) uint32 { return uint32(r)<<16 | uint32(g)<<8 | uint32(b) }

// lookup returns the index of a colour, taking a place for it when there is
// one.
func (p *palette) lookup(k uint32) uint8 {
	if i, ok := p.index[k]; ok {
		return i
	}
	if len(p.colours) < 256 {
		i := uint8(len(p.colours))
		p.colours = append(p.colours, color.RGBA{R: uint8(k >> 16), G: uint8(k >> 8), B: uint8(k), A: 255})
		p.index[k] = i
		return i
	}
	i := uint8(p.colours.Index(color.RGBA{R: uint8(k >> 16), G: uint8(k >> 8), B: uint8(k), A: 255}))
	p.index[k] = i
	return i
}

// convert maps every pixel. Neighbours are mostly alike.
func (p *palette) convert(img *image.RGBA) *image.Paletted {
	out := image.NewPaletted(img.Bounds(), nil)
	last, at := uint32(1<<32-1), uint8(0)
	for i := range out.Pix {
		px := img.Pix[4*i : 4*i+3 : 4*i+3]
		k := key(px[0], px[1], px[2])
		if k != last {
			last, at = k, p.lookup(k)
		}
		out.Pix[i] = at
	}
	out.Palette = p.colours
	return out
}
