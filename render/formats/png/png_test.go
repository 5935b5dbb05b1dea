package png

import (
	"fmt"
	"os"
	"testing"

	"rung/render"
	"rung/render/rendertest"
)

func TestLook(t *testing.T) {
	for _, s := range rendertest.Samples() {
		for _, th := range []string{"light", "dark"} {
			for i, p := range rendertest.Write(t, Format, s.Doc, &render.Options{Subject: render.Ladder, Theme: th, Scale: 1.5}) {
				os.WriteFile(fmt.Sprintf("/tmp/lookB/p-%s-%s-%d.png", s.Name, th, i+1), p, 0o644)
			}
		}
	}
}

func BenchmarkTwoHundred(b *testing.B) {
	doc := rendertest.Document("rung ladder", rendertest.Long(1, 200))
	b.ReportAllocs()
	for b.Loop() {
		rendertest.Write(b, Format, doc, &render.Options{Subject: render.Ladder})
	}
}
