package xmpp

import "rung/decode"

// shared is what decoders have in common that never run at the same time: the
// reader with its elements, buffers for names and summaries, and the texts that
// stanzas repeat. A connection of its own would pay ten kilobytes for them.
type shared struct {
	texts    *decode.Memory
	reader   reader
	login    decode.Login // of the message at hand
	logins   [loginSlots]*decode.Login
	name     []byte
	summary  []byte
	scope    scope    // of the stream header before
	prefixes []prefix // of the header at hand
}

// share finds what d has in common with others, through the first Pass.
func (d *decoder) share(p *decode.Pass) {
	if d.shared != nil {
		return
	}
	m := p.Memory()
	d.shared, _ = m.Of("xmpp", func() any { return newShared(m) }).(*shared)
	if d.shared == nil {
		d.shared = newShared(nil)
	}
}

func newShared(m *decode.Memory) *shared {
	return &shared{texts: m, reader: reader{texts: m}}
}

// said returns a copy of l, or one that was made before. Those that name
// somebody are not looked up: they are all different.
func (s *shared) said(l *decode.Login) *decode.Login {
	if l.Identity != "" || l.Text != "" || l.Target != "" {
		c := *l
		return &c
	}
	slot := &s.logins[loginSlot(l)]
	if *slot == nil || **slot != *l {
		c := *l
		*slot = &c
	}
	return *slot
}

// loginSlot mixes what tells logins apart.
func loginSlot(l *decode.Login) uint32 {
	h := uint32(2166136261)
	for i := range len(l.Step) {
		h = (h ^ uint32(l.Step[i])) * 16777619
	}
	for i := range min(len(l.Domain), 8) {
		h = (h ^ uint32(l.Domain[i])) * 16777619
	}
	h = (h ^ uint32(len(l.Domain))) * 16777619
	if l.FromClient {
		h ^= 1
	}
	if l.Mechanism != "" {
		h ^= 2
	}
	return (h ^ h>>16) % loginSlots
}
