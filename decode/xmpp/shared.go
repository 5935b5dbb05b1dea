package xmpp

import "rung/decode"

// shared is what decoders have in common that never run at the same time: the
// reader with its elements, buffers for names and summaries, and the texts that
// stanzas repeat. A connection of its own would pay ten kilobytes for them.
type shared struct {
	texts    *decode.Memory
	reader   reader
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
