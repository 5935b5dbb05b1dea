package pipeline

import (
	"sort"

	"rung/capture"
	"rung/capture/reassemble"
	"rung/decode"
	"rung/decode/media"
)

// A shard owns the connections and streams of its addresses. One worker calls
// it; it locks nothing.
type shard struct {
	protocols  *table
	rules      rules
	talks      talks
	tcp        *reassemble.TCP
	sctp       *reassemble.SCTP
	media      *media.Tracker
	account    capture.Account
	out        *output
	pass       decode.Pass    // reused for datagrams
	conn       decode.Conn    // likewise
	streamPass decode.Pass    // reused for streams
	marks      []mark         // likewise, of a segment that is read by itself
	depth      int            // of Inner
	memory     *decode.Memory // one for all shards of a worker

	cut       cuts
	kept      int64 // frames the tracker kept as RTP candidates
	firstKept item

	tracks  []*media.Track
	reports []*media.Report
}

func newShard(opt *Options) *shard {
	s := &shard{protocols: newTable(opt.Protocols), media: media.NewTracker(media.Limits{})}
	s.rules = newRules(opt.DecodeAs, s.protocols)
	s.tcp = reassemble.NewTCP(reassemble.Limits{}, s.segment)
	s.tcp.Report = s.Report
	s.sctp = s.newSCTP()
	return s
}

// run takes shard i's part of a batch.
func (s *shard) run(b *batch, i int) {
	s.out = &b.out[i]
	items := b.items[i]
	for k := range items {
		s.item(&items[k])
	}
	s.tcp.Advance(b.now)
	s.sctp.Advance(b.now)
	if b.tick.due {
		s.tick(&b.tick, i, b.now)
	}
	if b.end {
		s.close()
	}
}

func (s *shard) item(it *item) {
	switch it.dg.Path.Transport {
	case capture.TCP:
		d := s.tcp.Feed(capture.Order{Index: it.pkt.Index}, &it.pkt, &it.dg, it.frames)
		switch d.Kind {
		case reassemble.TransportOnly:
			s.count(capture.FateTransportOnly, "", it)
		case reassemble.Refused:
			s.count(capture.FateUndecoded, "tcp-"+d.Reason, it)
		}
	case capture.SCTP:
		s.sctp.Feed(capture.Order{Index: it.pkt.Index}, &it.pkt, &it.dg, it.frames)
	case capture.UDP, capture.ICMP:
		seg := segmentOf(it)
		s.datagram(&seg, it)
	}
}

// segmentOf makes the Segment of a datagram.
func segmentOf(it *item) capture.Segment {
	g := &it.dg
	return capture.Segment{
		Path: g.Path, Order: capture.Order{Index: it.pkt.Index}, Time: it.pkt.Time,
		Frame: it.pkt.Frame, Frames: it.frames, Data: g.Payload, Start: true, Cut: g.Cut,
		IPLen: g.IPLen, IPID: g.IPID, DSCP: g.DSCP, Raw: it.raw,
	}
}

func (s *shard) count(f capture.Fate, name string, it *item) {
	if it.frames == nil {
		s.account.Add(f, name, it.pkt.Frame, it.pkt.Index)
		return
	}
	for _, fr := range it.frames {
		s.account.Add(f, name, fr, it.pkt.Index)
	}
}

// countSegment counts the frames of a stream's segment.
func (s *shard) countSegment(f capture.Fate, name string, seg *capture.Segment) {
	for _, fr := range seg.AllFrames() {
		s.account.Add(f, name, fr, seg.Order.Index)
	}
}

func (s *shard) close() {
	s.tcp.Close()
	s.sctp.Close()
	s.tracks = s.media.Finish()
	s.reports = s.media.Reports()
	for _, t := range s.tracks {
		s.kept -= t.Frames
	}
	for _, d := range s.media.Diagnostics() {
		s.Report(d)
	}
	if s.talks.full {
		s.Report(capture.Diagnostic{Code: "names-forgotten", Severity: capture.Info,
			Text: "more addresses speak STUN or QUIC than rung remembers: some of their packets are counted as udp"})
	}
	if s.kept > 0 { // candidates that the tracker had no room to remember
		s.account.AddN(capture.FateOther, "udp", s.kept, s.firstKept.pkt.Frame, s.firstKept.pkt.Index)
	}
}

// Emit, Report, Inner and Switch make the shard the Sink of datagrams.

// Emit takes a message; its bytes stay in the batch until the merger stores them.
func (s *shard) Emit(m *decode.Message) {
	m.Digest = digest(m.Bytes)
	if m.Order.Offset == 0 && s.depth > 0 {
		m.Order.Offset = uint32(len(s.out.messages))
	}
	s.out.messages = append(s.out.messages, m)
}

// Report takes a diagnostic that belongs to no message.
func (s *shard) Report(d capture.Diagnostic) {
	s.out.diagnostics = append(s.out.diagnostics, d)
}

// Inner reads bytes found inside a datagram.
func (s *shard) Inner(seg capture.Segment) {
	if s.depth >= innerDepth {
		s.Report(capture.Diagnostic{Code: "nested-too-deep", Severity: capture.Warning,
			Text: "messages nested deeper than rung follows", Frames: seg.AllFrames()})
		return
	}
	s.depth++
	defer func() { s.depth-- }()
	if p := s.protocols.datagram(&seg); p != nil {
		pass := decode.Pass{Conn: &decode.Conn{Path: seg.Path}, Segment: seg, Sink: s}
		if err := p.Parse(&pass); err != nil {
			s.Report(unreadable(p, &seg, err))
		}
		pass.Close()
	}
}

// Switch has no meaning for datagrams: each is recognised by itself.
func (s *shard) Switch(string) {}

// sortTracks orders tracks by first packet, then by path and SSRC.
func sortTracks(tracks []*media.Track) {
	sort.SliceStable(tracks, func(i, j int) bool {
		a, b := tracks[i], tracks[j]
		if a.First != b.First {
			return a.First.Less(b.First)
		}
		return a.SSRC < b.SSRC
	})
}
