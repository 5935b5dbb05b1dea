package tcp

import (
	"net/netip"
	"testing"
	"time"

	"rung/capture"
	"rung/decode"
)

var path = capture.Path{
	Transport: capture.TCP,
	Src:       netip.MustParseAddrPort("10.0.0.1:40000"),
	Dst:       netip.MustParseAddrPort("10.0.0.2:5060"),
}

func frames(numbers ...int32) []capture.Frame {
	var fs []capture.Frame
	for _, n := range numbers {
		fs = append(fs, capture.Frame{Number: n})
	}
	return fs
}

func TestMessage(t *testing.T) {
	const start = capture.Time(1e18)
	for _, test := range []struct {
		rule    string
		event   capture.Event
		after   time.Duration
		frames  []capture.Frame
		joined  bool // the SYN was not seen
		name    string
		summary string
		kind    decode.Kind
	}{
		{"repeated SYNs are counted", capture.EventNoAnswer, 3100 * time.Millisecond, frames(1, 2, 3), false, "SYN, no answer", "3 SYNs in 3.1 s", decode.KindOther},
		{"one SYN has no duration", capture.EventNoAnswer, 0, nil, false, "SYN, no answer", "1 SYN", decode.KindOther},
		{"a refused SYN begins a flow", capture.EventRefused, 400 * time.Microsecond, nil, false, "RST (refused)", "0.4 ms after the SYN", decode.KindOther},
		{"a reset joins its connection", capture.EventReset, 12 * time.Second, nil, false, "RST", "12.0 s after the SYN", ""},
		{"a reset of a connection joined late", capture.EventReset, time.Second, nil, true, "RST", "1.0 s after the first frame seen", ""},
		{"a clock that ran back is not negative", capture.EventReset, -time.Second, nil, false, "RST", "0.0 ms after the SYN", ""},
		{"a FIN joins its connection", capture.EventFinish, time.Second, nil, false, "FIN", "", ""},
		{"a handshake is not drawn", capture.EventOpen, 0, nil, false, "", "", ""},
		{"bytes only are not drawn", 0, 0, nil, false, "", "", ""},
		{"a time-out of rung's own is not drawn", capture.EventTimeout, 0, nil, false, "", "", ""},
		{"the end of the capture is not drawn", capture.EventEndCapture, 0, nil, false, "", "", ""},
	} {
		t.Run(test.rule, func(t *testing.T) {
			c := &decode.Conn{Path: path, Time: start, ID: "c1", Opened: !test.joined}
			seg := &capture.Segment{Path: path, Time: start.Add(test.after), Frame: capture.Frame{Number: 9}, Frames: test.frames, Event: test.event, Copies: 1}
			m := Message(c, decode.Forward, seg)
			if test.name == "" {
				if m != nil {
					t.Fatalf("got %q, want none", m.Name)
				}
				return
			}
			if m.Name != test.name || m.Summary != test.summary || m.Kind != test.kind {
				t.Errorf("got %q, %q, kind %q; want %q, %q, kind %q", m.Name, m.Summary, m.Kind, test.name, test.summary, test.kind)
			}
			if m.Protocol != "tcp" || m.Copies != 2 || m.Time != seg.Time || m.Frame != seg.Frame || m.Path != path {
				t.Errorf("not filled from the segment: %+v", m)
			}
			if len(m.Keys) != 1 || m.Keys[0] != (decode.Key{Kind: "conn", Value: "c1"}) {
				t.Errorf("keys %v", m.Keys)
			}
			if f := m.Facts.Conn; f == nil || f.Event != test.event || f.Conn != "c1" {
				t.Errorf("fact %+v", f)
			}
		})
	}
}

func TestMessageKeepsNoBorrowedFrames(t *testing.T) {
	seg := &capture.Segment{Event: capture.EventNoAnswer, Frames: frames(1, 2)}
	m := Message(&decode.Conn{Path: path}, decode.Forward, seg)
	seg.Frames[0].Number = 99
	if m.Frames[0].Number != 1 {
		t.Error("Frames are shared with the segment")
	}
}

func TestMessageOfAbsentSegmentTakesThePathOfItsDirection(t *testing.T) {
	m := Message(&decode.Conn{Path: path}, decode.Back, &capture.Segment{Event: capture.EventReset})
	if m.Path != path.Reverse() {
		t.Errorf("path %v", m.Path)
	}
}

func BenchmarkMessage(b *testing.B) {
	c := &decode.Conn{Path: path, ID: "c1"}
	seg := &capture.Segment{Path: path, Event: capture.EventFinish}
	b.ReportAllocs()
	for b.Loop() {
		Message(c, decode.Forward, seg)
	}
}
