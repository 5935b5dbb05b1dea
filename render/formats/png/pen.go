package png

import (
	"image"
	"image/color"
	"image/draw"
	"math"

	"golang.org/x/image/vector"

	"rung/render/layout"
	"rung/render/theme"
)

// A pen draws shapes. Strokes are rounded to whole pixels and laid on the
// pixel grid, so that lines are crisp at every scale.
type pen struct {
	img   *image.RGBA
	scale float64
	ras   vector.Rasterizer
}

func (p *pen) begin(img *image.RGBA, scale float64) { p.img, p.scale = img, scale }

// stroke is the width of a line in pixels, at least one.
func (p *pen) stroke(units float64) int { return max(1, int(math.Round(units*p.scale))) }

// line draws a polyline of horizontal and vertical pieces; the dash pattern
// runs on round corners.
func (p *pen) line(pts []layout.Point, s theme.Style) {
	if !visible(s.Stroke) {
		return
	}
	at := 0.0
	for i := 1; i < len(pts); i++ {
		at = p.piece(pts[i-1], pts[i], s, at)
	}
}

func (p *pen) piece(a, b layout.Point, s theme.Style, at float64) float64 {
	length := math.Abs(b.X-a.X) + math.Abs(b.Y-a.Y)
	each(s.Dash, at, length, func(from, to float64) {
		p.bar(along(a, b, from/length), along(a, b, to/length), s)
	})
	return at + length
}

func along(a, b layout.Point, t float64) layout.Point {
	return layout.Point{X: a.X + (b.X-a.X)*t, Y: a.Y + (b.Y-a.Y)*t}
}

// each calls f for every dash of a piece that begins at at in the pattern.
func each(dash []float64, at, length float64, f func(from, to float64)) {
	sum := 0.0
	for _, d := range dash {
		sum += d
	}
	if sum <= 0 || length <= 0 {
		f(0, length)
		return
	}
	i, pos := 0, -math.Mod(at, sum)
	for pos < length {
		end := pos + dash[i%len(dash)]
		if i%2 == 0 && end > 0 {
			f(max(0, pos), min(length, end))
		}
		pos = end
		i++
	}
}

// bar fills a horizontal or vertical stroke.
func (p *pen) bar(a, b layout.Point, s theme.Style) {
	w := p.stroke(s.Width)
	x1, x2 := p.px(min(a.X, b.X)), p.px(max(a.X, b.X))
	y1, y2 := p.px(min(a.Y, b.Y)), p.px(max(a.Y, b.Y))
	if math.Abs(a.X-b.X) >= math.Abs(a.Y-b.Y) {
		y1 -= w / 2
		y2 = y1 + w
		x2 = max(x2, x1+1)
	} else {
		x1 -= w / 2
		x2 = x1 + w
		y2 = max(y2, y1+1)
	}
	draw.Draw(p.img, image.Rect(x1, y1, x2, y2), image.NewUniform(s.Stroke), image.Point{}, draw.Over)
}

func (p *pen) px(v float64) int { return int(math.Round(v * p.scale)) }

// box fills a rounded box and draws its edge: the edge's colour first, then
// the inside a stroke smaller. Dashed edges are straight-cornered.
func (p *pen) box(b *layout.Box, s theme.Style) {
	x, y := float64(p.px(b.X)), float64(p.px(b.Y))
	w, h, r := float64(p.px(b.X+b.W))-x, float64(p.px(b.Y+b.H))-y, b.R*p.scale
	if w <= 0 || h <= 0 {
		return
	}
	if !visible(s.Stroke) {
		p.round(x, y, w, h, r, s.Fill)
		return
	}
	if len(s.Dash) > 0 {
		p.round(x, y, w, h, 0, s.Fill)
		p.line([]layout.Point{{X: b.X, Y: b.Y}, {X: b.X + b.W, Y: b.Y}, {X: b.X + b.W, Y: b.Y + b.H},
			{X: b.X, Y: b.Y + b.H}, {X: b.X, Y: b.Y}}, s)
		return
	}
	e := float64(p.stroke(s.Width))
	p.round(x, y, w, h, r, s.Stroke)
	p.round(x+e, y+e, w-2*e, h-2*e, max(0, r-e), s.Fill)
}

// kappa is where the control points of a Bézier quarter circle stand.
const kappa = 0.5522847498

// round fills a rectangle in pixels.
func (p *pen) round(x, y, w, h, r float64, c color.NRGBA) {
	if !visible(c) || w <= 0 || h <= 0 {
		return
	}
	r = min(r, w/2, h/2)
	if r <= 0 {
		draw.Draw(p.img, image.Rect(int(x), int(y), int(math.Ceil(x+w)), int(math.Ceil(y+h))), image.NewUniform(c), image.Point{}, draw.Over)
		return
	}
	// The straight middle needs no rasterizer: only the strips above and
	// below have round corners.
	strip := math.Ceil(r)
	if h > 2*strip {
		draw.Draw(p.img, image.Rect(int(x), int(y+strip), int(x+w), int(y+h-strip)), image.NewUniform(c), image.Point{}, draw.Over)
		p.end(x, y, w, strip, r, c, false)
		p.end(x, y+h-strip, w, strip, r, c, true)
		return
	}
	p.path(x, y, w, h, c, func(z *vector.Rasterizer) { roundRect(z, w, h, r) })
}

// end fills a strip with two round corners above, or below.
func (p *pen) end(x, y, w, h, r float64, c color.NRGBA, below bool) {
	p.path(x, y, w, h, c, func(z *vector.Rasterizer) {
		k := r * (1 - kappa)
		at := func(y float64) float32 {
			if below {
				return float32(h - y)
			}
			return float32(y)
		}
		z.MoveTo(0, at(h))
		z.LineTo(0, at(r))
		z.CubeTo(0, at(k), float32(k), at(0), float32(r), at(0))
		z.LineTo(float32(w-r), at(0))
		z.CubeTo(float32(w-k), at(0), float32(w), at(k), float32(w), at(r))
		z.LineTo(float32(w), at(h))
		z.ClosePath()
	})
}

func roundRect(z *vector.Rasterizer, w, h, r float64) {
	k := float32(r * (1 - kappa))
	W, H, R := float32(w), float32(h), float32(r)
	z.MoveTo(R, 0)
	z.LineTo(W-R, 0)
	z.CubeTo(W-k, 0, W, k, W, R)
	z.LineTo(W, H-R)
	z.CubeTo(W, H-k, W-k, H, W-R, H)
	z.LineTo(R, H)
	z.CubeTo(k, H, 0, H-k, 0, H-R)
	z.LineTo(0, R)
	z.CubeTo(0, k, k, 0, R, 0)
	z.ClosePath()
}

// path fills what add draws in a box of w by h at whole pixel x, y.
func (p *pen) path(x, y, w, h float64, c color.NRGBA, add func(*vector.Rasterizer)) {
	bw, bh := int(math.Ceil(w)), int(math.Ceil(h))
	p.ras.Reset(bw, bh)
	add(&p.ras)
	r := image.Rect(int(x), int(y), int(x)+bw, int(y)+bh)
	seen := r.Intersect(p.img.Rect)
	switch {
	case seen == r:
		p.ras.Draw(p.img, r, image.NewUniform(c), image.Point{})
	case !seen.Empty():
		p.part(r, seen, c)
	}
}

// part fills a path of which only a part is seen: the rasterizer does not
// clip, so it draws beside the image.
func (p *pen) part(r, seen image.Rectangle, c color.NRGBA) {
	whole := image.NewRGBA(r)
	draw.Draw(whole, seen, p.img, seen.Min, draw.Src)
	p.ras.Draw(whole, r, image.NewUniform(c), image.Point{})
	draw.Draw(p.img, seen, whole, seen.Min, draw.Src)
}

// polygon fills points given in units.
func (p *pen) polygon(pts []layout.Point, c color.NRGBA) {
	x0, y0, x1, y1 := pts[0].X, pts[0].Y, pts[0].X, pts[0].Y
	for _, q := range pts[1:] {
		x0, y0, x1, y1 = min(x0, q.X), min(y0, q.Y), max(x1, q.X), max(y1, q.Y)
	}
	left, top := math.Floor(x0*p.scale), math.Floor(y0*p.scale)
	p.path(left, top, x1*p.scale-left+1, y1*p.scale-top+1, c, func(z *vector.Rasterizer) {
		for i, q := range pts {
			x, y := float32(q.X*p.scale-left), float32(q.Y*p.scale-top)
			if i == 0 {
				z.MoveTo(x, y)
			} else {
				z.LineTo(x, y)
			}
		}
		z.ClosePath()
	})
}

func (p *pen) head(h *layout.Head, c color.NRGBA) {
	if !visible(c) {
		return
	}
	if h.Cross {
		p.cross(h, c)
		return
	}
	back := h.X - layout.HeadLength
	if h.Left {
		back = h.X + layout.HeadLength
	}
	p.polygon([]layout.Point{{X: h.X, Y: h.Y}, {X: back, Y: h.Y - layout.HeadWidth/2.0}, {X: back, Y: h.Y + layout.HeadWidth/2.0}}, c)
}

// cross draws two diagonal strokes.
func (p *pen) cross(h *layout.Head, c color.NRGBA) {
	const s, w = layout.CrossSize, 0.8
	for _, d := range []float64{1, -1} {
		p.polygon([]layout.Point{
			{X: h.X - s - w, Y: h.Y - d*(s-w)}, {X: h.X - s + w, Y: h.Y - d*(s+w)},
			{X: h.X + s + w, Y: h.Y + d*(s-w)}, {X: h.X + s - w, Y: h.Y + d*(s+w)},
		}, c)
	}
}

func (p *pen) disc(d *layout.Disc, c color.NRGBA) {
	r := math.Round(d.R * p.scale)
	p.round(math.Round(d.X*p.scale)-r, math.Round(d.Y*p.scale)-r, 2*r, 2*r, r, c)
}
