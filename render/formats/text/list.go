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
	p.loose()
}

func (p *printer) flows() {
	cols := []column{{head: "ID", right: true}, {head: "KIND"}, {head: "START"}, {head: "FROM", elastic: true, soft: softName, least: leastName},
		{head: "TO", elastic: true, soft: softName, least: leastName}, {head: "OUTCOME", elastic: true}, {head: "DURATION", right: true, drop: 3},
		{head: "MSGS", right: true, drop: 2}, {head: "STREAMS", right: true, drop: 1}}
	const outcomes = 5 // index of OUTCOME
	stamp := p.stamp()
	asked := map[string]bool{}
	var rows [][]string
	var styles []style
	for _, f := range p.doc.Flows {
		from, to := ladder.Ends(f)
		word, _, _ := strings.Cut(outcome(f), " ")
		if f.Status != 0 {
			word += " " + strconv.Itoa(f.Status)
		}
		if word != outcome(f) {
			word += p.glyphs.ellipsis // what is cut keeps room for the mark
		}
		cols[outcomes].least = max(cols[outcomes].least, safe.Width(word))
		cols[outcomes].soft = cols[outcomes].least + softReason
		streams := ""
		if len(f.Streams) > 0 {
			streams = strconv.Itoa(len(f.Streams))
		}
		rows = append(rows, []string{strconv.Itoa(f.ID), string(f.Kind), stamp(f.Start), party(from), party(to), outcome(f),
			ladder.Duration(f.End.Sub(f.Start)), strconv.Itoa(len(f.Messages)), streams})
		styles = append(styles, flowStyle(f, to.Host, asked))
	}
	dropped := p.table(cols, rows, styles)
	p.files()
	if len(dropped) > 0 {
		p.paragraph("no room for "+strings.Join(dropped, ", ")+": give a larger --width", dim)
	}
}

const (
	// softName and leastName are what names are cut to: first so that reasons
	// keep some words, then so that outcomes stay whole.
	softName, leastName = 20, 6
	// softReason is what a reason keeps while names are longer than softName.
	softReason = 4
)

// flowStyle marks failures, and makes look-ups quieter whose question was
// found an answer before.
func flowStyle(f *flow.Flow, question string, asked map[string]bool) style {
	if f.Kind == decode.KindLookup && f.Outcome == flow.Found {
		if asked[question] {
			return dim
		}
		asked[question] = true
	}
	return outcomeStyle(f.Outcome)
}

// files says which number is which input: frames are named by it.
func (p *printer) files() {
	fs := p.doc.Capture.Files
	if len(fs) < 2 {
		return
	}
	var names []string
	for i := range fs {
		if i == maxFiles {
			names = append(names, fmt.Sprintf("and %s more", ladder.Count(int64(len(fs)-i))))
			break
		}
		names = append(names, strconv.Itoa(i+1)+" "+safe.Terminal(fs[i].Name))
	}
	p.line("", none)
	p.paragraph("files: "+strings.Join(names, ", "), dim)
}

// loose tells of streams that no flow has and the table can't show.
func (p *printer) loose() {
	n := 0
	for _, s := range p.doc.Streams {
		if p.doc.StreamFlow == nil {
			break
		}
		if id, _ := p.doc.StreamFlow(s); id == 0 {
			n++
		}
	}
	switch {
	case n == 1:
		p.paragraph("1 RTP stream of no flow: rung rtp", none)
	case n > 1:
		p.paragraph(ladder.Count(int64(n))+" RTP streams of no flow: rung rtp", none)
	}
}

// stamp writes times of day, with the date when the capture spans more than
// one day.
func (p *printer) stamp() func(capture.Time) string {
	loc := p.opt.Location()
	layout := "15:04:05.000"
	if p.width < narrow {
		layout = "15:04:05"
	}
	c := &p.doc.Capture
	if c.First.Std().In(loc).Format("2006-01-02") != c.Last.Std().In(loc).Format("2006-01-02") {
		layout = "2006-01-02 " + layout
	} else {
		p.line(c.First.Std().In(loc).Format("2006-01-02, times in MST"), dim)
	}
	return func(t capture.Time) string { return t.Std().In(loc).Format(layout) }
}

func party(x decode.Party) string {
	switch display := ladder.NewDisplay(x); {
	case x.User != "" && display != "":
		return safe.Terminal(x.User + " " + display)
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
		word := " span copies"
		if a.Duplicate == 1 {
			word = " span copy"
		}
		parts = append(parts, ladder.Count(a.Duplicate)+word)
	}
	if a.TransportOnly > 0 {
		parts = append(parts, ladder.Count(a.TransportOnly)+" transport only")
	}
	if c.Pending > 0 {
		parts = append(parts, ladder.Count(c.Pending)+" waiting")
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
		parts = append(parts, fmt.Sprintf("%s %s (first: frame %s)", ladder.Count(t.Frames), safe.Terminal(t.Name), p.doc.FrameName(t.First)))
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
		s += " (frame " + p.doc.FrameName(d.Frames[0]) + ")"
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
