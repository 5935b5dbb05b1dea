package flow

import (
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

	now     capture.Time // of the last Tick
	ending  bool         // nothing comes after this Tick
	weight  int          // of the messages kept, as of the last Tick
	most    int          // of that: liveMessages
	leaving memory
	tenants ledger
	pool    pool
	tidied  capture.Time // when old paths and reports were last dropped

	owners       map[*media.Stream]owner
	gone         []*media.Stream         // of flows that left at the last Tick
	paths        map[capture.Path]*group // of streams that have an owner
	streams      int                     // ids given
	toldStale    bool
	unmatched    int64 // ICMP errors of no flow
	firstStray   capture.Frame
	evicted      int64 // flows that left early, for want of memory
	firstEvict   capture.Frame
	refused      int64 // media addresses that were not noted
	firstRefused capture.Frame

	account capture.Account
	tally   Tally
}

// NewLive returns an empty Live.
func NewLive(opt LiveOptions) *Live {
	l := &Live{
		b: New(opt.Options), keep: opt.Keep, most: liveMessages,
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
	// StreamsOf are the streams of Flows that were not in a Harvest before.
	StreamsOf map[*Flow][]*media.Stream
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

// left tells of a key that belonged to a flow which has left, and whether t
// begins another call with it. It may be asked of a nil Live.
func (l *Live) left(key decode.Key, t *decode.Transaction) (d departed, anew bool) {
	if l == nil {
		return d, false
	}
	d, ok := l.leaving.get(hashText(key.Kind + " " + key.Value))
	if !ok {
		return d, false
	}
	g := group{closed: d.closed}
	if t != nil && startsAnew(&g, t) && d.tag != hashText(t.FromTag) {
		return departed{}, true
	}
	return d, false
}

// Tick looks for what is over at now. tracks, released and reports are what
// the RTP trackers handed out since the last one.
func (l *Live) Tick(now capture.Time, tracks []*media.Track, released []media.Release, reports []*media.Report) *Harvest {
	h := &Harvest{StreamsOf: make(map[*Flow][]*media.Stream)}
	for _, s := range l.gone {
		delete(l.owners, s)
	}
	l.gone = l.gone[:0]
	l.clock(now)
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
	h := &Harvest{StreamsOf: make(map[*Flow][]*media.Stream)}
	l.ending = true
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
	if len(g.messages) == 0 {
		return
	}
	handedOut := s.forced && (s.state == stateReleasing || s.state == stateReady)
	if s.judged != len(g.messages) && !handedOut { // it goes on
		s.judged, s.state, s.done, s.check = len(g.messages), stateOpen, false, 0
	}
	if s.done || !s.forced && (now < s.check || now < s.seen.Add(liveLinger)) {
		return
	}
	f := l.b.flow(s.id, g, now)
	if at := s.seen.Add(patience(f, g)); now < at && !s.forced {
		s.check = at
		return
	}
	s.done, s.end, s.until = true, now, now
	if e := endOf(f); e.to != never {
		s.end, s.until = e.to.Add(-mediaGrace), e.to
	}
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
	}
	ask := l.tenants.release(g, now)
	if len(ask) == 0 {
		return true
	}
	h.Release = append(h.Release, ask...)
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
	for _, g := range done {
		g.live.settling = true
	}
	l.attribute(done, now)
	l.strays(now)
	for _, g := range done {
		s := g.live
		s.settling = false
		l.toldStale = l.toldStale || len(s.claims) > 0
		l.tenants.remove(g)
		f := l.build(g, now)
		if s.forced {
			f.Diagnostics = append(f.Diagnostics, capture.Diagnostic{
				Code: "flow-continues", Severity: capture.Info, Frames: []capture.Frame{f.Messages[len(f.Messages)-1].Frame},
				Text: "handed out before its end, for want of memory; what follows is another flow with the same key",
			})
		}
		s.state, s.leave, s.judged = stateOver, now.Add(l.keep), len(g.messages)
		if s.forced {
			s.leave = now
		}
		if s.written && !s.forced && !l.ending && s.writtenOutcome == f.Outcome && s.writtenStatus == f.Status {
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
	for i := range s.streams {
		if o := &s.streams[i]; !o.written {
			o.written = true
			h.StreamsOf[f] = append(h.StreamsOf[f], o.stream)
		}
	}
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
	if g.live.goesOn {
		f.Diagnostics = append(f.Diagnostics, capture.Diagnostic{
			Code: "flow-continued", Severity: capture.Info, Frames: []capture.Frame{f.Messages[0].Frame},
			Text: "goes on from a flow with the same key that was written before",
		})
	}
	return f
}
