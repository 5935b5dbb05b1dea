// Package layout puts a ladder on pages: boxes, lines and texts with
// coordinates, grouped as a person would point at them, with classes and
// without colours.
//
// Texts are measured in the font that the PNG is drawn with (Liberation Sans,
// whose widths are Arial's), so nothing overlaps: what has no room is cut with
// … and stays whole in the group's tip. One unit is a CSS pixel.
package layout
