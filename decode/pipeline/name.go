package pipeline

import (
	"bytes"
	"encoding/binary"

	"rung/capture"
)

// Frames that no protocol takes are counted under a name, so that a person
// sees what else is on the wire. The rules:
//
//   - What the bytes show goes before the port. A magic number, or a length
//     that fits together with a version, is needed; see namebytes.go.
//   - A port names only what the bytes don't contradict; see nameports.go.
//   - Else it is "udp" or "tcp". No name is better than a wrong one.

// keepaliveBytes is the longest datagram that can be a bare keepalive.
const keepaliveBytes = 4

// nameDatagram says what a datagram is that no protocol takes.
func (s *shard) nameDatagram(seg *capture.Segment) (capture.Fate, string) {
	b := seg.Data
	if len(b) == 0 {
		return capture.FateTransportOnly, ""
	}
	n := datagramBytes(b, seg.Cut)
	switch {
	case n == "stun", n == "quic":
		s.talks.remember(&seg.Path, n)
	case n != "":
	default:
		if n = s.talks.name(seg); n == "" {
			n = portName(udpPorts, &seg.Path, b, true)
		}
	}
	if n == "" {
		n = "udp"
	}
	return capture.FateOther, n
}

// besideMedia names what may share a port with RTP, by its bytes (RFC 7983
// §7), or "".
func besideMedia(b []byte) string {
	switch {
	case len(b) <= keepaliveBytes && isBlank(b):
		return "keepalive" // RFC 5626 §3.5.1 and its cousins
	case isSTUN(b):
		return "stun"
	case len(b) >= 13 && b[0] >= 20 && b[0] <= 63 && b[1] == 0xfe && b[2] >= 0xfc:
		return "dtls" // RFC 6347 §4.1
	case len(b) >= 12 && b[0]>>4 == 1 && bytes.Equal(b[4:8], []byte("ZRTP")):
		return "zrtp" // RFC 6189 §5: magic cookie
	}
	return ""
}

func isBlank(b []byte) bool {
	for _, c := range b {
		if c != 0 && c != '\r' && c != '\n' && c != 0xff {
			return false
		}
	}
	return true
}

// nameStream says what a connection speaks that no protocol takes, by the
// first bytes of its two directions and whether they begin the stream.
func nameStream(path *capture.Path, first [2][]byte, start [2]bool) string {
	for _, b := range first {
		if n := streamBytes(b); n == "iso-tsap" && portName(tcpPorts, path, nil, false) == "rdp" {
			return "rdp"
		} else if n != "" {
			return n
		}
	}
	n := ""
	for d, b := range first {
		if len(b) == 0 {
			continue
		}
		at := portName(tcpPorts, path, b, start[d])
		if at == "" {
			return "tcp" // one side contradicts the port
		}
		n = at
	}
	if n == "" {
		return "tcp"
	}
	return n
}

// firstLine returns the start of b up to the first line end or 512 bytes.
func firstLine(b []byte) []byte {
	b = b[:min(len(b), 512)]
	if i := bytes.IndexByte(b, '\n'); i >= 0 {
		return b[:i]
	}
	return b
}

// isText reports whether b begins as text does: no control bytes but white
// space. Bytes beyond ASCII may be UTF-8.
func isText(b []byte) bool {
	for _, c := range b[:min(len(b), 32)] {
		if c < ' ' && c != '\r' && c != '\n' && c != '\t' || c == 0x7f {
			return false
		}
	}
	return len(b) > 0
}

func hasPrefix(b []byte, s string) bool { return len(b) >= len(s) && string(b[:len(s)]) == s }

func be16(b []byte) int { return int(binary.BigEndian.Uint16(b)) }
func be24(b []byte) int { return int(b[0])<<16 | be16(b[1:]) }
func be32(b []byte) int { return int(binary.BigEndian.Uint32(b)) }
func le32(b []byte) int { return int(binary.LittleEndian.Uint32(b)) }
