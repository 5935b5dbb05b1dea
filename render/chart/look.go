package chart

import (
	"image/color"

	xfont "golang.org/x/image/font"
	"gonum.org/v1/plot"
	"gonum.org/v1/plot/font"
	"gonum.org/v1/plot/text"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// A Look says how a Chart is drawn. The zero value works.
type Look struct {
	// Theme is "dark" or anything else for light.
	Theme string
	// ID begins every id in an SVG, so that several fit into one page of
	// HTML. Letters, digits, - and _; "" means "chart".
	ID string
	// Width in units (CSS pixels), 0 means DefaultWidth.
	Width float64
	// Scale is pixels per unit of a PNG, 0 means 2.
	Scale float64
	// Embed leaves out what only a file of its own needs: the XML prologue,
	// the background, the headline, the foot.
	Embed bool
}

// DefaultWidth is about what a ticket system shows without scaling.
const DefaultWidth = 900

const (
	minWidth, maxWidth = 320, 4000
	minScale, maxScale = 0.5, 4
)

func (l *Look) width() vg.Length {
	w := l.Width
	if !(w > 0) {
		w = DefaultWidth
	}
	return vg.Length(min(max(w, minWidth), maxWidth))
}

func (l *Look) scale() float64 {
	if !(l.Scale > 0) {
		return 2
	}
	return min(max(l.Scale, minScale), maxScale)
}

// A paint is a colour with the class an SVG gives it, so that the page around
// can recolour it for dark screens.
type paint struct {
	color.NRGBA
	class string
}

// A palette is the colours of a theme. Lines differ by dash and mark as well,
// so that a black and white print can be read.
type palette struct {
	back, ink, muted, grid, event paint
	lines                         [maxLines]paint
}

func hex(class string, rgb uint32) paint {
	return paint{color.NRGBA{R: uint8(rgb >> 16), G: uint8(rgb >> 8), B: uint8(rgb), A: 255}, class}
}

func colours(theme string) palette {
	if theme == "dark" {
		return palette{
			back: hex("bg", 0x14171c), ink: hex("ink", 0xe6e9ee), muted: hex("mu", 0xa3acb8),
			grid: hex("gr", 0x2e353f), event: hex("ev", 0x8b95a3),
			lines: [maxLines]paint{hex("s1", 0x6cb2ff), hex("s2", 0xffa657), hex("s3", 0x5fd38d), hex("s4", 0xd2a8ff)},
		}
	}
	return palette{
		back: hex("bg", 0xffffff), ink: hex("ink", 0x1c2128), muted: hex("mu", 0x57606a),
		grid: hex("gr", 0xe3e7ec), event: hex("ev", 0x6e7781),
		lines: [maxLines]paint{hex("s1", 0x0b5cad), hex("s2", 0xc2410c), hex("s3", 0x047857), hex("s4", 0x7c3aed)},
	}
}

func dashes(i int) []vg.Length {
	switch i {
	case 1:
		return []vg.Length{6, 3}
	case 2:
		return []vg.Length{1.5, 2.5}
	case 3:
		return []vg.Length{8, 2.5, 1.5, 2.5}
	}
	return nil
}

func mark(i int) draw.GlyphDrawer {
	switch i {
	case 1:
		return draw.PyramidGlyph{}
	case 2:
		return draw.BoxGlyph{}
	case 3:
		return draw.CrossGlyph{}
	}
	return draw.CircleGlyph{}
}

func lineStyle(p palette, i int, width vg.Length) draw.LineStyle {
	return draw.LineStyle{Color: p.lines[i], Width: width, Dashes: dashes(i)}
}

func glyphStyle(p palette, i int, radius vg.Length) draw.GlyphStyle {
	return draw.GlyphStyle{Color: p.lines[i], Radius: radius, Shape: mark(i)}
}

// sans is a style in the sans face, of which gonum brings Liberation's: the
// widths are those of Arial and Helvetica.
func sans(c color.Color, size float64, bold bool) text.Style {
	f := font.Font{Typeface: "Liberation", Variant: "Sans", Size: vg.Length(size)}
	if bold {
		f.Weight = xfont.WeightBold
	}
	return text.Style{
		Color: c, Font: f, Handler: plot.DefaultTextHandler,
		XAlign: draw.XLeft, YAlign: draw.YBottom,
	}
}
