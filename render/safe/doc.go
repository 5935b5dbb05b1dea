// Package safe makes captured text fit to show: control characters, bidi
// overrides and invalid UTF-8 become visible escapes, XML stays well-formed
// whatever the capture held, secrets are hidden, and text is cut by display
// width.
//
// A backslash of the text itself is left alone: people read this, and a
// doubled backslash in every quoted SIP string would cost more than the
// ambiguity. What Unicode's bidirectional algorithm (UAX #9) does with plain
// right-to-left letters is left to the terminal or viewer.
package safe
