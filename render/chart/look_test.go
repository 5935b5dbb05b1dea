package chart

import (
	"os"
	"testing"
	"fmt"
	"rung/render"
)
func TestLook(t *testing.T) {
	dir := os.Getenv("LOOK")
	if dir == "" { t.Skip() }
	f := call(63)
	f2 := call(600)
	f2.Streams[0].Jitter = nil
	f2.Streams[0].JitterNote = "clock rate not known"
	f2.Streams[1].Series.Points[100].DeltaMax = 30240
	f3 := call(120)
	f3.Streams = append(f3.Streams, stream(pbx, alt, 3, 10, 100), stream(alt, pbx, 4, 10, 90), stream(alt, phone, 5, 60,30))
	f3.Streams[4].Packets = 0
	f3.Streams[4].Series.Points = nil
	for i, d := range []*render.Document{document(f), document(f2), document(f3), document(), document(call(3600))} {
		opt := &render.Options{}
		if i == 1 { opt.Theme = "dark" }
		for k, c := range pages(d, opt) {
			w, _ := os.Create(fmt.Sprintf("%s/%d-%d.png", dir, i, k))
			if err := c.PNG(w, &Look{Theme: opt.Theme}); err != nil { t.Fatal(err) }
			w, _ = os.Create(fmt.Sprintf("%s/%d-%d.svg", dir, i, k))
			c.SVG(w, &Look{Theme: opt.Theme})
			st, _ := w.Stat()
			t.Log(i, k, st.Size())
		}
	}
}
