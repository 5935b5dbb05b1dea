package html

import (
	"fmt"
	"html/template"
	"path/filepath"
	"strings"

	"rung/capture"
	"rung/decode/media"
	"rung/render"
	"rung/render/chart"
	"rung/render/safe"
	"rung/render/theme"
)

// A report is what page.tmpl shows.
type report struct {
	Title    string
	Subtitle string
	Theme    string // auto, light, dark
	Policy   string
	Style    template.CSS
	Script   template.HTML
	Summary  []string
	Secrets  string
	Flows    []*section
	Lazy     bool
	More     int // flows that the plain list leaves to the script

	LooseTable template.HTML
	LoosePlots plots
	Loose      int

	Account     template.HTML
	AccountLine string
	Files       template.HTML
	Diagnostics template.HTML
	Version     string
	Command     string

	data []byte // JSON
}

// A builder carries what the parts of a report share.
type builder struct {
	doc   *render.Document
	opt   *render.Options
	pool  pool
	plots int // drawn so far
	lazy  bool
}

func newReport(doc *render.Document, opt *render.Options) (*report, error) {
	if _, err := theme.Lookup(opt.Theme); err != nil {
		return nil, err
	}
	b := &builder{doc: doc, opt: opt, lazy: len(doc.Flows) > lazyFlows}
	b.pool.init(doc, opt)
	r := &report{
		Theme: themeName(opt.Theme), Policy: policy(), Style: template.CSS(ladderStyle() + style),
		Script: template.HTML("<script>" + script + "</script>"),
		Lazy:   b.lazy, Version: safe.Terminal(doc.Version), Command: safe.Terminal(doc.Command),
	}
	for _, f := range doc.Flows {
		s, err := b.section(f)
		if err != nil {
			return nil, fmt.Errorf("flow %d: %w", f.ID, err)
		}
		r.Flows = append(r.Flows, s)
	}
	r.More = max(0, len(r.Flows)-plainFlows)
	b.loose(r)
	b.head(r)
	b.capture(r)
	r.data = b.data(r)
	return r, nil
}

// Listed are the flows whose rows are written without the script's help.
func (r *report) Listed() []*section { return r.Flows[:len(r.Flows)-r.More] }

// themeName is what the page begins with; unless told, it follows the screen.
func themeName(s string) string {
	if s = strings.ToLower(s); s != "" {
		return s
	}
	return theme.NameAuto
}

func (b *builder) head(r *report) {
	r.Subtitle = b.subtitle()
	r.Title = plural(int64(len(r.Flows)), "flow", "flows")
	if len(r.Flows) == 1 {
		r.Title = r.Flows[0].Title
	} else if n := len(b.doc.Capture.Files); n == 1 {
		r.Title += " in " + safe.Terminal(filepath.Base(b.doc.Capture.Files[0].Name))
	}
	r.Summary = b.summary()
	r.Secrets = "Passwords, digest responses, tokens and keys are hidden in the text of messages."
	if b.opt.ShowSecrets {
		r.Secrets = "This report shows secrets: passwords, digest responses and tokens are not hidden."
	}
}

// subtitle names the inputs and the time they cover.
func (b *builder) subtitle() string {
	c := &b.doc.Capture
	var parts []string
	switch n := len(c.Files); {
	case n == 1:
		parts = append(parts, safe.Terminal(filepath.Base(c.Files[0].Name)))
	case n > 1:
		parts = append(parts, plural(int64(n), "file", "files"))
	}
	if c.First != 0 || c.Last != 0 {
		parts = append(parts, b.clock(c.First)+" to "+b.clock(c.Last)+" "+c.Last.Std().In(b.opt.Location()).Format("MST"))
		parts = append(parts, length(c.Last.Sub(c.First)))
	}
	return strings.Join(parts, " · ")
}

func (b *builder) clock(t capture.Time) string {
	if t == 0 {
		return ""
	}
	return t.Std().In(b.opt.Location()).Format("2006-01-02 15:04:05.000")
}

// loose shows the streams that belong to no flow of the report.
func (b *builder) loose(r *report) {
	mine := make(map[*media.Stream]bool)
	for _, f := range b.doc.Flows {
		for _, s := range f.Streams {
			mine[s] = true
		}
	}
	var rest []*media.Stream
	for _, s := range b.doc.Streams {
		if !mine[s] {
			rest = append(rest, s)
		}
	}
	r.Loose = len(rest)
	r.LooseTable = b.streams(rest)
	r.LoosePlots = b.plot(chart.OfStreams(b.doc, rest, b.opt), "loose")
}

// A plots is the plots of one flow.
type plots struct {
	SVG  []template.HTML
	Note string
}

func (b *builder) plot(charts []*chart.Chart, id string) plots {
	var p plots
	for i, c := range charts {
		if b.plots >= maxPlots {
			p.Note = fmt.Sprintf("This report holds the first %d plots. Draw this one with: rung rtp FILE --flow %d -o plot.svg", maxPlots, c.Flow)
			return p
		}
		var w strings.Builder
		look := &chart.Look{ID: fmt.Sprintf("plot-%s-%d", id, i+1), Embed: true}
		if err := c.SVG(&w, look); err != nil {
			p.Note = "The plot could not be drawn: " + err.Error()
			return p
		}
		p.SVG = append(p.SVG, template.HTML(w.String()))
		b.plots++
	}
	return p
}
