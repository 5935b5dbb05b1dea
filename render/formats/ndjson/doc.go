// Package ndjson writes one JSON object a line (ndjson, JSON Lines): a FLOW
// for "rung list", a STREAM for "rung rtp", as render/record shapes them,
// with "type" before the other fields. Live mode writes the same lines.
//
// Left out: the capture summary. Its diagnostics go to standard error as in
// every other format; "--json" has them.
package ndjson
