package media

import (
	"fmt"
	"net/netip"
	"slices"

	"rung/capture"
	"rung/decode/rtcp"
)

// A Report is what one RTCP packet says about one source. Reports are kept
// apart from tracks until all shards are read: RTCP may run on other ports
// than the RTP it speaks about, and so in another shard.
type Report struct {
	Order  capture.Order
	Time   capture.Time
	Frame  capture.Frame
	Path   capture.Path
	Kind   rtcp.Kind // SR: the sender about itself; RR: a block of SR or RR; XR, PLI, FIR, NACK
	Sender uint32    // who speaks
	About  uint32    // the source spoken about

	Fraction  uint8  // RR: lost, in 1/256
	Lost      int32  // RR: cumulative
	Jitter    uint32 // RR: timestamp units
	LSR, DLSR uint32 // RR
	MidNTP    uint32 // SR
	Voice     *rtcp.Voice
}

// reportsOf takes the reports out of a datagram. What is encrypted says
// nothing.
func reportsOf(seg *capture.Segment, c *rtcp.Compound) []*Report {
	if c.Encrypted {
		return nil
	}
	var out []*Report
	for i := range c.Packets {
		p := &c.Packets[i]
		add := func(kind rtcp.Kind, about uint32) *Report {
			r := &Report{
				Order: seg.Order, Time: seg.Time, Frame: seg.Frame, Path: seg.Path,
				Kind: kind, Sender: p.Sender, About: about,
			}
			out = append(out, r)
			return r
		}
		if p.Info != nil {
			add(rtcp.SR, p.Sender).MidNTP = p.Info.MidNTP()
		}
		for _, b := range p.Blocks {
			r := add(rtcp.RR, b.SSRC)
			r.Fraction, r.Lost, r.Jitter, r.LSR, r.DLSR = b.FractionLost, b.Lost, b.Jitter, b.LSR, b.DLSR
		}
		for j := range p.Voice {
			add(rtcp.XR, p.Voice[j].SSRC).Voice = &p.Voice[j]
		}
		switch p.Kind {
		case rtcp.PLI, rtcp.FIR, rtcp.NACK:
			for _, ssrc := range p.Media {
				add(p.Kind, ssrc)
			}
		}
	}
	return out
}

// Attach gives the tracks the reports about them. It is called once, with
// everything that all shards have; reports of which no track is known are
// left out.
func Attach(tracks []*Track, reports []*Report) {
	reports = slices.Clone(reports)
	slices.SortStableFunc(reports, func(a, b *Report) int { return compareOrder(a.Order, b.Order) })
	known := make(whereabouts)
	for _, t := range tracks {
		t.reports, t.sender = nil, nil
		known.add(t)
	}
	for _, r := range reports {
		t := known.nearest(r)
		switch {
		case t == nil:
		case r.Kind == rtcp.SR:
			t.sender = append(t.sender, r)
		default:
			t.reports = append(t.reports, r)
		}
	}
}

// A whereabout is where the packets of a source go, with or without one of
// the ports. Test tools send every call with one SSRC between two hosts, so
// looking through all tracks of an SSRC would be quadratic.
type whereabout struct {
	ssrc             uint32
	src, dst         netip.Addr
	srcPort, dstPort int // anyPort: not looked at
}

const anyPort = -1

// whereabouts holds the first track of every whereabout.
type whereabouts map[whereabout]*Track

func (w whereabouts) add(t *Track) {
	src, dst := t.Path.Src, t.Path.Dst
	for _, s := range [2]int{anyPort, int(src.Port())} {
		for _, d := range [2]int{anyPort, int(dst.Port())} {
			at := whereabout{t.SSRC, src.Addr(), dst.Addr(), s, d}
			w[at] = earlier(w[at], t)
		}
	}
}

// nearest returns the track a report speaks about. A source's own report goes
// the way of its packets, others' reports the way back, from the same port
// (RFC 5761) or the next (RFC 3550 §11). The addresses must fit: a proxy
// passes one SSRC on over several hops. Ports chosen freely (RFC 3605) don't
// decide, unless they fit better.
func (w whereabouts) nearest(r *Report) *Track {
	path := r.Path
	if r.Kind != rtcp.SR {
		path = path.Reverse()
	}
	at := func(s, d int) *Track {
		return w[whereabout{r.About, path.Src.Addr(), path.Dst.Addr(), s, d}]
	}
	src, dst := rtpPorts(path.Src.Port()), rtpPorts(path.Dst.Port())
	var both, one *Track
	for _, s := range src {
		one = earlier(one, at(s, anyPort))
		for _, d := range dst {
			both = earlier(both, at(s, d))
		}
	}
	for _, d := range dst {
		one = earlier(one, at(anyPort, d))
	}
	switch {
	case both != nil:
		return both
	case one != nil:
		return one
	}
	return at(anyPort, anyPort)
}

// rtpPorts are the ports of RTP that RTCP from a port may speak about.
func rtpPorts(rtcp uint16) [2]int { return [2]int{int(rtcp), int(rtcp - 1)} }

// earlier is the track that began first; nil is none.
func earlier(a, b *Track) *Track {
	if a == nil || b != nil && compareOrder(b.First, a.First) < 0 {
		return b
	}
	return a
}

// senderSearch is how many sender reports back one is looked for: receivers
// answer the last, or with loss the one before.
const senderSearch = 16

// dlsrUnit is the unit of DLSR in ms. Reporters cut to it, so what is left of
// a round trip below it is nothing but that.
const dlsrUnit = 1000.0 / 65536

// roundTrip is the time from the capture point to the reporter and back, by
// the sender report that a block answers (RFC 3550 §6.4.1), in ms. It is less
// than dlsrUnit, even negative, where the capture was taken beside the
// reporter or the reporter's clock is wrong.
func (t *Track) roundTrip(r *Report) (v float64, ok bool) {
	if r.LSR == 0 {
		return 0, false
	}
	i, _ := slices.BinarySearchFunc(t.sender, r, func(s, r *Report) int { return compareOrder(s.Order, r.Order) })
	for n := 0; n < senderSearch && i > 0; n++ {
		i--
		if t.sender[i].MidNTP == r.LSR {
			return ms(r.Time.Sub(t.sender[i].Time)) - float64(r.DLSR)*dlsrUnit, true
		}
	}
	return 0, false
}

// Reasons for RTCP.RTTNote.
const (
	noteNoAnswer = "no report answers another one seen in the capture"
	noteNoRTT    = "the reporter's own delay is all of the time between the reports: the capture was taken beside it, or its clock is wrong"
)

// roundTrips sums up round trips: a value that could not be measured is left
// out, not taken for 0.
type roundTrips struct {
	spread
	short int // too short to be measured, or negative
}

func (r *roundTrips) add(v float64) {
	if v < dlsrUnit {
		r.short++
		return
	}
	r.spread.add(v)
}

// note says why there is no round trip, or what is not in it.
func (r *roundTrips) note() string {
	switch {
	case r.n == 0 && r.short == 0:
		return noteNoAnswer
	case r.n == 0:
		return noteNoRTT
	case r.short > 0:
		return fmt.Sprintf("%d of %d answers are left out: too short to be measured", r.short, r.n+int64(r.short))
	}
	return ""
}

// xrOf converts a VoIP metrics block; 127 means not available (RFC 3611 §4.7.5).
func xrOf(v *rtcp.Voice) *XR {
	known := func(b uint8, unit float64) *float64 {
		if b == 127 {
			return nil
		}
		f := float64(b) * unit
		return &f
	}
	return &XR{
		LossPercent: float64(v.LossRate) * 100 / 256, DiscardPercent: float64(v.DiscardRate) * 100 / 256,
		RFactor: known(v.RFactor, 1), MOSLQ: known(v.MOSLQ, 0.1), MOSCQ: known(v.MOSCQ, 0.1),
		RoundTripMS: int(v.RoundTrip), EndSystemMS: int(v.EndSystem),
	}
}
