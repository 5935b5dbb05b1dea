package flow

import (
	"fmt"
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
	// second tells that another call had the address when this one claimed
	// it: its streams are the other's (see overlaps).
	second bool
}

// claims looks at new messages: when they came, what they weigh, and which
// media addresses they name.
func (l *Live) claims() {
	for _, g := range l.b.groups {
		if n := len(g.messages); n > g.live.scanned {
			g.live.seen = min(l.now, g.messages[n-1].Time)
		}
		for ; g.live.scanned < len(g.messages); g.live.scanned++ {
			m := g.messages[g.live.scanned]
			g.live.weight += weight(m)
			if m.Facts.Session == nil {
				continue
			}
			for _, d := range wanted(m.Facts.Session) {
				if l.tenants.enter(g, m.Time, d) {
					l.toldStale = true
					continue
				}
				if l.refused == 0 {
					l.firstRefused = m.Frame
				}
				l.refused++
			}
		}
	}
}

// weight is what a message counts for in memory: one with hundreds of media
// lines, or a Call-ID of a megabyte, is larger than most calls.
func weight(m *decode.Message) int {
	bytes := len(m.Summary) + len(m.Name)
	for i := range m.Keys {
		bytes += len(m.Keys[i].Value)
	}
	for i := range m.Links {
		bytes += 64 + len(m.Links[i].Value)
	}
	if t := m.Facts.Transaction; t != nil {
		bytes += len(t.ID) + len(t.FromTag) + len(t.ToTag) + len(t.Reason)
	}
	if s := m.Facts.Session; s != nil {
		for i := range s.Media {
			bytes += 512 + 128*len(s.Media[i].Candidates)
			for _, c := range s.Media[i].Codecs {
				bytes += 64 + len(c.Name) + len(c.Fmtp)
			}
		}
	}
	return 1 + bytes/weightBytes
}

// enter notes that g wants media at an address. It is false when a limit is
// reached.
func (d ledger) enter(g *group, at capture.Time, m *decode.Media) bool {
	list := d[m.Addr]
	for i := range list {
		if list[i].group == g {
			list[i].media = m
			return true
		}
	}
	if len(list) >= liveTenants || len(g.live.claims) >= liveClaims {
		return false
	}
	second := false
	for i := range list {
		second = second || !list[i].second && !list[i].group.ended(at)
	}
	d[m.Addr] = append(list, tenant{g, at, m, second})
	g.live.claims = append(g.live.claims, m.Addr)
	return true
}

// ended tells that another call may have the media addresses of g at a time:
// g is over, or has not said a word for a while. Its BYE may be lost; the legs
// of one call that share an address claim it within moments.
func (g *group) ended(at capture.Time) bool {
	return g.live.done || g.closedAt != 0 && g.closedAt <= at || g.last.Add(liveLinger) < at
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
	g.live.claims = nil
}

// release asks for the media of g, up to the end of its time or to the call
// that has an address next. Where another call had the address first, it is
// that call's to ask. The time has passed when the order is given, so that it
// takes the same packets whenever it is carried out.
func (d ledger) release(g *group, now capture.Time) (out []media.Release) {
	until := min(now, g.live.until)
	for _, a := range g.live.claims {
		mine := false
		for _, t := range d[a] {
			switch {
			case t.group == g:
				mine = !t.second
			case t.at >= g.live.end:
				until = min(until, t.at)
			}
		}
		if mine {
			out = append(out, media.Release{Addr: a, ID: g.live.id})
		}
	}
	for i := range out {
		out[i].Until = until // media run between two of the addresses
	}
	return out
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
	over := make(map[*Flow]bool, len(done))
	flows := make([]*Flow, 0, len(groups))
	for g := range groups {
		f := l.b.flow(g.live.id, g, now)
		of[f], over[f] = g, g.live.settling
		flows = append(flows, f)
	}
	sort.Slice(flows, func(i, j int) bool { return flows[i].ID < flows[j].ID })
	media.Attach(tracks, l.pool.reportsOf(tracks, l.tenants))
	tenants := tenantsOf(flows)
	taken := make(map[*media.Track]bool)
	for _, t := range tracks {
		if pieces := piecesOf(t, tenants); ready(pieces, over) {
			taken[t] = true
			l.account.AddN(capture.FateDecoded, "", t.Frames, t.FirstFrame, t.First.Index)
			l.give(pieces, of)
		}
	}
	l.pool.take(taken)
}

// ready tells that a track is done with. One that is no RTP, or that belongs
// to calls that go on, waits: there will be more of it.
func ready(pieces []piece, over map[*Flow]bool) bool {
	for _, p := range pieces {
		if p.holder == nil || over[p.holder.flow] {
			return true
		}
	}
	return false
}

// give gives the pieces of a track to their calls.
func (l *Live) give(pieces []piece, of map[*Flow]*group) {
	r := &Result{owner: l.owners}
	for _, p := range pieces {
		s := p.stream
		l.name(s)
		if p.holder == nil {
			l.pool.alone = append(l.pool.alone, s)
			continue
		}
		p.holder.take(r, s)
		g := of[p.holder.flow]
		g.live.streams = append(g.live.streams, ownedStream{stream: s, leg: l.owners[s].leg})
		l.paths[s.Path] = g
	}
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
		if len(l.tenants[t.Path.Dst])+len(l.tenants[t.Path.Src]) > 0 {
			continue
		}
		gone[t] = true
		if !t.Recognised() {
			l.account.AddN(capture.FateOther, t.OtherName(), t.Frames, t.FirstFrame, t.First.Index)
			continue
		}
		l.account.AddN(capture.FateDecoded, "", t.Frames, t.FirstFrame, t.First.Index)
		media.Attach([]*media.Track{t}, l.pool.reportsOf([]*media.Track{t}, l.tenants))
		for _, s := range t.Streams(nil, nil) {
			l.name(s)
			h.Streams = append(h.Streams, s)
		}
	}
	l.pool.take(gone)
	sortStreams(h.Streams)
}

// strays hands ICMP errors about media to the calls of the streams.
func (l *Live) strays(now capture.Time) {
	excess := len(l.b.stray) - liveStrays // the oldest go
	l.b.stray = slices.DeleteFunc(l.b.stray, func(m *decode.Message) bool {
		for _, p := range [2]capture.Path{m.Facts.Quote.Path, rtpOf(m.Facts.Quote.Path)} {
			if g := l.paths[p]; g != nil && len(g.live.strays) < liveFlowMessages {
				g.live.strays = append(g.live.strays, m)
				return true
			}
		}
		excess--
		if now.Sub(m.Time) <= liveStrayAge && excess < 0 {
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
