package sip

import (
	"bytes"

	"rung/decode"
)

// party copies the name that an address gives.
func (r *reader) party(a address) decode.Party {
	return r.named(a, parseURI(a.uri))
}

func (r *reader) named(a address, u uri) decode.Party {
	return decode.Party{
		User:    r.keep.keep(unescapeUser(u.user)),
		Host:    r.keep.keep(u.host),
		Display: r.keep.keep(a.display),
	}
}

// headerParty reads the first value of a header.
func (r *reader) headerParty(want id) decode.Party {
	v := r.m.get(want)
	if len(v) == 0 {
		return decode.Party{}
	}
	v, _ = value(v)
	return r.party(parseAddress(v))
}

// identity lists who the message says is talking to whom.
func (r *reader) identity(i *decode.Identity) {
	i.From, i.To = r.named(r.from, r.fromURI), r.named(r.to, r.toURI)
	if r.m.Request {
		i.RequestURI = r.named(address{}, r.requestURI)
	}
	if v := r.m.get(idContact); len(v) > 0 && v[0] != '*' {
		i.Contact = r.headerParty(idContact)
	}
	i.Asserted = r.headerParty(idAsserted)
	i.Preferred = r.headerParty(idPreferred)
	i.RemoteParty = r.headerParty(idRemoteParty)
	i.Diversion = r.headerParty(idDiversion)
	i.Privacy = r.keep.keep(r.m.get(idPrivacy))
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
	c := decode.Contact{URI: r.keep.keep(a.uri), Expires: general}
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
	out.Text = r.keep.keep(unquote(text))
	return out
}

func (r *reader) scheme(b []byte) string {
	switch string(b) {
	case "Q.850":
		return "Q.850"
	case "SIP":
		return "SIP"
	}
	return r.keep.keep(b)
}

// warning reads 399 agent "text".
func (r *reader) warning(v []byte) decode.Reason {
	code, rest := word(v)
	agent, text := word(rest)
	out := decode.Reason{Source: "Warning", Scheme: r.keep.keep(agent), Text: r.keep.keep(unquote(trim(text)))}
	if n, ok := number(code); ok && n < 1<<31 {
		out.Code = int(n)
	} else {
		out.Text = r.keep.keep(v)
	}
	return out
}

// isDigits reports whether a user part is a number, with an optional +.
func isDigits(s string) bool {
	b := bytes.TrimPrefix([]byte(s), []byte("+"))
	return len(b) > 0 && len(digits(b)) == len(b)
}
