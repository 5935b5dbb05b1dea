package sip

import (
	"errors"
	"fmt"

	"rung/capture"
	"rung/decode"
)

// Diagnostic codes of this package; those of package sdp come beside them.
const (
	codeLength    = "content-length"
	codeMalformed = "sip-malformed"
	codeCut       = "sip-cut"
	codeBody      = "sip-body"
	codeLimit     = "sip-limit"
)

var errNoMessage = errors.New("sip: no SIP message")

// parse reads one datagram or one token of split. Datagrams of line ends or
// zero bytes keep a NAT binding and say nothing: they are accounted as
// "keepalive".
func parse(p *decode.Pass) error {
	data := p.Segment.Data
	data = data[blankPrefix(data):]
	if len(data) == 0 || zeros(data) {
		p.Other("keepalive")
		return nil
	}
	if startLine(data) != decode.Yes {
		return stray(p, data)
	}
	r := reader{pass: p}
	r.m.index(data)
	r.read()
	return nil
}

// stray reports bytes of a stream that are no message: between two of them,
// or the first bytes of one where the stream ends.
func stray(p *decode.Pass, data []byte) error {
	if p.Segment.Path.Transport != capture.TCP {
		return errNoMessage
	}
	if startLine(data) == decode.MaybeMore {
		p.Report(capture.Diagnostic{Code: codeMalformed, Severity: capture.Warning, Damage: true,
			Text: fmt.Sprintf("the stream ends within a start line: %.40q", data), Ref: "RFC 3261 §7.1"})
		return nil
	}
	p.Report(capture.Diagnostic{Code: codeLength, Severity: capture.Warning, Damage: true,
		Text: fmt.Sprintf("%d bytes between two messages belong to neither; a Content-Length is too small, or bytes are missing: %.40q", len(data), data),
		Ref:  "RFC 3261 §18.3"})
	return nil
}

// A reader turns an indexed message into a decode.Message.
type reader struct {
	m    Message
	pass *decode.Pass
	out  *decode.Message

	texts  *decode.Memory
	memory *memory
	linker linker

	method                     string // of the request, also on responses
	status                     int
	seq                        uint32
	from, to                   address
	fromURI, toURI, requestURI uri
	callID                     []byte
	bodies                     bodies
	via                        via
	branch                     []byte
	contact1, asserted1        listed
	fromTag, toTag             []byte
	cseqOK                     bool
	cseqMethod                 []byte
}

// record is a decode.Message with its transaction, in one allocation: 568
// bytes, which with the allocator's header fill a size class of 576.
type record struct {
	message     decode.Message
	transaction decode.Transaction
}

func (r *reader) read() {
	rec := &record{}
	r.out = &rec.message
	r.out.Protocol = Name
	r.out.Facts.Transaction = &rec.transaction

	r.remember()
	r.common()
	r.readBody()
	r.transaction(&rec.transaction)
	r.out.Facts.Identity = r.identity()
	r.registration()
	r.reasons()
	r.out.Facts.Agent = r.keep(first(r.m.get(idUserAgent), r.m.get(idServer)))
	r.name()
	r.out.Kind = r.kind()
	r.out.Keys = r.key()
	r.links()
	r.out.Summary = r.summary()
	r.checkLength()
	r.verdict()
	r.pass.Emit(r.out)
}

// common reads what several parts need.
func (r *reader) common() {
	m := &r.m
	r.callID = m.get(idCallID)
	r.from, r.to = parseAddress(m.get(idFrom)), parseAddress(m.get(idTo))
	r.fromURI, r.toURI = parseURI(r.from.uri), parseURI(r.to.uri)
	if m.Request {
		r.requestURI = parseURI(m.URI)
	}
	r.fromTag, _ = paramValue(r.from.params, "tag")
	r.toTag, _ = paramValue(r.to.params, "tag")

	// RFC 3261 §20.16: number, blank, method.
	seq, rest := word(m.get(idCSeq))
	r.seq, r.cseqOK = number(seq)
	r.cseqMethod = trim(rest)
	if m.Request {
		r.method = methodName(m.Method)
	} else {
		r.method = methodName(r.cseqMethod)
		if n, ok := number(m.Status); ok && n <= 999 {
			r.status = int(n)
		}
	}
	r.via = parseVia(m.get(idVia))
	r.branch, _ = paramValue(r.via.params, "branch")
}

func first(values ...[]byte) []byte {
	for _, v := range values {
		if len(v) > 0 {
			return v
		}
	}
	return nil
}

func (r *reader) report(code string, sev capture.Severity, ref, format string, args ...any) {
	r.pass.Report(capture.Diagnostic{Code: code, Severity: sev, Ref: ref, Text: fmt.Sprintf(format, args...)})
}

// kind tells the kind of flow that a message belongs to, by its method or by
// the method it answers.
func (r *reader) kind() decode.Kind {
	switch r.method {
	case "INVITE", "ACK", "BYE", "CANCEL", "PRACK", "UPDATE", "INFO", "REFER":
		return decode.KindCall
	case "REGISTER":
		return decode.KindRegistration
	case "SUBSCRIBE", "NOTIFY":
		return decode.KindSubscription
	case "PUBLISH":
		return decode.KindPublication
	case "MESSAGE":
		return decode.KindMessage
	case "OPTIONS":
		// A response puts a tag on To even outside a dialog, so only a
		// request tells the two apart; the Call-ID's flow wins anyway.
		if r.m.Request && len(r.toTag) > 0 {
			return decode.KindCall
		}
		return decode.KindKeepalive
	}
	return decode.KindOther
}

// checkLength compares Content-Length with what is there (RFC 3261 §18.3).
func (r *reader) checkLength() {
	m := &r.m
	stream := r.pass.Segment.Path.Transport == capture.TCP
	switch {
	case !m.Ended:
	case m.length < 0 && stream:
		r.report(codeLength, capture.Warning, "RFC 3261 §20.14",
			"no usable Content-Length on a byte stream; the body was taken to have %d bytes", len(m.Body))
	case m.length > len(m.Body):
		cut := ""
		if r.pass.Segment.Cut {
			cut = "; the capture cut the packet"
			if stream {
				cut = "; the stream ends there, or has a hole"
			}
		}
		r.pass.Report(capture.Diagnostic{Code: codeLength, Severity: capture.Warning, Damage: true, Ref: "RFC 3261 §18.3",
			Text: fmt.Sprintf("%d bytes declared, %d present%s", m.length, len(m.Body), cut)})
	case len(trim(m.Rest)) > 0:
		r.report(codeLength, capture.Warning, "RFC 3261 §18.3",
			"%d bytes after the body belong to nothing and are left out: %.40q", len(m.Rest), m.Rest)
	case len(m.Rest) > 0:
		r.report(codeLength, capture.Info, "RFC 3261 §18.3", "%d blank bytes after the body", len(m.Rest))
	}
	if m.dropped > 0 {
		r.report(codeLimit, capture.Warning, "", "%d header lines beyond %d are not read", m.dropped, maxHeaders)
	}
}
