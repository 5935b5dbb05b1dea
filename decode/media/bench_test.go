package media

import (
	"runtime"
	"testing"
	"time"
	"unsafe"

	"rung/capture"
)

// voiceSegments are as many packets as a shard sees, of some calls at once.
func voiceSegments(calls, n int) []capture.Segment {
	var lists [][]capture.Segment
	for c := range calls {
		lists = append(lists, segments(talk(n, 0, uint16(c), uint32(c)), pathAB, uint32(c)))
	}
	var out []capture.Segment
	for i := range n {
		for c := range lists {
			s := lists[c][i]
			s.Order.Index = uint64(len(out))
			s.Frame.Number = int32(len(out) + 1)
			out = append(out, s)
		}
	}
	return out
}

func benchmarkFeed(b *testing.B, calls int) {
	list := voiceSegments(calls, 1000)
	span := list[len(list)-1].Time - list[0].Time + capture.Time(20*time.Millisecond)
	b.ReportAllocs()
	tr := NewTracker(Limits{})
	i, turn := 0, capture.Time(0)
	for b.Loop() {
		if i == len(list) {
			i, turn = 0, turn+span
		}
		s := list[i]
		s.Time += turn
		if !tr.Feed(&s) {
			b.Fatal("not kept")
		}
		i++
	}
}

func BenchmarkFeedOneCall(b *testing.B)  { benchmarkFeed(b, 1) }
func BenchmarkFeed100Calls(b *testing.B) { benchmarkFeed(b, 100) }

func BenchmarkStreams(b *testing.B) {
	list := talk(9000, 0, 1, 1) // three minutes
	for i := range list {
		list[i].at += time.Duration(i*7919%3000) * time.Microsecond
	}
	track := play(Limits{}, list)
	b.ReportAllocs()
	for b.Loop() {
		if s := track.Streams(nil, describeVoice); s[0].Lost != 0 {
			b.Fatal("lost")
		}
	}
	b.ReportMetric(float64(len(list))*float64(b.N)/b.Elapsed().Seconds(), "packets/s")
}

// Every second packet lost keeps the list of open gaps as long as it gets.
func BenchmarkStreamsHalfLost(b *testing.B) {
	var list []packet
	for i, p := range talk(60000, 0, 1, 1) {
		if i%2 == 0 {
			list = append(list, p)
		}
	}
	track := play(Limits{}, list)
	b.ReportAllocs()
	for b.Loop() {
		if s := track.Streams(nil, nil); s[0].Lost != int64(len(list)-1) {
			b.Fatal(s[0].Lost)
		}
	}
	b.ReportMetric(float64(len(list))*float64(b.N)/b.Elapsed().Seconds(), "packets/s")
}

// The log is what a call costs in memory: about five bytes a packet.
func TestMemoryOfACall(t *testing.T) {
	list := segments(talk(9000, 0, 1, 1), pathAB, 1)
	for i := range list { // a busy span port: packets of other calls between, µs times with jitter
		list[i].Order.Index = uint64(i) * 40
		list[i].Frame.Number = int32(i)*40 + 1
		list[i].Time += capture.Time(i * 7919 % 3000 * 1000)
	}
	var before, after runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	tr := NewTracker(Limits{})
	for i := range list {
		tr.Feed(&list[i])
	}
	runtime.GC()
	runtime.ReadMemStats(&after)
	runtime.KeepAlive(list)
	tracks := tr.Finish()
	grown := int64(after.HeapAlloc) - int64(before.HeapAlloc)
	t.Logf("track %d bytes, log %d bytes for %d packets, heap grew by %d", unsafe.Sizeof(Track{}), tracks[0].log.bytes, len(list), grown)
	if tracks[0].log.bytes > 6*len(list)+lastChunk || grown > 100<<10 {
		t.Errorf("log %d bytes, heap %d for %d packets", tracks[0].log.bytes, grown, len(list))
	}
	if size := unsafe.Sizeof(Track{}) + firstChunk; size > 1<<10 {
		t.Errorf("a candidate costs %d bytes, limits.go says about 1 kB", size)
	}
}

// A track that never ends stays within its limit.
func TestMemoryIsBounded(t *testing.T) {
	tr := NewTracker(Limits{TrackLog: 64 << 10})
	list := segments(talk(5000, 0, 0, 0), pathAB, 1)
	for turn := range 100 {
		for i := range list {
			s := list[i]
			s.Time += capture.Time(turn) * capture.Time(100*time.Second)
			tr.Feed(&s)
		}
		if tr.logBytes > 64<<10+lastChunk {
			t.Fatalf("turn %d: %d bytes of log", turn, tr.logBytes)
		}
	}
	s := tr.Finish()[0].Streams(nil, nil)[0]
	checkSane(t, s)
	if s.Packets != 500000 || s.Restarts != 99 || s.Lost != 0 || len(s.Series.Points) > MaxPoints {
		t.Errorf("packets %d, restarts %d, lost %d", s.Packets, s.Restarts, s.Lost)
	}
}
