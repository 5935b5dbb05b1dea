package reassemble

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"rung/capture"
	"rung/capture/capturetest"
	"rung/capture/wire"
)

// joinAll feeds packets through Fragments and writes down what comes out.
func joinAll(t testing.TB, packets []capture.Packet) string {
	var log []string
	f := NewFragments(func(d capture.Diagnostic) {
		log = append(log, fmt.Sprintf("! %s %v %s", d.Code, d.Frames, d.Text[strings.LastIndex(d.Text, ":")+2:]))
	})
	var dec wire.Decoder
	var g wire.Datagram
	total := 0
	for i := range packets {
		p := &packets[i]
		f.Advance(p.Time)
		dec.Decode(p, &g)
		if !g.Fragment {
			continue
		}
		total++
		data := p.Data
		frames, done := f.Add(p, &g)
		clear(data)
		if !done {
			continue
		}
		total -= len(frames)
		dec.DecodeTransport(&g)
		cut := ""
		if g.Cut {
			cut = " cut"
		}
		log = append(log, fmt.Sprintf("%v %v id %d, %d bytes%s: %q", frames, g.Path, g.IPID, g.IPLen, cut, g.Payload))
	}
	var lost []capture.Frame
	f.Incomplete(func(frame capture.Frame, _ uint64) { lost = append(lost, frame) })
	if len(lost) > 0 {
		log = append(log, fmt.Sprintf("lost %v", lost))
	}
	f.Repeated(func(frame capture.Frame, _ uint64) {
		total--
		log = append(log, fmt.Sprintf("again %v", frame))
	})
	if len(lost) != total {
		t.Errorf("%d fragments neither joined nor lost, %d said to be", total, len(lost))
	}
	if f.total != 0 || len(f.open) != 0 {
		t.Errorf("left over: %d bytes, %d datagrams", f.total, len(f.open))
	}
	return strings.Join(log, "\n")
}

func TestFragments(t *testing.T) {
	const head = "udp 10.0.0.1:5060 > 10.0.0.2:5061 nonl ipid=7"
	const head6 = "udp [2001:db8::1]:5060 > [2001:db8::2]:5061 nonl ipid=7"
	const whole = `udp 10.0.0.1:5060 > 10.0.0.2:5061 id 7, 85 bytes: "0123456789abcdefg"`
	for name, tt := range map[string]struct{ text, want string }{
		"in order": {"-- 0 " + head + " frag=8 --\n0123456789abcdefg\n",
			`[1 2 3 4] udp 10.0.0.1:5060 > 10.0.0.2:5061 id 7, 105 bytes: "0123456789abcdefg"`},
		"last one first": {"-- 0 " + head + " frag=16 fragreverse --\n0123456789abcdefg\n",
			`[1 2] udp 10.0.0.1:5060 > 10.0.0.2:5061 id 7, 65 bytes: "0123456789abcdefg"`},
		"IPv6": {"-- 0 " + head6 + " frag=16 fragreverse --\n0123456789abcdefg\n",
			`[1 2] udp [2001:db8::1]:5060 > [2001:db8::2]:5061 id 7, 121 bytes: "0123456789abcdefg"`},
		"a copy of a fragment changes nothing": {"-- 0 " + head + " frag=16 fragdrop=2 --\n0123456789abcdefg\n-- 1 " + head + " frag=16 --\n0123456789abcdefg\n",
			"[1 2 3] " + strings.Replace(whole, "85", "101", 1)},
		"fragments of other sizes that agree are joined": {"-- 0 " + head + " frag=16 fragdrop=2 --\n0123456789abcdefg\n-- 1 " + head + " frag=8 fragdrop=1 --\n0123456789abcdefg\n",
			`[1 2 3 4] udp 10.0.0.1:5060 > 10.0.0.2:5061 id 7, 113 bytes: "0123456789abcdefg"`},
		"an overlap with other bytes ends it": {"-- 0 " + head + " frag=16 fragdrop=2 --\n0123456789abcdefg\n-- 1 " + head + " frag=8 fragdrop=1 --\nXXXXXXXX89abcdefg\n",
			"! ip-fragments-refused [1 2] fragments overlap with other bytes\nlost [1 2 3 4]"},
		"a copy that comes when all is joined": {"-- 0 " + head + " frag=16 --\n0123456789abcdefg\n-- 1 " + head + " frag=16 fragdrop=1 --\n0123456789abcdefg\n",
			"[1 2] " + strings.Replace(whole, "85", "65", 1) + "\nagain 3"},
		"unless it says something else": {"-- 0 " + head + " frag=16 --\n0123456789abcdefg\n-- 1 " + head + " frag=16 fragdrop=1 --\n0123456789abcdefX\n",
			"[1 2] " + strings.Replace(whole, "85", "65", 1) + "\n! ip-fragments-incomplete [3] the first fragment is missing\nlost [3]"},
		"or comes half a minute later": {"-- 0 " + head + " frag=16 --\n0123456789abcdefg\n-- 31 " + head + " frag=16 fragdrop=1 --\n0123456789abcdefg\n",
			"[1 2] " + strings.Replace(whole, "85", "65", 1) + "\n! ip-fragments-incomplete [3] the first fragment is missing\nlost [3]"},
		"the whole again is a datagram again": {"-- 0 " + head + " frag=16 --\n0123456789abcdefg\n-- 1 " + head + " frag=16 --\n0123456789abcdefg\n",
			"[1 2] " + strings.Replace(whole, "85", "65", 1) + "\n[3 4] " + strings.Replace(whole, "85", "65", 1)},
		"two datagrams at a time": {"-- 0 " + head + " frag=16 fragdrop=2 --\n0123456789abcdefg\n-- 1 " + strings.Replace(head, "ipid=7", "ipid=8", 1) + " frag=16 --\nXXXXXXXX89abcdefg\n-- 1 " + head + " frag=16 fragdrop=1 --\n0123456789abcdefg\n",
			`[2 3] udp 10.0.0.1:5060 > 10.0.0.2:5061 id 8, 65 bytes: "XXXXXXXX89abcdefg"` + "\n" +
				`[1 4] udp 10.0.0.1:5060 > 10.0.0.2:5061 id 7, 65 bytes: "0123456789abcdefg"`},
		"a missing last fragment": {"-- 0 " + head + " frag=16 fragdrop=2 --\n0123456789abcdefg\n",
			"! ip-fragments-incomplete [1] the last fragment is missing\nlost [1]"},
		"a missing first fragment": {"-- 0 " + head + " frag=16 fragdrop=1 --\n0123456789abcdefg\n",
			"! ip-fragments-incomplete [1] the first fragment is missing\nlost [1]"},
		"a missing middle": {"-- 0 " + head + " frag=8 fragdrop=2 --\n0123456789abcdefg\n",
			"! ip-fragments-incomplete [1 2 3] bytes from 8 on are missing\nlost [1 2 3]"},
		"too late: not joined with what came 31 s before": {"-- 0 " + head + " frag=16 fragdrop=2 --\n0123456789abcdefg\n-- 31 " + head + " frag=16 fragdrop=1 --\n0123456789abcdefg\n",
			"! ip-fragments-incomplete [1] the last fragment is missing\n! ip-fragments-incomplete [2] the first fragment is missing\nlost [1 2]"},
		"cut by the snaplen": {"-- 0 " + head + " frag=16 snaplen=46 --\n0123456789abcdefg\n",
			`[1 2] udp 10.0.0.1:5060 > 10.0.0.2:5061 id 7, 65 bytes cut: "0123"`},
	} {
		t.Run(name, func(t *testing.T) {
			if got := joinAll(t, capturetest.Packets(t, tt.text)); got != tt.want {
				t.Errorf("got:\n%s\nwant:\n%s", got, tt.want)
			}
		})
	}
}

// fragment makes one by hand.
func fragment(id uint32, at, n int, more bool) wire.Datagram {
	return wire.Datagram{
		Path: testPath, Proto: wire.ProtoUDP, IPID: id, IPLen: 20 + n, Fragment: true,
		FragOffset: at, MoreFragments: more, Payload: make([]byte, n), PayloadLen: n,
	}
}

func TestImpossibleFragmentsAreRefused(t *testing.T) {
	many := make([]wire.Datagram, 0, maxPieces+1)
	for i := range maxPieces + 1 {
		many = append(many, fragment(1, 16*i, 8, true))
	}
	for name, parts := range map[string][]wire.Datagram{
		"not a multiple of 8":           {fragment(1, 0, 9, true)},
		"empty":                         {fragment(1, 8, 0, true)},
		"beyond 65535":                  {fragment(1, 65528, 16, false)},
		"two different ends":            {fragment(1, 16, 8, false), fragment(1, 32, 8, false)},
		"beyond the end":                {fragment(1, 16, 8, false), fragment(1, 32, 8, true)},
		"an end before what is there":   {fragment(1, 32, 8, true), fragment(1, 8, 8, false)},
		"too many":                      many,
		"refused ones don't come again": {fragment(1, 0, 9, true), fragment(1, 0, 8, true), fragment(1, 8, 8, false)},
	} {
		t.Run(name, func(t *testing.T) {
			reports, lost := 0, 0
			f := NewFragments(func(d capture.Diagnostic) {
				reports++
				if d.Code != codeRefused {
					t.Errorf("code %s", d.Code)
				}
			})
			for i, g := range parts {
				if _, done := f.Add(&capture.Packet{Index: uint64(i)}, &g); done {
					t.Error("joined")
				}
			}
			f.Incomplete(func(capture.Frame, uint64) { lost++ })
			if reports != 1 || lost != len(parts) {
				t.Errorf("%d reports, %d of %d lost", reports, lost, len(parts))
			}
		})
	}
}

func TestFragmentsAreBounded(t *testing.T) {
	reports := 0
	f := NewFragments(func(capture.Diagnostic) { reports++ })
	const n = 5000
	for i := range n {
		g := fragment(uint32(i), 65000, 16, true)
		f.Add(&capture.Packet{Index: uint64(i)}, &g)
		if len(f.open) > maxDatagrams || f.total > maxFragmentBytes || len(f.queue) > 3*maxDatagrams+16 {
			t.Fatalf("%d datagrams, %d bytes, queue of %d", len(f.open), f.total, len(f.queue))
		}
	}
	lost := 0
	f.Incomplete(func(capture.Frame, uint64) { lost++ })
	if lost != n || reports != maxReports {
		t.Errorf("%d lost, %d reports", lost, reports)
	}
	f.Incomplete(func(capture.Frame, uint64) { t.Error("lost twice") })
}

func TestAdvanceGivesUpInTime(t *testing.T) {
	f := NewFragments(nil)
	g := fragment(1, 0, 8, true)
	f.Add(&capture.Packet{}, &g)
	f.Advance(capture.Time(fragmentAge))
	if len(f.open) != 1 {
		t.Error("given up too early")
	}
	f.Advance(capture.Time(fragmentAge + time.Nanosecond))
	if len(f.open) != 0 || len(f.queue) != 0 {
		t.Error("still there")
	}
}

// FuzzFragments cuts a datagram as script says, adds wrong and repeated
// pieces, and asserts that what is joined is what was sent.
func FuzzFragments(f *testing.F) {
	f.Add(uint8(80), []byte{0, 2, 1, 9, 8, 3, 5, 5, 2, 1})
	f.Add(uint8(17), []byte{2, 1, 0, 1, 1, 1})
	f.Add(uint8(255), []byte{31, 1, 0, 31, 0, 31})
	f.Fuzz(func(t *testing.T, size uint8, script []byte) {
		whole := make([]byte, int(size)+9)
		for i := range whole {
			whole[i] = byte(i * 7)
		}
		lost := 0
		fr := NewFragments(func(d capture.Diagnostic) {
			if d.Code == codeRefused {
				t.Errorf("refused: %s", d.Text)
			}
		})
		added, joined := 0, 0
		add := func(at, to int) {
			g := fragment(7, at, to-at, to < len(whole))
			copy(g.Payload, whole[at:to])
			added++
			frames, done := fr.Add(&capture.Packet{Frame: capture.Frame{Number: int32(added)}}, &g)
			clear(g.Payload[:0])
			if !done {
				return
			}
			joined += len(frames)
			if !bytes.Equal(g.Payload, whole) || g.PayloadLen != len(whole) || g.Fragment || g.Cut {
				t.Fatalf("joined to %x, want %x", g.Payload, whole)
			}
			if !slices.IsSortedFunc(frames, func(a, b capture.Frame) int { return int(a.Number - b.Number) }) {
				t.Fatalf("frames %v", frames)
			}
		}
		for ; len(script) >= 2; script = script[2:] {
			at := int(script[0]) * 8 % len(whole) / 8 * 8
			add(at, min(at+8+int(script[1])%16*8, len(whole)))
			if added >= maxPieces-2 { // two more follow
				break
			}
		}
		add(0, min(24, len(whole)))
		if len(whole) > 24 {
			add(24, len(whole))
		}
		fr.Incomplete(func(capture.Frame, uint64) { lost++ })
		fr.Repeated(func(capture.Frame, uint64) { lost++ })
		if joined == 0 || joined+lost != added {
			t.Fatalf("%d added, %d joined, %d lost", added, joined, lost)
		}
	})
}
