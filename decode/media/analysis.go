package media

import (
	"fmt"
	"math"

	"rung/capture"
	"rung/decode/rtcp"
)

// An analysis plays the records of one piece of a track, in order of
// arrival, and gives a Stream.
type analysis struct {
	describe Describe
	end      capture.Time // packets from here on are not of this piece
	lastAsk  capture.Time // when signalling is asked for what came later
	first    record
	begin    cursor // behind first
	surveyed *survey

	types    []meaning // in the order seen
	lastType int

	packets, bytes int64
	last           record

	seq     sequence
	waiting bool // pending looked like a jump; the next packet decides
	pending record
	ahead   cursor // behind pending
	stray   notes
	restart notes

	clock     interarrival
	jumps     notes
	delta     spread
	hasMedia  bool
	lastMedia capture.Time

	series series
	tones  tones
	press  interarrival // begin of the event before, if no media came since
	video  bool
	frames frames

	folded      bool // the beginning was played without signalling
	lateMeaning bool // and signalling says otherwise now
	lostCuts    bool // and a cut fell into it
}

// notes count something and remember the first frames of it.
type notes struct {
	n      int64
	frames []capture.Frame
}

func (n *notes) add(f capture.Frame) {
	n.n++
	if len(n.frames) < maxNoted {
		n.frames = append(n.frames, f)
	}
}

// newAnalysis returns an analysis of the piece that begins with first and
// goes on behind the cursor until end.
func newAnalysis(describe Describe, first *record, behind cursor, end, lastAsk capture.Time) *analysis {
	a := &analysis{describe: describe, first: *first, begin: behind, end: end, lastAsk: lastAsk}
	a.seq.series = &a.series
	return a
}

// add takes the next packet; ahead stands behind it.
func (a *analysis) add(r *record, ahead *cursor) {
	a.packets++
	a.bytes += int64(r.ipLen)
	a.last = *r
	b := a.series.at(r.time)
	b.packets++
	b.bytes += int64(r.ipLen)
	if a.waiting && a.decide(r) {
		return
	}
	p, ext := a.seq.place(r.seq)
	if p == placeJump {
		a.waiting, a.pending, a.ahead = true, *r, *ahead
		return
	}
	if p == placeNext && a.spliced(ext, r) {
		a.startOver(r)
		p, ext = a.seq.place(r.seq)
	}
	a.take(p, ext, r, ahead)
}

// spliced reports whether a gap between two events is the sender's: sequence
// and timestamp both jump, and the timestamp by another time than has passed.
// sipp plays recorded key presses like that; nothing is lost between them.
func (a *analysis) spliced(ext int64, r *record) bool {
	if !a.press.ref || ext == a.seq.max+1 || !r.isDTMF {
		return false
	}
	m := a.meaningOf(r)
	if m.class != classEvent || r.ts == a.press.ts {
		return false
	}
	d, ok := a.press.step(r.time, r.ts, m.codec.Clock)
	return ok && math.Abs(d) > ms(clockJump)
}

// decide finds out with packet r what the pending one was. It is true when r
// is done with, being a copy of it.
func (a *analysis) decide(r *record) bool {
	if r.seq == a.pending.seq {
		a.seq.duplicate++
		return true
	}
	// A run of packets that fill a hole is late, however far back: a source
	// that starts over does not meet the very numbers that are missing.
	if r.seq != a.pending.seq+1 || (a.seq.isHole(a.pending.seq) && a.seq.isHole(r.seq)) {
		a.giveUp()
		return false
	}
	// Two in order: the source has begun again (RFC 3550 A.1).
	a.startOver(&a.pending)
	_, ext := a.seq.place(a.pending.seq)
	a.take(placeNext, ext, &a.pending, &a.ahead)
	a.waiting, a.ahead = false, cursor{}
	return false
}

// startOver begins a new segment with r: nothing is compared with what was
// before.
func (a *analysis) startOver(r *record) {
	a.seq.restart()
	a.frames.flush()
	a.frames.seen = false
	a.frames.arrival.forget()
	a.clock.forget()
	a.restart.add(r.frame)
}

// giveUp takes the pending packet for one that was very late, or for a stray.
func (a *analysis) giveUp() {
	if !a.waiting {
		return
	}
	_, ext := a.seq.place(a.pending.seq)
	if p, ok := a.seq.placeFar(ext); ok {
		a.take(p, ext, &a.pending, &a.ahead)
	} else {
		a.stray.add(a.pending.frame)
	}
	a.waiting, a.ahead = false, cursor{}
}

// take counts a packet whose place is known.
func (a *analysis) take(p place, ext int64, r *record, ahead *cursor) {
	a.seq.take(p, ext, r)
	if p == placeDuplicate {
		return
	}
	m := a.meaningOf(r)
	m.packets++
	switch m.class {
	case classEvent:
		if !a.press.ref || a.press.ts != r.ts {
			a.press.compare(r.time, r.ts, m.codec.Clock)
		}
		if r.isDTMF && !m.codec.Encrypted {
			a.tones.add(r, m.codec.Clock, p == placeLate)
		}
	case classMedia:
		a.press.forget()
		jumped := a.media(r, m.codec.Clock, ahead)
		if m.codec.Kind == "video" {
			a.video = true
			a.frames.arrive(r, m.codec.Clock, jumped)
		}
	}
	if a.video {
		video := m.class == classMedia && m.codec.Kind == "video"
		a.frames.put(ext, slot{present: true, foreign: !video, ts: r.ts, marker: r.marker, key: r.video})
	}
}

// media feeds delta and jitter. It is true when the sender's clock had stood
// still or was set anew, so that the packet was not fed.
func (a *analysis) media(r *record, rate int, ahead *cursor) bool {
	b := a.series.at(r.time)
	if a.hasMedia {
		d := ms(clampTime(r.time, a.lastMedia))
		a.delta.add(d)
		b.delta.add(d)
	}
	a.hasMedia, a.lastMedia = true, r.time
	jumped := false
	if d, ok := a.clock.step(r.time, r.ts, rate); ok {
		if math.Abs(d) > ms(clockJump) && a.clockMoved(r, d, *ahead) {
			jumped = true
			a.jumps.add(r.frame)
		} else {
			a.clock.feed(d)
			b.jitter.add(a.clock.jitter)
		}
	}
	a.clock.compare(r.time, r.ts, rate)
	return jumped
}

// clockMoved tells a sender whose clock stood still, or was set anew, from a
// network that stalled: after a stall the offset between arrival and
// timestamp is back within a second, as the packets held up come in one go.
func (a *analysis) clockMoved(r *record, d float64, c cursor) bool {
	if d < 0 && a.clock.skew+d > a.clock.least-ms(clockJump) {
		return false // this is the return
	}
	var n record
	for i := 0; i < stallPackets && c.next(&n); i++ {
		if n.time >= a.end || n.time.Sub(r.time) > stallReturn {
			break
		}
		if n.pt != r.pt || n.seq-r.seq >= maxDropout {
			continue
		}
		if back := a.clock.offset(n.time, n.ts); (d > 0 && back < d/2) || (d < 0 && back > d/2) {
			return false
		}
	}
	return true
}

// finish gives the Stream. The analysis is used up.
func (a *analysis) finish(t *Track) *Stream {
	a.giveUp()
	a.seq.close()
	a.frames.flush()
	main := a.main()
	s := &Stream{
		SSRC: t.SSRC, Path: t.Path,
		Kind: main.codec.Kind, Codec: main.codec.Name, Clock: main.codec.Clock, ClockMeasured: main.measured,
		DSCP:  a.first.dscp,
		Order: capture.Order{Index: a.first.index}, FirstFrame: a.first.frame, LastFrame: a.last.frame,
		Start: a.first.time, End: a.last.time,
		Packets: a.packets, Bytes: a.bytes,
		Expected: a.seq.expected, Lost: a.seq.expected - a.seq.received,
		Duplicates: a.seq.duplicate, Reordered: a.seq.late, Restarts: a.seq.restarts,
		Stray: a.stray.n, ClockJumps: a.jumps.n,
		Delta: a.delta.value(), LossBursts: a.seq.bursts, DTMF: a.tones.digits, Series: a.series.value(),
	}
	s.Encrypted, s.EncryptionKnown = a.encryption()
	if a.first.index == t.First.Index {
		s.Order = t.First
	}
	for i := range a.types {
		s.PayloadTypes = append(s.PayloadTypes, a.types[i].pt)
	}
	if s.Jitter = a.clock.value(); s.Jitter != nil {
		skew := a.clock.worst
		s.SkewMS = &skew
	} else {
		s.JitterNote = a.jitterNote(main)
	}
	if a.video {
		s.Video = a.frames.value(s.Codec, s.Encrypted)
	}
	a.diagnose(s)
	return s
}

// main returns the payload type that the stream is named after: the one with
// most media packets, else with most packets.
func (a *analysis) main() *meaning {
	best := &meaning{codec: Codec{Kind: "unknown"}}
	for i := range a.types {
		m := &a.types[i]
		media, was := m.class == classMedia, best.class == classMedia
		if best.class == 0 || (media && !was) || (media == was && m.packets > best.packets) {
			best = m
		}
	}
	return best
}

// encryption is what signalling says of any payload type: SRTP goes by m=
// lines, not by types.
func (a *analysis) encryption() (encrypted, known bool) {
	for i := range a.types {
		m := &a.types[i]
		known = known || m.told
		encrypted = encrypted || m.codec.Encrypted
	}
	return encrypted, known
}

func (a *analysis) jitterNote(main *meaning) string {
	switch {
	case main.class != classMedia:
		return "no media packets, only events or comfort noise"
	case main.codec.Clock <= 0:
		return fmt.Sprintf("clock rate of payload type %d not known", main.pt)
	}
	return "no two media packets to compare"
}

// diagnose says what is odd, and what the limits left out.
func (a *analysis) diagnose(s *Stream) {
	note := func(code string, sev capture.Severity, frames []capture.Frame, ref, text string, args ...any) {
		s.Diagnostics = append(s.Diagnostics, capture.Diagnostic{
			Code: code, Severity: sev, Frames: frames, Ref: ref, Text: fmt.Sprintf(text, args...),
		})
	}
	first := []capture.Frame{s.FirstFrame}
	for i := range a.types {
		if m := &a.types[i]; m.measured {
			note("rtp-clock-measured", capture.Info, first, "",
				"clock rate of payload type %d is %d Hz by measurement; no signalling tells it", m.pt, m.codec.Clock)
		}
	}
	if a.restart.n > 0 {
		note("rtp-restart", capture.Info, a.restart.frames, "RFC 3550 A.1", "the source started over %s", times(a.restart.n))
	}
	if a.jumps.n > 0 {
		note("rtp-clock-jump", capture.Info, a.jumps.frames, "RFC 3550 §5.1",
			"the sender's clock stood still or was set anew %s; these steps are not in the jitter", times(a.jumps.n))
	}
	if a.stray.n > 0 {
		note("rtp-stray", capture.Warning, a.stray.frames, "RFC 3550 A.1",
			"%d packets far out of sequence are neither counted as expected nor as lost", a.stray.n)
	}
	if a.seq.moreBurst > 0 {
		note("rtp-bursts-limit", capture.Info, first, "", "%d more loss bursts than the %d listed", a.seq.moreBurst, MaxBursts)
	}
	if a.tones.more > 0 {
		note("rtp-digits-limit", capture.Info, first, "", "%d more events than the %d listed", a.tones.more, MaxDigits)
	}
	if a.lateMeaning {
		note("rtp-meaning-late", capture.Warning, first, "",
			"the beginning of this long stream was read before signalling told what its payload types mean; its jitter is not exact")
	}
	if a.lostCuts {
		note("rtp-cut-late", capture.Warning, first, "",
			"the beginning of this long stream could not be cut between calls")
	}
}

// rtcpOf sums up the reports of a piece.
func rtcpOf(t *Track, from, to capture.Time) *RTCP {
	var out RTCP
	var rtt roundTrips
	seen := false
	for _, r := range t.reports {
		if r.Time < from || r.Time >= to {
			continue
		}
		seen = true
		switch r.Kind {
		case rtcp.PLI:
			out.PLI++
		case rtcp.FIR:
			out.FIR++
		case rtcp.NACK:
			out.NACK++
		case rtcp.XR:
			out.XR = xrOf(r.Voice)
		case rtcp.RR:
			out.Reports++
			out.FractionLostMax = max(out.FractionLostMax, float64(r.Fraction)*100/256)
			if v, ok := t.roundTrip(r); ok {
				rtt.add(v)
			}
		}
	}
	if !seen {
		return nil
	}
	out.RTT, out.RTTNote = rtt.value(), rtt.note()
	return &out
}

// times says how often.
func times(n int64) string {
	if n == 1 {
		return "once"
	}
	return fmt.Sprintf("%d times", n)
}
