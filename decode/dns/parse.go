package dns

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/miekg/dns"

	"rung/capture"
	"rung/decode"
)

const (
	codeMalformed = "dns-malformed"
	codeRecords   = "dns-many-records"
)

// read reads one message.
func read(p *decode.Pass, data []byte) error {
	if len(data) < headerLen {
		return errLength
	}
	if name := otherName(p.Segment.Path, data); name != "" {
		p.Other(name)
		return nil
	}
	var m message
	if err := m.unpack(data); err != nil {
		if m.question.name == "" {
			return fmt.Errorf("dns: %w", err)
		}
		report(p, err)
	}
	if m.question.name == "" {
		return fmt.Errorf("dns: no question")
	}
	if m.skipped > 0 {
		p.Report(capture.Diagnostic{Code: codeRecords, Severity: capture.Info,
			Text: fmt.Sprintf("%d records; the last %d are not read", m.header.records(), m.skipped)})
	}
	p.Emit(m.describe(p.Segment.Path))
	return nil
}

func report(p *decode.Pass, err error) {
	d := capture.Diagnostic{Code: codeMalformed, Severity: capture.Warning, Ref: "RFC 1035 §4.1", Text: "DNS message: " + err.Error()}
	if p.Segment.Cut {
		d.Severity, d.Text = capture.Info, d.Text+" (cut when captured)"
	}
	p.Report(d)
}

func (m *message) describe(path capture.Path) *decode.Message {
	typ := typeName(m.question.typ)
	key := m.key(path)
	out := &decode.Message{
		Protocol: "dns",
		Kind:     decode.KindLookup,
		Keys:     []decode.Key{{Kind: "lookup", Value: key}},
	}
	out.Facts.Transaction = &decode.Transaction{
		ID: key, Method: typ, Request: !m.response(), Seq: uint32(m.id), Expires: -1,
	}
	out.Facts.Lookup = &decode.Lookup{ID: m.id, Name: m.question.name, Type: typ, Response: m.response()}
	if !m.response() {
		out.Name = typ + " " + m.question.name
		out.Summary = m.asks()
		return out
	}
	status := m.status()
	out.Facts.Transaction.Reason = status
	out.Facts.Lookup.Status = status
	out.Facts.Lookup.Answers = m.answers
	out.Facts.Lookup.Cut = m.cut()
	out.Name = m.answerName(status)
	out.Summary = m.told(status)
	return out
}

// key is the same on a question, its repetitions and its answers: the client's
// and the server's socket, the id, and the question in lower case, as some
// clients ask in mixed case and some servers answer without.
func (m *message) key(path capture.Path) string {
	if m.response() {
		path = path.Reverse()
	}
	return path.String() + " " + strconv.Itoa(int(m.id)) + " " +
		typeName(m.question.typ) + " " + strings.ToLower(m.question.name)
}

// status is the response code, with the upper bits from EDNS (RFC 6891 §6.1.3).
func (m *message) status() string {
	code := m.rcode()
	if m.edns != nil {
		code |= m.edns.upper
	}
	if code == dns.RcodeBadVers {
		return "BADVERS" // the library says BADSIG, which shares the number
	}
	if s, ok := dns.RcodeToString[code]; ok {
		return s
	}
	return "RCODE" + strconv.Itoa(code)
}

// asks is the summary of a question.
func (m *message) asks() string {
	var parts []string
	if m.question.class != dns.ClassINET {
		parts = append(parts, "class "+className(m.question.class))
	}
	if m.edns != nil {
		parts = append(parts, "EDNS, up to "+strconv.Itoa(int(m.edns.size))+" bytes")
		if m.edns.dnssec {
			parts = append(parts, "DNSSEC")
		}
	}
	return strings.Join(parts, ", ")
}

func className(c uint16) string {
	if s, ok := dns.ClassToString[c]; ok {
		return s
	}
	return "CLASS" + strconv.Itoa(int(c))
}

// answerName is what the arrow says: the code of a refusal, else the first
// record of the type asked for, else the first.
func (m *message) answerName(status string) string {
	typ := typeName(m.question.typ)
	if status != "NOERROR" {
		return status
	}
	first, more := m.first()
	switch {
	case first < 0 && m.cut():
		return typ + " answer cut off"
	case first < 0:
		return typ + " no records"
	}
	a := &m.answers[first]
	name := typ + " answer " + short(a)
	if a.Type != typ && typ != "ANY" {
		name = typ + " answer " + a.Type + " " + short(a)
	}
	if more > 0 {
		name += " +" + strconv.Itoa(more)
	}
	return name
}

// first returns the index of the record that the arrow names, -1 when there is
// none, and how many others the answer section has.
func (m *message) first() (first, more int) {
	first, more = -1, -1
	typ := typeName(m.question.typ)
	for i := range m.answers {
		a := &m.answers[i]
		if a.Additional {
			continue
		}
		more++
		if first < 0 || a.Type == typ && m.answers[first].Type != typ {
			first = i
		}
	}
	return first, more
}

// short is a record in a few words.
func short(a *decode.Answer) string {
	switch a.Type {
	case "SRV":
		if a.Target == "." {
			return "no such service" // RFC 2782, Target
		}
		return a.Target + ":" + strconv.Itoa(int(a.Port))
	case "NAPTR":
		if f := strings.Fields(a.Text); len(f) > 3 {
			return strings.Trim(f[3], `"`) + " " + a.Target
		}
	case "MX":
		return a.Target
	case "TXT", "SOA":
		return shorten(a.Text, 40)
	}
	return a.Text
}

// told is the summary of an answer: what it has beyond the arrow.
func (m *message) told(status string) string {
	var b strings.Builder
	add := func(s string) {
		if b.Len() > 0 {
			b.WriteString("; ")
		}
		b.WriteString(s)
	}
	if status != "NOERROR" || len(m.answers) == 0 {
		add(typeName(m.question.typ) + " " + m.question.name)
	}
	if m.cut() {
		add("truncated")
	}
	if m.edns != nil && m.edns.extended != "" {
		add(m.edns.extended)
	}
	first, _ := m.first()
	for i := range m.answers {
		if i == first && m.answers[i].Text == short(&m.answers[i]) && status == "NOERROR" {
			continue // the arrow says all of it
		}
		if b.Len() > maxSummary {
			add(strconv.Itoa(len(m.answers)-i) + " more")
			break
		}
		a := &m.answers[i]
		if strings.EqualFold(a.Name, m.question.name) {
			add(a.Type + " " + a.Text)
		} else {
			add(a.Type + " " + a.Name + " " + a.Text)
		}
	}
	return b.String()
}
