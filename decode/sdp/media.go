package sdp

import (
	"bytes"
	"strconv"
	"strings"

	"rung/capture"
	"rung/decode"
)

// media reads m=<media> <port>[/<number>] <proto> <fmt> … (RFC 8866 §5.14).
func (r *reader) media(value []byte) {
	r.close()
	if len(r.session.Media) == maxMedia {
		if !r.beyond {
			r.problem("sdp-limit", capture.Warning, "", "more than %d m= lines; the rest is left out", maxMedia)
		}
		r.beyond = true
		return
	}
	kind, rest := field(value)
	portText, rest := field(rest)
	proto, formats := field(rest)
	if len(proto) == 0 {
		r.problem("sdp-value", capture.Warning, "RFC 8866 §5.14", "m= line without port or protocol: %.60q", value)
	}
	portText, _, _ = bytes.Cut(portText, []byte("/"))
	port, ok := number(portText)
	if !ok || port > 65535 {
		r.problem("sdp-value", capture.Warning, "RFC 8866 §5.14", "%.20q is no port", portText)
		port = 0
	}
	m := decode.Media{Kind: r.text(kind), Port: port, Transport: r.text(proto)}
	r.formats(&m, formats)
	r.session.Media = append(r.session.Media, m)
}

// formats fills Codecs: payload types for RTP, else the words as they are
// ("t38", "webrtc-datachannel", "*").
func (r *reader) formats(m *decode.Media, list []byte) {
	n := countFields(list)
	if n == 0 {
		return
	}
	if n > maxCodecs {
		r.problem("sdp-limit", capture.Warning, "", "%d formats in an m= line; %d are kept", n, maxCodecs)
		n = maxCodecs
	}
	m.Codecs = make([]decode.Codec, 0, n)
	rtp := isRTP(m.Transport)
	for range n {
		var f []byte
		f, list = field(list)
		if !rtp {
			m.Codecs = append(m.Codecs, decode.Codec{Name: r.text(f)})
			continue
		}
		pt, ok := number(f)
		if !ok || pt > 127 {
			r.problem("sdp-value", capture.Warning, "RFC 3551 §6", "%.20q is no payload type", f)
			continue
		}
		c, _ := static(uint8(pt))
		m.Codecs = append(m.Codecs, c)
	}
}

// isRTP reports whether a transport carries RTP: RTP/AVP, UDP/TLS/RTP/SAVPF …
func isRTP(proto string) bool {
	return len(proto) >= 4 && (strings.EqualFold(proto[:4], "RTP/") || strings.Contains(proto, "/RTP/"))
}

// field cuts the next blank-separated field off b.
func field(b []byte) (f, rest []byte) {
	for len(b) > 0 && blank(b[0]) {
		b = b[1:]
	}
	i := 0
	for i < len(b) && !blank(b[i]) {
		i++
	}
	return b[:i], b[i:]
}

func countFields(b []byte) int {
	n := 0
	for {
		var f []byte
		if f, b = field(b); len(f) == 0 {
			return n
		}
		n++
	}
}

func blank(c byte) bool { return c == ' ' || c == '\t' }

// number reads decimal digits, nothing else.
func number(b []byte) (int, bool) {
	if len(b) == 0 || len(b) > 9 {
		return 0, false
	}
	n := 0
	for _, c := range b {
		if c < '0' || c > '9' {
			return 0, false
		}
		n = n*10 + int(c-'0')
	}
	return n, true
}

// number32 is number for values up to 2^32-1.
func number32(b []byte) (uint32, bool) {
	if len(b) == 0 || len(b) > 10 {
		return 0, false
	}
	n, err := strconv.ParseUint(string(b), 10, 32)
	return uint32(n), err == nil
}
