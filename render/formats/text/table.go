package text

import (
	"regexp"
	"strings"

	"rung/render/safe"
)

// A column of a table.
type column struct {
	head  string
	right bool // numbers
	// elastic columns may be cut to fit the width: to soft first, and when
	// all are so to least.
	elastic     bool
	soft, least int
	// drop is the order in which columns are left out of a table that is too
	// wide even so: 1 first, 0 never.
	drop int
}

// minElastic is the least an elastic column is cut to.
const minElastic = 8

// table writes rows under headings; columns that are empty throughout are
// left out. styles gives the style of a row. It returns the headings of the
// columns that had no room.
func (p *printer) table(cols []column, rows [][]string, styles []style) (dropped []string) {
	used := make([]bool, len(cols))
	for _, r := range rows {
		for i := range r {
			r[i] = p.glyphs.text(r[i])
			used[i] = used[i] || r[i] != ""
		}
	}
	widths, total := p.widths(cols, rows, used)
	for n := 1; total > p.width && n <= len(cols); n++ {
		for i := range cols {
			if cols[i].drop == n && used[i] {
				used[i] = false
				dropped = append(dropped, cols[i].head)
				widths, total = p.widths(cols, rows, used)
			}
		}
	}
	head := make([]string, len(cols))
	for i := range cols {
		head[i] = cols[i].head
	}
	p.tableRow(cols, head, widths, used, bold)
	for i, r := range rows {
		p.tableRow(cols, r, widths, used, styles[i])
	}
	return dropped
}

// natural is how wide each column used would be uncut, and all of them.
func (p *printer) natural(cols []column, rows [][]string, used []bool) (w []int, total int) {
	w = make([]int, len(cols))
	total = -2
	for i := range cols {
		if !used[i] {
			continue
		}
		w[i] = len(cols[i].head)
		for _, r := range rows {
			w[i] = max(w[i], safe.Width(r[i]))
		}
		if cols[i].elastic {
			w[i] = min(w[i], max(maxCell, p.width-wideRest))
		}
		total += w[i] + 2
	}
	return w, total
}

func (p *printer) widths(cols []column, rows [][]string, used []bool) (w []int, total int) {
	w, total = p.natural(cols, rows, used)
	for _, floor := range []func(*column) int{
		func(c *column) int { return max(c.soft, c.least, minElastic) },
		func(c *column) int {
			if c.least > 0 {
				return c.least
			}
			return minElastic
		},
	} {
		for ; total > p.width; total-- {
			widest := -1
			for i := range cols {
				if used[i] && cols[i].elastic && w[i] > floor(&cols[i]) && (widest < 0 || w[i] > w[widest]) {
					widest = i
				}
			}
			if widest < 0 {
				break
			}
			w[widest]--
		}
	}
	return w, total
}

// port is what an address ends with.
var port = regexp.MustCompile(`:[0-9]{1,5}$`)

// cutCell cuts a cell; the port of an address stays, for hosts have many.
func (p *printer) cutCell(s string, n int) string {
	end := port.FindString(s)
	if room := n - len(end); end != "" && safe.Width(s) > n && room > safe.Width(p.glyphs.ellipsis) {
		return p.glyphs.cut(strings.TrimSuffix(s, end), room) + end
	}
	return p.glyphs.cut(s, n)
}

func (p *printer) tableRow(cols []column, row []string, widths []int, used []bool, st style) {
	var cells []string
	for i := range cols {
		if !used[i] {
			continue
		}
		s := row[i]
		if cols[i].elastic {
			s = p.cutCell(s, widths[i])
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
