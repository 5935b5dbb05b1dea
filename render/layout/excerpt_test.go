package layout_test

import (
	"fmt"
	"math"
	"testing"

	"rung/render"
	"rung/render/ladder"
	"rung/render/layout"
)

// star is a ladder of n callers at one server, each with a call of its own and
// the last call folded once more.
func star(n int) *ladder.Ladder {
	l := &ladder.Ladder{Title: "star", Subtitle: []string{"one server"}}
	l.Lifelines = append(l.Lifelines, ladder.Lifeline{Name: "server"})
	for i := range n {
		l.Lifelines = append(l.Lifelines, ladder.Lifeline{Name: fmt.Sprint("caller ", i), Title: fmt.Sprint("caller ", i)})
		l.Rungs = append(l.Rungs, ladder.Rung{From: i + 1, To: 0, Label: fmt.Sprint("INVITE ", i), Clock: "12:00:00.000", Delta: "1.000", Frame: "1", Messages: []int{i}, Title: fmt.Sprint("rung ", i)})
		l.Rows = append(l.Rows, ladder.Row{Kind: ladder.RowRung, Index: i})
	}
	l.Folds = append(l.Folds, ladder.Fold{First: n - 1, Count: 1, Times: 1, From: 0, To: n, Text: "again", Messages: []int{n - 1}})
	l.Rows = append(l.Rows, ladder.Row{Kind: ladder.RowFold, Index: 0})
	return l
}

// Of thousands of lifelines a page has those of its rows, and every arrow
// begins at the lifeline it began at.
func TestPagesOfManyLifelinesHaveTheirOwn(t *testing.T) {
	const n = 1000
	arrows, brackets := 0, 0
	for _, p := range layout.Lay(star(n), &render.Options{}) {
		check(t, p)
		heads := map[string]float64{} // x by name
		for _, g := range p.Groups {
			if g.Class == "lifeline-head" {
				heads[g.Texts[0].S] = g.Boxes[0].X + g.Boxes[0].W/2
			}
		}
		if len(heads) < 2 || len(heads) > 2*layout.MaxRows {
			t.Errorf("page %d has %d lifelines", p.Page, len(heads))
		}
		for _, g := range p.Groups {
			var i int
			if k, _ := fmt.Sscanf(g.Tip, "rung %d", &i); k == 1 {
				arrows++
				caller, ok := heads[fmt.Sprint("caller ", i)]
				if x := g.Lines[0].Points[0].X; g.Message != i || !ok || math.Abs(x-caller) > 12 {
					t.Fatalf("page %d: message %d of caller %d begins at %.0f, its lifeline is at %.0f", p.Page, g.Message, i, x, caller)
				}
			}
			if g.Class == "row-fold" {
				brackets += len(g.Lines)
			}
		}
	}
	if arrows != n || brackets != 1 {
		t.Errorf("%d arrows, %d brackets", arrows, brackets)
	}
}

// Four times the lifelines and rungs are four times the shapes.
func TestShapesGrowWithTheLadder(t *testing.T) {
	shapes := func(n int) (sum int) {
		for _, p := range layout.Lay(star(n), &render.Options{}) {
			for _, g := range p.Groups {
				sum += len(g.Boxes) + len(g.Lines) + len(g.Texts)
			}
		}
		return sum
	}
	if few, many := shapes(600), shapes(2400); many > few*9/2 {
		t.Errorf("%d shapes of 600 lifelines, %d of 2400", few, many)
	}
}

// A ladder with as many lifelines as a page takes has all of them everywhere.
func TestPagesOfFewLifelinesHaveAll(t *testing.T) {
	for _, p := range layout.Lay(star(99), &render.Options{}) {
		heads := 0
		for _, g := range p.Groups {
			if g.Class == "lifeline-head" {
				heads++
			}
		}
		if heads != 100 {
			t.Errorf("page %d has %d lifelines", p.Page, heads)
		}
	}
}

func BenchmarkManyLifelines(b *testing.B) {
	l := star(5000)
	b.ReportAllocs()
	for b.Loop() {
		layout.Lay(l, &render.Options{})
	}
}
