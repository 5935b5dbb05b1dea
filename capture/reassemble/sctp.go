package reassemble

import (
	"container/list"

	"rung/capture"
	"rung/capture/wire"
)

// An SCTP makes messages of the DATA and I-DATA chunks of SCTP packets.
//
// A packet may hold parts of many messages, so the fate of its frames is known
// when the last of them is done with. Every frame fed is counted exactly once:
// as the best of what read said of its messages (decoded, undecoded, other),
// as undecoded when its chunks can't be read, else as transport only.
type SCTP struct {
	// Report takes what is odd; nil is allowed. Set it before the first Feed.
	Report func(capture.Diagnostic)
	// Failed takes the attempt to open an association that nobody answered, or
	// that was answered by an ABORT; nil is allowed.
	Failed func(a *SCTPAttempt, seg *capture.Segment)

	limits SCTPLimits
	read   func(*SCTPMessage) (fate capture.Fate, name string)
	count  func(fate capture.Fate, name string, f capture.Frame, index uint64)

	senders map[senderKey]*sender
	paths   map[capture.Path]*sender // by the paths of their DATA
	lru     list.List                // of *sender, least recently used first
	trouble list.List                // of *sender with fragments that wait or holes not told
	total   int                      // bytes that wait
	now     capture.Time
	told    map[string]bool // codes of limits reported

	attempts attempts
}

// SCTPLimits bound the memory of an SCTP. Zero fields mean the defaults.
type SCTPLimits struct {
	Senders      int // directions of associations
	Waiting      int // bytes of fragments, one direction
	Fragments    int // their number, one direction
	TotalWaiting int // bytes of fragments, all directions
}

// An SCTPMessage is one user message.
type SCTPMessage struct {
	// Segment has the path of the first fragment, the order, time and frame of
	// the packet that completed the message and all its frames.
	Segment capture.Segment
	PPID    uint32 // payload protocol identifier (RFC 9260 §15.5); a hint, 0 when not said
	Stream  uint16
	// Incomplete says that fragments are missing and won't come. Data is the
	// message's beginning, empty when that is what is missing.
	Incomplete bool
}

// NewSCTP returns an SCTP without associations. read takes every message, and
// says what became of it; count takes every frame.
func NewSCTP(limits SCTPLimits, read func(*SCTPMessage) (capture.Fate, string),
	count func(fate capture.Fate, name string, f capture.Frame, index uint64)) *SCTP {
	set(&limits.Senders, maxSenders)
	set(&limits.Waiting, maxSenderWaiting)
	set(&limits.Fragments, maxSenderFragments)
	set(&limits.TotalWaiting, maxSCTPWaiting)
	return &SCTP{
		limits: limits, read: read, count: count,
		senders: make(map[senderKey]*sender), paths: make(map[capture.Path]*sender),
	}
}

// Feed takes one packet. frames are those of a joined datagram, else nil.
// g.Payload may be reused after the call.
func (s *SCTP) Feed(order capture.Order, p *capture.Packet, g *wire.Datagram, frames []capture.Frame) {
	s.now = max(s.now, p.Time)
	pk := &sctpPacket{
		frame: p.Frame, order: order, time: p.Time, path: g.Path, tag: g.SCTPTag,
		ipLen: g.IPLen, ipID: g.IPID, dscp: g.DSCP, fate: capture.FateTransportOnly, pending: 1,
	}
	if len(frames) > 1 {
		pk.frames = append([]capture.Frame(nil), frames...)
	}
	if p.Offset >= 0 && g.PayloadOff >= 0 {
		pk.raw = capture.Raw{Store: 1 + p.Frame.File, Off: p.Offset + int64(g.PayloadOff)}
	}
	s.chunks(pk, g)
	if own := s.senders[pk.key()]; own != nil {
		s.lru.MoveToBack(own.inLRU)
		own.time = p.Time
		s.patience(own, p.Time)
	}
	s.settle(pk, 0, "")
}

// Advance tells that frame time has come to now: what waits too long is given
// up, idle associations are forgotten, INITs count as not answered.
func (s *SCTP) Advance(now capture.Time) {
	s.now = max(s.now, now)
	for e := s.trouble.Front(); e != nil; {
		next := e.Next()
		s.patience(e.Value.(*sender), now)
		e = next
	}
	for e := s.lru.Front(); e != nil && now.Sub(e.Value.(*sender).time) > idleTimeout; e = s.lru.Front() {
		s.end(e.Value.(*sender))
	}
	s.advanceAttempts(now)
}

// Close gives up all that waits.
func (s *SCTP) Close() {
	for e := s.lru.Front(); e != nil; e = s.lru.Front() {
		s.end(e.Value.(*sender))
	}
	s.closeAttempts()
}

// An sctpPacket is one packet until all its chunks are done with.
type sctpPacket struct {
	frame  capture.Frame
	frames []capture.Frame // when more than one
	order  capture.Order
	time   capture.Time
	path   capture.Path
	tag    uint32
	ipLen  int
	ipID   uint32
	dscp   uint8
	raw    capture.Raw // of its payload

	pending int // chunks that wait, and one while the packet is being read
	fate    capture.Fate
	name    string
	given   uint32 // offset of the next message it completes
}

func (pk *sctpPacket) key() senderKey {
	return senderKey{pk.tag, pk.path.Src.Port(), pk.path.Dst.Port()}
}

func (pk *sctpPacket) allFrames() []capture.Frame {
	if len(pk.frames) > 0 {
		return pk.frames
	}
	return []capture.Frame{pk.frame}
}

// mark notes what became of some of a packet: what tells most stays.
func (pk *sctpPacket) mark(fate capture.Fate, name string) {
	if fateRank(fate) > fateRank(pk.fate) {
		pk.fate, pk.name = fate, name
	}
}

func fateRank(f capture.Fate) int {
	switch f {
	case capture.FateDecoded:
		return 3
	case capture.FateUndecoded:
		return 2
	case capture.FateOther:
		return 1
	}
	return 0
}

// settle notes that one chunk of a packet is done with, and counts the packet
// when it was the last.
func (s *SCTP) settle(pk *sctpPacket, fate capture.Fate, name string) {
	pk.mark(fate, name)
	pk.pending--
	if pk.pending > 0 {
		return
	}
	for _, f := range pk.allFrames() {
		s.count(pk.fate, pk.name, f, pk.order.Index)
	}
}

func (s *SCTP) report(d capture.Diagnostic) {
	if s.Report != nil {
		s.Report(d)
	}
}

// limit reports once that a limit was reached.
func (s *SCTP) limit(code, text string, f capture.Frame) {
	if s.told[code] {
		return
	}
	if s.told == nil {
		s.told = make(map[string]bool)
	}
	s.told[code] = true
	s.report(capture.Diagnostic{Code: code, Severity: capture.Warning, Frames: []capture.Frame{f}, Text: text})
}
