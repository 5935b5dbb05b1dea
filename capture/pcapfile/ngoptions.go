package pcapfile

import (
	"encoding/binary"

	"rung/capture"
)

// Option codes. All but the comment depend on their block.
const (
	optEnd     = 0
	optComment = 1

	optTSResol  = 9  // interface description: if_tsresol
	optTSOffset = 14 // interface description: if_tsoffset

	optIfDrop = 5 // interface statistics: isb_ifdrop
	optOSDrop = 7 // interface statistics: isb_osdrop

	optDropCount = 4 // enhanced packet: epb_dropcount
)

// noFrame is for notes that no frame is the place of.
var noFrame capture.Frame

// options walks over the options at the end of a block:
//
//	code    2, 0 ends them
//	length  2
//	value, padded to 4
//
// It stops without a word where they don't fit: all that is read of them is
// extra.
type options struct {
	r     *ngReader
	rest  []byte
	code  uint16
	value []byte
}

func (r *ngReader) options(b []byte) options { return options{r: r, rest: b} }

func (o *options) next() bool {
	if len(o.rest) < 4 {
		return false
	}
	code, n := o.r.u16(o.rest), int(o.r.u16(o.rest[2:]))
	if code == optEnd || n > len(o.rest)-4 {
		return false
	}
	o.code, o.value = code, o.rest[4:4+n]
	o.rest = o.rest[min(4+pad4(n), len(o.rest)):]
	return true
}

func (r *ngReader) u64(b []byte) uint64 {
	if r.big {
		return binary.BigEndian.Uint64(b)
	}
	return binary.LittleEndian.Uint64(b)
}
