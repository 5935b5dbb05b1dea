package svg

import (
	"fmt"
	"image/color"
	"strings"

	"rung/render/layout"
	"rung/render/theme"
)

// Style returns the style sheet for pictures drawn with opt, without a style
// element around it. Every rule begins with opt's class.
func Style(opt DrawOptions) string {
	var b strings.Builder
	c := "." + opt.class()
	fonts(&b, c)
	t, err := theme.Lookup(opt.Theme)
	if err != nil {
		t = theme.Light()
	}
	colours(&b, c, &t, true)
	if strings.EqualFold(opt.Theme, theme.NameAuto) {
		dark := theme.Dark()
		// On paper the light colours are used, whatever the screen likes.
		b.WriteString("@media screen and (prefers-color-scheme:dark){\n")
		colours(&b, c, &dark, false)
		b.WriteString("}\n")
	}
	return b.String()
}

func fonts(b *strings.Builder, c string) {
	fmt.Fprintf(b, "%s{max-width:100%%;height:auto;-webkit-print-color-adjust:exact;print-color-adjust:exact}\n", c)
	fmt.Fprintf(b, "%s text{font-family:\"Liberation Sans\",Arial,Helvetica,sans-serif;font-variant-numeric:tabular-nums;white-space:pre}\n", c)
	fmt.Fprintf(b, "%s path{fill:none}\n", c)
	for _, class := range theme.Classes() {
		if !isText(class) {
			continue
		}
		f := layout.FontOf(class)
		weight := ""
		if f.Bold {
			weight = ";font-weight:700"
		}
		fmt.Fprintf(b, "%s .%s{font-size:%spx%s}\n", c, class, num(f.Size), weight)
	}
}

func isText(c layout.Class) bool {
	switch c {
	case layout.HeadBox, layout.Life, layout.LifeGap, layout.Arrow, layout.AlertBox, layout.Halo, layout.Pill,
		layout.Media, layout.FoldBox, layout.Bracket, layout.NoteBox, layout.NoteDisc:
		return false
	}
	return true
}

// colours writes the rules that depend on the theme; shapes adds widths and
// dashes, which do not.
func colours(b *strings.Builder, c string, t *theme.Theme, shapes bool) {
	fmt.Fprintf(b, "%s .page{fill:%s}\n", c, hex(t.Background))
	for _, class := range theme.Classes() {
		if class == layout.Arrow || class == layout.Label {
			continue
		}
		rule(b, c+" ."+string(class), t.Style(class, ""), shapes)
	}
	for _, tone := range theme.Tones() {
		s := t.Style(layout.Arrow, tone)
		line := s
		line.Fill = color.NRGBA{}
		rule(b, fmt.Sprintf("%s .arrow.%s", c, tone), line, shapes)
		fmt.Fprintf(b, "%s .head.%s,%s .label.%s{fill:%s}\n", c, tone, c, tone, hex(s.Fill))
		fmt.Fprintf(b, "%s .cross.%s{stroke:%s;stroke-width:2}\n", c, tone, hex(s.Fill))
	}
}

func rule(b *strings.Builder, selector string, s theme.Style, shapes bool) {
	var p []string
	if s.Fill.A > 0 {
		p = append(p, "fill:"+hex(s.Fill))
	}
	if s.Stroke.A > 0 {
		p = append(p, "stroke:"+hex(s.Stroke))
		if shapes {
			p = append(p, "stroke-width:"+num(s.Width))
		}
	}
	if len(s.Dash) > 0 && shapes {
		var d []string
		for _, v := range s.Dash {
			d = append(d, num(v))
		}
		p = append(p, "stroke-dasharray:"+strings.Join(d, " "))
	}
	fmt.Fprintf(b, "%s{%s}\n", selector, strings.Join(p, ";"))
}

func hex(c color.NRGBA) string { return fmt.Sprintf("#%02x%02x%02x", c.R, c.G, c.B) }
