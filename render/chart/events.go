package chart

import (
	"time"

	"rung/capture"
	"rung/decode"
	"rung/decode/flow"
)

// sameEvent is how far apart the legs of one call repeat an event: INVITE on
// three hops is one event for the eye.
const sameEvent = time.Second

// events picks what is worth a mark on the time axis: the beginning and end
// of a call and what changes its media. Retransmissions are not.
func events(f *flow.Flow) []Event {
	e := eventPicker{last: make(map[string]capture.Time), held: make(map[int]bool), answered: make(map[int]bool)}
	for i := range f.Messages {
		m := &f.Messages[i]
		if m.Message == nil || m.RetransmissionOf >= 0 && m.RetransmissionOf != i {
			continue
		}
		if word := e.word(m); word != "" {
			e.add(m.Time, word)
		}
		if len(e.out) == maxEvents {
			break
		}
	}
	return e.out
}

type eventPicker struct {
	out            []Event
	last           map[string]capture.Time
	held, answered map[int]bool // by leg
}

func (e *eventPicker) add(at capture.Time, word string) {
	if t, ok := e.last[word]; ok && at.Sub(t) < sameEvent {
		return
	}
	e.last[word] = at
	e.out = append(e.out, Event{At: at, Label: word})
}

func (e *eventPicker) word(m *flow.Message) string {
	t := m.Facts.Transaction
	if t == nil {
		return ""
	}
	if hold := e.hold(m); hold != "" {
		return hold
	}
	if !t.Request {
		return e.answer(m.Leg, t)
	}
	switch t.Method {
	case "INVITE":
		if t.ToTag != "" {
			return "re-INVITE"
		}
		return "INVITE"
	case "BYE", "CANCEL", "REFER":
		return t.Method
	}
	return ""
}

// answer marks what comes back to an INVITE: ringing, and any final answer.
// Once a leg is answered, that a re-INVITE succeeds too is no news.
func (e *eventPicker) answer(leg int, t *decode.Transaction) string {
	if t.Method != "INVITE" || t.Status < 180 || t.Status == 401 || t.Status == 407 {
		return "" // a challenge is no answer
	}
	if t.Status >= 200 && t.Status < 300 {
		if e.answered[leg] {
			return ""
		}
		e.answered[leg] = true
	}
	return itoa(t.Status)
}

// hold reports that the offer in m puts audio on hold or takes it back
// (RFC 3264 §8.4).
func (e *eventPicker) hold(m *flow.Message) string {
	t, s := m.Facts.Transaction, m.Facts.Session
	if s == nil || !t.Request || t.Method != "INVITE" && t.Method != "UPDATE" {
		return ""
	}
	held := false
	for _, x := range s.Media {
		if x.Kind == "audio" {
			held = x.Direction == "sendonly" || x.Direction == "inactive" || isZeroHost(x.Host)
			break
		}
	}
	was := e.held[m.Leg]
	e.held[m.Leg] = held
	switch {
	case held && !was && t.ToTag != "":
		return "hold"
	case !held && was:
		return "resume"
	}
	return ""
}

// isZeroHost is the hold of RFC 2543, which old phones still send.
func isZeroHost(h string) bool { return h == "0.0.0.0" || h == "::" }
