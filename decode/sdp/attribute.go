package sdp

import (
	"bytes"
	"net/netip"
	"slices"

	"rung/capture"
	"rung/decode"
)

// attribute reads a=<name>[:<value>] (RFC 8866 §5.13). What nobody asks for
// is skipped: unknown attributes are the normal case.
func (r *reader) attribute(line []byte) {
	if r.beyond {
		return
	}
	name, value, _ := bytes.Cut(line, []byte(":"))
	name, value = bytes.TrimSpace(name), bytes.TrimSpace(value)
	s, m := r.section(), r.current()
	switch string(name) {
	case "sendrecv", "sendonly", "recvonly", "inactive":
		s.direction = r.text(name)
		return
	case "fingerprint":
		s.fingerprint = r.text(value)
		return
	case "setup":
		s.setup = r.text(value)
		return
	case "ice-ufrag":
		s.ufrag = r.text(value)
		return
	case "content":
		s.content = r.text(value)
		return
	}
	if m != nil {
		r.mediaAttribute(m, s, name, value)
	}
}

// mediaAttribute reads attributes that mean something only below an m= line.
func (r *reader) mediaAttribute(m *decode.Media, s *section, name, value []byte) {
	switch string(name) {
	case "rtpmap":
		r.rtpmap(m, value)
	case "fmtp":
		r.fmtp(m, value)
	case "ptime":
		// Some devices write "20.0".
		whole, _, _ := bytes.Cut(value, []byte("."))
		if n, ok := number(whole); ok {
			m.Ptime = n
		}
	case "rtcp":
		r.rtcp(s, value)
	case "rtcp-mux":
		m.RTCPMux = true
	case "mid":
		m.Mid = r.text(value)
	case "label":
		m.Label = r.text(value)
	case "ssrc":
		r.ssrc(m, value)
	case "crypto":
		r.crypto(m, value)
	case "candidate":
		r.candidate(m, value)
	}
}

// rtpmap reads a=rtpmap:<pt> <name>/<clock>[/<channels>] (§6.6).
func (r *reader) rtpmap(m *decode.Media, value []byte) {
	ptText, rest := field(value)
	enc, _ := field(rest)
	c := codec(m, ptText)
	if c == nil {
		r.problem("sdp-value", capture.Info, "RFC 8866 §6.6", "a=rtpmap:%.60s names no format of its m= line", value)
		return
	}
	name, rest, _ := bytes.Cut(enc, []byte("/"))
	clock, channels, _ := bytes.Cut(rest, []byte("/"))
	hz, ok := number(clock)
	if len(name) == 0 || !ok || hz == 0 {
		r.problem("sdp-value", capture.Warning, "RFC 8866 §6.6", "a=rtpmap:%.60s has no name/clock", value)
	}
	if len(name) > 0 {
		c.Name = r.text(name)
	}
	c.Clock, c.Channels = hz, 0
	if n, ok := number(channels); ok && n <= 255 {
		c.Channels = n
	}
}

// fmtp reads a=fmtp:<format> <parameters> (§6.15).
func (r *reader) fmtp(m *decode.Media, value []byte) {
	f, params := field(value)
	c := codec(m, f)
	if c == nil {
		return
	}
	params = bytes.TrimSpace(params)
	switch {
	case len(params) == 0:
	case c.Fmtp == "":
		c.Fmtp = r.text(params)
	case len(c.Fmtp)+len(params) < maxValue:
		c.Fmtp += "; " + r.text(params)
	default:
		r.problem("sdp-limit", capture.Info, "", "a=fmtp lines of %.20q beyond %d bytes are left out", f, maxValue)
	}
}

// codec finds the format that an attribute names.
func codec(m *decode.Media, f []byte) *decode.Codec {
	if !isRTP(m.Transport) {
		for i := range m.Codecs {
			if m.Codecs[i].Name == string(f) {
				return &m.Codecs[i]
			}
		}
		return nil
	}
	pt, ok := number(f)
	if !ok || pt > 127 {
		return nil
	}
	for i := range m.Codecs {
		if m.Codecs[i].PT == uint8(pt) {
			return &m.Codecs[i]
		}
	}
	return nil
}

// rtcp reads a=rtcp:<port> [<nettype> <addrtype> <address>] (RFC 3605 §2.1).
func (r *reader) rtcp(s *section, value []byte) {
	f := bytes.Fields(value)
	if len(f) == 0 {
		return
	}
	port, ok := number(f[0])
	if !ok || port > 65535 {
		r.problem("sdp-value", capture.Warning, "RFC 3605 §2.1", "%.20q is no port", f[0])
		return
	}
	s.rtcpPort = port
	if len(f) >= 4 {
		s.rtcpAddr = address(short(f[3]))
	}
}

// short is enough of b to read an address in it, or to see that it is none.
func short(b []byte) string { return string(b[:min(len(b), 80)]) }

// ssrc reads a=ssrc:<id> <attribute> (RFC 5576 §4.1); one source has several.
func (r *reader) ssrc(m *decode.Media, value []byte) {
	id, _ := field(value)
	n, ok := number32(id)
	if !ok || slices.Contains(m.SSRCs, n) {
		return
	}
	if len(m.SSRCs) == maxSSRCs {
		r.problem("sdp-limit", capture.Info, "", "more than %d sources in an m= section", maxSSRCs)
		return
	}
	m.SSRCs = append(m.SSRCs, n)
}

// crypto reads the suite of a=crypto:<tag> <suite> inline:<key> (RFC 4568
// §4). The key stays where it is: it is a secret.
func (r *reader) crypto(m *decode.Media, value []byte) {
	_, rest := field(value)
	suite, _ := field(rest)
	if len(suite) == 0 {
		return
	}
	if len(m.Crypto) == maxCryptos {
		r.problem("sdp-limit", capture.Info, "", "more than %d a=crypto lines in an m= section", maxCryptos)
		return
	}
	m.Crypto = append(m.Crypto, r.text(suite))
}

// candidate reads a=candidate:<foundation> <component> <transport> <priority>
// <address> <port> typ <type> … (RFC 8839 §5.1). The address may be a name
// that only multicast DNS knows; Addr is invalid then.
func (r *reader) candidate(m *decode.Media, value []byte) {
	var f [8][]byte
	rest := value
	for i := range f {
		f[i], rest = field(rest)
	}
	component, ok1 := number(f[1])
	priority, ok2 := number32(f[3])
	port, ok3 := number(f[5])
	if !ok1 || !ok2 || !ok3 || port > 65535 || !bytes.EqualFold(f[6], []byte("typ")) || len(f[7]) == 0 {
		r.problem("sdp-value", capture.Info, "RFC 8839 §5.1", "a=candidate is not readable: %.80q", value)
		return
	}
	if len(m.Candidates) == maxCandidates {
		r.problem("sdp-limit", capture.Info, "", "more than %d candidates in an m= section", maxCandidates)
		return
	}
	c := decode.Candidate{Component: component, Transport: r.text(f[2]), Priority: priority, Type: r.text(f[7])}
	if a := address(short(f[4])); a.IsValid() {
		c.Addr = netip.AddrPortFrom(a, uint16(port))
	}
	m.Candidates = append(m.Candidates, c)
}
