package sip

import "bytes"

// A Message is an index over the bytes of one SIP message: where its parts
// lie. It borrows the bytes and changes nothing; every header line is there
// in the order and the spelling in which it came.
type Message struct {
	// StartLine without its line end.
	StartLine []byte
	Request   bool
	Method    []byte // requests
	URI       []byte // requests: whatever stands between method and version
	Version   []byte // "SIP/2.0"
	Status    []byte // responses: the code as written
	Reason    []byte // responses: the phrase as written, may be empty

	Headers []Header
	// Dropped counts header lines beyond what is indexed.
	Dropped int
	// Body is the body that Content-Length claims, as far as it is there.
	Body []byte
	// Rest is what follows the body in a datagram and belongs to nothing.
	Rest []byte

	// Ended tells that the blank line after the headers is there.
	Ended bool
	// BareLF tells that lines end in LF without CR.
	BareLF bool

	length int  // Content-Length as declared, -1 when absent or unreadable
	valid  bool // the start line could be taken apart

	store [24]Header // room for the headers of a usual message
}

// A Header is one header line, or several when folded.
type Header struct {
	Name  []byte // as written: "v", "VIA"
	Value []byte // trimmed; folds replaced by one blank (RFC 3261 §7.3.1)
	Raw   []byte // the whole lines as they came, with line ends
	id    id
	bad   bool // no colon, or a name that is no token
}

// Canonical returns the header's full name as RFCs write it: "Via" for "v".
// Names that package sip does not read come back as written.
func (h *Header) Canonical() string {
	if h.id != idOther {
		return canonical[h.id]
	}
	return string(h.Name)
}

// Index indexes data. It never fails: what is no SIP becomes a Message whose
// StartLine is the first line.
func Index(data []byte) *Message {
	m := &Message{}
	m.index(data)
	return m
}

// Values returns the values of all headers of that name, compact or not, in
// order. Comma-separated values stay together.
func (m *Message) Values(name string) [][]byte {
	var out [][]byte
	want := idOf([]byte(name))
	for i := range m.Headers {
		h := &m.Headers[i]
		if h.bad || h.id != want || want == idOther && !bytes.EqualFold(h.Name, []byte(name)) {
			continue
		}
		out = append(out, h.Value)
	}
	return out
}

// get returns the value of the first header with that id, nil when absent.
func (m *Message) get(want id) []byte {
	for i := range m.Headers {
		if m.Headers[i].id == want {
			return m.Headers[i].Value
		}
	}
	return nil
}

// has reports whether a header is there, even an empty one.
func (m *Message) has(want id) bool { return m.count(want) > 0 }

func (m *Message) count(want id) int {
	n := 0
	for i := range m.Headers {
		if m.Headers[i].id == want {
			n++
		}
	}
	return n
}

func (m *Message) index(data []byte) {
	m.length = -1
	m.Headers = m.store[:0]
	data = data[blankPrefix(data):]
	line, rest := cutLine(data)
	m.BareLF = len(rest) < len(data) && !bytes.HasSuffix(data[:len(data)-len(rest)], []byte("\r\n"))
	m.StartLine = line
	m.splitStartLine()
	rest = m.indexHeaders(rest)
	if v := m.get(idContentLength); v != nil {
		if n, ok := number(v); ok {
			m.length = int(n)
		}
	}
	m.Body = rest
	if m.length >= 0 && m.length < len(rest) {
		m.Body, m.Rest = rest[:m.length:m.length], rest[m.length:]
	}
}

// cutLine cuts the next line off b, without its line end.
func cutLine(b []byte) (line, rest []byte) {
	i := bytes.IndexByte(b, '\n')
	if i < 0 {
		return b, nil
	}
	line, rest = b[:i], b[i+1:]
	if i > 0 && line[i-1] == '\r' {
		line = line[:i-1]
	}
	return line, rest
}

// splitStartLine takes the start line apart (RFC 3261 §7.1, §7.2). Extra
// blanks are tolerated here and told in the verdict.
func (m *Message) splitStartLine() {
	line := trimRight(m.StartLine)
	if statusStart(line) >= 1 && hasFold(line, "sip/") {
		m.Version, line = word(line)
		m.Status, line = word(line)
		m.Reason = trim(line)
		m.valid = len(m.Status) > 0 && len(digits(m.Status)) == len(m.Status)
		return
	}
	m.Request = true
	m.Method, line = word(line)
	if n := len(line) - len("SIP/2.0"); n > 0 && statusVersion(line[n:]) && blank(line[n-1]) {
		m.Version, line = line[n:], line[:n]
	}
	m.URI = trim(line)
	m.valid = isTokenText(m.Method) && len(m.URI) > 0 && len(m.Version) > 0
}

// indexHeaders reads header lines up to the blank line and returns what
// follows it.
func (m *Message) indexHeaders(rest []byte) []byte {
	for len(rest) > 0 {
		begin := rest
		var line []byte
		line, rest = cutLine(rest)
		if len(line) == 0 {
			m.Ended = true
			return rest
		}
		folded := false
		for len(rest) > 0 && blank(rest[0]) {
			folded = true
			_, rest = cutLine(rest)
		}
		if len(m.Headers) == maxHeaders {
			m.Dropped++
			continue
		}
		raw := begin[:len(begin)-len(rest)]
		if folded {
			line = unfold(raw)
		}
		m.Headers = append(m.Headers, header(line, raw))
	}
	return nil
}

func header(line, raw []byte) Header {
	h := Header{Raw: raw}
	colon := bytes.IndexByte(line, ':')
	if colon < 0 {
		h.Name, h.bad = trim(line), true
		return h
	}
	// RFC 3261 §7.3.1 allows blanks before the colon.
	h.Name, h.Value = trimRight(line[:colon]), trim(line[colon+1:])
	if !isTokenText(h.Name) {
		h.bad = true
		return h
	}
	h.id = idOf(h.Name)
	return h
}

// unfold joins folded lines with one blank each.
func unfold(raw []byte) []byte {
	out := make([]byte, 0, len(raw))
	for len(raw) > 0 {
		var line []byte
		line, raw = cutLine(raw)
		if len(out) > 0 {
			out = append(trimRight(out), ' ')
		}
		out = append(out, trim(line)...)
	}
	return out
}
