package flow

import (
	"fmt"
	"math"
	"net/netip"
	"slices"
	"sort"

	"rung/capture"
	"rung/decode"
	"rung/decode/media"
)

// A ledger says which groups want media at an address, in order of time.
type ledger map[netip.AddrPort][]tenant

type tenant struct {
	group *group
	at    capture.Time  // since when
	media *decode.Media // the latest word
}

// claims enters what new messages say of media addresses.
func (l *Live) claims() {
	for _, g := range l.b.groups {
		for ; g.live.scanned < len(g.messages); g.live.scanned++ {
			m := g.messages[g.live.scanned]
			if m.Facts.Session == nil {
				continue
			}
			for i := range m.Facts.Session.Media {
				d := &m.Facts.Session.Media[i]
				if d.Port == 0 || !d.Addr.IsValid() || d.Addr.Addr().IsUnspecified() {
					continue
				}
				l.tenants.enter(g, m.Time, d)
				l.toldStale = true
			}
		}
	}
}

func (d ledger) enter(g *group, at capture.Time, m *decode.Media) {
	list := d[m.Addr]
	for i := range list {
		if list[i].group == g {
			list[i].media = m
			return
		}
	}
	if len(list) >= liveTenants {
		return
	}
	d[m.Addr] = append(list, tenant{g, at, m})
	g.live.claims = append(g.live.claims, m.Addr)
}

func (d ledger) remove(g *group) {
	for _, a := range g.live.claims {
		list := slices.DeleteFunc(d[a], func(t tenant) bool { return t.group == g })
		if len(list) == 0 {
			delete(d, a)
		} else {
			d[a] = list
		}
	}
}

// shared tells that a call which goes on has one of g's addresses at the
// same time as g.
func (d ledger) shared(g *group, end capture.Time) bool {
	for _, a := range g.live.claims {
		for _, t := range d[a] {
			if t.group != g && t.at < end && !t.group.live.done {
				return true
			}
		}
	}
	return false
}

// next is when another call takes over address a after g's end.
func (d ledger) next(a netip.AddrPort, g *group, end capture.Time) capture.Time {
	until := capture.Time(math.MaxInt64)
	for _, t := range d[a] {
		if t.group != g && t.at >= end {
			until = min(until, t.at)
		}
	}
	return until
}

// told is a copy of what the ledger knows of payload types, for the shards.
func (d ledger) told() func(capture.Path) media.Describe {
	latest := make(map[netip.AddrPort]*decode.Media, len(d))
	for a, list := range d {
		latest[a] = list[len(list)-1].media
	}
	return func(p capture.Path) media.Describe {
		dst, src := latest[p.Dst], latest[p.Src]
		if dst == nil && src == nil {
			return nil
		}
		return func(_ capture.Time, pt uint8) (media.Codec, bool) {
			for _, m := range [2]*decode.Media{dst, src} {
				if m == nil {
					continue
				}
				if c, ok := codecOf(m, pt); ok {
					return c, true
				}
			}
			return media.Codec{}, false
		}
	}
}

// attribute gives the tracks at the addresses of the groups that are over to
// their calls, those of other calls included.
func (l *Live) attribute(done []*group, now capture.Time) {
	touched := make(map[netip.AddrPort]bool)
	for _, g := range done {
		for _, a := range g.live.claims {
			touched[a] = true
		}
	}
	tracks := l.pool.touching(touched)
	if len(tracks) == 0 {
		return
	}
	groups := make(map[*group]bool)
	for _, t := range tracks {
		for _, a := range [2]netip.AddrPort{t.Path.Dst, t.Path.Src} {
			for _, n := range l.tenants[a] {
				groups[n.group] = true
			}
		}
	}
	of := make(map[*Flow]*group, len(groups))
	r := &Result{Known: make(map[*media.Track]bool), owner: make(map[*media.Stream]owner)}
	for g := range groups {
		f := l.b.flow(g.live.id, g, now)
		of[f] = g
		r.Flows = append(r.Flows, f)
	}
	sort.Slice(r.Flows, func(i, j int) bool { return r.Flows[i].ID < r.Flows[j].ID })
	media.Attach(tracks, l.pool.reportsOf(tracks))
	l.b.attribute(r, tracks)
	for _, s := range r.Streams {
		l.name(s)
		if o, ok := r.owner[s]; ok {
			l.owners[s] = o
			g := of[o.flow]
			g.live.streams = append(g.live.streams, ownedStream{s, o.leg})
			l.paths[s.Path] = g
		}
	}
	for _, t := range tracks {
		if r.Known[t] {
			l.account.AddN(capture.FateDecoded, "", t.Frames, t.FirstFrame, t.First.Index)
		}
	}
	l.pool.take(r.Known)
	l.pool.rest(r.Streams, r.owner)
}

// name gives a stream its id. Nobody plots it: its series would be most of
// what a finished call keeps in memory.
func (l *Live) name(s *media.Stream) {
	l.streams++
	s.ID, s.Series = fmt.Sprintf("s%d", l.streams), media.Series{}
}

// orphans settles tracks that waited since before the given time and that no
// call claims.
func (l *Live) orphans(h *Harvest, before capture.Time) {
	h.Streams = append(h.Streams, l.pool.homeless()...)
	gone := make(map[*media.Track]bool)
	for _, t := range l.pool.since(before) {
		if len(l.tenants[t.Path.Dst])+len(l.tenants[t.Path.Src]) > 0 && !l.ended(t) {
			continue
		}
		gone[t] = true
		if !t.Recognised() {
			l.account.AddN(capture.FateOther, t.OtherName(), t.Frames, t.FirstFrame, t.First.Index)
			continue
		}
		l.account.AddN(capture.FateDecoded, "", t.Frames, t.FirstFrame, t.First.Index)
		media.Attach([]*media.Track{t}, l.pool.reportsOf([]*media.Track{t}))
		for _, s := range t.Streams(nil, nil) {
			l.name(s)
			h.Streams = append(h.Streams, s)
		}
	}
	l.pool.take(gone)
	sortStreams(h.Streams)
}

// ended tells that every call that claims an address of t is over: it had its
// chance to take the track.
func (l *Live) ended(t *media.Track) bool {
	for _, a := range [2]netip.AddrPort{t.Path.Dst, t.Path.Src} {
		for _, n := range l.tenants[a] {
			if n.group.live.state != stateOver {
				return false
			}
		}
	}
	return true
}

// strays hands ICMP errors about media to the calls of the streams.
func (l *Live) strays(now capture.Time) {
	l.b.stray = slices.DeleteFunc(l.b.stray, func(m *decode.Message) bool {
		for _, p := range [2]capture.Path{m.Facts.Quote.Path, rtpOf(m.Facts.Quote.Path)} {
			if g := l.paths[p]; g != nil {
				g.live.strays = append(g.live.strays, m)
				return true
			}
		}
		if now.Sub(m.Time) <= liveStrayAge && len(l.b.stray) <= liveStrays {
			return false
		}
		l.unmatch(m)
		return true
	})
}

// unmatch counts an ICMP error of no flow.
func (l *Live) unmatch(m *decode.Message) {
	if l.unmatched == 0 {
		l.firstStray = m.Frame
	}
	l.unmatched++
}

func sortStreams(list []*media.Stream) {
	sort.SliceStable(list, func(i, j int) bool {
		a, b := list[i], list[j]
		if a.Order != b.Order {
			return a.Order.Less(b.Order)
		}
		return a.SSRC < b.SSRC
	})
}
