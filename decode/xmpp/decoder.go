package xmpp

import (
	"encoding/xml"
	"errors"
	"io"
	"strings"

	"rung/capture"
	"rung/decode"
)

const (
	codeMalformed = "xmpp-malformed"
	codeCut       = "xmpp-cut"
	codeDTD       = "xmpp-dtd"
	codeDepth     = "xmpp-depth"
)

// A decoder reads one connection.
type decoder struct {
	conn   *decode.Conn
	shared *shared
	half   [2]half

	client      decode.Direction // which side opened the stream
	clientKnown bool             // rather than guessed
	server      bool             // between servers (or a component)
	domain      string           // whom the stream is with
	jid         string           // whom the server has bound the client to

	mechanism string // of the SASL exchange at hand
	pending   []request
}

// A half is what one direction has said.
type half struct {
	framer framer
	scope  scope
}

// A request is an iq that waits for its answer.
type request struct {
	dir    decode.Direction
	id     string // as transactionID makes it
	method string // "iq get roster"
	step   decode.LoginStep
}

func open(c *decode.Conn) decode.Decoder {
	d := &decoder{conn: c, clientKnown: c.Opened}
	if !c.Opened && isPort(c.Path.Src.Port()) && !isPort(c.Path.Dst.Port()) {
		d.client = decode.Back
	}
	d.server = c.Path.Src.Port() == portServer || c.Path.Dst.Port() == portServer
	for i := range d.half {
		d.half[i].scope = usual(d.server)
	}
	return d
}

func isPort(p uint16) bool { return p == portClient || p == portServer }

// Split frames one direction. A plain stanza that is all there is read at once.
func (d *decoder) Split(dir decode.Direction, data []byte, atEOF bool) (int, []byte, error) {
	h := &d.half[dir]
	if d.shared != nil {
		d.shared.reader.ahead = nil
		if h.framer.pos == 0 {
			if n := d.shared.reader.readAhead(data, &h.scope); n > 0 {
				return n, data[:n], nil
			}
		}
	}
	return h.framer.split(data, atEOF)
}

// Gap forgets the stanza at hand. Namespaces and roles outlast it.
func (d *decoder) Gap(dir decode.Direction) { d.half[dir].framer = framer{} }

// Parse reads a stream header, a top-level element or the end of the stream.
func (d *decoder) Parse(p *decode.Pass) error {
	d.share(p)
	data := p.Segment.Data
	switch {
	case hasPrefix(data, "</"):
		m := d.message(p, decode.StepClose)
		m.Name = "close"
		d.emit(p, m)
		return nil
	case hasPrefix(data, "<!"):
		p.Report(complaint(errDTD))
		return nil
	case string(localName(data)) == "stream":
		return d.header(p, data)
	}
	e, err := d.shared.reader.read(data, &d.half[p.Dir].scope)
	if err != nil {
		p.Report(complaint(err))
	}
	if e == nil {
		return nil // nothing to draw, and the diagnostic says why
	}
	d.element(p, e)
	return nil
}

// header reads a stream header. It declares the namespaces of what follows,
// and tells who opened: only the answering side gives the stream an id
// (RFC 6120 §4.7.3).
func (d *decoder) header(p *decode.Pass, data []byte) error {
	e, err := d.shared.reader.readHeader(data)
	if err != nil {
		p.Report(complaint(err))
		return nil
	}
	h := &d.half[p.Dir]
	h.scope = d.shared.declare(e)
	d.begin(p, e, h.scope.def)
	return nil
}

// begin emits a stream header, or the <open/> of a WebSocket.
func (d *decoder) begin(p *decode.Pass, e *element, def string) {
	d.learn(p.Dir, len(e.attr("id")) == 0)
	d.server = def == nsServer || strings.HasPrefix(def, "jabber:component:")
	m := d.message(p, decode.StepOpen)
	l := m.Facts.Login
	name := append(d.shared.name[:0], "<stream>"...)
	if l.FromClient {
		l.Identity = clip(e.attr("from"), maxIdentity)
		if to := e.attr("to"); len(to) > 0 {
			d.domain = d.shared.texts.Text(clipped(to, maxIdentity))
			name = append(append(name, " to "...), clipped(to, maxName)...)
		}
	} else if from := e.attr("from"); len(from) > 0 {
		d.domain = d.shared.texts.Text(clipped(from, maxIdentity))
		name = append(append(name, " from "...), clipped(from, maxName)...)
	}
	d.name(m, name)
	l.Domain = d.domain
	s := d.summary()
	if l.FromClient {
		s.add("from", e.attr("from"))
	}
	s.add("id", e.attr("id"))
	if def != nsClient && def != "" {
		s.say(def)
	}
	if len(e.attr("version")) == 0 {
		s.say("no version")
	}
	m.Summary = s.String()
	d.emit(p, m)
}

// learn notes which side is the client, unless that is known already: the
// side that sent the SYN opens the stream.
func (d *decoder) learn(dir decode.Direction, isClient bool) {
	if d.clientKnown {
		return
	}
	d.clientKnown = true
	d.client = dir
	if !isClient {
		d.client = 1 - dir
	}
}

// message makes the message that every stanza begins as. Its Login is that
// of shared until the message is emitted.
func (d *decoder) message(p *decode.Pass, step decode.LoginStep) *decode.Message {
	d.shared.login = decode.Login{Step: step, FromClient: p.Dir == d.client, Domain: d.domain, Server: d.server}
	m := &decode.Message{Protocol: "xmpp", Kind: decode.KindXMPP, Keys: d.conn.Keys()}
	m.Facts.Login = &d.shared.login
	return m
}

// emit hands on a message. Most say the same of their login as many others,
// and have one Login in common with them.
func (d *decoder) emit(p *decode.Pass, m *decode.Message) {
	m.Facts.Login = d.shared.said(&d.shared.login)
	p.Emit(m)
}

// name gives m a name that was put together in d.shared.name.
func (d *decoder) name(m *decode.Message, b []byte) {
	m.Name = d.shared.texts.Text(b)
	d.shared.name = b[:0]
}

// ask remembers a request.
func (d *decoder) ask(r request) {
	if len(d.pending) == maxPending {
		d.pending = append(d.pending[:0], d.pending[1:]...)
	}
	d.pending = append(d.pending, r)
}

// answer finds and forgets the request of the other side with that id.
func (d *decoder) answer(dir decode.Direction, id []byte) (request, bool) {
	for i, r := range d.pending {
		if r.dir != dir && r.id[len(d.conn.ID)+1:] == string(id) {
			d.pending = append(d.pending[:i], d.pending[i+1:]...)
			return r, true
		}
	}
	return request{}, false
}

// complaint puts what the reader of XML says into a diagnostic.
func complaint(err error) capture.Diagnostic {
	d := capture.Diagnostic{Code: codeMalformed, Severity: capture.Warning, Ref: "RFC 6120 §4.9.3.13", Text: "not well-formed: " + err.Error()}
	var syntax *xml.SyntaxError
	switch {
	case errors.Is(err, errDTD):
		d.Code, d.Ref, d.Text = codeDTD, "RFC 6120 §11.1", "refused: "+err.Error()
	case errors.Is(err, errDepth):
		d.Code, d.Severity, d.Ref, d.Text = codeDepth, capture.Info, "", err.Error()
	case errors.Is(err, io.ErrUnexpectedEOF), errors.As(err, &syntax) && syntax.Msg == "unexpected EOF":
		d.Code, d.Ref, d.Text = codeCut, "", "the stanza breaks off"
	}
	return d
}

// A summary joins "word value" pieces with commas, in a buffer of shared.
type summary struct {
	b  []byte
	to *[]byte
}

func (d *decoder) summary() summary {
	return summary{b: d.shared.summary[:0], to: &d.shared.summary}
}

// add appends a piece; one without a value is left out.
func (s *summary) add(word string, value []byte) {
	if len(value) == 0 {
		return
	}
	s.comma()
	if word != "" {
		s.b = append(append(s.b, word...), ' ')
	}
	s.b = append(s.b, clipped(value, maxShown)...)
}

// say appends a piece that is a string already.
func (s *summary) say(words string) {
	switch {
	case words == "":
	case len(words) > maxShown:
		s.add("", []byte(words))
	default:
		s.comma()
		s.b = append(s.b, words...)
	}
}

func (s *summary) comma() {
	if len(s.b) > 0 {
		s.b = append(s.b, ", "...)
	}
}

// String returns the summary and gives the buffer back.
func (s *summary) String() string {
	*s.to = s.b
	return string(s.b)
}
