package reassemble

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"rung/capture"
)

func TestStreams(t *testing.T) {
	for _, r := range []rule{
		{name: "bytes in order are handed on as they come", text: `
-- 1 C>S nonl --
abc
-- 2 S>C nonl --
xyz
-- 3 C>S nonl fin --
def
-- 4 S>C fin --
`, want: `
> 2 of [1 2] open
> 4 start "abc"
< 5 start "xyz"
> 6 "def"
> 6 finish
< 7 finish
--`},
		{name: "out of order in full reverse", text: `
-- 1 C>S nonl split=2 reorder --
abcdefg
`, want: `
> 2 of [1 2] open
> 7 start "ab"
> 6 by 7 "cd"
> 5 by 7 "ef"
> 4 by 7 "g"
--
> 7 end-of-capture`},
		{name: "a retransmission of delivered bytes says nothing", text: `
-- 1 C>S nonl --
abc
-- 1.3 C>S resend --
-- 2 C>S nonl --
def
`, want: `
> 2 of [1 2] open
> 4 start "abc"
> 6 "def"
--
> 6 end-of-capture`},
		{name: "a connection joined in the middle begins where it is", text: `
-- 1 S>C nonl midstream --
abc
-- 2 C>S nonl --
xyz
`, want: `
> 1 "abc"
< 2 "xyz"
--
> 2 end-of-capture`},
		{name: "bytes from before the first packet are refused", text: `
-- 1 C>S nonl midstream split=3 reorder --
abcdef
`, want: `
> 1 "def"
2 refused: before-start
--
> 2 end-of-capture`},
		{name: "a hole the peer acknowledged is skipped after a moment", text: `
-- 1 C>S nonl --
abc
-- 1.1 C>S nonl drop --
lost
-- 1.2 C>S nonl --
def
-- 1.21 S>C nonl --
ok
-- 1.24 S>C nonl --
ok
`, want: `
> 2 of [1 2] open
> 4 start "abc"
< 6 start "ok"
> 5 by 6 gap 4 "def"
< 7 "ok"
--
> 7 end-of-capture`},
		{name: "a hole filled within that moment is none", text: `
-- 1 C>S nonl --
abc
-- 1.1 C>S nonl split=3 reorder --
defghi
-- 1.1 S>C nonl --
ok
-- 2 C>S nonl --
jkl
`, want: `
> 2 of [1 2] open
> 4 start "abc"
> 6 "def"
> 5 by 6 "ghi"
< 7 start "ok"
> 8 "jkl"
--
> 8 end-of-capture`},
		{name: "the first bytes are missing: no start", text: `
-- 1 C>S nonl drop --
abc
-- 2 C>S nonl --
def
`, want: `
> 2 of [1 2] open
--
> 4 gap 3 "def"
> 4 end-of-capture`},
		{name: "one side only: a hole is skipped after a while", text: `
-- 1 C>S nonl midstream --
abc
-- 2 C>S nonl drop --
lost
-- 3 C>S nonl --
def
-- 9 C>S nonl --
ghi
-- 13.5 C>S nonl --
jkl
`, want: `
> 1 "abc"
> 2 by 3 gap 4 "def"
> 3 "ghi"
> 4 "jkl"
--
> 4 end-of-capture`},
		{name: "a hole before the end is told with the finish", text: `
-- 1 C>S nonl --
abc
-- 2 C>S nonl drop --
lost
-- 3 C>S fin --
`, want: `
> 2 of [1 2] open
> 4 start "abc"
--
> 5 gap 4 finish
> 5 end-of-capture`},
		{name: "too many bytes behind a hole: skipped", limits: Limits{Waiting: 5}, text: `
-- 1 C>S nonl --
abc
-- 2 C>S nonl drop --
lost
-- 3 C>S nonl --
def
-- 3.1 C>S nonl --
ghi
`, want: `
> 2 of [1 2] open
> 4 start "abc"
! tcp-waiting-limit
> 5 by 6 gap 4 "def"
> 6 "ghi"
--
> 6 end-of-capture`},
		{name: "too many segments behind a hole: skipped", limits: Limits{WaitingSegments: 1}, text: `
-- 1 C>S nonl drop --
x
-- 3 C>S nonl --
def
-- 3.1 C>S nonl --
ghi
`, want: `
> 2 of [1 2] open
! tcp-waiting-limit
> 4 by 5 gap 1 "def"
> 5 "ghi"
--
> 5 end-of-capture`},
		{name: "bytes cut by the snaplen leave a gap", text: `
-- 1 C>S nonl snaplen=57 --
abcdef
-- 2 C>S nonl --
ghi
-- 3 C>S nonl snaplen=54 --
jkl
-- 4 C>S nonl --
mno
`, want: `
> 2 of [1 2] open
> 4 start cut "abc"
> 5 gap 3 "ghi"
6 refused: cut
> 7 gap 3 "mno"
--
> 7 end-of-capture`},
		{name: "bytes after the end are refused", text: `
-- 1 C>S nonl fin --
abc
-- 2 C>S nonl --
def
`, want: `
> 2 of [1 2] open
> 4 start "abc"
> 4 finish
5 refused: after-fin
--
> 5 end-of-capture`},
	} {
		r.run(t)
	}
}

func TestHandshakes(t *testing.T) {
	for _, r := range []rule{
		{name: "SYN repeated without answer is told once", text: `
-- 0 C>S syn --
-- 1 C>S resend --
-- 3 C>S resend --
-- 7 C>S resend --
-- 15 C>S resend --
-- 20 udp 10.0.0.9:9 > 10.0.0.8:9 --
x
`, want: `
> 4 of [1 2 3 4] no-answer
--`},
		{name: "a young SYN at the end of the capture says nothing", text: `
-- 0 C>S syn --
`, want: `
--
> 1 end-of-capture`},
		{name: "an older SYN at the end was not answered", text: `
-- 0 C>S syn --
-- 1.5 udp 10.0.0.9:9 > 10.0.0.8:9 --
x
`, want: `
--
> 1 no-answer`},
		{name: "SYN answered by RST is refused", text: `
-- 0 C>S syn --
-- 0.1 S>C rst --
`, want: `
< 2 refused
--`},
		{name: "a client that resets its own SYN was not refused", text: `
-- 0 C>S syn --
-- 0.1 C>S rst --
`, want: `
> 2 reset
--`},
		{name: "the answer alone tells who is the client", text: `
-- 0 C>S syn drop --
-- 0.1 S>C synack --
-- 1 C>S nonl --
abc
`, want: `
> 1 open
> 2 start "abc"
--
> 2 end-of-capture`},
		{name: "the answer is not in the capture, the bytes after it are", text: `
-- 0 C>S syn --
-- 0.1 S>C synack drop --
-- 1 C>S nonl --
abc
`, want: `
> 2 of [1 2] open
> 2 start "abc"
--
> 2 end-of-capture`},
		{name: "a late answer opens the connection after all", text: `
-- 0 C>S syn --
-- 6 S>C synack --
-- 7 C>S nonl --
abc
`, want: `
> 1 no-answer
> 2 of [1 2] open
> 3 start "abc"
--
> 3 end-of-capture`},
		{name: "RST ends what waits", text: `
-- 1 C>S nonl --
abc
-- 2 C>S nonl drop --
lost
-- 3 C>S nonl --
def
-- 4 S>C rst --
`, want: `
> 2 of [1 2] open
> 4 start "abc"
> 5 by 6 gap 4 "def"
< 6 reset
--`},
		{name: "RST after both ends finished says nothing new", text: `
-- 1 C>S nonl fin --
abc
-- 1.1 S>C nonl fin --
xyz
-- 1.2 C>S rst --
`, want: `
> 2 of [1 2] open
> 4 start "abc"
> 4 finish
< 5 start "xyz"
< 5 finish
--`},
		{name: "a new SYN on the same ports is a new connection", text: `
-- 1 C>S nonl --
abc
-- 2 C>S rst --
-- 3 C>S nonl --
def
`, want: `
> 2 of [1 2] open
> 4 start "abc"
> 5 reset
> 7 of [6 7] open
> 9 start "def"
--
> 9 end-of-capture`},
		{name: "too many connections: the least recently used one ends", limits: Limits{Conns: 1}, text: `
-- 1 C>S nonl midstream --
abc
-- 2 tcp 10.0.0.3:1 > 10.0.0.2:2 nonl midstream --
def
`, want: `
> 1 "abc"
! tcp-connection-limit
> 1 timeout
> 2 "def"
--
> 2 end-of-capture`},
		{name: "an idle connection ends", limits: Limits{Idle: time.Second}, text: `
-- 1 C>S nonl midstream --
abc
-- 2.5 tcp 10.0.0.3:1 > 10.0.0.2:2 nonl midstream --
def
`, want: `
> 1 "abc"
> 1 timeout
> 2 "def"
--
> 2 end-of-capture`},
		{name: "connections end in the order they began", text: `
-- 1 tcp 10.0.0.9:1 > 10.0.0.2:2 nonl midstream --
abc
-- 2 tcp 10.0.0.3:1 > 10.0.0.2:2 nonl midstream --
def
-- 3 tcp 10.0.0.5:1 > 10.0.0.2:2 nonl midstream --
ghi
-- 4 tcp 10.0.0.9:1 > 10.0.0.2:2 nonl --
jkl
`, want: `
> 1 "abc"
> 2 "def"
> 3 "ghi"
> 4 "jkl"
--
> 4 end-of-capture
> 2 end-of-capture
> 3 end-of-capture`},
	} {
		r.run(t)
	}
}

// The clock is set back by an hour in the middle of a connection: times follow
// it, and holes are skipped as before.
func TestAClockThatIsSetBack(t *testing.T) {
	h := newHarness(t, Limits{})
	const hour = 3600
	segs := []seg{
		{seq: 0, data: "a", at: 2 * hour},
		{seq: 5, data: "b", at: 2*hour + 1},                        // behind a hole
		{seq: 6, data: "c", at: hour + 2},                          // set back
		{seq: 7, data: "d", at: hour + 13},                         // old enough to be skipped
		{seq: 20, data: "e", at: hour + 14},                        // another hole
		{back: true, seq: 9, flags: ACK, ack: 21, at: hour + 14.1}, // acknowledged
		{seq: 21, data: "f", at: hour + 14.2},
	}
	var times []capture.Time
	emit := h.tcp.emit
	h.tcp.emit = func(c *Conn, dir int, s *capture.Segment) {
		times = append(times, s.Time/1e9-hour)
		emit(c, dir, s)
	}
	h.segs(segs)
	h.close()
	want := `> 1 "a"
> 2 by 4 gap 4 "b"
> 3 by 4 "c"
> 4 "d"
> 5 by 7 gap 12 "e"
> 7 "f"
> 7 end-of-capture`
	if got := strings.Join(h.log, "\n"); got != want {
		t.Errorf("got:\n%s\nwant:\n%s", got, want)
	}
	if got, want := fmt.Sprint(times), "[3600 13 13 13 14 14 14]"; got != want {
		t.Errorf("times %s, want %s", got, want)
	}
}
