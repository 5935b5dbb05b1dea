// Package text writes for the terminal and for tickets that take plain text:
// ladders, the table of flows, RTP streams, and messages as they came.
//
// Everything captured is escaped (render/safe), so no byte of a capture
// steers the terminal; secrets in messages are hidden unless asked for.
// Unicode is the default, ASCII on request; colour only when told that the
// terminal has it. Tables that cannot fit the width run over it rather than
// lose a number.
package text
