// Package png draws ladders as PNG: the same pages as package svg, with the
// font that layout measured, light or dark, at twice the size unless told
// otherwise.
//
// What the font lacks is drawn as □. Right-to-left letters are put in visual
// order run by run; joining of Arabic letters is left out, for the font has
// none.
package png
