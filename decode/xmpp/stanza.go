package xmpp

import (
	"strconv"
	"strings"

	"rung/decode"
)

// stanza names what is said after the login, and binding before that.
func (d *decoder) stanza(p *decode.Pass, e *element) {
	m := d.message(p, decode.StepStanza)
	isStanza := e.ns == nsClient || e.ns == nsServer || strings.HasPrefix(e.ns, "jabber:component:")
	switch {
	case isStanza && e.name == "message":
		d.chat(m, e)
	case isStanza && e.name == "presence":
		d.presence(m, e)
	case isStanza && e.name == "iq":
		d.iq(p, m, e)
	case isStanza && e.name == "handshake": // XEP-0114 §3; its text is a digest of the secret
		m.Name = "handshake"
		m.Facts.Login.Step = decode.StepAuth
		if e.runes == 0 {
			m.Facts.Login.Step = decode.StepAuthSuccess
		}
		m.Facts.Login.Mechanism = "component"
	default:
		m.Name = payloadName(e)
		m.Summary = d.route(m, e)
	}
	p.Emit(m)
}

// route says from whom to whom.
func (d *decoder) route(m *decode.Message, e *element) string {
	var s summary
	d.addRoute(&s, m, e)
	return s.String()
}

// addRoute leaves out what the arrow says already: that what goes to the
// client is for it, and what comes from it is its own.
func (d *decoder) addRoute(s *summary, m *decode.Message, e *element) {
	from, to := clip(e.attr("from"), maxShown), clip(e.attr("to"), maxShown)
	if m.Facts.Login.FromClient {
		from = d.unlessOwn(from)
	} else {
		to = d.unlessOwn(to)
	}
	if from != "" && to != "" {
		s.add("from", from)
		s.WriteString(" to " + to)
		return
	}
	s.add("from", from)
	s.add("to", to)
}

// unlessOwn returns jid, or "" when it is the client's, full or bare.
func (d *decoder) unlessOwn(jid string) string {
	bare, _, _ := strings.Cut(d.jid, "/")
	if d.jid != "" && (jid == d.jid || jid == bare) {
		return ""
	}
	return jid
}

// presence (RFC 6121 §4.7).
func (d *decoder) presence(m *decode.Message, e *element) {
	m.Name = "presence"
	var s summary
	d.addRoute(&s, m, e)
	switch typ := e.attr("type"); typ {
	case "":
		if show := e.childText("show"); show != "" {
			m.Name += " " + clip(show, maxName)
		}
	default:
		m.Name += " " + clip(typ, maxName)
	}
	s.add("status", e.childText("status"))
	m.Summary = s.String()
	if err := e.child("error", ""); err != nil {
		d.stanzaError(m, err)
	}
}

// chat names a message (RFC 6121 §5) by what is in it. The body is private:
// its length is told.
func (d *decoder) chat(m *decode.Message, e *element) {
	typ := e.attr("type")
	m.Name = strings.TrimSpace("message " + clip(typ, maxName))
	body := e.child("body", e.ns)
	if body == nil && typ != "error" {
		if name := notice(e); name != "" {
			m.Name = name
		}
	}
	var s summary
	d.addRoute(&s, m, e)
	if body != nil {
		unit := " characters"
		if body.runes == 1 {
			unit = " character"
		}
		s.add("body", strconv.Itoa(body.runes)+unit)
	}
	if delay := e.child("delay", nsDelay); delay != nil {
		s.add("delayed since", delay.attr("stamp"))
	}
	m.Summary = s.String()
	if err := e.child("error", ""); err != nil {
		d.stanzaError(m, err)
	}
}

// notice names a message that carries no text of a person.
func notice(e *element) string {
	for _, c := range e.children {
		name := clip(c.name, maxName)
		switch {
		case c.ns == nsReceipts && c.name == "received":
			return "receipt"
		case c.ns == nsStates:
			return "chat state " + name
		case c.ns == nsMarkers:
			return "marker " + name
		case c.ns == nsEvent:
			return "pubsub event"
		case strings.HasPrefix(c.ns, prefixCopy):
			return "carbon " + name
		case strings.HasPrefix(c.ns, prefixCall):
			return "jingle " + name
		}
	}
	return ""
}

// stanzaError (RFC 6120 §8.3) appends the condition to the name. Old servers
// give a code and text alone (XEP-0086).
func (d *decoder) stanzaError(m *decode.Message, err *element) {
	l := m.Facts.Login
	for _, c := range err.children {
		switch {
		case c.ns == nsStanzas && c.name == "text":
			l.Text = clip(strings.TrimSpace(c.text), maxShown)
		case c.ns == nsStanzas && l.Condition == "":
			l.Condition = clip(c.name, maxName)
		}
	}
	if code := err.attr("code"); l.Condition == "" && code != "" {
		l.Condition = clip(code, maxName)
	}
	if l.Text == "" {
		l.Text = clip(strings.TrimSpace(err.text), maxShown)
	}
	if l.Condition != "" && !strings.HasSuffix(m.Name, " "+l.Condition) {
		m.Name += " " + l.Condition
	}
	if l.Text != "" {
		if m.Summary != "" {
			m.Summary += ", "
		}
		m.Summary += l.Text
	}
}
