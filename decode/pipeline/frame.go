package pipeline

import (
	"bufio"
	"cmp"
	"fmt"
	"slices"

	"rung/capture"
	"rung/decode"
)

// push frames the next bytes of one direction.
func (st *stream) push(dir decode.Direction, seg *capture.Segment) {
	h := &st.half[dir]
	if seg.Gap != 0 {
		st.gap(dir, seg)
	}
	data, marks := seg.Data, &st.shard.marks
	if len(h.buf) > 0 {
		h.buf = append(h.buf, seg.Data...)
		data, marks = h.buf, &h.marks
	} else {
		*marks = (*marks)[:0]
	}
	*marks = append(*marks, mark{end: len(data), seg: seg})

	name := st.name() // before a Switch
	used, got := st.frame(dir, data, *marks, false)
	switch got {
	case gotMessage:
		st.shard.countSegment(capture.FateDecoded, "", seg)
	case gotUnreadable:
		st.shard.countSegment(capture.FateUndecoded, name+"-unreadable", seg)
	default:
		st.shard.countSegment(capture.FateUndecoded, name+"-no-message-start", seg)
	}
	h.keep(data, *marks, used)
	if st.proto == nil { // Switch was called
		st.dropRest()
		return
	}
	if len(h.buf) > st.maxMessage() {
		st.oversize(dir, seg)
	}
}

func (st *stream) name() string {
	if st.proto != nil {
		return st.proto.Name
	}
	return st.other
}

func (st *stream) maxMessage() int {
	if st.proto.MaxMessage > 0 {
		return st.proto.MaxMessage
	}
	return decode.DefaultMaxMessage
}

// keep moves what is left of data, which lies in buf unless that is empty, to
// the front of the buffer. The segment of the last of marks is borrowed.
func (h *half) keep(data []byte, marks []mark, used int) {
	rest := data[used:]
	if len(rest) == 0 {
		h.empty()
		return
	}
	last := *marks[len(marks)-1].seg
	last.Data, last.Frames = nil, slices.Clone(last.Frames)
	marks[len(marks)-1].seg = &last
	if len(h.buf) == 0 {
		h.buf = append(h.buf, rest...)
	} else if used > 0 { // a message grows: nothing moves, or many small segments would be quadratic
		h.buf = append(h.buf[:0], rest...)
	}
	if used == 0 && len(h.marks) == len(marks) {
		return
	}
	k, begin := 0, 0
	for _, m := range marks {
		end := m.end
		if end > used {
			if n := used - begin; n > 0 { // its head has been read
				m.seg.Order.Offset += uint32(n)
				if !m.seg.Raw.IsZero() {
					m.seg.Raw.Off += int64(n)
					m.seg.Raw.Len -= int32(n)
				}
			}
			m.end -= used
			marks[k] = m
			k++
		}
		begin = end
	}
	if len(h.marks) == 0 {
		h.marks = append(h.marks, marks[:k]...)
	} else {
		h.marks = h.marks[:k]
	}
}

// empty forgets what waited. A buffer that one large message has made is not
// kept for the small ones.
func (h *half) empty() {
	h.buf, h.marks = h.buf[:0], h.marks[:0]
	if cap(h.buf) > keepBuffer {
		h.buf, h.marks = nil, nil
	}
}

// A yield is the best that came of some bytes of a stream.
type yield uint8

// Yields, worst first.
const (
	gotNothing    yield = iota // no start of a message
	gotUnreadable              // framed, but the protocol could not read it
	gotMessage                 // a message, a part of one, or blank bytes between two
)

// frame reads as many messages as data holds and returns how many bytes they
// took, and the best that came of them.
func (st *stream) frame(dir decode.Direction, data []byte, marks []mark, atEOF bool) (used int, got yield) {
	h := &st.half[dir]
	for used < len(data) && st.proto != nil {
		if !h.synced {
			skip := st.sync(data[used:])
			if skip < 0 {
				// The tail may hold the first half of a start line.
				tail := min(len(data)-used, syncTail)
				st.skipped(marks, used, len(data)-tail-used)
				return len(data) - tail, got
			}
			st.skipped(marks, used, skip)
			used += skip
			h.synced = true
		}
		advance, token, err := st.split(dir, data[used:], atEOF)
		if err != nil {
			h.synced = false
			used += min(1, len(data)-used) // past the start that led astray
			continue
		}
		switch {
		case advance == 0 && token == nil:
			return used, gotMessage
		case len(token) == 0:
			got = gotMessage
		default:
			got = max(got, st.parse(dir, data, marks, used, advance, token, atEOF))
		}
		used += advance
	}
	return used, got
}

// syncTail is how many bytes of an unsynchronised stream are looked at again
// with the next segment: longer than any start a Sync needs to see whole.
const syncTail = 64

func (st *stream) sync(data []byte) int {
	if st.proto.Sync != nil {
		return st.proto.Sync(data)
	}
	if st.proto.Probe(data) == decode.Yes {
		return 0
	}
	return -1
}

func (st *stream) split(dir decode.Direction, data []byte, atEOF bool) (int, []byte, error) {
	if st.dec != nil {
		return st.dec.Split(dir, data, atEOF)
	}
	return bufio.SplitFunc(st.proto.Split)(data, atEOF)
}

// skipped says that bytes were passed over to find the next message.
func (st *stream) skipped(marks []mark, at, n int) {
	if n <= 0 {
		return
	}
	m := markAt(marks, at)
	st.shard.Report(capture.Diagnostic{
		Code: "stream-resync", Severity: capture.Info, Frames: m.AllFrames(),
		Text: fmt.Sprintf("%d bytes before the next %s message start not read", n, st.proto.Name),
	})
}

// markAt returns the segment that brought the byte at offset at.
func markAt(marks []mark, at int) *capture.Segment {
	for i := range marks {
		if at < marks[i].end {
			return marks[i].seg
		}
	}
	return marks[len(marks)-1].seg
}

// parse reads one token, which lies in data[at:at+advance].
func (st *stream) parse(dir decode.Direction, data []byte, marks []mark, at, advance int, token []byte, cut bool) yield {
	from := at
	if off := cap(data) - cap(token); off >= at && off < at+advance {
		from = off // white space before the token belongs to nobody
	}
	pass := &st.shard.streamPass
	pass.Conn, pass.Dir, pass.Sink = &st.conn, dir, (*streamSink)(st)
	seg := &pass.Segment
	tokenSegment(seg, marks, from, at+advance)
	seg.Data, seg.Cut = token, cut
	if !seg.Raw.IsZero() {
		seg.Raw.Len = int32(len(token))
	}
	frame, frames := seg.Frame, seg.Frames
	var err error
	if st.dec != nil {
		err = st.dec.Parse(pass)
	} else {
		err = st.proto.Parse(pass)
	}
	if err != nil {
		if frames = slices.Clone(frames); frames == nil {
			frames = []capture.Frame{frame}
		}
		st.shard.Report(capture.Diagnostic{
			Code: st.name() + "-unreadable", Severity: capture.Warning, Text: err.Error(), Frames: frames,
		})
	}
	pass.Close()
	if err != nil {
		return gotUnreadable
	}
	return gotMessage
}

// tokenSegment makes seg describe the bytes data[from:to] of a direction.
func tokenSegment(seg *capture.Segment, marks []mark, from, to int) {
	var frames []capture.Frame
	begin, pieces := 0, 0
	for i := range marks {
		m := &marks[i]
		if m.end > from && begin < to {
			switch pieces++; pieces {
			case 1:
				frames = m.seg.Frames
			case 2: // what the first one lists is not ours
				frames = append(slices.Clone(seg.AllFrames()), m.seg.AllFrames()...)
			default:
				frames = append(frames, m.seg.AllFrames()...)
			}
			*seg = *m.seg
			if pieces == 1 && !seg.Raw.IsZero() && from >= begin {
				seg.Raw.Off += int64(from - begin)
			}
			// Offsets count the bytes that one packet made readable.
			seg.Order.Offset = m.seg.Order.Offset + uint32(min(to, m.end)-begin)
		}
		begin = m.end
	}
	if pieces > 1 {
		seg.Raw = capture.Raw{}
	}
	seg.Frames = nil
	if len(frames) > 1 {
		if pieces == 1 {
			frames = slices.Clone(frames)
		}
		// In capture order; the last to be captured completed the message.
		slices.SortFunc(frames, compareFrames)
		seg.Frames = slices.Compact(frames)
		seg.Frame = seg.Frames[len(seg.Frames)-1]
	}
	seg.Gap, seg.Event = 0, 0
}

func compareFrames(a, b capture.Frame) int {
	return cmp.Or(cmp.Compare(a.File, b.File), cmp.Compare(a.Number, b.Number))
}

// gap is told that bytes are missing before seg.
func (st *stream) gap(dir decode.Direction, seg *capture.Segment) {
	h := &st.half[dir]
	size := "an unknown number of"
	if seg.Gap > 0 {
		size = fmt.Sprint(seg.Gap)
	}
	st.shard.Report(capture.Diagnostic{
		Code: "tcp-hole", Severity: capture.Warning, Damage: true,
		Frames: append([]capture.Frame(nil), seg.AllFrames()...),
		Text:   size + " bytes of the stream are not in the capture",
	})
	st.remainder(dir)
	if st.dec != nil {
		st.dec.Gap(dir)
	}
	h.synced = false
}

// flush reads what is left of a direction that ends.
func (st *stream) flush(dir decode.Direction) {
	if st.proto != nil {
		st.remainder(dir)
	}
}

// remainder reads a message of which the end will not come, as far as it goes.
func (st *stream) remainder(dir decode.Direction) {
	h := &st.half[dir]
	if len(h.buf) > 0 && h.synced {
		st.frame(dir, h.buf, h.marks, true)
	}
	h.empty()
}

// oversize gives up a message that is larger than the protocol allows.
func (st *stream) oversize(dir decode.Direction, seg *capture.Segment) {
	st.shard.Report(capture.Diagnostic{
		Code: "message-too-large", Severity: capture.Warning,
		Frames: append([]capture.Frame(nil), seg.AllFrames()...),
		Text:   fmt.Sprintf("%s message larger than %d bytes: cut there", st.proto.Name, st.maxMessage()),
	})
	st.remainder(dir)
	if st.proto == nil {
		return
	}
	if st.dec != nil {
		st.dec.Gap(dir)
	}
	st.half[dir].synced = false
}

// dropRest empties the buffers when the connection switched to a protocol that
// rung does not read. The frames of what they held have been counted.
func (st *stream) dropRest() {
	for d := range st.half {
		h := &st.half[d]
		h.buf, h.marks = nil, nil
	}
}
