package pipeline

import (
	"fmt"

	"rung/capture"
	"rung/capture/reassemble"
	"rung/decode"
	"rung/decode/sctp"
)

// All SCTP packets between two ports are one shard's, whatever their
// addresses: an association may use several.

func (s *shard) newSCTP() *reassemble.SCTP {
	r := reassemble.NewSCTP(reassemble.SCTPLimits{}, s.sctpMessage, s.account.Add)
	r.Report = s.Report
	r.Failed = s.sctpFailed
	return r
}

// sctpMessage reads one message and says what became of it.
func (s *shard) sctpMessage(m *reassemble.SCTPMessage) (capture.Fate, string) {
	seg := &m.Segment
	if r, ok := s.rules.of(&seg.Path); ok && r.name == AsNone {
		return capture.FateOther, unreadName
	}
	p := s.sctpProtocol(m)
	if p == nil {
		name := nameSCTP(m)
		if m.Incomplete && name == "sctp" {
			s.Report(sctpIncomplete(m, seg.AllFrames()))
			return capture.FateUndecoded, "sctp-fragments-incomplete"
		}
		return capture.FateOther, name
	}
	before := len(s.out.messages)
	fate, name := s.readDatagram(p, seg)
	switch {
	case m.Incomplete && len(s.out.messages) == before:
		s.Report(sctpIncomplete(m, seg.AllFrames()))
	case m.Incomplete:
		first := s.out.messages[before]
		first.Diagnostics = append([]capture.Diagnostic{sctpIncomplete(m, first.AllFrames())}, first.Diagnostics...)
	case seg.Cut:
		s.cut.add(s.out.messages[before:], 0)
	}
	return fate, name
}

// sctpProtocol finds the protocol of a message, nil when none knows it. What a
// payload protocol id names as another's is asked of protocols alone that know
// themselves in a byte stream: binary bytes look like short headers by chance.
func (s *shard) sctpProtocol(m *reassemble.SCTPMessage) *decode.Protocol {
	if len(m.Segment.Data) == 0 {
		return nil
	}
	if r, ok := s.rules.of(&m.Segment.Path); ok {
		return r.proto
	}
	p := s.protocols.datagram(&m.Segment)
	if p != nil && ppidNames[m.PPID] != "" && !p.Streams {
		return nil
	}
	return p
}

func sctpIncomplete(m *reassemble.SCTPMessage, frames []capture.Frame) capture.Diagnostic {
	text := fmt.Sprintf("fragments of the message are missing; the first %d bytes are there", len(m.Segment.Data))
	if len(m.Segment.Data) == 0 {
		text = "fragments of a message without its beginning"
	}
	return capture.Diagnostic{
		Code: "sctp-incomplete", Severity: capture.Warning, Text: text, Ref: "RFC 9260 §6.9",
		Frames: append([]capture.Frame(nil), frames...),
	}
}

// sctpFailed draws an attempt that came to nothing.
func (s *shard) sctpFailed(a *reassemble.SCTPAttempt, seg *capture.Segment) {
	c := decode.Conn{Path: a.Path, Start: a.Start, Time: a.Time, Frame: a.Frame, ID: a.ID}
	if m := sctp.Message(&c, seg); m != nil {
		s.Emit(m)
	}
}

// nameSCTP says what a message is that no protocol takes: by its bytes when it
// is DTLS (RFC 6083), by payload protocol id, by port, else "sctp".
func nameSCTP(m *reassemble.SCTPMessage) string {
	if b := m.Segment.Data; len(b) >= 13 && b[0] >= 20 && b[0] <= 63 && b[1] == 0xfe && b[2] >= 0xfc {
		return "dtls" // RFC 6347 §4.1
	}
	if n := ppidNames[m.PPID]; n != "" {
		return n
	}
	for _, port := range [2]uint16{m.Segment.Path.Dst.Port(), m.Segment.Path.Src.Port()} {
		if n := sctpPorts[port]; n != "" {
			return n
		}
	}
	return "sctp"
}

// ppidNames are payload protocol identifiers (IANA, SCTP parameters), and
// sctpPorts ports (IANA service names). Read only.
var (
	ppidNames = map[uint32]string{
		1: "iua", 2: "m2ua", 3: "m3ua", 4: "sua", 5: "m2pa", 6: "v5ua", 7: "h248", 8: "bicc", 9: "tali",
		10: "dua", 11: "asap", 12: "enrp", 13: "h323", 14: "q.ipc", 18: "s1ap", 19: "rua", 20: "hnbap",
		24: "sbc-ap", 25: "nbap", 27: "x2ap", 29: "lcs-ap", 31: "sabp", 33: "ppp", 42: "rna", 43: "m2ap",
		44: "m3ap", 45: "ssh", 46: "diameter", 47: "dtls", 50: "webrtc-data", 51: "webrtc-data",
		52: "webrtc-data", 53: "webrtc-data", 54: "webrtc-data", 55: "pua", 56: "webrtc-data",
		57: "webrtc-data", 58: "xwap", 60: "ngap", 61: "xnap", 62: "f1ap", 63: "http", 64: "e1ap",
	}
	sctpPorts = map[uint16]string{
		2904: "m2ua", 2905: "m3ua", 2944: "h248", 2945: "h248", 3565: "m2pa", 3868: "diameter", 5868: "dtls",
		9900: "iua", 14001: "sua", 36412: "s1ap", 36422: "x2ap", 38412: "ngap", 38422: "xnap", 38472: "f1ap",
	}
)
