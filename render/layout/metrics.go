package layout

import (
	"strings"

	"codeberg.org/go-fonts/liberation/liberationsansbold"
	"codeberg.org/go-fonts/liberation/liberationsansregular"
	"golang.org/x/image/font"
	"golang.org/x/image/font/sfnt"
	"golang.org/x/image/math/fixed"

	"rung/render/safe"
)

// A Font is a size in units and a weight of Liberation Sans.
type Font struct {
	Size float64
	Bold bool
}

// FontOf returns the font of a class of texts.
func FontOf(c Class) Font {
	switch c {
	case Title:
		return Font{20, true}
	case Subtitle:
		return Font{13, false}
	case Name:
		return Font{14, true}
	case Label, LabelAlert:
		return Font{13, true}
	case MediaText, NoteText, FoldText, GapText:
		return Font{12, false}
	case MediaLossy:
		return Font{12, true}
	case PillText:
		return Font{10.5, false}
	case NoteNumber:
		return Font{11, true}
	}
	return Font{11.5, false}
}

// FontData is the font file for a weight, for who draws the texts.
func FontData(bold bool) []byte {
	if bold {
		return liberationsansbold.TTF
	}
	return liberationsansregular.TTF
}

// Metrics measures text. It is not safe for concurrent use.
type Metrics struct {
	fonts [2]*sfnt.Font // regular, bold
	ascii [2][128]float64
	buf   sfnt.Buffer
}

// NewMetrics reads the fonts.
func NewMetrics() *Metrics {
	m := &Metrics{}
	for i := range m.fonts {
		f, err := sfnt.Parse(FontData(i == 1))
		if err != nil {
			panic("layout: embedded font: " + err.Error()) // built in: it parses or the build is broken
		}
		m.fonts[i] = f
		for r := rune(' '); r < 127; r++ {
			m.ascii[i][r] = m.advance(r, i)
		}
	}
	return m
}

// Has reports whether the font can draw r.
func (m *Metrics) Has(r rune, bold bool) bool {
	g, err := m.fonts[weight(bold)].GlyphIndex(&m.buf, r)
	return err == nil && g != 0
}

func weight(bold bool) int {
	if bold {
		return 1
	}
	return 0
}

// advance is the width of r at size 1. What the font lacks is taken as wide
// as other fonts draw it.
func (m *Metrics) advance(r rune, w int) float64 {
	f := m.fonts[w]
	g, err := f.GlyphIndex(&m.buf, r)
	if err != nil || g == 0 {
		switch safe.RuneWidth(r) {
		case 0:
			return 0
		case 2:
			return 1
		}
		return 0.61 // as □, which stands for it in PNG
	}
	if safe.RuneWidth(r) == 0 {
		return 0 // a mark sits on its letter
	}
	em := f.UnitsPerEm()
	a, err := f.GlyphAdvance(&m.buf, g, fixed.I(int(em)), font.HintingNone)
	if err != nil {
		return 0.61
	}
	return float64(a) / 64 / float64(em)
}

// Advance is the width of one character in font f.
func (m *Metrics) Advance(r rune, f Font) float64 {
	w := weight(f.Bold)
	if r >= ' ' && r < 127 {
		return m.ascii[w][r] * f.Size
	}
	return m.advance(r, w) * f.Size
}

// Width is the width of s in font f.
func (m *Metrics) Width(s string, f Font) float64 {
	w := 0.0
	for _, r := range s {
		w += m.Advance(r, f)
	}
	return w
}

// Cut shortens s with … until it is at most room wide.
func (m *Metrics) Cut(s string, f Font, room float64) string {
	dots := m.Advance('…', f)
	w, fit := 0.0, 0
	for i, r := range s {
		a := m.Advance(r, f)
		if w+a > room {
			if dots > room {
				return ""
			}
			return strings.TrimRight(s[:fit], " ") + "…"
		}
		w += a
		if w+dots <= room {
			fit = i + len(string(r))
		}
	}
	return s
}

// Wrap breaks s between words into at most n lines of at most room; the last
// is cut. A word longer than a line is broken where it must.
func (m *Metrics) Wrap(s string, f Font, room float64, n int) []string {
	var lines []string
	for s != "" {
		if len(lines) == n-1 || m.Width(s, f) <= room {
			return append(lines, m.Cut(s, f, room))
		}
		at := m.breakAt(s, f, room)
		lines = append(lines, strings.TrimRight(s[:at], " "))
		s = strings.TrimLeft(s[at:], " ")
	}
	return lines
}

// WrapParts is Wrap for parts with " · " between them: lines end between parts
// where they can, with the dot that says that more follows.
func (m *Metrics) WrapParts(s string, f Font, room float64, n int) []string {
	const sep = " · "
	var lines []string
	line := ""
	for s != "" && m.Width(s, f) > room && len(lines) < n-1 {
		part, rest, more := strings.Cut(s, sep)
		for more && m.Width(line+part, f) <= room {
			line += part + sep
			s = rest
			part, rest, more = strings.Cut(s, sep)
		}
		if line == "" {
			break // one part is longer than a line: break between words
		}
		end := strings.TrimRight(line, " ")
		if m.Width(end, f) > room {
			end = strings.TrimSuffix(line, sep)
		}
		lines = append(lines, end)
		line = ""
	}
	return append(lines, m.Wrap(s, f, room, n-len(lines))...)
}

// breakAt is where the line ends: after the last blank that fits, else after
// the last character that does, and after one character at least.
func (m *Metrics) breakAt(s string, f Font, room float64) int {
	w, blank := 0.0, 0
	for i, r := range s {
		w += m.Advance(r, f)
		if r == ' ' {
			blank = i + 1
		}
		if w <= room {
			continue
		}
		switch {
		case blank > 0:
			return blank
		case i > 0:
			return i
		}
		return len(string(r))
	}
	return len(s)
}
