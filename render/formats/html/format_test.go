package html

import (
	"os"
	"testing"

	"rung/render"
	"rung/render/rendertest"
)

func TestConformance(t *testing.T) { rendertest.Run(t, Format) }

func TestLook(t *testing.T) {
	dir := os.Getenv("LOOK")
	if dir == "" {
		t.Skip()
	}
	for _, s := range rendertest.Samples() {
		p := rendertest.Write(t, Format, s.Doc, &render.Options{Subject: render.Report})
		os.WriteFile(dir+"/"+s.Name+".html", p[0], 0o644)
	}
	var bs []*rendertest.Builder
	for i := range 1000 {
		if i%3 == 0 {
			bs = append(bs, rendertest.TrunkCall(i+1))
		} else if i%3 == 1 {
			bs = append(bs, rendertest.Denied(i+1))
		} else {
			bs = append(bs, rendertest.Login(i+1))
		}
	}
	p := rendertest.Write(t, Format, rendertest.Document("rung report big.pcapng", bs...), &render.Options{Subject: render.Report})
	os.WriteFile(dir+"/big.html", p[0], 0o644)
}
