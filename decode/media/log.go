package media

import (
	"encoding/binary"

	"rung/capture"
)

// A record is what a track remembers of one packet.
type record struct {
	time   capture.Time
	index  uint64
	frame  capture.Frame
	ipLen  int
	ts     uint32
	seq    uint16
	pt     uint8
	marker bool
	dscp   uint8
	isDTMF bool // payload of four bytes: may be an event
	event  [4]byte
	video  videoBits
	width  uint16 // with videoSize
	height uint16
}

// The log's encoding. A head byte says which fields differ from what the
// packet before makes likely; the fields follow in this order.
const (
	headSeq   = 1 << iota // sequence is not the next: two bytes
	headStep              // timestamp step differs from the last: varint
	headLen               // IP length differs: uvarint
	headPT                // payload type differs: one byte
	headMark              // the marker bit itself
	headNano              // time in ns, else in µs
	headShift             // file, or its offset from frame number to index, differs
	headExtra             // a byte of extra bits, then what they announce
)

const (
	extraEvent = 1 << iota // four payload bytes
	extraVideo             // videoBits
	extraSize              // width and height, two bytes each
	extraDSCP              // one byte
)

// maxRecord is the longest encoding of a record: head, time and index 10
// bytes each, seq 2, step 10, length 10, type 1, file 10 and shift 10, extra
// 1+4+1+4+1.
const maxRecord = 76

// Chunks of the log grow from small to large: a candidate of two packets
// should cost little, a long call few allocations.
const (
	firstChunk = 128
	lastChunk  = 8192
)

// coder is the state that both ends of the encoding keep.
type coder struct {
	time  capture.Time
	gap   int64 // last time difference, ns
	index uint64
	shift int64 // index minus frame number
	file  int32
	ipLen int
	ts    uint32
	step  uint32
	seq   uint16
	pt    uint8
	dscp  uint8
}

// A packetLog is a list of records. The zero value is ready for use.
type packetLog struct {
	chunks [][]byte
	enc    coder
	head   coder // state before the first chunk
	bytes  int   // capacity of the chunks
}

// append adds r and reports how many bytes were allocated for it.
func (l *packetLog) append(r *record) int {
	var buf [maxRecord]byte
	b := l.enc.encode(buf[:0], r)
	grown := 0
	n := len(l.chunks)
	if n == 0 || len(l.chunks[n-1])+len(b) > cap(l.chunks[n-1]) {
		grown = firstChunk
		if n > 0 {
			grown = min(2*cap(l.chunks[n-1]), lastChunk)
		}
		l.chunks = append(l.chunks, make([]byte, 0, grown))
		l.bytes += grown
		n++
	}
	l.chunks[n-1] = append(l.chunks[n-1], b...)
	return grown
}

// cursor returns a cursor before the first record.
func (l *packetLog) cursor() cursor { return cursor{chunks: l.chunks, dec: l.head} }

// dropBefore forgets what c has passed, which must be whole chunks, and
// returns how many bytes were freed.
func (l *packetLog) dropBefore(c *cursor) int {
	freed := 0
	for _, chunk := range l.chunks[:c.chunk] {
		freed += cap(chunk)
	}
	l.chunks = append([][]byte(nil), l.chunks[c.chunk:]...)
	l.head = c.dec
	l.bytes -= freed
	return freed
}

// A cursor reads a log. It is a value: a copy looks ahead.
type cursor struct {
	chunks [][]byte
	chunk  int
	off    int
	dec    coder
}

// next reads the next record into r; false at the end.
func (c *cursor) next(r *record) bool {
	for c.chunk < len(c.chunks) && c.off >= len(c.chunks[c.chunk]) {
		c.chunk, c.off = c.chunk+1, 0
	}
	if c.chunk >= len(c.chunks) {
		return false
	}
	c.off += c.dec.decode(c.chunks[c.chunk][c.off:], r)
	return true
}

// encode appends r to b. Differences wrap, so every value survives.
func (s *coder) encode(b []byte, r *record) []byte {
	b = append(b, 0)
	var head byte
	gap := int64(r.time) - int64(s.time)
	change := gap - s.gap
	if change%1000 == 0 {
		change /= 1000
	} else {
		head |= headNano
	}
	b = binary.AppendVarint(b, change)
	b = binary.AppendUvarint(b, r.index-s.index)
	if r.seq != s.seq+1 {
		head |= headSeq
		b = append(b, byte(r.seq>>8), byte(r.seq))
	}
	step := r.ts - s.ts
	if step != s.step {
		head |= headStep
		b = binary.AppendVarint(b, int64(int32(step)))
	}
	if r.ipLen != s.ipLen {
		head |= headLen
		b = binary.AppendVarint(b, int64(r.ipLen))
	}
	if r.pt != s.pt {
		head |= headPT
		b = append(b, r.pt)
	}
	if r.marker {
		head |= headMark
	}
	shift := int64(r.index) - int64(r.frame.Number)
	if shift != s.shift || r.frame.File != s.file {
		head |= headShift
		b = binary.AppendVarint(b, int64(r.frame.File))
		b = binary.AppendVarint(b, shift)
	}
	b, extra := r.extra(b, s.dscp)
	if extra {
		head |= headExtra
	}
	b[0] = head
	*s = coder{
		time: r.time, gap: gap, index: r.index, shift: shift, file: r.frame.File, ipLen: r.ipLen,
		ts: r.ts, step: step, seq: r.seq, pt: r.pt, dscp: r.dscp,
	}
	return b
}

// extra appends the fields that few packets have.
func (r *record) extra(b []byte, dscp uint8) ([]byte, bool) {
	if !r.isDTMF && r.video == 0 && r.dscp == dscp {
		return b, false
	}
	at := len(b)
	b = append(b, 0)
	if r.isDTMF {
		b[at] |= extraEvent
		b = append(b, r.event[:]...)
	}
	if r.video != 0 {
		b[at] |= extraVideo
		b = append(b, byte(r.video))
	}
	if r.video&videoSize != 0 {
		b[at] |= extraSize
		b = binary.BigEndian.AppendUint16(b, r.width)
		b = binary.BigEndian.AppendUint16(b, r.height)
	}
	if r.dscp != dscp {
		b[at] |= extraDSCP
		b = append(b, r.dscp)
	}
	return b, true
}

// decode reads one record that encode wrote and returns its length.
func (s *coder) decode(b []byte, r *record) int {
	*r = record{}
	head, i := b[0], 1
	change, n := binary.Varint(b[i:])
	i += n
	if head&headNano == 0 {
		change *= 1000
	}
	s.gap += change
	s.time += capture.Time(s.gap)
	step, n := binary.Uvarint(b[i:])
	i += n
	s.index += step
	s.seq++
	if head&headSeq != 0 {
		s.seq = binary.BigEndian.Uint16(b[i:])
		i += 2
	}
	if head&headStep != 0 {
		v, n := binary.Varint(b[i:])
		i += n
		s.step = uint32(v)
	}
	s.ts += s.step
	if head&headLen != 0 {
		v, n := binary.Varint(b[i:])
		i += n
		s.ipLen = int(v)
	}
	if head&headPT != 0 {
		s.pt = b[i]
		i++
	}
	if head&headShift != 0 {
		v, n := binary.Varint(b[i:])
		i += n
		s.file = int32(v)
		s.shift, n = binary.Varint(b[i:])
		i += n
	}
	if head&headExtra != 0 {
		i += s.decodeExtra(b[i:], r)
	}
	r.time, r.index, r.ipLen = s.time, s.index, s.ipLen
	r.frame = capture.Frame{File: s.file, Number: int32(int64(s.index) - s.shift)}
	r.ts, r.seq, r.pt, r.marker, r.dscp = s.ts, s.seq, s.pt, head&headMark != 0, s.dscp
	return i
}

func (s *coder) decodeExtra(b []byte, r *record) int {
	bits, i := b[0], 1
	if bits&extraEvent != 0 {
		r.isDTMF = true
		i += copy(r.event[:], b[i:])
	}
	if bits&extraVideo != 0 {
		r.video = videoBits(b[i])
		i++
	}
	if bits&extraSize != 0 {
		r.width, r.height = binary.BigEndian.Uint16(b[i:]), binary.BigEndian.Uint16(b[i+2:])
		i += 4
	}
	if bits&extraDSCP != 0 {
		s.dscp = b[i]
		i++
	}
	return i
}
