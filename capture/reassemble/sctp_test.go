package reassemble

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"rung/capture"
	"rung/capture/capturetest"
	"rung/capture/wire"
)

// An sctpHarness feeds readable captures to an SCTP and writes down what comes
// out.
type sctpHarness struct {
	t     testing.TB
	sctp  *SCTP
	log   []string
	fed   int
	fates map[capture.Frame]string
	seen  map[capture.Order]bool
}

func newSCTPHarness(t testing.TB, limits SCTPLimits) *sctpHarness {
	h := &sctpHarness{t: t, fates: make(map[capture.Frame]string), seen: make(map[capture.Order]bool)}
	h.sctp = NewSCTP(limits, h.read, h.count)
	h.sctp.Report = func(d capture.Diagnostic) {
		line := "! " + d.Code
		if d.Damage {
			line += " damage"
		}
		h.log = append(h.log, line)
	}
	h.sctp.Failed = func(a *SCTPAttempt, seg *capture.Segment) {
		h.log = append(h.log, fmt.Sprintf("? %s %v of %v", seg.Event, seg.Frame, a.Frames))
	}
	return h
}

// read takes messages of payload protocol 3 as another's.
func (h *sctpHarness) read(m *SCTPMessage) (capture.Fate, string) {
	s := &m.Segment
	if h.seen[s.Order] {
		h.t.Errorf("two messages with order %v", s.Order)
	}
	h.seen[s.Order] = true
	line := fmt.Sprintf("%v", s.AllFrames())
	if s.Path.Src.Addr().String() != "10.0.0.1" {
		line += " from " + s.Path.Src.Addr().String()
	}
	if m.Stream != 0 {
		line += fmt.Sprintf(" stream %d", m.Stream)
	}
	if s.Cut {
		line += " cut"
	}
	if m.Incomplete {
		line += " incomplete"
	}
	h.log = append(h.log, line+fmt.Sprintf(" %q", s.Data))
	switch {
	case m.PPID == 3:
		return capture.FateOther, "m3ua"
	case m.Incomplete && len(s.Data) == 0:
		return capture.FateUndecoded, "incomplete"
	}
	return capture.FateDecoded, ""
}

func (h *sctpHarness) count(fate capture.Fate, name string, f capture.Frame, _ uint64) {
	if _, twice := h.fates[f]; twice {
		h.t.Errorf("frame %v counted twice", f)
	}
	h.fates[f] = map[capture.Fate]string{
		capture.FateDecoded: "d", capture.FateUndecoded: "u", capture.FateOther: "o", capture.FateTransportOnly: "t",
	}[fate]
}

func (h *sctpHarness) feed(packets []capture.Packet) {
	var dec wire.Decoder
	var g wire.Datagram
	for i := range packets {
		p := &packets[i]
		h.sctp.Advance(p.Time)
		dec.Decode(p, &g)
		if g.Path.Transport != capture.SCTP || g.Fate != 0 {
			continue // only to let time pass
		}
		h.fed++
		h.sctp.Feed(capture.Order{Index: p.Index}, p, &g, nil)
		clear(g.Payload)
	}
}

// close ends the capture; every packet must have been counted once.
func (h *sctpHarness) close() {
	s := h.sctp
	s.Close()
	if len(h.fates) != h.fed {
		h.t.Errorf("%d frames fed, %d counted", h.fed, len(h.fates))
	}
	if s.total != 0 || len(s.senders) != 0 || len(s.paths) != 0 || s.lru.Len() != 0 || s.trouble.Len() != 0 ||
		len(s.attempts.all) != 0 || s.attempts.waiting.Len() != 0 || s.attempts.failed.Len() != 0 {
		h.t.Errorf("left over: %d bytes, %d senders, %d paths, %d in trouble, %d attempts",
			s.total, len(s.senders), len(s.paths), s.trouble.Len(), len(s.attempts.all))
	}
}

// fateLine lists the fates of frames 1 to n, "." for one that is not SCTP.
func (h *sctpHarness) fateLine(n int) string {
	var b strings.Builder
	for i := range n {
		f := h.fates[capture.Frame{Number: int32(i + 1)}]
		if f == "" {
			f = "."
		}
		b.WriteString(f)
	}
	return b.String()
}

func TestSCTP(t *testing.T) {
	for _, tc := range []struct {
		name, text, want, fates string
		limits                  SCTPLimits
	}{
		{"a handshake and a message", "-- 0 C>S --\nhello\n", `[5] "hello\r\n" --`, "ttttd", SCTPLimits{}},
		{"fragments in a packet each", "-- 0 C>S midstream chunk=3 --\nhello\n", `[1 2 3] "hello\r\n" --`, "ddd", SCTPLimits{}},
		{"fragments in one packet", "-- 0 C>S midstream chunk=3 bundle --\nhello\n", `[1] "hello\r\n" --`, "d", SCTPLimits{}},
		{"the first is the last to come", "-- 0 C>S midstream chunk=3 reorder --\nhello\n", `[1 2 3] "hello\r\n" --`, "ddd", SCTPLimits{}},
		{"TSNs wrap within a message", "-- 0 C>S midstream chunk=1 --\nhello\n", `[1 2 3 4 5 6 7] "hello\r\n" --`, "ddddddd", SCTPLimits{}},
		{"messages bundled in one packet", "-- 0 C>S midstream hold --\none\n-- 0 C>S hold stream=4 --\ntwo\n-- 0 C>S --\nthree\n",
			`[1] "one\r\n" [1] stream 4 "two\r\n" [1] "three\r\n" --`, "d", SCTPLimits{}},
		{"an unordered message waits for none before it", "-- 0 C>S midstream --\none\n-- 1 C>S chunk=3 lose=2 --\ntwotwo\n-- 2 C>S unordered chunk=4 --\nthree\n",
			`[1] "one\r\n" [4 5] "three\r\n" | [2] cut incomplete "two" [3] incomplete "" ! sctp-hole damage --`, "ddudd", SCTPLimits{}},
		{"an ordered one neither: a spectator gains nothing", "-- 0 C>S midstream --\none\n-- 1 C>S lose=1 --\nlost\n-- 2 C>S --\nthree\n",
			`[1] "one\r\n" [2] "three\r\n" | ! sctp-hole damage --`, "dd", SCTPLimits{}},
		{"a repeated message is counted once", "-- 0 C>S midstream --\none\n-- 1 C>S resend --\n", `[1] "one\r\n" --`, "dt", SCTPLimits{}},
		{"repeated fragments, too", "-- 0 C>S midstream chunk=2 lose=2 --\nhello\n-- 1 C>S resend --\n", `[1 2 3 5] "hello\r\n" --`, "dddtdtt", SCTPLimits{}},
		{"what was missing may come as late as it likes before it is given up",
			"-- 0 C>S midstream chunk=3 lose=2 --\nhello\n-- 9 C>S resend --\n", `[1 2 4] "hello\r\n" --`, "ddtdt", SCTPLimits{}},
		{"and comes out alone after that", "-- 0 C>S midstream --\nbefore\n-- 0 C>S lose=1 --\nlate\n-- 0.1 C>S --\nnext\n-- 11 udp 10.0.0.1:9 > 10.0.0.2:9 --\n-- 12 S>C sack=0 --\n",
			`[1] "before\r\n" [2] "next\r\n" ! sctp-hole damage --`, "dd.t", SCTPLimits{}},
		{"a hole that the peer acknowledged is given up soon",
			"-- 0 C>S --\none\n-- 1 C>S chunk=3 lose=2 --\ntwotwo\n-- 1.1 S>C sack --\n-- 1.2 S>C heartbeat --\n",
			`[5] "one\r\n" [6] cut incomplete "two" [7] incomplete "" ! sctp-hole damage --`, "ttttddutt", SCTPLimits{}},
		{"the end of a message, too", "-- 0 C>S chunk=3 lose=3 --\ntwotwo\n-- 0.1 S>C sack --\n-- 1 C>S heartbeat --\n",
			`[5 6] cut incomplete "twotwo" ! sctp-hole damage --`, "ttttddtt", SCTPLimits{}},
		{"and a message of which nothing came", "-- 0 C>S --\none\n-- 0 C>S lose=1 --\ntwo\n-- 0.1 S>C sack --\n-- 0.2 C>S lose=1 --\nthree\n-- 0.3 S>C sack --\n-- 1 C>S --\nfour\n",
			`[5] "one\r\n" ! sctp-hole damage ! sctp-hole damage [8] "four\r\n" --`, "ttttdttd", SCTPLimits{}},
		{"a SACK that overtook its chunk is no hole", "-- 0 C>S midstream --\none\n-- 0.001 C>S hold --\ntwo\n-- 0.001 S>C sack --\n-- 0.002 C>S heartbeat --\n-- 1 S>C sack --\n",
			`[1] "one\r\n" [3] "two\r\n" --`, "dtdt", SCTPLimits{}},
		{"one that the peer misses, too, is waited for",
			"-- 0 C>S chunk=3 lose=2 --\ntwotwo\n-- 1.1 S>C sack=0 --\n-- 15 S>C sack=0 --\n-- 16 C>S resend --\n",
			`[5 6 10] "twotwo\r\n" --`, "ttttddtttdt", SCTPLimits{}},
		{"and is not the capture's damage", "-- 0 C>S chunk=3 lose=2 --\ntwotwo\n-- 1.1 S>C sack=0 --\n",
			`| [5] cut incomplete "two" [6] incomplete "" ! sctp-hole --`, "ttttdut", SCTPLimits{}},
		{"without a word from the peer it is given up in time",
			"-- 0 C>S midstream chunk=3 lose=2 --\ntwotwo\n-- 11 udp 10.0.0.1:9 > 10.0.0.2:9 --\n",
			`[1] cut incomplete "two" [2] incomplete "" ! sctp-hole damage --`, "du.", SCTPLimits{}},
		{"what the sender gives up is no hole", "-- 0 C>S midstream --\none\n-- 1 C>S chunk=3 lose=2 --\ntwotwo\n-- 2 C>S forward --\n-- 3 C>S --\nthree\n",
			`[1] "one\r\n" [2] cut incomplete "two" [3] incomplete "" [5] "three\r\n" --`, "ddutd", SCTPLimits{}},
		{"joined within a message", "-- 0 C>S midstream chunk=3 lose=1 --\nhello\n-- 1 C>S --\nnext\n",
			`[3] "next\r\n" | [1 2] incomplete "" --`, "uud", SCTPLimits{}},
		{"the end of a message is missing", "-- 0 C>S midstream chunk=3 lose=3 --\nhello\n", `| [1 2] cut incomplete "hello\r" --`, "dd", SCTPLimits{}},
		{"the chunk before the first is known by the handshake", "-- 0 C>S lose=1 --\nlost\n-- 1 C>S --\nnext\n",
			`[5] "next\r\n" | ! sctp-hole damage --`, "ttttd", SCTPLimits{}},
		{"fragments on two paths are one message, of the first's path",
			"-- 0 C>S assoc=1 chunk=4 lose=2 --\nhello\n-- 1 sctp 10.9.0.1:5060 > 10.9.0.2:5060 assoc=1 resend lose=1 --\n",
			`[5 6] "hello\r\n" --`, "ttttdd", SCTPLimits{}},
		{"a SACK may come on another path", "-- 0 C>S assoc=1 --\none\n-- 1 C>S assoc=1 lose=1 --\ntwo\n-- 1 C>S assoc=1 --\nthree\n" +
			"-- 1.1 sctp 10.9.0.2:5060 > 10.9.0.1:5060 assoc=1 back sack --\n-- 2 C>S assoc=1 heartbeat --\n",
			`[5] "one\r\n" [6] "three\r\n" ! sctp-hole damage --`, "ttttddtt", SCTPLimits{}},
		{"I-DATA: messages alternate", "-- 0 C>S midstream chunk=4 idata lose=2 --\nhello\n-- 1 C>S idata stream=5 chunk=4 --\nworld\n" +
			"-- 2 udp 10.0.0.1:9 > 10.0.0.2:9 --\n", `[2 3] stream 5 "world\r\n" | ! sctp-hole damage [1] cut incomplete "hell" --`, "ddd.", SCTPLimits{}},
		{"I-DATA in any order, unordered", "-- 0 C>S midstream chunk=2 idata unordered reorder --\nhello\n", `[1 2 3 4] "hello\r\n" --`, "dddd", SCTPLimits{}},
		{"another protocol's holes are nobody's", "-- 0 C>S midstream ppid=3 --\nm3ua\n-- 1 C>S lose=1 --\nlost\n-- 2 C>S ppid=3 --\nm3ua\n",
			`[1] "m3ua\r\n" [2] "m3ua\r\n" --`, "oo", SCTPLimits{}},
		{"a packet is what its best message is", "-- 0 C>S midstream hold ppid=3 --\nm3ua\n-- 0 C>S --\nsip\n", `[1] "m3ua\r\n" [1] "sip\r\n" --`, "d", SCTPLimits{}},
		{"a chunk cut by the snaplen is a cut message", "-- 0 C>S midstream snaplen=64 --\nhello\n", `[1] cut "he" --`, "d", SCTPLimits{}},
		{"a chunk header that was cut is said", "-- 0 C>S midstream hold --\none\n-- 0 C>S snaplen=70 --\ntwotwotwo\n", `[1] "one\r\n" ! sctp-cut damage --`, "d", SCTPLimits{}},
		{"a fragment cut by the snaplen ends the message there", "-- 0 C>S midstream chunk=5 --\nhello\n-- 1 C>S chunk=9 snaplen=67 --\nfragments\n",
			`[1 2] "hello\r\n" [3 4] cut "fragm" --`, "dddd", SCTPLimits{}},
		{"control chunks are transport", "-- 0 C>S midstream heartbeat --\n-- 1 S>C sack --\n-- 2 C>S shutdown --\n-- 3 C>S abort --\n", `--`, "tttt", SCTPLimits{}},
		{"an INIT nobody answers", "-- 0 C>S init --\n-- 3 C>S init --\n-- 9 udp 10.0.0.1:9 > 10.0.0.2:9 --\n-- 20 C>S init --\n", `? no-answer 2 of [1 2] --`, "tt.t", SCTPLimits{}},
		{"an INIT at the end of the capture may still be answered", "-- 0 C>S init --\n-- 0.5 udp 10.0.0.1:9 > 10.0.0.2:9 --\n", `--`, "t.", SCTPLimits{}},
		{"an INIT answered by ABORT", "-- 0 C>S init --\n-- 0.1 S>C abort --\n-- 9 udp 10.0.0.1:9 > 10.0.0.2:9 --\n", `? refused 2 of [1] --`, "tt.", SCTPLimits{}},
		{"an INIT that was answered", "-- 0 C>S init --\n-- 0.1 S>C initack --\n-- 9 udp 10.0.0.1:9 > 10.0.0.2:9 --\n", `--`, "tt.", SCTPLimits{}},
		{"too many fragments", "-- 0 C>S midstream chunk=1 lose=8 --\nabcdef\n-- 1 C>S --\nnext\n",
			`! sctp-waiting-limit [1 2 3 4 5] cut incomplete "abcde" [8] "next\r\n" | [6 7] incomplete "" ! sctp-hole damage --`, "ddddduud", SCTPLimits{Fragments: 4}},
		{"too many bytes of one sender", "-- 0 C>S midstream chunk=5 --\nabcdefghijklmn\n",
			`! sctp-waiting-limit [1 2 3] cut incomplete "abcdefghijklmn\r" | [4] incomplete "" --`, "dddu", SCTPLimits{Waiting: 12}},
		{"too many bytes of all: the oldest trouble ends", "-- 0 C>S midstream chunk=4 lose=2 --\nabcdef\n-- 1 sctp 10.0.0.1:7 > 10.0.0.2:7 midstream chunk=4 --\nhello\n",
			`! sctp-waiting-limit [1] cut incomplete "abcd" [2 3] "hello\r\n" --`, "ddd", SCTPLimits{TotalWaiting: 6}},
		{"too many associations", "-- 0 C>S midstream chunk=4 lose=2 --\nhello\n-- 1 sctp 10.0.0.1:7 > 10.0.0.2:7 midstream --\nnext\n",
			`! sctp-association-limit [1] cut incomplete "hell" [2] "next\r\n" --`, "dd", SCTPLimits{Senders: 1}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			text := strings.NewReplacer("C>S", "sctp 10.0.0.1:5060 > 10.0.0.2:5060", "S>C", "sctp 10.0.0.2:5060 > 10.0.0.1:5060").Replace(tc.text)
			packets := capturetest.Packets(t, text)
			h := newSCTPHarness(t, tc.limits)
			h.feed(packets)
			if strings.Contains(tc.want, "|") {
				h.log = append(h.log, "|")
			}
			h.close()
			if got := strings.Join(append(h.log, "--"), " "); got != tc.want {
				t.Errorf("got  %s\nwant %s", got, tc.want)
			}
			if got := h.fateLine(len(packets)); got != tc.fates {
				t.Errorf("fates %s, want %s", got, tc.fates)
			}
		})
	}
}

// feedChunks gives chunks to an SCTP as a packet of 1 ms each.
func feedChunks(s *SCTP, n int, tag uint32, payload []byte) {
	p := capture.Packet{Frame: capture.Frame{Number: int32(n)}, Index: uint64(n), Time: capture.Time(n) * 1e6, Offset: -1}
	path := testPath
	path.Transport = capture.SCTP
	s.Feed(capture.Order{Index: uint64(n)}, &p, &wire.Datagram{
		Path: path, SCTPTag: tag, Payload: payload, PayloadLen: len(payload), PayloadOff: -1,
	}, nil)
}

// dataChunk makes a DATA chunk of stream 0.
func dataChunk(tsn uint32, flags uint8, data string) []byte {
	c := be.AppendUint16([]byte{chunkDATA, flags}, uint16(16+len(data)))
	c = append(be.AppendUint32(c, tsn), 0, 0, 0, 0, 0, 0, 0, 0)
	c = append(c, data...)
	for len(c)%4 != 0 {
		c = append(c, 0)
	}
	return c
}

func TestSCTPChunksThatLie(t *testing.T) {
	good := string(dataChunk(1, flagBegin|flagEnd, "good"))
	for _, tc := range []struct{ name, payload, want, fates string }{
		{"a length of 3", "\x00\x03\x00\x03", "! bad-sctp-chunk damage", "u"},
		{"longer than the packet", good + "\x00\x03\x00\x30aaaa", `[1] "good" ! bad-sctp-chunk damage`, "d"},
		{"bytes behind the last chunk", good + "\x00\x03", `[1] "good" ! bad-sctp-chunk damage`, "d"},
		{"a DATA chunk too short for its fields", "\x00\x03\x00\x08aaaa", "! bad-sctp-chunk damage", "u"},
		{"a DATA chunk without data", string(dataChunk(1, 3, "")), "! bad-sctp-chunk damage", "u"},
		{"a SACK with more blocks than bytes", "\x03\x00\x00\x10\x00\x00\x00\x01\x00\x00\x00\x00\xff\xff\x00\x00", "", "t"},
		{"an unknown chunk is passed over", "\xc7\x00\x00\x05a\x00\x00\x00" + good, `[1] "good"`, "d"},
		{"without padding at the end", strings.TrimRight(string(dataChunk(1, 3, "good!")), "\x00"), `[1] "good!"`, "d"},
		{"no chunks", "", "", "t"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			h := newSCTPHarness(t, SCTPLimits{})
			h.fed = 1
			feedChunks(h.sctp, 1, 9, []byte(tc.payload))
			h.close()
			got := strings.ReplaceAll(strings.Join(h.log, " "), " from 1.2.3.4", "")
			if i := strings.Index(got, " from "); i >= 0 {
				got = got[:i] + got[i+len(" from "+testPath.Src.Addr().String()):]
			}
			if got != tc.want || h.fateLine(1) != tc.fates {
				t.Errorf("got  %s, fates %s\nwant %s, fates %s", got, h.fateLine(1), tc.want, tc.fates)
			}
		})
	}
}

func TestSCTPLongAssociation(t *testing.T) {
	var messages, damage int
	counted := 0
	s := NewSCTP(SCTPLimits{}, func(*SCTPMessage) (capture.Fate, string) { messages++; return capture.FateDecoded, "" },
		func(capture.Fate, string, capture.Frame, uint64) { counted++ })
	s.Report = func(d capture.Diagnostic) {
		if d.Damage {
			damage++
		}
	}
	const n = 3 * maxTSNJump
	chunk := dataChunk(0, flagBegin|flagEnd, "m")
	for i := range uint32(n) {
		be.PutUint32(chunk[4:], 0xFFF00000+i)
		feedChunks(s, int(i)+1, 9, chunk)
	}
	snd := s.senders[senderKey{9, testPath.Src.Port(), testPath.Dst.Port()}]
	if messages != n || damage != 0 || len(snd.seen) != 1 {
		t.Fatalf("%d messages, %d damage, %d spans", messages, damage, len(snd.seen))
	}
	be.PutUint32(chunk[4:], 0x001FFFFB) // five before the next
	if feedChunks(s, n+1, 9, chunk); messages != n {
		t.Error("a repeated chunk made a message")
	}
	be.PutUint32(chunk[4:], 0x40000000)
	if feedChunks(s, n+2, 9, chunk); messages != n+1 || damage != 1 {
		t.Errorf("a TSN far away: %d messages more, %d said to be damaged", messages-n, damage)
	}
	if s.Close(); counted != n+2 {
		t.Errorf("%d packets counted of %d", counted, n+2)
	}
}

func TestSCTPManyHolesStayBounded(t *testing.T) {
	messages, holes := 0, 0
	s := NewSCTP(SCTPLimits{}, func(*SCTPMessage) (capture.Fate, string) { messages++; return capture.FateDecoded, "" },
		func(capture.Fate, string, capture.Frame, uint64) {})
	s.Report = func(d capture.Diagnostic) { holes++ }
	const n = 3000
	for i := range n {
		feedChunks(s, i+1, 9, dataChunk(uint32(2*i), flagBegin|flagEnd, "m"))
		for _, snd := range s.senders {
			if len(snd.seen) > maxHoles {
				t.Fatalf("%d spans", len(snd.seen))
			}
		}
	}
	s.Close()
	if messages != n || holes != n-1 {
		t.Errorf("%d messages and %d holes, want %d and %d", messages, holes, n, n-1)
	}
}

func TestSCTPIdleAssociationIsForgotten(t *testing.T) {
	h := newSCTPHarness(t, SCTPLimits{})
	h.feed(capturetest.Packets(t, "-- 0 sctp 10.0.0.1:5060 > 10.0.0.2:5060 --\nhello\n"))
	if len(h.sctp.senders) != 2 {
		t.Fatalf("%d senders", len(h.sctp.senders))
	}
	h.sctp.Advance(capture.TimeOf(capturetest.Base).Add(idleTimeout + time.Second))
	if len(h.sctp.senders) != 0 {
		t.Errorf("%d senders", len(h.sctp.senders))
	}
	h.close()
}

func BenchmarkSCTP(b *testing.B) {
	s := NewSCTP(SCTPLimits{}, func(*SCTPMessage) (capture.Fate, string) { return capture.FateDecoded, "" },
		func(capture.Fate, string, capture.Frame, uint64) {})
	chunk := dataChunk(0, 0, strings.Repeat("x", 1000))
	b.SetBytes(1000)
	b.ReportAllocs()
	i := uint32(0)
	for b.Loop() {
		be.PutUint32(chunk[4:], i)
		chunk[1] = [3]byte{flagBegin, 0, flagEnd}[i%3]
		i++
		feedChunks(s, int(i), 9, chunk)
	}
}

func TestSCTPMissingChunksAreCountedInWords(t *testing.T) {
	for want, got := range map[string]string{
		"1 chunk of the association is not in the capture (TSN 7)":               missingText(7, 8, false),
		"2 chunks of the association are not in the capture (TSN 7 to 8)":        missingText(7, 9, false),
		"1 chunk of the association did not arrive at the peer (TSN 4294967295)": missingText(1<<32-1, 0, true),
		"2 chunks of the association did not arrive at the peer (TSN 7 to 8)":    missingText(7, 9, true),
	} {
		if got != want {
			t.Errorf("%q, not %q", got, want)
		}
	}
}
