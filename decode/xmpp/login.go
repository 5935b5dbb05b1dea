package xmpp

import (
	"strings"

	"rung/decode"
)

// element names a top-level element and emits it. The cases are in the order
// in which a login meets them.
func (d *decoder) element(p *decode.Pass, e *element) {
	switch {
	case e.ns == nsStreams && e.name == "features":
		d.features(p, e)
	case e.ns == nsStreams && e.name == "error":
		d.streamError(p, e)
	case e.ns == nsTLS:
		d.startTLS(p, e)
	case e.ns == nsSASL || e.ns == nsSASL2:
		d.sasl(p, e)
	case e.ns == nsCompress:
		d.compress(p, e)
	case strings.HasPrefix(e.ns, prefixSM):
		d.management(p, e)
	case e.ns == nsDialback:
		d.dialback(p, e)
	case e.ns == nsFraming && e.name == "open":
		d.begin(p, e, nsClient)
	case e.ns == nsFraming && e.name == "close":
		m := d.message(p, decode.StepClose)
		m.Name = "close"
		p.Emit(m)
	default:
		d.stanza(p, e)
	}
}

// features lists what a server offers (RFC 6120 §4.3.2).
func (d *decoder) features(p *decode.Pass, e *element) {
	d.learn(p.Dir, false)
	m := d.message(p, decode.StepFeatures)
	m.Name = "features"
	var s summary
	listed := make(map[string]bool)
	for _, c := range e.children {
		if len(listed) == maxFeatures {
			break
		}
		text := c.name
		switch {
		case c.ns == nsTLS && c.child("required", "") != nil:
			text = "starttls required"
		case c.name == "mechanisms" || c.ns == nsSASL2:
			text = strings.TrimSpace("mechanisms " + mechanisms(c))
		case c.name == "c": // XEP-0115 §6.3
			continue
		}
		if !listed[text] {
			listed[text] = true
			s.add("", text)
		}
	}
	m.Summary = s.String()
	p.Emit(m)
}

func mechanisms(e *element) string {
	var names []string
	for _, c := range e.children {
		if c.name == "mechanism" && len(names) < maxFeatures {
			names = append(names, clip(strings.TrimSpace(c.text), maxName))
		}
	}
	return strings.Join(names, " ")
}

// startTLS (RFC 6120 §5.4). Behind <proceed/> both directions are TLS.
func (d *decoder) startTLS(p *decode.Pass, e *element) {
	step := decode.StepStartTLS
	name := e.name
	switch e.name {
	case "starttls":
		d.learn(p.Dir, true)
	case "proceed":
		d.learn(p.Dir, false)
		step = decode.StepProceed
	case "failure":
		d.learn(p.Dir, false)
		step, name = decode.StepTLSFailure, "starttls failure"
	}
	m := d.message(p, step)
	m.Name = clip(name, maxName)
	p.Emit(m)
	if step == decode.StepProceed {
		p.Switch("tls")
	}
}

// compress (XEP-0138). Behind <compressed/> both directions are zlib.
func (d *decoder) compress(p *decode.Pass, e *element) {
	m := d.message(p, decode.StepStanza)
	m.Name = clip(e.name, maxName)
	if e.name == "failure" {
		m.Name = "compress failure"
	}
	m.Summary = clip(e.childText("method"), maxShown)
	p.Emit(m)
	if e.name == "compressed" {
		p.Switch("xmpp-compressed")
	}
}

// sasl reads a step of authentication (RFC 6120 §6.4, XEP-0388). What is in a
// challenge or response stays out of sight, but for the name that logs in.
func (d *decoder) sasl(p *decode.Pass, e *element) {
	fromClient, known := map[string]bool{
		"auth": true, "authenticate": true, "response": true, "abort": true, "next": true,
		"challenge": false, "success": false, "failure": false, "continue": false,
	}[e.name]
	if known {
		d.learn(p.Dir, fromClient)
	}
	m := d.message(p, decode.StepResponse)
	m.Name = clip(e.name, maxName)
	l := m.Facts.Login
	switch e.name {
	case "auth", "authenticate":
		d.auth(m, e)
	case "challenge", "continue":
		l.Step = decode.StepChallenge
	case "response":
		l.Identity = identity(d.mechanism, e.text)
		m.Summary = l.Identity
	case "success":
		l.Step = decode.StepAuthSuccess
		l.Identity = clip(e.childText("authorization-identifier"), maxIdentity)
		m.Summary = l.Identity
	case "abort":
		// The client gives up (§6.4.4); the server answers with a failure.
	case "failure":
		l.Step = decode.StepAuthFailure
		d.failure(m, e, nsSASL)
	}
	l.Mechanism = d.mechanism
	p.Emit(m)
}

func (d *decoder) auth(m *decode.Message, e *element) {
	d.mechanism = clip(e.attr("mechanism"), maxName)
	payload := e.text
	if e.name == "authenticate" {
		payload = e.childText("initial-response")
	}
	l := m.Facts.Login
	l.Step = decode.StepAuth
	l.Identity = identity(d.mechanism, payload)
	m.Name = strings.TrimSpace("auth " + d.mechanism)
	m.Summary = l.Identity
}

// failure fills condition and text of an error whose conditions are elements
// of namespace ns, and appends the condition to the name.
func (d *decoder) failure(m *decode.Message, e *element, ns string) {
	l := m.Facts.Login
	for _, c := range e.children {
		switch {
		case c.name == "text":
			l.Text = clip(strings.TrimSpace(c.text), maxShown)
		case c.ns == ns && l.Condition == "":
			l.Condition = clip(c.name, maxName)
		}
	}
	if l.Condition != "" {
		m.Name += " " + l.Condition
	}
	m.Summary = l.Text
}

// streamError (RFC 6120 §4.9). A see-other-host is a redirection.
func (d *decoder) streamError(p *decode.Pass, e *element) {
	m := d.message(p, decode.StepStreamError)
	m.Name = "stream error"
	d.failure(m, e, nsCondition)
	l := m.Facts.Login
	if l.Condition == "see-other-host" {
		l.Step = decode.StepRedirect
		l.Target = clip(e.childText("see-other-host"), maxIdentity)
		m.Name = "see-other-host " + clip(l.Target, maxName)
	}
	p.Emit(m)
}

// management is stream management (XEP-0198): <r/> and <a/> count stanzas, the
// others keep a session over a broken connection.
func (d *decoder) management(p *decode.Pass, e *element) {
	m := d.message(p, decode.StepStanza)
	m.Name = clip(e.name, maxName)
	var s summary
	switch e.name {
	case "enable", "enabled":
		m.Name += " sm"
	case "resumed":
		d.learn(p.Dir, false)
		m.Facts.Login.Step = decode.StepResumed
	case "failed":
		m.Name = "sm failed"
		d.failure(m, e, nsStanzas)
		s.add("", m.Summary)
	}
	s.add("id", e.attr("id"))
	s.add("previous id", e.attr("previd"))
	s.add("h", e.attr("h"))
	if r := e.attr("resume"); r == "true" || r == "1" {
		s.add("", "may resume")
	}
	s.add("location", e.attr("location"))
	m.Summary = s.String()
	p.Emit(m)
}

// dialback is how servers prove their domain (XEP-0220). The key is a secret
// as long as it is fresh.
func (d *decoder) dialback(p *decode.Pass, e *element) {
	d.server = true
	m := d.message(p, decode.StepStanza)
	l := m.Facts.Login
	typ := clip(e.attr("type"), maxName)
	m.Name = strings.TrimSpace("dialback " + clip(e.name, maxName) + " " + typ)
	if e.name == "result" {
		l.Mechanism = "dialback"
		switch typ {
		case "":
			d.learn(p.Dir, true)
			l.FromClient = p.Dir == d.client
			l.Step, l.Identity = decode.StepAuth, clip(e.attr("from"), maxIdentity)
		case "valid":
			l.Step = decode.StepAuthSuccess
		case "error": // the condition is in the error (§2.4.2)
			l.Step = decode.StepAuthFailure
		default:
			l.Step, l.Condition = decode.StepAuthFailure, typ
		}
	}
	m.Summary = d.route(m, e)
	if err := e.child("error", ""); err != nil {
		d.stanzaError(m, err)
	}
	p.Emit(m)
}
