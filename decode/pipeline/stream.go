package pipeline

import (
	"rung/capture"
	"rung/capture/reassemble"
	"rung/decode"
	"rung/decode/tcp"
)

// A stream is one TCP connection as its shard sees it: unknown at first (held
// segments wait for a probe to say Yes), then read by one protocol, or given
// up and only counted under a name.
type stream struct {
	shard *shard
	conn  decode.Conn
	proto *decode.Protocol
	dec   decode.Decoder
	other string // name under which frames are counted once given up
	spoke bool   // some protocol has read some of it

	byRule bool // a port rule chose the protocol: its bytes may be anything

	held      []heldSegment
	heldBytes int
	half      [2]half
}

// A half is one direction's bytes that are not read yet.
type half struct {
	buf    []byte
	marks  []mark // of buf; of a segment that is read by itself the shard's
	synced bool   // buf begins where a message begins
	probe  []byte
	start  bool // the first bytes of the stream were seen
	seen   bool

	finished bool // its FIN was seen
}

// A mark tells which segment brought which bytes of buf.
type mark struct {
	end int // offset in buf behind the segment's bytes
	seg *capture.Segment
}

type heldSegment struct {
	dir decode.Direction
	seg capture.Segment
}

// segment takes what the TCP reassembler hands on.
func (s *shard) segment(c *reassemble.Conn, dir int, seg *capture.Segment) {
	st, _ := c.User.(*stream)
	if st == nil {
		st = &stream{shard: s, conn: decode.Conn{
			Path: c.Path, Start: c.Start, Time: c.Time, Frame: c.Frame, Opened: c.Opened, ID: c.ID,
		}}
		c.User = st
		if r, ok := s.rules.of(&c.Path); ok {
			st.toldStream(r)
		}
	}
	d := decode.Direction(dir)
	if len(seg.Data) > 0 || seg.Gap != 0 {
		st.data(d, seg)
	}
	if seg.Event != 0 {
		st.event(d, seg)
	}
}

// data takes the next bytes of one direction.
func (st *stream) data(dir decode.Direction, seg *capture.Segment) {
	h := &st.half[dir]
	if !h.seen {
		h.seen, h.start = true, seg.Start
		// A told stream may be anything: unless its start is plausible, one is
		// looked for, and what has none is undecoded.
		h.synced = seg.Start && (!st.byRule || st.proto == nil || st.proto.Probe(seg.Data) != decode.No)
	}
	if len(seg.Data) == 0 { // a hole right before the end
		h.probe, h.start = nil, false
		if st.proto != nil {
			st.gap(dir, seg)
		}
		return
	}
	switch {
	case st.proto != nil:
		st.push(dir, seg)
	case st.other != "":
		st.passBy(dir, seg)
	default:
		st.hold(dir, seg)
	}
}

// passBy counts the bytes of a connection that was given up. A connection
// without a better name than "tcp" is asked again at every segment: its first
// SIP message may come after hours of something else.
func (st *stream) passBy(dir decode.Direction, seg *capture.Segment) {
	if st.other == "tcp" {
		for _, p := range st.shard.protocols.streams {
			if p.Probe(seg.Data) == decode.Yes {
				st.choose(p)
				st.half[dir].synced = true
				st.push(dir, seg)
				return
			}
		}
	}
	st.shard.countSegment(capture.FateOther, st.other, seg)
}

// hold keeps a segment back until the protocol is known.
func (st *stream) hold(dir decode.Direction, seg *capture.Segment) {
	if len(st.held) == 0 && st.atOnce(dir, seg) {
		return
	}
	kept := *seg
	kept.Data = append([]byte(nil), seg.Data...)
	kept.Frames = append([]capture.Frame(nil), seg.Frames...)
	st.held = append(st.held, heldSegment{dir, kept})
	st.heldBytes += len(kept.Data)
	h := &st.half[dir]
	if seg.Gap != 0 {
		h.probe, h.start = nil, false
	}
	h.probe = append(h.probe, kept.Data...)

	if p := st.recognise(); p != nil {
		st.choose(p)
		st.replay()
		return
	}
	if st.hopeless() || st.heldBytes > probeBytes || len(st.held) >= probeSegments {
		st.giveUp(seg)
	}
}

// atOnce reads the very first segment without holding it back, when it shows
// what it is.
func (st *stream) atOnce(dir decode.Direction, seg *capture.Segment) bool {
	h := &st.half[dir]
	if seg.Gap != 0 {
		h.start = false
	}
	h.probe = seg.Data
	p := st.recognise()
	h.probe = nil
	if p == nil {
		return false
	}
	st.choose(p)
	st.push(dir, seg)
	return true
}

// recognise asks the protocols about the bytes held.
func (st *stream) recognise() *decode.Protocol {
	for _, p := range st.shard.protocols.streams {
		for d := range st.half {
			h := &st.half[d]
			if len(h.probe) == 0 {
				continue
			}
			if p.Probe(h.probe) == decode.Yes {
				h.synced = true
				return p
			}
			if !h.start && p.Sync != nil && p.Sync(h.probe) >= 0 {
				return p
			}
		}
	}
	return nil
}

// hopeless tells that every protocol said No to the very first bytes of both
// directions, or to those of one that has talked for a while.
func (st *stream) hopeless() bool {
	for d := range st.half {
		h := &st.half[d]
		if !h.seen {
			if len(st.held) < 4 {
				return false
			}
			continue
		}
		if !h.start {
			return false
		}
		for _, p := range st.shard.protocols.streams {
			if p.Probe(h.probe) != decode.No {
				return false
			}
		}
	}
	return true
}

func (st *stream) choose(p *decode.Protocol) {
	st.proto, st.other, st.spoke = p, "", true
	if p.Open != nil {
		st.dec = p.Open(&st.conn)
	}
}

// replay reads the held segments in the order in which they came.
func (st *stream) replay() {
	held := st.held
	st.held, st.heldBytes = nil, 0
	for i := range held {
		st.half[held[i].dir].probe = nil
		if st.proto != nil {
			st.push(held[i].dir, &held[i].seg)
		} else {
			st.passBy(held[i].dir, &held[i].seg)
		}
	}
}

// giveUp counts what is held, and what follows, under another name.
func (st *stream) giveUp(seg *capture.Segment) {
	a, b := &st.half[0], &st.half[1]
	st.other = nameStream(&seg.Path, [2][]byte{a.probe, b.probe}, [2]bool{a.start, b.start})
	for i := range st.held {
		st.shard.countSegment(capture.FateOther, st.other, &st.held[i].seg)
	}
	st.held, st.heldBytes = nil, 0
	st.half[0].probe, st.half[1].probe = nil, nil
}

// event takes an end or a failure of the connection.
func (st *stream) event(dir decode.Direction, seg *capture.Segment) {
	switch seg.Event {
	case capture.EventFinish:
		st.flush(dir)
		st.half[dir].finished = true
		if st.half[0].finished && st.half[1].finished {
			st.undecided()
		}
	case capture.EventReset, capture.EventTimeout, capture.EventEndCapture,
		capture.EventNoAnswer, capture.EventRefused:
		st.flush(decode.Forward)
		st.flush(decode.Back)
		st.undecided()
	}
	// A connection that spoke nothing rung reads is nobody's story, unless it
	// never came up: that explains calls that never began.
	failed := seg.Event == capture.EventNoAnswer || seg.Event == capture.EventRefused
	if !failed && !st.spoke {
		return
	}
	if m := tcp.Message(&st.conn, dir, seg); m != nil {
		st.shard.Emit(m)
	}
}

// undecided counts what is still held when the connection ends.
func (st *stream) undecided() {
	if len(st.held) > 0 {
		st.giveUp(&st.held[0].seg)
	}
}

// streamSink is the Sink of a stream's messages.
type streamSink stream

// Emit takes a message; its bytes are copied unless they lie in a file, for the
// buffer moves on.
func (s *streamSink) Emit(m *decode.Message) {
	if m.Raw.IsZero() {
		m.Bytes = s.shard.out.keep(m.Bytes)
	}
	s.shard.Emit(m)
}

// Report takes a diagnostic that belongs to no message.
func (s *streamSink) Report(d capture.Diagnostic) { s.shard.Report(d) }

// Inner reads bytes found inside the stream.
func (s *streamSink) Inner(seg capture.Segment) { s.shard.Inner(seg) }

// Switch makes the rest of the connection another protocol's.
func (s *streamSink) Switch(name string) {
	st := (*stream)(s)
	st.proto, st.dec, st.other = nil, nil, name
	if p := s.shard.protocols.named(name); p != nil {
		st.choose(p)
	}
}
