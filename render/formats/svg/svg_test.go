package svg

import (
	"fmt"
	"os"
	"testing"

	"rung/render"
	"rung/render/rendertest"
)

func TestLook(t *testing.T) {
	for _, s := range rendertest.Samples() {
		for i, p := range rendertest.Write(t, Format, s.Doc, &render.Options{Subject: render.Ladder}) {
			os.WriteFile(fmt.Sprintf("/tmp/lookB/%s-%d.svg", s.Name, i+1), p, 0o644)
		}
	}
}
