package flow

// A memory remembers the Call-IDs of flows that left, with the tag of the
// request that began them. It keeps the latest liveLeft of them, and up to as
// many before those.
type memory struct {
	young, old map[uint64]uint64
}

func (m *memory) put(key, tag uint64) {
	if len(m.young) >= liveLeft {
		m.old, m.young = m.young, nil
	}
	if m.young == nil {
		m.young = make(map[uint64]uint64)
	}
	m.young[key] = tag
}

func (m *memory) get(key uint64) (tag uint64, ok bool) {
	if tag, ok = m.young[key]; !ok {
		tag, ok = m.old[key]
	}
	return tag, ok
}

// hashText is FNV-1a: the same in every run, and no defence.
func hashText(s string) uint64 {
	h := uint64(14695981039346656037)
	for i := range len(s) {
		h = (h ^ uint64(s[i])) * 1099511628211
	}
	return h
}
