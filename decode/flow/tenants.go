package flow

import (
	"cmp"
	"slices"
	"sort"

	"rung/capture"
)

// A tenancy is the time in which one call has an address, or two.
type tenancy struct {
	flow     *Flow
	claims   []claim // in order of time
	other    []claim // of two addresses: on the sender's
	from, to capture.Time
	late     capture.Time // of two addresses: the later from
	free     capture.Time // from here on another call may have it
}

// tenancies sorts the claims of one address by call, in order of time. Where
// the end of a call was not captured, or the call moved its media elsewhere,
// the next call that claims the address has it.
func tenancies(claims []claim, ends map[*Flow]ending) []tenancy {
	at := make(map[*Flow]int)
	var list []tenancy
	for _, c := range claims {
		i, ok := at[c.flow]
		if !ok {
			i = len(list)
			at[c.flow] = i
			e := ends[c.flow]
			list = append(list, tenancy{flow: c.flow, from: c.at, late: c.at, to: e.to, free: e.free})
		}
		list[i].claims = append(list[i].claims, c)
	}
	for i := range list {
		t := &list[i]
		t.free = min(t.free, released(t.claims))
		// The list is in order of from.
		if next := sort.Search(len(list), func(k int) bool { return list[k].from > t.free }); next < len(list) {
			t.to = min(t.to, max(t.from, list[next].from))
		}
	}
	return list
}

// released is when the last claimant named another address for that media
// line, never when it did not.
func released(claims []claim) capture.Time {
	return claims[len(claims)-1].until
}

// tenants are the calls of an address in order of from, then of flow ID. Where
// they are many, they can be searched by their ends and by their flow.
type tenants struct {
	list []tenancy
	byID []int32 // places in list in order of flow ID; nil when few
	// A binary tree over list: node n has the children 2n and 2n+1, and
	// ends[n] is the least and the greatest to below it. Nil when few.
	ends []bounds
}

type bounds struct{ least, most capture.Time }

// fewTenants is up to how many calls of an address are looked at one by one:
// a search costs as much.
const fewTenants = 16

func newTenants(list []tenancy) *tenants {
	x := &tenants{list: list}
	if len(list) <= fewTenants {
		return x
	}
	x.byID = make([]int32, len(list))
	for i := range x.byID {
		x.byID[i] = int32(i)
	}
	slices.SortFunc(x.byID, func(a, b int32) int { return cmp.Compare(list[a].flow.ID, list[b].flow.ID) })
	width := 1
	for width < len(list) {
		width *= 2
	}
	x.ends = make([]bounds, 2*width)
	for i := range width {
		x.ends[width+i] = bounds{never, -never}
		if i < len(list) {
			x.ends[width+i] = bounds{list[i].to, list[i].to}
		}
	}
	for n := width - 1; n > 0; n-- {
		a, b := x.ends[2*n], x.ends[2*n+1]
		x.ends[n] = bounds{min(a.least, b.least), max(a.most, b.most)}
	}
	return x
}

// of is the tenancy of a flow, nil when it has none.
func (x *tenants) of(f *Flow) *tenancy {
	if x == nil {
		return nil
	}
	if x.byID == nil {
		for i := range x.list {
			if x.list[i].flow == f {
				return &x.list[i]
			}
		}
		return nil
	}
	at := sort.Search(len(x.byID), func(i int) bool { return x.list[x.byID[i]].flow.ID >= f.ID })
	if at == len(x.byID) || x.list[x.byID[at]].flow != f {
		return nil
	}
	return &x.list[x.byID[at]]
}

// next is the first place from i on and before limit with a to in least…most,
// limit when there is none.
func (x *tenants) next(i, limit int, least, most capture.Time) int {
	if x.ends == nil {
		for ; i < limit; i++ {
			if to := x.list[i].to; least <= to && to <= most {
				return i
			}
		}
		return limit
	}
	return min(limit, x.search(1, 0, len(x.ends)/2, i, limit, bounds{least, most}))
}

// search is next below node n, which stands for the places a to b-1.
func (x *tenants) search(n, a, b, i, limit int, want bounds) int {
	if b <= i || limit <= a || x.ends[n].most < want.least || x.ends[n].least > want.most {
		return limit
	}
	if b-a == 1 {
		return a
	}
	middle := (a + b) / 2
	if at := x.search(2*n, a, middle, i, limit, want); at < limit {
		return at
	}
	return x.search(2*n+1, middle, b, i, limit, want)
}

// past is the first place from i on that o is not in the way of, and that
// lasts to least: it begins when o is over, or is over when o begins.
func (x *tenants) past(i, limit int, least capture.Time, o *holder) int {
	after := min(limit, sort.Search(len(x.list), func(k int) bool { return x.list[k].from >= o.end() }))
	if i < after {
		if at := x.next(i, after, least, o.from.Add(mediaGrace)); at < after {
			return at
		}
	}
	return x.next(max(i, after), limit, least, never)
}

// joined are the calls that named the receiver's address and the sender's.
func joined(dst, src *tenants) *tenants {
	few, many := dst, src
	if len(few.list) > len(many.list) {
		few, many = many, few
	}
	var list []tenancy
	for i := range few.list {
		d := &few.list[i]
		s := many.of(d.flow)
		if s == nil {
			continue
		}
		if few != dst {
			d, s = s, d
		}
		list = append(list, tenancy{
			flow: d.flow, claims: d.claims, other: s.claims,
			from: min(d.from, s.from), late: max(d.from, s.from), to: min(d.to, s.to),
		})
	}
	slices.SortFunc(list, func(a, b tenancy) int {
		return cmp.Or(cmp.Compare(a.from, b.from), cmp.Compare(a.flow.ID, b.flow.ID))
	})
	return newTenants(list)
}
