package flow

import "rung/decode"

// A memory remembers the keys of flows that left: what kind they were, and of
// calls that are over the tag of the request that began them. It keeps the
// latest liveLeft of them, and up to as many before those.
type memory struct {
	young, old map[uint64]departed
}

type departed struct {
	kind    decode.Kind
	outcome Outcome // as which it was counted
	closed  bool
	tag     uint64 // hash of the From tag
}

func (m *memory) put(key uint64, d departed) {
	if len(m.young) >= liveLeft {
		m.old, m.young = m.young, nil
	}
	if m.young == nil {
		m.young = make(map[uint64]departed)
	}
	m.young[key] = d
}

func (m *memory) get(key uint64) (d departed, ok bool) {
	if d, ok = m.young[key]; !ok {
		d, ok = m.old[key]
	}
	return d, ok
}

// hashText is FNV-1a: the same in every run, and no defence.
func hashText(s string) uint64 {
	h := uint64(14695981039346656037)
	for i := range len(s) {
		h = (h ^ uint64(s[i])) * 1099511628211
	}
	return h
}
