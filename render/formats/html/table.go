package html

import (
	"fmt"
	"html/template"
	"strconv"
	"strings"

	"rung/render/safe"
)

// A table collects cells and writes itself as HTML, every cell escaped.
// Columns in which no row has anything are left out.
type table struct {
	caption string
	kind    string // class of the table element
	head    []string
	numeric map[int]bool // columns set to the right
	rows    [][]cell
	dropped int
}

// A cell is text, perhaps marked, perhaps opening a message.
type cell struct {
	text    string
	class   string
	message int // 1 + index into the flow's messages; 0: none
}

func text(s string) cell { return cell{text: s} }

func texts(s ...string) []cell {
	out := make([]cell, len(s))
	for i := range s {
		out[i].text = s[i]
	}
	return out
}

func (t *table) add(cells ...cell) {
	if len(t.rows) >= maxRows {
		t.dropped++
		return
	}
	t.rows = append(t.rows, cells)
}

// longCell is the length from which a cell may break anywhere: Call-IDs
// have no spaces, short words should stay whole.
const longCell = 48

// esc makes captured text fit for HTML text and quoted attributes.
func esc(s string) string { return safe.XML(safe.Terminal(s)) }

// HTML returns the table, "" when it has no rows.
func (t *table) HTML() template.HTML {
	if len(t.rows) == 0 {
		return ""
	}
	used := t.used()
	var b strings.Builder
	b.WriteString(`<div class="scroll" tabindex="0" role="region" aria-label="` + esc(t.caption) + `">`)
	if t.kind == "" {
		b.WriteString("<table>")
	} else {
		b.WriteString(`<table class="` + t.kind + `">`)
	}
	b.WriteString("<thead><tr>")
	for i, h := range t.head {
		if used[i] {
			b.WriteString(`<th scope="col"` + t.class(i, "") + ">" + esc(h) + "</th>")
		}
	}
	b.WriteString("</tr></thead><tbody>\n")
	for _, row := range t.rows {
		b.WriteString("<tr>")
		for i, c := range row {
			if used[i] {
				t.cell(&b, i, c)
			}
		}
		b.WriteString("</tr>\n")
	}
	b.WriteString("</tbody></table></div>")
	if t.dropped > 0 {
		fmt.Fprintf(&b, `<p class="quiet">… and %s more.</p>`, thousands(int64(t.dropped)))
	}
	return template.HTML(b.String())
}

func (t *table) used() []bool {
	used := make([]bool, len(t.head))
	for _, row := range t.rows {
		for i, c := range row {
			used[i] = used[i] || c.text != ""
		}
	}
	return used
}

func (t *table) class(i int, class string) string {
	if t.numeric[i] {
		class = strings.TrimSpace(class + " n")
	}
	if class == "" {
		return ""
	}
	return ` class="` + class + `"`
}

func (t *table) cell(b *strings.Builder, i int, c cell) {
	if len(c.text) > longCell {
		c.class = strings.TrimSpace(c.class + " w")
	}
	b.WriteString("<td" + t.class(i, c.class) + ">")
	if c.message > 0 {
		b.WriteString(`<button type="button" class="ref" data-message="` + strconv.Itoa(c.message-1) + `">` + esc(c.text) + "</button>")
	} else {
		b.WriteString(esc(c.text))
	}
	b.WriteString("</td>")
}

// thousands writes 3120 as 3,120.
func thousands(n int64) string {
	if n < 0 {
		return "-" + thousands(-n)
	}
	s := strconv.FormatInt(n, 10)
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}
