package text

import (
	"rung/render/ladder"
	"rung/render/safe"
)

// glyphs are the signs that pictures are made of.
type glyphs struct {
	ascii              bool
	life, gap          string
	right, left, cross string
	shafts             []string // one a leg
	event, alarm       string
	media              string
	loopTop, loopSide  string // "──┐", "◄─┘"
	ellipsis           string
}

func glyphsFor(ascii bool) glyphs {
	if ascii {
		return glyphs{ascii: true, life: "|", gap: ":", right: ">", left: "<", cross: "x",
			shafts: []string{"-", "~", "+", "_"}, event: ".", alarm: "-", media: "=", loopTop: "--+", loopSide: "<-+", ellipsis: "..."}
	}
	return glyphs{life: "│", gap: "┊", right: "►", left: "◄", cross: "×",
		shafts: []string{"─", "╌", "━", "┈", "╍", "┄"}, event: "·", alarm: "┄", media: "═", loopTop: "──┐", loopSide: "◄─┘", ellipsis: "…"}
}

// text puts a line into the characters allowed.
func (g *glyphs) text(s string) string {
	if g.ascii {
		return safe.ASCII(s)
	}
	return s
}

// cut shortens s to n columns after putting it into the characters allowed.
func (g *glyphs) cut(s string, n int) string { return safe.CutMark(g.text(s), n, g.ellipsis) }

func (g *glyphs) shaft(r *ladder.Rung) string {
	switch {
	case r.Class == ladder.Event:
		return g.event
	case r.Class == ladder.Alarm:
		return g.alarm
	case r.Leg < 0:
		return g.shafts[0]
	}
	return g.shafts[r.Leg%len(g.shafts)]
}

// A style is what a piece of text means, for colour.
type style int8

// Styles; those of legs follow leg0.
const (
	none style = iota
	bold
	dim
	bad
	good
	leg0
)

const legStyles = 6

func legStyle(r *ladder.Rung) style {
	switch {
	case r.Class == ladder.Failure || r.Class == ladder.Alarm:
		return bad
	case r.Leg < 0 || r.Class == ladder.Event:
		return none
	}
	return leg0 + style(r.Leg%legStyles)
}

// paint puts ANSI colours around s when the options allow it.
func (p *printer) paint(s string, st style) string {
	if !p.opt.Color || st == none || s == "" {
		return s
	}
	return sgr(st) + s + "\x1b[0m"
}

// sgr selects colours that are readable on dark and light terminals.
func sgr(st style) string {
	switch st {
	case bold:
		return "\x1b[1m"
	case dim:
		return "\x1b[2m"
	case bad:
		return "\x1b[1;31m"
	case good:
		return "\x1b[32m"
	}
	return [legStyles]string{"\x1b[34m", "\x1b[33m", "\x1b[36m", "\x1b[35m", "\x1b[94m", "\x1b[93m"}[st-leg0]
}
