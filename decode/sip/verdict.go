package sip

import (
	"bytes"
	"fmt"
	"strings"
	"time"

	"rung/capture"
)

// The verdict "malformed: why". Own checks look at every message: measured on
// one machine they add 1.6 µs to an INVITE where sipgo's parser takes 6 to 7
// (BenchmarkSipgo), and a capture may hold a million messages. sipgo is asked
// only about messages that the own checks find odd, and its reason stands
// beside ours. It alone would not do: it stops at the first bad header and
// takes much that RFC 4475 refuses.

// A judge collects what is odd about a message.
type judge struct {
	reasons []string // against a MUST that matters
	notes   []string // departures that everybody accepts
	more    int      // reasons beyond maxVerdict
}

func (j *judge) odd(format string, args ...any) {
	if len(j.reasons) == maxVerdict {
		j.more++
		return
	}
	j.reasons = append(j.reasons, fmt.Sprintf(format, args...))
}

func (j *judge) note(s string) { j.notes = append(j.notes, s) }

// verdict reports what is odd.
func (r *reader) verdict() {
	if r.pass.Segment.Cut && !r.m.Ended {
		// What is missing may have been there: no verdict.
		r.report(codeCut, capture.Info, "", "the capture cut the message inside its headers")
		return
	}
	var j judge
	r.judgeStart(&j)
	r.judgePresence(&j)
	r.judgeHeaders(&j)
	r.judgeValues(&j)
	if len(j.reasons) > 0 {
		text := "malformed: " + strings.Join(j.reasons, "; ")
		if j.more > 0 {
			text += fmt.Sprintf("; and %d more", j.more)
		}
		if s := askSipgo(r.pass.Segment.Data); s != "" {
			text += " (sipgo: " + s + ")"
		}
		r.report(codeMalformed, capture.Warning, "RFC 3261 §25.1", "%s", text)
	}
	if len(j.notes) > 0 {
		r.report(codeMalformed, capture.Info, "RFC 3261 §7", "%s", strings.Join(j.notes, "; "))
	}
}

// judgeStart looks at the start line (§7.1, §7.2, §25.1).
func (r *reader) judgeStart(j *judge) {
	m := &r.m
	if !m.Ended {
		j.odd("the header section has no end")
	}
	if m.BareLF {
		j.note("lines end in LF, not CRLF")
	}
	if !m.valid {
		j.odd("start line %.60q", m.StartLine)
		return
	}
	if !equalFold(m.Version, "sip/2.0") {
		j.odd("version %s", m.Version)
	}
	if !m.Request {
		if r.status < 100 || r.status > 699 || len(m.Status) != 3 {
			j.odd("status code %.20q", m.Status)
		}
		if len(m.StartLine) == len(m.Version)+1+len(m.Status) {
			j.note("no blank after the status code") // §25.1 wants one even before an empty phrase
		}
		return
	}
	if len(m.StartLine) != len(m.Method)+len(m.URI)+len(m.Version)+2 {
		j.odd("extra blanks in the request line")
	}
	judgeRequestURI(j, m.URI, &r.requestURI)
	if len(r.requestURI.headers) > 0 {
		j.odd("Request-URI with headers") // §19.1.1
	}
}

// judgeRequestURI: nobody has looked for blanks and brackets in it yet.
func judgeRequestURI(j *judge, b []byte, u *uri) {
	const where = "Request-URI"
	switch {
	case len(b) > 0 && b[0] == '<':
		j.odd("%s in angle brackets", where)
		judgeIPv6(j, where, b, u)
	case hasOdd(b):
		j.odd("blank, quote or bracket in the %s", where)
		judgeIPv6(j, where, b, u)
	default:
		judgeURI(j, where, b, u)
	}
}

// judgeURI looks for what no URI has (§25.1, RFC 3986 §2).
func judgeURI(j *judge, where string, b []byte, u *uri) {
	switch {
	case len(u.scheme) == 0:
		j.odd("%s without a scheme", where)
	case len(u.port) > 0:
		if n, ok := number(u.port); !ok || n > 65535 {
			j.odd("port %.20q in the %s", u.port, where)
		}
	case len(u.host) == 0 && isSIP(u.scheme):
		j.odd("%s without a host", where)
	}
	judgeIPv6(j, where, b, u)
}

func isSIP(scheme []byte) bool { return equalFold(scheme, "sip") || equalFold(scheme, "sips") }

func judgeIPv6(j *judge, where string, b []byte, u *uri) {
	if bytes.IndexByte(u.host, ':') >= 0 && bytes.IndexByte(b, '[') < 0 && isSIP(u.scheme) {
		j.odd("IPv6 address without brackets in the %s", where) // RFC 5118 §4.2
	}
}

// judgePresence looks for mandatory headers (§8.1.1, §8.2.6) and for repeated
// ones that have one value only (§7.3.1).
func (r *reader) judgePresence(j *judge) {
	m := &r.m
	if m.present&mandatoryBits != mandatoryBits {
		for _, id := range mandatory {
			if !m.has(id) {
				j.odd("no %s", canonical[id])
			}
		}
	}
	if m.again&singleBits != 0 {
		for _, id := range single {
			if m.again&(1<<id) != 0 {
				j.odd("%d %s headers", m.count(id), canonical[id])
			}
		}
	}
	if m.Request && !m.has(idMaxForwards) {
		j.note("no Max-Forwards")
	}
	if len(m.Body) > 0 && !m.has(idContentType) {
		j.odd("a body without Content-Type") // §20.15
	}
	if m.Request && r.method == "INVITE" && !m.has(idContact) {
		j.note("no Contact") // §8.1.1.8; RFC 2543 had it optional
	}
}

// mandatory headers (§8.1.1), and single ones, in the order in which they are
// told.
var (
	mandatory = [...]id{idVia, idFrom, idTo, idCallID, idCSeq}
	single    = [...]id{idFrom, idTo, idCallID, idCSeq, idMaxForwards, idContentLength, idContentType,
		idExpires, idEvent, idReferTo, idReplaces, idSessionID}
	mandatoryBits, singleBits = bitsOf(mandatory[:]), bitsOf(single[:])
)

func bitsOf(ids []id) (b uint64) {
	for _, id := range ids {
		b |= 1 << id
	}
	return b
}

// count counts the headers with an id; more than 255 are as many.
func (m *Message) count(want id) int {
	n := 0
	for i := range m.n {
		if m.at(i).id == want && n < 255 {
			n++
		}
	}
	return n
}

// judgeHeaders looks at the header lines as such.
func (r *reader) judgeHeaders(j *judge) {
	for i := range r.m.n {
		h := r.m.at(i)
		if h.bad {
			j.odd("header line %.40q", trimRight(r.m.raw(h)))
			continue
		}
		v := r.m.value(h)
		if c, ok := control(v); ok {
			j.odd("control character 0x%02x in %s", c, r.m.canonical(h))
		}
		switch h.id {
		case idContact, idRoute, idRecordRoute, idAsserted, idPreferred, idRemoteParty, idDiversion:
			r.judgeAddresses(j, h.id, i+1, v)
		case idVia:
			r.judgeVias(j, i+1, v)
		case idContentLength, idExpires, idMinExpires:
			if n, ok := number(trim(firstParam(v))); !ok || n > 1<<31-1 && h.id == idContentLength {
				j.odd("%s %.30q is not a number in range", canonical[h.id], v)
			}
		case idMaxForwards:
			if n, ok := number(v); !ok || n > 255 {
				j.odd("Max-Forwards %.30q is not within 0 to 255", v)
			}
		case idRetryAfter:
			if n := digits(v); len(n) == 0 || len(n) > 10 {
				j.odd("Retry-After %.30q", v)
			}
		case idWarning:
			r.judgeWarnings(j, v)
		case idDate:
			r.judgeDate(j, v)
		}
	}
}

// control finds a control character that no backslash escapes (§25.1,
// quoted-pair).
func control(v []byte) (byte, bool) {
	if !mayControl(v) {
		return 0, false
	}
	for i, c := range v {
		if (c < ' ' && c != '\t' || c == 0x7f) && (i == 0 || v[i-1] != '\\') {
			return c, true
		}
	}
	return 0, false
}

func firstParam(v []byte) []byte {
	p, _ := param(v)
	return p
}

// judgeAddresses looks at every address of a list header, which is the line of
// that number.
func (r *reader) judgeAddresses(j *judge, kind id, line int, v []byte) {
	if kind == idContact && string(v) == "*" {
		return
	}
	if len(v) == 0 && kind == idContact {
		j.odd("empty Contact")
	}
	n := 0
	if l := r.listed1(kind); l != nil && int(l.line) == line {
		judgeAddress(j, canonical[kind], &l.address, &l.uri)
		v = l.rest
		n++
	}
	for ; len(v) > 0 && n < maxValues; n++ {
		var one []byte
		one, v = value(v)
		a := parseAddress(one)
		u := parseURI(a.uri)
		judgeAddress(j, canonical[kind], &a, &u)
	}
}

func judgeAddress(j *judge, where string, a *address, u *uri) {
	switch {
	case a.odd != "":
		j.odd("%s: %s", where, a.odd)
	case len(a.uri) == 0:
		j.odd("%s without a URI", where)
	case bytes.IndexByte(a.uri, ':') < 0:
		j.odd("%s: URI without a scheme", where)
	default:
		judgeURI(j, where, a.uri, u)
	}
	judgeParams(j, where, a.params)
}

// judgeParams looks for empty parameters: ";;".
func judgeParams(j *judge, where string, params []byte) {
	if !mayBeEmpty(params) {
		return
	}
	for len(params) > 0 {
		var p []byte
		if p, params = param(params); len(p) == 0 {
			j.odd("%s: empty parameter", where)
			return
		}
	}
}

// mayBeEmpty is a cheap test for empty parameters: it takes those in quotes
// for such, too.
func mayBeEmpty(params []byte) bool {
	for len(params) > 0 {
		i := bytes.IndexByte(params, ';')
		if i < 0 {
			return len(trim(params)) == 0
		}
		if len(trim(params[:i])) == 0 {
			return true
		}
		params = params[i+1:]
	}
	return false
}

// judgeVias looks at every value of a Via header (§20.42), which is the line
// of that number.
func (r *reader) judgeVias(j *judge, line int, v []byte) {
	if len(v) == 0 || v[len(v)-1] == ',' {
		j.odd("Via: empty value")
		return
	}
	for n := 0; len(v) > 0 && n < maxValues; n++ {
		x := &r.via
		if n > 0 || int(r.m.where[idVia]) != line {
			next := parseVia(v)
			x = &next
		}
		v = x.rest
		if len(x.one) == 0 {
			j.odd("Via: empty value")
			return
		}
		if !x.ok {
			j.odd("Via %.40q", x.one)
		} else if !goodSentBy(x.sentBy) {
			j.odd("Via sent-by %.40q", x.sentBy)
		}
		_, params := param(x.one)
		judgeParams(j, "Via", params)
	}
}

// goodSentBy: host or host:port, IPv6 in brackets.
func goodSentBy(b []byte) bool {
	host, port := hostPort(b)
	port = trim(port)
	if n, ok := number(port); len(port) > 0 && (!ok || n > 65535) {
		return false
	}
	if b[0] != '[' && bytes.IndexByte(host, ':') >= 0 {
		return false
	}
	return len(trim(host)) > 0 && !hasOdd(trim(host))
}

// judgeValues looks at the values that make transactions and dialogs.
func (r *reader) judgeValues(j *judge) {
	m := &r.m
	if m.has(idFrom) {
		judgeAddress(j, "From", &r.from, &r.fromURI)
	}
	if m.has(idTo) {
		judgeAddress(j, "To", &r.to, &r.toURI)
	}
	if m.has(idCallID) && len(r.callID) == 0 {
		j.odd("empty Call-ID")
	}
	if m.has(idCSeq) {
		// §8.1.1.5: less than 2**31.
		if !r.cseqOK || r.seq > 1<<31-1 {
			j.odd("CSeq %.30q is not a number below 2^31", m.get(idCSeq))
		} else if m.Request && !bytes.Equal(r.cseqMethod, m.Method) {
			j.odd("CSeq method %.20q, not %.20q", r.cseqMethod, m.Method)
		} else if len(r.cseqMethod) == 0 || !isTokenText(r.cseqMethod) {
			j.odd("CSeq method %.20q", r.cseqMethod)
		}
	}
	if r.via.ok && string(r.branch) == cookie {
		j.odd("branch is nothing but the magic cookie") // §8.1.1.7
	}
}

// judgeWarnings: three digits, agent, quoted text (§20.43).
func (r *reader) judgeWarnings(j *judge, v []byte) {
	for n := 0; len(v) > 0 && n < maxValues; n++ {
		var one []byte
		one, v = value(v)
		code, rest := word(one)
		_, text := word(rest)
		text = trim(text)
		if len(code) != 3 || len(digits(code)) != 3 || len(text) < 2 || text[0] != '"' || text[len(text)-1] != '"' {
			j.odd("Warning %.40q", one)
		}
	}
}

// judgeDate: RFC 1123 dates in GMT, nothing else (§20.17).
func (r *reader) judgeDate(j *judge, v []byte) {
	if len(v) > maxMethod {
		j.odd("Date %.40q", v)
		return
	}
	if _, err := time.Parse("Mon, 02 Jan 2006 15:04:05 GMT", string(v)); err != nil {
		j.odd("Date %.40q is no date in GMT", v)
	}
}
