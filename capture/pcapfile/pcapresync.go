package pcapfile

import "rung/capture"

// chainLen is how many records one after another must hold together to be
// taken for real behind a lying length.
const chainLen = 3

// oversized reports whether a record is only larger than rung takes, not
// lying: behind it stands another one, or the end.
func (r *pcapReader) oversized(h pcapRecord) bool {
	if h.caplen <= maxFrame || h.caplen > maxBigFrame || h.wirelen > maxWire {
		return false
	}
	size := r.recordLen + int(h.caplen)
	b := r.f.w.peek(size + r.recordLen)
	if len(b) < size {
		return false
	}
	return len(b) == size || len(b) == size+r.recordLen && r.plausible(r.record(b[size:]), h.seconds)
}

// clipped fills p with the beginning of an oversized record.
func (r *pcapReader) clipped(p *capture.Packet, h pcapRecord) error {
	w := r.f.w
	size := r.recordLen + int(h.caplen)
	b := w.peek(size)
	r.packet(p, h, b[r.recordLen:r.recordLen+maxFrame])
	w.skip(size)
	r.f.noteClipped(p.Frame, int(h.caplen))
	return nil
}

func (f *file) noteClipped(frame capture.Frame, caplen int) {
	if !f.notes.again(codeClipped, frame) {
		f.notes.add(codeClipped, frame.Number, "frame %d has %d bytes; rung takes %d",
			frame.Number, caplen, maxFrame)
	}
}

// plausible reports whether h could follow a frame of that second.
func (r *pcapReader) plausible(h pcapRecord, second uint32) bool {
	step := int64(h.seconds) - int64(second)
	return h.caplen > 0 && h.sane() && h.wirelen >= h.caplen && h.fraction < r.fraction &&
		(second == 0 || step >= -maxTimeStep && step <= maxTimeStep)
}

// chain reports whether b begins with records that hold together, up to
// chainLen of them or to the end of the input exactly.
func (r *pcapReader) chain(b []byte) bool {
	second := uint32(0)
	if r.f.info.Frames > 0 {
		second = uint32(r.f.last / 1e9)
	}
	for n := 0; n < chainLen; n++ {
		if len(b) == 0 {
			return n > 0
		}
		if len(b) < r.recordLen {
			return n > 1
		}
		h := r.record(b)
		if !r.plausible(h, second) || len(b)-r.recordLen < int(h.caplen) && n == 0 {
			return false
		}
		if len(b)-r.recordLen < int(h.caplen) {
			return true // the file is cut as well
		}
		second = h.seconds
		b = b[r.recordLen+int(h.caplen):]
	}
	return true
}

// reach is how many bytes chain may look at.
func (r *pcapReader) reach() int { return chainLen * (r.recordLen + maxFrame) }

// resync looks for the next record behind a header that lies.
func (r *pcapReader) resync(h pcapRecord) error {
	w := r.f.w
	at := w.off
	n := w.find(1, maxScan, r.reach(), r.chain)
	if n < 0 {
		left := len(w.peek(maxScan))
		if left < maxScan && !w.ended() {
			return r.f.ended(left, "record")
		}
		return r.f.stop("the record header at byte %d, after frame %d, gives a length of %d: "+
			"nothing like a record follows, reading stops", at, r.f.numbered, h.caplen)
	}
	w.skip(n)
	r.noteSkip(at, n, h)
	return nil
}

// lies looks whether a record that ends behind the input's end lies, so that
// others follow, rather than that the file is cut.
func (r *pcapReader) lies(h pcapRecord) bool {
	w := r.f.w
	at := w.off
	n := w.find(1, maxScan, r.reach(), r.chain)
	if n < 0 {
		return false
	}
	w.skip(n)
	r.noteSkip(at, n, h)
	return true
}

func (r *pcapReader) noteSkip(at int64, n int, h pcapRecord) {
	r.f.notes.add(codeLength, r.f.numbered,
		"the record header at byte %d, after frame %d, gives a length of %d: %d bytes skipped, reading goes on at byte %d",
		at, r.f.numbered, h.caplen, n, at+int64(n))
}
