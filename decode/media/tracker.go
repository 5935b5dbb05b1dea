package media

import (
	"cmp"
	"fmt"
	"slices"

	"rung/capture"
	"rung/decode/rtcp"
	"rung/decode/rtp"
)

// A Tracker owns the RTP and RTCP of one shard. It is plain code for one
// goroutine.
type Tracker struct {
	lim        Limits
	tracks     map[trackKey]*Track
	list       []*Track // in the order they began
	last       *Track
	candidates int // tracks not recognised
	logBytes   int
	sure       bool // in FeedTold
	describe   func(capture.Path) Describe

	reports []*Report
	dropped dropped
}

type trackKey struct {
	path capture.Path
	ssrc uint32
}

// dropped counts what limits cost.
type dropped struct {
	tracks, packets, reports int64
	first                    capture.Frame // first packet of the first track dropped
	firstReport              capture.Frame
}

// NewTracker returns an empty Tracker.
func NewTracker(lim Limits) *Tracker {
	return &Tracker{lim: lim.filled(), tracks: make(map[trackKey]*Track)}
}

// Tell gives the tracker what signalling has said so far of the payload types
// on a path; its answer may be nil. Long logs are folded with that meaning.
func (t *Tracker) Tell(told func(capture.Path) Describe) { t.describe = told }

// Feed takes a datagram whose first two bits say version 2 (RFC 7983: first
// byte 128..191). It reports whether it kept it as RTP or RTCP, be it surely
// or as a candidate; false: not RTP at all, the caller tries other protocols.
func (t *Tracker) Feed(seg *capture.Segment) bool {
	b := seg.Data
	if len(b) < 8 || b[0]>>6 != 2 {
		return false
	}
	if b[1] >= 192 && b[1] <= 223 {
		return t.feedRTCP(seg)
	}
	h, ok := rtp.Parse(b, seg.Cut)
	if !ok || !sane(h.PayloadType) {
		return false
	}
	tr := t.last
	if tr == nil || tr.SSRC != h.SSRC || tr.Path != seg.Path {
		if tr = t.find(seg, &h); tr == nil {
			return false
		}
		t.last = tr
	}
	passed := tr.trial.passed
	grown := tr.add(seg, &h)
	if tr.trial.passed && !passed {
		t.candidates--
	}
	if grown > 0 {
		t.logBytes += grown
		t.foldIfLarge(tr)
	}
	return true
}

// find returns the track of a packet, a new one if need be; nil when the
// packet belongs to another protocol.
func (t *Tracker) find(seg *capture.Segment, h *rtp.Header) *Track {
	key := trackKey{seg.Path, h.SSRC}
	if tr := t.tracks[key]; tr != nil {
		return tr
	}
	if !t.sure && foreign(seg) {
		return nil
	}
	if t.candidates >= t.lim.Candidates {
		t.dropIdle()
	}
	tr := &Track{Path: seg.Path, SSRC: h.SSRC}
	t.tracks[key] = tr
	t.list = append(t.list, tr)
	if t.believe() {
		tr.trial.passed = true
		return tr
	}
	t.candidates++
	return tr
}

// dropIdle drops the quarter of the candidates that was idle longest, so that
// a flood of nonsense costs no more than its sort now and then.
func (t *Tracker) dropIdle() {
	idle := make([]*Track, 0, t.candidates)
	for _, tr := range t.list {
		if !tr.Recognised() {
			idle = append(idle, tr)
		}
	}
	slices.SortStableFunc(idle, func(a, b *Track) int { return cmp.Compare(a.log.enc.index, b.log.enc.index) })
	gone := make(map[*Track]bool)
	for _, tr := range idle[:len(idle)/4+1] {
		gone[tr] = true
		if t.dropped.tracks == 0 {
			t.dropped.first = tr.FirstFrame
		}
		t.dropped.tracks++
		t.dropped.packets += tr.Packets
		t.logBytes -= tr.log.bytes
		delete(t.tracks, trackKey{tr.Path, tr.SSRC})
	}
	t.list = slices.DeleteFunc(t.list, func(tr *Track) bool { return gone[tr] })
	t.candidates -= len(gone)
	t.last = nil
}

// Finish returns all tracks by first Order. The tracker holds no tracks
// afterwards; Reports and Diagnostics are still there to be taken.
func (t *Tracker) Finish() []*Track {
	list := t.list
	slices.SortStableFunc(list, func(a, b *Track) int { return compareOrder(a.First, b.First) })
	t.list, t.last, t.candidates, t.logBytes = nil, nil, 0, 0
	clear(t.tracks)
	return list
}

// TakeIdle hands out the tracks whose last packet came before the given time,
// by first Order, and forgets them: a live capture can't wait for its end. A
// packet that comes later begins a new track.
func (t *Tracker) TakeIdle(before capture.Time) []*Track {
	var idle []*Track
	t.list = slices.DeleteFunc(t.list, func(tr *Track) bool {
		if tr.End >= before {
			return false
		}
		idle = append(idle, tr)
		delete(t.tracks, trackKey{tr.Path, tr.SSRC})
		t.logBytes -= tr.log.bytes
		if !tr.Recognised() {
			t.candidates--
		}
		return true
	})
	t.last = nil
	slices.SortStableFunc(idle, func(a, b *Track) int { return compareOrder(a.First, b.First) })
	return idle
}

// Reports returns the RTCP that was read, in capture order, for Attach. It is
// handed on once.
func (t *Tracker) Reports() []*Report {
	r := t.reports
	t.reports = nil
	return r
}

// Diagnostics tells which limits were reached.
func (t *Tracker) Diagnostics() []capture.Diagnostic {
	var out []capture.Diagnostic
	if d := t.dropped; d.tracks > 0 {
		out = append(out, capture.Diagnostic{
			Code: "rtp-candidates-limit", Severity: capture.Warning, Frames: []capture.Frame{d.first},
			Text: fmt.Sprintf("%d packets that might have been RTP in %d tracks were dropped: more than %d tracks at a time without a packet sequence",
				d.packets, d.tracks, t.lim.Candidates),
		})
	}
	if d := t.dropped; d.reports > 0 {
		out = append(out, capture.Diagnostic{
			Code: "rtcp-reports-limit", Severity: capture.Warning, Frames: []capture.Frame{d.firstReport},
			Text: fmt.Sprintf("%d RTCP reports beyond the first %d were not kept", d.reports, t.lim.Reports),
		})
	}
	return out
}

// feedRTCP takes what RFC 5761 §4 says is RTCP.
func (t *Tracker) feedRTCP(seg *capture.Segment) bool {
	if !t.sure && foreign(seg) {
		return false
	}
	c, ok := rtcp.Parse(seg.Data, seg.Cut)
	if !ok {
		return false
	}
	for _, r := range reportsOf(seg, &c) {
		if len(t.reports) >= t.lim.Reports {
			if t.dropped.reports == 0 {
				t.dropped.firstReport = seg.Frame
			}
			t.dropped.reports++
			continue
		}
		t.reports = append(t.reports, r)
	}
	return true
}

func compareOrder(a, b capture.Order) int {
	if c := cmp.Compare(a.Index, b.Index); c != 0 {
		return c
	}
	return cmp.Compare(a.Offset, b.Offset)
}
