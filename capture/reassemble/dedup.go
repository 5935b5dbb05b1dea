package reassemble

import (
	"time"

	"rung/capture"
	"rung/capture/wire"
)

// DedupOptions are the windows within which an equal packet is a span copy.
// 0 means the default, a negative window finds no copies.
type DedupOptions struct {
	Same   time.Duration // link headers, tunnel and TTL are the same
	Differ time.Duration // they differ
}

// A Dedup finds span copies: packets captured more than once because the
// mirror port saw them twice, or before and after a router.
//
// A copy has the same innermost addresses, ports, IP id, length and payload
// as a packet shortly before it, in TCP also the same sequence numbers and
// control bits. A packet that a host or the network repeats has another IP id
// or comes later, and is no copy. Fragments are compared as they are.
type Dedup struct {
	same, differ time.Duration

	// recent is a ring; the packet at position n is recent[n&mask]. Equal
	// buckets are chained by earlier positions.
	recent  []recentPacket
	buckets []uint64 // position+1 of the latest packet, 0: none
	next    uint64   // position of the next packet
	oldest  uint64   // position of the first packet still remembered
}

type recentPacket struct {
	digest  digest
	link    uint64
	index   uint64
	time    capture.Time
	earlier uint64 // position+1 in the same bucket
}

const firstRing = 1 << 10

// NewDedup returns a Dedup for one source.
func NewDedup(opt DedupOptions) *Dedup {
	d := &Dedup{same: opt.Same, differ: opt.Differ}
	if d.same == 0 {
		d.same = dupSame
	}
	if d.differ == 0 {
		d.differ = dupDiffer
	}
	d.resize(firstRing)
	return d
}

// Seen reports whether the packet is a copy, and the Packet.Index of the one
// it is a copy of. What is no copy is remembered. Frames without a payload
// for rung (g.Fate set) are never copies.
func (d *Dedup) Seen(p *capture.Packet, g *wire.Datagram) (original uint64, dup bool) {
	if g.Fate != 0 || d.same < 0 && d.differ < 0 {
		return 0, false
	}
	sum := digestOf(g)
	d.forget(p.Time)
	if r := d.find(sum, g.LinkSum, p.Time); r != nil {
		return r.index, true
	}
	d.remember(recentPacket{digest: sum, link: g.LinkSum, index: p.Index, time: p.Time})
	return 0, false
}

// find looks for the latest packet that this is a copy of.
func (d *Dedup) find(sum digest, link uint64, now capture.Time) *recentPacket {
	at := d.buckets[d.bucket(sum)]
	for n := 0; at > d.oldest && n < maxChain; n++ {
		r := d.at(at - 1)
		if r.digest == sum && d.within(r, link, now) {
			return r
		}
		at = r.earlier
	}
	return nil
}

func (d *Dedup) within(r *recentPacket, link uint64, now capture.Time) bool {
	window := d.differ
	if r.link == link {
		window = d.same
	}
	// Two inputs merged by time may be a little out of order.
	apart := now.Sub(r.time)
	return apart <= window && -apart <= window && window >= 0
}

// forget drops packets that are too old to have copies. Time that goes
// backwards drops nothing; the ring's size does then.
func (d *Dedup) forget(now capture.Time) {
	window := max(d.same, d.differ)
	for d.oldest < d.next && now.Sub(d.at(d.oldest).time) > window {
		d.oldest++
	}
}

func (d *Dedup) remember(r recentPacket) {
	if size := uint64(len(d.recent)); d.next-d.oldest == size {
		if size < maxRecent {
			d.resize(int(size) * 4)
		} else {
			d.oldest++
		}
	}
	b := &d.buckets[d.bucket(r.digest)]
	r.earlier = *b
	*d.at(d.next) = r
	d.next++
	*b = d.next
}

// resize moves what is remembered to a ring of size packets.
func (d *Dedup) resize(size int) {
	old, from, to := *d, d.oldest, d.next
	d.recent = make([]recentPacket, size)
	d.buckets = make([]uint64, size)
	d.next, d.oldest = 0, 0
	for n := from; n < to; n++ {
		d.remember(*old.at(n))
	}
}

func (d *Dedup) at(n uint64) *recentPacket { return &d.recent[n&uint64(len(d.recent)-1)] }
func (d *Dedup) bucket(s digest) uint64    { return s.a & uint64(len(d.buckets)-1) }
