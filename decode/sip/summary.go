package sip

import (
	"bytes"
	"net/netip"
	"strconv"
	"strings"

	"rung/decode"
)

// details are what a summary says, one after the other. They are written on
// the stack and kept with the other texts of a message. What is beyond
// maxText is cut; one byte more shows that it was.
type details struct {
	n int
	b [maxText + 1]byte
}

// summary is the one detail that matters on a ladder's arrow.
func (r *reader) summary() string {
	var d details
	if r.m.Request {
		r.requestSummary(&d)
	} else {
		r.responseSummary(&d)
	}
	if d.n > maxText {
		return strings.ToValidUTF8(string(d.b[:maxText]), "")
	}
	return r.whole(d.b[:d.n])
}

func (d *details) text(s string) { d.n += copy(d.b[d.n:], s) }

func (d *details) bytes(s []byte) { d.n += copy(d.b[d.n:], s) }

func (d *details) number(n int) {
	var buf [20]byte
	d.bytes(strconv.AppendInt(buf[:0], int64(n), 10))
}

// sep separates details of one summary.
const sep = " · "

// next begins another detail.
func (d *details) next() {
	if d.n > 0 {
		d.text(sep)
	}
}

// also writes s after what is there.
func also(b *details, s string) {
	if s != "" {
		b.next()
		b.text(s)
	}
}

// alsoNumber writes a word and a number.
func alsoNumber(b *details, word string, n int) {
	b.next()
	b.text(word)
	b.number(n)
}

func (r *reader) requestSummary(b *details) {
	t, id := r.out.Facts.Transaction, r.out.Facts.Identity
	switch r.method {
	case "INVITE":
		if len(r.toTag) > 0 {
			also(b, hold(r.out.Facts.Session))
		} else if who := caller(id); who != "" {
			also(b, "From ")
			b.text(who)
		}
		r.offer(b, "no SDP (late offer)")
	case "UPDATE", "PRACK", "ACK":
		also(b, hold(r.out.Facts.Session))
		r.offer(b, "")
	case "REGISTER":
		r.registerSummary(b)
	case "SUBSCRIBE", "NOTIFY", "PUBLISH":
		r.eventSummary(b)
	case "REFER":
		also(b, r.referTo())
	case "MESSAGE":
		r.content(b)
	case "INFO":
		r.infoSummary(b)
	}
	r.explain(b)
	if t.Authorized {
		also(b, "with credentials")
	}
}

// caller is who the caller says to be: number or name, else the host.
func caller(id *decode.Identity) string {
	return first2(id.From.User, first2(id.From.Display, id.From.Host))
}

// offer writes codecs and the media address, or what to say without SDP.
func (r *reader) offer(b *details, none string) {
	s := r.out.Facts.Session
	if s == nil {
		also(b, none)
		return
	}
	codecs(b, s)
	if r.method != "INVITE" || !r.m.Request {
		mediaAddr(b, s)
	}
}

// hold says when a session is put on hold (RFC 3264 §8.4) or has no media.
func hold(s *decode.Session) string {
	if s == nil {
		return ""
	}
	for i := range s.Media {
		m := &s.Media[i]
		if m.Port == 0 || m.Kind != "audio" {
			continue
		}
		switch {
		case m.Direction == "sendonly":
			return "hold"
		case m.Direction == "inactive":
			return "inactive"
		case m.Addr.IsValid() && m.Addr.Addr() == netip.IPv4Unspecified() && m.ICEUfrag == "":
			return "hold" // c=0.0.0.0, RFC 2543 §B.5
		}
		return ""
	}
	return ""
}

// codecs lists codecs in order of preference, as people call them. Video is
// marked when there is audio before it.
func codecs(b *details, s *decode.Session) {
	none := b.n
	b.next()
	from := b.n
	piece := func(s string) {
		if b.n > from {
			b.text(" ")
		}
		b.text(s)
	}
	for i := range s.Media {
		m := &s.Media[i]
		if m.Kind == "application" && len(m.Codecs) > 0 && m.Codecs[0].Name == "*" {
			piece(m.Transport) // TCP/BFCP *
			continue
		}
		if m.Kind != "audio" && (len(s.Media) > 1 || len(m.Codecs) == 0) {
			piece(m.Kind)
		}
		if m.Port == 0 {
			if m.Kind == "audio" {
				piece("audio")
			}
			piece("off")
			continue
		}
		for j := range m.Codecs {
			if name := codecName(m.Codecs, j); name != "" {
				piece(name)
			}
			if b.n-from > maxText/2 {
				b.text(" …")
				return
			}
		}
	}
	if b.n == from {
		b.n = none
	}
}

// codecName names format j of a list: DTMF for telephone-event, nothing for
// repair and for a name that was there before.
func codecName(list []decode.Codec, j int) string {
	name := list[j].Name
	switch {
	case name == "":
		return "PT" + strconv.Itoa(int(list[j].PT))
	case strings.EqualFold(name, "telephone-event"):
		name = "DTMF"
	case isRepair(name):
		return ""
	}
	for i := range j {
		if list[i].Name == list[j].Name {
			return ""
		}
	}
	return name
}

// isRepair: formats that carry no media of their own.
func isRepair(name string) bool {
	for _, s := range [...]string{"rtx", "red", "ulpfec", "flexfec-03", "cn"} {
		if len(s) == len(name) && strings.EqualFold(s, name) {
			return true
		}
	}
	return false
}

// mediaAddr is where the first live m= line wants its media.
func mediaAddr(b *details, s *decode.Session) {
	for i := range s.Media {
		m := &s.Media[i]
		switch {
		case m.Port == 0:
		case m.Addr.IsValid():
			var buf [64]byte
			b.next()
			b.bytes(m.Addr.AppendTo(buf[:0]))
			return
		case m.Host != "":
			also(b, m.Host)
			b.text(":")
			b.number(m.Port)
			return
		}
	}
}

func (r *reader) registerSummary(b *details) {
	id, reg := r.out.Facts.Identity, r.out.Facts.Registration
	also(b, first2(id.To.User, id.To.Host))
	if id.To.User != "" && id.To.Host != "" {
		b.text("@")
		b.text(id.To.Host)
	}
	switch {
	case reg == nil:
	case reg.Remove:
		also(b, "unregister")
	case reg.Expires >= 0:
		alsoNumber(b, "expires ", reg.Expires)
	case len(reg.Contacts) == 0:
		also(b, "query")
	}
}

func (r *reader) eventSummary(b *details) {
	t := r.out.Facts.Transaction
	also(b, t.Event)
	also(b, t.SubscriptionState)
	switch body := &r.bodies; {
	case body.pidf != nil:
		also(b, presence(body.pidf))
	case body.waiting != nil:
		also(b, waiting(body.waiting))
	case body.frag != nil:
		line, _ := cutLine(body.frag)
		also(b, strings.TrimPrefix(string(line[:min(len(line), maxText/2)]), "SIP/2.0 "))
	case body.dialog != nil:
		also(b, dialogState(body.dialog))
	}
	if t.Expires >= 0 && r.method != "NOTIFY" {
		alsoNumber(b, "expires ", t.Expires)
	}
}

func (r *reader) referTo() string {
	a := parseAddress(r.m.get(idReferTo))
	u := parseURI(a.uri)
	to := string(unescapeUser(u.user))
	if to == "" {
		to = string(u.host)
	}
	if to == "" {
		return ""
	}
	if _, ok := paramValue(bytes.ReplaceAll(u.headers, []byte("&"), []byte(";")), "replaces"); ok {
		return "to " + to + " (attended)"
	}
	return "to " + to
}

// content tells type and size of the body.
func (r *reader) content(b *details) {
	if len(r.m.Body) == 0 {
		return
	}
	kind := r.bodies.kind
	also(b, first2(string(kind[:min(len(kind), maxMethod)]), "body")+", "+strconv.Itoa(len(r.m.Body))+" bytes")
}

// infoSummary shows the digit of application/dtmf-relay (Signal=5) and
// application/dtmf, else the content.
func (r *reader) infoSummary(b *details) {
	switch {
	case equalFold(r.bodies.kind, "application/dtmf-relay"):
		line, _ := cutLine(r.m.Body)
		if name, v, ok := bytes.Cut(line, []byte("=")); ok && equalFold(trim(name), "signal") {
			v = trim(v)
			also(b, "DTMF "+string(v[:min(len(v), 8)]))
			return
		}
	case equalFold(r.bodies.kind, "application/dtmf"):
		v := trim(r.m.Body)
		also(b, "DTMF "+string(v[:min(len(v), 8)]))
		return
	}
	r.content(b)
}

func (r *reader) responseSummary(b *details) {
	switch {
	case r.status == 401 || r.status == 407:
		r.challenge(b)
	case r.status/100 == 3:
		if c := r.m.get(idContact); len(c) > 0 {
			c, _ = value(c)
			a := parseAddress(c)
			also(b, "to "+string(a.uri[:min(len(a.uri), maxText/2)]))
		}
	case r.method == "REGISTER" && r.status/100 == 2:
		if reg := r.out.Facts.Registration; reg != nil && reg.Expires >= 0 {
			alsoNumber(b, "expires ", reg.Expires)
		}
	case r.status == 420:
		r.listed(b, "unsupported ", idUnsupported)
	case r.status == 421:
		r.listed(b, "requires ", idRequire)
	case r.status == 422:
		r.listed(b, "Min-SE ", idMinSE)
	case r.status == 423:
		r.listed(b, "Min-Expires ", idMinExpires)
	case r.status == 503 || r.status == 500:
		r.listed(b, "Retry-After ", idRetryAfter)
	case r.method == "SUBSCRIBE" || r.method == "PUBLISH":
		if e := r.out.Facts.Transaction.Expires; e >= 0 {
			alsoNumber(b, "expires ", e)
		}
	}
	r.offer(b, "")
	r.explain(b)
}

func (r *reader) listed(b *details, word string, want id) {
	if v := r.m.get(want); len(v) > 0 {
		also(b, word+string(v[:min(len(v), maxText/4)]))
	}
}

// challenge shows scheme and realm of the first challenge, and whether the
// credentials before it failed for an old nonce only (RFC 7616 §3.3): the
// password was right then.
func (r *reader) challenge(b *details) {
	scheme, rest := word(first(r.m.get(idWWWAuthenticate), r.m.get(idProxyAuthenticate)))
	if len(scheme) == 0 {
		return
	}
	text := string(scheme[:min(len(scheme), maxMethod)])
	seen, stale := false, false
	for len(rest) > 0 {
		var p []byte
		p, rest = value(rest)
		name, v, ok := bytes.Cut(p, []byte("="))
		if name = trim(name); bytes.IndexByte(name, ' ') >= 0 {
			break // "Basic realm": the next challenge of the list
		}
		if !ok {
			continue
		}
		v = unquote(trim(v))
		switch {
		case equalFold(name, "realm") && !seen:
			seen = true
			text += " realm " + string(v[:min(len(v), maxText/4)])
		case equalFold(name, "stale"):
			stale = equalFold(v, "true")
		}
	}
	also(b, text)
	if stale {
		also(b, "stale nonce")
	}
}

// explain adds what the message itself says of its reason, word for word.
func (r *reader) explain(b *details) {
	for i := range r.out.Facts.Reasons {
		x := &r.out.Facts.Reasons[i]
		s := x.Text
		switch {
		case x.Source == "Warning":
		case x.Code > 0 && s != "":
			s = x.Scheme + " " + strconv.Itoa(x.Code) + " " + s
		case x.Code > 0:
			s = x.Scheme + " " + strconv.Itoa(x.Code)
		}
		also(b, s)
		if i == 3 {
			return
		}
	}
}
