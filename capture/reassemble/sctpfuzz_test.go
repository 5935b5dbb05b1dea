package reassemble

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"rung/capture"
)

// A modelMessage is a message and which of its chunks came, and in which packet
// first.
type modelMessage struct {
	tsn    uint32 // of its first chunk
	chunks [][]byte
	data   []string
	came   []int // packet, 0: not yet
}

// FuzzSCTP sends messages in chunks that are shuffled, bundled, repeated and
// lost, and compares what comes out with the slow, obviously right model: a
// message is handed on once, by the packet that brings the last of its chunks,
// and one that is not whole as far as its beginning goes.
func FuzzSCTP(f *testing.F) {
	rng := rand.New(rand.NewPCG(1, 2))
	for range 20 {
		b := make([]byte, 200)
		for i := range b {
			b[i] = byte(rng.Uint32())
		}
		f.Add(rng.Uint32(), rng.Uint32()%2 == 0, b[:20], b[20:])
	}
	f.Add(uint32(0xFFFFFFF8), false, []byte{5, 5, 5, 5, 5}, []byte{1, 3, 5, 7, 9, 0, 2, 4, 6, 8})
	f.Fuzz(func(t *testing.T, tsn uint32, interleave bool, plan, script []byte) {
		messages := planMessages(tsn, interleave, plan[:min(len(plan), 24)])
		var all []int // message<<8 | chunk
		for i := range messages {
			for k := range messages[i].chunks {
				all = append(all, i<<8|k)
			}
		}
		playSCTP(t, messages, all, script[:min(len(script), 400)])
	})
}

// planMessages makes a message of each byte: how many chunks, stream, unordered.
func planMessages(tsn uint32, interleave bool, plan []byte) (messages []modelMessage) {
	for i, x := range plan {
		m := modelMessage{tsn: tsn}
		n := int(x%6) + 1
		for k := range n {
			flags := x >> 7 << 2
			if k == 0 {
				flags |= flagBegin
			}
			if k == n-1 {
				flags |= flagEnd
			}
			data := fmt.Sprintf("<%d.%d>", i, k)
			c := dataChunk(tsn, flags, data)
			if interleave {
				c = idataChunk(tsn, flags, uint32(i), uint32(k), data)
			}
			c[9] = x >> 3 & 3 // stream
			m.chunks, m.data = append(m.chunks, c), append(m.data, data)
			tsn++
		}
		m.came = make([]int, n)
		messages = append(messages, m)
	}
	return messages
}

func idataChunk(tsn uint32, flags uint8, id, n uint32, data string) []byte {
	c := be.AppendUint16([]byte{chunkIDATA, flags}, uint16(20+len(data)))
	c = append(be.AppendUint32(c, tsn), 0, 0, 0, 0)
	c = be.AppendUint32(be.AppendUint32(c, id), n)
	c = append(c, data...)
	for len(c)%4 != 0 {
		c = append(c, 0)
	}
	return c
}

// playSCTP sends chunks as the script says: each byte picks one; what has the
// top bit goes into the packet of the one before it.
func playSCTP(t *testing.T, messages []modelMessage, all []int, script []byte) {
	var got, want []string
	counted := make(map[capture.Frame]int)
	packet := 0
	s := NewSCTP(SCTPLimits{}, func(m *SCTPMessage) (capture.Fate, string) {
		last := m.Segment.AllFrames()[len(m.Segment.AllFrames())-1]
		if m.Segment.Frame != last || m.Segment.Order.Index != uint64(last.Number) {
			t.Errorf("frame %v, order %v of %v", m.Segment.Frame, m.Segment.Order, m.Segment.AllFrames())
		}
		if m.Incomplete && len(m.Segment.Data) == 0 {
			return capture.FateUndecoded, "incomplete"
		}
		got = append(got, fmt.Sprintf("%v %v %s", m.Segment.AllFrames(), m.Incomplete, m.Segment.Data))
		return capture.FateDecoded, ""
	}, func(_ capture.Fate, _ string, f capture.Frame, _ uint64) { counted[f]++ })
	for len(script) > 0 && len(all) > 0 {
		packet++
		var payload []byte
		for first := true; len(script) > 0 && (first || script[0] >= 128); first = false {
			id := all[int(script[0]&127)%len(all)]
			script = script[1:]
			m := &messages[id>>8]
			payload = append(payload, m.chunks[id&255]...)
			if m.came[id&255] == 0 {
				m.came[id&255] = packet
				if !slices.Contains(m.came, 0) {
					want = append(want, m.line(len(m.came)))
				}
			}
		}
		feedChunks(s, packet, 9, payload)
	}
	if !slices.Equal(got, want) {
		t.Fatalf("complete messages:\n%s\nwant:\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
	got, want = nil, nil
	s.Close()
	for i := range messages {
		m := &messages[i]
		if n := slices.Index(m.came, 0); n > 0 {
			want = append(want, m.line(n))
		}
	}
	slices.Sort(got)
	slices.Sort(want)
	if !slices.Equal(got, want) {
		t.Fatalf("incomplete messages:\n%s\nwant:\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
	for i := range packet {
		if n := counted[capture.Frame{Number: int32(i + 1)}]; n != 1 {
			t.Fatalf("packet %d counted %d times", i+1, n)
		}
	}
	if len(counted) != packet || s.total != 0 {
		t.Fatalf("%d packets counted of %d, %d bytes left", len(counted), packet, s.total)
	}
}

// line is what the first n chunks of a message come to.
func (m *modelMessage) line(n int) string {
	var frames []capture.Frame
	for _, p := range m.came[:n] {
		frames = append(frames, capture.Frame{Number: int32(p)})
	}
	slices.SortFunc(frames, func(a, b capture.Frame) int { return int(a.Number - b.Number) })
	return fmt.Sprintf("%v %v %s", slices.Compact(frames), n < len(m.came), strings.Join(m.data[:n], ""))
}

// FuzzSCTPChunks gives bytes nobody made to be chunks. Every packet is counted
// once, and what waits stays within the limits.
func FuzzSCTPChunks(f *testing.F) {
	f.Add(uint32(1), []byte("\x00\x03\x00\x14\x00\x00\x00\x01\x00\x00\x00\x00\x00\x00\x00\x00data"))
	f.Add(uint32(9), append(dataChunk(5, flagBegin, "a"), dataChunk(7, flagEnd, "c")...))
	f.Add(uint32(9), append(idataChunk(5, flagBegin, 1, 0, "a"), idataChunk(7, flagEnd, 1, 2, "c")...))
	f.Add(uint32(9), []byte("\xc0\x00\x00\x08\x00\x00\x00\x06\x03\x00\x00\x14\x00\x00\x00\x05\x00\x00\x00\x00\x00\x01\x00\x00\x00\x02\x00\x03"))
	f.Add(uint32(0), []byte("\x01\x00\x00\x14\x00\x00\x00\x09\x00\x00\x00\x00\x00\x01\x00\x01\x00\x00\x00\x05"))
	f.Fuzz(func(t *testing.T, tag uint32, b []byte) {
		b = b[:min(len(b), 1000)]
		counted := 0
		s := NewSCTP(SCTPLimits{Senders: 3, Waiting: 40, Fragments: 5, TotalWaiting: 60},
			func(m *SCTPMessage) (capture.Fate, string) {
				if len(m.Segment.Data) == 0 && !m.Incomplete {
					t.Error("a whole message without bytes")
				}
				return capture.FateDecoded, ""
			}, func(capture.Fate, string, capture.Frame, uint64) { counted++ })
		n := 0
		for step := 1 + len(b)/20; len(b) > 0; n++ {
			// The bytes as packets of growing length, each of which begins with a
			// chunk of the one before when it is at its boundary.
			k := min(len(b), 20+4*(n%7)*step)
			feedChunks(s, n+1, tag+uint32(n%3)&1, b[:k])
			b = b[min(len(b), max(4, k/4*4)):]
			if s.total > 60 || len(s.senders) > 3 {
				t.Fatalf("%d bytes wait, %d senders", s.total, len(s.senders))
			}
			s.Advance(capture.Time(n) * 1e9)
		}
		s.Close()
		if counted != n || s.total != 0 || s.trouble.Len() != 0 {
			t.Fatalf("%d packets, %d counted, %d bytes left", n, counted, s.total)
		}
	})
}
