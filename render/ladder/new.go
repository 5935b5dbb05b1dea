package ladder

import (
	"fmt"
	"strings"
	"time"

	"rung/capture"
	"rung/decode/flow"
	"rung/render"
	"rung/render/safe"
)

// New makes the ladder of f. doc gives file names, version and command.
func New(f *flow.Flow, doc *render.Document, opt *render.Options) *Ladder {
	b := &builder{f: f, doc: doc, opt: opt, l: &Ladder{Flow: f.ID, FrameName: doc.FrameName}}
	b.l.Title = safe.Terminal(Title(f))
	b.l.Subtitle = b.subtitle()
	b.l.Foot = b.foot()
	b.lifelines()
	b.rungs()
	b.notes()
	b.spans()
	b.rows()
	b.legend()
	return b.l
}

// A builder carries what the parts of New share.
type builder struct {
	f      *flow.Flow
	doc    *render.Document
	opt    *render.Options
	l      *Ladder
	rungOf []int // by message: its rung, or -1 when not drawn
	hop    []int // by leg: the first leg on the same hop where hops share a style, else itself
	lane   []int // by party: its lifeline

	refused map[int]bool // by message: a challenge that ended the flow
	resumed map[int]bool // by message: an offer that takes back a hold
	cut     int          // messages beyond maxRungs
	unseen  int          // lifeline for parties that the flow does not have, or -1
	dated   bool         // the flow runs over midnight: clocks need a date
}

func (b *builder) foot() string {
	s := "rung " + b.doc.Version
	if b.doc.Command != "" {
		s += " · " + b.doc.Command
	}
	return safe.Terminal(strings.TrimSpace(s))
}

func (b *builder) rungs() {
	ms := b.f.Messages
	b.rungOf = make([]int, len(ms))
	b.refused, b.resumed = unanswered(b.f), resumed(b.f)
	b.hops()
	errors := newErrors()
	b.dated = len(ms) > 0 && b.day(ms[0].Time) != b.day(ms[len(ms)-1].Time)
	for i := range ms {
		b.rungOf[i] = -1
		if n, ok := errors.same(&ms[i]); ok && !b.opt.Detail {
			b.rungOf[i] = n
			b.l.Rungs[n].again(i, &ms[i])
			continue
		}
		if o := b.original(i); o != i && !b.opt.Detail && b.rungOf[o] >= 0 {
			b.rungOf[i] = b.rungOf[o]
			b.l.Rungs[b.rungOf[o]].fold(i, &ms[i])
			continue
		}
		if len(b.l.Rungs) == maxRungs {
			b.cut++
			continue
		}
		b.rungOf[i] = len(b.l.Rungs)
		errors.drawn(&ms[i], len(b.l.Rungs))
		b.l.Rungs = append(b.l.Rungs, b.rung(i))
	}
	for i := range b.l.Rungs {
		b.finish(i)
	}
}

// original follows RetransmissionOf to the first sending. Originals come
// before their repetitions; anything else is taken as original itself. An
// ICMP error is caused anew each time: nobody retransmits it.
func (b *builder) original(i int) int {
	if b.f.Messages[i].Facts.Quote != nil {
		return i
	}
	for {
		o := b.f.Messages[i].RetransmissionOf
		if o < 0 || o >= i {
			return i
		}
		i = o
	}
}

func (b *builder) rung(i int) Rung {
	m := &b.f.Messages[i]
	r := Rung{
		From: b.lifeline(m.From), To: b.lifeline(m.To),
		Label: safe.Terminal(name(m)), Detail: safe.Terminal(b.detail(i)),
		Class: classOf(m.Message), Leg: -1,
		Protocol: safe.Terminal(m.Protocol), Transport: m.Path.Transport,
		Time: m.Time, Clock: b.clock(m.Time), Frame: b.doc.FrameName(m.Frame),
		Messages: []int{i}, Frames: append([]capture.Frame(nil), m.AllFrames()...),
		Again: b.original(i) != i, Copies: max(1, m.Copies),
	}
	if t := m.Facts.Transaction; t != nil {
		r.Authorized = t.Request && t.Authorized
	}
	if b.refused[i] {
		r.Class = Failure
	}
	if m.Leg >= 0 && m.Leg < len(b.f.Legs) {
		r.Leg = b.hop[m.Leg]
	}
	if r.Label == "" {
		r.Label = strings.ToUpper(r.Protocol)
	}
	return r
}

// name is what the arrow says: requests that begin something say to whom,
// "INVITE 3250". Where the name or the detail has it already it stays. An
// INVITE within a dialog is called what people call it.
func name(m *flow.Message) string {
	t, id := m.Facts.Transaction, m.Facts.Identity
	if t == nil || !t.Request || m.Name != t.Method {
		return m.Name
	}
	if t.ToTag != "" {
		if t.Method == "INVITE" {
			return "re-INVITE"
		}
		return m.Name
	}
	if id == nil {
		return m.Name
	}
	whom := id.RequestURI.User
	switch t.Method {
	case "INVITE", "SUBSCRIBE", "MESSAGE":
	case "REGISTER":
		whom = id.To.User
	default:
		return m.Name
	}
	if whom == "" || strings.Contains(m.Summary, whom+"@") {
		return m.Name
	}
	return m.Name + " " + whom
}

func (r *Rung) fold(i int, m *flow.Message) {
	r.Retransmissions++
	r.join(i, m, r.Retransmissions)
}

func (r *Rung) again(i int, m *flow.Message) {
	r.Errors++
	r.join(i, m, r.Errors)
}

// join adds the nth message that says what r says.
func (r *Rung) join(i int, m *flow.Message, n int) {
	r.Messages = append(r.Messages, i)
	r.Frames = append(r.Frames, m.AllFrames()...)
	r.Copies = max(r.Copies, m.Copies)
	r.Over = "after "
	if n > 1 {
		r.Over = "in "
	}
	r.Over += Duration(m.Time.Sub(r.Time))
}

// finish fills what needs the rung before it and what was folded.
func (b *builder) finish(i int) {
	r := &b.l.Rungs[i]
	if i == 0 {
		r.Delta = "0.000"
	} else {
		r.Delta = delta(r.Time.Sub(b.l.Rungs[i-1].Time))
	}
	r.Title = b.tooltip(r)
}

// maxTipFrames is how many frame numbers a tooltip lists before it counts.
const maxTipFrames = 12

func (b *builder) tooltip(r *Rung) string {
	m := &b.f.Messages[r.Messages[0]]
	parts := []string{r.Label}
	if r.Detail != "" {
		parts = append(parts, r.Detail)
	}
	parts = append(parts, b.date(r.Time), PathText(m.Path), "frame "+b.frameList(r.Frames))
	if r.Leg >= 0 {
		leg := &b.f.Legs[m.Leg]
		parts = append(parts, safe.Terminal(strings.TrimSpace("leg "+leg.ID+" "+leg.CallID)))
	}
	how := "retransmitted"
	if r.Errors > 0 {
		how = "again"
	}
	for _, again := range r.Messages[1:min(len(r.Messages), maxTipFrames)] {
		x := &b.f.Messages[again]
		parts = append(parts, fmt.Sprintf("%s %s later, frame %s", how, Duration(x.Time.Sub(r.Time)), b.doc.FrameName(x.Frame)))
	}
	return strings.Join(parts, "\n")
}

func (b *builder) frameList(fs []capture.Frame) string {
	var s []string
	for i, f := range fs {
		if i == maxTipFrames {
			return strings.Join(s, ", ") + fmt.Sprintf(" and %d more", len(fs)-i)
		}
		s = append(s, b.doc.FrameName(f))
	}
	return strings.Join(s, ", ")
}

func (b *builder) zone(t capture.Time) time.Time { return t.Std().In(b.opt.Location()) }

func (b *builder) day(t capture.Time) string { return b.zone(t).Format("2006-01-02") }

// date is the whole time: "2013-04-17 15:53:55.312456 UTC".
func (b *builder) date(t capture.Time) string {
	return b.zone(t).Format("2006-01-02 15:04:05.000000 MST")
}

// clock is the time of day in ms, with the date when the flow runs over
// midnight.
func (b *builder) clock(t capture.Time) string {
	if b.dated {
		return b.zone(t).Format("01-02 15:04:05.000")
	}
	return b.zone(t).Format("15:04:05.000")
}
