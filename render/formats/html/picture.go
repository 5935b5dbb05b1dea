package html

import (
	"html/template"
	"strings"

	"rung/render/formats/svg"
	"rung/render/ladder"
	"rung/render/layout"
	"rung/render/theme"
)

// ladderClass stands before every rule of the ladders' style sheet.
const ladderClass = "rung-ladder"

// picture draws l as SVG, one picture a page. Their one style sheet is in
// the head (ladderStyle).
func picture(l *ladder.Ladder, b *builder) (template.HTML, error) {
	var w strings.Builder
	for _, p := range layout.Lay(l, b.opt) {
		if err := svg.Draw(&w, p, svg.DrawOptions{Class: ladderClass, NoStyle: true}); err != nil {
			return "", err
		}
	}
	return template.HTML(w.String()), nil
}

// ladderStyle is the style sheet of the ladders: the light one, and on
// screens the dark one where the page is dark.
func ladderStyle() string {
	light := svg.Style(svg.DrawOptions{Class: ladderClass, Theme: theme.NameLight})
	dark := svg.Style(svg.DrawOptions{Class: ladderClass, Theme: theme.NameDark})
	under := func(selector string) string {
		return strings.ReplaceAll(dark, "."+ladderClass, selector+" ."+ladderClass)
	}
	return light +
		"@media screen{\n" + under("[data-theme=dark]") + "}\n" +
		"@media screen and (prefers-color-scheme:dark){\n" + under("[data-theme=auto]") + "}\n"
}
