package png

import (
	"bytes"
	"image"
	"image/png"
	"math"
	"strings"
	"testing"

	"rung/render"
	"rung/render/layout"
	"rung/render/rendertest"
	"rung/render/theme"
)

func TestConformance(t *testing.T) { rendertest.Run(t, Format) }

func decodePage(t *testing.T, b []byte) image.Image {
	t.Helper()
	img, err := png.Decode(bytes.NewReader(b))
	if err != nil {
		t.Fatal(err)
	}
	return img
}

func TestThemesAndScale(t *testing.T) {
	doc := rendertest.Samples()[0].Doc
	for _, name := range []string{"light", "dark"} {
		th, err := theme.Lookup(name)
		if err != nil {
			t.Fatal(err)
		}
		one := decodePage(t, rendertest.Write(t, Format, doc, &render.Options{Theme: name, Scale: 1})[0])
		two := decodePage(t, rendertest.Write(t, Format, doc, &render.Options{Theme: name})[0])
		if a, b := one.Bounds().Dx(), two.Bounds().Dx(); b < 2*a-2 || b > 2*a {
			t.Errorf("%s: %d pixels wide at 1, %d by default", name, a, b)
		}
		r, g, b, _ := two.At(0, 0).RGBA()
		want := th.Background
		if uint8(r) != want.R || uint8(g) != want.G || uint8(b) != want.B {
			t.Errorf("%s: the background is %v", name, two.At(0, 0))
		}
		found := false
		leg := th.Style(layout.Arrow, "leg-1").Stroke
		for x := range two.Bounds().Dx() {
			for y := range two.Bounds().Dy() {
				r, g, b, _ := two.At(x, y).RGBA()
				found = found || uint8(r) == leg.R && uint8(g) == leg.G && uint8(b) == leg.B
			}
		}
		if !found {
			t.Errorf("%s: no pixel has the colour of leg 1", name)
		}
	}
}

func TestScaleKeepsWithinLimits(t *testing.T) {
	tests := []struct {
		rule          string
		w, h, want, s float64
	}{
		{"the default is 2", 1000, 1000, 0, 2},
		{"NaN is the default", 1000, 1000, math.NaN(), 2},
		{"a wish is granted", 1000, 1000, 3, 3},
		{"an absurd wish is cut to the pixels allowed", 1000, 1000, 1e9, math.Sqrt(maxPixels / 1e6)},
		{"no side is longer than viewers open", 20000, 10, 2, 1.5},
	}
	for _, tt := range tests {
		p := &layout.Picture{Width: tt.w, Height: tt.h}
		if got := scaleFor(p, tt.want); math.Abs(got-tt.s) > 1e-9 {
			t.Errorf("%s: %g, want %g", tt.rule, got, tt.s)
		}
	}
}

func TestMissingGlyphsAreBoxes(t *testing.T) {
	l, err := newLetters()
	if err != nil {
		t.Fatal(err)
	}
	l.begin(image.NewRGBA(image.Rect(0, 0, 10, 10)), 2)
	f := layout.Font{Size: 12}
	han, box := l.glyph('漢', f, 0), l.glyph(missing, f, 0)
	if han.mask == nil || !bytes.Equal(han.mask.Pix, box.mask.Pix) {
		t.Error("a glyph that the font lacks is not drawn as □")
	}
	if a := l.glyph('a', f, 0); bytes.Equal(a.mask.Pix, box.mask.Pix) {
		t.Error("an a is drawn as □")
	}
}

func TestVisual(t *testing.T) {
	tests := []struct{ rule, in, want string }{
		{"left to right stays", "abc 123", "abc 123"},
		{"a Hebrew word is turned", "From שלום now", "From םולש now"},
		{"words of one run change places", "אב גד · x", "דג בא · x"},
		{"numbers between words keep their order", "אב 12 גד", "בא 12 דג"},
	}
	for _, tt := range tests {
		if got := string(visual([]rune(tt.in))); got != tt.want {
			t.Errorf("%s: %q, want %q", tt.rule, got, tt.want)
		}
	}
}

func TestUnknownThemeIsAnError(t *testing.T) {
	var p rendertest.Pages
	if err := Format.Write(&p, rendertest.Samples()[0].Doc, &render.Options{Theme: "pink"}); err == nil || !strings.Contains(err.Error(), "pink") {
		t.Errorf("err = %v", err)
	}
}

func BenchmarkTwoHundred(b *testing.B) {
	doc := rendertest.Document("rung ladder", rendertest.Long(1, 200))
	b.ReportAllocs()
	for b.Loop() {
		rendertest.Write(b, Format, doc, &render.Options{Subject: render.Ladder})
	}
}
