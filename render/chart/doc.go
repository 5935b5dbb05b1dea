// Package chart draws RTP streams over time: jitter, time between packets and
// loss, in panels that share one time axis, both directions of a call on one
// axis. It reads media.Stream.Series, whose numbers contract.md defines (RFC
// 3550 §6.4.1 for jitter), and works nothing out again.
//
// gonum.org/v1/plot lays out and draws the panels. The SVG comes from a
// canvas of our own (canvas.go): gonum's flips every text, repeats the font
// in each, knows no titles and no classes. Its types don't leave this folder.
//
// Left out: bit rate, MOS over time, video frames.
package chart
