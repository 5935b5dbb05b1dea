package reassemble

import (
	"net/netip"
	"strings"
	"testing"

	"rung/capture"
	"rung/capture/wire"
)

// A seg is a packet from client to server, written down by hand.
type seg struct {
	seq   uint32
	data  string
	flags uint8
	ack   uint32
	back  bool
	at    float64 // seconds
	cut   int     // bytes the snaplen cut off
}

var testPath = capture.Path{
	Transport: capture.TCP,
	Src:       netip.MustParseAddrPort("10.0.0.1:40000"),
	Dst:       netip.MustParseAddrPort("10.0.0.2:5060"),
}

func (h *harness) segs(segs []seg) {
	for i, s := range segs {
		p := capture.Packet{Frame: capture.Frame{Number: int32(i + 1)}, Index: uint64(i), Time: capture.Time(s.at * 1e9), Offset: -1}
		g := wire.Datagram{Path: testPath, Payload: []byte(s.data), PayloadLen: len(s.data) + s.cut, PayloadOff: -1, Cut: s.cut > 0}
		g.TCP = wire.TCPHeader{Seq: s.seq, Ack: s.ack, Flags: s.flags}
		if s.back {
			g.Path = testPath.Reverse()
		}
		d := h.tcp.Feed(capture.Order{Index: p.Index}, &p, &g, nil)
		if d.Kind == Kept {
			h.kept = append(h.kept, p.Frame)
		}
		if d.Kind == Refused {
			h.log = append(h.log, p.Frame.String()+" refused: "+d.Reason)
		}
		clear(g.Payload)
	}
}

func TestOverlaps(t *testing.T) {
	for name, tt := range map[string]struct {
		segs []seg
		want string
	}{
		"the new end of a retransmission is handed on": {
			[]seg{{seq: 0, data: "abc"}, {seq: 1, data: "bcde"}},
			`> 1 "abc"
			> 2 "de"`},
		"first bytes win over later ones": {
			[]seg{{seq: 0, data: "abc"}, {seq: 1, data: "XXde"}},
			`> 1 "abc"
			> 2 "de"`},
		"bytes that wait win over later ones": {
			[]seg{{seq: 0, data: "a"}, {seq: 3, data: "de"}, {seq: 1, data: "bcXX"}},
			`> 1 "a"
			! tcp-overlap-differs
			> 3 of [2 3] "bcde"`},
		"a segment that goes around a waiting one comes out whole": {
			[]seg{{seq: 0, data: "a"}, {seq: 3, data: "de"}, {seq: 1, data: "bcdefg"}},
			`> 1 "a"
			> 3 of [2 3] "bcdefg"`},
		"around two, while waiting itself": {
			[]seg{{seq: 0, data: "a"}, {seq: 4, data: "E"}, {seq: 6, data: "G"}, {seq: 3, data: "defgh"}, {seq: 1, data: "bc"}},
			`> 1 "a"
			! tcp-overlap-differs
			! tcp-overlap-differs
			> 5 "bc"
			> 4 of [2 3 4] by 5 "dEfGh"`},
		"its tail is left to the one that goes on behind it": {
			[]seg{{seq: 0, data: "a"}, {seq: 3, data: "def"}, {seq: 1, data: "bcd"}},
			`> 1 "a"
			> 3 "bc"
			> 2 by 3 "def"`},
		"its head to the one that covers it": {
			[]seg{{seq: 0, data: "a"}, {seq: 2, data: "cd"}, {seq: 3, data: "def"}, {seq: 1, data: "b"}},
			`> 1 "a"
			> 4 "b"
			> 2 by 4 "cd"
			> 3 by 4 "ef"`},
		"covered by a waiting one: nothing new": {
			[]seg{{seq: 0, data: "a"}, {seq: 2, data: "cdef"}, {seq: 3, data: "de"}, {seq: 1, data: "b"}},
			`> 1 "a"
			> 4 "b"
			> 2 by 4 "cdef"`},
		"sequence numbers wrap": {
			[]seg{{seq: 0xFFFFFFFE, data: "ab"}, {seq: 2, data: "ef"}, {seq: 0, data: "cd"}, {seq: 0xFFFFFFFF, data: "bcdefg"}},
			`> 1 "ab"
			> 3 "cd"
			> 2 by 3 "ef"
			> 4 "g"`},
		"a keep-alive with a byte says nothing": {
			[]seg{{seq: 10, data: "abc"}, {seq: 12, data: "?"}, {seq: 13, data: "d"}},
			`> 1 "abc"
			> 3 "d"`},
		"a wild segment doesn't stop the stream while the peer acknowledges it": {
			[]seg{{seq: 0, data: "a"}, {seq: 0x30000000, data: "wild"}, {seq: 1, data: "b", at: 5},
				{back: true, flags: wire.ACK, ack: 2, seq: 7, at: 10}, {seq: 2, data: "c", at: 14}, {seq: 3, data: "d", at: 18}},
			`> 1 "a"
			> 3 "b"
			> 5 "c"
			> 6 "d"
			> 2 by 6 gap 805306364 "wild"`},
		"far ahead after a long hole": {
			[]seg{{seq: 0, data: "a"}, {seq: 0x90000000, data: "b"}},
			`> 1 "a"
			> 2 gap 2415919103 "b"`},
		"a cut segment doesn't reach beyond what waits": {
			[]seg{{seq: 0, data: "a"}, {seq: 4, data: "e"}, {seq: 1, data: "b", cut: 5}, {seq: 7, data: "h"}},
			`> 1 "a"
			> 3 cut "b"
			> 2 by 3 gap 2 "e"
			> 4 gap 2 "h"`},
	} {
		t.Run(name, func(t *testing.T) {
			h := newHarness(t, Limits{})
			h.segs(tt.segs)
			h.close()
			last := h.log[len(h.log)-1]
			if !strings.Contains(last, "end-of-capture") {
				t.Errorf("last line %q", last)
			}
			got := strings.Join(h.log[:len(h.log)-1], "\n")
			if want := strings.ReplaceAll(tt.want, "\t", ""); got != want {
				t.Errorf("got:\n%s\nwant:\n%s", got, want)
			}
		})
	}
}

func TestOnlyARstThatAnswersTheSynRefuses(t *testing.T) {
	h := newHarness(t, Limits{})
	h.segs([]seg{
		{seq: 100, flags: SYN},
		{seq: 0, flags: RST | ACK, ack: 50, back: true},
		{seq: 900, flags: SYN | ACK, ack: 50, back: true},
		{seq: 0, flags: RST | ACK, ack: 101, back: true},
		{seq: 0, flags: RST | ACK, ack: 101, back: true},
	})
	h.close()
	if got, want := strings.Join(h.log, "\n"), "< 4 refused"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

func TestBytesAfterARstGoOn(t *testing.T) {
	h := newHarness(t, Limits{})
	h.segs([]seg{
		{seq: 1, data: "a"},
		{seq: 9, flags: RST, back: true},
		{seq: 2, data: "b"},
	})
	h.close()
	want := "> 1 \"a\"\n< 2 reset\n> 3 \"b\"\n> 3 end-of-capture"
	if got := strings.Join(h.log, "\n"); got != want {
		t.Errorf("got:\n%s\nwant:\n%s", got, want)
	}
}

func TestRawPointsIntoThePlainFile(t *testing.T) {
	var raws []capture.Raw
	tcp := NewTCP(Limits{}, func(_ *Conn, _ int, s *capture.Segment) {
		if len(s.Data) > 0 {
			raws = append(raws, s.Raw)
		}
	})
	for i, seq := range []uint32{1, 5, 2} { // the last one overlaps both
		p := capture.Packet{Frame: capture.Frame{File: 2, Number: int32(i + 1)}, Index: uint64(i), Offset: int64(1000 * (i + 1))}
		g := wire.Datagram{Path: testPath, Payload: []byte("abcd"), PayloadLen: 4, PayloadOff: 54}
		g.TCP.Seq = seq
		tcp.Feed(capture.Order{Index: p.Index}, &p, &g, nil)
	}
	want := []capture.Raw{{Store: 3, Len: 4, Off: 1054}, {Store: 3, Len: 4, Off: 2054}}
	if len(raws) != 2 || raws[0] != want[0] || raws[1] != want[1] {
		t.Errorf("got %v, want %v", raws, want)
	}
}

func TestTotalWaitingIsBounded(t *testing.T) {
	h := newHarness(t, Limits{TotalWaiting: 100})
	for i := range 50 {
		p := capture.Packet{Frame: capture.Frame{Number: int32(i + 1)}, Index: uint64(i), Offset: -1}
		g := wire.Datagram{Path: testPath, Payload: []byte("0123456789"), PayloadLen: 10, PayloadOff: -1}
		g.Path.Src = netip.AddrPortFrom(g.Path.Src.Addr(), uint16(i%7))
		g.TCP.Seq = uint32(i * 20)
		if d := h.tcp.Feed(capture.Order{Index: p.Index}, &p, &g, nil); d.Kind == Kept {
			h.kept = append(h.kept, p.Frame)
		}
		if h.tcp.total > 100 {
			t.Fatalf("%d bytes wait", h.tcp.total)
		}
	}
	h.close()
}
