package pcapfile

import "rung/capture"

// An enhanced packet block's body:
//
//	interface           4
//	timestamp           4+4, upper half first
//	captured length     4
//	length on the wire  4
//	frame, padded to 4; options
const enhancedMin = 20

func (r *ngReader) enhanced(p *capture.Packet, b []byte) bool {
	if len(b) < enhancedMin {
		r.short("enhanced packet", len(b))
		return false
	}
	id := r.u32(b)
	if left := r.packet(p, id, b); len(left) > 0 {
		r.packetOptions(id, left)
	}
	return true
}

// obsolete reads a packet block: as the enhanced one, with the interface in
// 16 bits and a count of frames dropped before this one in the other 16.
func (r *ngReader) obsolete(p *capture.Packet, b []byte) bool {
	if len(b) < enhancedMin {
		r.short("packet", len(b))
		return false
	}
	id := uint32(r.u16(b))
	left := r.packet(p, id, b)
	if drops := r.u16(b[2:]); drops != 0xffff && id < uint32(len(r.ifaces)) {
		r.ifaces[id].pktDrops += uint64(drops)
	}
	r.countComments(left)
	return true
}

// packet fills p from a body whose interface has been read, and returns what
// follows the frame.
func (r *ngReader) packet(p *capture.Packet, id uint32, b []byte) (left []byte) {
	f := r.f
	p.Frame = f.number()
	p.Offset = f.offset(8 + enhancedMin)
	data := b[enhancedMin:]
	caplen := r.size(b[12:])
	if caplen > len(data) {
		r.noteCaplen(p.Frame, r.u32(b[12:]), len(data))
		caplen = len(data)
	}
	r.data(p, data[:caplen], r.size(b[16:]))
	r.stamp(p, id, b[4:])
	return data[min(pad4(caplen), len(data)):]
}

// stamp sets a frame's interface, link type and time.
func (r *ngReader) stamp(p *capture.Packet, id uint32, ts []byte) {
	f := r.f
	if id >= uint32(len(r.ifaces)) {
		r.noInterface(p, id)
		return
	}
	in := &r.ifaces[id]
	p.Interface, p.Link = r.base+int32(id), in.link
	ns, ok := in.ticks.nanos(uint64(r.u32(ts))<<32 | uint64(r.u32(ts[4:])))
	if !ok {
		ns = int64(f.last)
		if !f.notes.again(codeTimeRange, p.Frame) {
			f.notes.add(codeTimeRange, p.Frame.Number,
				"frame %d has a time out of range; it is given that of the frame before", p.Frame.Number)
		}
	}
	p.Time = capture.Time(ns)
}

// data sets a frame's bytes and its length on the wire.
func (r *ngReader) data(p *capture.Packet, data []byte, wirelen int) {
	f := r.f
	p.Data, p.WireLen = data, wirelen
	if wirelen < len(data) {
		p.WireLen = len(data)
		if !f.notes.again(codeWireLen, p.Frame) {
			f.notes.add(codeWireLen, p.Frame.Number, "frame %d has %d bytes, but %d on the wire",
				p.Frame.Number, len(data), wirelen)
		}
	}
	if len(data) > maxFrame {
		p.Data = data[:maxFrame]
		f.noteClipped(p.Frame, len(data))
	}
}

func (r *ngReader) noteCaplen(frame capture.Frame, caplen uint32, have int) {
	if r.f.notes.again(codeCaplen, frame) {
		return
	}
	r.f.notes.add(codeCaplen, frame.Number, "frame %d: %d bytes declared, %d present in its block",
		frame.Number, caplen, have)
}

// noInterface fills in what a frame of an interface without description can
// have.
func (r *ngReader) noInterface(p *capture.Packet, id uint32) {
	p.Link, p.Time = linkUnknown, r.f.last
	p.Interface = -1
	if r.f.notes.again(codeInterface, p.Frame) {
		return
	}
	r.f.notes.add(codeInterface, p.Frame.Number,
		"frame %d is of interface %d, which is not described: its link type and time are not known",
		p.Frame.Number, id)
}

// simple reads a simple packet block: the length on the wire, and the frame,
// cut at the snaplen of the section's first interface. It has no time.
func (r *ngReader) simple(p *capture.Packet, b []byte) bool {
	f := r.f
	if len(b) < 4 {
		r.short("simple packet", len(b))
		return false
	}
	p.Frame = f.number()
	p.Offset = f.offset(8 + 4)
	wirelen := r.size(b)
	caplen := min(wirelen, len(b)-4)
	if len(r.ifaces) == 0 {
		r.noInterface(p, 0)
	} else {
		in := &r.ifaces[0]
		p.Link, p.Interface = in.link, r.base
		if in.snaplen > 0 && uint32(caplen) > in.snaplen {
			caplen = int(in.snaplen)
		}
	}
	r.data(p, b[4:4+caplen], wirelen)
	p.Time = f.last
	if !f.notes.again(codeNoTime, p.Frame) {
		f.notes.add(codeNoTime, p.Frame.Number,
			"frame %d has no time (simple packet block); it is given that of the frame before", p.Frame.Number)
	}
	return true
}

func pad4(n int) int { return (n + 3) &^ 3 }
