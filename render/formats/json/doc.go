// Package json writes one JSON document (RFC 8259) for a run: the capture,
// the chosen flows and the chosen streams, as render/record shapes them and
// "rung schema" describes them.
//
// The document goes out piece by piece, one flow or stream a line, so the
// text is never in memory whole and line tools can read it, too.
//
// Left out: indentation (jq does that), message bytes, plot series.
package json
