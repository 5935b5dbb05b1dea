package rtcp

import "encoding/binary"

// SRTCP (RFC 3711 §3.4) leaves the first eight bytes in the clear, encrypts
// the rest of the compound and appends
//
//	+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
//	|E|                         SRTCP index                         |
//	+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
//	:                     authentication tag                        :
//	+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
//
// so the lengths of its sub-packets don't add up to the datagram's.

// maxIndex bounds a believable SRTCP index. It counts packets from 0, so
// 2^24 is more than a year of feedback at one every two seconds.
const maxIndex = 1 << 24

// tagLens are the lengths of what follows the index: HMAC-SHA1-80 and -32
// (RFC 3711), none with AEAD, whose tag lies before the index (RFC 7714 §9).
var tagLens = [...]int{10, 4, 0}

// minTrailer is what SRTCP adds at the very least: the index and a tag of 32
// bits, or with AEAD 8 bytes of tag and the index.
const minTrailer = 8

// encrypted reports whether b is SRTCP with its contents encrypted.
func encrypted(b []byte) bool {
	rest := b
	for len(rest) > 0 && valid(rest) {
		rest = rest[size(rest):]
	}
	if len(rest) < minTrailer {
		return false
	}
	for _, tag := range tagLens {
		if len(rest) < tag+4 {
			continue // the trailer would reach into what was read in clear
		}
		word := binary.BigEndian.Uint32(b[len(b)-tag-4:])
		if word&(1<<31) != 0 && word&^(1<<31) < maxIndex {
			return true
		}
	}
	return false
}
