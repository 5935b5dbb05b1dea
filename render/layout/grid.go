package layout

import (
	"fmt"

	"rung/render/ladder"
	"rung/render/safe"
)

// A grid says where the columns are; it is the same on every page.
type grid struct {
	width     float64
	x         []float64 // of the lifelines
	boxes     []float64 // widths of the heads
	heads     [][]headText
	headLines int
	deltaX    float64 // right edge of the delta column
	frameW    float64
}

func newGrid(l *ladder.Ladder, m *Metrics) *grid {
	g := &grid{}
	g.headBoxes(l, m)
	clockW, deltaW := g.sides(l, m)
	g.deltaX = margin + clockW + 20 + deltaW
	n := len(l.Lifelines)
	if n == 0 {
		g.width = minWidth
		return g
	}
	gaps := g.gaps(l, m)
	right := max(g.boxes[n-1]/2+margin, 24+discRoom(l)+g.frameW+margin, loopRoom(l, m)+g.frameW+margin)
	left := max(margin+g.boxes[0]/2, g.deltaX+24+discRoom(l))
	stretch(gaps, minWidth-left-right)
	g.x = make([]float64, n)
	g.x[0] = left
	for i := 1; i < n; i++ {
		g.x[i] = g.x[i-1] + gaps[i-1]
	}
	g.width = max(minWidth, g.x[n-1]+right)
	return g
}

// A headText is a line in a head.
type headText struct {
	text  string
	class Class
}

// headBoxes decides what stands in the heads: name, then role and address on
// one line where they fit, else on two. Heads that would look the same are
// numbered.
func (g *grid) headBoxes(l *ladder.Ladder, m *Metrics) {
	room := float64(maxBox - 24)
	g.headLines = 1
	seen := map[string]int{}
	for i := range l.Lifelines {
		x := &l.Lifelines[i]
		lines := nameLines(x.Name, m)
		both := x.Role
		if both != "" && x.Address != "" {
			both += " · "
		}
		both += x.Address
		switch {
		case both == "":
		case m.Width(both, FontOf(Role)) <= room || x.Role == "" || x.Address == "":
			lines = append(lines, headText{m.Cut(both, FontOf(Role), room), Role})
		default:
			lines = append(lines, headText{m.Cut(x.Role, FontOf(Role), room), Role}, headText{m.Cut(x.Address, FontOf(Role), room), Role})
		}
		look := fmt.Sprint(lines)
		if seen[look]++; seen[look] > 1 {
			lines = append(nameLines(fmt.Sprintf("(%d) %s", seen[look], x.Name), m), lines[len(nameLines(x.Name, m)):]...)
		}
		w := 0.0
		for _, s := range lines {
			w = max(w, m.Width(s.text, FontOf(s.class)))
		}
		g.heads = append(g.heads, lines)
		g.boxes = append(g.boxes, min(maxBox, max(120, w+36)))
		g.headLines = max(g.headLines, len(lines))
	}
}

// nameLines breaks a name over the lines it may take.
func nameLines(name string, m *Metrics) []headText {
	var out []headText
	f := FontOf(Name)
	width := func(r rune) float64 { return m.Advance(r, f) }
	for _, s := range safe.BreakName(name, maxNameLines, maxBox-24, width, "…") {
		out = append(out, headText{s, Name})
	}
	return out
}

// sides measures the time, delta and frame columns.
func (g *grid) sides(l *ladder.Ladder, m *Metrics) (clock, delta float64) {
	delta = m.Width("delta", FontOf(Column))
	g.frameW = m.Width("frame", FontOf(Column))
	for i := range l.Rungs {
		clock = max(clock, m.Width(l.Rungs[i].Clock, FontOf(Time)))
		delta = max(delta, m.Width(l.Rungs[i].Delta, FontOf(Delta)))
		g.frameW = max(g.frameW, m.Width(l.Rungs[i].Frame, FontOf(Time)))
	}
	for i := range l.Spans {
		clock = max(clock, m.Width(l.Spans[i].Clock, FontOf(Time)))
		delta = max(delta, m.Width(l.Spans[i].Length, FontOf(Delta)))
		g.frameW = max(g.frameW, m.Width(l.Spans[i].Frames, FontOf(Time)))
	}
	for i := range l.Folds {
		g.frameW = max(g.frameW, m.Width(l.Folds[i].Frames, FontOf(Time)))
	}
	return clock, delta
}

func discRoom(l *ladder.Ladder) float64 {
	n := 0
	for i := range l.Rungs {
		n = max(n, len(l.Rungs[i].Notes))
	}
	return float64(20 * min(n, maxDiscs))
}

// loopRoom is what labels of loops at the last lifeline need to its right.
func loopRoom(l *ladder.Ladder, m *Metrics) float64 {
	room := 0.0
	for i := range l.Rungs {
		r := &l.Rungs[i]
		if r.From == r.To && r.From == len(l.Lifelines)-1 {
			room = max(room, loopLabel+min(maxLoopRoom, needOf(r, m))+16)
		}
	}
	return room
}

// gaps gives every pair of neighbours the distance that heads and labels
// between them need.
func (g *grid) gaps(l *ladder.Ladder, m *Metrics) []float64 {
	n := len(l.Lifelines)
	gaps := make([]float64, n-1)
	base := min(baseGap, max(leastGap, wantWidth/float64(max(1, n-1))))
	for i := range gaps {
		gaps[i] = max(base, g.boxes[i]/2+g.boxes[i+1]/2+16)
	}
	for i := range l.Rungs {
		r := &l.Rungs[i]
		if r.From == r.To {
			widen(gaps, r.From, r.From+1, loopLabel+needOf(r, m)+16)
			continue
		}
		widen(gaps, min(r.From, r.To), max(r.From, r.To), needOf(r, m)+44)
	}
	for i := range l.Spans {
		s := &l.Spans[i]
		for _, t := range s.Lines {
			widen(gaps, s.From, s.To, m.Width("► "+t.Text, FontOf(lineClass(&t)))+2*spanIn+24)
		}
	}
	for i := range l.Folds {
		f := &l.Folds[i]
		widen(gaps, f.From, f.To, m.Width(f.Text, FontOf(FoldText))+2*spanIn+24)
	}
	if n <= evenUpTo {
		even(gaps)
	}
	return gaps
}

// even makes all gaps as wide as the widest: few lifelines look best so.
func even(gaps []float64) {
	w := 0.0
	for _, g := range gaps {
		w = max(w, g)
	}
	for i := range gaps {
		gaps[i] = w
	}
}

// stretch lets the gaps fill a page that would be wider than they are.
func stretch(gaps []float64, room float64) {
	for _, w := range gaps {
		room -= w
	}
	if room <= 0 {
		return
	}
	for i := range gaps {
		gaps[i] += room / float64(len(gaps))
	}
}

// widen makes the gaps from lifeline a to b sum up to need, each within
// maxGap (or what the heads took already).
func widen(gaps []float64, a, b int, need float64) {
	if b > len(gaps) || a >= b {
		return
	}
	sum := 0.0
	for _, g := range gaps[a:b] {
		sum += g
	}
	more := (need - sum) / float64(b-a)
	if more <= 0 {
		return
	}
	for i := a; i < b; i++ {
		gaps[i] = max(gaps[i], min(maxGap, gaps[i]+more))
	}
}

// needOf is the width of a rung's label and of what stands below it.
func needOf(r *ladder.Rung, m *Metrics) float64 {
	label := m.Width(r.Label, FontOf(Label))
	if alert(r) {
		label += 2 * alertPad
	}
	below := 0.0
	if r.Detail != "" {
		below = m.Width(r.Detail, FontOf(Detail))
	}
	for _, s := range pills(r) {
		below += m.Width(s, FontOf(PillText)) + pillPad + pillGap
	}
	return max(label, below)
}

func alert(r *ladder.Rung) bool { return r.Class == ladder.Failure || r.Class == ladder.Alarm }
