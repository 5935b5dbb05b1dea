package png

import (
	"encoding/binary"
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
	recent  [1024]place // by hash: asked for a million times a page
}

// A place is where a colour stands. Its key has a bit that no colour has, so
// that an empty place is not taken for black.
type place struct {
	key   uint32
	index uint8
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
	const known = 1 << 24
	r := &p.recent[k*2654435761>>22] // the upper ten bits of Knuth's product
	if r.key != k|known {
		*r = place{k | known, p.find(k)}
	}
	return r.index
}

func (p *palette) find(k uint32) uint8 {
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

// convert maps a row of pixels of four bytes each. Neighbours are mostly
// alike: eight are looked at at once.
func (p *palette) convert(out, row []uint8) {
	same, at := uint64(1), uint8(0) // no opaque pixel is 1
	for len(row) >= 32 && len(out) >= 8 {
		a, b := binary.LittleEndian.Uint64(row), binary.LittleEndian.Uint64(row[8:])
		c, d := binary.LittleEndian.Uint64(row[16:]), binary.LittleEndian.Uint64(row[24:])
		if a == same && b == same && c == same && d == same {
			binary.LittleEndian.PutUint64(out, uint64(at)*0x0101010101010101)
		} else {
			for i := range 8 {
				px := row[4*i : 4*i+4 : 4*i+4]
				if v := uint64(binary.LittleEndian.Uint32(px)); v|v<<32 != same {
					same, at = v|v<<32, p.lookup(key(px[0], px[1], px[2]))
				}
				out[i] = at
			}
		}
		row, out = row[32:], out[8:]
	}
	for i := range out {
		out[i] = p.lookup(key(row[4*i], row[4*i+1], row[4*i+2]))
	}
}
