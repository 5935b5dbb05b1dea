package text

import (
	"fmt"
	"strconv"
	"strings"

	"rung/capture"
	"rung/decode"
	"rung/decode/flow"
	"rung/render/ladder"
	"rung/render/safe"
)

// list writes the table of flows and then what was not decoded.
func (p *printer) list() {
	if len(p.doc.Flows) == 0 {
		p.line("no flows", none)
	} else {
		p.flows()
	}
	p.account()
}

func (p *printer) flows() {
	cols := []column{{head: "ID", right: true}, {head: "KIND"}, {head: "START"}, {head: "FROM", elastic: true},
		{head: "TO", elastic: true}, {head: "OUTCOME", elastic: true}, {head: "DURATION", right: true},
		{head: "MSGS", right: true}, {head: "STREAMS", right: true}}
	stamp := p.stamp()
	var rows [][]string
	var styles []style
	for _, f := range p.doc.Flows {
		streams := ""
		if len(f.Streams) > 0 {
			streams = strconv.Itoa(len(f.Streams))
		}
		rows = append(rows, []string{strconv.Itoa(f.ID), string(f.Kind), stamp(f.Start), party(f.From), party(f.To), outcome(f),
			ladder.Duration(f.End.Sub(f.Start)), strconv.Itoa(len(f.Messages)), streams})
		styles = append(styles, outcomeStyle(f.Outcome))
	}
	p.table(cols, rows, styles)
}

// stamp writes times of day, with the date when the capture spans more than
// one day.
func (p *printer) stamp() func(capture.Time) string {
	loc := p.opt.Location()
	layout := "15:04:05.000"
	c := &p.doc.Capture
	if c.First.Std().In(loc).Format("2006-01-02") != c.Last.Std().In(loc).Format("2006-01-02") {
		layout = "2006-01-02 15:04:05.000"
	} else {
		p.line(c.First.Std().In(loc).Format("2006-01-02, times in MST"), dim)
	}
	return func(t capture.Time) string { return t.Std().In(loc).Format(layout) }
}

func party(x decode.Party) string {
	switch {
	case x.User != "" && x.Display != "":
		return safe.Terminal(x.User + " " + x.Display)
	case x.User != "":
		return safe.Terminal(x.User)
	case x.Host != "":
		return safe.Terminal(x.Host)
	case x.Display != "":
		return safe.Terminal(x.Display)
	}
	return "-"
}

// outcome is how f ended; what ended well needs no reason. Of keepalives any
// answer is one, so it is told which.
func outcome(f *flow.Flow) string {
	told := f.Kind == decode.KindKeepalive && f.Status >= 300
	switch f.Outcome {
	case flow.Answered, flow.Registered, flow.Unregistered, flow.Accepted, flow.Online, flow.Closed, flow.Found:
		if !told {
			return string(f.Outcome)
		}
	}
	s := string(f.Outcome)
	if f.Status != 0 {
		s += " " + strconv.Itoa(f.Status)
	}
	return safe.Terminal(strings.TrimSpace(s + " " + f.Reason))
}

func outcomeStyle(o flow.Outcome) style {
	switch o {
	case flow.Rejected, flow.Failed, flow.Timeout, flow.Denied, flow.Unanswered, flow.NotFound:
		return bad
	}
	return none
}

// account writes what became of the frames that are in no flow, and what was
// odd about the capture as a whole.
func (p *printer) account() {
	c := &p.doc.Capture
	a := &c.Account
	parts := []string{frames(c.Frames), ladder.Count(a.Decoded) + " decoded"}
	if a.Duplicate > 0 {
		parts = append(parts, ladder.Count(a.Duplicate)+" span copies")
	}
	if a.TransportOnly > 0 {
		parts = append(parts, ladder.Count(a.TransportOnly)+" transport only")
	}
	if other := p.tallies(a.Other(), "not read by rung"); other != "" {
		parts = append(parts, other)
	}
	p.line("", none)
	p.paragraph(strings.Join(parts, " · "), dim)
	if un := p.tallies(a.Undecoded(), "not decoded"); un != "" {
		p.paragraph(un, bad)
	}
	if c.InterfaceDrops > 0 {
		p.paragraph(ladder.Count(c.InterfaceDrops)+" packets were dropped by the interface while capturing", bad)
	}
	for i := range c.Files {
		if c.Files[i].Truncated {
			p.paragraph(safe.Terminal(c.Files[i].Name)+" is cut off at its end", bad)
		}
	}
	for i := range c.Diagnostics {
		p.diagnostic(&c.Diagnostics[i])
	}
}

func frames(n int64) string {
	if n == 1 {
		return "1 frame"
	}
	return ladder.Count(n) + " frames"
}

// tallies writes "3 not decoded: 2 no keys (first: frame 5), 1 cut (first …)".
func (p *printer) tallies(ts []capture.Tally, what string) string {
	total := int64(0)
	var parts []string
	for _, t := range ts {
		total += t.Frames
		parts = append(parts, fmt.Sprintf("%s %s (first: frame %s)", ladder.Count(t.Frames), safe.Terminal(t.Name), t.First))
	}
	if total == 0 {
		return ""
	}
	return ladder.Count(total) + " " + what + ": " + strings.Join(parts, ", ")
}

func (p *printer) paragraph(s string, st style) {
	for _, l := range p.wrap(s, p.width, 0) {
		p.line(l, st)
	}
}

func (p *printer) diagnostic(d *capture.Diagnostic) {
	s := d.Severity.String() + ": " + safe.Terminal(d.Text)
	if len(d.Frames) > 0 {
		s += " (frame " + d.Frames[0].String() + ")"
	}
	if d.Ref != "" {
		s += " " + safe.Terminal(d.Ref)
	}
	st := none
	if d.Severity >= capture.Warning {
		st = bad
	}
	p.paragraph(s, st)
}
