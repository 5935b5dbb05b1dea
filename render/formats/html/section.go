package html

import (
	"fmt"
	"html/template"
	"strings"

	"rung/capture"
	"rung/decode/flow"
	"rung/render/chart"
	"rung/render/ladder"
	"rung/render/safe"
)

// A section is one flow of a report. Its texts are one line each and fit to
// show; the template escapes them.
type section struct {
	ID           int
	Key          string
	Title        string
	Kind         string
	Outcome      string
	OutcomeClass string
	Start        string
	From, To     string
	Length       string
	Messages     int
	Streams      int
	Remarks      int
	Facts        []fact

	Ladder      template.HTML // empty: the script draws it from the data
	Steps       template.HTML
	Identities  template.HTML
	Sessions    template.HTML
	Legs        template.HTML
	Parties     template.HTML
	StreamTable template.HTML
	Plots       plots
	Diagnostics template.HTML

	flow   *flow.Flow
	ladder *ladder.Ladder
}

// A fact is one line of the facts under a title.
type fact struct{ Name, Value string }

func (b *builder) section(f *flow.Flow) (*section, error) {
	l := ladder.New(f, b.doc, b.opt)
	from, to := ladder.Ends(f)
	s := &section{
		ID: f.ID, Key: f.Key, Title: l.Title, Kind: string(f.Kind),
		Outcome: outcome(f), OutcomeClass: outcomeClass(f.Outcome),
		Start: b.clock(f.Start), From: safe.Terminal(person(from)), To: safe.Terminal(person(to)),
		Length: length(f.End.Sub(f.Start)), Messages: len(f.Messages), Streams: len(f.Streams),
		flow: f, ladder: l,
	}
	if s.Kind == "" {
		s.Kind = "other"
	}
	s.Facts = b.facts(f)
	s.Steps, s.Identities, s.Sessions = b.steps(f), b.identities(f), b.sessions(f)
	s.Legs, s.Parties = b.legs(f), parties(f)
	s.StreamTable = b.streams(f.Streams)
	s.Plots = b.plot(chart.OfFlow(b.doc, f, b.opt), fmt.Sprint(f.ID))
	ds := remarks(f)
	s.Remarks = len(ds)
	s.Diagnostics = b.diagnostics("Remarks", ds)
	if b.lazy {
		return s, nil
	}
	var err error
	s.Ladder, err = picture(l, b)
	return s, err
}

// remarks are those of the flow, its messages and its streams.
func remarks(f *flow.Flow) []capture.Diagnostic {
	out := append([]capture.Diagnostic(nil), f.Diagnostics...)
	for i := range f.Messages {
		if m := f.Messages[i].Message; m != nil {
			out = append(out, m.Diagnostics...)
		}
	}
	for _, s := range f.Streams {
		out = append(out, s.Diagnostics...)
	}
	return out
}

// facts are the few numbers one asks for first.
func (b *builder) facts(f *flow.Flow) []fact {
	from, to := ladder.Ends(f)
	from.Display, to.Display = ladder.NewDisplay(from), ladder.NewDisplay(to)
	out := []fact{
		{"Start", strings.TrimSpace(b.clock(f.Start) + " " + f.Start.Std().In(b.opt.Location()).Format("MST"))},
		{"From", address(from)},
		{"To", address(to)},
	}
	if f.Status != 0 || f.Reason != "" {
		out = append(out, fact{"Final answer", strings.TrimSpace(statusWord(f.Status) + " " + f.Reason)})
	}
	t := &f.Timing
	if t.PDD != nil {
		out = append(out, fact{"Until ringing", length(*t.PDD)})
	}
	if t.Setup != nil {
		out = append(out, fact{"Until answered", length(*t.Setup)})
	}
	if t.Ring != nil {
		out = append(out, fact{"Rang for", length(*t.Ring)})
	}
	if t.Talk != nil {
		out = append(out, fact{"Talked for", length(*t.Talk)})
	}
	out = append(out, fact{"Duration", length(f.End.Sub(f.Start))}, fact{"Key", f.Key})
	if f.Parent != 0 {
		out = append(out, fact{"Part of flow", fmt.Sprint(f.Parent)})
	}
	if len(f.Children) > 0 {
		out = append(out, fact{"Parts", "flows " + strings.Trim(fmt.Sprint(f.Children), "[]")})
	}
	kept := out[:0]
	for _, x := range out {
		if x.Value != "" {
			kept = append(kept, fact{x.Name, safe.Terminal(x.Value)})
		}
	}
	return kept
}
