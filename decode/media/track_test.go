package media

import (
	"net/netip"
	"testing"

	"rung/capture"
)

// Frames of joined IP fragments are all counted, so that an account of frames
// by track comes out even.
func TestTracksCountTheFramesOfFragments(t *testing.T) {
	tracker := NewTracker(Limits{})
	path := capture.Path{
		Transport: capture.UDP,
		Src:       netip.MustParseAddrPort("10.0.0.1:4000"), Dst: netip.MustParseAddrPort("10.0.0.2:6000"),
	}
	for i := range 5 {
		p := packet{seq: uint16(i), ts: uint32(i) * 3000, payload: make([]byte, 20)}
		seg := datagram(i, path, p.bytes(7))
		if i < 3 {
			seg.Frames = []capture.Frame{{Number: int32(10 * i)}, {Number: int32(10*i + 1)}}
		}
		if !tracker.Feed(seg) {
			t.Fatal("not kept")
		}
	}
	tr := tracker.Finish()[0]
	if tr.Packets != 5 || tr.Frames != 8 {
		t.Errorf("got %d packets in %d frames, want 5 in 8", tr.Packets, tr.Frames)
	}
}
