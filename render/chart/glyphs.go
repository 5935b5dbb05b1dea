package chart

import (
	"strings"

	"golang.org/x/image/font/sfnt"
	"gonum.org/v1/plot/font"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/vgimg"
)

// longText is how many bytes a text has before its width is fixed: figures
// at an axis may differ by a pixel.
const longText = 8

// hasGlyphs reports whether the face has a glyph for every character of s.
func hasGlyphs(f font.Face, s string) bool {
	var buf sfnt.Buffer
	for _, r := range s {
		if i, err := f.Face.GlyphIndex(&buf, r); err != nil || i == 0 {
			return false
		}
	}
	return true
}

// boxed draws □ for characters the face lacks, which would vanish otherwise.
type boxed struct{ *vgimg.Canvas }

func (b boxed) FillString(f font.Face, p vg.Point, s string) {
	if !hasGlyphs(f, s) {
		var buf sfnt.Buffer
		s = strings.Map(func(r rune) rune {
			if i, err := f.Face.GlyphIndex(&buf, r); err != nil || i == 0 {
				return '□'
			}
			return r
		}, s)
	}
	b.Canvas.FillString(f, p, s)
}
