package text

import (
	"strings"

	"rung/render/safe"
)

// A column of a table.
type column struct {
	head    string
	right   bool // numbers
	elastic bool // may be cut to fit the width
}

// minElastic is the least an elastic column is cut to.
const minElastic = 8

// table writes rows under headings; columns that are empty throughout are
// left out. styles gives the style of a row.
func (p *printer) table(cols []column, rows [][]string, styles []style) {
	used := make([]bool, len(cols))
	for _, r := range rows {
		for i := range r {
			r[i] = p.glyphs.text(r[i])
			used[i] = used[i] || r[i] != ""
		}
	}
	widths := p.widths(cols, rows, used)
	head := make([]string, len(cols))
	for i := range cols {
		head[i] = cols[i].head
	}
	p.tableRow(cols, head, widths, used, bold)
	for i, r := range rows {
		p.tableRow(cols, r, widths, used, styles[i])
	}
}

func (p *printer) widths(cols []column, rows [][]string, used []bool) []int {
	w := make([]int, len(cols))
	total := -2
	for i := range cols {
		if !used[i] {
			continue
		}
		w[i] = len(cols[i].head)
		for _, r := range rows {
			w[i] = max(w[i], safe.Width(r[i]))
		}
		if cols[i].elastic {
			w[i] = min(w[i], maxCell)
		}
		total += w[i] + 2
	}
	for ; total > p.width; total-- {
		widest := -1
		for i := range cols {
			if used[i] && cols[i].elastic && w[i] > minElastic && (widest < 0 || w[i] > w[widest]) {
				widest = i
			}
		}
		if widest < 0 {
			break
		}
		w[widest]--
	}
	return w
}

func (p *printer) tableRow(cols []column, row []string, widths []int, used []bool, st style) {
	var cells []string
	for i := range cols {
		if !used[i] {
			continue
		}
		s := row[i]
		if cols[i].elastic {
			s = p.glyphs.cut(s, widths[i])
		}
		pad := strings.Repeat(" ", max(0, widths[i]-safe.Width(s)))
		if cols[i].right {
			cells = append(cells, pad+s)
		} else {
			cells = append(cells, s+pad)
		}
	}
	p.line(strings.TrimRight(strings.Join(cells, "  "), " "), st)
}
