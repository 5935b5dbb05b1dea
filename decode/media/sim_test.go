package media

import (
	"encoding/binary"
	"math"
	"net/netip"
	"slices"
	"time"

	"rung/capture"
)

// A packet is one that arrives at the capture point.
type packet struct {
	at      time.Duration
	seq     uint16
	ts      uint32
	pt      uint8
	marker  bool
	payload []byte
}

var (
	epoch  = capture.Time(1_700_000_000_000_000_000)
	addrA  = netip.MustParseAddrPort("10.0.0.1:20000")
	addrB  = netip.MustParseAddrPort("10.0.0.2:30000")
	pathAB = capture.Path{Transport: capture.UDP, Src: addrA, Dst: addrB}
)

const simSSRC = 0x11111111

// talk is n packets of 20 ms of payload type 8, from seq and ts on.
func talk(n int, at time.Duration, seq uint16, ts uint32) []packet {
	out := make([]packet, n)
	for i := range out {
		out[i] = packet{
			at: at + time.Duration(i)*20*time.Millisecond, seq: seq + uint16(i), ts: ts + uint32(i)*160,
			pt: 8, marker: i == 0, payload: make([]byte, 160),
		}
	}
	return out
}

func (p *packet) bytes(ssrc uint32) []byte {
	b := make([]byte, 12, 12+len(p.payload))
	b[0], b[1] = 0x80, p.pt
	if p.marker {
		b[1] |= 0x80
	}
	binary.BigEndian.PutUint16(b[2:], p.seq)
	binary.BigEndian.PutUint32(b[4:], p.ts)
	binary.BigEndian.PutUint32(b[8:], ssrc)
	return append(b, p.payload...)
}

// segments turns packets, in order of arrival, into what the pipeline feeds.
func segments(list []packet, path capture.Path, ssrc uint32) []capture.Segment {
	out := make([]capture.Segment, len(list))
	for i := range list {
		b := list[i].bytes(ssrc)
		out[i] = capture.Segment{
			Path: path, Order: capture.Order{Index: uint64(i)}, Time: epoch.Add(list[i].at),
			Frame: capture.Frame{Number: int32(i + 1)}, Data: b, IPLen: len(b) + 28, DSCP: 46,
		}
	}
	return out
}

// sorted orders packets by arrival.
func sorted(list []packet) []packet {
	list = slices.Clone(list)
	slices.SortStableFunc(list, func(a, b packet) int { return int(a.at - b.at) })
	return list
}

// play feeds packets and gives the track.
func play(lim Limits, list []packet) *Track {
	t := NewTracker(lim)
	segs := segments(list, pathAB, simSSRC)
	for i := range segs {
		if !t.Feed(&segs[i]) {
			panic("not kept")
		}
	}
	tracks := t.Finish()
	if len(tracks) != 1 {
		panic("not one track")
	}
	return tracks[0]
}

// rfcJitter is RFC 3550 A.8 as it is written, over packets in order of
// arrival, with the clock as a real number instead of a truncated one.
func rfcJitter(list []packet, clock float64) (mean, highest, last float64) {
	var transit, jitter, sum float64
	for i, p := range list {
		arrival := p.at.Seconds() * clock
		now := arrival - float64(p.ts)
		d := now - transit
		transit = now
		if i == 0 {
			continue
		}
		if d < 0 {
			d = -d
		}
		jitter += (1. / 16.) * (d - jitter)
		sum += jitter
		highest = max(highest, jitter)
	}
	unit := 1000 / clock
	if len(list) > 1 {
		mean = sum / float64(len(list)-1) * unit
	}
	return mean, highest * unit, jitter * unit
}

func near(a, b float64) bool { return math.Abs(a-b) < 1e-6 }

// Time is short for the tests' many cuts.
type Time = capture.Time
