package decode

import (
	"encoding/binary"
	"math/bits"
)

// A Memory holds what messages say again and again, so that a million of them
// share one copy of it: Call-IDs, tags, names, software. It shows nowhere:
// with it, without it and whatever it has forgotten, messages are the same;
// only the memory behind their texts is shared. One goroutine uses it.
//
// A nil Memory remembers nothing and works.
type Memory struct {
	texts []string // by hash; what comes later pushes out what was there
	of    map[string]any
}

const (
	// memoryTexts is a power of two. A call has about ten texts that come
	// again; 16,384 of them are the calls of a minute on a busy trunk and
	// take 256 kB, and what they hold about 1 MB.
	memoryTexts = 1 << 14
	// memoryText is the longest text that is looked up. Longer ones seldom
	// come again, and would keep memory that nobody uses.
	memoryText = 256
)

// NewMemory returns an empty Memory. It takes room once it is used.
func NewMemory() *Memory { return &Memory{} }

// Text returns b as a string, the one given out before if it is still known.
func (m *Memory) Text(b []byte) string {
	if len(b) == 0 {
		return ""
	}
	if m == nil || len(b) > memoryText {
		return string(b)
	}
	if m.texts == nil {
		m.texts = make([]string, memoryTexts)
	}
	slot := &m.texts[Hash(0, b)%memoryTexts]
	if *slot != string(b) {
		*slot = string(b)
	}
	return *slot
}

// Of returns what a protocol remembers besides texts; first makes it. It is
// nil in a nil Memory.
func (m *Memory) Of(name string, first func() any) any {
	if m == nil {
		return nil
	}
	x, ok := m.of[name]
	if !ok {
		if m.of == nil {
			m.of = make(map[string]any)
		}
		x = first()
		m.of[name] = x
	}
	return x
}

// Memory returns the Memory that comes with the Sink, nil when it has none.
func (p *Pass) Memory() *Memory {
	if s, ok := p.Sink.(interface{ Memory() *Memory }); ok {
		return s.Memory()
	}
	return nil
}

// Hash mixes b into h, the same in every run. It is quick for short texts and
// no defence against forgery: whoever finds by it compares.
func Hash(h uint64, b []byte) uint64 {
	const k1, k2 = 0x9e3779b97f4a7c15, 0xc2b2ae3d27d4eb4f
	n := len(b)
	h = (h ^ uint64(n)) * k1
	switch {
	case n >= 8:
		for i := 0; i+8 < n; i += 8 {
			h = fold(h^binary.LittleEndian.Uint64(b[i:]), k2)
		}
		h ^= binary.LittleEndian.Uint64(b[n-8:])
	case n >= 4:
		h ^= uint64(binary.LittleEndian.Uint32(b))<<32 | uint64(binary.LittleEndian.Uint32(b[n-4:]))
	default:
		for _, c := range b {
			h = h<<8 ^ uint64(c)
		}
	}
	return fold(h, k2)
}

// fold multiplies and lets every bit of a reach every bit of the result.
func fold(a, k uint64) uint64 {
	hi, lo := bits.Mul64(a, k)
	return hi ^ lo
}
