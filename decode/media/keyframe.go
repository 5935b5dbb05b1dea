package media

import "encoding/binary"

// videoBits say what a packet is if its payload is the codec named. Which
// codec it is, is learnt later; each reading is cheap and rarely true by
// accident, so all are made for dynamic payload types.
type videoBits uint8

const (
	keyH264  videoBits = 1 << iota // begins an IDR picture or brings a parameter set
	keyVP8                         // begins a key frame
	keyH265                        // begins a random access picture
	sizeH264                       // width and height are those of an SPS
	sizeVP8                        // width and height are those of a key frame

	videoSize = sizeH264 | sizeVP8
)

// look reads payload p of a dynamic payload type.
func (r *record) look(p []byte) {
	if len(p) < 3 {
		return
	}
	if isKeyVP8(p, r) {
		r.video |= keyVP8
		return
	}
	if isKeyH264(p, r) {
		r.video |= keyH264
	}
	if isKeyH265(p) {
		r.video |= keyH265
	}
}

// NAL unit types of H.264 (RFC 6184 §5.2).
const (
	nalIDR, nalSPS   = 5, 7
	nalSTAPA, nalFUA = 24, 28
)

func isKeyH264(p []byte, r *record) bool {
	if p[0]&0x80 != 0 { // forbidden_zero_bit
		return false
	}
	switch typ := p[0] & 0x1f; typ {
	case nalIDR:
		return true
	case nalSPS:
		r.sizeOf(p)
		return true
	case nalFUA: // §5.8: indicator, then start bit and type
		return p[1]&0x80 != 0 && (p[1]&0x1f == nalIDR || p[1]&0x1f == nalSPS)
	case nalSTAPA: // §5.7.1: each NAL unit behind two bytes of length
		return isKeySTAPA(p[1:], r)
	}
	return false
}

func isKeySTAPA(p []byte, r *record) bool {
	key := false
	for len(p) > 3 {
		n := int(binary.BigEndian.Uint16(p))
		p = p[2:]
		if n == 0 || n > len(p) {
			return false
		}
		switch p[0] & 0x1f {
		case nalIDR:
			key = true
		case nalSPS:
			key = true
			r.sizeOf(p[:n])
		}
		p = p[n:]
	}
	return key
}

func (r *record) sizeOf(sps []byte) {
	if w, h, ok := spsSize(sps); ok {
		r.width, r.height = uint16(w), uint16(h)
		r.video |= sizeH264
	}
}

// isKeyVP8 reads the payload descriptor (RFC 7741 §4.2) and the frame header
// (§4.3, RFC 6386 §9.1): the first partition's start with P=0 and the start
// code.
func isKeyVP8(p []byte, r *record) bool {
	if p[0]&0x1f != 0x10 { // S=1, PID=0, reserved bit 0
		return false
	}
	i := 1
	if p[0]&0x80 != 0 { // X
		x := p[1]
		i++
		if x&0x80 != 0 { // I: picture id, 7 or 15 bits
			if p[2]&0x80 != 0 {
				i++
			}
			i++
		}
		if x&0x40 != 0 { // L
			i++
		}
		if x&0x30 != 0 { // T or K
			i++
		}
	}
	if len(p) < i+10 || p[i]&1 != 0 || p[i+3] != 0x9d || p[i+4] != 0x01 || p[i+5] != 0x2a {
		return false
	}
	r.width = binary.LittleEndian.Uint16(p[i+6:]) & 0x3fff
	r.height = binary.LittleEndian.Uint16(p[i+8:]) & 0x3fff
	r.video |= sizeVP8
	return true
}

// isKeyH265 looks for NAL unit types 16..21, alone, first in an aggregation
// packet or at the start of a fragmented one (RFC 7798 §4.4).
func isKeyH265(p []byte) bool {
	if p[0]&0x80 != 0 || p[1]&0x07 == 0 { // F bit; TID is at least 1
		return false
	}
	irap := func(t byte) bool { return t >= 16 && t <= 21 }
	switch typ := p[0] >> 1 & 0x3f; typ {
	case 48: // AP
		for b := p[2:]; len(b) > 3; {
			n := int(binary.BigEndian.Uint16(b))
			if n == 0 || n > len(b)-2 {
				return false
			}
			if irap(b[2] >> 1 & 0x3f) {
				return true
			}
			b = b[2+n:]
		}
		return false
	case 49: // FU
		return p[2]&0x80 != 0 && irap(p[2]&0x3f)
	default:
		return irap(typ)
	}
}
