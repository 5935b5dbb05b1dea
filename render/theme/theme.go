package theme

import (
	"fmt"
	"image/color"
	"strings"

	"rung/render/layout"
)

// A Theme gives colours to classes.
type Theme struct {
	Name       string
	Background color.NRGBA

	text, muted, faint      color.NRGBA // three degrees of grey
	line, panel, border     color.NRGBA // lifelines; boxes of heads and their edges
	pill                    color.NRGBA
	media, mediaEdge, onMed color.NRGBA
	note, noteEdge, onNote  color.NRGBA
	disc, onDisc            color.NRGBA
	alarm, alert            color.NRGBA // strokes and text; box behind it
	legs                    [layout.Legs]color.NRGBA
}

// A Style is how a class is drawn. An alpha of 0 means "not".
type Style struct {
	Fill, Stroke color.NRGBA
	Width        float64
	Dash         []float64 // nil: solid
}

// Names of themes. Auto follows the viewer (SVG and HTML alone can).
const (
	NameLight = "light"
	NameDark  = "dark"
	NameAuto  = "auto"
)

// Lookup returns the theme of a name; "" and auto give the light one.
func Lookup(name string) (Theme, error) {
	switch strings.ToLower(name) {
	case "", NameLight, NameAuto:
		return Light(), nil
	case NameDark:
		return Dark(), nil
	}
	return Theme{}, fmt.Errorf("theme %q: not known; there are light, dark and auto", name)
}

// Light is for paper and white pages.
func Light() Theme {
	return Theme{
		Name: NameLight, Background: rgb(0xffffff),
		text: rgb(0x1f2328), muted: rgb(0x57606a), faint: rgb(0x6e7781),
		line: rgb(0xc4ccd4), panel: rgb(0xf6f8fa), border: rgb(0xb8c0c8),
		pill:  rgb(0xe7ebef),
		media: rgb(0xdafbe1), mediaEdge: rgb(0x2da44e), onMed: rgb(0x0f5323),
		note: rgb(0xfff8c5), noteEdge: rgb(0xd4a72c), onNote: rgb(0x4d2d00),
		disc: rgb(0x8a6100), onDisc: rgb(0xffffff),
		alarm: rgb(0xb3131f), alert: rgb(0xffebe9),
		legs: [layout.Legs]color.NRGBA{rgb(0x0b5fd0), rgb(0xa84a00), rgb(0x0b7564), rgb(0xb02a7d),
			rgb(0x6639ba), rgb(0x646a00), rgb(0x1b3a6b), rgb(0x6b4f2a)},
	}
}

// Dark is for dark pages and screens at night.
func Dark() Theme {
	return Theme{
		Name: NameDark, Background: rgb(0x0d1117),
		text: rgb(0xe6edf3), muted: rgb(0xa9b3bd), faint: rgb(0x8b949e),
		line: rgb(0x3d444d), panel: rgb(0x161b22), border: rgb(0x4b535d),
		pill:  rgb(0x262c34),
		media: rgb(0x0f2f1a), mediaEdge: rgb(0x2ea043), onMed: rgb(0x9be9a8),
		note: rgb(0x2e2a12), noteEdge: rgb(0x9e7a17), onNote: rgb(0xf2dfa0),
		disc: rgb(0xd8a72c), onDisc: rgb(0x0d1117),
		alarm: rgb(0xff8b84), alert: rgb(0x3c1618),
		legs: [layout.Legs]color.NRGBA{rgb(0x58a6ff), rgb(0xf0a35e), rgb(0x3fc9b0), rgb(0xf778ba),
			rgb(0xb79bff), rgb(0xc9d15a), rgb(0xa5c8ff), rgb(0xd8b48a)},
	}
}

func rgb(v uint32) color.NRGBA {
	return color.NRGBA{R: uint8(v >> 16), G: uint8(v >> 8), B: uint8(v), A: 0xff}
}

// Style returns how a class is drawn in a tone.
func (t *Theme) Style(c layout.Class, tone layout.Tone) Style {
	switch c {
	case layout.Title, layout.Name:
		return Style{Fill: t.text}
	case layout.Delta, layout.Column:
		return Style{Fill: t.faint}
	case layout.Label:
		return Style{Fill: t.tone(tone)}
	case layout.LabelAlert:
		return Style{Fill: t.alarm}
	case layout.AlertBox:
		return Style{Fill: t.alert, Stroke: t.alarm, Width: 1}
	case layout.Arrow:
		return Style{Fill: t.tone(tone), Stroke: t.tone(tone), Width: 1.6, Dash: dash(tone)}
	case layout.HeadBox:
		return Style{Fill: t.panel, Stroke: t.border, Width: 1}
	case layout.Life:
		return Style{Stroke: t.line, Width: 1.5}
	case layout.LifeGap:
		return Style{Stroke: t.line, Width: 1.5, Dash: []float64{2, 4}}
	case layout.Halo:
		return Style{Fill: t.Background}
	case layout.Pill:
		return Style{Fill: t.pill}
	case layout.Media:
		return Style{Fill: t.media, Stroke: t.mediaEdge, Width: 1}
	case layout.MediaText, layout.MediaLossy:
		return Style{Fill: t.onMed}
	case layout.FoldBox:
		return Style{Fill: t.panel, Stroke: t.border, Width: 1, Dash: []float64{4, 3}}
	case layout.Bracket:
		return Style{Stroke: t.border, Width: 1.2}
	case layout.NoteBox:
		return Style{Fill: t.note, Stroke: t.noteEdge, Width: 1}
	case layout.NoteText:
		return Style{Fill: t.onNote}
	case layout.NoteDisc:
		return Style{Fill: t.disc}
	case layout.NoteNumber:
		return Style{Fill: t.onDisc}
	}
	return Style{Fill: t.muted}
}

func (t *Theme) tone(tone layout.Tone) color.NRGBA {
	switch {
	case tone == layout.ToneAlarm:
		return t.alarm
	case strings.HasPrefix(string(tone), "leg-"):
		return t.legs[int(tone[4]-'1')%layout.Legs]
	}
	return t.muted
}

// dash gives every leg a pattern of its own, the first a solid line.
func dash(tone layout.Tone) []float64 {
	switch tone {
	case layout.ToneEvent:
		return []float64{1.5, 3}
	case layout.ToneAlarm:
		return []float64{3, 3}
	case "leg-2":
		return []float64{6, 4}
	case "leg-3":
		return []float64{10, 3, 2, 3}
	case "leg-4":
		return []float64{2, 2}
	case "leg-5":
		return []float64{14, 4}
	case "leg-6":
		return []float64{8, 3, 2, 3, 2, 3}
	case "leg-7":
		return []float64{4, 2}
	case "leg-8":
		return []float64{1, 4}
	}
	return nil
}

// Classes lists every class that has colours, for style sheets.
func Classes() []layout.Class {
	return []layout.Class{
		layout.Title, layout.Subtitle, layout.HeadBox, layout.Name, layout.Role, layout.Life, layout.LifeGap,
		layout.Time, layout.Delta, layout.Column, layout.Arrow, layout.Label, layout.LabelAlert, layout.AlertBox,
		layout.Detail, layout.Halo, layout.Pill, layout.PillText, layout.Media, layout.MediaText, layout.MediaLossy,
		layout.FoldBox, layout.FoldText, layout.Bracket, layout.GapText, layout.NoteBox, layout.NoteText,
		layout.NoteDisc, layout.NoteNumber, layout.Foot,
	}
}

// Tones lists every tone.
func Tones() []layout.Tone {
	out := []layout.Tone{layout.ToneEvent, layout.ToneAlarm}
	for i := range layout.Legs {
		out = append(out, layout.LegTone(i))
	}
	return out
}
