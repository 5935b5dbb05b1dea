package media

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"
)

// A sent packet meets a network that drops, doubles and delays; the model
// knows what it did and counts in the plainest way.
type model struct {
	arrived                      []packet // in order of arrival
	firsts                       []packet // the same without copies
	expected, lost, dup, reorder int64
}

func simulate(rng *rand.Rand, n int, loss, double, jitter float64) model {
	seq, ts := uint16(rng.Uint32()), rng.Uint32()
	type copyOf struct {
		packet
		number int // of the packet sent
	}
	var sent []copyOf
	for i := range n {
		if rng.Float64() < loss {
			continue
		}
		p := packet{
			at:  time.Duration(i)*20*time.Millisecond + time.Duration(rng.Float64()*jitter*float64(time.Millisecond)),
			seq: seq + uint16(i), ts: ts + uint32(i)*160, pt: 8, payload: make([]byte, 160),
		}
		p.at = p.at.Truncate(time.Microsecond)
		sent = append(sent, copyOf{p, i})
		for rng.Float64() < double {
			p.at += time.Duration(rng.IntN(200)) * time.Millisecond
			sent = append(sent, copyOf{p, i})
		}
	}
	slices.SortStableFunc(sent, func(a, b copyOf) int { return int(a.at - b.at) })
	var m model
	seen := map[int]bool{}
	lowest, highest := n, -1
	for _, p := range sent {
		m.arrived = append(m.arrived, p.packet)
		if seen[p.number] {
			m.dup++
			continue
		}
		seen[p.number] = true
		m.firsts = append(m.firsts, p.packet)
		if p.number < highest {
			m.reorder++
		}
		lowest, highest = min(lowest, p.number), max(highest, p.number)
	}
	m.expected = int64(highest - lowest + 1)
	m.lost = m.expected - int64(len(seen))
	return m
}

func TestAgainstModel(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	for i := range 200 {
		loss, double, jitter := rng.Float64()*0.3, rng.Float64()*0.3, rng.Float64()*190
		if i%4 == 0 {
			jitter = 5
		}
		m := simulate(rng, 20+rng.IntN(9000), loss, double, jitter)
		t.Run(fmt.Sprintf("%d packets, loss %.2f, double %.2f, jitter %.0f ms", len(m.arrived), loss, double, jitter), func(t *testing.T) {
			s := play(Limits{}, m.arrived).Streams(nil, nil)[0]
			if s.Expected != m.expected || s.Lost != m.lost || s.Duplicates != m.dup || s.Reordered != m.reorder || s.Restarts != 0 || s.Stray != 0 {
				t.Errorf("expected %d, lost %d, dup %d, reordered %d, restarts %d, stray %d; want %d %d %d %d",
					s.Expected, s.Lost, s.Duplicates, s.Reordered, s.Restarts, s.Stray, m.expected, m.lost, m.dup, m.reorder)
			}
			mean, most, last := rfcJitter(unwrapped(m.firsts), 8000)
			if !near(s.Jitter.Mean, mean) || !near(s.Jitter.Max, most) || !near(s.Jitter.Last, last) {
				t.Errorf("jitter %+v, want %v %v %v", *s.Jitter, mean, most, last)
			}
			var lost int64
			for _, b := range s.LossBursts {
				lost += b.Packets
			}
			if len(s.LossBursts) < MaxBursts && lost != m.lost {
				t.Errorf("bursts sum up to %d, want %d", lost, m.lost)
			}
		})
	}
}

// unwrapped moves timestamps so that none wraps: rfcJitter takes them as
// numbers.
func unwrapped(list []packet) []packet {
	list = slices.Clone(list)
	base := list[0].ts - 1<<24
	for i := range list {
		list[i].ts -= base
	}
	return list
}

// A track cut at any time gives what its two halves give when fed apart.
func TestCutIsExact(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 4))
	for range 50 {
		m := simulate(rng, 500, 0.1, 0.1, 50)
		at := rng.IntN(len(m.arrived)-2) + 1
		cut := epoch.Add(m.arrived[at].at)
		for at > 0 && m.arrived[at-1].at == m.arrived[at].at {
			at--
		}
		if at == 0 {
			continue
		}
		whole := play(Limits{}, m.arrived).Streams([]Time{0, cut, cut, cut + 1e15}, nil)
		if len(whole) != 2 {
			t.Fatalf("%d pieces", len(whole))
		}
		for i, part := range [][]packet{m.arrived[:at], m.arrived[at:]} {
			want := play(Limits{}, part).Streams(nil, nil)[0]
			if got := summary(whole[i]); got != summary(want) {
				t.Fatalf("piece %d:\n%.300s\nwant\n%.300s", i, got, summary(want))
			}
		}
	}
}

// summary prints what must not depend on where a stream lies in the capture.
func summary(s *Stream) string {
	out := fmt.Sprintf("packets %d bytes %d expected %d lost %d dup %d reordered %d restarts %d stray %d jumps %d series %v from %d to %d digits %d",
		s.Packets, s.Bytes, s.Expected, s.Lost, s.Duplicates, s.Reordered, s.Restarts, s.Stray, s.ClockJumps,
		s.Series, s.Start, s.End, len(s.DTMF))
	if s.Jitter != nil {
		out += fmt.Sprintf(" jitter %v", *s.Jitter)
	}
	if s.Delta != nil {
		out += fmt.Sprintf(" delta %v", *s.Delta)
	}
	if s.SkewMS != nil {
		out += fmt.Sprintf(" skew %v", *s.SkewMS)
	}
	if s.Video != nil {
		v := *s.Video
		v.KeyFrames = nil
		out += fmt.Sprintf(" video %+v", v)
	}
	for _, b := range s.LossBursts {
		out += fmt.Sprintf(" %d+%d", b.FirstSeq, b.Packets)
	}
	return out
}

// Folding a log changes nothing as long as nobody wants it cut.
func TestFoldChangesNothing(t *testing.T) {
	rng := rand.New(rand.NewPCG(5, 6))
	m := simulate(rng, 60000, 0.05, 0.05, 60)
	m.arrived = slices.Concat(m.arrived, shift(talk(3000, m.arrived[len(m.arrived)-1].at+time.Second, 9, 9), 1500, 3*time.Second, 0))
	want := play(Limits{}, m.arrived)
	got := play(Limits{TrackLog: 32 << 10}, m.arrived)
	if got.fold == nil || want.fold != nil || got.log.bytes > 32<<10 {
		t.Fatalf("fold %v %v, log %d", got.fold != nil, want.fold != nil, got.log.bytes)
	}
	for range 2 { // Streams leaves the track as it was
		a, b := summary(got.Streams(nil, nil)[0]), summary(want.Streams(nil, nil)[0])
		if a != b {
			t.Fatalf("folded and whole differ: %d and %d bytes", len(a), len(b))
		}
	}
	cut := epoch.Add(m.arrived[100].at)
	s := got.Streams([]Time{cut}, nil)
	if len(s) != 1 || !hasDiagnostic(s[0], "rtp-cut-late") {
		t.Error("a cut that can't be made must be told")
	}
	late := epoch.Add(m.arrived[len(m.arrived)-100].at)
	if s := got.Streams([]Time{late}, nil); len(s) != 2 || s[1].Packets != 100 || hasDiagnostic(s[0], "rtp-cut-late") {
		t.Error("a cut in what is not folded yet is exact")
	}
	opus := func(Time, uint8) (Codec, bool) { return Codec{Name: "opus", Clock: 48000, Kind: "audio"}, true }
	if s := got.Streams(nil, opus); !hasDiagnostic(s[0], "rtp-meaning-late") {
		t.Error("a clock learnt too late must be told")
	}
}

func hasDiagnostic(s *Stream, code string) bool {
	for _, d := range s.Diagnostics {
		if d.Code == code {
			return true
		}
	}
	return false
}
