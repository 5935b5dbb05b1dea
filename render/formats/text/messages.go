package text

import (
	"fmt"
	"strings"

	"rung/decode/flow"
	"rung/render/ladder"
	"rung/render/safe"
)

// messages writes every message of every flow under a heading, as it came.
func (p *printer) messages() {
	n := 0
	for _, f := range p.doc.Flows {
		if len(f.Messages) == 0 {
			continue
		}
		if n > 0 {
			p.line("", none)
		}
		for _, s := range p.wrap(fmt.Sprintf("flow %d: %s", f.ID, safe.Terminal(ladder.Title(f))), p.width, 3) {
			p.line(s, bold)
		}
		for i := range f.Messages {
			p.line("", none)
			p.message(f, &f.Messages[i])
			n++
		}
	}
	if n == 0 {
		p.line("no messages", none)
	}
}

func (p *printer) message(f *flow.Flow, m *flow.Message) {
	p.line(p.heading(f, m), leg0)
	for i := range m.Diagnostics {
		p.diagnostic(&m.Diagnostics[i])
	}
	if event := eventText(m); event != "" {
		p.line(event, dim)
		return
	}
	if p.doc.Bytes == nil {
		p.line("(the text of messages was not kept)", dim)
		return
	}
	b, err := p.doc.Bytes(m.Message)
	if err != nil {
		p.line("(not kept: "+safe.Terminal(err.Error())+")", dim)
		return
	}
	if len(b) == 0 {
		p.line("("+safe.Terminal(strings.TrimSpace(m.Name+" "+m.Summary))+")", dim)
		return
	}
	if !p.opt.ShowSecrets {
		b = safe.Secrets(b)
	}
	for _, l := range safe.Lines(b) {
		p.line(l, none)
	}
}

// eventText is what to show instead of bytes that nobody can read: the words
// of an ICMP error, or of an event on a connection.
func eventText(m *flow.Message) string {
	said := safe.Terminal(strings.TrimSpace(m.Name + " " + m.Summary))
	switch {
	case m.Facts.Quote != nil:
		q := m.Facts.Quote
		if !strings.Contains(m.Summary, "quotes") {
			said += " quotes " + ladder.PathText(q.Path)
		}
		return said
	case m.Facts.Conn != nil:
		return said + " (no bytes: connection event)"
	}
	return ""
}

// heading is "15:53:55.391000 frame 14 udp 10.96.1.8:5060 > 10.7.3.21:5060
// leg 1.2" and what is particular.
func (p *printer) heading(f *flow.Flow, m *flow.Message) string {
	frame := "frame " + p.doc.FrameName(m.Frame)
	if len(m.Frames) > 1 {
		var all []string
		for _, x := range m.Frames {
			all = append(all, p.doc.FrameName(x))
		}
		frame = "frames " + strings.Join(all, ", ")
	}
	parts := []string{m.Time.Std().In(p.opt.Location()).Format("2006-01-02 15:04:05.000000 MST"), frame, safe.Terminal(ladder.PathText(m.Path))}
	if m.Leg >= 0 && m.Leg < len(f.Legs) {
		parts = append(parts, "leg "+safe.Terminal(f.Legs[m.Leg].ID))
	}
	if o := m.RetransmissionOf; o >= 0 && o < len(f.Messages) {
		parts = append(parts, "retransmission of frame "+p.doc.FrameName(f.Messages[o].Frame))
	}
	if m.Copies > 1 {
		parts = append(parts, fmt.Sprintf("captured %d times", m.Copies))
	}
	rule := "──"
	if p.glyphs.ascii {
		rule = "--"
	}
	return rule + " " + strings.Join(parts, " · ")
}
