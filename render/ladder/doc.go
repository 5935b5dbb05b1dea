// Package ladder turns a flow into the rungs of a ladder diagram: who said
// what to whom, in which order, with the media in between. It knows indices,
// classes and words, and neither coordinates nor colours.
//
// All text in a Ladder has passed safe.Terminal: it is one line of printable
// UTF-8 whatever the capture held. Formats that need more (XML) escape again.
//
// Retransmissions are folded into their original, repeated identical round
// trips into their first one, unless Options.Detail unfolds them. Nothing is
// left out without a row that counts it.
package ladder
