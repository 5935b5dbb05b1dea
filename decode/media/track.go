package media

import (
	"rung/capture"
	"rung/decode/rtp"
)

// A Track is every packet of one SSRC on one path, recognised as RTP or only
// a candidate.
type Track struct {
	Path       capture.Path
	SSRC       uint32
	First      capture.Order
	FirstFrame capture.Frame
	LastFrame  capture.Frame
	Start, End capture.Time // of the first and the last packet in capture order
	Packets    int64
	Frames     int64 // more than Packets where IP fragments were joined

	trial   probation
	log     packetLog
	fold    *analysis // the older part of a log that grew too large
	reports []*Report // about this track, by Order
	sender  []*Report // sender reports of this SSRC, by Order
}

// Recognised reports whether the packets alone show that this is RTP. A track
// that is not may still be media: SDP knows (a stream of three packets).
func (t *Track) Recognised() bool { return t.trial.passed }

// add takes one packet and returns how many bytes of log it cost.
func (t *Track) add(seg *capture.Segment, h *rtp.Header) int {
	if t.Packets == 0 {
		t.First, t.FirstFrame, t.Start = seg.Order, seg.Frame, seg.Time
	}
	t.Packets++
	t.Frames += int64(max(1, len(seg.Frames)))
	t.LastFrame, t.End = seg.Frame, seg.Time
	r := record{
		time: seg.Time, index: seg.Order.Index, frame: seg.Frame, ipLen: seg.IPLen,
		ts: h.Timestamp, seq: h.Sequence, pt: h.PayloadType, marker: h.Marker, dscp: seg.DSCP,
	}
	event := false
	if dynamic(h.PayloadType) {
		p := seg.Data[h.Start:h.End]
		if len(p) == rtp.EventLen && !seg.Cut {
			r.isDTMF = true
			copy(r.event[:], p)
			event = looksEvent(&r)
		} else {
			r.look(p)
		}
	}
	t.trial.see(h, event)
	return t.log.append(&r)
}
