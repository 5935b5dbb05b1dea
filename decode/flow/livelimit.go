package flow

import (
	"cmp"
	"slices"

	"rung/capture"
	"rung/decode"
)

// leave forgets the groups that were over long enough.
func (l *Live) leave(h *Harvest, now capture.Time) {
	l.b.groups = slices.DeleteFunc(l.b.groups, func(g *group) bool {
		s := g.live
		if s.state != stateOver || now < s.leave {
			return false
		}
		f := l.count(g, now)
		if l.changed(g) {
			l.write(h, g, f)
		}
		if len(s.keys) > 0 {
			k := s.keys[0]
			l.leaving.put(hashText(k.Kind+" "+k.Value), departed{g.kind, f.Outcome, g.closed, hashText(g.fromTag)})
		}
		for _, k := range s.keys {
			if l.b.byKey[k] == g {
				delete(l.b.byKey, k)
			}
		}
		for _, o := range s.streams {
			l.gone = append(l.gone, o.stream)
			if l.paths[o.stream.Path] == g {
				delete(l.paths, o.stream.Path)
			}
		}
		g.messages = nil
		return true
	})
}

// count adds a flow to the tally for good, and returns it. The pieces of one
// that came back count once, as the last one ended.
func (l *Live) count(g *group, now capture.Time) *Flow {
	f := l.build(g, now)
	l.tally.add(g, f)
	return f
}

// limit makes flows leave early when they are too large, or too many.
func (l *Live) limit(now capture.Time) {
	l.weight = 0
	for _, g := range l.b.groups {
		l.weight += g.live.weight
		most := liveFlowMessages
		switch g.kind {
		case decode.KindKeepalive:
			most = liveSeriesMessages
		case decode.KindCall:
			most = liveCallMessages
		}
		if g.live.weight >= most {
			g.live.forced = true
		}
	}
	if l.weight <= l.most {
		return
	}
	order := slices.Clone(l.b.groups)
	slices.SortStableFunc(order, func(a, b *group) int { return cmp.Compare(a.live.seen, b.live.seen) })
	left := l.weight
	for _, g := range order {
		if left <= l.most*3/4 {
			break
		}
		left -= g.live.weight
		switch {
		case g.live.forced:
		case g.live.state == stateOver:
			g.live.leave = now
		case len(g.messages) > 0:
			g.live.forced = true
			if l.evicted == 0 {
				l.firstEvict = g.messages[0].Frame
			}
			l.evicted++
		}
	}
}

// clock notes the time. When it goes back, by a second or by years, nothing
// may wait for the time that was wrong.
func (l *Live) clock(now capture.Time) {
	if now < l.now {
		l.tidied = min(l.tidied, now)
		for _, g := range l.b.groups {
			s := g.live
			s.seen, s.check = min(s.seen, now), min(s.check, now)
			s.leave = min(s.leave, now.Add(l.keep))
		}
		for i := range l.pool.tracks {
			l.pool.tracks[i].since = min(l.pool.tracks[i].since, now)
		}
		for _, log := range l.b.paths {
			log.last = min(log.last, now)
		}
		l.pool.unfuture(now)
	}
	l.now = now
}

// forget drops what nobody will ask for any more.
func (l *Live) forget(now capture.Time) {
	if now.Sub(l.tidied) < livePathAge {
		return
	}
	l.tidied = now
	for p, log := range l.b.paths {
		if now.Sub(log.last) > livePathAge {
			delete(l.b.paths, p)
		}
	}
	l.pool.forget(now)
}
