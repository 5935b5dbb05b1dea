package flow

import (
	"fmt"
	"strings"

	"rung/capture"
	"rung/decode"
)

// judgeSession follows the steps of an XMPP stream.
func judgeSession(f *Flow) {
	var online, auth, opened, stanzas, closed bool
	var encrypted *decode.Message
	f.Outcome = Incomplete
	for i := range f.Messages {
		m := &f.Messages[i]
		if ev := m.Facts.Conn; ev != nil {
			if (ev.Event == capture.EventReset || ev.Event == capture.EventFinish) && !online {
				closed = true
			}
			continue
		}
		l := m.Facts.Login
		if l == nil {
			continue
		}
		f.nameSession(l)
		switch l.Step {
		case decode.StepOpen:
			opened = true
		case decode.StepProceed:
			encrypted = m.Message
		case decode.StepAuthSuccess:
			auth = true
		case decode.StepAuthFailure:
			auth = false
			f.Outcome, f.Reason = Denied, condition(l)
		case decode.StepBound, decode.StepResumed:
			online, f.Outcome, f.Reason = true, Online, ""
		case decode.StepBindError, decode.StepTLSFailure, decode.StepStreamError, decode.StepRedirect:
			f.Outcome, f.Reason = Failed, condition(l)
		case decode.StepStanza:
			stanzas = true
		case decode.StepClose:
			closed = true
		}
	}
	if f.Outcome != Incomplete {
		return
	}
	// A server-to-server stream has no resource to bind: it is up when
	// authenticated and used (RFC 6120 §7.1).
	switch {
	case auth && stanzas:
		f.Outcome = Online
	case encrypted != nil:
		f.Reason = fmt.Sprintf("encrypted after frame %s (STARTTLS)", encrypted.Frame)
	case opened && closed:
		f.Outcome = Closed
	}
}

func condition(l *decode.Login) string {
	parts := []string{l.Condition}
	if l.Text != "" {
		parts = append(parts, l.Text)
	}
	if l.Target != "" {
		parts = append(parts, "→ "+l.Target)
	}
	return strings.Join(parts, ": ")
}

// nameSession takes who logs in where from the first messages that say it;
// the full JID that the server bound wins over the name that was asked for.
func (f *Flow) nameSession(l *decode.Login) {
	if f.To.IsZero() && l.Domain != "" && l.FromClient {
		f.To = decode.Party{Host: l.Domain}
	}
	if l.Identity == "" || l.Step == decode.StepStanza {
		return
	}
	user, host, _ := strings.Cut(l.Identity, "@")
	host, _, _ = strings.Cut(host, "/")
	if host == "" {
		host = f.To.Host
	}
	if f.From.User == "" || l.Step == decode.StepBound {
		f.From = decode.Party{User: user, Host: host}
	}
}
