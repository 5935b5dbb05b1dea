// Package record gives the shapes that scripts rely on: what "rung list
// --json" prints and what --where expressions read. The fields carry the
// same name as json and expr tag, in the order of the contract; "rung schema"
// describes them.
//
// Rules of the shapes:
//
//   - Times are RFC 3339 in UTC with nine digits, so they sort as text.
//   - A value that is not known or does not apply is null, never 0 or "".
//     Where the reason is not plain from its neighbours a *_note says it.
//   - Arrays are never null.
//   - Milliseconds, kbit/s and frames per second are rounded to three
//     decimals, percentages to four (one packet in a million shows).
//   - Addresses are "ip:port", IPv6 in brackets; without port (ICMP) the
//     address alone.
//   - Frames are numbers in one input, named by the "file" beside them. Where
//     the frames of one list lie in several inputs, a parallel list of names
//     (frame_files) is added.
//
// The structs are the documented shape, what expressions read and what CSV
// prints. JSON is not made from them: the Encoder (files *_json.go) appends
// the same text straight from the document, seven times as fast and without
// an allocation. A field therefore stands in the struct, in its New function
// and in the writer; TestFullDocumentAgrees fails when one of them is missing.
//
// Captured text is carried as it came. The Encoder escapes what would harm
// an HTML page or a terminal; other formats escape by their own rules.
//
// Left out: plot series (CSV has them) and message bytes ("rung show").
package record
