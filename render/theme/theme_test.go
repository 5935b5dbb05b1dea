package theme

import (
	"fmt"
	"image/color"
	"math"
	"testing"

	"rung/render/layout"
)

// luminance is relative luminance as WCAG 2.1 defines it.
func luminance(c color.NRGBA) float64 {
	lin := func(v uint8) float64 {
		x := float64(v) / 255
		if x <= 0.03928 {
			return x / 12.92
		}
		return math.Pow((x+0.055)/1.055, 2.4)
	}
	return 0.2126*lin(c.R) + 0.7152*lin(c.G) + 0.0722*lin(c.B)
}

func contrast(a, b color.NRGBA) float64 {
	x, y := luminance(a), luminance(b)
	return (max(x, y) + 0.05) / (min(x, y) + 0.05)
}

func TestTextsAreReadable(t *testing.T) {
	for _, th := range []Theme{Light(), Dark()} {
		fill := func(c layout.Class) color.NRGBA { return th.Style(c, "").Fill }
		on := map[layout.Class]color.NRGBA{
			layout.LabelAlert: fill(layout.AlertBox), layout.PillText: fill(layout.Pill), layout.MediaText: fill(layout.Media),
			layout.FoldText: fill(layout.FoldBox), layout.NoteText: fill(layout.NoteBox), layout.NoteNumber: fill(layout.NoteDisc),
			layout.Name: fill(layout.HeadBox), layout.Role: fill(layout.HeadBox),
		}
		for _, c := range []layout.Class{layout.Title, layout.Subtitle, layout.Time, layout.Delta, layout.Column, layout.Detail, layout.Foot, layout.GapText} {
			on[c] = th.Background
		}
		for _, c := range Classes() {
			if bg, ok := on[c]; ok {
				if r := contrast(fill(c), bg); r < 4.5 {
					t.Errorf("%s: %s has a contrast of %.1f", th.Name, c, r)
				}
			}
		}
		for _, tone := range Tones() {
			if r := contrast(th.Style(layout.Label, tone).Fill, th.Background); r < 4.5 {
				t.Errorf("%s: labels of %s have a contrast of %.1f", th.Name, tone, r)
			}
		}
	}
}

func TestLegsDifferByColourAndDash(t *testing.T) {
	for _, th := range []Theme{Light(), Dark()} {
		colours, dashes := map[color.NRGBA]layout.Tone{}, map[string]layout.Tone{}
		for _, tone := range Tones() {
			s := th.Style(layout.Arrow, tone)
			d := fmt.Sprint(s.Dash)
			if o, ok := colours[s.Stroke]; ok {
				t.Errorf("%s: %s has the colour of %s", th.Name, tone, o)
			}
			if o, ok := dashes[d]; ok {
				t.Errorf("%s: %s has the dash of %s", th.Name, tone, o)
			}
			colours[s.Stroke], dashes[d] = tone, tone
		}
	}
}

func TestLookup(t *testing.T) {
	for name, want := range map[string]string{"": "light", "light": "light", "Dark": "dark", "auto": "light"} {
		if th, err := Lookup(name); err != nil || th.Name != want {
			t.Errorf("Lookup(%q) = %s, %v", name, th.Name, err)
		}
	}
	if _, err := Lookup("pink"); err == nil {
		t.Error("pink is a theme")
	}
}
