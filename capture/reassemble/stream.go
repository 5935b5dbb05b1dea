package reassemble

import (
	"bytes"
	"slices"

	"rung/capture"
)

// place hands a piece on, or keeps it until the bytes before it come.
func (t *TCP) place(c *Conn, dir int, b piece) Disposition {
	h := &c.half[dir]
	if h.behind(b.seq) {
		if n := h.next - b.seq; b.end-b.seq > n {
			b.trimHead(n)
		} else {
			return h.old(&b)
		}
	}
	if h.finished || h.fin && h.ahead(b.end) > h.ahead(h.finSeq) {
		return Disposition{Refused, "after-fin"}
	}
	if !t.fit(h, &b) {
		return Disposition{Kind: TransportOnly}
	}
	inOrder := b.seq == h.next
	if len(b.data) == 0 {
		// Nothing of it was captured. Ahead it stays part of the hole.
		if inOrder {
			h.gap += int(b.end - b.seq)
			h.advance(b.end, c.time)
			t.drain(c, dir)
		}
		return Disposition{Refused, "cut"}
	}
	if inOrder {
		t.deliver(c, dir, &b)
		t.drain(c, dir)
	} else {
		t.wait(c, dir, b)
	}
	return Disposition{Kind: Kept}
}

// old says why bytes before next are not handed on: they were, or they come
// from before the first packet captured. A single byte is a keep-alive
// (RFC 9293 §3.8.4).
func (h *half) old(b *piece) Disposition {
	before := h.first - b.seq
	if !h.syn && b.end-b.seq > 1 && before != 0 && before <= maxBehind {
		return Disposition{Refused, "before-start"}
	}
	return Disposition{Kind: TransportOnly}
}

// trimHead takes n bytes of sequence space off the front.
func (b *piece) trimHead(n uint32) {
	b.seq += n
	k := min(int(n), len(b.data))
	b.data = b.data[k:]
	b.raw.Off += int64(k)
	b.raw.Len -= int32(k)
}

// trimTail ends the piece before seq.
func (b *piece) trimTail(seq uint32) {
	b.end = seq
	if n := int(b.end - b.seq); n <= len(b.data) {
		b.data = b.data[:n]
		b.cut = false
		b.raw.Len = int32(n)
	}
}

// fit makes b agree with what waits already: bytes that came first win, and
// one packet stays one piece. b loses its head to a piece that covers it and
// its tail to one that goes on behind it; pieces it encloses are taken into
// it with their bytes and frames. It reports whether anything of b is new.
func (t *TCP) fit(h *half, b *piece) bool {
	if len(h.waiting) == 0 {
		return true
	}
	i, _ := slices.BinarySearchFunc(h.waiting, h.ahead(b.seq), func(w piece, at uint32) int {
		if h.ahead(w.end) <= at {
			return -1
		}
		return 1
	})
	if i < len(h.waiting) {
		if w := &h.waiting[i]; h.ahead(w.seq) <= h.ahead(b.seq) {
			t.compare(b, w)
			if h.ahead(w.end) >= h.ahead(b.end) {
				return false
			}
			b.trimHead(w.end - b.seq)
			i++
		}
	}
	j := i
	var frames []capture.Frame
	for j < len(h.waiting) && h.ahead(h.waiting[j].seq) < h.ahead(b.end) {
		w := &h.waiting[j]
		t.compare(b, w)
		if h.ahead(w.end) > h.ahead(b.end) || len(b.data) < int(b.end-b.seq) {
			b.trimTail(w.seq)
			break
		}
		b.enclose(w)
		frames = append(frames, w.allFrames()...)
		h.bytes -= len(w.data)
		t.total -= len(w.data)
		j++
	}
	if j > i {
		b.frames = append(frames, b.allFrames()...)
		h.waiting = slices.Delete(h.waiting, i, j)
	}
	return b.end != b.seq // else two waiting pieces cover it together
}

// enclose lets w's bytes win over b's.
func (b *piece) enclose(w *piece) {
	at := int(w.seq - b.seq)
	if !bytes.Equal(b.data[at:at+len(w.data)], w.data) {
		b.data = bytes.Clone(b.data)
		copy(b.data[at:], w.data)
		b.raw = capture.Raw{}
	}
}

func (b *piece) allFrames() []capture.Frame {
	if len(b.frames) > 0 {
		return b.frames
	}
	return []capture.Frame{b.frame}
}

// compare reports overlapping bytes that differ: a broken or a hostile sender.
func (t *TCP) compare(b, w *piece) {
	if t.Report == nil {
		return
	}
	from := max(0, int(int32(w.seq-b.seq)))
	skip := max(0, int(int32(b.seq-w.seq)))
	if from >= len(b.data) || skip >= len(w.data) {
		return
	}
	x, y := b.data[from:], w.data[skip:]
	n := min(len(x), len(y))
	if !bytes.Equal(x[:n], y[:n]) {
		t.Report(capture.Diagnostic{
			Code: "tcp-overlap-differs", Severity: capture.Warning, Ref: "RFC 9293 §3.10.7.4",
			Frames: []capture.Frame{w.frame, b.frame},
			Text:   "TCP segments overlap with different bytes; the first to come is used",
		})
	}
}

// deliver hands on a piece that begins at next.
func (t *TCP) deliver(c *Conn, dir int, b *piece) {
	h := &c.half[dir]
	t.seg = capture.Segment{
		Frame: b.frame, Frames: b.frames, Data: b.data,
		Gap: h.gap, Start: h.syn && !h.begun && h.gap == 0 && b.seq == h.isn+1,
		Cut: b.cut, IPLen: b.ipLen, IPID: b.ipID, DSCP: b.dscp, Raw: b.raw,
	}
	h.begun = true
	h.gap = int(b.end-b.seq) - len(b.data) // cut off its end
	h.advance(b.end, c.time)
	t.send(c, dir)
}

// drain hands on what waited for next.
func (t *TCP) drain(c *Conn, dir int) {
	h := &c.half[dir]
	n := 0
	for n < len(h.waiting) && h.waiting[n].seq == h.next {
		b := &h.waiting[n]
		h.bytes -= len(b.data)
		t.total -= len(b.data)
		t.deliver(c, dir, b)
		n++
	}
	h.waiting = slices.Delete(h.waiting, 0, n)
	if len(h.waiting) == 0 && cap(h.waiting) > 64 {
		h.waiting = nil
	}
	t.finish(c, dir)
}

// wait keeps a copy of a piece. When too much waits the hole before it is
// skipped.
func (t *TCP) wait(c *Conn, dir int, b piece) {
	h := &c.half[dir]
	if _, waits := h.hole(); !waits {
		h.holeSince = c.time
	}
	b.data = bytes.Clone(b.data)
	b.frames = slices.Clone(b.frames)
	at := h.ahead(b.seq)
	i, _ := slices.BinarySearchFunc(h.waiting, at, func(w piece, at uint32) int {
		if h.ahead(w.seq) < at {
			return -1
		}
		return 1
	})
	h.waiting = slices.Insert(h.waiting, i, b)
	h.bytes += len(b.data)
	t.total += len(b.data)
	for len(h.waiting) > 0 && (h.bytes > t.limits.Waiting ||
		len(h.waiting) > t.limits.WaitingSegments || t.total > t.limits.TotalWaiting) {
		t.limit("tcp-waiting-limit", "too many bytes wait behind missing ones; the hole is skipped", b.frame)
		t.skip(c, dir)
	}
}

// skip gives up the bytes before what waits.
func (t *TCP) skip(c *Conn, dir int) {
	h := &c.half[dir]
	to, ok := h.hole()
	if !ok {
		return
	}
	h.gap += int(h.ahead(to))
	h.advance(to, c.time)
	t.drain(c, dir)
}

// flush hands on all that waits.
func (t *TCP) flush(c *Conn, dir int) {
	for {
		if _, waits := c.half[dir].hole(); !waits {
			return
		}
		t.skip(c, dir)
	}
}
