package xmpp

import (
	"bytes"
	"strconv"
	"strings"

	"rung/decode"
)

// stanza names what is said after the login, and binding before that.
func (d *decoder) stanza(p *decode.Pass, e *element) {
	m := d.message(p, decode.StepStanza)
	isStanza := e.ns == nsClient || e.ns == nsServer || strings.HasPrefix(e.ns, "jabber:component:")
	switch {
	case isStanza && e.is("message"):
		d.chat(m, e)
	case isStanza && e.is("presence"):
		d.presence(m, e)
	case isStanza && e.is("iq"):
		d.iq(p, m, e)
	case isStanza && e.is("handshake"): // XEP-0114 §3; its text is a digest of the secret
		m.Name = "handshake"
		m.Facts.Login.Step = decode.StepAuth
		if e.runes == 0 {
			m.Facts.Login.Step = decode.StepAuthSuccess
		}
		m.Facts.Login.Mechanism = "component"
	default:
		d.name(m, appendPayloadName(d.shared.name[:0], e))
		m.Summary = d.route(m, e)
	}
	d.emit(p, m)
}

// route says from whom to whom.
func (d *decoder) route(m *decode.Message, e *element) string {
	s := d.summary()
	d.addRoute(&s, m, e)
	return s.String()
}

// addRoute leaves out what the arrow says already: that what goes to the
// client is for it, and what comes from it is its own.
func (d *decoder) addRoute(s *summary, m *decode.Message, e *element) {
	from, to := clipped(e.attr("from"), maxShown), clipped(e.attr("to"), maxShown)
	if m.Facts.Login.FromClient {
		from = d.unlessOwn(from)
	} else {
		to = d.unlessOwn(to)
	}
	if len(from) > 0 && len(to) > 0 {
		s.add("from", from)
		s.b = append(append(s.b, " to "...), to...)
		return
	}
	s.add("from", from)
	s.add("to", to)
}

// unlessOwn returns jid, or nil when it is the client's, full or bare.
func (d *decoder) unlessOwn(jid []byte) []byte {
	bare, _, _ := strings.Cut(d.jid, "/")
	if d.jid != "" && (string(jid) == d.jid || string(jid) == bare) {
		return nil
	}
	return jid
}

// presence (RFC 6121 §4.7).
func (d *decoder) presence(m *decode.Message, e *element) {
	name := append(d.shared.name[:0], "presence"...)
	s := d.summary()
	d.addRoute(&s, m, e)
	kind := e.attr("type")
	if len(kind) == 0 {
		kind = e.childText("show")
	}
	if len(kind) > 0 {
		name = append(append(name, ' '), clipped(kind, maxName)...)
	}
	s.add("status", e.childText("status"))
	d.name(m, name)
	m.Summary = s.String()
	if err := e.child("error", ""); err != nil {
		d.stanzaError(m, err)
	}
}

// chat names a message (RFC 6121 §5) by what is in it. The body is private:
// its length is told.
func (d *decoder) chat(m *decode.Message, e *element) {
	typ := e.attr("type")
	name := append(append(d.shared.name[:0], "message "...), clipped(typ, maxName)...)
	body := e.child("body", e.ns)
	if body == nil && string(typ) != "error" {
		if n := appendNotice(name[:0], e); len(n) > 0 {
			name = n
		} else {
			name = append(append(name[:0], "message "...), clipped(typ, maxName)...)
		}
	}
	d.name(m, bytes.TrimSpace(name))
	s := d.summary()
	d.addRoute(&s, m, e)
	if body != nil {
		s.say("body ")
		s.b = strconv.AppendInt(s.b, int64(body.runes), 10)
		s.b = append(s.b, " characters"...)
		if body.runes == 1 {
			s.b = s.b[:len(s.b)-1]
		}
	}
	if delay := e.child("delay", nsDelay); delay != nil {
		s.add("delayed since", delay.attr("stamp"))
	}
	m.Summary = s.String()
	if err := e.child("error", ""); err != nil {
		d.stanzaError(m, err)
	}
}

// appendNotice names a message that carries no text of a person.
func appendNotice(b []byte, e *element) []byte {
	for _, c := range e.children {
		what := ""
		switch {
		case c.ns == nsReceipts && c.is("received"):
			return append(b, "receipt"...)
		case c.ns == nsEvent:
			return append(b, "pubsub event"...)
		case c.ns == nsStates:
			what = "chat state "
		case c.ns == nsMarkers:
			what = "marker "
		case strings.HasPrefix(c.ns, prefixCopy):
			what = "carbon "
		case strings.HasPrefix(c.ns, prefixCall):
			what = "jingle "
		}
		if what != "" {
			return append(append(b, what...), clipped(c.name, maxName)...)
		}
	}
	return b
}

// stanzaError (RFC 6120 §8.3) appends the condition to the name. Old servers
// give a code and text alone (XEP-0086).
func (d *decoder) stanzaError(m *decode.Message, err *element) {
	l := m.Facts.Login
	for _, c := range err.children {
		switch {
		case c.ns == nsStanzas && c.is("text"):
			l.Text = clip(bytes.TrimSpace(c.text), maxShown)
		case c.ns == nsStanzas && l.Condition == "":
			l.Condition = d.shared.texts.Text(clipped(c.name, maxName))
		}
	}
	if code := err.attr("code"); l.Condition == "" && len(code) > 0 {
		l.Condition = clip(code, maxName)
	}
	if l.Text == "" {
		l.Text = clip(bytes.TrimSpace(err.text), maxShown)
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
