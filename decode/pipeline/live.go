package pipeline

import (
	"sync"
	"time"

	"rung/capture"
	"rung/capture/reassemble"
	"rung/decode/media"
)

// Live makes Run hand out what is over while the source goes on, so that a
// capture of days does not grow.
type Live struct {
	Every time.Duration // of the source's clock, between two ticks
	Idle  time.Duration // an RTP track without a packet for so long is handed out

	// Tick is called from the goroutine of sink, after all messages up to
	// Tick.Now. What it orders is carried out with one of the next ticks.
	Tick func(*Tick) Orders
}

// A Tick is what came to its end since the one before, and the state of the
// capture. It is valid during the call.
type Tick struct {
	Now         capture.Time
	Tracks      []*media.Track  // idle or released
	Released    []media.Release // orders carried out with this tick
	Reports     []*media.Report // RTCP since the tick before, in no order
	Frames      int64
	Bytes       int64
	First, Last capture.Time
	// Account is complete but for the tracks handed out so far, which the
	// caller accounts for, and those that go on, whose frames Open counts.
	Account     capture.Account
	Open        int64
	Diagnostics func() []capture.Diagnostic // so far, the first of each code
}

// Orders are what a Tick wants of the shards.
type Orders struct {
	Release []media.Release
	// Told is what signalling has told of payload types; it is called from
	// several goroutines. Nil: as before.
	Told func(capture.Path) media.Describe
}

// flushEvery is how much of the source's time one batch of a live capture
// spans at most: people watch.
const flushEvery = 200 * time.Millisecond

// idleTicks is how often a source may say that nothing came before a tick is
// due, whatever its clock shows: a second.
const idleTicks = 10

// tickFrames is how many packets may come between two ticks, whatever their
// time stamps: a quarter of a second at the fastest that is aimed at.
const tickFrames = 1 << 16

// liveConns caps the TCP connections of a shard: 131,072 in all, each with
// the 5 to 15 kB that reading XMPP takes.
const liveConns = 2048

// forDays gives a shard the limits of a capture that does not end.
func (s *shard) forDays() {
	s.media = media.NewTracker(media.LiveLimits())
	s.tcp = reassemble.NewTCP(reassemble.Limits{Conns: liveConns}, s.segment)
	s.tcp.Report = s.Report
}

// mail carries orders from the merger's goroutine to the reader's.
type mail struct {
	mu     sync.Mutex
	orders Orders
}

func (m *mail) put(o Orders) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.orders.Release = append(m.orders.Release, o.Release...)
	if o.Told != nil {
		m.orders.Told = o.Told
	}
}

func (m *mail) take() Orders {
	m.mu.Lock()
	defer m.mu.Unlock()
	o := m.orders
	m.orders = Orders{}
	return o
}

// A tick is what a batch carries when one is due.
type tick struct {
	due           bool
	idle          time.Duration
	orders        Orders
	frames, bytes int64
	first, last   capture.Time
	account       capture.Account
	tracks        [shardCount][]*media.Track
	reports       [shardCount][]*media.Report
	accounts      [shardCount]capture.Account
	open          [shardCount]int64
}

// full tells that a batch of a live capture has waited long enough.
func (r *reader) full(b *batch) bool {
	return r.live != nil && b.count > 0 && apart(r.pkt.Time, r.batchStart) >= flushEvery
}

// apart is the time between a and b, whichever comes first.
func apart(a, b capture.Time) time.Duration { return max(a.Sub(b), b.Sub(a)) }

// due marks b when it is time for a tick.
func (r *reader) due(b *batch) {
	if r.live == nil {
		return
	}
	if r.ticked == 0 {
		r.ticked = r.now
	}
	// Time stamps that stand still, or fall, must not stop everything.
	if apart(r.now, r.ticked) < r.live.Every && r.idle < idleTicks && r.frames-r.tickedFrames < tickFrames {
		return
	}
	r.ticked, r.tickedFrames, r.idle = r.now, r.frames, 0
	b.tick = tick{
		due: true, idle: r.live.Idle, orders: r.mail.take(),
		frames: r.frames, bytes: r.bytes, first: r.first, last: r.last,
	}
	if r.waiting { // it goes into the next batch
		b.tick.frames--
		b.tick.bytes -= int64(len(r.pkt.Data))
	}
	b.tick.account.Merge(&r.account)
}

// tick hands out what is over in the shard.
func (s *shard) tick(t *tick, i int, now capture.Time) {
	if t.orders.Told != nil {
		s.media.Tell(t.orders.Told)
	}
	tracks := s.media.Release(t.orders.Release)
	tracks = append(tracks, s.media.TakeIdle(now.Add(-t.idle))...)
	for _, tr := range tracks {
		s.kept -= tr.Frames
	}
	t.tracks[i], t.reports[i], t.open[i] = tracks, s.media.Reports(), s.kept
	t.accounts[i].Merge(&s.account)
}

// tick gathers what the shards handed out and calls the user.
func (m *merger) tick(b *batch, live *Live, mail *mail) {
	t := &b.tick
	out := Tick{
		Now: b.now, Released: t.orders.Release, Frames: t.frames, Bytes: t.bytes, First: t.first, Last: t.last,
		Account: t.account, Diagnostics: m.diagnostics.list,
	}
	for i := range t.tracks {
		out.Tracks = append(out.Tracks, t.tracks[i]...)
		out.Reports = append(out.Reports, t.reports[i]...)
		out.Account.Merge(&t.accounts[i])
		out.Open += t.open[i]
	}
	sortTracks(out.Tracks)
	mail.put(live.Tick(&out))
	b.tick = tick{}
}
