// Package html writes the report: one HTML file that holds everything a
// ticket needs and asks no other host for anything. It opens from disk, and
// its Content-Security-Policy (W3C CSP3) forbids all loading; the one script
// runs by its hash.
//
// House rules:
//
//   - Captured text reaches the page only through html/template, through
//     table (table.go) which escapes every cell, or as JSON that the script
//     puts into text nodes. Markup made by rung itself (ladders, plots) is
//     the only template.HTML.
//   - Without scripts the page still shows flows, ladders and tables; the
//     script adds choosing, searching and the text of messages.
//   - Messages are embedded once, whatever number of flows they are in.
//   - A report of many flows keeps the sections in template elements, which
//     browsers parse but do not lay out until a flow is chosen.
//
// Left out: audio, findings (their rules are not here yet).
package html
