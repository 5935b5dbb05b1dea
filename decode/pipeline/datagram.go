package pipeline

import (
	"rung/capture"
	"rung/decode"
)

// table is the ordered list of protocols, with the port hints in reach.
type table struct {
	datagrams, streams []*decode.Protocol
	icmp               *decode.Protocol
	hint               map[uint16][]*decode.Protocol
	all                []*decode.Protocol
}

func newTable(protocols []*decode.Protocol) *table {
	t := &table{hint: make(map[uint16][]*decode.Protocol), all: protocols}
	for _, p := range protocols {
		if p.Name == "icmp" {
			t.icmp = p
			continue
		}
		if p.Streams {
			t.streams = append(t.streams, p)
		}
		if !p.Datagrams {
			continue
		}
		t.datagrams = append(t.datagrams, p)
		for _, port := range p.Ports {
			t.hint[port] = append(t.hint[port], p)
		}
	}
	return t
}

func (t *table) named(name string) *decode.Protocol {
	for _, p := range t.all {
		if p.Name == name {
			return p
		}
	}
	return nil
}

// hinted asks the protocols whose port this is.
func (t *table) hinted(seg *capture.Segment) *decode.Protocol {
	for _, port := range [2]uint16{seg.Path.Dst.Port(), seg.Path.Src.Port()} {
		for _, p := range t.hint[port] {
			if p.Probe(seg.Data) == decode.Yes {
				return p
			}
		}
	}
	return nil
}

// datagram finds the protocol of a datagram, nil when none knows it.
func (t *table) datagram(seg *capture.Segment) *decode.Protocol {
	if seg.Path.Transport == capture.ICMP {
		return t.icmp
	}
	if p := t.hinted(seg); p != nil {
		return p
	}
	for _, p := range t.datagrams {
		if p.Probe(seg.Data) == decode.Yes {
			return p
		}
	}
	return nil
}

// datagram reads one datagram.
func (s *shard) datagram(seg *capture.Segment, it *item) {
	if r, ok := s.rules.of(&seg.Path); ok {
		s.told(r, seg, it)
		return
	}
	if looksRTP(seg) && s.protocols.hinted(seg) == nil && s.media.Feed(seg) {
		s.keepMedia(seg, it)
		return
	}
	p := s.protocols.datagram(seg)
	if p == nil {
		fate, name := s.nameDatagram(seg)
		s.count(fate, name, it)
		return
	}
	s.parse(p, seg, it)
}

// keepMedia counts what the tracker took: RTCP was read, of RTP that shows
// when the tracks are settled.
func (s *shard) keepMedia(seg *capture.Segment, it *item) {
	if isRTCP(seg.Data) {
		s.count(capture.FateDecoded, "", it)
		return
	}
	if s.kept == 0 {
		s.firstKept = *it
	}
	s.kept += int64(len(seg.AllFrames()))
}

// parse reads a datagram with its protocol.
func (s *shard) parse(p *decode.Protocol, seg *capture.Segment, it *item) {
	before := len(s.out.messages)
	fate, name := s.readDatagram(p, seg)
	if seg.Cut {
		s.cut.add(s.out.messages[before:], keptOf(it))
	}
	s.count(fate, name, it)
}

// readDatagram reads a datagram and says what became of it.
func (s *shard) readDatagram(p *decode.Protocol, seg *capture.Segment) (fate capture.Fate, name string) {
	s.conn = decode.Conn{Path: seg.Path, Time: seg.Time, Frame: seg.Frame, Start: seg.Order, Opened: true}
	s.pass = decode.Pass{Conn: &s.conn, Segment: *seg, Sink: s}
	err := p.Parse(&s.pass)
	s.pass.Close()
	switch {
	case err != nil:
		s.Report(unreadable(p, seg, err))
		return capture.FateUndecoded, p.Name + "-unreadable"
	case s.pass.OtherName() != "":
		return capture.FateOther, s.pass.OtherName()
	}
	return capture.FateDecoded, ""
}

// markCut says of the messages of a datagram that the capture, not their
// sender, left out the end. One that a protocol has called damaged says so
// already.
func markCut(messages []*decode.Message) {
	for _, m := range messages {
		said := false
		for _, d := range m.Diagnostics {
			said = said || d.Damage
		}
		if said {
			continue
		}
		m.Diagnostics = append([]capture.Diagnostic{{
			Code: "cut", Severity: capture.Warning, Damage: true, Frames: m.AllFrames(),
			Text: "the capture cut the packet (snaplen); the end of the message is missing",
		}}, m.Diagnostics...)
	}
}

func unreadable(p *decode.Protocol, seg *capture.Segment, err error) capture.Diagnostic {
	return capture.Diagnostic{
		Code: p.Name + "-unreadable", Severity: capture.Warning, Text: err.Error(),
		Frames: append([]capture.Frame(nil), seg.AllFrames()...),
	}
}

// looksRTP tells by the first byte (RFC 7983 §7): 128 to 191 is RTP or RTCP.
func looksRTP(seg *capture.Segment) bool {
	return seg.Path.Transport == capture.UDP && len(seg.Data) >= 8 && seg.Data[0]>>6 == 2
}

// isRTCP tells RTCP from RTP on one port (RFC 5761 §4).
func isRTCP(b []byte) bool { return b[1] >= 192 && b[1] <= 223 }
