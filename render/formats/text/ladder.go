package text

import (
	"fmt"
	"strings"

	"rung/render"
	"rung/render/ladder"
	"rung/render/safe"
)

// A board is a ladder with the columns where its lifelines stand.
type board struct {
	*printer
	l        *ladder.Ladder
	x        []int
	clockW   int
	deltaEnd int // column after the delta
	frameW   int
	from, to int // columns between the sides
}

func (p *printer) ladder(l *ladder.Ladder) {
	for _, s := range p.wrap(l.Title, p.width, 3) {
		p.line(s, bold)
	}
	for _, s := range p.wrapParts(strings.Join(l.Subtitle, sep), p.width, 4) {
		p.line(s, dim)
	}
	p.line("", none)
	b := &board{printer: p, l: l}
	b.columns()
	if b.x == nil {
		p.rows(l)
	} else {
		b.heads()
		for _, r := range l.Rows {
			b.row(r)
		}
		if len(l.Rows) == 0 {
			p.line("no messages", dim)
		}
	}
	p.foot(l)
}

// columns places the lifelines; x stays nil when they don't fit.
func (b *board) columns() {
	l := b.l
	deltaW := 0
	b.frameW = len("frame")
	for i := range l.Rungs {
		b.clockW = max(b.clockW, safe.Width(l.Rungs[i].Clock))
		deltaW = max(deltaW, safe.Width(l.Rungs[i].Delta))
		b.frameW = max(b.frameW, safe.Width(l.Rungs[i].Frame))
	}
	b.clockW = max(b.clockW, len("time"))
	b.deltaEnd = b.clockW + 1 + max(deltaW, len("delta"))
	b.from, b.to = b.deltaEnd+2, b.width-b.frameW-1
	n := len(l.Lifelines)
	if n == 0 {
		b.x = []int{}
		return
	}
	loops := min(maxLoop, b.loopRoom())
	lane := maxLane
	if n > 1 {
		lane = min(b.wantLane(), (b.to-b.from-edge-max(edge, loops))/(n-1))
		if lane < minLane {
			return
		}
	}
	b.x = make([]int, n)
	for i := range b.x {
		b.x[i] = b.from + edge + i*lane
	}
	b.to = min(b.to, b.x[n-1]+max(edge+1, loops))
}

// wantLane is how far apart lifelines should stand: in a ladder wider than
// usual, far enough for the longest name, label or detail.
func (b *board) wantLane() int {
	want := maxLane
	if b.width <= render.DefaultWidth {
		return want
	}
	see := func(lanes int, s string) {
		if lanes > 0 {
			want = max(want, (safe.Width(b.glyphs.text(s))+laneMargin+lanes-1)/lanes)
		}
	}
	for i := range b.l.Lifelines {
		see(1, b.l.Lifelines[i].Name)
	}
	for i := range b.l.Rungs {
		r := &b.l.Rungs[i]
		lanes := max(r.From, r.To) - min(r.From, r.To)
		see(lanes, label(r))
		see(lanes, below(r))
	}
	for i := range b.l.Spans {
		for k := range b.l.Spans[i].Lines {
			see(b.l.Spans[i].To-b.l.Spans[i].From, b.l.Spans[i].Lines[k].Text)
		}
	}
	return min(want, maxWideLane)
}

// laneMargin is what an arrow shows beside its label.
const laneMargin = 9

// edge is the room left of the first and right of the last lifeline; their
// names reach over the columns beside them.
const edge = 2

// loopRoom is what loops at the last lifeline want on its right.
func (b *board) loopRoom() int {
	w := 0
	for i := range b.l.Rungs {
		if r := &b.l.Rungs[i]; r.From == r.To && r.From == len(b.l.Lifelines)-1 {
			w = max(w, 6+safe.Width(b.glyphs.text(label(r))), 6+safe.Width(b.glyphs.text(below(r))))
		}
	}
	return w
}

func (b *board) end() int { return b.to + b.frameW + 1 }

func (b *board) heads() {
	role := func(i int) []string { return b.headWords(b.l.Lifelines[i].Role, i) }
	address := func(i int) []string { return b.headName(b.l.Lifelines[i].Address, i) }
	names := make([][]string, len(b.l.Lifelines))
	seen := map[string]int{}
	for i := range names {
		names[i] = b.headName(b.l.Lifelines[i].Name, i)
		look := b.look(i)
		if seen[look]++; seen[look] > 1 { // numbered, for they would look the same
			names[i] = b.headName(fmt.Sprintf("(%d) %s", seen[look], b.l.Lifelines[i].Name), i)
		}
	}
	b.headRows(func(i int) []string { return names[i] }, bold)
	b.headRows(role, dim)
	b.headRows(address, dim)
	c := b.newLine(b.glyphs.life)
	b.side(c, "time", "delta", "frame")
	b.flush(c)
}

// headWords breaks what lifeline i does into at most two lines.
func (b *board) headWords(s string, i int) []string {
	from, to := b.headRoom(i)
	return b.wrap(s, to-from, 2)
}

// headName breaks a name or address of lifeline i over the lines that it may
// take: an IPv6 address must be readable, two of one site told apart.
func (b *board) headName(s string, i int) []string {
	if s == "" {
		return nil
	}
	from, to := b.headRoom(i)
	return b.breakName(s, to-from)
}

func (b *board) breakName(s string, room int) []string {
	width := func(r rune) float64 { return float64(safe.RuneWidth(r)) }
	return safe.BreakName(b.glyphs.text(s), maxNameLines, float64(room), width, b.glyphs.ellipsis)
}

// look is what of head i would be seen in the narrowest place.
func (b *board) look(i int) string {
	room := b.width
	for k := range b.l.Lifelines {
		from, to := b.headRoom(k)
		room = min(room, to-from)
	}
	l := &b.l.Lifelines[i]
	return fmt.Sprint(b.breakName(l.Name, room), b.wrap(l.Role, room, 2), b.breakName(l.Address, room))
}

// headRows writes one field of all lifelines.
func (b *board) headRows(text func(i int) []string, st style) {
	var rows []*canvas
	for i := range b.l.Lifelines {
		from, to := b.headRoom(i)
		for n, s := range text(i) {
			if n == len(rows) {
				rows = append(rows, newCanvas(b.end()))
			}
			rows[n].center(from, to, s, st)
		}
	}
	for _, c := range rows {
		b.flush(c)
	}
}

// headRoom is the room for the name of lifeline i, centred on it.
func (b *board) headRoom(i int) (from, to int) {
	half := b.x[i]
	if i > 0 {
		half = min(half, (b.x[i]-b.x[i-1]-1)/2)
	}
	if i+1 < len(b.x) {
		half = min(half, (b.x[i+1]-b.x[i]-1)/2)
	}
	half = min(half, b.end()-b.x[i]-1)
	return b.x[i] - half, b.x[i] + half + 1
}

func (b *board) newLine(life string) *canvas {
	c := newCanvas(b.end())
	for _, x := range b.x {
		c.put(x, life, dim)
	}
	return c
}

func (b *board) side(c *canvas, clock, delta, frame string) {
	c.put(0, b.glyphs.text(clock), dim)
	c.right(b.deltaEnd, b.glyphs.text(delta), dim)
	c.right(b.end(), b.glyphs.cut(frame, b.frameW), dim)
}

func (b *board) row(r ladder.Row) {
	switch r.Kind {
	case ladder.RowRung:
		b.rung(&b.l.Rungs[r.Index])
	case ladder.RowSpan:
		b.span(&b.l.Spans[r.Index])
	case ladder.RowFold:
		f := &b.l.Folds[r.Index]
		b.remark(f.From, f.To, f.Text+" (frames "+f.Frames+")", b.glyphs.life)
	case ladder.RowGap:
		b.remark(0, len(b.x)-1, b.l.Gaps[r.Index].Text, b.glyphs.gap)
	}
}

// label is what is said, marked where it failed, with note numbers.
func label(r *ladder.Rung) string {
	s := r.Label
	if r.Class == ladder.Failure || r.Class == ladder.Alarm {
		s = "[" + s + "]"
	}
	for _, n := range r.Notes {
		s += fmt.Sprintf(" (%d)", n)
	}
	return s
}

// below is the detail and the marks on one line.
func below(r *ladder.Rung) string {
	parts := r.Marks()
	if r.Detail != "" {
		parts = append([]string{r.Detail}, parts...)
	}
	return strings.Join(parts, sep)
}

func (b *board) rung(r *ladder.Rung) {
	if r.From == r.To {
		b.loop(r)
		return
	}
	c := b.newLine(b.glyphs.life)
	b.side(c, r.Clock, r.Delta, r.Frame)
	st := legStyle(r)
	from, to := b.x[min(r.From, r.To)], b.x[max(r.From, r.To)]
	c.fill(from+1, to, b.glyphs.shaft(r), st)
	head, at := b.glyphs.right, to-1
	if r.To < r.From {
		head, at = b.glyphs.left, from+1
	}
	if r.Class == ladder.Alarm {
		head = b.glyphs.cross
	}
	c.put(at, head, st)
	c.center(from+1, to, " "+b.glyphs.cut(label(r), to-from-7)+" ", st)
	b.flush(c)
	if !b.fitsUnder(from, to, below(r)) {
		// Long details are cut, marks never.
		b.under(from, to, r.Detail)
		b.under(from, to, strings.Join(r.Marks(), sep))
		return
	}
	b.under(from, to, below(r))
}

// fitsUnder reports whether s fits under an arrow in the lines it may take.
func (b *board) fitsUnder(from, to int, s string) bool {
	return len(b.wrapParts(s, to-from-3, 0)) <= maxDetailLines
}

// under writes a text in lines between two columns.
func (b *board) under(from, to int, s string) {
	if s == "" {
		return
	}
	n := maxDetailLines
	if b.opt.Detail {
		n = 0
	}
	for _, l := range b.wrapParts(s, to-from-3, n) {
		c := b.newLine(b.glyphs.life)
		c.center(from+1, to, " "+l+" ", none)
		b.flush(c)
	}
}

func (b *board) loop(r *ladder.Rung) {
	x, st := b.x[r.From], legStyle(r)
	room := b.to - x - 5
	if r.From+1 < len(b.x) {
		room = b.x[r.From+1] - x - 6
	}
	c := b.newLine(b.glyphs.life)
	b.side(c, r.Clock, r.Delta, r.Frame)
	c.put(x+1, b.glyphs.loopTop, st)
	c.put(x+5, b.glyphs.cut(label(r), room), st)
	b.flush(c)
	c = b.newLine(b.glyphs.life)
	c.put(x+1, b.glyphs.loopSide, st)
	c.put(x+5, b.glyphs.cut(below(r), room), none)
	b.flush(c)
}

func (b *board) span(s *ladder.Span) {
	from, to := b.x[s.From], b.x[s.To]
	if s.From == s.To {
		from, to = b.from, b.to
	}
	for i := range s.Lines {
		t := &s.Lines[i]
		st := good
		if t.Lossy {
			st = bad
		}
		lines := b.wrapParts(t.Text, to-from-7, 0)
		c := b.newLine(b.glyphs.life)
		if i == 0 {
			b.side(c, s.Clock, "", b.l.FrameName(s.First))
		}
		c.fill(from+1, to, b.glyphs.media, st)
		switch {
		case t.Stream < 0:
		case t.Right:
			c.put(to-1, b.glyphs.right, st)
		default:
			c.put(from+1, b.glyphs.left, st)
		}
		c.center(from+1, to, " "+lines[0]+" ", st)
		b.flush(c)
		for _, l := range lines[1:] {
			c := b.newLine(b.glyphs.life)
			c.center(from+1, to, " "+l+" ", st)
			b.flush(c)
		}
	}
}

// remark writes a row that is no arrow.
func (b *board) remark(from, to int, s, life string) {
	a, z := b.from, b.to
	if from >= 0 && to < len(b.x) && b.x[to]-b.x[from] > minLane {
		a, z = b.x[from], b.x[to]
	}
	for _, l := range b.wrap(s, z-a-5, 0) {
		c := b.newLine(life)
		c.center(a+1, z, " "+l+" ", dim)
		b.flush(c)
	}
}
