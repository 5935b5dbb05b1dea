package reassemble

import (
	"bytes"
	"math/rand/v2"
	"testing"

	"rung/capture"
	"rung/capture/wire"
)

// A model is the slow, obviously right reassembler: every byte lies at its
// place in one big array, the first to come stays.
type model struct {
	bytes []byte
	set   []bool
	pos   int // how far the stream was told, gaps included
	taken []bool
}

func newModel(n int) *model {
	return &model{bytes: make([]byte, n), set: make([]bool, n), taken: make([]bool, n)}
}

func (m *model) feed(at int, b []byte) {
	for i, c := range b {
		if !m.set[at+i] {
			m.bytes[at+i], m.set[at+i] = c, true
		}
	}
}

// check compares a segment with what should come.
func (m *model) check(t *testing.T, s *capture.Segment) {
	m.pos += s.Gap
	for i, c := range s.Data {
		at := m.pos + i
		if at >= len(m.bytes) || !m.set[at] {
			t.Fatalf("byte %d was never sent", at)
		}
		if m.bytes[at] != c {
			t.Fatalf("byte %d is %q, want %q", at, c, m.bytes[at])
		}
		m.taken[at] = true
	}
	m.pos += len(s.Data)
}

// FuzzTCP splits a stream into segments that overlap, repeat, contradict one
// another, are lost and come in any order, and compares what comes out with
// the model. script is read in steps of five bytes: where, how long, what.
func FuzzTCP(f *testing.F) {
	f.Add(uint32(0xFFFFFFF0), uint8(1), []byte("abcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrst"))
	f.Add(uint32(7), uint8(7), bytes.Repeat([]byte{9, 1, 30, 2, 3, 200, 0, 9, 4, 3}, 20))
	rng := rand.New(rand.NewPCG(1, 2))
	for range 20 {
		b := make([]byte, 400)
		for i := range b {
			b[i] = byte(rng.Uint32())
		}
		f.Add(rng.Uint32(), uint8(rng.Uint32()), b)
	}
	f.Fuzz(func(t *testing.T, isn uint32, mode uint8, script []byte) {
		playScript(t, isn, mode, script)
	})
}

func playScript(t *testing.T, isn uint32, mode uint8, script []byte) {
	const size = 600
	var (
		lossless  = mode&1 != 0 // all is sent once more at the end
		acked     = mode&2 != 0 // the peer acknowledges, so holes are skipped early
		capped    = mode&4 != 0
		truthful  = mode&8 != 0  // overlapping bytes agree
		timed     = mode&16 != 0 // holes get old
		m         = newModel(size)
		limits    Limits
		finishes  int
		kept, got = map[capture.Frame]int{}, map[capture.Frame]int{}
		order     capture.Order
		index     uint64
		now       capture.Time
		feed      func(g *wire.Datagram)
	)
	if capped {
		limits = Limits{Waiting: 60, WaitingSegments: 6, TotalWaiting: 70}
	}
	tcp := NewTCP(limits, func(_ *Conn, dir int, s *capture.Segment) {
		if dir != 0 || s.Event != 0 && s.Event != capture.EventFinish {
			return
		}
		if s.Order.Less(order) {
			t.Fatalf("order goes back from %v to %v", order, s.Order)
		}
		order = s.Order
		m.check(t, s)
		if s.Event == capture.EventFinish {
			finishes++
			return
		}
		for _, f := range s.AllFrames() {
			got[f]++
		}
		if s.Start != (m.pos == len(s.Data)) {
			t.Fatalf("start %v at byte %d", s.Start, m.pos-len(s.Data))
		}
	})
	feed = func(g *wire.Datagram) {
		index++
		p := capture.Packet{Frame: capture.Frame{Number: int32(index)}, Index: index, Time: now, Offset: -1}
		g.PayloadLen, g.PayloadOff = len(g.Payload), -1
		switch d := tcp.Feed(capture.Order{Index: index}, &p, g, nil); d.Kind {
		case Kept:
			kept[p.Frame]++
		case Refused:
			t.Fatalf("refused: %s", d.Reason)
		case TransportOnly:
		}
		clear(g.Payload)
		if tcp.total > tcp.limits.TotalWaiting {
			t.Fatalf("%d bytes wait", tcp.total)
		}
	}
	send := func(at int, b []byte, flags uint8) {
		m.feed(at, b)
		feed(&wire.Datagram{Path: testPath, Payload: b, TCP: wire.TCPHeader{Seq: isn + 1 + uint32(at), Flags: flags | ACK}})
	}
	feed(&wire.Datagram{Path: testPath, TCP: wire.TCPHeader{Seq: isn, Flags: SYN}})
	for ; len(script) >= 5; script = script[5:] {
		at := (int(script[0])<<8 | int(script[1])) % size
		n := min(int(script[2])%50, size-at)
		b := make([]byte, n)
		for i := range b {
			b[i] = byte(at + i)
			if !truthful {
				b[i] += script[3]
			}
		}
		if timed {
			now += capture.Time(script[4]) * 1e7
		}
		if script[3]%16 == 0 {
			tcp.Advance(now)
		}
		if acked && script[3]%4 == 1 {
			feed(&wire.Datagram{Path: testPath.Reverse(), TCP: wire.TCPHeader{Seq: 1, Ack: isn + 1 + uint32(at), Flags: ACK}})
			continue
		}
		send(at, b, 0)
	}
	if lossless {
		for at := 0; at < size; at += 40 {
			b := make([]byte, 40)
			for i := range b {
				b[i] = byte(at + i)
			}
			send(at, b, 0)
		}
	}
	send(size, nil, FIN)
	tcp.Close()
	end(t, m, lossless, acked || capped || timed, finishes)
	for f, n := range got {
		if n != 1 || kept[f] != 1 {
			t.Fatalf("frame %v came out %d times, was kept %d times", f, n, kept[f])
		}
	}
	if len(got) != len(kept) {
		t.Fatalf("%d packets kept, %d came out", len(kept), len(got))
	}
}

// end checks the whole: delivered bytes and gaps make up the stream, and
// nothing that was sent is missing unless a hole was skipped early.
func end(t *testing.T, m *model, lossless, skips bool, finishes int) {
	if finishes != 1 {
		t.Fatalf("%d finishes", finishes)
	}
	if m.pos != len(m.bytes) {
		t.Fatalf("bytes and gaps make %d, want %d", m.pos, len(m.bytes))
	}
	if skips {
		return
	}
	for i := range m.set {
		if m.set[i] != m.taken[i] {
			t.Fatalf("byte %d: sent %v, handed on %v", i, m.set[i], m.taken[i])
		}
	}
	if lossless && bytes.IndexByte(boolBytes(m.taken), 0) >= 0 {
		t.Fatal("bytes are missing though all were sent")
	}
}

func boolBytes(b []bool) []byte {
	out := make([]byte, len(b))
	for i, v := range b {
		if v {
			out[i] = 1
		}
	}
	return out
}
