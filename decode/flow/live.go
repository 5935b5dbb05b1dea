package flow

import (
	"fmt"
	"slices"
	"sort"
	"time"

	"rung/capture"
	"rung/decode"
	"rung/decode/media"
)

// LiveOptions say how a Live keeps flows.
type LiveOptions struct {
	Options
	Keep time.Duration // a flow that is over stays for so long
}

// A Live finishes flows while the capture goes on. It groups messages as a
// Builder does, hands a flow out when it is over, and forgets it some time
// later. It is plain code for one goroutine, and runs on capture time.
//
// A flow is written when it is over, and again when it leaves if it went on
// after that, or as soon as its outcome is another. What comes after it has
// left begins a new flow with the same key. So the set of keys is the one
// that reading the same packets from a file gives.
type Live struct {
	b    *Builder
	keep time.Duration
	ids  int // of flows

	messages int // kept, as of the last Tick
	leaving  memory
	tenants  ledger
	pool     pool
	tidied   capture.Time // when old paths and reports were last dropped

	owners     map[*media.Stream]owner
	paths      map[capture.Path]*group // of streams that have an owner
	streams    int                     // ids given
	toldStale  bool
	unmatched  int64 // ICMP errors of no flow
	firstStray capture.Frame
	evicted    int64 // flows that left early, for want of memory
	firstEvict capture.Frame

	account capture.Account
	tally   Tally
}

// NewLive returns an empty Live.
func NewLive(opt LiveOptions) *Live {
	l := &Live{
		b: New(opt.Options), keep: opt.Keep,
		tenants: make(ledger), owners: make(map[*media.Stream]owner), paths: make(map[capture.Path]*group),
		tally: make(Tally),
	}
	l.pool.init()
	l.b.live = l
	return l
}

// A Harvest is what came to its end at one Tick.
type Harvest struct {
	Flows   []*Flow         // by id, with their streams
	Streams []*media.Stream // RTP of no flow, by first packet
	// Release is what to ask of the RTP trackers: what they hand out comes
	// with a later Tick, together with the Release itself.
	Release []media.Release
	// Told says what is known of payload types by now, nil when that has not
	// changed. It may be called from several goroutines.
	Told func(capture.Path) media.Describe
}

// Add takes the next message.
func (l *Live) Add(m *decode.Message) {
	l.b.Add(m)
}

// opened is told of every new group.
func (l *Live) opened(g *group) {
	l.ids++
	g.live = &standing{id: l.ids}
}

// left tells of a key that belonged to a flow which has left: the kind it
// was, and whether t begins another call with it. It may be asked of a nil
// Live.
func (l *Live) left(key decode.Key, kind decode.Kind, t *decode.Transaction) (was decode.Kind, anew bool) {
	if l == nil {
		return kind, false
	}
	d, ok := l.leaving.get(hashText(key.Kind + " " + key.Value))
	if !ok {
		return kind, false
	}
	g := group{closed: d.closed}
	if t != nil && startsAnew(&g, t) && d.tag != hashText(t.FromTag) {
		return kind, true
	}
	return d.kind, false
}

// Tick looks for what is over at now. tracks, released and reports are what
// the RTP trackers handed out since the last one.
func (l *Live) Tick(now capture.Time, tracks []*media.Track, released []media.Release, reports []*media.Report) *Harvest {
	h := &Harvest{}
	l.pool.add(now, tracks)
	l.pool.report(reports)
	l.arrived(released)
	l.claims()
	l.strays(now)
	l.limit(now)

	for _, g := range l.b.groups {
		l.judge(g, now)
	}
	var done []*group
	for _, g := range l.b.groups {
		if l.over(g, now, h) {
			done = append(done, g)
		}
	}
	l.settle(h, done, now)
	l.orphans(h, now.Add(-liveOrphan))
	l.leave(h, now)
	l.forget(now)
	if l.toldStale {
		h.Told, l.toldStale = l.tenants.told(), false
	}
	return h
}

// Finish ends everything at the end of the capture.
func (l *Live) Finish(now capture.Time, tracks []*media.Track, reports []*media.Report) *Harvest {
	h := &Harvest{}
	l.pool.add(now, tracks)
	l.pool.report(reports)
	l.claims()
	l.strays(now)
	var open []*group
	for _, g := range l.b.groups {
		if g.live.state != stateOver || l.changed(g) {
			open = append(open, g)
		}
	}
	l.settle(h, open, now)
	l.orphans(h, now.Add(time.Hour))
	for _, g := range l.b.groups {
		l.count(g, now)
	}
	for _, m := range l.b.stray {
		l.unmatch(m)
	}
	l.b.stray = nil
	l.b.groups = nil
	return h
}

// arrived notes which groups have got their media.
func (l *Live) arrived(released []media.Release) {
	if len(released) == 0 {
		return
	}
	ids := make(map[int]bool, len(released))
	for _, r := range released {
		ids[r.ID] = true
	}
	for _, g := range l.b.groups {
		if g.live.state == stateReleasing && ids[g.live.id] {
			g.live.state = stateReady
		}
	}
}

// judge finds out whether nothing more is to come of a group.
func (l *Live) judge(g *group, now capture.Time) {
	s := g.live
	if len(g.messages) == 0 || s.state == stateReleasing || s.state == stateReady {
		return
	}
	if s.judged != s.size(g) { // it goes on
		s.judged, s.state, s.done, s.check = s.size(g), stateOpen, false, 0
	}
	seen := g.seen()
	if s.done || !s.forced && (now < s.check || now < seen.Add(liveLinger)) {
		return
	}
	f := l.b.flow(s.id, g, now)
	if at := seen.Add(patience(f, g)); now < at && !s.forced {
		s.check = at
		return
	}
	s.done, s.end = true, mediaFree(f)
}

// mediaFree is when another call may have the media addresses of f.
func mediaFree(f *Flow) capture.Time {
	e := endOf(f)
	if e.to == never {
		return e.free
	}
	return e.to.Add(-mediaGrace)
}

// over reports whether a group is to be settled now; the media of one that is
// over are asked for first.
func (l *Live) over(g *group, now capture.Time, h *Harvest) bool {
	s := g.live
	switch {
	case s.state == stateReady:
		return true
	case s.state != stateOpen || !s.done:
		return false
	case len(s.claims) == 0:
		return true
	case !s.forced && now < g.seen().Add(liveLinger+liveWait) && l.tenants.shared(g, s.end):
		return false
	}
	for _, a := range s.claims {
		h.Release = append(h.Release, media.Release{Addr: a, Until: l.tenants.next(a, g, s.end), ID: s.id})
	}
	s.state = stateReleasing
	return false
}

// changed tells that more has come since g was written.
func (l *Live) changed(g *group) bool { return g.live.writtenLen != g.live.size(g) }

// settle gives the groups that are over their streams and writes them.
func (l *Live) settle(h *Harvest, done []*group, now capture.Time) {
	if len(done) == 0 {
		return
	}
	l.attribute(done, now)
	l.strays(now)
	for _, g := range done {
		s := g.live
		f := l.build(g, now)
		if s.forced {
			f.Diagnostics = append(f.Diagnostics, capture.Diagnostic{
				Code: "flow-continues", Severity: capture.Info, Frames: []capture.Frame{f.Messages[len(f.Messages)-1].Frame},
				Text: "handed out before its end, for want of memory; what follows is another flow with the same key",
			})
		}
		s.state, s.leave, s.judged = stateOver, now.Add(l.keep), s.size(g)
		if s.forced {
			s.leave = now
		}
		if s.written && !s.forced && s.writtenOutcome == f.Outcome && s.writtenStatus == f.Status {
			continue // again when it leaves
		}
		l.write(h, g, f)
	}
	sort.Slice(h.Flows, func(i, j int) bool { return h.Flows[i].ID < h.Flows[j].ID })
}

func (l *Live) write(h *Harvest, g *group, f *Flow) {
	s := g.live
	s.written, s.writtenOutcome, s.writtenStatus = true, f.Outcome, f.Status
	s.writtenLen = s.size(g)
	h.Flows = append(h.Flows, f)
}

// build makes the Flow of a group with everything known of it.
func (l *Live) build(g *group, now capture.Time) *Flow {
	f := l.b.flow(g.live.id, g, now)
	for _, m := range g.live.strays {
		f.Messages = append(f.Messages, Message{Message: m, Leg: -1, RetransmissionOf: -1})
		f.End = max(f.End, m.Time)
	}
	if len(g.live.strays) > 0 {
		resort(f)
	}
	for _, s := range g.live.streams {
		f.Streams = append(f.Streams, s.stream)
	}
	sortStreams(f.Streams)
	l.b.parties(f)
	return f
}

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
			l.leaving.put(hashText(k.Kind+" "+k.Value), departed{g.kind, g.closed, hashText(g.fromTag)})
		}
		for _, k := range s.keys {
			if l.b.byKey[k] == g {
				delete(l.b.byKey, k)
			}
		}
		for _, o := range s.streams {
			delete(l.owners, o.stream)
			if l.paths[o.stream.Path] == g {
				delete(l.paths, o.stream.Path)
			}
		}
		l.tenants.remove(g)
		l.toldStale = l.toldStale || len(s.claims) > 0
		g.messages = nil
		return true
	})
}

// count adds a flow to the tally for good, and returns it.
func (l *Live) count(g *group, now capture.Time) *Flow {
	f := l.build(g, now)
	l.tally.add(f)
	return f
}

// limit makes flows leave early when they are too large, or too many.
func (l *Live) limit(now capture.Time) {
	l.messages = 0
	for _, g := range l.b.groups {
		l.messages += len(g.messages)
		most := liveFlowMessages
		if g.kind == decode.KindKeepalive {
			most = liveSeriesMessages
		}
		if len(g.messages) >= most {
			g.live.forced = true
		}
	}
	if l.messages <= liveMessages {
		return
	}
	order := slices.Clone(l.b.groups)
	slices.SortStableFunc(order, func(a, b *group) int { return int(a.seen().Sub(b.seen())) })
	left := l.messages
	for _, g := range order {
		if left <= liveMessages*3/4 {
			break
		}
		left -= len(g.messages)
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

// Account is what became of the RTP that was handed out.
func (l *Live) Account() *capture.Account { return &l.account }

// StreamFlow returns the flow id and leg id of a stream of a flow that has
// not left, 0 and "" for others.
func (l *Live) StreamFlow(s *media.Stream) (int, string) {
	o, ok := l.owners[s]
	if !ok {
		return 0, ""
	}
	return o.flow.ID, o.leg
}

// Recent builds the latest flows, by time of their last message, at most n of
// them; the result is in order of their ids. Those that go on end now.
func (l *Live) Recent(n int, now capture.Time) []*Flow {
	order := slices.Clone(l.b.groups)
	slices.SortStableFunc(order, func(a, b *group) int { return int(b.seen().Sub(a.seen())) })
	var out []*Flow
	for _, g := range order[:min(n, len(order))] {
		if len(g.messages) > 0 {
			f := l.build(g, now)
			if !g.live.done {
				f.End = max(f.End, now)
			}
			out = append(out, f)
		}
	}
	sort.Slice(out, func(i, j int) bool { return out[i].ID < out[j].ID })
	return out
}

// Tally counts all flows so far, those that have not ended included.
func (l *Live) Tally(now capture.Time) Tally {
	t := make(Tally)
	for k, n := range l.tally {
		t[k] = n
	}
	for _, g := range l.b.groups {
		if len(g.messages) > 0 {
			t.add(l.b.flow(g.live.id, g, now))
		}
	}
	return t
}

// Open is the number of flows in memory, and of their messages.
func (l *Live) Open() (flows, messages int) { return len(l.b.groups), l.messages }

// Diagnostics tell which limits were reached.
func (l *Live) Diagnostics() []capture.Diagnostic {
	var out []capture.Diagnostic
	if l.evicted > 0 {
		out = append(out, capture.Diagnostic{
			Code: "live-messages-limit", Severity: capture.Warning, Frames: []capture.Frame{l.firstEvict},
			Text: fmt.Sprintf("%d flows were handed out before their end: more than %d messages at a time", l.evicted, liveMessages),
		})
	}
	if l.unmatched > 0 {
		out = append(out, capture.Diagnostic{
			Code: "icmp-unmatched", Severity: capture.Info, Frames: []capture.Frame{l.firstStray}, Ref: "RFC 792",
			Text: fmt.Sprintf("%d ICMP errors quote packets of no flow shown here", l.unmatched),
		})
	}
	return append(out, l.pool.diagnostics()...)
}

// A Tally counts flows by kind and outcome.
type Tally map[TallyKey]int64

// A TallyKey is what flows are counted by.
type TallyKey struct {
	Kind    decode.Kind
	Outcome Outcome
}

func (t Tally) add(f *Flow) { t[TallyKey{f.Kind, f.Outcome}]++ }
