package media

import (
	"math"
	"net/netip"
	"slices"

	"rung/capture"
)

// A Release asks a Tracker to hand out what was sent to or from a media
// address, because the call that had it is over.
type Release struct {
	Addr  netip.AddrPort
	Until capture.Time // packets from here on belong to the next call and stay; math.MaxInt64: none do
	ID    int          // the asker's, handed back with what was released
}

// Release hands out the tracks of the given addresses, by first Order, and
// forgets them. A track that goes on behind Until is split there.
func (t *Tracker) Release(list []Release) []*Track {
	if len(list) == 0 {
		return nil
	}
	until := make(map[netip.AddrPort]capture.Time, len(list))
	for _, r := range list {
		if u, ok := until[r.Addr]; !ok || r.Until > u {
			until[r.Addr] = r.Until
		}
	}
	var out []*Track
	keep := t.list[:0]
	for _, tr := range t.list {
		at, ok := until[tr.Path.Dst]
		if from, is := until[tr.Path.Src]; is && (!ok || from > at) {
			at, ok = from, true
		}
		switch {
		case !ok || tr.Start >= at:
			keep = append(keep, tr)
		case tr.End < at:
			t.forget(tr)
			out = append(out, tr)
		default:
			t.forget(tr)
			rest := tr.Split(at)
			out = append(out, tr)
			if rest != nil {
				t.tracks[trackKey{rest.Path, rest.SSRC}] = rest
				t.logBytes += rest.log.bytes
				if !rest.Recognised() {
					t.candidates++
				}
				keep = append(keep, rest)
			}
		}
	}
	clear(t.list[len(keep):])
	t.list, t.last = keep, nil
	slices.SortStableFunc(out, func(a, b *Track) int { return compareOrder(a.First, b.First) })
	return out
}

// forget takes a track out of the books, but not out of the list.
func (t *Tracker) forget(tr *Track) {
	delete(t.tracks, trackKey{tr.Path, tr.SSRC})
	t.logBytes -= tr.log.bytes
	if !tr.Recognised() {
		t.candidates--
	}
}

// Split cuts a track in two: what came before the first packet at or after
// the given time stays, the rest is returned; nil when there is none. What a
// large log has folded can't be cut and stays.
func (t *Track) Split(at capture.Time) *Track {
	if t.End < at {
		return nil
	}
	var older, newer packetLog
	older.head, older.enc = t.log.head, t.log.head
	rest := &Track{Path: t.Path, SSRC: t.SSRC, LastFrame: t.LastFrame, End: t.End, trial: t.trial}
	last := struct {
		frame capture.Frame
		time  capture.Time
	}{t.FirstFrame, t.Start}
	if t.fold != nil {
		last.frame, last.time = t.fold.last.frame, t.fold.last.time
	}
	var r record
	for c := t.log.cursor(); c.next(&r); {
		if rest.Packets == 0 && r.time < at {
			older.append(&r)
			last.frame, last.time = r.frame, r.time
			continue
		}
		if rest.Packets == 0 {
			rest.First, rest.FirstFrame, rest.Start = capture.Order{Index: r.index}, r.frame, r.time
		}
		rest.Packets++
		newer.append(&r)
	}
	if rest.Packets == 0 {
		return nil
	}
	// Which packets came in fragments is not remembered: the sum is right.
	rest.Frames = rest.Packets
	t.Frames -= rest.Packets
	t.Packets -= rest.Packets
	t.log, rest.log = older, newer
	t.LastFrame, t.End = last.frame, last.time
	if t.Packets == 0 { // everything came at or after the cut
		rest.First, rest.Frames = t.First, rest.Frames+t.Frames
		*t = Track{Path: t.Path, SSRC: t.SSRC, First: t.First, FirstFrame: t.FirstFrame, trial: t.trial}
	}
	return rest
}

// Append puts a later track of the same source and path behind t, when it is
// one: a source that was silent for long is handed out in pieces. false: they
// stay two, because next was folded already.
func (t *Track) Append(next *Track) bool {
	if next.fold != nil || t.Path != next.Path || t.SSRC != next.SSRC || next.First.Less(t.First) {
		return false
	}
	var r record
	for c := next.log.cursor(); c.next(&r); {
		t.log.append(&r)
	}
	t.Packets += next.Packets
	t.Frames += next.Frames
	t.LastFrame, t.End = next.LastFrame, max(t.End, next.End)
	t.trial.passed = t.trial.passed || next.trial.passed
	return true
}

// LiveLimits are the limits of a Tracker that runs for days: a track is
// folded after half a minute, and calls tell what its types mean by then.
func LiveLimits() Limits {
	return Limits{TrackLog: liveLog, TotalLog: math.MaxInt, Reports: liveReports, Points: livePoints}
}
