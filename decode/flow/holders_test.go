package flow

import (
	"fmt"
	"math/rand/v2"
	"net/netip"
	"slices"
	"sort"
	"testing"
	"time"

	"rung/capture"
	"rung/decode/media"
)

// slowHolders is holdersOf as one would say it: every call of the two
// addresses, the best first, each compared with all that were taken.
func slowHolders(t *media.Track, all leases) []*holder {
	type scored struct {
		holder
		score int
	}
	byFlow := make(map[*Flow]*scored)
	var list []*scored
	add := func(x *tenants, score int) {
		if x == nil {
			return
		}
		for i := range x.list {
			n := &x.list[i]
			if n.to < t.Start || n.from.Add(-earlyMedia) > t.End {
				continue
			}
			h := byFlow[n.flow]
			if h == nil {
				h = &scored{holder: holder{flow: n.flow, from: n.from, to: n.to}}
				byFlow[n.flow] = h
				list = append(list, h)
			}
			h.from, h.to = min(h.from, n.from), min(h.to, n.to)
			h.score |= score
			if score == 2 {
				h.dst = n.claims
			} else {
				h.src = n.claims
			}
		}
	}
	add(all.at[t.Path.Dst], 2)
	add(all.at[t.Path.Src], 1)
	sort.Slice(list, func(i, j int) bool {
		a, b := list[i], list[j]
		switch {
		case a.score != b.score:
			return a.score > b.score
		case a.from != b.from:
			return a.from < b.from
		}
		return a.flow.ID < b.flow.ID
	})
	var taken []*holder
	for _, h := range list {
		if !slices.ContainsFunc(taken, func(o *holder) bool { return h.from < o.end() && o.from < h.end() }) {
			taken = append(taken, &h.holder)
		}
	}
	sort.SliceStable(taken, func(i, j int) bool { return taken[i].from < taken[j].from })
	return taken
}

var (
	holderA = netip.MustParseAddrPort("10.0.0.1:20000")
	holderB = netip.MustParseAddrPort("10.0.0.2:30000")
)

// someLeases are n calls at two addresses within a span of time. Some are at
// one only, some last to the end, some are over before they begin. Times are whole
// steps.
func someLeases(r *rand.Rand, n int, span, length, step time.Duration) leases {
	claims := make(map[netip.AddrPort][]claim)
	ends := make(map[*Flow]ending)
	for i := range n {
		f := &Flow{ID: i + 1}
		at := liveStart.Add(time.Duration(r.Int64N(int64(span))).Truncate(step))
		e := ending{at.Add(time.Duration(r.Int64N(int64(length))-int64(length/10)).Truncate(step) + mediaGrace), never}
		if r.IntN(20) == 0 {
			e = ending{never, at.Add(length)}
		}
		ends[f] = e
		for k, a := range []netip.AddrPort{holderA, holderB} {
			if r.IntN(4) > 0 {
				claims[a] = append(claims[a], claim{f, k, at.Add(time.Duration(r.Int64N(int64(3 * time.Second))).Truncate(step)), never, nil})
			}
		}
	}
	all := leases{at: make(map[netip.AddrPort]*tenants)}
	for a, list := range claims {
		sort.SliceStable(list, func(i, j int) bool { return list[i].at < list[j].at })
		all.at[a] = newTenants(tenancies(list, ends))
	}
	return all
}

// The holders of a track are those that comparing every call with every other
// finds, be they few or many, short or long.
func TestHoldersAreThoseOfEveryComparison(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	most := 0
	for round := range 600 {
		n, span := 1+r.IntN(120), time.Duration(1+r.IntN(300))*time.Second
		all := someLeases(r, n, span, time.Duration(1+r.IntN(60))*time.Second, []time.Duration{1, time.Second}[r.IntN(2)])
		tracks := make([]*media.Track, 8)
		for i := range tracks {
			at := liveStart.Add(time.Duration(r.Int64N(int64(span))))
			tracks[i] = &media.Track{
				Path:  capture.Path{Transport: capture.UDP, Src: holderA, Dst: holderB},
				Start: at, End: at.Add(time.Duration(r.Int64N(int64(span)))),
			}
			if r.IntN(2) == 0 {
				tracks[i].Path = tracks[i].Path.Reverse()
			}
		}
		if round%2 == 0 {
			all.join(tracks)
		}
		for _, track := range tracks {
			holders := holdersOf(track, all)
			got, want := tellHolders(holders), tellHolders(slowHolders(track, all))
			if got != want {
				t.Fatalf("round %d: %s\nnot %s", round, got, want)
			}
			most = max(most, len(holders))
		}
	}
	if most <= fewTaken {
		t.Errorf("%d calls of a track at most: the tree was never used", most)
	}
}

func tellHolders(list []*holder) (s string) {
	for _, h := range list {
		s += fmt.Sprintf("%d %d-%d %d/%d; ", h.flow.ID, h.from-liveStart, h.to-liveStart, len(h.dst), len(h.src))
	}
	return s
}

// A track takes no more memory where its addresses have more calls at a time.
func TestHoldersOfABusyAddressTakeNoMore(t *testing.T) {
	allocations := func(n int) float64 {
		all := someLeases(rand.New(rand.NewPCG(5, 6)), n, time.Second, time.Hour, 1)
		track := &media.Track{
			Path:  capture.Path{Transport: capture.UDP, Src: holderA, Dst: holderB},
			Start: liveStart.Add(20 * time.Minute), End: liveStart.Add(21 * time.Minute),
		}
		all.join([]*media.Track{track})
		return testing.AllocsPerRun(10, func() { holdersOf(track, all) })
	}
	if few, many := allocations(1000), allocations(16000); many > few+8 {
		t.Errorf("%g allocations where 1000 calls share an address, %g where 16000 do", few, many)
	}
}
