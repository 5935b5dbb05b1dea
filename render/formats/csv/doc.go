// Package csv writes tables for spreadsheets and scripts (RFC 4180): a header
// line, lines that end in CR LF, quotes where needed. "rung list" gives one
// row per flow, "rung rtp" one row per stream, and with Options.Series (what
// "rung rtp -o x.csv" asks for) one row per stream and interval.
//
// House rules:
//
//   - A value that is not known or does not apply is an empty cell.
//   - Times are RFC 3339 with nine digits in the zone asked for.
//   - Captured text is one line (render/safe) and never a formula: a cell
//     that begins with = + - @ is written with an apostrophe before it.
//
// Left out: messages, parties and findings of a flow; JSON has them.
package csv
