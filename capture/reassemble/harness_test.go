package reassemble

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"rung/capture"
	"rung/capture/capturetest"
	"rung/capture/wire"
)

// A harness feeds readable captures to a TCP and writes down what comes out.
type harness struct {
	t    testing.TB
	tcp  *TCP
	wire wire.Decoder
	log  []string

	kept  []capture.Frame // frames of packets with disposition Kept
	given []capture.Frame // frames of segments with bytes
	last  map[*Conn]capture.Order
	seen  map[capture.Order]bool
}

func newHarness(t testing.TB, limits Limits) *harness {
	h := &harness{t: t, last: make(map[*Conn]capture.Order), seen: make(map[capture.Order]bool)}
	h.tcp = NewTCP(limits, h.emit)
	h.tcp.Report = func(d capture.Diagnostic) { h.log = append(h.log, "! "+d.Code) }
	return h
}

func (h *harness) emit(c *Conn, dir int, s *capture.Segment) {
	if s.Order.Less(h.last[c]) {
		h.t.Errorf("order goes back: %v after %v", s.Order, h.last[c])
	}
	h.last[c] = s.Order
	if h.seen[s.Order] {
		h.t.Errorf("two segments with order %v", s.Order)
	}
	h.seen[s.Order] = true
	if s.Path != c.path(dir) {
		h.t.Errorf("path %v in direction %d of %v", s.Path, dir, c.Path)
	}
	line := fmt.Sprintf("%c %s", "><"[dir], s.Frame)
	if len(s.Frames) > 0 {
		line = fmt.Sprintf("%c %v of %v", "><"[dir], s.Frame, s.Frames)
	}
	if s.Order.Index != uint64(s.Frame.Number-1) {
		line += fmt.Sprintf(" by %d", s.Order.Index+1)
	}
	if s.Start {
		line += " start"
	}
	if s.Gap != 0 {
		line += fmt.Sprintf(" gap %d", s.Gap)
	}
	if s.Cut {
		line += " cut"
	}
	if s.Event != 0 {
		line += " " + s.Event.String()
	}
	if len(s.Data) > 0 {
		line += fmt.Sprintf(" %q", s.Data)
		h.given = append(h.given, s.AllFrames()...)
	}
	if (s.Event != 0) == (len(s.Data) > 0) {
		h.t.Errorf("%s: want either bytes or an event", line)
	}
	h.log = append(h.log, line)
}

// feed gives packets to the TCP and wipes their bytes afterwards.
func (h *harness) feed(packets []capture.Packet) {
	var g wire.Datagram
	for i := range packets {
		p := &packets[i]
		h.tcp.Advance(p.Time)
		h.wire.Decode(p, &g)
		if g.Path.Transport != capture.TCP {
			continue // only to let time pass
		}
		d := h.tcp.Feed(capture.Order{Index: p.Index}, p, &g, nil)
		switch d.Kind {
		case Kept:
			h.kept = append(h.kept, p.Frame)
		case Refused:
			h.log = append(h.log, fmt.Sprintf("%s refused: %s", p.Frame, d.Reason))
		case TransportOnly:
		default:
			h.t.Errorf("%s: no disposition", p.Frame)
		}
		clear(g.Payload)
	}
}

// close ends the capture; every packet kept must have come out once.
func (h *harness) close() {
	h.tcp.Close()
	byNumber := func(a, b capture.Frame) int { return int(a.Number - b.Number) }
	slices.SortFunc(h.given, byNumber)
	if !slices.Equal(h.kept, h.given) {
		h.t.Errorf("kept %v, came out %v", h.kept, h.given)
	}
	if h.tcp.total != 0 || len(h.tcp.conns) != 0 || len(h.tcp.timers) != 0 {
		h.t.Errorf("left over: %d bytes, %d connections, %d timers", h.tcp.total, len(h.tcp.conns), len(h.tcp.timers))
	}
}

// run returns the log of a whole capture.
func run(t testing.TB, text string, limits Limits) string {
	t.Helper()
	// "client" and "server" make the tables readable.
	text = strings.NewReplacer("C>S", "tcp 10.0.0.1:40000 > 10.0.0.2:5060", "S>C", "tcp 10.0.0.2:5060 > 10.0.0.1:40000").Replace(text)
	h := newHarness(t, limits)
	h.feed(capturetest.Packets(t, text))
	h.log = append(h.log, "--")
	h.close()
	return strings.Join(h.log, "\n")
}

type rule struct {
	name, text, want string
	limits           Limits
}

func (r rule) run(t *testing.T) {
	t.Run(r.name, func(t *testing.T) {
		got := run(t, r.text, r.limits)
		want := strings.ReplaceAll(strings.TrimSpace(r.want), "\t", "")
		if got != want {
			t.Errorf("got:\n%s\nwant:\n%s", got, want)
		}
	})
}
