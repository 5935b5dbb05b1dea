// Package theme holds the colours of pictures as values.
//
// The palettes keep apart for people who don't see red and green (legs go
// blue, orange, teal, magenta), every leg has a dash of its own besides, and
// failures stand in a box: black and white prints lose nothing. Texts have a
// contrast of at least 4.5:1 with what they stand on (WCAG 2.1, 1.4.3).
package theme
