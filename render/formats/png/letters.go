package png

import (
	"fmt"
	"image"
	"image/color"
	"image/draw"
	"math"
	"unicode"

	"golang.org/x/image/font"
	"golang.org/x/image/font/opentype"
	"golang.org/x/image/math/fixed"

	"rung/render/layout"
	"rung/render/safe"
)

// missing stands for what the font lacks: a letter must never vanish.
const missing = '□'

// shades are the degrees of grey at the edges of letters: few enough for a
// palette, more than the eye tells at double scale.
var shades = [16]uint8{0, 17, 34, 51, 68, 85, 102, 119, 136, 153, 170, 187, 204, 221, 238, 255}

// letters writes text with the advances that layout measured. Glyphs are
// rasterized once for each quarter of a pixel.
type letters struct {
	img     *image.RGBA
	scale   float64
	metrics *layout.Metrics
	fonts   [2]*opentype.Font
	faces   map[layout.Font]font.Face
	glyphs  map[glyphKey]glyph
}

type glyphKey struct {
	r       rune
	font    layout.Font
	quarter uint8
}

// A glyph is a mask and where it lies relative to the whole-pixel dot.
type glyph struct {
	mask *image.Alpha // nil: nothing to draw
	at   image.Point
}

func newLetters() (*letters, error) {
	l := &letters{metrics: layout.NewMetrics()}
	for i := range l.fonts {
		f, err := opentype.Parse(layout.FontData(i == 1))
		if err != nil {
			return nil, fmt.Errorf("png: embedded font: %w", err)
		}
		l.fonts[i] = f
	}
	return l, nil
}

func (l *letters) begin(img *image.RGBA, scale float64) {
	l.img = img
	if l.scale != scale || l.faces == nil {
		l.scale = scale
		l.faces, l.glyphs = map[layout.Font]font.Face{}, map[glyphKey]glyph{}
	}
}

func (l *letters) write(t *layout.Text, c color.NRGBA) {
	if t.S == "" || !visible(c) {
		return
	}
	f := layout.FontOf(t.Class)
	src := image.NewUniform(c)
	x, y := t.Left()*l.scale, int(math.Round(t.Y*l.scale))
	for _, r := range visual([]rune(t.S)) {
		whole := math.Floor(x)
		g := l.glyph(r, f, uint8((x-whole)*4))
		if g.mask != nil {
			at := image.Rectangle{Min: g.at, Max: g.at.Add(g.mask.Bounds().Size())}.Add(image.Pt(int(whole), y))
			draw.DrawMask(l.img, at, src, image.Point{}, g.mask, image.Point{}, draw.Over)
		}
		x += l.metrics.Advance(r, f) * l.scale
	}
}

func (l *letters) glyph(r rune, f layout.Font, quarter uint8) glyph {
	k := glyphKey{r, f, quarter}
	if g, ok := l.glyphs[k]; ok {
		return g
	}
	g := l.rasterize(r, f, quarter)
	l.glyphs[k] = g
	return g
}

func (l *letters) rasterize(r rune, f layout.Font, quarter uint8) glyph {
	face := l.face(f)
	if face == nil {
		return glyph{}
	}
	if !l.metrics.Has(r, f.Bold) {
		if safe.RuneWidth(r) == 0 {
			return glyph{} // a mark the font lacks; its letter stays
		}
		r = missing
	}
	dr, mask, mp, _, ok := face.Glyph(fixed.Point26_6{X: fixed.Int26_6(quarter) * 16}, r)
	if !ok || dr.Empty() {
		return glyph{}
	}
	m := image.NewAlpha(image.Rect(0, 0, dr.Dx(), dr.Dy()))
	draw.Draw(m, m.Bounds(), mask, mp, draw.Src)
	for i, a := range m.Pix {
		m.Pix[i] = shades[a>>4]
	}
	return glyph{mask: m, at: dr.Min}
}

func (l *letters) face(f layout.Font) font.Face {
	if face, ok := l.faces[f]; ok {
		return face
	}
	i := 0
	if f.Bold {
		i = 1
	}
	face, err := opentype.NewFace(l.fonts[i], &opentype.FaceOptions{Size: f.Size * l.scale, DPI: 72, Hinting: font.HintingNone})
	if err != nil {
		face = nil
	}
	l.faces[f] = face
	return face
}

// visual puts runs of right-to-left letters, with the blanks and signs
// between them, in the order in which they stand on paper. Numbers in a run
// keep their order (UAX #9, the part that names need).
func visual(s []rune) []rune {
	for i := 0; i < len(s); i++ {
		if !rightToLeft(s[i]) {
			continue
		}
		end := i + 1
		for k := end; k < len(s) && !unicode.Is(unicode.Latin, s[k]) && !unicode.Is(unicode.Cyrillic, s[k]) && !unicode.IsDigit(s[k]); k++ {
			if rightToLeft(s[k]) {
				end = k + 1
			}
		}
		for a, b := i, end-1; a < b; a, b = a+1, b-1 {
			s[a], s[b] = s[b], s[a]
		}
		i = end - 1
	}
	return s
}

func rightToLeft(r rune) bool {
	return unicode.In(r, unicode.Hebrew, unicode.Arabic, unicode.Syriac, unicode.Thaana, unicode.Nko)
}
