package text

import (
	"testing"

	"rung/render"
	"rung/render/rendertest"
)

func TestLook(t *testing.T) {
	for _, s := range rendertest.Samples() {
		for _, sub := range Format.Subjects {
			for _, p := range rendertest.Write(t, Format, s.Doc, &render.Options{Subject: sub}) {
				t.Logf("%s %s\n%s", s.Name, sub, p)
			}
		}
	}
}
