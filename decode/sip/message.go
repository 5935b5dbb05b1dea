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

	// Body is the body that Content-Length claims, as far as it is there.
	Body []byte
	// Rest is what follows the body in a datagram and belongs to nothing.
	Rest []byte

	// Ended tells that the blank line after the headers is there.
	Ended bool
	// BareLF tells that lines end in LF without CR.
	BareLF bool

	length  int  // Content-Length as declared, -1 when absent or unreadable
	valid   bool // the start line could be taken apart
	dropped int  // header lines beyond maxHeaders

	data []byte
	n    int // header lines
	// where holds the place of the first header of each id, counted from 1;
	// 0: there is none. A message is asked for some thirty headers.
	where   [numIDs]uint16
	present uint64   // ids that are there, one bit each
	again   uint64   // ids that are there more than once
	few     [24]line // room for a usual message, without an allocation
	many    []line   // the rest of a longer one
	spare   line     // where those beyond maxHeaders go
}

// A line is where one header line lies in data, folds included. Offsets keep
// the index free of pointers: it is made once a message and thrown away.
type line struct {
	from, nameEnd, valueFrom, valueEnd, to int32
	id                                     id
	bad                                    bool // no colon, or a name that is no token
	folded                                 bool
}

// A Header is one header line, or several when folded.
type Header struct {
	Name      []byte // as written: "v", "VIA"
	Canonical string // as RFCs write it: "Via"; names that rung does not read stay as written
	Value     []byte // trimmed; folds replaced by one blank (RFC 3261 §7.3.1)
	Raw       []byte // the whole lines as they came, with line ends
	Bad       bool   // no colon, or a name that is no token
}

// Index indexes data. It never fails: what is no SIP becomes a Message whose
// StartLine is the first line.
func Index(data []byte) *Message {
	m := &Message{}
	m.index(data)
	return m
}

// Headers returns the header lines in the order in which they came.
func (m *Message) Headers() []Header {
	out := make([]Header, m.n)
	for i := range out {
		h := m.at(i)
		out[i] = Header{Name: m.name(h), Canonical: m.canonical(h), Value: m.value(h), Raw: m.raw(h), Bad: h.bad}
	}
	return out
}

// Dropped counts header lines beyond what is indexed.
func (m *Message) Dropped() int { return m.dropped }

// Values returns the values of all headers of that name, compact or not, in
// order. Comma-separated values stay together.
func (m *Message) Values(name string) [][]byte {
	var out [][]byte
	want := idOf([]byte(name))
	for i := range m.n {
		h := m.at(i)
		if h.bad || h.id != want || want == idOther && !bytes.EqualFold(m.name(h), []byte(name)) {
			continue
		}
		out = append(out, m.value(h))
	}
	return out
}

// at returns header line i.
func (m *Message) at(i int) *line {
	if i < len(m.few) {
		return &m.few[i]
	}
	return &m.many[i-len(m.few)]
}

func (m *Message) name(h *line) []byte { return m.data[h.from:h.nameEnd] }

func (m *Message) raw(h *line) []byte { return m.data[h.from:h.to] }

func (m *Message) value(h *line) []byte {
	v := m.data[h.valueFrom:h.valueEnd]
	if h.folded {
		return unfold(v)
	}
	return v
}

func (m *Message) canonical(h *line) string {
	if h.id != idOther {
		return canonical[h.id]
	}
	return string(m.name(h))
}

// get returns the value of the first header with that id, nil when absent.
func (m *Message) get(want id) []byte {
	if i := m.where[want]; i > 0 {
		return m.value(m.at(int(i) - 1))
	}
	return nil
}

// has reports whether a header is there, even an empty one.
func (m *Message) has(want id) bool { return m.where[want] > 0 }

func (m *Message) index(data []byte) {
	m.length = -1
	data = data[blankPrefix(data):]
	m.data = data
	line, rest := cutLine(data)
	m.BareLF = len(rest) < len(data) && len(line)+1 == len(data)-len(rest)
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
	data := m.data
	for at := len(data) - len(rest); at < len(data); {
		end, next := lineEnd(data, at)
		if end == at {
			m.Ended = true
			return data[next:]
		}
		h := m.next()
		h.from = int32(at)
		for next < len(data) && blank(data[next]) {
			h.folded = true
			end, next = lineEnd(data, next)
		}
		h.to = int32(next)
		m.locate(h, data[at:end])
		m.note(h.id)
		at = next
	}
	return nil
}

// lineEnd returns where the line at data[at:] ends and where the next begins.
func lineEnd(data []byte, at int) (end, next int) {
	i := bytes.IndexByte(data[at:], '\n')
	if i < 0 {
		return len(data), len(data)
	}
	end = at + i
	next = end + 1
	if i > 0 && data[end-1] == '\r' {
		end--
	}
	return end, next
}

// next returns room for the next header line; beyond maxHeaders it is room
// that nobody reads.
func (m *Message) next() *line {
	switch {
	case m.n == maxHeaders:
		m.dropped++
		m.spare = line{}
		return &m.spare
	case m.n < len(m.few):
		m.n++
		return &m.few[m.n-1]
	}
	m.many = append(m.many, line{})
	m.n++
	return &m.many[len(m.many)-1]
}

// note notes where the first header of an id is: the line that next gave.
func (m *Message) note(which id) {
	bit := uint64(1) << which
	if m.dropped > 0 {
		return
	}
	if m.present&bit != 0 {
		m.again |= bit
		return
	}
	m.where[which] = uint16(m.n)
	m.present |= bit
}

// locate finds name and value in text, the lines of one header.
func (m *Message) locate(h *line, text []byte) {
	var name [longestName]byte
	n := 0
	for n < len(text) {
		c := lowered[text[n]]
		if c == 0 {
			break
		}
		if n < len(name) {
			name[n] = c
		}
		n++
	}
	if n == 0 || n == len(text) || text[n] != ':' {
		m.locateOdd(h, text)
		return
	}
	h.nameEnd = h.from + int32(n)
	h.setValue(text[n+1:], n+1)
	switch {
	case n == 1:
		h.id = compact(name[0])
	case n <= len(name):
		h.id = idOfLower(name[:n])
	}
}

// setValue notes where the value lies; text follows the colon, at h.from+at.
func (h *line) setValue(text []byte, at int) {
	if n := len(text); n > 1 && text[0] == ' ' && text[1] > ' ' && text[n-1] > ' ' { // nearly all
		h.valueFrom, h.valueEnd = h.from+int32(at+1), h.from+int32(at+n)
		return
	}
	left := len(text) - len(trimLeft(text))
	h.valueFrom = h.from + int32(at+left)
	h.valueEnd = h.valueFrom + int32(len(trimRight(text[left:])))
}

// locateOdd is locate where a name is not followed by its colon at once.
func (m *Message) locateOdd(h *line, text []byte) {
	colon := bytes.IndexByte(text, ':')
	if colon < 0 {
		h.bad = true
		h.nameEnd = h.from + int32(len(trimRight(text)))
		h.valueFrom, h.valueEnd = h.nameEnd, h.nameEnd
		return
	}
	// RFC 3261 §7.3.1 allows blanks before the colon.
	name := trimRight(text[:colon])
	h.nameEnd = h.from + int32(len(name))
	h.setValue(text[colon+1:], colon+1)
	if !isTokenText(name) {
		h.bad = true
		return
	}
	h.id = idOf(name)
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
