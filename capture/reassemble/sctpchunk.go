package reassemble

import (
	"encoding/binary"
	"fmt"

	"rung/capture"
	"rung/capture/wire"
)

// Types of chunks that are read (RFC 9260 §3.2, RFC 3758 §3.2, RFC 8260 §2).
const (
	chunkDATA        = 0
	chunkINIT        = 1
	chunkINITACK     = 2
	chunkSACK        = 3
	chunkABORT       = 6
	chunkIDATA       = 64
	chunkFORWARDTSN  = 192
	chunkIFORWARDTSN = 194
)

// Flags of DATA and I-DATA (RFC 9260 §3.3.1).
const (
	flagEnd       = 1 << 0
	flagBegin     = 1 << 1
	flagUnordered = 1 << 2
)

const chunkHeaderLen = 4

// A chunk is one chunk of a packet: a header and what was captured of it.
//
//	type, flags, length (2, header included, padding not)
type chunk struct {
	kind, flags uint8
	body        []byte // behind the header
	wire        int    // length of body on the wire
	off         int    // of body in the packet's payload
}

func (c *chunk) cut() bool { return len(c.body) < c.wire }

// chunks reads the chunks of a packet.
func (s *SCTP) chunks(pk *sctpPacket, g *wire.Datagram) {
	b, size := g.Payload, max(g.PayloadLen, len(g.Payload))
	for at := 0; at < size; {
		if len(b)-at < chunkHeaderLen {
			if size > len(b) {
				s.cut(pk, size-min(at, len(b)))
			} else {
				s.bad(pk, fmt.Sprintf("%d bytes after the last chunk", size-at))
			}
			return
		}
		length := int(be.Uint16(b[at+2:]))
		if length < chunkHeaderLen || length > size-at {
			s.bad(pk, fmt.Sprintf("chunk of type %d says %d bytes, %d are there", b[at], length, size-at))
			return
		}
		s.chunk(pk, &chunk{
			kind: b[at], flags: b[at+1],
			body: b[at+chunkHeaderLen : min(at+length, len(b))], wire: length - chunkHeaderLen, off: at + chunkHeaderLen,
		})
		at += (length + 3) &^ 3
	}
}

var be = binary.BigEndian

func (s *SCTP) cut(pk *sctpPacket, n int) {
	pk.mark(capture.FateUndecoded, wire.ReasonCut)
	s.report(capture.Diagnostic{
		Code: "sctp-cut", Severity: capture.Warning, Damage: true, Frames: pk.allFrames(),
		Text: fmt.Sprintf("the capture cut the packet (snaplen); %d bytes of chunks at its end are missing", n),
	})
}

func (s *SCTP) bad(pk *sctpPacket, text string) {
	pk.mark(capture.FateUndecoded, "bad-sctp-chunk")
	s.report(capture.Diagnostic{
		Code: "bad-sctp-chunk", Severity: capture.Warning, Damage: true, Frames: pk.allFrames(),
		Text: text, Ref: "RFC 9260 §3.2",
	})
}

// chunk reads one chunk. Those it doesn't know carry no message.
func (s *SCTP) chunk(pk *sctpPacket, c *chunk) {
	need, read := 0, (func(*sctpPacket, *chunk))(nil)
	switch c.kind {
	case chunkDATA:
		need, read = 12, s.data
	case chunkIDATA:
		need, read = 16, s.idata
	case chunkINIT:
		need, read = 16, s.init
	case chunkINITACK:
		need, read = 16, s.initACK
	case chunkSACK:
		need, read = 12, s.sack
	case chunkABORT:
		need, read = 0, s.abort
	case chunkFORWARDTSN, chunkIFORWARDTSN:
		need, read = 4, s.forward
	default:
		return
	}
	switch {
	case len(c.body) >= need:
		read(pk, c)
	case c.wire >= need:
		s.cut(pk, c.wire-len(c.body))
	default:
		s.bad(pk, fmt.Sprintf("chunk of type %d with %d bytes", c.kind, c.wire))
	}
}

// data reads a DATA chunk (RFC 9260 §3.3.1):
//
//	TSN (4), stream (2), stream sequence number (2), payload protocol id (4), data
func (s *SCTP) data(pk *sctpPacket, c *chunk) {
	tsn := be.Uint32(c.body)
	s.fragment(pk, c, 12, part{
		tsn: tsn, at: tsn,
		message: messageID{stream: be.Uint16(c.body[4:]), number: uint32(be.Uint16(c.body[6:]))},
		ppid:    be.Uint32(c.body[8:]),
	})
}

// idata reads an I-DATA chunk (RFC 8260 §2.1), of which the fragments of
// several messages may alternate:
//
//	TSN (4), stream (2), reserved (2), message id (4),
//	payload protocol id in the first fragment, else fragment number (4), data
func (s *SCTP) idata(pk *sctpPacket, c *chunk) {
	f := part{
		tsn:     be.Uint32(c.body),
		message: messageID{stream: be.Uint16(c.body[4:]), number: be.Uint32(c.body[8:]), interleaved: true},
	}
	if c.flags&flagBegin != 0 {
		f.ppid = be.Uint32(c.body[12:])
	} else {
		f.at = be.Uint32(c.body[12:])
	}
	if f.at >= uint32(s.limits.Fragments) {
		s.limit("sctp-fragment-limit", "an SCTP message has more fragments than rung joins", pk.frame)
		pk.mark(capture.FateUndecoded, "sctp-fragments-incomplete")
		return
	}
	s.fragment(pk, c, 16, f)
}

// fragment takes the user data of a chunk, which begins behind head bytes. A
// chunk that was seen before says nothing new.
func (s *SCTP) fragment(pk *sctpPacket, c *chunk, head int, f part) {
	snd := s.sender(pk)
	snd.on(s, pk.path)
	if !s.see(snd, f.tsn, pk) {
		return
	}
	if c.wire == head {
		s.bad(pk, "a DATA chunk without data") // RFC 9260 §3.3.10.9
		return
	}
	f.data, f.pk, f.cut = c.body[head:], pk, c.cut()
	f.begin, f.end = c.flags&flagBegin != 0, c.flags&flagEnd != 0
	f.message.unordered = c.flags&flagUnordered != 0
	if f.message.unordered && !f.message.interleaved {
		f.message.number = 0 // without meaning (RFC 9260 §6.6)
	}
	pk.pending++
	if f.begin && f.end {
		s.whole(snd, &f, c.off+head)
		return
	}
	s.wait(snd, f)
}

// whole hands on a message in one chunk.
func (s *SCTP) whole(snd *sender, f *part, off int) {
	pk := f.pk
	m := SCTPMessage{PPID: f.ppid, Stream: f.message.stream, Segment: capture.Segment{
		Path: pk.path, Order: pk.order, Time: pk.time, Frame: pk.frame, Frames: pk.frames,
		Data: f.data, Start: true, Cut: f.cut, IPLen: pk.ipLen, IPID: pk.ipID, DSCP: pk.dscp,
	}}
	if !pk.raw.IsZero() && len(f.data) > 0 {
		m.Segment.Raw = capture.Raw{Store: pk.raw.Store, Off: pk.raw.Off + int64(off), Len: int32(len(f.data))}
	}
	fate, name := s.hand(snd, pk, &m)
	s.settle(pk, fate, name)
}

// hand gives a message to read.
func (s *SCTP) hand(snd *sender, last *sctpPacket, m *SCTPMessage) (fate capture.Fate, name string) {
	m.Segment.Order.Offset += last.given
	last.given += uint32(max(1, len(m.Segment.Data)))
	fate, name = s.read(m)
	if fate == capture.FateOther {
		snd.foreign = true
	} else {
		snd.spoke = true
	}
	return fate, name
}

// forward takes TSNs that the sender gave up: they are no holes (RFC 3758
// §3.5). It names the last of them.
func (s *SCTP) forward(pk *sctpPacket, c *chunk) {
	s.abandon(s.sender(pk), be.Uint32(c.body), pk)
}

// sack takes what the peer has received (RFC 9260 §3.3.4):
//
//	cumulative TSN (4), window (4), blocks (2), duplicates (2),
//	blocks: first and last TSN, counted from the cumulative one (2 each)
func (s *SCTP) sack(pk *sctpPacket, c *chunk) {
	about := s.paths[pk.path.Reverse()]
	if own := s.senders[pk.key()]; own != nil && own.peer != nil {
		about = own.peer
	}
	if about == nil || !about.near(be.Uint32(c.body)) {
		return
	}
	blocks := c.body[12:]
	blocks = blocks[:min(len(blocks)/4, int(be.Uint16(c.body[8:])), maxGapBlocks)*4]
	about.acked(be.Uint32(c.body), blocks, pk)
	s.patience(about, pk.time)
}
