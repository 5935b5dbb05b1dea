package pcapfile

import "math"

// section begins a section: its interfaces are counted anew.
//
//	byte order mark  4
//	version          2+2, 1.0
//	section length   8, not needed
//	options
func (r *ngReader) section(b []byte) {
	f := r.f
	if len(b) < sectionMin-blockMin {
		r.short("section header", len(b))
		return
	}
	r.endSection()
	r.sections++
	if r.sections > 1 {
		if !f.notes.again(codeHeader, noFrame) {
			f.notes.add(codeHeader, 0, "another section begins at byte %d, after frame %d",
				f.w.off, f.numbered)
		}
	}
	if major, minor := r.u16(b[4:]), r.u16(b[6:]); major != 1 {
		f.notes.add(codeVersion, 0, "pcapng version %d.%d; read as 1.0", major, minor)
	}
	r.countComments(b[16:])
}

// endSection settles what the interfaces of a section lost.
func (r *ngReader) endSection() {
	for i := range r.ifaces {
		r.f.info.Drops += max(r.ifaces[i].drops, r.ifaces[i].pktDrops)
	}
	r.base += r.seen
	r.ifaces, r.seen = r.ifaces[:0], 0
}

// end settles the last section and says what was lost while capturing.
func (r *ngReader) end() {
	r.endSection()
	if n := r.f.info.Drops; n > 0 {
		r.f.notes.add(codeDrops, 0, "%d frames were lost while capturing, as the file itself says", n)
	}
}

// describe reads an interface description block.
//
//	link type  2
//	reserved   2
//	snaplen    4, 0: no limit
//	options
func (r *ngReader) describe(b []byte) {
	const fixed = 8
	if len(b) < fixed {
		// It takes a number all the same, or all later ones would be wrong.
		r.short("interface description", len(b))
		r.addInterface(iface{link: linkUnknown, ticks: newTicks(6, 0)})
		return
	}
	in := iface{link: linkOf(r.u16(b)), snaplen: r.u32(b[4:])}
	resol, offset := byte(6), int64(0)
	o := r.options(b[fixed:])
	for o.next() {
		switch {
		case o.code == optComment:
			r.f.info.Comments++
		case o.code == optTSResol && len(o.value) >= 1:
			resol = o.value[0]
		case o.code == optTSOffset && len(o.value) >= 8:
			offset = int64(r.u64(o.value))
		}
	}
	in.ticks = newTicks(resol, offset)
	r.addInterface(in)
}

func (r *ngReader) addInterface(in iface) {
	if r.seen < math.MaxInt32-r.base {
		r.seen++
	}
	if len(r.ifaces) >= maxInterfaces {
		r.f.notes.add(codeLimitIfaces, 0, "more than %d interfaces in one section: the rest is not described",
			maxInterfaces)
		return
	}
	r.ifaces = append(r.ifaces, in)
}

// stats reads an interface statistics block: the counters since the capture
// began, so that the last one counts.
//
//	interface  4
//	timestamp  8
//	options
func (r *ngReader) stats(b []byte) {
	const fixed = 12
	if len(b) < fixed {
		r.short("interface statistics", len(b))
		return
	}
	id := r.u32(b)
	var drops uint64
	o := r.options(b[fixed:])
	for o.next() {
		switch {
		case o.code == optComment:
			r.f.info.Comments++
		case (o.code == optIfDrop || o.code == optOSDrop) && len(o.value) >= 8:
			drops += r.u64(o.value)
		}
	}
	if id < uint32(len(r.ifaces)) {
		r.ifaces[id].drops = max(r.ifaces[id].drops, drops)
	}
}

// packetOptions reads the options of an enhanced packet block.
func (r *ngReader) packetOptions(id uint32, b []byte) {
	o := r.options(b)
	for o.next() {
		switch {
		case o.code == optComment:
			r.f.info.Comments++
		case o.code == optDropCount && len(o.value) >= 8 && id < uint32(len(r.ifaces)):
			r.ifaces[id].pktDrops += r.u64(o.value)
		}
	}
}

func (r *ngReader) countComments(b []byte) {
	o := r.options(b)
	for o.next() {
		if o.code == optComment {
			r.f.info.Comments++
		}
	}
}
