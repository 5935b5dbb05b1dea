package pcapfile

// trailer decides about a block whose two lengths differ: when another block
// stands where the first one says, the second one lies, unless the first leads
// over whole blocks.
func (r *ngReader) trailer(total int) ([]byte, int, error) {
	w, f := r.f.w, r.f
	// Not further than the block: it may be small, and the next one the same.
	n := r.find(total)
	if n > 0 && r.lead(n, total) {
		return r.repaired(n)
	}
	b := w.peek(total + maxScanBlock)
	if len(b) == total || r.plausible(b[total:]) {
		f.notes.add(codeTrailer, f.numbered,
			"the block at byte %d, after frame %d, is %d bytes long, but ends with a length of %d",
			w.off, f.numbered, total, r.u32(b[total-4:]))
		return b[:total], total, nil
	}
	return r.resync()
}

// lead reports whether blocks one after another lead from n to total.
func (r *ngReader) lead(n, total int) bool {
	b := r.f.w.peek(total)
	for n < total {
		if !r.plausible(b[n:]) {
			return false
		}
		n += r.size(b[n+4:])
	}
	return n == total
}

// resync looks for the next block behind a length that lies. What stands
// before it is taken as one block, so that its frame is not lost.
func (r *ngReader) resync() ([]byte, int, error) {
	f := r.f
	if n := r.find(maxScan); n > 0 {
		return r.repaired(n)
	}
	left := len(f.w.peek(maxScan))
	if left < maxScan && !f.w.ended() {
		return nil, 0, f.ended(left, "block")
	}
	return nil, 0, f.stop("the block at byte %d, after frame %d, gives a length of %d: "+
		"nothing like a block follows, reading stops", f.w.off, f.numbered, r.declared())
}

// find returns how far the next plausible block is, or -1.
func (r *ngReader) find(limit int) int {
	return r.f.w.find(4, min(limit, maxScan), maxScanBlock, r.plausible)
}

// declared is the length that the block in the window gives, however wrong.
func (r *ngReader) declared() uint32 { return r.u32(r.f.w.peek(8)[4:]) }

// repaired returns the n bytes before the next block as a block.
func (r *ngReader) repaired(n int) ([]byte, int, error) {
	w, f := r.f.w, r.f
	f.notes.add(codeLength, f.numbered,
		"the block at byte %d, after frame %d, gives a length of %d: reading goes on %d bytes further, at byte %d",
		w.off, f.numbered, r.declared(), n, w.off+int64(n))
	b := w.peek(n)
	if !r.whole(b) {
		// Nothing in it to read: an unknown block.
		return skipped[:], n, nil
	}
	return b, n, nil
}

// skipped stands for a block without content.
var skipped = [blockMin]byte{0xff, 0xff, 0xff, 0xff}

// whole reports whether b, taken as a block, has room for the frame it says
// it has.
func (r *ngReader) whole(b []byte) bool {
	if len(b) < blockMin {
		return false
	}
	body := b[8 : len(b)-4]
	switch r.u32(b) {
	case blockEnhanced, blockPacket:
		return len(body) >= enhancedMin && r.size(body[12:]) <= len(body)-enhancedMin
	case blockSimple:
		// Its length on the wire is all it says: the frame may be padding.
		return false
	case blockSection:
		_, ok := sectionOrder(b)
		return ok && len(b) >= sectionMin
	}
	return true
}

// plausible reports whether b begins with a block of a known type whose two
// lengths agree.
func (r *ngReader) plausible(b []byte) bool {
	if len(b) < blockMin {
		return false
	}
	big := r.big
	switch r.u32(b) {
	case blockSection:
		var ok bool
		if big, ok = sectionOrder(b); !ok {
			return false
		}
	case blockInterface, blockPacket, blockSimple, blockNames, blockStats, blockEnhanced,
		blockJournal, blockSecrets, blockCustom, blockCustomNo:
	default:
		return false
	}
	o := ngReader{big: big}
	n := o.u32(b[4:])
	return n >= blockMin && n <= maxScanBlock && n%4 == 0 && int(n) <= len(b) && o.u32(b[n-4:]) == n
}
