package pipeline

import "encoding/binary"

// digest hashes a message, the same in every run. It tells whether two
// messages are the same bytes; it is no defence against forgery.
func digest(b []byte) uint64 {
	const k1, k2 = 0x9e3779b97f4a7c15, 0xc2b2ae3d27d4eb4f
	h := uint64(len(b)) * k1
	for len(b) >= 8 {
		h = (h ^ binary.LittleEndian.Uint64(b)) * k2
		h ^= h >> 29
		b = b[8:]
	}
	for _, c := range b {
		h = (h ^ uint64(c)) * k1
	}
	h ^= h >> 32
	h *= k2
	return h ^ h>>31
}
