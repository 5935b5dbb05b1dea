package media

import "rung/capture"

// FeedTold is Feed for a datagram of which somebody said that it is RTP
// (--decode-as): any port may carry it, and a single packet is a stream. It
// reports false when there is no RTP or RTCP header.
func (t *Tracker) FeedTold(seg *capture.Segment) bool {
	t.sure = true
	ok := t.Feed(seg)
	t.sure = false
	return ok
}

// believe reports whether a new track is taken for RTP without probation. Not
// when there are as many tracks as candidates may be: where the port carries
// something else after all, every packet would be a stream. Those beyond have
// to show a sequence.
func (t *Tracker) believe() bool { return t.sure && len(t.tracks) <= t.lim.Candidates }
