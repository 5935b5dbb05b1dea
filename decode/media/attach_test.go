package media

import (
	"fmt"
	"math/rand/v2"
	"net/netip"
	"testing"

	"rung/capture"
	"rung/decode/rtcp"
)

// slowNearest looks at every track: the rule of nearest in its plainest form.
func slowNearest(tracks []*Track, r *Report) *Track {
	path := r.Path
	if r.Kind != rtcp.SR {
		path = path.Reverse()
	}
	fits := func(rtp, rtcp uint16) int {
		if rtp == rtcp || rtp+1 == rtcp {
			return 1
		}
		return 0
	}
	var best *Track
	most := -1
	for _, t := range tracks {
		if t.SSRC != r.About || t.Path.Src.Addr() != path.Src.Addr() || t.Path.Dst.Addr() != path.Dst.Addr() {
			continue
		}
		fit := fits(t.Path.Src.Port(), path.Src.Port()) + fits(t.Path.Dst.Port(), path.Dst.Port())
		if fit > most || (fit == most && compareOrder(t.First, best.First) < 0) {
			best, most = t, fit
		}
	}
	return best
}

// Reports find the same track as by looking at every one, whatever the ports.
func TestReportsFindTheNearestOfManyTracks(t *testing.T) {
	rng := rand.New(rand.NewPCG(4, 2))
	ports := []uint16{0, 1, 2, 4000, 4001, 4002, 65534, 65535}
	socket := func() netip.AddrPort {
		return netip.AddrPortFrom(netip.AddrFrom4([4]byte{10, 0, 0, byte(rng.IntN(2))}), ports[rng.IntN(len(ports))])
	}
	path := func() capture.Path {
		return capture.Path{Transport: capture.UDP, Src: socket(), Dst: socket()}
	}
	found := 0
	for range 300 {
		var tracks []*Track
		seen := make(map[trackKey]bool)
		for i := range 12 {
			key := trackKey{path(), uint32(rng.IntN(2))}
			if seen[key] {
				continue
			}
			seen[key] = true
			tracks = append(tracks, &Track{Path: key.path, SSRC: key.ssrc, First: capture.Order{Index: uint64(i)}})
		}
		known := make(whereabouts)
		for _, tr := range tracks {
			known.add(tr)
		}
		for range 30 {
			r := &Report{Path: path(), About: uint32(rng.IntN(2)), Kind: []rtcp.Kind{rtcp.SR, rtcp.RR}[rng.IntN(2)]}
			want := slowNearest(tracks, r)
			if got := known.nearest(r); got != want {
				t.Fatalf("%v about %d at %v: got %+v, want %+v", r.Kind, r.About, r.Path, got, want)
			}
			if want != nil {
				found++
			}
		}
	}
	if found < 1000 {
		t.Errorf("only %d reports found a track: the test is blind", found)
	}
}

// A load test: every call with the same SSRC between the same hosts.
func BenchmarkAttachOneSSRC(b *testing.B) {
	for _, n := range []int{1000, 10000} {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			var tracks []*Track
			var reports []*Report
			src, dst := netip.MustParseAddr("10.0.0.1"), netip.MustParseAddr("10.0.0.2")
			for i := range n {
				p := capture.Path{
					Transport: capture.UDP,
					Src:       netip.AddrPortFrom(src, uint16(10000+2*i)), Dst: netip.AddrPortFrom(dst, uint16(20000+2*i)),
				}
				tracks = append(tracks, &Track{Path: p, SSRC: 7, First: capture.Order{Index: uint64(i)}})
				reports = append(reports, &Report{Path: p.Reverse(), About: 7, Kind: rtcp.RR, Order: capture.Order{Index: uint64(i)}})
			}
			b.ReportAllocs()
			for b.Loop() {
				Attach(tracks, reports)
			}
		})
	}
}
