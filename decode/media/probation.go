package media

import "rung/decode/rtp"

// A probation decides whether packets of one SSRC on one path are RTP, by
// their headers alone (RFC 3550 A.1, stricter).
type probation struct {
	seq     uint16
	ts      uint32
	steps   int  // packets in sequence so far
	moved   bool // the timestamp has changed among them
	events  int  // of them with payloads that read as telephone events
	started bool
	passed  bool
}

// see looks at one more packet; event tells that its payload reads as a
// telephone event.
func (p *probation) see(h *rtp.Header, event bool) {
	if p.passed {
		return
	}
	if !p.started {
		p.started, p.seq, p.ts = true, h.Sequence, h.Timestamp
		return
	}
	if h.Sequence == p.seq && h.Timestamp == p.ts {
		return // a copy: neither for nor against
	}
	step := int32(h.Timestamp - p.ts)
	if h.Sequence == p.seq+1 && step >= -maxStep && step <= maxStep {
		p.steps++
		p.moved = p.moved || step != 0
		if event {
			p.events++
		}
	} else {
		p.steps, p.events, p.moved = 0, 0, false
	}
	p.seq, p.ts = h.Sequence, h.Timestamp
	need := probationKnown
	if !known(h.PayloadType) {
		need = probationOdd
	}
	// Other protocols have constants where the timestamp is. An event has,
	// too, but its payload tells.
	p.passed = p.steps >= need && (p.moved || p.events >= need)
}

// known reports whether pt is assigned or may be given freely (RFC 3551 §6).
func known(pt uint8) bool { return pt >= 96 || rtp.Static(pt).Name != "" }

// dynamic reports whether only signalling says what pt is. WebRTC also gives
// 35..63 (RFC 5761 §4).
func dynamic(pt uint8) bool { return pt >= 35 }

// sane reports whether a payload type may be RTP at all: 64..95 with the
// marker bit is where RTCP lies (RFC 5761 §4), and without it nobody sends.
func sane(pt uint8) bool { return pt < 64 || pt > 95 }
