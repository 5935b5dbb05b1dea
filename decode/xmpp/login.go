package xmpp

import (
	"bytes"
	"slices"
	"strings"

	"rung/decode"
)

// element names a top-level element and emits it. The cases are in the order
// in which a login meets them.
func (d *decoder) element(p *decode.Pass, e *element) {
	switch {
	case e.ns == nsStreams && e.is("features"):
		d.features(p, e)
	case e.ns == nsStreams && e.is("error"):
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
	case e.ns == nsFraming && e.is("open"):
		d.begin(p, e, nsClient)
	case e.ns == nsFraming && e.is("close"):
		m := d.message(p, decode.StepClose)
		m.Name = "close"
		d.emit(p, m)
	default:
		d.stanza(p, e)
	}
}

// features lists what a server offers (RFC 6120 §4.3.2).
func (d *decoder) features(p *decode.Pass, e *element) {
	d.learn(p.Dir, false)
	m := d.message(p, decode.StepFeatures)
	m.Name = "features"
	s := d.summary()
	var listed [maxFeatures]string
	n := 0
	for _, c := range e.children {
		if n == maxFeatures {
			break
		}
		text := d.feature(c)
		if text != "" && !slices.Contains(listed[:n], text) {
			listed[n] = text
			n++
			s.say(text)
		}
	}
	m.Summary = s.String()
	d.emit(p, m)
}

// feature puts one into words, or none that says nothing.
func (d *decoder) feature(c *element) string {
	switch {
	case c.ns == nsTLS && c.child("required", "") != nil:
		return "starttls required"
	case c.is("mechanisms") || c.ns == nsSASL2:
		return strings.TrimSpace("mechanisms " + mechanisms(c))
	case c.is("c"): // XEP-0115 §6.3
		return ""
	}
	return d.shared.texts.Text(c.name)
}

func mechanisms(e *element) string {
	var names []string
	for _, c := range e.children {
		if c.is("mechanism") && len(names) < maxFeatures {
			names = append(names, clip(bytes.TrimSpace(c.text), maxName))
		}
	}
	return strings.Join(names, " ")
}

// startTLS (RFC 6120 §5.4). Behind <proceed/> both directions are TLS.
func (d *decoder) startTLS(p *decode.Pass, e *element) {
	step := decode.StepStartTLS
	name := d.shared.texts.Text(clipped(e.name, maxName))
	switch string(e.name) {
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
	m.Name = name
	d.emit(p, m)
	if step == decode.StepProceed {
		p.Switch("tls")
	}
}

// compress (XEP-0138). Behind <compressed/> both directions are zlib.
func (d *decoder) compress(p *decode.Pass, e *element) {
	m := d.message(p, decode.StepStanza)
	m.Name = d.shared.texts.Text(clipped(e.name, maxName))
	if e.is("failure") {
		m.Name = "compress failure"
	}
	m.Summary = clip(e.childText("method"), maxShown)
	d.emit(p, m)
	if e.is("compressed") {
		p.Switch("xmpp-compressed")
	}
}

// sasl reads a step of authentication (RFC 6120 §6.4, XEP-0388). What is in a
// challenge or response stays out of sight, but for the name that logs in.
func (d *decoder) sasl(p *decode.Pass, e *element) {
	switch string(e.name) {
	case "auth", "authenticate", "response", "abort", "next":
		d.learn(p.Dir, true)
	case "challenge", "success", "failure", "continue":
		d.learn(p.Dir, false)
	}
	m := d.message(p, decode.StepResponse)
	m.Name = d.shared.texts.Text(clipped(e.name, maxName))
	l := m.Facts.Login
	switch string(e.name) {
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
	d.emit(p, m)
}

func (d *decoder) auth(m *decode.Message, e *element) {
	d.mechanism = d.shared.texts.Text(clipped(e.attr("mechanism"), maxName))
	payload := e.text
	if e.is("authenticate") {
		payload = e.childText("initial-response")
	}
	l := m.Facts.Login
	l.Step = decode.StepAuth
	l.Identity = identity(d.mechanism, payload)
	d.name(m, bytes.TrimSpace(append(append(d.shared.name[:0], "auth "...), d.mechanism...)))
	m.Summary = l.Identity
}

// failure fills condition and text of an error whose conditions are elements
// of namespace ns, and appends the condition to the name.
func (d *decoder) failure(m *decode.Message, e *element, ns string) {
	l := m.Facts.Login
	for _, c := range e.children {
		switch {
		case c.is("text"):
			l.Text = clip(bytes.TrimSpace(c.text), maxShown)
		case c.ns == ns && l.Condition == "":
			l.Condition = d.shared.texts.Text(clipped(c.name, maxName))
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
		m.Name = "see-other-host " + clip([]byte(l.Target), maxName)
	}
	d.emit(p, m)
}

// management is stream management (XEP-0198): <r/> and <a/> count stanzas, the
// others keep a session over a broken connection.
func (d *decoder) management(p *decode.Pass, e *element) {
	m := d.message(p, decode.StepStanza)
	m.Name = d.shared.texts.Text(clipped(e.name, maxName))
	s := d.summary()
	switch string(e.name) {
	case "enable", "enabled":
		m.Name += " sm"
	case "resumed":
		d.learn(p.Dir, false)
		m.Facts.Login.Step = decode.StepResumed
	case "failed":
		m.Name = "sm failed"
		d.failure(m, e, nsStanzas)
		s.say(m.Summary)
	}
	s.add("id", e.attr("id"))
	s.add("previous id", e.attr("previd"))
	s.add("h", e.attr("h"))
	if r := string(e.attr("resume")); r == "true" || r == "1" {
		s.say("may resume")
	}
	s.add("location", e.attr("location"))
	m.Summary = s.String()
	d.emit(p, m)
}

// dialback is how servers prove their domain (XEP-0220). The key is a secret
// as long as it is fresh.
func (d *decoder) dialback(p *decode.Pass, e *element) {
	d.server = true
	m := d.message(p, decode.StepStanza)
	l := m.Facts.Login
	typ := clip(e.attr("type"), maxName)
	m.Name = strings.TrimSpace("dialback " + clip(e.name, maxName) + " " + typ)
	if e.is("result") {
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
	d.emit(p, m)
}
