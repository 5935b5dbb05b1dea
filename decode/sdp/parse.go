package sdp

import (
	"bytes"
	"fmt"
	"net/netip"
	"strings"

	"rung/capture"
	"rung/decode"
)

// A Problem is something odd about a description; it was read all the same.
type Problem struct {
	Code     string // sdp-line, sdp-missing, sdp-value, sdp-limit
	Severity capture.Severity
	Text     string // with captured text in it, not escaped
	Ref      string
}

// Parse reads a session description. The Session is nil when body has no
// line of SDP at all; otherwise it holds what could be read, and the problems
// say what could not. Nothing of body is retained; texts are those that the
// Memory, which may be nil, holds already.
//
// Media.RTCP is where a=rtcp says, else the port after RTP's; whether RTCPMux
// was agreed, so that RTCP goes to Media.Addr, shows only in the answer.
func Parse(body []byte, texts *decode.Memory) (*decode.Session, []Problem) {
	session := newSession(body)
	r := reader{session: session, texts: texts}
	for len(body) > 0 && !r.ended {
		var raw []byte
		raw, body, _ = bytes.Cut(body, []byte("\n"))
		r.line++
		r.read(bytes.TrimSpace(raw))
	}
	if !r.any {
		return nil, r.problems
	}
	r.close()
	r.missing()
	return session, r.problems
}

// withMedia is what most descriptions become, in one allocation.
type withMedia struct {
	session decode.Session
	media   [1]decode.Media
}

func newSession(body []byte) *decode.Session {
	switch n := countMedia(body); n {
	case 0:
		return &decode.Session{}
	case 1:
		one := &withMedia{}
		one.session.Media = one.media[:0]
		return &one.session
	default:
		return &decode.Session{Media: make([]decode.Media, 0, min(n, maxMedia))}
	}
}

// countMedia counts lines that begin with m, about as many as m= lines.
func countMedia(body []byte) (n int) {
	for {
		i := bytes.IndexByte(body, '\n') + 1
		if i == 0 || i == len(body) {
			return n
		}
		if body = body[i:]; body[0] == 'm' {
			n++
		}
	}
}

// A reader is one run over a description.
type reader struct {
	session  *decode.Session
	problems []Problem
	line     int
	any      bool // a line of SDP was seen
	ended    bool // a second v= began another description
	seen     [26]bool

	common section // what stands before any m=
	own    section // what stands below the current m=
	texts  *decode.Memory
	beyond bool // after maxMedia: m= sections that are left out
}

// A section is what the lines of one part said and Media has no place for, or
// must inherit.
type section struct {
	host        string
	addr        netip.Addr
	hasConn     bool
	rtcpPort    int
	rtcpAddr    netip.Addr
	direction   string
	fingerprint string
	setup       string
	ufrag       string
	content     string
}

func (r *reader) problem(code string, sev capture.Severity, ref, format string, args ...any) {
	switch n := len(r.problems); {
	case n < maxProblems:
		r.problems = append(r.problems, Problem{code, sev, fmt.Sprintf(format, args...), ref})
	case n == maxProblems:
		r.problems = append(r.problems, Problem{"sdp-limit", capture.Info,
			fmt.Sprintf("more than %d problems in one description; the rest is not told", maxProblems), ""})
	}
}

// read takes one line, without its end.
func (r *reader) read(line []byte) {
	if len(line) == 0 {
		return
	}
	if len(line) < 2 || line[1] != '=' || line[0] < 'a' || line[0] > 'z' {
		r.problem("sdp-line", capture.Warning, "RFC 8866 §5", "line %d is not type=value: %.40q", r.line, line)
		return
	}
	kind, value := line[0], bytes.TrimSpace(line[2:])
	if kind == 'v' && r.seen['v'-'a'] {
		// RFC 8866 §5 allows no second description; SAP files have them.
		r.problem("sdp-line", capture.Warning, "RFC 8866 §5", "line %d begins a second description, which is left out", r.line)
		r.ended = true
		return
	}
	r.any = true
	r.seen[kind-'a'] = true
	switch kind {
	case 'v':
		if string(value) != "0" {
			r.problem("sdp-value", capture.Warning, "RFC 8866 §5.1", "version %.20q, not 0", value)
		}
	case 'o':
		r.origin(value)
	case 's':
		if string(value) != "-" {
			r.session.Name = r.text(value)
		}
	case 'c':
		r.connection(value)
	case 'm':
		r.media(value)
	case 'a':
		r.attribute(value)
	case 'i', 'u', 'e', 'p', 'b', 't', 'r', 'z', 'k':
	default:
		r.problem("sdp-line", capture.Info, "RFC 8866 §5", "line %d has the unknown type %q", r.line, kind)
	}
}

// origin reads o=<username> <sess-id> <sess-version> <nettype> <addrtype>
// <address> (RFC 8866 §5.2). User names with blanks exist in the wild, so the
// fields count from the end.
func (r *reader) origin(value []byte) {
	var store [8][]byte
	f := store[:0]
	for rest := value; len(f) < maxWords; {
		var w []byte
		if w, rest = field(rest); len(w) == 0 {
			break
		}
		f = append(f, w)
	}
	if len(f) < 6 {
		r.problem("sdp-value", capture.Warning, "RFC 8866 §5.2", "o= has %d fields, not 6: %.60q", len(f), value)
		r.session.Origin = r.text(value)
		if len(f) >= 3 {
			r.session.SessionID, r.session.Version = r.text(f[1]), r.text(f[2])
		}
		return
	}
	n := len(f)
	r.session.SessionID, r.session.Version = r.text(f[n-5]), r.text(f[n-4])
	var buf [128]byte
	b := buf[:0]
	for _, w := range f[:n-5] {
		b = append(append(b, w...), ' ')
	}
	b = append(append(b, f[n-5]...), ' ')
	r.session.Origin = r.text(append(b, f[n-1]...))
}

// connection reads c=<nettype> <addrtype> <address>[/ttl][/number] (§5.7). An
// m= section may have several (layers of multicast); the first counts.
func (r *reader) connection(value []byte) {
	if r.beyond {
		return
	}
	_, rest := field(value)
	_, rest = field(rest)
	host, _ := field(rest)
	if len(host) == 0 {
		r.problem("sdp-value", capture.Warning, "RFC 8866 §5.7", "c= has no address: %.60q", value)
		return
	}
	s := r.section()
	if s.hasConn {
		return
	}
	host, _, _ = bytes.Cut(host, []byte("/"))
	s.host, s.hasConn = r.text(host), true
	s.addr = address(s.host)
}

// address reads a literal address, invalid for a name. A mapped IPv4 address
// travels as IPv4.
func address(host string) netip.Addr {
	host = strings.TrimPrefix(strings.TrimSuffix(host, "]"), "[")
	if len(host) == 0 || len(host) > 64 || !(host[0] == ':' || hexDigit(host[0])) {
		return netip.Addr{}
	}
	a, err := netip.ParseAddr(host)
	if err != nil {
		return netip.Addr{}
	}
	return a.WithZone("").Unmap()
}

func hexDigit(c byte) bool {
	return c >= '0' && c <= '9' || c >= 'a' && c <= 'f' || c >= 'A' && c <= 'F'
}

// section returns the section that lines belong to now.
func (r *reader) section() *section {
	if len(r.session.Media) > 0 {
		return &r.own
	}
	return &r.common
}

// current returns the media that lines belong to now, nil before the first m=.
func (r *reader) current() *decode.Media {
	if n := len(r.session.Media); n > 0 && !r.beyond {
		return &r.session.Media[n-1]
	}
	return nil
}

// text copies a value, cut to maxValue.
func (r *reader) text(b []byte) string {
	b = b[:min(len(b), maxValue)]
	if s := word(b); s != "" || len(b) == 0 {
		return s
	}
	return r.texts.Text(b)
}

// close ends the current m= section: its media gets what it inherits from the
// session (§5.7, §6).
func (r *reader) close() {
	m := r.current()
	if m == nil {
		return
	}
	s := r.own
	r.own = section{}
	if !s.hasConn {
		s.host, s.addr, s.hasConn = r.common.host, r.common.addr, r.common.hasConn
	}
	if !s.hasConn && m.Port != 0 {
		r.problem("sdp-missing", capture.Warning, "RFC 8866 §5.7", "no c= line for m=%s %d", m.Kind, m.Port)
	}
	m.Direction = first(s.direction, r.common.direction, "sendrecv") // §6.7
	m.Fingerprint = first(s.fingerprint, r.common.fingerprint)
	m.Setup = first(s.setup, r.common.setup)
	m.ICEUfrag = first(s.ufrag, r.common.ufrag)
	m.Content = first(s.content, r.common.content)
	place(m, &s)
}

// place fills the addresses of a media line.
func place(m *decode.Media, s *section) {
	m.Host = s.host
	if m.Port == 0 {
		return
	}
	if s.addr.IsValid() {
		m.Addr = netip.AddrPortFrom(s.addr, uint16(m.Port))
	}
	if !isRTP(m.Transport) {
		return
	}
	addr, port := s.addr, m.Port+1 // RFC 3550 §11: the next higher port
	if s.rtcpPort > 0 {
		port = s.rtcpPort
	}
	if s.rtcpAddr.IsValid() {
		addr = s.rtcpAddr
	}
	if addr.IsValid() && port <= 65535 {
		m.RTCP = netip.AddrPortFrom(addr, uint16(port))
	}
}

func first(values ...string) string {
	for _, v := range values {
		if v != "" {
			return v
		}
	}
	return ""
}

// missing reports mandatory lines that are not there (§9: v o s t).
func (r *reader) missing() {
	var lines []string
	for _, k := range []byte("vost") {
		if !r.seen[k-'a'] {
			lines = append(lines, string([]byte{k, '='}))
		}
	}
	if len(lines) > 0 {
		r.problem("sdp-missing", capture.Info, "RFC 8866 §5", "no %s line", strings.Join(lines, ", "))
	}
}
