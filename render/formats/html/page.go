package html

import (
	"html/template"
	"strconv"
)

// appendHTML writes the section of one flow. A report has a thousand of them,
// so it is no template; page_test.go holds it to the one it was. In a lazy
// report it waits in a template element; in a report of many flows it has a
// heading of its own.
func (s *section) appendHTML(b []byte, lazy, many bool) []byte {
	id := strconv.Itoa(s.ID)
	b = append(b, '\n')
	if lazy {
		b = appendAll(b, `<template id="t`, id, `">`)
	}
	b = appendAll(b, `<section class="flow" id="f`, id, `" data-flow="`, id, `" aria-labelledby="h`, id, "\">\n",
		`<h2 id="h`, id, `" tabindex="-1">`)
	if many {
		b = appendText(appendAll(b, `<span class="id">`, id, `</span> `), s.Title)
	} else {
		b = append(b, "Ladder"...)
	}
	b = appendText(appendAll(b, ` <span class="badge `, s.OutcomeClass, `">`), s.Outcome)
	b = append(b, "</span></h2>\n"...)
	b = append(b, `<dl class="facts">`...)
	for _, f := range s.Facts {
		b = appendText(append(b, "<div><dt>"...), f.Name)
		b = appendText(append(b, "</dt><dd>"...), f.Value)
		b = append(b, "</dd></div>"...)
	}
	b = appendAll(b, "</dl>\n<div class=\"split\">\n<div class=\"ladder\" data-ladder>", string(s.Ladder),
		"</div>\n<aside class=\"message\" aria-live=\"polite\" hidden></aside>\n</div>\n")
	b = s.appendTables(b)
	b = append(b, "</section>"...)
	if lazy {
		b = append(b, "</template>"...)
	}
	return b
}

// appendTables writes what there is of tables and plots, a line each.
func (s *section) appendTables(b []byte) []byte {
	b = appendPart(b, "Steps", s.Steps)
	b = appendPart(b, "Who is who, leg by leg", s.Identities)
	b = appendPart(b, "Media offered and answered (SDP)", s.Sessions)
	b = appendPart(b, "RTP streams", s.StreamTable)
	if len(s.Plots.SVG) > 0 {
		b = append(b, "<h3>RTP over time</h3>"...)
	}
	for _, p := range s.Plots.SVG {
		b = appendAll(b, `<figure class="plot">`, string(p), "</figure>")
	}
	b = append(b, '\n')
	if s.Plots.Note != "" {
		b = appendText(append(b, `<p class="quiet">`...), s.Plots.Note)
		b = append(b, "</p>"...)
	}
	b = append(b, '\n')
	b = appendPart(b, "Legs", s.Legs)
	b = appendPart(b, "Parties", s.Parties)
	return appendPart(b, "Remarks", s.Diagnostics)
}

func appendPart(b []byte, title string, part template.HTML) []byte {
	if part != "" {
		b = appendAll(b, "<h3>", title, "</h3>", string(part))
	}
	return append(b, '\n')
}

func appendAll(b []byte, parts ...string) []byte {
	for _, s := range parts {
		b = append(b, s...)
	}
	return b
}

// appendText escapes text as html/template does.
func appendText(b []byte, s string) []byte {
	done := 0
	for i := 0; i < len(s); i++ {
		var e string
		switch s[i] {
		case 0:
			e = "\ufffd"
		case '"':
			e = "&#34;"
		case '&':
			e = "&amp;"
		case '\'':
			e = "&#39;"
		case '+':
			e = "&#43;"
		case '<':
			e = "&lt;"
		case '>':
			e = "&gt;"
		default:
			continue
		}
		b = append(append(b, s[done:i]...), e...)
		done = i + 1
	}
	return append(b, s[done:]...)
}
