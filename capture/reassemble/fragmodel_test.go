package reassemble

import (
	"bytes"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"rung/capture"
	"rung/capture/wire"
)

// A fragmentModel is the slow, obviously right way to join one datagram: a map
// knows the byte at every place.
type fragmentModel struct {
	since   capture.Time
	bytes   map[int]byte
	end     int // -1: the last fragment has not come
	number  int
	refused bool
}

// add says what must become of a fragment: the whole datagram when it is the
// last that was missing.
func (m *fragmentModel) add(g *wire.Datagram) (whole []byte, joined bool) {
	m.number++
	if m.refused {
		return nil, false
	}
	from, to := g.FragOffset, g.FragOffset+len(g.Payload)
	m.refused = m.impossible(g, from, to)
	if m.refused {
		return nil, false
	}
	for i, c := range g.Payload {
		m.bytes[from+i] = c
	}
	if !g.MoreFragments {
		m.end = to
	}
	if m.end < 0 {
		return nil, false
	}
	for i := range m.end {
		c, ok := m.bytes[i]
		if !ok {
			return nil, false
		}
		whole = append(whole, c)
	}
	return whole, true
}

// impossible is the policy: RFC 791 §3.2, RFC 8200 §4.5, and no overlap with
// other bytes (RFC 5722).
func (m *fragmentModel) impossible(g *wire.Datagram, from, to int) bool {
	switch {
	case m.number > maxPieces, to > maxDatagram:
		return true
	case g.MoreFragments && (len(g.Payload) == 0 || len(g.Payload)%8 != 0):
		return true
	case g.MoreFragments && m.end >= 0 && to > m.end, !g.MoreFragments && m.end >= 0 && to != m.end:
		return true
	}
	for i, c := range m.bytes {
		switch {
		case !g.MoreFragments && i >= to: // there is more than this end allows
			return true
		case i >= from && i < to && c != g.Payload[i-from]:
			return true
		}
	}
	return false
}

// FuzzFragmentPolicy sends fragments of two datagrams at a time, of any size
// and place, honest and not, old and repeated, and compares with the model
// what is joined, what is refused and what is lost. script is read in steps of
// four bytes: which datagram and what is odd, where, how long, how much later.
func FuzzFragmentPolicy(f *testing.F) {
	f.Add([]byte{0, 0, 2, 0, 2, 2, 1, 0})
	f.Add([]byte{2, 2, 1, 0, 1, 0, 1, 0, 0, 0, 2, 0, 3, 1, 1, 0})            // last first, two at a time
	f.Add([]byte{0, 0, 2, 0, 4, 1, 2, 0, 2, 2, 1, 0})                        // other bytes
	f.Add([]byte{0, 0, 2, 0, 2, 2, 1, 255, 0, 0, 2, 0})                      // too late
	f.Add(bytes.Repeat([]byte{0, 1, 1, 0}, maxPieces+2))                     // too many
	f.Add([]byte{2, 1, 1, 0, 2, 3, 1, 0, 0, 0, 1, 0, 8, 0, 1, 0})            // two ends
	f.Add([]byte{2, 2, 0, 0, 0, 0, 2, 0, 16, 0, 2, 0, 0, 0, 0, 0, 32, 0, 1}) // empty ones, beyond the end
	rng := rand.New(rand.NewPCG(3, 4))
	for range 10 {
		b := make([]byte, 160)
		for i := range b {
			b[i] = byte(rng.Uint32())
		}
		f.Add(b)
	}
	f.Fuzz(playFragments)
}

func playFragments(t *testing.T, script []byte) {
	if len(script) > 4*(maxPieces+40) {
		return // the model is slow
	}
	refusals, wantRefusals := 0, 0
	fr := NewFragments(func(d capture.Diagnostic) {
		if d.Code == codeRefused {
			refusals++
		}
	})
	models := make(map[uint32]*fragmentModel)
	added, joined := 0, 0
	var now capture.Time
	for ; len(script) >= 4; script = script[4:] {
		g := scriptedFragment(script)
		now = now.Add(time.Duration(script[3]/32) * 5 * time.Second)
		m := models[g.IPID]
		if m == nil || now.Sub(m.since) > fragmentAge {
			m = &fragmentModel{since: now, bytes: make(map[int]byte), end: -1}
			models[g.IPID] = m
		}
		was := m.refused
		want, whole := m.add(&g)
		if m.refused && !was {
			wantRefusals++
		}
		added++
		sent := g.Payload
		frames, done := fr.Add(&capture.Packet{Frame: capture.Frame{Number: int32(added)}, Time: now, Index: uint64(added)}, &g)
		if done != whole || done && (!bytes.Equal(g.Payload, want) || len(frames) != m.number) {
			t.Fatalf("fragment %d: joined %v to %x in %v, want %v, %x in %d", added, done, g.Payload, frames, whole, want, m.number)
		}
		clear(sent)
		if whole {
			joined += m.number
			delete(models, g.IPID)
		}
		if refusals != wantRefusals && fr.reported < maxReports { // beyond, they are not told one by one
			t.Fatalf("fragment %d: %d refused, want %d", added, refusals, wantRefusals)
		}
	}
	lost := 0
	fr.Incomplete(func(capture.Frame, uint64) { lost++ })
	fr.Repeated(func(capture.Frame, uint64) { lost++ })
	if joined+lost != added || fr.total != 0 || len(fr.open) != 0 {
		t.Fatalf("%d added, %d joined, %d lost; %d bytes in %d datagrams left", added, joined, lost, fr.total, len(fr.open))
	}
}

// scriptedFragment makes one of four bytes.
func scriptedFragment(b []byte) wire.Datagram {
	kind, at, size := b[0], int(b[1]%8)*8, int(b[2]%8)*8
	last := kind&2 != 0 && at > 0 // else it were no fragment
	if kind&16 != 0 {
		at += 65536 - 64 // about the end of what is allowed
	}
	if kind&8 != 0 || last {
		size += int(b[2] >> 5)
	}
	g := fragment(uint32(kind&1), at, size, !last)
	for i := range g.Payload {
		g.Payload[i] = byte(at + i)
		if kind&4 != 0 && kind&32 != 0 {
			g.Payload[i]++ // a liar
		}
	}
	return g
}

func TestFragmentModelIsWorthItsName(t *testing.T) {
	m := &fragmentModel{bytes: make(map[int]byte), end: -1}
	one, two := fragment(1, 0, 8, true), fragment(1, 8, 3, false)
	copy(two.Payload, "end")
	if _, ok := m.add(&one); ok {
		t.Error("joined too early")
	}
	if whole, ok := m.add(&two); !ok || !strings.HasSuffix(string(whole), "\x00end") || len(whole) != 11 {
		t.Errorf("got %q, %v", whole, ok)
	}
	two.Payload[0] = 'x'
	if m.add(&two); !m.refused {
		t.Error("other bytes were taken")
	}
}
