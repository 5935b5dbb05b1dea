// Package svg draws ladders as SVG 1.1: real text that can be selected and
// found, tips with the full text, classes for scripts and style sheets, light,
// dark or as the viewer prefers.
//
// textLength keeps widths where the viewer has other fonts. Whatever the
// capture held, the file is well-formed XML and runs no script. Left out: fonts
// are not embedded (Arial and Liberation Sans have the same widths).
package svg
