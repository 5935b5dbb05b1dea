package xmpp

import (
	"bytes"

	"rung/decode"
)

// probe takes a stream header, with or without the XML declaration before it,
// and what a connection joined in the middle may begin with.
func probe(data []byte) decode.Verdict {
	b := skipSpace(bytes.TrimPrefix(data, []byte(bom)))
	if len(b) == 0 || isPrefix(data, bom) {
		return decode.MaybeMore
	}
	const xml = "<?xml"
	if isPrefix(b, xml) {
		return decode.MaybeMore
	}
	if hasPrefix(b, xml) {
		i := bytes.Index(b[:min(len(b), maxHeader)], []byte("?>"))
		if i < 0 {
			return unless(len(b) >= maxHeader)
		}
		b = skipSpace(b[i+2:])
		if len(b) == 0 {
			return decode.MaybeMore
		}
	}
	return begins(b)
}

// unless is No when given up, else MaybeMore.
func unless(givenUp bool) decode.Verdict {
	if givenUp {
		return decode.No
	}
	return decode.MaybeMore
}

func skipSpace(b []byte) []byte {
	for len(b) > 0 && isSpace(b[0]) {
		b = b[1:]
	}
	return b
}

// sync returns where the next top-level element begins that is known for sure
// by its first few bytes. An element nested in another may be taken for one.
func sync(data []byte) int {
	for at := 0; ; at++ {
		i := bytes.IndexByte(data[at:], '<')
		if i < 0 {
			return -1
		}
		at += i
		if begins(data[at:]) == decode.Yes {
			return at
		}
	}
}

// begins judges the tag that b begins with.
func begins(b []byte) decode.Verdict {
	if b[0] != '<' {
		return decode.No
	}
	const longest = 64
	n := 1
	for n < len(b) && n < longest && isNameByte(b[n]) {
		n++
	}
	if n == len(b) {
		return decode.MaybeMore
	}
	name, rest := b[1:n], b[n:]
	if i := bytes.IndexByte(name, ':'); i >= 0 && string(name[i+1:]) == "stream" || string(name) == "stream" {
		return streamHeader(rest)
	}
	switch string(name) {
	case "":
		return match(rest, "/stream:stream>")
	case "stream:features", "stream:error":
		return decode.Yes
	case "presence":
		if rest[0] == '>' || match(rest, "/>") != decode.No {
			return decode.Yes
		}
		return attribute(rest, stanzaAttrs)
	case "message", "iq":
		return attribute(rest, stanzaAttrs)
	case "auth":
		return attribute(rest, authAttrs)
	case "starttls", "proceed", "challenge", "response", "success", "failure", "abort":
		return attribute(rest, stepAttrs)
	case "r", "a", "enable", "enabled", "resume", "resumed", "failed":
		return attribute(rest, smAttrs)
	case "authenticate":
		return attribute(rest, sasl2Attrs)
	case "open", "close":
		return attribute(rest, framingAttrs)
	case "db:result", "db:verify":
		return attribute(rest, dialbackAttrs)
	}
	return decode.No
}

func isNameByte(c byte) bool {
	return isNameStart(c) || c >= '0' && c <= '9' || c == '-' || c == '.'
}

// What the first attribute of an element looks like. A quote is either one.
var (
	stanzaAttrs   = []string{"to=", "from=", "id=", "type=", "xml:lang=", "xmlns='jabber:"}
	stepAttrs     = []string{"xmlns='urn:ietf:params:xml:ns:xmpp-", "xmlns='" + nsSASL2}
	authAttrs     = append([]string{"mechanism="}, stepAttrs...)
	sasl2Attrs    = []string{"xmlns='" + nsSASL2, "mechanism="}
	smAttrs       = []string{"xmlns='" + prefixSM}
	framingAttrs  = []string{"xmlns='" + nsFraming}
	dialbackAttrs = []string{"to=", "from=", "id=", "type="}
)

// attribute judges whether b, which follows an element's name, begins with one
// of the attributes.
func attribute(b []byte, wanted []string) decode.Verdict {
	if !isSpace(b[0]) {
		return decode.No
	}
	b = skipSpace(b)
	v := decode.No
	for _, w := range wanted {
		v = max(v, match(b, w))
	}
	return v
}

// match judges whether b begins with s, in which ' stands for either quote.
func match(b []byte, s string) decode.Verdict {
	for i := range len(s) {
		if i == len(b) {
			return decode.MaybeMore
		}
		if b[i] != s[i] && (s[i] != '\'' || b[i] != '"') {
			return decode.No
		}
	}
	return decode.Yes
}

// streamHeader judges the rest of a tag named stream: it declares the
// namespace of streams (RFC 6120 §4.8.1).
func streamHeader(rest []byte) decode.Verdict {
	t := rest[:min(len(rest), maxHeader)]
	end := bytes.IndexAny(t, "<>")
	if end >= 0 {
		t = t[:end]
	}
	if bytes.Contains(t, []byte(nsStreams)) {
		return decode.Yes
	}
	return unless(end >= 0 || len(rest) >= maxHeader)
}
