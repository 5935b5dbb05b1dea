package png

import (
	"math"

	"rung/render"
	"rung/render/chart"
	"rung/render/ladder"
	"rung/render/layout"
	"rung/render/safe"
	"rung/render/theme"
)

// Format writes the ladder of every flow as PNG, a page each, or RTP plots.
var Format = &render.Format{
	Name:       "png",
	Doc:        "ladder diagrams and RTP plots as Portable Network Graphics, for mail and tickets",
	Extensions: []string{".png"},
	Binary:     true,
	Paged:      true,
	Subjects:   []render.Subject{render.Ladder, render.RTP},
	Write:      write,
}

func write(out render.Output, doc *render.Document, opt *render.Options) error {
	if opt.Subject == render.RTP {
		return chart.WritePNG(out, doc, opt)
	}
	t, err := theme.Lookup(opt.Theme)
	if err != nil {
		return err
	}
	d, err := newDrawer(&t)
	if err != nil {
		return err
	}
	if len(doc.Flows) == 0 {
		return page(out, d, layout.Empty("No flows to draw", safe.Terminal("rung "+doc.Version+" · "+doc.Command)), opt)
	}
	for _, f := range doc.Flows {
		for _, p := range layout.Lay(ladder.New(f, doc, opt), opt) {
			if err := page(out, d, p, opt); err != nil {
				return err
			}
		}
	}
	return nil
}

func page(out render.Output, d *drawer, p *layout.Picture, opt *render.Options) error {
	w, err := out.Page()
	if err != nil {
		return err
	}
	scale := scaleFor(p, opt.Scale)
	width, height := size(p, scale)
	f := newFile(width, height, newPalette(d.theme))
	if err := d.draw(p, scale, f.strip); err != nil {
		return err
	}
	return f.write(w)
}

// scaleFor is the wanted scale, or what the limits leave of it.
func scaleFor(p *layout.Picture, want float64) float64 {
	if !(want > 0) { // NaN, too
		want = DefaultScale
	}
	return min(want, math.Sqrt(maxPixels/(p.Width*p.Height)), maxSide/p.Width, maxSide/p.Height)
}
