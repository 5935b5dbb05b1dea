package pcapfile

import (
	"encoding/binary"
	"fmt"

	"rung/capture"
)

// The header of a pcap file, in the writer's byte order:
//
//	magic      4
//	version    2+2, 2.4
//	zone       4, always 0
//	accuracy   4, always 0
//	snaplen    4
//	link type  4, upper half: frame checksum length
//
// and of each record:
//
//	seconds, fraction   4+4
//	captured length     4
//	length on the wire  4
//	modified only: interface 4, protocol 2, packet type 1, unused 1
const (
	pcapHeaderLen     = 24
	pcapRecordLen     = 16
	pcapModifiedExtra = 8
)

// Magic numbers as read in the byte order that the file is written in.
const (
	magicMicro    = 0xa1b2c3d4
	magicNano     = 0xa1b23c4d
	magicModified = 0xa1b2cd34 // Kuznetzov's patches: longer record headers
)

// pcapReader reads the records of a pcap file.
type pcapReader struct {
	f         *file
	big       bool
	fraction  uint32 // units of the fraction in a second
	unit      int64  // nanoseconds in a unit of the fraction
	recordLen int
	swapped   bool // lengths are swapped, as before version 2.3
	maySwap   bool // version 2.3: both orders exist
	link      capture.LinkType
	iface     int32
}

// pcapMagic reads a magic number in either byte order.
func pcapMagic(b []byte) (magic uint32, ok bool) {
	for _, m := range [2]uint32{binary.LittleEndian.Uint32(b), binary.BigEndian.Uint32(b)} {
		switch m {
		case magicMicro, magicNano, magicModified:
			return m, true
		}
	}
	return 0, false
}

func newPcap(f *file) (parser, error) {
	b := f.w.peek(pcapHeaderLen)
	if len(b) < pcapHeaderLen {
		return nil, fmt.Errorf("pcap header cut: %d of %d bytes", len(b), pcapHeaderLen)
	}
	r := &pcapReader{f: f}
	r.header(b)
	f.w.skip(pcapHeaderLen)
	return r, nil
}

// header reads a file header whose magic number is known to be one.
func (r *pcapReader) header(b []byte) {
	magic, _ := pcapMagic(b)
	r.big = binary.BigEndian.Uint32(b) == magic
	r.fraction, r.unit, r.recordLen = 1e6, 1e3, pcapRecordLen
	switch magic {
	case magicNano:
		r.fraction, r.unit = 1e9, 1
	case magicModified:
		r.recordLen += pcapModifiedExtra
	}
	major, minor := r.u16(b[4:]), r.u16(b[6:])
	r.swapped = major == 2 && minor < 3
	r.maySwap = major == 2 && minor == 3
	if major != 2 {
		r.f.notes.add(codeVersion, 0, "pcap version %d.%d; read as 2.4", major, minor)
	}
	// The upper half says how long frame checksums are; they stay in the
	// frame, behind the IP packet.
	r.link = linkOf(uint16(r.u32(b[20:])))
}

// linkOf maps the numbers that raw IP has on some systems to its LINKTYPE.
func linkOf(n uint16) capture.LinkType {
	switch n {
	case 12, 14: // DLT_RAW, on most systems and on OpenBSD
		return capture.LinkRaw
	}
	return capture.LinkType(n)
}

func (r *pcapReader) u16(b []byte) uint16 {
	if r.big {
		return binary.BigEndian.Uint16(b)
	}
	return binary.LittleEndian.Uint16(b)
}

func (r *pcapReader) u32(b []byte) uint32 {
	if r.big {
		return binary.BigEndian.Uint32(b)
	}
	return binary.LittleEndian.Uint32(b)
}

// A pcapRecord is the header of one record.
type pcapRecord struct {
	seconds, fraction uint32
	caplen, wirelen   uint32
}

func (r *pcapReader) record(b []byte) pcapRecord {
	h := pcapRecord{r.u32(b), r.u32(b[4:]), r.u32(b[8:]), r.u32(b[12:])}
	if r.swapped || r.maySwap && h.caplen > h.wirelen {
		h.caplen, h.wirelen = h.wirelen, h.caplen
	}
	return h
}

// sane reports whether h can be believed without looking further. A header
// of zeros is what a disk leaves that ran full.
func (h pcapRecord) sane() bool {
	return h.caplen <= maxFrame && h.wirelen <= maxWire && h != pcapRecord{}
}

func (r *pcapReader) next(p *capture.Packet) error {
	w := r.f.w
	for {
		b := w.peek(r.recordLen)
		if len(b) < r.recordLen {
			return r.f.ended(len(b), "record header")
		}
		h := r.record(b)
		if !h.sane() {
			if r.oversized(h) {
				return r.clipped(p, h)
			}
			if err := r.resync(h); err != nil {
				return err
			}
			continue
		}
		if h.caplen == 0 && r.anotherHeader(b) {
			continue
		}
		size := r.recordLen + int(h.caplen)
		b = w.peek(size)
		if len(b) < size {
			if r.lies(h) {
				continue
			}
			return r.f.ended(len(b), "record")
		}
		r.packet(p, h, b[r.recordLen:])
		w.skip(size)
		return nil
	}
}

// packet fills p from a record. The window still stands at its header.
func (r *pcapReader) packet(p *capture.Packet, h pcapRecord, data []byte) {
	f := r.f
	p.Frame = f.number()
	p.Time = capture.Time(int64(h.seconds)*1e9 + int64(h.fraction)*r.unit)
	p.Link, p.Interface = r.link, r.iface
	p.WireLen, p.Data = int(h.wirelen), data
	p.Offset = f.offset(r.recordLen)
	if h.fraction >= r.fraction || h.wirelen < h.caplen {
		r.odd(p, h)
	}
}

func (r *pcapReader) odd(p *capture.Packet, h pcapRecord) {
	f := r.f
	if h.fraction >= r.fraction && !f.notes.again(codeFraction, p.Frame) {
		f.notes.add(codeFraction, p.Frame.Number, "frame %d has %d as its fraction of a second, of %d",
			p.Frame.Number, h.fraction, r.fraction)
	}
	if h.wirelen < h.caplen {
		p.WireLen = int(h.caplen)
		if !f.notes.again(codeWireLen, p.Frame) {
			f.notes.add(codeWireLen, p.Frame.Number, "frame %d has %d bytes, but %d on the wire",
				p.Frame.Number, h.caplen, h.wirelen)
		}
	}
}

// anotherHeader reads a file header that stands where a record should: the
// file is several, one after another. The magic number is a time in 2055 and
// the zone a length of 0, which no real record has.
func (r *pcapReader) anotherHeader(b []byte) bool {
	if _, ok := pcapMagic(b); !ok {
		return false
	}
	f := r.f
	b = f.w.peek(pcapHeaderLen)
	if len(b) < pcapHeaderLen {
		return false
	}
	at := f.w.off
	r.header(b)
	r.iface++
	f.w.skip(pcapHeaderLen)
	if !f.notes.again(codeHeader, capture.Frame{}) {
		f.notes.add(codeHeader, 0, "another pcap header at byte %d, after frame %d: several files in one",
			at, f.numbered)
	}
	return true
}
