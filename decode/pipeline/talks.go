package pipeline

import "rung/capture"

// talks remembers which pairs of addresses have said "stun" or "quic", whose
// other packets don't show what they are: TURN's ChannelData and QUIC's short
// headers.
type talks struct {
	names map[capture.Path]string
	full  bool // some were forgotten
}

func (t *talks) remember(p *capture.Path, name string) {
	key, _ := p.Canonical()
	if t.names[key] == name {
		return
	}
	if t.names == nil || len(t.names) >= maxTalks {
		t.full = t.full || t.names != nil
		t.names = make(map[capture.Path]string)
	}
	t.names[key] = name
}

// name names a datagram by what its addresses said before, or "".
func (t *talks) name(seg *capture.Segment) string {
	b := seg.Data
	if len(t.names) == 0 || b[0]>>6 != 1 { // both begin with the bits 01
		return ""
	}
	key, _ := seg.Path.Canonical()
	switch t.names[key] {
	case "stun":
		if isChannelData(b, seg.Cut) {
			return "turn-channel"
		}
	case "quic":
		return "quic" // RFC 9000 §17.3
	}
	return ""
}

// isChannelData reports whether b is TURN's ChannelData (RFC 8656 §12.4):
// channel number, length, data. Over UDP it may be padded.
func isChannelData(b []byte, cut bool) bool {
	if len(b) < 4 || b[0]>>6 != 1 {
		return false
	}
	n := be16(b[2:])
	return n == len(b)-4 || (n+3)&^3 == len(b)-4 || cut && n > len(b)-4
}
