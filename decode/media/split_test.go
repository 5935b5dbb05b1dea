package media

import (
	"math"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"rung/capture"
)

// Two halves of a track tell what one track cut there tells, and put together
// again what it told before.
func TestSplitIsACut(t *testing.T) {
	for seed := range uint64(20) {
		rng := rand.New(rand.NewPCG(seed, 1))
		list := simulate(rng, 2000, 0.02, 0.02, 30).arrived
		at := epoch.Add(time.Duration(rng.IntN(41000)) * time.Millisecond)
		whole := play(Limits{}, list)
		want := whole.Streams([]capture.Time{at}, nil)
		all := whole.Streams(nil, nil)
		packets, first := whole.Packets, whole.First

		rest := whole.Split(at)
		got := whole.Streams(nil, nil)
		if rest != nil {
			got = append(got, rest.Streams(nil, nil)...)
		}
		if len(got) != len(want) {
			t.Fatalf("seed %d: %d pieces, want %d", seed, len(got), len(want))
		}
		for i := range got {
			if d := cmp.Diff(summary(want[i]), summary(got[i])); d != "" {
				t.Errorf("seed %d, piece %d:\n%s", seed, i, d)
			}
		}
		if rest == nil {
			continue
		}
		if whole.Packets+rest.Packets != packets || whole.First != first {
			t.Errorf("seed %d: %d + %d packets of %d", seed, whole.Packets, rest.Packets, packets)
		}
		if !whole.Append(rest) || whole.Packets != packets {
			t.Fatalf("seed %d: %d packets put together, of %d", seed, whole.Packets, packets)
		}
		if d := cmp.Diff(summary(all[0]), summary(whole.Streams(nil, nil)[0])); d != "" {
			t.Errorf("seed %d, together again:\n%s", seed, d)
		}
	}
}

func TestSplitOutsideTheTrack(t *testing.T) {
	tr := play(Limits{}, talk(50, 0, 1, 1))
	if rest := tr.Split(epoch.Add(time.Minute)); rest != nil || tr.Packets != 50 {
		t.Errorf("a cut behind the end: %d packets stay", tr.Packets)
	}
	rest := tr.Split(epoch)
	if rest == nil || rest.Packets != 50 || tr.Packets != 0 || len(tr.Streams(nil, nil)) != 0 {
		t.Fatalf("a cut before the beginning: %d packets stay", tr.Packets)
	}
	if s := rest.Streams(nil, nil)[0]; s.Packets != 50 || s.Lost != 0 {
		t.Errorf("%d packets, %d lost", s.Packets, s.Lost)
	}
}

func TestReleaseLeavesTheNextCallItsPackets(t *testing.T) {
	tr := NewTracker(LiveLimits())
	for ssrc := range uint32(2) {
		path := pathAB
		if ssrc == 1 {
			path = path.Reverse()
		}
		list := segments(talk(5000, 0, 1, 1), path, ssrc)
		for i := range list {
			tr.Feed(&list[i])
		}
	}
	at := epoch.Add(90 * time.Second)
	out := tr.Release([]Release{{Addr: addrB, Until: at}})
	if len(out) != 2 || out[0].Packets != 4500 || out[1].Packets != 4500 {
		t.Fatalf("%d tracks released", len(out))
	}
	if again := tr.Release([]Release{{Addr: addrA, Until: at}, {Addr: addrB, Until: at}}); len(again) != 0 {
		t.Errorf("released twice: %d", len(again))
	}
	rest := tr.Release([]Release{{Addr: addrA, Until: math.MaxInt64}})
	if len(rest) != 2 || rest[0].Packets != 500 || !rest[0].Recognised() {
		t.Fatalf("%d tracks left", len(rest))
	}
	if len(tr.Finish()) != 0 || tr.logBytes != 0 || tr.candidates != 0 {
		t.Errorf("%d bytes, %d candidates left in the books", tr.logBytes, tr.candidates)
	}
	for _, track := range append(out, rest...) {
		if s := track.Streams(nil, nil)[0]; s.Lost != 0 || s.Jitter.Max > 1e-9 {
			t.Errorf("%d lost, jitter %v", s.Lost, s.Jitter)
		}
	}
}

// A long track is folded with the clock that signalling told by then.
func TestFoldKnowsWhatSignallingTold(t *testing.T) {
	told := func(capture.Time, uint8) (Codec, bool) {
		return Codec{Name: "opus", Clock: 16000, Kind: "audio"}, true
	}
	list := talk(20000, 0, 1, 1)
	for i := range list {
		list[i].pt = 111
	}
	lim := LiveLimits()
	lim.Points = MaxPoints
	tr := NewTracker(lim)
	tr.Tell(func(capture.Path) Describe { return told })
	segs := segments(list, pathAB, 7)
	for i := range segs {
		tr.Feed(&segs[i])
	}
	track := tr.Finish()[0]
	if track.fold == nil {
		t.Fatal("not folded")
	}
	s := track.Streams(nil, told)[0]
	if hasDiagnostic(s, "rtp-meaning-late") || s.Clock != 16000 || s.ClockMeasured {
		t.Errorf("clock %d, measured %v, %v", s.Clock, s.ClockMeasured, s.Diagnostics)
	}
	whole := play(Limits{}, list).Streams(nil, told)[0]
	if d := cmp.Diff(summary(whole), summary(s)); d != "" {
		t.Error(d)
	}
}
