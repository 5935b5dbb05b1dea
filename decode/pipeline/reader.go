package pipeline

import (
	"encoding/binary"
	"net/netip"

	"rung/capture"
	"rung/capture/reassemble"
	"rung/capture/wire"
)

// A reader peels headers, takes out span copies, joins fragments and spreads
// packets over the shards of a batch.
type reader struct {
	src       capture.Source
	wire      wire.Decoder
	dedup     *reassemble.Dedup
	fragments *reassemble.Fragments
	clocks    *reassemble.Clocks

	pkt     capture.Packet
	dg      wire.Datagram
	waiting bool // pkt was read and did not fit the batch before

	account     capture.Account
	frames      int64
	bytes       int64
	first, last capture.Time
	before      capture.Time // time of the packet before
	now         capture.Time // the clock of timers: see count
	diagnostics []capture.Diagnostic
	err         error

	live         *Live
	mail         mail
	batchStart   capture.Time
	ticked       capture.Time
	tickedFrames int64
	idle         int // how often nothing came since the last tick
}

func newReader(src capture.Source, opt *Options) *reader {
	r := &reader{src: src, live: opt.Live}
	r.wire.NoTunnel = noTunnel(opt.DecodeAs)
	r.dedup = reassemble.NewDedup(reassemble.DedupOptions{Same: opt.DupSame, Differ: opt.DupDiffer})
	r.clocks = reassemble.NewClocks(opt.Inputs)
	r.fragments = reassemble.NewFragments(func(d capture.Diagnostic) {
		r.diagnostics = append(r.diagnostics, d)
	})
	return r
}

// fill fills b and reports whether there is more.
func (r *reader) fill(b *batch) bool {
	defer func() {
		b.now = r.now
		r.due(b)
		b.diagnostics = append(b.diagnostics, r.diagnostics...)
		r.diagnostics = r.diagnostics[:0]
	}()
	for {
		if !r.waiting {
			err := r.src.Next(&r.pkt)
			if err == capture.ErrIdle {
				r.idle++
				r.now, r.before = r.pkt.Time, r.pkt.Time
				return true
			}
			if err != nil {
				r.err = err
				return false
			}
			r.count()
		}
		r.waiting = r.full(b) || !b.room(len(r.pkt.Data))
		if r.waiting {
			return true
		}
		if b.count == 0 {
			r.batchStart = r.pkt.Time
		}
		b.count++
		r.packet(b)
	}
}

func (r *reader) count() {
	p := &r.pkt
	r.frames++
	r.bytes += int64(len(p.Data))
	if r.frames == 1 || p.Time < r.first {
		r.first = p.Time
	}
	if r.frames == 1 || p.Time > r.last {
		r.last = p.Time
	}
	// One packet dated far in the future must not end every connection: the
	// clock believes a time only once the next packet is no earlier.
	r.now = p.Time
	if r.frames > 1 {
		r.now = min(r.before, p.Time)
	}
	r.before = p.Time
}

// packet decides what becomes of the packet just read.
func (r *reader) packet(b *batch) {
	p, g := &r.pkt, &r.dg
	r.wire.Decode(p, g)
	r.odd(g)
	if g.Fate != 0 {
		r.account.Add(g.Fate, g.Name, p.Frame, p.Index)
		return
	}
	original, dup := r.dedup.Seen(p, g)
	r.clocks.See(p, g, dup)
	if dup {
		r.account.Add(capture.FateDuplicate, "", p.Frame, p.Index)
		b.copies = append(b.copies, original)
		return
	}
	var frames []capture.Frame
	if g.Fragment {
		var ok bool
		if frames, ok = r.join(b); !ok {
			return
		}
	}
	r.hand(b, frames)
}

// join puts the fragment just read to its others, and goes on when that
// completes a packet with more fragments in it: a tunnel's packets may be
// fragments, and what they hold, too. Every round opens a tunnel, of which
// package wire allows so many. ok is false when the packet is done with.
func (r *reader) join(b *batch) (frames []capture.Frame, ok bool) {
	p, g := &r.pkt, &r.dg
	for g.Fragment {
		r.fragments.Advance(r.now)
		if frames, ok = r.fragments.AddJoined(p, g, frames); !ok {
			return nil, false
		}
		tunnels := g.Tunnels
		r.wire.DecodeTransport(g)
		r.odd(g)
		if g.Fate != 0 {
			r.countAll(g.Fate, g.Name, frames)
			return nil, false
		}
		if g.Tunnels == tunnels {
			continue
		}
		// The packet inside may have been captured outside the tunnel, too.
		if original, dup := r.dedup.Seen(p, g); dup {
			r.countAll(capture.FateDuplicate, "", frames)
			b.copies = append(b.copies, original)
			return nil, false
		}
	}
	return frames, true
}

func (r *reader) countAll(fate capture.Fate, name string, frames []capture.Frame) {
	for _, f := range frames {
		r.account.Add(fate, name, f, r.pkt.Index)
	}
}

// odd passes on what the headers lied about.
func (r *reader) odd(g *wire.Datagram) {
	if g.Diag != (wire.Diag{}) {
		r.diagnostics = append(r.diagnostics, g.Diag.Diagnostic(r.pkt.Frame))
	}
}

// hand gives the packet to the shard of its addresses.
func (r *reader) hand(b *batch, frames []capture.Frame) {
	s := shardOf(&r.dg.Path)
	it := item{pkt: r.pkt, dg: r.dg, frames: frames}
	if frames == nil {
		it.raw = rawOf(&r.pkt, &r.dg)
	}
	it.dg.Payload = b.keep(r.dg.Payload)
	it.pkt.Data = nil
	b.items[s] = append(b.items[s], it)
}

// rawOf says where the payload lies in a plain file.
func rawOf(p *capture.Packet, g *wire.Datagram) capture.Raw {
	if p.Offset < 0 || g.PayloadOff < 0 || len(g.Payload) == 0 {
		return capture.Raw{}
	}
	return capture.Raw{Store: 1 + p.Frame.File, Len: int32(len(g.Payload)), Off: p.Offset + int64(g.PayloadOff)}
}

// close accounts for what never completed.
func (r *reader) close(b *batch) {
	b.now = r.before // nothing comes after it
	r.fragments.Incomplete(func(f capture.Frame, index uint64) {
		r.account.Add(capture.FateUndecoded, "ip-fragments-incomplete", f, index)
	})
	r.fragments.Repeated(func(f capture.Frame, index uint64) {
		r.account.Add(capture.FateTransportOnly, "", f, index)
	})
	b.diagnostics = append(b.diagnostics, r.diagnostics...)
	b.diagnostics = append(b.diagnostics, r.clocks.Diagnostics()...)
}

// shardOf hashes the addresses and ports, the same for both directions. Of SCTP
// the ports alone: an association may use several addresses.
func shardOf(p *capture.Path) int {
	if p.Transport == capture.SCTP {
		var none netip.Addr
		p = &capture.Path{
			Transport: capture.SCTP,
			Src:       netip.AddrPortFrom(none, p.Src.Port()), Dst: netip.AddrPortFrom(none, p.Dst.Port()),
		}
	}
	h := endpointHash(p.Src) + endpointHash(p.Dst) + uint64(p.Transport)
	h ^= h >> 32
	h *= 0x9e3779b97f4a7c15
	return int(h >> 58) // the top 6 bits: 64 shards
}

func endpointHash(a netip.AddrPort) uint64 {
	b := a.Addr().As16()
	h := binary.LittleEndian.Uint64(b[:8])*0x87c37b91114253d5 ^ binary.LittleEndian.Uint64(b[8:])
	h = (h ^ uint64(a.Port())<<17) * 0x4cf5ad432745937f
	return h ^ h>>29
}
