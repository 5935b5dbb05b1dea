package chart

import (
	"encoding/binary"
	"math"
	"regexp"
	"testing"
	"time"

	"rung/capture"
	"rung/decode/media"
	"rung/render"
)

func TestALineBreaksWhereNothingWasHeard(t *testing.T) {
	at := func(s int) capture.Time { return zero.Add(time.Duration(s) * time.Second) }
	s := &media.Series{Interval: time.Second, Points: []media.Point{
		{At: at(0), Packets: 1, JitterMax: 1}, {At: at(1), Packets: 1, JitterMax: 2},
		{At: at(2)},
		{At: at(3), Packets: 1, JitterMax: 3},
		{At: at(9), Packets: 1, JitterMax: 4},
		{At: at(10), Packets: 1, JitterMax: math.NaN()},
	}}
	runs := line(s, zero, 20*time.Millisecond, jitterOf)
	if len(runs) != 3 || len(runs[0]) != 2 || runs[0][1] != (point{1.5, 2}) || runs[2][0] != (point{9.5, 4}) {
		t.Errorf("%v", runs)
	}
}

func TestSlowVideoIsNoRowOfFragments(t *testing.T) {
	s := &media.Stream{Kind: "video", Video: &media.Video{FPS: 4.3, FrameJitterMS: 103.1}, Delta: &media.Spread{Mean: 80}}
	s.Series.Interval = 100 * time.Millisecond
	for _, tenth := range []int{0, 2, 5, 9, 10, 12, 60, 63} { // a pause of 5 s before the last two
		s.Series.Points = append(s.Series.Points, media.Point{At: zero.Add(time.Duration(tenth) * s.Series.Interval), Packets: 1, DeltaMax: 300})
	}
	if runs := line(&s.Series, zero, usualGap(s), deltaOf); len(runs) != 2 || len(runs[0]) != 6 {
		t.Errorf("%v", runs)
	}
	if got := jitterMissing(&media.Stream{Packets: 9, Kind: "video", Video: s.Video, Jitter: &media.Jitter{Mean: 47}}); got != "video: frame jitter 103.1 ms, mean over all frames" {
		t.Error(got)
	}
}

func TestThinKeepsEveryPeak(t *testing.T) {
	var run []point
	for i := range 100_000 {
		run = append(run, point{float64(i), 1})
	}
	run[12345].y, run[77777].y = 500, -3
	out := thin(run, 0, 100_000, maxColumns)
	if len(out) > 2*maxColumns {
		t.Errorf("%d points", len(out))
	}
	var hi, lo bool
	for i, p := range out {
		hi = hi || p == run[12345]
		lo = lo || p == run[77777]
		if i > 0 && p.x < out[i-1].x {
			t.Fatal("out of order")
		}
	}
	if !hi || !lo {
		t.Error("a peak is lost")
	}
}

func TestLossesAddUpInEveryBucket(t *testing.T) {
	s := stream(phone, pbx, 1, 0, 7200)
	for _, axis := range []time.Duration{time.Minute, time.Hour, 2 * time.Hour, 100 * time.Hour} {
		w := bucket(s.Series.Interval, axis)
		if n := int64(axis / w); n > maxBuckets {
			t.Errorf("axis %v: %d buckets of %v", axis, n, w)
		}
		if w%s.Series.Interval != 0 {
			t.Errorf("bucket %v is no multiple of %v", w, s.Series.Interval)
		}
		sum := 0.0
		for _, b := range losses(&s.Series, zero, w) {
			sum += b.y
		}
		if sum != float64(s.Lost) {
			t.Errorf("axis %v: %v lost, want %v", axis, sum, s.Lost)
		}
	}
}

func TestTopCutsOnlyWhatTowersAboveTheRest(t *testing.T) {
	flat := make([]float64, 100)
	for i := range flat {
		flat[i] = 20 + float64(i%3)
	}
	spiked := append([]float64{30240}, flat...)
	for _, c := range []struct {
		name string
		in   []float64
		end  float64
		cut  bool
	}{
		{"nothing", nil, 1, false},
		{"all zero", []float64{0, 0}, 1, false},
		{"usual values", flat, 25, false},
		{"one hold of half a minute", spiked, 100, true},
		{"too few to tell what is usual", []float64{1, 1, 1000}, 2000, false},
	} {
		if end, cut := top(c.in, 1); end != c.end || cut != c.cut {
			t.Errorf("%s: %v %t, want %v %t", c.name, end, cut, c.end, c.cut)
		}
	}
}

func TestTicksAreFewAndRound(t *testing.T) {
	for _, end := range []float64{0.001, 0.02, 3, 59, 63, 600, 3600, 86400, 1e7} {
		if n := len(timeTicks(end, 10)); n < 2 || n > 12 {
			t.Errorf("%v seconds: %d marks", end, n)
		}
		if n := len(valueTicks(roundUp(end), false)); n < 2 || n > 12 {
			t.Errorf("value %v: %d marks", end, n)
		}
	}
	for v, want := range map[float64]string{0: "0", 0.25: "0.25", 7.5: "7.5", 30240: "30,240", 0.1 + 0.2: "0.3"} {
		if got := number(v); got != want {
			t.Errorf("%v is written %q, want %q", v, got, want)
		}
	}
}

var numbers = regexp.MustCompile(`NaN|Inf`)

// FuzzSeries draws any series: coordinates stay finite and on the page, and
// what is lost adds up.
func FuzzSeries(f *testing.F) {
	f.Add([]byte("\x00\x01\x02\x03\x04\x05\x06\x07\x08\x09\x0a\x0b\x0c\x0d\x0e\x0f\x10\x11"), int64(time.Second))
	f.Add([]byte{}, int64(-5))
	f.Fuzz(func(t *testing.T, data []byte, interval int64) {
		const size = 18
		if len(data) > 200*size {
			return
		}
		s := stream(phone, pbx, 1, 0, 0)
		s.Series.Interval = time.Duration(interval)
		s.Packets = 1000
		at, lost := zero, 0.0
		for ; len(data) >= size; data = data[size:] {
			at = at.Add(time.Duration(binary.BigEndian.Uint16(data)) * time.Millisecond)
			n := int(int8(data[2]))
			lost += float64(max(n, 0))
			s.Series.Points = append(s.Series.Points, media.Point{At: at, Packets: int(data[3]), Lost: n,
				DeltaMax: math.Float64frombits(binary.BigEndian.Uint64(data[2:])), JitterMax: math.Float64frombits(binary.BigEndian.Uint64(data[10:]))})
		}
		s.End = at
		fl := call(0)
		fl.Streams = []*media.Stream{s}
		fl.End = at
		doc := document(fl)
		c := OfFlow(doc, fl, &render.Options{})[0]
		svg := svgOf(t, c, Look{})
		wellFormed(t, svg)
		for _, m := range numbers.FindAllString(svg, -1) {
			if m == "NaN" || m == "Inf" {
				t.Fatalf("%s in a picture", m)
			}
		}
		sum := 0.0
		for _, b := range losses(&s.Series, zero, bucket(s.Series.Interval, c.End.Sub(c.Start))) {
			sum += b.y
		}
		if sum != lost {
			t.Errorf("%v lost, want %v", sum, lost)
		}
	})
}
