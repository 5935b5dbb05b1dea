package ladder_test

import (
	"testing"

	"rung/render"
	"rung/render/ladder"
	"rung/render/rendertest"
)

func TestDump(t *testing.T) {
	for _, s := range rendertest.Samples() {
		for _, f := range s.Doc.Flows {
			l := ladder.New(f, s.Doc, &render.Options{})
			t.Log(l.Title, l.Subtitle, l.Foot, l.Legend)
			if len(l.Lifelines) > 5 {
				continue
			}
			for _, x := range l.Lifelines {
				t.Logf("%+v", x)
			}
			for _, r := range l.Rows {
				switch r.Kind {
				case ladder.RowRung:
					t.Logf("%+v", l.Rungs[r.Index])
				case ladder.RowSpan:
					t.Logf("%+v", l.Spans[r.Index])
				case ladder.RowFold:
					t.Logf("%+v", l.Folds[r.Index])
				case ladder.RowGap:
					t.Logf("%+v", l.Gaps[r.Index])
				}
			}
		}
	}
}
