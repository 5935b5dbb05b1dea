package xmpp

import (
	"strconv"
	"strings"

	"rung/decode"
)

// iq names a question or an answer (RFC 6120 §8.2.3) by its payload, and an
// empty answer by the question.
func (d *decoder) iq(p *decode.Pass, m *decode.Message, e *element) {
	id, typ := e.attr("id"), clip(e.attr("type"), maxName)
	payload := payloadOf(e)
	m.Name = strings.TrimSpace("iq " + typ)
	m.Summary = d.route(m, e)
	if typ == "get" || typ == "set" {
		r := request{dir: p.Dir, id: id, method: m.Name, step: decode.StepStanza}
		if payload != nil {
			r.method += " " + payloadName(payload)
			m.Name = r.method
			d.asks(m, &r, payload)
		}
		m.Facts.Transaction = d.transaction(p.Dir, id, r.method, true)
		r.id = clip(id, maxID)
		d.ask(r)
		return
	}
	r, known := d.answer(p.Dir, id)
	if !known {
		r.method = "iq"
	}
	m.Facts.Transaction = d.transaction(1-p.Dir, id, r.method, false)
	switch typ {
	case "result":
		d.result(m, r, payload)
	case "error":
		d.refused(m, r, e)
	}
}

// transaction ties an iq to its answer: the side that asks and the id. It is
// nil without an id, which RFC 6120 §8.1.3 forbids.
func (d *decoder) transaction(asker decode.Direction, id, method string, isRequest bool) *decode.Transaction {
	if id == "" {
		return nil
	}
	side := ">"
	if asker == decode.Back {
		side = "<"
	}
	return &decode.Transaction{ID: d.conn.ID + side + clip(id, maxID), Method: method, Request: isRequest, Expires: -1}
}

// asks names the questions of a login.
func (d *decoder) asks(m *decode.Message, r *request, payload *element) {
	l := m.Facts.Login
	switch {
	case payload.ns == nsBind:
		d.learn(r.dir, true)
		l.FromClient = r.dir == d.client
		r.step, l.Step = decode.StepBind, decode.StepBind
		m.Name = strings.TrimSpace("bind " + clip(payload.childText("resource"), maxName))
	case payload.ns == nsSession:
		m.Name = "session"
	case payload.ns == nsAuth && strings.HasPrefix(r.method, "iq set"):
		// XEP-0078: user name and password in one iq.
		r.step, l.Step = decode.StepAuth, decode.StepAuth
		l.Mechanism = nsAuth
		l.Identity = strings.Clone(presentable(payload.childText("username")))
		m.Name = "auth " + nsAuth
		m.Summary = l.Identity
	}
}

// result names an answer that went well.
func (d *decoder) result(m *decode.Message, r request, payload *element) {
	l := m.Facts.Login
	jid := payload.childText("jid")
	switch {
	case r.step == decode.StepBind || payload != nil && payload.ns == nsBind:
		l.Step, l.Identity = decode.StepBound, clip(jid, maxIdentity)
		m.Name = "bound"
		if _, resource, ok := strings.Cut(jid, "/"); ok {
			m.Name += " " + clip(resource, maxName)
		}
		m.Summary = l.Identity
		d.jid = l.Identity
		return
	case r.step == decode.StepAuth:
		l.Step, l.Mechanism = decode.StepAuthSuccess, nsAuth
	}
	switch {
	case payload != nil:
		m.Name += " " + payloadName(payload)
		if payload.ns == nsRoster && !strings.HasPrefix(r.method, "iq set") {
			m.Name += " (" + contacts(payload.count) + ")"
		}
	case r.method != "" && r.method != "iq":
		m.Name += strings.TrimPrefix(strings.TrimPrefix(r.method, "iq get"), "iq set")
	}
}

func contacts(n int) string {
	if n == 1 {
		return "1 contact"
	}
	return strconv.Itoa(n) + " contacts"
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
		var s summary
		if known := strings.TrimPrefix(r.method, "iq "); known != r.method {
			s.add("", known)
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
		if c.name != "error" {
			return c
		}
	}
	return nil
}

// payloadName names an element by its own name and the last part of its
// namespace that is no version: "roster", "disco#info", "ping", "query cs".
func payloadName(e *element) string {
	last := lastPart(e.ns)
	name := clip(e.name, maxName)
	switch {
	case last == "" || last == "client" || last == "server":
		return name
	case e.name == "query":
		return last
	case strings.HasPrefix(strings.ToLower(last), strings.ToLower(e.name)):
		if e.name == "vCard" {
			return name // of "vcard-temp"
		}
		if action := e.attr("action"); action != "" {
			return last + " " + clip(action, maxName) // Jingle, ad-hoc commands
		}
		return last
	}
	return name + " " + last
}

// lastPart returns the last part of a namespace that is no version number,
// without the "xmpp-" that the namespaces of RFC 6120 repeat.
func lastPart(ns string) string {
	for ns != "" {
		i := strings.LastIndexAny(ns, "/:")
		part := ns[i+1:]
		if _, err := strconv.ParseFloat(part, 64); err != nil && part != "" {
			return clip(strings.TrimPrefix(part, "xmpp-"), maxName)
		}
		ns = ns[:max(i, 0)]
	}
	return ""
}
