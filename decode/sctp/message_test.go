package sctp

import (
	"net/netip"
	"testing"
	"time"

	"rung/capture"
	"rung/decode"
)

func TestMessage(t *testing.T) {
	const start = capture.Time(1e18)
	path := capture.Path{Transport: capture.SCTP,
		Src: netip.MustParseAddrPort("10.0.0.1:5060"), Dst: netip.MustParseAddrPort("10.0.0.2:5060")}
	for _, tc := range []struct {
		rule          string
		event         capture.Event
		after         time.Duration
		frames        []capture.Frame
		name, summary string
	}{
		{"one INIT has no duration", capture.EventNoAnswer, 0, nil, "INIT, no answer", "1 INIT"},
		{"repeated INITs are counted", capture.EventNoAnswer, 3 * time.Second, []capture.Frame{{Number: 1}, {Number: 2}}, "INIT, no answer", "2 INITs in 3.0 s"},
		{"an ABORT refuses", capture.EventRefused, 400 * time.Microsecond, nil, "ABORT (refused)", "0.4 ms after the INIT"},
		{"a clock that ran back is not negative", capture.EventRefused, -time.Second, nil, "ABORT (refused)", "0.0 ms after the INIT"},
		{"an association that comes up is not drawn", capture.EventOpen, 0, nil, "", ""},
		{"bytes only are not drawn", 0, 0, nil, "", ""},
	} {
		t.Run(tc.rule, func(t *testing.T) {
			seg := &capture.Segment{Path: path, Time: start.Add(tc.after), Frame: capture.Frame{Number: 2}, Frames: tc.frames, Event: tc.event}
			m := Message(&decode.Conn{Path: path, Time: start, ID: "a1"}, seg)
			if tc.name == "" {
				if m != nil {
					t.Fatalf("got %q, want none", m.Name)
				}
				return
			}
			if m.Name != tc.name || m.Summary != tc.summary || m.Kind != decode.KindOther || m.Path != path || m.Copies != 1 {
				t.Errorf("got %+v", m)
			}
			if f := m.Facts.Conn; f == nil || f.Event != tc.event || f.Conn != "a1" {
				t.Errorf("fact %+v", f)
			}
			if len(tc.frames) > 1 {
				tc.frames[0].Number = 99
				if m.Frames[0].Number == 99 {
					t.Error("Frames are shared with the segment")
				}
			}
		})
	}
}
