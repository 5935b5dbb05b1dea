package record

import (
	"rung/decode"
	"rung/decode/flow"
)

// flow writes the fields of one flow: the text of NewFlow(doc, f), without
// making it. They stand in the order of Flow; the brace before them is out.
func (e *Encoder) flow(in inputs, f *flow.Flow) {
	b := append(e.b, `"id":`...)
	b = appendInt(b, f.ID)
	b = append(b, `,"key":`...)
	b = appendString(b, f.Key)
	b = append(b, `,"kind":`...)
	b = appendString(b, string(f.Kind))
	b = append(b, `,"scenario":`...)
	b = appendText(b, f.Scenario)
	b = append(b, `,"title":`...)
	b = appendString(b, f.Title)
	b = append(b, `,"parent":`...)
	b = appendNumber(b, f.Parent)
	b = append(b, `,"children":`...)
	b = appendInts(b, f.Children)
	b = append(b, `,"start":`...)
	b = appendTime(b, f.Start)
	b = append(b, `,"end":`...)
	b = appendTime(b, f.End)
	b = append(b, `,"duration_ms":`...)
	b = appendMillis(b, f.End.Sub(f.Start))
	b = append(b, `,"from":`...)
	b = appendPerson(b, f.From)
	b = append(b, `,"to":`...)
	b = appendPerson(b, f.To)
	b = append(b, `,"outcome":`...)
	b = appendText(b, f.Outcome)
	b = append(b, `,"status":`...)
	b = appendNumber(b, f.Status)
	b = append(b, `,"reason":`...)
	b = appendText(b, f.Reason)
	b = append(b, `,"timing":`...)
	b = appendTiming(b, f.Timing)
	b = append(b, `,"parties":`...)
	b = appendParties(b, f.Parties)
	b = append(b, `,"legs":`...)
	b = in.appendLegs(b, f.Legs)
	b = append(b, `,"steps":`...)
	b = in.appendSteps(b, f.Steps)
	b = append(b, `,"identities":`...)
	b = in.appendIdentities(b, f.Identities)
	e.b = append(b, `,"messages":[`...)
	e.messages(in, f)
	b = append(e.b, `],"streams":`...)
	b = appendStreamIDs(b, f)
	b = append(b, `,"findings":[]`...)
	b = append(b, `,"diagnostics":`...)
	b = in.appendDiagnostics(b, f.Diagnostics)
	e.b = append(b, '}')
}

func appendInts(b []byte, list []int) []byte {
	b = append(b, '[')
	for i, n := range list {
		b = comma(b, i)
		b = appendInt(b, n)
	}
	return append(b, ']')
}

func appendPerson(b []byte, p decode.Party) []byte {
	b = append(b, `{"user":`...)
	b = appendText(b, p.User)
	b = append(b, `,"host":`...)
	b = appendText(b, p.Host)
	b = append(b, `,"display":`...)
	b = appendText(b, p.Display)
	return append(b, '}')
}

// appendPersonIf is appendPerson, or null when the header was absent.
func appendPersonIf(b []byte, p decode.Party) []byte {
	if p.IsZero() {
		return append(b, "null"...)
	}
	return appendPerson(b, p)
}

func appendTiming(b []byte, t flow.Timing) []byte {
	b = append(b, `{"pdd_ms":`...)
	b = appendMillisIf(b, t.PDD)
	b = append(b, `,"setup_ms":`...)
	b = appendMillisIf(b, t.Setup)
	b = append(b, `,"ring_ms":`...)
	b = appendMillisIf(b, t.Ring)
	b = append(b, `,"talk_ms":`...)
	b = appendMillisIf(b, t.Talk)
	return append(b, '}')
}

func appendParties(b []byte, ps []flow.Party) []byte {
	b = append(b, '[')
	for i := range ps {
		b = comma(b, i)
		b = appendParty(b, &ps[i])
	}
	return append(b, ']')
}

func appendParty(b []byte, p *flow.Party) []byte {
	b = append(b, `{"id":`...)
	b = appendInt(b, p.ID)
	b = append(b, `,"name":`...)
	b = appendText(b, p.Name)
	b = append(b, `,"role":`...)
	b = appendText(b, p.Role)
	b = append(b, `,"addresses":[`...)
	n := 0
	for _, a := range p.Addresses {
		if a.IsValid() {
			b = comma(b, n)
			b = appendAddr(b, a)
			n++
		}
	}
	b = append(b, `],"evidence":`...)
	b = appendText(b, p.Evidence)
	return append(b, '}')
}

func (in inputs) appendLegs(b []byte, ls []flow.Leg) []byte {
	b = append(b, '[')
	for i := range ls {
		b = comma(b, i)
		b = in.appendLeg(b, &ls[i])
	}
	return append(b, ']')
}

func (in inputs) appendLeg(b []byte, l *flow.Leg) []byte {
	b = append(b, `{"id":`...)
	b = appendString(b, l.ID)
	b = append(b, `,"protocol":`...)
	b = appendString(b, l.Protocol)
	b = append(b, `,"transport":`...)
	b = appendText(b, l.Transport.String())
	b = append(b, `,"call_id":`...)
	b = appendText(b, l.CallID)
	b = append(b, `,"session_id":`...)
	b = appendText(b, l.SessionID)
	b = append(b, `,"src":`...)
	b = appendAddr(b, l.Src)
	b = append(b, `,"dst":`...)
	b = appendAddr(b, l.Dst)
	b = append(b, `,"joined_by":`...)
	b = appendText(b, l.JoinedBy)
	b = append(b, `,"evidence_frames":`...)
	b = in.appendFrames(b, l.Evidence)
	b = append(b, `,"file":`...)
	b = in.appendInput(b, l.Evidence)
	return append(b, '}')
}

func (in inputs) appendSteps(b []byte, ss []flow.Step) []byte {
	b = append(b, '[')
	for i := range ss {
		b = comma(b, i)
		b = in.appendStep(b, &ss[i])
	}
	return append(b, ']')
}

func (in inputs) appendStep(b []byte, s *flow.Step) []byte {
	b = append(b, `{"name":`...)
	b = appendString(b, s.Name)
	b = append(b, `,"outcome":`...)
	b = appendText(b, s.Outcome)
	b = append(b, `,"frames":`...)
	b = in.appendFrames(b, s.Frames)
	b = append(b, `,"file":`...)
	b = in.appendInput(b, s.Frames)
	return append(b, '}')
}

func (in inputs) appendIdentities(b []byte, rows []flow.IdentityRow) []byte {
	b = append(b, '[')
	for i := range rows {
		b = comma(b, i)
		b = in.appendIdentity(b, &rows[i])
	}
	return append(b, ']')
}

func (in inputs) appendIdentity(b []byte, row *flow.IdentityRow) []byte {
	id := row.Identity
	if id == nil {
		id = &decode.Identity{}
	}
	b = append(b, `{"leg":`...)
	b = appendText(b, row.Leg)
	b = append(b, `,"frame":`...)
	b = appendNumber(b, row.Frame.Number)
	b = append(b, `,"from":`...)
	b = appendPersonIf(b, id.From)
	b = append(b, `,"pai":`...)
	b = appendPersonIf(b, id.Asserted)
	b = append(b, `,"rpid":`...)
	b = appendPersonIf(b, id.RemoteParty)
	b = append(b, `,"diversion":`...)
	b = appendPersonIf(b, id.Diversion)
	b = append(b, `,"contact":`...)
	b = appendPersonIf(b, id.Contact)
	b = append(b, `,"to":`...)
	b = appendPersonIf(b, id.To)
	b = append(b, `,"ruri":`...)
	b = appendPersonIf(b, id.RequestURI)
	b = append(b, `,"changed":`...)
	b = appendStrings(b, row.Changed)
	b = append(b, `,"ppi":`...)
	b = appendPersonIf(b, id.Preferred)
	b = append(b, `,"privacy":`...)
	b = appendText(b, id.Privacy)
	b = append(b, `,"file":`...)
	b = in.appendName(b, row.Frame)
	return append(b, '}')
}

func appendStreamIDs(b []byte, f *flow.Flow) []byte {
	b = append(b, '[')
	for i, s := range f.Streams {
		b = comma(b, i)
		b = appendString(b, s.ID)
	}
	return append(b, ']')
}
