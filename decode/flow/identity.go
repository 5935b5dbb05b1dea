package flow

import "rung/decode"

// identities lists who is who at the first request of every leg, and what
// differs from the leg before.
func identities(f *Flow) {
	seen := make(map[int]bool)
	var before *decode.Identity
	for i := range f.Messages {
		m := &f.Messages[i]
		t, id := m.Facts.Transaction, m.Facts.Identity
		if id == nil || t == nil || !t.Request || m.Leg < 0 || seen[m.Leg] {
			continue
		}
		seen[m.Leg] = true
		row := IdentityRow{Leg: f.Legs[m.Leg].ID, Frame: m.Frame, Identity: id}
		if before != nil {
			row.Changed = changed(before, id)
		}
		before = id
		f.Identities = append(f.Identities, row)
	}
}

// changed names the fields whose user part or display name differ. Hosts
// differ at every hop that is not a plain proxy, and say little.
func changed(a, b *decode.Identity) []string {
	var names []string
	for _, x := range []struct {
		name string
		a, b decode.Party
	}{
		{"from", a.From, b.From}, {"pai", a.Asserted, b.Asserted}, {"rpid", a.RemoteParty, b.RemoteParty},
		{"diversion", a.Diversion, b.Diversion}, {"contact", a.Contact, b.Contact}, {"to", a.To, b.To},
		{"ruri", a.RequestURI, b.RequestURI},
	} {
		if x.a.User != x.b.User || x.a.Display != x.b.Display {
			names = append(names, x.name)
		}
	}
	return names
}
