package reassemble

import (
	"bytes"
	"fmt"
	"net/netip"
	"slices"

	"rung/capture"
	"rung/capture/wire"
)

// Fragments joins IPv4 and IPv6 fragments that come in any order. Copies of
// bytes already there are ignored; overlapping fragments that say something
// else make the whole datagram unreadable (RFC 8200 §4.5, RFC 5722), for IPv4
// likewise: no honest sender makes them.
type Fragments struct {
	report func(capture.Diagnostic)
	open   map[fragmentKey]*partial
	queue  []*partial // in order of their first fragment; done ones stay until they are at the head
	total  int        // bytes held

	givenUp  []frameRef
	more     int // given-up frames beyond maxGivenUp
	reported int

	recent    map[fragmentKey]*partial // joined ones, to know late copies of their fragments
	completed []*partial               // the same, oldest first
	surplus   []frameRef               // such copies, and
	moreCopy  int                      // those beyond maxGivenUp
}

// fragmentKey says which fragments belong together (RFC 791 §3.2, RFC 8200
// §4.5, where the protocol doesn't count).
type fragmentKey struct {
	src, dst netip.Addr
	id       uint32
	proto    uint8
}

type frameRef struct {
	frame capture.Frame
	index uint64
}

// A partial is a datagram of which some fragments are there.
type partial struct {
	key    fragmentKey
	since  capture.Time
	frames []frameRef
	data   []byte
	have   []span // sorted, not touching
	end    int    // length of the whole, -1 while the last fragment is missing
	cut    int    // offset of the first byte the snaplen cut, -1: none
	ipLen  int    // of all fragments

	first   wire.Datagram // header of the fragment at offset 0
	refused bool
	done    bool
	twin    *partial // a joined datagram of the same name, shortly before
}

type span struct{ from, to int }

// NewFragments returns an empty Fragments. report may be nil.
func NewFragments(report func(capture.Diagnostic)) *Fragments {
	if report == nil {
		report = func(capture.Diagnostic) {}
	}
	return &Fragments{report: report, open: make(map[fragmentKey]*partial), recent: make(map[fragmentKey]*partial)}
}

// Add takes a fragment. When it completes its datagram, g becomes that
// datagram: Payload is the whole IP payload (the caller's to keep), IPLen
// the sum, the rest as the first fragment's header says; frames are those it
// came in, in order of arrival. The caller then calls
// DecodeTransport.
func (f *Fragments) Add(p *capture.Packet, g *wire.Datagram) (frames []capture.Frame, done bool) {
	return f.AddJoined(p, g, nil)
}

// AddJoined is Add for a fragment that came in several frames: inside a
// tunnel, of which the packets were fragments themselves. p is the packet that
// completed it; with no frames it is the only one.
func (f *Fragments) AddJoined(p *capture.Packet, g *wire.Datagram, in []capture.Frame) (frames []capture.Frame, done bool) {
	d := f.partial(p, g)
	if len(in) == 0 {
		d.frames = append(d.frames, frameRef{p.Frame, p.Index})
	}
	for _, frame := range in {
		d.frames = append(d.frames, frameRef{frame, p.Index})
	}
	d.ipLen += g.IPLen
	if d.refused {
		f.trimFrames(d)
		return nil, false
	}
	if why := f.place(d, g); why != "" {
		f.refuse(d, why)
		return nil, false
	}
	if !d.complete() {
		for f.total > maxFragmentBytes {
			f.evict("too many bytes in incomplete datagrams")
		}
		return nil, false
	}
	f.close(d)
	f.remember(d)
	d.deliver(g)
	for _, r := range d.frames {
		frames = append(frames, r.frame)
	}
	return frames, true
}

func (f *Fragments) partial(p *capture.Packet, g *wire.Datagram) *partial {
	key := fragmentKey{src: g.Path.Src.Addr(), dst: g.Path.Dst.Addr(), id: g.IPID}
	if !g.IPv6 {
		key.proto = g.Proto
	}
	d := f.open[key]
	if d != nil && p.Time.Sub(d.since) > fragmentAge {
		f.giveUp(d, codeIncomplete, d.missing())
		d = nil
	}
	if d == nil {
		if len(f.open) >= maxDatagrams {
			f.evict("too many incomplete datagrams")
		}
		f.tidy()
		d = &partial{key: key, since: p.Time, end: -1, cut: -1}
		if twin := f.recent[key]; twin != nil && p.Time.Sub(twin.since) <= fragmentAge {
			d.twin = twin
		}
		f.open[key] = d
		f.queue = append(f.queue, d)
	}
	return d
}

// place puts the fragment's bytes where they belong, or says why not.
func (f *Fragments) place(d *partial, g *wire.Datagram) (why string) {
	from, to := g.FragOffset, g.FragOffset+g.PayloadLen
	switch {
	case g.PayloadLen == 0 && g.MoreFragments:
		return "a fragment is empty"
	case len(d.frames) > maxPieces:
		return fmt.Sprintf("more than %d fragments", maxPieces)
	case to > maxDatagram:
		return fmt.Sprintf("fragments reach to byte %d", to)
	case g.MoreFragments && g.PayloadLen%8 != 0:
		return "length of a fragment is not a multiple of 8"
	case g.MoreFragments && d.end >= 0 && to > d.end,
		!g.MoreFragments && d.end >= 0 && to != d.end,
		!g.MoreFragments && len(d.have) > 0 && to < d.have[len(d.have)-1].to:
		return "fragments disagree about the length"
	}
	if !d.agrees(from, g.Payload) {
		return "fragments overlap with other bytes"
	}
	if !g.MoreFragments {
		d.end = to
	}
	if g.FragOffset == 0 && d.first.PayloadLen == 0 {
		d.first = *g
		d.first.Payload = nil
	}
	if at := from + len(g.Payload); len(g.Payload) < g.PayloadLen && (d.cut < 0 || at < d.cut) {
		d.cut = at
	}
	if to > len(d.data) {
		f.total += to - len(d.data)
		d.data = append(d.data, make([]byte, to-len(d.data))...)
	}
	copy(d.data[from:], g.Payload)
	d.have = insert(d.have, span{from, to})
	return ""
}

// agrees reports whether bytes at an offset equal those already there.
func (d *partial) agrees(at int, b []byte) bool {
	for _, s := range d.have {
		from, to := max(s.from, at), min(s.to, at+len(b))
		if d.cut >= 0 {
			to = min(to, max(d.cut, from)) // nothing to compare with after a cut
		}
		if from < to && !bytes.Equal(d.data[from:to], b[from-at:to-at]) {
			return false
		}
	}
	return true
}

// insert adds s to sorted spans and joins those that touch.
func insert(have []span, s span) []span {
	i := 0
	for i < len(have) && have[i].to < s.from {
		i++
	}
	j := i
	for j < len(have) && have[j].from <= s.to {
		s.from, s.to = min(s.from, have[j].from), max(s.to, have[j].to)
		j++
	}
	return slices.Replace(have, i, j, s)
}

func (d *partial) complete() bool {
	return d.end >= 0 && len(d.have) == 1 && d.have[0] == span{0, d.end}
}

// deliver makes g the whole datagram.
func (d *partial) deliver(g *wire.Datagram) {
	*g = d.first
	g.Payload, g.PayloadLen, g.PayloadOff = d.data, d.end, -1
	g.Cut = d.cut >= 0
	if g.Cut {
		g.Payload = d.data[:d.cut]
	}
	g.IPLen = d.ipLen
	g.Fragment, g.FragOffset, g.MoreFragments = false, 0, false
	g.Diag = wire.Diag{}
}

// refuse gives the datagram's bytes up but keeps its name, so that what still
// comes of it is refused, too (RFC 5722 §4).
func (f *Fragments) refuse(d *partial, why string) {
	d.refused = true
	f.total -= len(d.data)
	d.data, d.have = nil, nil
	f.reportLost(d, codeRefused, why, true)
	f.trimFrames(d)
}

// trimFrames hands the frames of a refused datagram on at once; nothing can
// change their fate.
func (f *Fragments) trimFrames(d *partial) {
	f.lose(d.frames)
	d.frames = d.frames[:0]
}

// evict gives the oldest datagram up.
func (f *Fragments) evict(why string) {
	for len(f.queue) > 0 {
		d := f.queue[0]
		f.queue = f.queue[1:]
		if !d.done {
			f.giveUp(d, codeLimit, why)
			return
		}
	}
}

// Advance gives up datagrams that waited too long.
func (f *Fragments) Advance(now capture.Time) {
	for len(f.queue) > 0 {
		d := f.queue[0]
		if !d.done && now.Sub(d.since) <= fragmentAge {
			return
		}
		f.queue = f.queue[1:]
		f.giveUp(d, codeIncomplete, d.missing())
	}
}

// giveUp ends a datagram that never completed. A refused one has told its
// story already.
func (f *Fragments) giveUp(d *partial, code, why string) {
	if d.done {
		return
	}
	switch {
	case d.refused:
	case d.repeats():
		keep := min(len(d.frames), maxGivenUp-len(f.surplus))
		f.surplus = append(f.surplus, d.frames[:keep]...)
		f.moreCopy += len(d.frames) - keep
	default:
		f.reportLost(d, code, why, code == codeIncomplete)
		f.lose(d.frames)
	}
	f.close(d)
	d.data = nil
}

func (f *Fragments) close(d *partial) {
	f.total -= len(d.data)
	d.done = true
	delete(f.open, d.key)
}

// remember keeps a joined datagram for a while: copies of its fragments may
// still come, and would be taken for the beginning of another one.
func (f *Fragments) remember(d *partial) {
	if len(f.completed) == maxCompleted {
		if old := f.completed[0]; f.recent[old.key] == old {
			delete(f.recent, old.key)
		}
		f.completed = slices.Delete(f.completed, 0, 1)
	}
	d.twin = nil
	f.completed = append(f.completed, d)
	f.recent[d.key] = d
}

// repeats reports whether all there is of an incomplete datagram was in one
// that was joined before. A datagram sent again as a whole is joined again and
// never comes here.
func (d *partial) repeats() bool {
	if d.twin == nil || d.end >= 0 && d.end != d.twin.end {
		return false
	}
	for _, s := range d.have {
		if s.to > d.twin.end || !d.twin.agrees(s.from, d.data[s.from:s.to]) {
			return false
		}
	}
	return true
}

// tidy takes finished datagrams out of the queue when they are the most of it.
func (f *Fragments) tidy() {
	if len(f.queue) > 2*len(f.open)+16 {
		f.queue = slices.DeleteFunc(f.queue, func(d *partial) bool { return d.done })
	}
}

// missing says what an incomplete datagram lacks.
func (d *partial) missing() string {
	switch {
	case len(d.have) == 0 || d.have[0].from > 0:
		return "the first fragment is missing"
	case d.end < 0 && len(d.have) == 1:
		return "the last fragment is missing"
	}
	return fmt.Sprintf("bytes from %d on are missing", d.have[0].to)
}

func (f *Fragments) lose(frames []frameRef) {
	keep := min(len(frames), maxGivenUp-len(f.givenUp))
	f.givenUp = append(f.givenUp, frames[:keep]...)
	f.more += len(frames) - keep
}

// Codes of diagnostics.
const (
	codeIncomplete = "ip-fragments-incomplete"
	codeRefused    = "ip-fragments-refused"
	codeLimit      = "ip-fragments-limit"
)

func (f *Fragments) reportLost(d *partial, code, why string, damage bool) {
	f.reported++
	if f.reported > maxReports {
		return
	}
	if f.reported == maxReports {
		why += "; further ones are counted and not reported one by one"
	}
	frames := make([]capture.Frame, 0, len(d.frames))
	for _, r := range d.frames {
		frames = append(frames, r.frame)
	}
	f.report(capture.Diagnostic{
		Code: code, Severity: capture.Warning, Frames: frames, Damage: damage,
		Text: fmt.Sprintf("IP datagram %s > %s id 0x%x not joined: %s", d.key.src, d.key.dst, d.key.id, why),
		Ref:  "RFC 8200 §4.5",
	})
}

// Incomplete gives up all datagrams that still wait and calls lost for every
// frame of a datagram that never completed since the last call, in the order
// they were given up. It is called at the end of the capture, or now and then.
func (f *Fragments) Incomplete(lost func(frame capture.Frame, index uint64)) {
	for _, d := range f.queue {
		f.giveUp(d, codeIncomplete, d.missing())
	}
	f.queue = nil
	for _, r := range f.givenUp {
		lost(r.frame, r.index)
	}
	// Beyond maxGivenUp only the number is known; the account keeps only the
	// first frame of a reason anyway.
	for ; f.more > 0; f.more-- {
		r := f.givenUp[len(f.givenUp)-1]
		lost(r.frame, r.index)
	}
	f.givenUp = f.givenUp[:0]
}

// Repeated calls again for every frame that held only fragments of a datagram
// joined before it came, of those given up so far. They are in no message and
// nothing of them is missing.
func (f *Fragments) Repeated(again func(frame capture.Frame, index uint64)) {
	for _, r := range f.surplus {
		again(r.frame, r.index)
	}
	for ; f.moreCopy > 0; f.moreCopy-- {
		r := f.surplus[len(f.surplus)-1]
		again(r.frame, r.index)
	}
	f.surplus = f.surplus[:0]
}
