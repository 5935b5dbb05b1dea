package sip

import (
	"bytes"

	"rung/decode"
)

// A name is a decode.Party before it is copied.
type name struct{ user, host, display []byte }

// named returns the name that an address gives.
func named(a *address, u *uri) name {
	return name{user: unescapeUser(u.user), host: u.host, display: a.display}
}

// headerName reads the first value of a header.
func (r *reader) headerName(want id) name {
	v := r.m.get(want)
	if len(v) == 0 {
		return name{}
	}
	l := r.listed1(want)
	if l == nil {
		v, _ = value(v)
		a := parseAddress(v)
		u := parseURI(a.uri)
		return named(&a, &u)
	}
	l.line = r.m.where[want]
	v, l.rest = value(v)
	l.address = parseAddress(v)
	l.uri = parseURI(l.address.uri)
	return named(&l.address, &l.uri)
}

// A listed address is the first of a header, taken apart for the identity
// and judged later.
type listed struct {
	line    uint16 // header line, counted from 1; 0: not read
	address address
	uri     uri
	rest    []byte // the header's other values
}

// listed1 is where the first address of a header is kept, nil for those that
// few messages have.
func (r *reader) listed1(want id) *listed {
	switch want {
	case idContact:
		return &r.contact1
	case idAsserted:
		return &r.asserted1
	}
	return nil
}

// Places of names. Each is a field of decode.Identity.
const (
	nameFrom = iota
	nameTo
	nameRequestURI
	nameContact
	nameAsserted
	namePreferred
	nameRemoteParty
	nameDiversion
	numNames
)

func places(i *decode.Identity) [numNames]*decode.Party {
	return [numNames]*decode.Party{&i.From, &i.To, &i.RequestURI, &i.Contact,
		&i.Asserted, &i.Preferred, &i.RemoteParty, &i.Diversion}
}

// identity lists who the message says is talking to whom. Most messages of a
// leg say the same, and share it.
func (r *reader) identity() *decode.Identity {
	var n [numNames]name
	n[nameFrom], n[nameTo] = named(&r.from, &r.fromURI), named(&r.to, &r.toURI)
	if r.m.Request {
		n[nameRequestURI] = named(&address{}, &r.requestURI)
	}
	if v := r.m.get(idContact); len(v) > 0 && v[0] != '*' {
		n[nameContact] = r.headerName(idContact)
	}
	for _, x := range [...]struct {
		id    id
		place int
	}{{idAsserted, nameAsserted}, {idPreferred, namePreferred}, {idRemoteParty, nameRemoteParty}, {idDiversion, nameDiversion}} {
		if r.m.has(x.id) {
			n[x.place] = r.headerName(x.id)
		}
	}
	privacy := r.m.get(idPrivacy)
	if r.memory == nil {
		return r.newIdentity(&n, privacy)
	}
	hash, size := hashNames(&n, privacy)
	if size > maxShared {
		return r.newIdentity(&n, privacy)
	}
	slot := &r.memory.identities[hash%identitySlots]
	if *slot == nil || !sameNames(*slot, &n, privacy) {
		*slot = r.newIdentity(&n, privacy)
	}
	return *slot
}

func (r *reader) newIdentity(n *[numNames]name, privacy []byte) *decode.Identity {
	i := &decode.Identity{Privacy: r.keep(privacy)}
	for k, p := range places(i) {
		x := &n[k]
		p.User, p.Host, p.Display = r.keep(x.user), r.keep(x.host), r.keep(x.display)
	}
	return i
}

// hashNames also counts the bytes.
func hashNames(n *[numNames]name, privacy []byte) (h uint64, size int) {
	h, size = decode.Hash(0, privacy), len(privacy)
	for k := range n {
		x := &n[k]
		all := len(x.user) + len(x.host) + len(x.display)
		if all == 0 {
			continue
		}
		size += all
		h = decode.Hash(h+uint64(k), x.user) + uint64(len(x.display))<<32
		h = decode.Hash(h, x.host)
	}
	return h, size
}

// sameNames reports whether i holds these names.
func sameNames(i *decode.Identity, n *[numNames]name, privacy []byte) bool {
	if i.Privacy != string(privacy) {
		return false
	}
	for k, p := range places(i) {
		x := &n[k]
		if p.User != string(x.user) || p.Host != string(x.host) || p.Display != string(x.display) {
			return false
		}
	}
	return true
}

// registration reads bindings from REGISTER and its answers (RFC 3261 §10).
func (r *reader) registration() {
	if r.method != "REGISTER" || !r.m.Request && r.status/100 != 2 {
		return
	}
	reg := &decode.Registration{AOR: r.out.Facts.Identity.To, Expires: -1}
	general := r.expires()
	star := false
	for i := range r.m.n {
		h := r.m.at(i)
		if h.id != idContact {
			continue
		}
		for v := r.m.value(h); len(v) > 0 && len(reg.Contacts) < maxValues; {
			var one []byte
			one, v = value(v)
			switch {
			case len(one) == 0:
			case string(one) == "*":
				star = true
			default:
				reg.Contacts = append(reg.Contacts, r.contact(one, general))
			}
		}
	}
	for _, c := range reg.Contacts {
		reg.Expires = max(reg.Expires, c.Expires)
	}
	if len(reg.Contacts) == 0 {
		reg.Expires = general
	}
	reg.Remove = r.m.Request && (star || reg.Expires == 0)
	r.out.Facts.Registration = reg
	if reg.Expires >= 0 {
		r.out.Facts.Transaction.Expires = reg.Expires
	}
}

// contact reads one binding; its expires parameter beats the header (§10.2.1.1).
func (r *reader) contact(v []byte, general int) decode.Contact {
	a := parseAddress(v)
	c := decode.Contact{URI: r.keep(a.uri), Expires: general}
	if e, ok := paramValue(a.params, "expires"); ok {
		if n, ok := number(e); ok {
			c.Expires = int(min(n, 1<<31-1))
		}
	}
	return c
}

// reasons reads Reason (RFC 3326) and Warning (RFC 3261 §20.43) headers, and
// a Reason that a header of another protocol's gateway left in no known form
// as text.
func (r *reader) reasons() {
	if !r.m.has(idReason) && !r.m.has(idWarning) {
		return
	}
	for i := range r.m.n {
		h := r.m.at(i)
		if h.id != idReason && h.id != idWarning {
			continue
		}
		for v := r.m.value(h); len(v) > 0 && len(r.out.Facts.Reasons) < maxValues; {
			var one []byte
			one, v = value(v)
			if len(one) == 0 {
				continue
			}
			if h.id == idReason {
				r.out.Facts.Reasons = append(r.out.Facts.Reasons, r.reason(one))
			} else {
				r.out.Facts.Reasons = append(r.out.Facts.Reasons, r.warning(one))
			}
		}
	}
}

// reason reads Q.850;cause=16;text="Normal call clearing".
func (r *reader) reason(v []byte) decode.Reason {
	scheme, params := param(v)
	out := decode.Reason{Source: "Reason", Scheme: r.scheme(scheme)}
	if cause, ok := paramValue(params, "cause"); ok {
		if n, ok := number(cause); ok && n < 1<<31 {
			out.Code = int(n)
		}
	}
	text, _ := paramValue(params, "text")
	out.Text = r.keep(unquote(text))
	return out
}

func (r *reader) scheme(b []byte) string {
	switch string(b) {
	case "Q.850":
		return "Q.850"
	case "SIP":
		return "SIP"
	}
	return r.keep(b)
}

// warning reads 399 agent "text".
func (r *reader) warning(v []byte) decode.Reason {
	code, rest := word(v)
	agent, text := word(rest)
	out := decode.Reason{Source: "Warning", Scheme: r.keep(agent), Text: r.keep(unquote(trim(text)))}
	if n, ok := number(code); ok && n < 1<<31 {
		out.Code = int(n)
	} else {
		out.Text = r.keep(v)
	}
	return out
}

// isDigits reports whether a user part is a number, with an optional +.
func isDigits(s string) bool {
	b := bytes.TrimPrefix([]byte(s), []byte("+"))
	return len(b) > 0 && len(digits(b)) == len(b)
}
