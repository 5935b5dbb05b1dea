package pcapfile

import (
	"encoding/binary"
	"fmt"
	"math"

	"rung/capture"
)

// A pcapng file is blocks; a block is, in its section's byte order:
//
//	type    4
//	length  4, of the whole block, a multiple of 4
//	body
//	length  4, again
//
// A section header block begins a section. Its type reads the same in both
// byte orders; the magic number behind the length tells the order.
const (
	blockSection   = 0x0a0d0d0a
	blockInterface = 1
	blockPacket    = 2 // obsolete
	blockSimple    = 3
	blockNames     = 4
	blockStats     = 5
	blockEnhanced  = 6
	blockJournal   = 9 // systemd
	blockSecrets   = 10
	blockCustom    = 0x00000bad
	blockCustomNo  = 0x40000bad // not to be copied

	// sysdig's system calls
	blockSysdig           = 0x204
	blockSysdigFlags      = 0x208
	blockSysdig2          = 0x216
	blockSysdigFlags2     = 0x217
	blockSysdigLarge      = 0x221
	blockSysdigFlagsLarge = 0x222

	blockMin     = 12
	sectionMin   = 28
	sectionMagic = 0x1a2b3c4d
)

// linkUnknown is the link type of a frame whose interface is not described:
// its bytes can't be told apart.
const linkUnknown capture.LinkType = 0xffff

// ngReader reads the blocks of a pcapng file.
type ngReader struct {
	f      *file
	big    bool
	ifaces []iface // of this section
	base   int32   // interfaces of the sections before
	seen   int32   // interfaces of this section, counting those beyond the limit
	// sections counts section headers.
	sections int
}

// An iface is one interface description.
type iface struct {
	link     capture.LinkType
	snaplen  uint32
	ticks    ticks
	drops    uint64 // as interface statistics tell
	pktDrops uint64 // as packets tell
}

func newPcapng(f *file) (parser, error) {
	b := f.w.peek(sectionMin)
	if len(b) < sectionMin {
		return nil, fmt.Errorf("pcapng section header cut: %d of %d bytes", len(b), sectionMin)
	}
	if _, ok := sectionOrder(b); !ok {
		return nil, fmt.Errorf("pcapng section header without its byte order mark")
	}
	return &ngReader{f: f}, nil
}

// sectionOrder reads the byte order of a section header block.
func sectionOrder(b []byte) (big, ok bool) {
	if len(b) < blockMin {
		return false, false
	}
	switch {
	case binary.LittleEndian.Uint32(b[8:]) == sectionMagic:
		return false, true
	case binary.BigEndian.Uint32(b[8:]) == sectionMagic:
		return true, true
	}
	return false, false
}

func (r *ngReader) u16(b []byte) uint16 {
	if r.big {
		return binary.BigEndian.Uint16(b)
	}
	return binary.LittleEndian.Uint16(b)
}

func (r *ngReader) u32(b []byte) uint32 {
	if r.big {
		return binary.BigEndian.Uint32(b)
	}
	return binary.LittleEndian.Uint32(b)
}

// size reads a length to count with; one beyond 31 bits lies, and the largest
// that an int has everywhere does for it. What is told of it is declared.
func (r *ngReader) size(b []byte) int { return int(min(r.u32(b), math.MaxInt32)) }

func (r *ngReader) next(p *capture.Packet) error {
	for {
		b, skip, err := r.block()
		if err != nil {
			return err
		}
		found := r.read(p, b)
		r.f.w.skip(skip)
		if found {
			return nil
		}
	}
}

// block returns the next block and how many bytes to skip for it. The window
// still stands at its beginning.
func (r *ngReader) block() (b []byte, size int, err error) {
	w := r.f.w
	b = w.peek(blockMin)
	if len(b) < blockMin {
		return nil, 0, r.f.ended(len(b), "block")
	}
	total, ok := r.length(b)
	if !ok {
		return r.resync()
	}
	b = w.peek(total)
	if len(b) < total {
		if n := r.find(maxScan); n > 0 {
			return r.repaired(n)
		}
		return nil, 0, r.f.ended(len(b), "block")
	}
	if r.size(b[total-4:]) == total {
		return b, total, nil
	}
	return r.trailer(total)
}

// length reads a block's length and reports whether it can be believed. It
// changes the byte order at a section header.
func (r *ngReader) length(b []byte) (total int, ok bool) {
	if r.u32(b) == blockSection {
		big, ok := sectionOrder(b)
		if !ok {
			return r.size(b[4:]), false
		}
		r.big = big
	}
	n := r.size(b[4:])
	return n, n >= blockMin && n <= maxBlock && n%4 == 0
}

// read acts on one block, b in full, and reports whether it filled p.
func (r *ngReader) read(p *capture.Packet, b []byte) bool {
	body := b[8 : len(b)-4]
	switch r.u32(b) {
	case blockEnhanced:
		return r.enhanced(p, body)
	case blockSimple:
		return r.simple(p, body)
	case blockPacket:
		return r.obsolete(p, body)
	case blockSection:
		r.section(body)
	case blockInterface:
		r.describe(body)
	case blockStats:
		r.stats(body)
	case blockNames:
		r.names(body)
	case blockSecrets:
		r.secrets(body)
	case blockCustom, blockCustomNo, blockJournal, blockSysdig, blockSysdigFlags,
		blockSysdig2, blockSysdigFlags2, blockSysdigLarge, blockSysdigFlagsLarge:
		r.record()
	}
	return false
}

// record passes over a record that is no packet. Wireshark gives it a number
// among the frames.
func (r *ngReader) record() {
	f := r.f
	if f.numbered == maxFrames {
		return
	}
	f.numbered++
	if at := (capture.Frame{Number: f.numbered}); !f.notes.again(codeRecord, at) {
		f.notes.add(codeRecord, f.numbered, "record %d is no packet (custom, journal or system call block)", f.numbered)
	}
}

// short notes a block that is too small for what it must hold.
func (r *ngReader) short(what string, n int) {
	f := r.f
	if !f.notes.again(codeBlock, capture.Frame{}) {
		f.notes.add(codeBlock, 0, "%s block of %d bytes at byte %d, after frame %d, is too short",
			what, n+blockMin, f.w.off, f.numbered)
	}
}
