package xmpp

import (
	"bytes"
	"strconv"
	"strings"
	"unicode/utf8"

	"rung/decode"
)

// iq names a question or an answer (RFC 6120 §8.2.3) by its payload, and an
// empty answer by the question.
func (d *decoder) iq(p *decode.Pass, m *decode.Message, e *element) {
	id, typ := e.attr("id"), string(clipped(e.attr("type"), maxName))
	payload := payloadOf(e)
	name := bytes.TrimSpace(append(append(d.shared.name[:0], "iq "...), typ...))
	m.Summary = d.route(m, e)
	if typ == "get" || typ == "set" {
		r := request{dir: p.Dir, step: decode.StepStanza}
		if payload != nil {
			name = appendPayloadName(append(name, ' '), payload)
		}
		d.name(m, name)
		r.method = m.Name
		if payload != nil {
			d.asks(m, &r, payload)
		}
		m.Facts.Transaction = d.transaction(p.Dir, id, r.method, true)
		if len(id) > 0 && len(id) <= maxID {
			r.id = m.Facts.Transaction.ID
			d.ask(r)
		}
		return
	}
	d.name(m, name)
	r, known := d.answer(p.Dir, id)
	if known {
		m.Facts.Transaction = &decode.Transaction{ID: r.id, Method: r.method, Expires: -1}
	} else {
		r.method = "iq"
		m.Facts.Transaction = d.transaction(1-p.Dir, id, r.method, false)
	}
	switch typ {
	case "result":
		d.result(m, r, payload)
	case "error":
		d.refused(m, r, e)
	}
}

// transaction ties an iq to its answer: the connection, the side that asks and
// the id. It is nil without an id, which RFC 6120 §8.1.3 forbids.
func (d *decoder) transaction(asker decode.Direction, id []byte, method string, isRequest bool) *decode.Transaction {
	if len(id) == 0 {
		return nil
	}
	side := ">"
	if asker == decode.Back {
		side = "<"
	}
	return &decode.Transaction{ID: d.conn.ID + side + string(clipped(id, maxID)), Method: method, Request: isRequest, Expires: -1}
}

// asks names the questions of a login.
func (d *decoder) asks(m *decode.Message, r *request, payload *element) {
	l := m.Facts.Login
	switch {
	case payload.ns == nsBind:
		d.learn(r.dir, true)
		l.FromClient = r.dir == d.client
		r.step, l.Step = decode.StepBind, decode.StepBind
		m.Name = strings.TrimSpace("bind " + string(clipped(payload.childText("resource"), maxName)))
	case payload.ns == nsSession:
		m.Name = "session"
	case payload.ns == nsAuth && strings.HasPrefix(r.method, "iq set"):
		// XEP-0078: user name and password in one iq.
		r.step, l.Step = decode.StepAuth, decode.StepAuth
		l.Mechanism = nsAuth
		l.Identity = presentable(string(payload.childText("username")))
		m.Name = "auth " + nsAuth
		m.Summary = l.Identity
	}
}

// result names an answer that went well.
func (d *decoder) result(m *decode.Message, r request, payload *element) {
	l := m.Facts.Login
	switch {
	case r.step == decode.StepBind || payload != nil && payload.ns == nsBind:
		jid := payload.childText("jid")
		l.Step, l.Identity = decode.StepBound, clip(jid, maxIdentity)
		name := append(d.shared.name[:0], "bound"...)
		if _, resource, ok := bytes.Cut(jid, []byte("/")); ok {
			name = append(append(name, ' '), clipped(resource, maxName)...)
		}
		d.name(m, name)
		m.Summary = l.Identity
		d.jid = l.Identity
		return
	case r.step == decode.StepAuth:
		l.Step, l.Mechanism = decode.StepAuthSuccess, nsAuth
	}
	name := append(d.shared.name[:0], m.Name...)
	switch {
	case payload != nil:
		name = appendPayloadName(append(name, ' '), payload)
		if payload.ns == nsRoster && !strings.HasPrefix(r.method, "iq set") {
			name = appendContacts(name, payload.count)
		}
	case r.method != "" && r.method != "iq":
		name = append(name, strings.TrimPrefix(strings.TrimPrefix(r.method, "iq get"), "iq set")...)
	}
	d.name(m, name)
}

func appendContacts(b []byte, n int) []byte {
	b = strconv.AppendInt(append(b, " ("...), int64(n), 10)
	if n == 1 {
		return append(b, " contact)"...)
	}
	return append(b, " contacts)"...)
}

// refused names an answer that is an error.
func (d *decoder) refused(m *decode.Message, r request, e *element) {
	l := m.Facts.Login
	switch {
	case r.step == decode.StepBind || e.child("bind", nsBind) != nil:
		l.Step = decode.StepBindError
		m.Name = "bind error"
	case r.step == decode.StepAuth:
		l.Step, l.Mechanism = decode.StepAuthFailure, nsAuth
		m.Name = "auth error"
	default:
		s := d.summary()
		if known := strings.TrimPrefix(r.method, "iq "); known != r.method {
			s.say(known)
		}
		d.addRoute(&s, m, e)
		m.Summary = s.String()
	}
	if err := e.child("error", ""); err != nil {
		d.stanzaError(m, err)
	}
	if m.Facts.Transaction != nil {
		m.Facts.Transaction.Reason = l.Condition
	}
}

// payloadOf returns the child that an iq is about, or nil.
func payloadOf(e *element) *element {
	for _, c := range e.children {
		if !c.is("error") {
			return c
		}
	}
	return nil
}

// appendPayloadName names an element by its own name and the last part of its
// namespace that is no version: "roster", "disco#info", "ping", "query cs".
func appendPayloadName(b []byte, e *element) []byte {
	last := lastPart(e.ns)
	switch {
	case last == "" || last == "client" || last == "server":
		return append(b, clipped(e.name, maxName)...)
	case e.is("query"):
		return append(b, last...)
	case beginsLike(last, e.name):
		if e.is("vCard") {
			return append(b, e.name...) // of "vcard-temp"
		}
		b = append(b, last...)
		if action := e.attr("action"); len(action) > 0 { // Jingle, ad-hoc commands
			b = append(append(b, ' '), clipped(action, maxName)...)
		}
		return b
	}
	return append(append(append(b, clipped(e.name, maxName)...), ' '), last...)
}

// beginsLike reports whether s begins with prefix, upper or lower case.
func beginsLike(s string, prefix []byte) bool {
	for i, c := range prefix {
		switch {
		case c >= utf8.RuneSelf || i < len(s) && s[i] >= utf8.RuneSelf:
			return strings.HasPrefix(strings.ToLower(s), strings.ToLower(string(prefix)))
		case i == len(s) || lower(c) != lower(s[i]):
			return false
		}
	}
	return true
}

func lower(c byte) byte {
	if c >= 'A' && c <= 'Z' {
		return c + 'a' - 'A'
	}
	return c
}

// lastPart returns the last part of a namespace that is no version number,
// without the "xmpp-" that the namespaces of RFC 6120 repeat.
func lastPart(ns string) string {
	for ns != "" {
		i := strings.LastIndexAny(ns, "/:")
		if part := ns[i+1:]; part != "" && !isNumber(part) {
			part = strings.TrimPrefix(part, "xmpp-")
			if len(part) > maxName {
				return clip([]byte(part), maxName)
			}
			return part
		}
		ns = ns[:max(i, 0)]
	}
	return ""
}

// isNumber tells version numbers, and what else ParseFloat takes.
func isNumber(s string) bool {
	switch c := s[0]; {
	case c >= '0' && c <= '9', strings.IndexByte("+-.iInN", c) >= 0:
		_, err := strconv.ParseFloat(s, 64)
		return err == nil
	}
	return false
}
