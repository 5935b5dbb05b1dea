package text

import (
	"strings"

	"rung/render/safe"
)

// A canvas is one line of the ladder, a cell a column.
type canvas struct {
	cells  []string // "" behind a wide character
	styles []style
}

func newCanvas(width int) *canvas {
	c := &canvas{cells: make([]string, width), styles: make([]style, width)}
	for i := range c.cells {
		c.cells[i] = " "
	}
	return c
}

// put writes s at column x; what stands outside is cut.
func (c *canvas) put(x int, s string, st style) {
	for _, r := range s {
		w := safe.RuneWidth(r)
		if w == 0 {
			if x > 0 && x <= len(c.cells) {
				c.cells[x-1] += string(r)
			}
			continue
		}
		if x < 0 || x+w > len(c.cells) {
			return
		}
		c.cells[x], c.styles[x] = string(r), st
		if w == 2 {
			c.cells[x+1], c.styles[x+1] = "", st
		}
		x += w
	}
}

func (c *canvas) fill(from, to int, s string, st style) {
	for x := from; x < to; x++ {
		c.put(x, s, st)
	}
}

// center writes s in the middle of [from, to).
func (c *canvas) center(from, to int, s string, st style) {
	c.put(max(from, from+(to-from-safe.Width(s))/2), s, st)
}

// right writes s so that it ends before column x.
func (c *canvas) right(x int, s string, st style) { c.put(x-safe.Width(s), s, st) }

// flush writes the line without blanks at its end.
func (p *printer) flush(c *canvas) {
	end := len(c.cells)
	for end > 0 && c.cells[end-1] == " " {
		end--
	}
	for i := 0; i < end; {
		k := i
		for k < end && c.styles[k] == c.styles[i] {
			k++
		}
		p.w.WriteString(p.paint(strings.Join(c.cells[i:k], ""), c.styles[i]))
		i = k
	}
	p.w.WriteByte('\n')
}

// wrap breaks s between words into lines of at most width columns, n at the
// most; the last is cut. n of 0 means as many as needed.
func (p *printer) wrap(s string, width, n int) []string {
	s = p.glyphs.text(s)
	var lines []string
	for s != "" {
		if safe.Width(s) <= width || len(lines) == n-1 || width < 1 {
			return append(lines, p.glyphs.cut(s, width))
		}
		at := breakAt(s, width)
		lines = append(lines, strings.TrimRight(s[:at], " "))
		s = strings.TrimLeft(s[at:], " ")
	}
	return lines
}

// sep stands between the parts of a line.
const sep = " · "

// wrapParts is wrap for text of parts: lines end between parts where they can.
func (p *printer) wrapParts(s string, width, n int) []string {
	return p.wrapAt(s, sep, width, n)
}

// wrapAt is wrapParts for another separator. What of sep is no blank stays at
// the end of the line and says that more follows.
func (p *printer) wrapAt(s, sep string, width, n int) []string {
	var lines []string
	line := ""
	more := strings.TrimRight(sep, " ")
	parts := strings.Split(s, sep)
	for i, part := range parts {
		if i+1 < len(parts) {
			part += more
		}
		joined := part
		if line != "" {
			joined = line + sep[len(more):] + part
		}
		if line == "" || safe.Width(p.glyphs.text(strings.TrimSuffix(joined, more))) <= width {
			line = joined
			continue
		}
		lines = append(lines, p.wrap(p.fit(line, more, width), width, 0)...)
		line = part
	}
	lines = append(lines, p.wrap(line, width, 0)...)
	if n > 0 && len(lines) > n {
		rest := strings.Join(lines[n-1:], " ")
		lines = append(lines[:n-1], p.glyphs.cut(rest, width))
	}
	return lines
}

// fit takes the separator off the end of a line that fits only without it.
func (p *printer) fit(line, more string, width int) string {
	without := strings.TrimSuffix(line, more)
	if safe.Width(p.glyphs.text(line)) > width && safe.Width(p.glyphs.text(without)) <= width {
		return without
	}
	return line
}

func breakAt(s string, width int) int {
	w, blank := 0, 0
	for i, r := range s {
		w += safe.RuneWidth(r)
		if r == ' ' && w <= width+1 {
			blank = i + 1
		}
		if w <= width {
			continue
		}
		switch {
		case blank > 0:
			return blank
		case i > 0:
			return i
		}
		return len(string(r))
	}
	return len(s)
}
