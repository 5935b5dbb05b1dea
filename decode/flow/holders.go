package flow

import (
	"cmp"
	"net/netip"
	"slices"
	"sort"

	"rung/capture"
	"rung/decode/media"
)

// A holder is a call that a track's addresses belong to for a while.
type holder struct {
	flow     *Flow
	from, to capture.Time
	dst, src []claim // what it said of the receiver's address, and of the sender's
}

// end is where another call may follow. The grace at the end does not count:
// the next call may follow at once.
func (h *holder) end() capture.Time { return h.to.Add(-mediaGrace) }

// holdersOf picks the calls that own a track, in order of time: the best match
// first, no two at once. The best are those that name both addresses, then
// those that name the receiver's, then the sender's; of equal ones the first.
//
// A server with one port for all media has thousands of calls there at a time,
// and as many tracks. So calls that are in the way of one that was taken are
// not looked at one by one.
func holdersOf(t *media.Track, all leases) []*holder {
	p := &picker{track: t}
	dst, src := all.at[t.Path.Dst], all.at[t.Path.Src]
	if dst != nil && src != nil {
		p.pick(all.both(t.Path), nil, func(n *tenancy) *holder {
			return &holder{n.flow, n.from, n.to, n.claims, n.other}
		})
	}
	p.pick(dst, src, func(n *tenancy) *holder { return &holder{flow: n.flow, from: n.from, to: n.to, dst: n.claims} })
	p.pick(src, dst, func(n *tenancy) *holder { return &holder{flow: n.flow, from: n.from, to: n.to, src: n.claims} })
	slices.SortStableFunc(p.taken, func(a, b *holder) int { return cmp.Compare(a.from, b.from) })
	return p.taken
}

// A picker takes calls for a track.
type picker struct {
	track *media.Track
	times schedule
	taken []*holder
}

// possible tells that the track lies in the tenancy's time.
func (p *picker) possible(n *tenancy) bool {
	return n.late.Add(-earlyMedia) <= p.track.End && n.to >= p.track.Start
}

// pick takes what fits of the tenants in order. Calls that are possible with
// the other address as well had their turn before.
func (p *picker) pick(x, other *tenants, hold func(*tenancy) *holder) {
	if x == nil {
		return
	}
	begun := sort.Search(len(x.list), func(i int) bool { return x.list[i].from.Add(-earlyMedia) > p.track.End })
	for i := x.next(0, begun, p.track.Start, never); i < begun; {
		n := &x.list[i]
		if o := p.times.inWay(n.from, n.to.Add(-mediaGrace)); o != nil {
			i = x.past(i+1, begun, p.track.Start, o)
			continue
		}
		if p.possible(n) && !p.hadTurn(other, n.flow) {
			h := hold(n)
			p.times.take(h)
			p.taken = append(p.taken, h)
		}
		i = x.next(i+1, begun, p.track.Start, never)
	}
}

func (p *picker) hadTurn(other *tenants, f *Flow) bool {
	n := other.of(f)
	return n != nil && p.possible(n)
}

// leases says which calls have which media addresses, and when.
type leases struct {
	at    map[netip.AddrPort]*tenants
	pairs map[[2]netip.AddrPort]*tenants // of two addresses that have many calls each
}

func tenantsOf(flows []*Flow) leases {
	ends := make(map[*Flow]ending, len(flows))
	for _, f := range flows {
		ends[f] = endOf(f)
	}
	at := make(map[netip.AddrPort]*tenants)
	for addr, claims := range claimed(flows) {
		at[addr] = newTenants(tenancies(claims, ends))
	}
	return leases{at: at}
}

// join prepares the pairs of addresses of tracks that many calls share.
func (l *leases) join(tracks []*media.Track) {
	l.pairs = make(map[[2]netip.AddrPort]*tenants)
	for _, t := range tracks {
		dst, src := l.at[t.Path.Dst], l.at[t.Path.Src]
		key := [2]netip.AddrPort{t.Path.Dst, t.Path.Src}
		if dst == nil || src == nil || min(len(dst.list), len(src.list)) <= fewTenants || l.pairs[key] != nil {
			continue
		}
		l.pairs[key] = joined(dst, src)
	}
}

// both are the calls that named both addresses of a path.
func (l leases) both(p capture.Path) *tenants {
	if x := l.pairs[[2]netip.AddrPort{p.Dst, p.Src}]; x != nil {
		return x
	}
	return joined(l.at[p.Dst], l.at[p.Src])
}
