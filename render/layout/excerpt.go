package layout

import (
	"fmt"
	"slices"

	"rung/render/ladder"
)

// excerpt is what rows need of l, for a page of its own: where a flow has
// thousands of lifelines, all of them on each of a hundred pages would be a
// picture that nobody can look at, and no machine can hold.
func excerpt(l *ladder.Ladder, rows []ladder.Row) (*ladder.Ladder, []ladder.Row) {
	e := &excerpter{l: l, line: make(map[int]int), rung: make(map[int]int)}
	var used []int
	for _, r := range rows {
		if from, to, ok := e.ends(r); ok {
			used = append(used, from, to)
		}
	}
	slices.Sort(used)
	out := *l
	e.out = &out
	out.Lifelines, out.Rungs, out.Spans, out.Folds = nil, nil, nil, nil
	for _, i := range slices.Compact(used) {
		e.line[i] = len(out.Lifelines)
		out.Lifelines = append(out.Lifelines, l.Lifelines[i])
	}
	out.Subtitle = append(slices.Clip(l.Subtitle), fmt.Sprintf("%d of %d lifelines: those of this page", len(out.Lifelines), len(l.Lifelines)))
	mine := make([]ladder.Row, len(rows))
	for i, r := range rows {
		mine[i] = e.take(r)
	}
	return &out, mine
}

type excerpter struct {
	l, out *ladder.Ladder
	line   map[int]int // lifelines: their place in out
	rung   map[int]int // the same of rungs
}

// ends are the lifelines of a row.
func (e *excerpter) ends(r ladder.Row) (from, to int, ok bool) {
	switch r.Kind {
	case ladder.RowRung:
		return e.l.Rungs[r.Index].From, e.l.Rungs[r.Index].To, true
	case ladder.RowSpan:
		return e.l.Spans[r.Index].From, e.l.Spans[r.Index].To, true
	case ladder.RowFold:
		return e.l.Folds[r.Index].From, e.l.Folds[r.Index].To, true
	}
	return 0, 0, false
}

// take puts what a row is about into out.
func (e *excerpter) take(r ladder.Row) ladder.Row {
	out := e.out
	switch r.Kind {
	case ladder.RowRung:
		x := e.l.Rungs[r.Index]
		x.From, x.To = e.line[x.From], e.line[x.To]
		e.rung[r.Index] = len(out.Rungs)
		out.Rungs = append(out.Rungs, x)
		return ladder.Row{Kind: r.Kind, Index: len(out.Rungs) - 1}
	case ladder.RowSpan:
		x := e.l.Spans[r.Index]
		x.From, x.To = e.line[x.From], e.line[x.To]
		out.Spans = append(out.Spans, x)
		return ladder.Row{Kind: r.Kind, Index: len(out.Spans) - 1}
	case ladder.RowFold:
		x := e.l.Folds[r.Index]
		x.From, x.To = e.line[x.From], e.line[x.To]
		first, here := e.rung[x.First]
		if x.First = first; !here {
			x.First = -1 // on an earlier page
		}
		out.Folds = append(out.Folds, x)
		return ladder.Row{Kind: r.Kind, Index: len(out.Folds) - 1}
	}
	return r
}
