package pick

import (
	"slices"
	"time"

	"rung/decode"
	"rung/decode/flow"
	"rung/render"
	"rung/render/record"
	"rung/render/where"
)

// Options say which flows to show. The zero value keeps all.
type Options struct {
	IDs     []Range       // --flow
	Kinds   []decode.Kind // --kind
	CallIDs []string      // --call-id, compared byte by byte (RFC 3261 §8.1.1.4)
	Numbers []Number      // --number
	Where   *where.Filter // --where
	// Since and Until keep flows of which any part lies between them, both
	// included; nil is no limit.
	Since, Until *Moment
	Zone         *time.Location // of Since and Until; nil means UTC
}

// Keep reports whether o chooses f, a flow of doc. The error is one of the
// expression.
func (o *Options) Keep(doc *render.Document, f *flow.Flow) (bool, error) {
	if !o.keepCheap(doc, f) {
		return false, nil
	}
	if o.Where == nil {
		return true, nil
	}
	return o.Where.Match(record.NewFlow(doc, f))
}

// keepCheap is all but the expression.
func (o *Options) keepCheap(doc *render.Document, f *flow.Flow) bool {
	switch {
	case len(o.IDs) > 0 && !slices.ContainsFunc(o.IDs, func(r Range) bool { return r.Has(f.ID) }):
		return false
	case len(o.Kinds) > 0 && !slices.Contains(o.Kinds, f.Kind):
		return false
	case len(o.CallIDs) > 0 && !hasCallID(f, o.CallIDs):
		return false
	case len(o.Numbers) > 0 && !hasNumber(f, o.Numbers):
		return false
	case o.Since != nil && f.End < o.Since.In(&doc.Capture, o.Zone):
		return false
	case o.Until != nil && f.Start > o.Until.In(&doc.Capture, o.Zone):
		return false
	}
	return true
}

// Check finds what can't be what somebody meant once the capture is known: an
// end before the begin, or an id that no flow of doc has. doc holds all flows,
// not the chosen ones.
func (o *Options) Check(doc *render.Document) error {
	if o.Since != nil && o.Until != nil {
		since, until := o.Since.In(&doc.Capture, o.Zone), o.Until.In(&doc.Capture, o.Zone)
		if since > until {
			return wrong("", "--since %s is %s, after --until %s (%s)", o.Since, record.Time(since), o.Until, record.Time(until))
		}
	}
	for _, r := range o.IDs {
		if !slices.ContainsFunc(doc.Flows, func(f *flow.Flow) bool { return r.Has(f.ID) }) {
			return wrong("rung list shows the flows and their ids", "--flow %s: no such flow", r)
		}
	}
	return nil
}

func hasCallID(f *flow.Flow, ids []string) bool {
	return slices.ContainsFunc(f.Legs, func(l flow.Leg) bool { return l.CallID != "" && slices.Contains(ids, l.CallID) })
}

// hasNumber looks at the flow's own parties and at every identity its
// requests name.
func hasNumber(f *flow.Flow, numbers []Number) bool {
	match := func(p decode.Party) bool {
		return slices.ContainsFunc(numbers, func(n Number) bool { return n.Matches(p.User) })
	}
	if match(f.From) || match(f.To) {
		return true
	}
	for _, row := range f.Identities {
		if id := row.Identity; id != nil && slices.ContainsFunc(parties(id), match) {
			return true
		}
	}
	return false
}

func parties(id *decode.Identity) []decode.Party {
	return []decode.Party{id.From, id.To, id.RequestURI, id.Contact, id.Asserted, id.Preferred, id.RemoteParty, id.Diversion}
}
