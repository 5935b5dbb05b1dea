package png

import (
	"bytes"
	"image"
	"image/color"
	"image/png"
	"math"
	"strings"
	"testing"

	"rung/render"
	"rung/render/ladder"
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

// TestStripsAreThePage draws samples in strips and as a whole: shapes that a
// strip's edge cuts, and groups that it leaves out, must not show.
func TestStripsAreThePage(t *testing.T) {
	th := theme.Dark()
	for _, s := range rendertest.Samples() {
		for _, f := range s.Doc.Flows {
			for _, p := range layout.Lay(ladder.New(f, s.Doc, &render.Options{}), &render.Options{}) {
				for _, x := range []struct {
					scale float64
					rows  int
				}{{0.07, 1}, {0.7, 5}, {1, stripRows}} {
					if !bytes.Equal(pixels(t, &th, p, x.scale, x.rows), pixels(t, &th, p, x.scale, 1<<20)) {
						t.Errorf("%s, scale %g: strips of %d rows differ from the page", s.Name, x.scale, x.rows)
					}
				}
			}
		}
	}
}

func pixels(t *testing.T, th *theme.Theme, p *layout.Picture, scale float64, rows int) []byte {
	t.Helper()
	d, err := newDrawer(th)
	if err != nil {
		t.Fatal(err)
	}
	d.rows = rows
	var out []byte
	if err := d.draw(p, scale, func(img *image.RGBA) error {
		out = append(out, img.Pix...)
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	return out
}

// TestReachCoversWhatIsDrawn draws every group of the samples alone.
func TestReachCoversWhatIsDrawn(t *testing.T) {
	th := theme.Light()
	for _, s := range rendertest.Samples() {
		for _, f := range s.Doc.Flows {
			for _, p := range layout.Lay(ladder.New(f, s.Doc, &render.Options{}), &render.Options{}) {
				for i := range p.Groups {
					one := *p
					one.Groups = p.Groups[i : i+1]
					outside(t, &th, &one, s.Name)
				}
			}
		}
	}
}

func outside(t *testing.T, th *theme.Theme, p *layout.Picture, sample string) {
	t.Helper()
	const scale = 0.2
	w, _ := size(p, scale)
	from, to := reach(&p.Groups[0], scale)
	bg := th.Background
	for i, v := range pixels(t, th, p, scale, 1<<20) {
		y := i / 4 / w
		if (y < from || y >= to) && v != [...]uint8{bg.R, bg.G, bg.B, 255}[i%4] {
			t.Fatalf("%s: group %q is drawn in row %d, outside %d to %d", sample, p.Groups[0].Class, y, from, to)
		}
	}
}

// TestFileIsWhatWasDrawn reads the file back, at widths beside the
// converter's steps.
func TestFileIsWhatWasDrawn(t *testing.T) {
	th := theme.Light()
	for width := 1; width < 40; width++ {
		img := image.NewRGBA(image.Rect(0, 0, width, 9))
		for i := range img.Pix {
			img.Pix[i] = 255
			if i%4 < 3 && (i/4)%3 > 0 {
				img.Pix[i] = uint8((i / 4 / width / 2) * 40) // rows in pairs
			}
		}
		f := newFile(width, 9, newPalette(&th))
		var b bytes.Buffer
		for _, y := range []int{0, 4, 5} {
			if err := f.strip(img.SubImage(image.Rect(0, y, width, map[int]int{0: 4, 4: 5, 5: 9}[y])).(*image.RGBA)); err != nil {
				t.Fatal(err)
			}
		}
		if err := f.write(&b); err != nil {
			t.Fatal(err)
		}
		got := decodePage(t, b.Bytes())
		if got.Bounds() != img.Bounds() {
			t.Fatalf("%v, want %v", got.Bounds(), img.Bounds())
		}
		for y := range 9 {
			for x := range width {
				if r, g, b, a := got.At(x, y).RGBA(); color.RGBAModel.Convert(color.RGBA64{uint16(r), uint16(g), uint16(b), uint16(a)}) != img.At(x, y) {
					t.Fatalf("width %d: pixel %d,%d is %v, want %v", width, x, y, got.At(x, y), img.At(x, y))
				}
			}
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
