package sip

import (
	"bytes"
	"compress/flate"
	"compress/gzip"
	"compress/zlib"
	"errors"
	"io"

	"rung/capture"
)

// bodies are the parts of a message body that rung reads, the first of each
// sort, borrowed or inflated.
type bodies struct {
	kind    []byte // media type of the whole body, without parameters
	session []byte // application/sdp
	pidf    []byte // application/pidf+xml
	waiting []byte // application/simple-message-summary
	frag    []byte // message/sipfrag
	dialog  []byte // application/dialog-info+xml
	parts   int
}

// readBody walks the body and reads the session description in it.
func (r *reader) readBody() {
	body := r.m.Body
	if len(body) == 0 {
		return
	}
	ctype := r.m.get(idContentType)
	body = r.inflate(body, r.m.get(idContentEncoding))
	r.bodies.kind, _ = param(ctype)
	if len(r.bodies.kind) == 0 && bytes.HasPrefix(body, []byte("v=0")) {
		ctype = []byte("application/sdp")
	}
	r.part(ctype, body, 0)
	if r.bodies.session == nil {
		return
	}
	session, problems := r.session(r.bodies.session)
	r.out.Facts.Session = session
	for _, p := range problems {
		r.report(p.Code, p.Severity, p.Ref, "%s", p.Text)
	}
}

// part notes one part, or walks into a multipart one (RFC 2046 §5.1).
func (r *reader) part(ctype, data []byte, depth int) {
	kind, params := param(ctype)
	switch {
	case hasFold(kind, "multipart/"):
		boundary, _ := paramValue(params, "boundary")
		r.multipart(unquote(boundary), data, depth)
	case equalFold(kind, "application/sdp"):
		set(&r.bodies.session, data)
	case equalFold(kind, "application/pidf+xml"), equalFold(kind, "application/cpim-pidf+xml"):
		set(&r.bodies.pidf, data)
	case equalFold(kind, "application/simple-message-summary"):
		set(&r.bodies.waiting, data)
	case equalFold(kind, "message/sipfrag"):
		set(&r.bodies.frag, data)
	case equalFold(kind, "application/dialog-info+xml"):
		set(&r.bodies.dialog, data)
	}
}

func set(dst *[]byte, b []byte) {
	if *dst == nil {
		*dst = b
	}
}

// multipart walks the parts between boundary lines.
func (r *reader) multipart(boundary, data []byte, depth int) {
	if len(boundary) == 0 {
		r.report(codeBody, capture.Warning, "RFC 2046 §5.1.1", "multipart body without a boundary")
		return
	}
	if depth == maxDepth {
		r.report(codeLimit, capture.Warning, "", "multipart bodies nested deeper than %d are not read", maxDepth)
		return
	}
	_, rest, ok := cutBoundary(data, boundary)
	if !ok {
		r.report(codeBody, capture.Warning, "RFC 2046 §5.1.1", "boundary %.70q is not in the body", boundary)
		return
	}
	for closed := false; !closed; {
		if r.bodies.parts++; r.bodies.parts > maxParts {
			r.report(codeLimit, capture.Warning, "", "more than %d body parts; the rest is not read", maxParts)
			return
		}
		var one []byte
		one, rest, ok = cutBoundary(rest, boundary)
		if !ok {
			r.report(codeBody, capture.Warning, "RFC 2046 §5.1.1", "multipart body is not closed")
		}
		r.bodyPart(one, depth)
		closed = !ok || bytes.HasPrefix(rest, []byte("--")) || len(trim(rest)) == 0
	}
}

// bodyPart reads the headers of one part and notes its content.
func (r *reader) bodyPart(one []byte, depth int) {
	var head Message
	_, one = cutLine(one) // what is left of the boundary line
	head.data = one
	content := head.indexHeaders(one)
	ctype := head.get(idContentType)
	r.part(ctype, r.inflate(content, head.get(idContentEncoding)), depth+1)
}

// cutBoundary cuts data at the next line that begins with "--" and boundary.
// The line end before it belongs to the boundary (§5.1.1).
func cutBoundary(data, boundary []byte) (before, after []byte, ok bool) {
	for from := 0; ; {
		i := bytes.Index(data[from:], boundary)
		if i < 0 {
			return data, nil, false
		}
		i += from
		from = i + 1
		if i < 2 || data[i-1] != '-' || data[i-2] != '-' || i > 2 && data[i-3] != '\n' {
			continue
		}
		before = data[:i-2]
		before = bytes.TrimSuffix(before, []byte("\n"))
		before = bytes.TrimSuffix(before, []byte("\r"))
		return before, data[i+len(boundary):], true
	}
}

// inflate undoes Content-Encoding gzip or deflate (RFC 3261 §20.12), up to
// maxInflated. A body in an unknown encoding comes back as it is.
func (r *reader) inflate(body, encoding []byte) []byte {
	if len(encoding) == 0 || equalFold(encoding, "identity") || len(body) == 0 {
		return body
	}
	z, err := decoder(body, encoding)
	if err != nil {
		r.report(codeBody, capture.Warning, "RFC 3261 §20.12", "body in encoding %.40q is not readable: %v", encoding, err)
		return nil
	}
	out, err := io.ReadAll(io.LimitReader(z, maxInflated+1))
	if err != nil {
		r.report(codeBody, capture.Warning, "RFC 3261 §20.12", "body in encoding %.40q breaks off after %d bytes: %v", encoding, len(out), err)
	}
	if len(out) > maxInflated {
		r.report(codeLimit, capture.Warning, "", "compressed body grows beyond %d bytes; the rest is left out", maxInflated)
		out = out[:maxInflated]
	}
	return out
}

var errEncoding = errors.New("unknown encoding")

func decoder(body, encoding []byte) (io.Reader, error) {
	switch {
	case equalFold(encoding, "gzip"), equalFold(encoding, "x-gzip"):
		return gzip.NewReader(bytes.NewReader(body))
	case equalFold(encoding, "deflate"):
		// The zlib format by definition (RFC 9110 §8.4.1.2), raw from some.
		if z, err := zlib.NewReader(bytes.NewReader(body)); err == nil {
			return z, nil
		}
		return flate.NewReader(bytes.NewReader(body)), nil
	}
	return nil, errEncoding
}
