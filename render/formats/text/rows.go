package text

import (
	"fmt"
	"strings"

	"rung/render/ladder"
	"rung/render/safe"
)

// rows writes a ladder with more lifelines than fit side by side as a list:
// the lifelines numbered, then who said what to whom.
func (p *printer) rows(l *ladder.Ladder) {
	for i := range l.Lifelines {
		x := &l.Lifelines[i]
		parts := []string{x.Name}
		for _, s := range []string{x.Role, x.Address} {
			if s != "" {
				parts = append(parts, s)
			}
		}
		p.line(fmt.Sprintf("%4d  %s", i+1, p.glyphs.cut(strings.Join(parts, " · "), p.width-6)), none)
	}
	p.line("", none)
	for _, r := range l.Rows {
		p.listRow(l, r)
	}
}

func (p *printer) listRow(l *ladder.Ladder, row ladder.Row) {
	const indent = "                       "
	switch row.Kind {
	case ladder.RowRung:
		r := &l.Rungs[row.Index]
		head := fmt.Sprintf("%s %9s %3d → %-3d ", r.Clock, r.Delta, r.From+1, r.To+1)
		text := label(r)
		if b := below(r); b != "" {
			text += " · " + b
		}
		tail := "  " + r.Frame
		room := p.width - safe.Width(p.glyphs.text(head)) - len(tail)
		text = p.glyphs.cut(text, max(minLane, room))
		p.line(head+text+strings.Repeat(" ", max(0, room-safe.Width(text)))+tail, legStyle(r))
	case ladder.RowSpan:
		s := &l.Spans[row.Index]
		for i := range s.Lines {
			arrow := "◄"
			if s.Lines[i].Right {
				arrow = "►"
			}
			head := fmt.Sprintf("%s %9s %3d %s %-3d ", s.Clock, "", s.From+1, arrow, s.To+1)
			p.hang(head, s.Lines[i].Text, good)
		}
	case ladder.RowFold:
		p.hang(indent, l.Folds[row.Index].Text+" (frames "+l.Folds[row.Index].Frames+")", dim)
	case ladder.RowGap:
		p.hang(indent, l.Gaps[row.Index].Text, dim)
	}
}

// hang writes s behind head, further lines below s.
func (p *printer) hang(head, s string, st style) {
	head = p.glyphs.text(head)
	for _, l := range p.wrapParts(s, p.width-safe.Width(head), 0) {
		p.line(head+l, st)
		head = strings.Repeat(" ", safe.Width(head))
	}
}

// foot writes notes, legend and the last line.
func (p *printer) foot(l *ladder.Ladder) {
	if len(l.Notes) > 0 {
		p.line("", none)
	}
	for i := range l.Notes {
		head := fmt.Sprintf("(%d) ", l.Notes[i].Number)
		for k, s := range p.wrap(l.Notes[i].Text, p.width-len(head), 0) {
			if k > 0 {
				head = strings.Repeat(" ", len(head))
			}
			p.line(head+s, none)
		}
	}
	p.line("", none)
	var marks []string
	for i := range l.Legend {
		if s := p.markText(&l.Legend[i]); s != "" {
			marks = append(marks, s)
		}
	}
	for _, s := range p.wrapAt(strings.Join(marks, "   "), "   ", p.width, 0) {
		p.line(s, dim)
	}
	for _, s := range p.wrap(l.Foot, p.width, 0) {
		p.line(s, dim)
	}
}

func (p *printer) markText(m *ladder.Mark) string {
	g := &p.glyphs
	switch m.Kind {
	case ladder.MarkLeg:
		return strings.Repeat(g.shafts[m.Leg%len(g.shafts)], 3) + " " + m.Text
	case ladder.MarkMedia:
		return strings.Repeat(g.media, 3) + " " + m.Text
	case ladder.MarkFailure:
		return "[…] " + m.Text
	case ladder.MarkEvent:
		return strings.Repeat(g.event, 3) + " " + m.Text
	case ladder.MarkCopies:
		return "copies: " + m.Text
	case ladder.MarkNote:
		return "(1) " + m.Text
	}
	return ""
}
