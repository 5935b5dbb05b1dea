package record

import (
	"math"
	"testing"
	"time"

	"rung/capture"
)

// reference is the format of Time as package time writes it.
func reference(t capture.Time) string {
	return t.Std().Format("2006-01-02T15:04:05.000000000Z")
}

// TestEveryDayHasItsDate tries the first and last nanosecond of every day
// that capture.Time can say.
func TestEveryDayHasItsDate(t *testing.T) {
	const day = int64(24 * time.Hour)
	for d := math.MinInt64/day + 1; d < math.MaxInt64/day; d++ {
		for _, at := range []capture.Time{capture.Time(d * day), capture.Time(d*day + day - 1)} {
			if got, want := Time(at), reference(at); got != want {
				t.Fatalf("%d: got %s, want %s", at, got, want)
			}
		}
	}
}

func FuzzTime(f *testing.F) {
	for _, at := range []int64{0, -1, 1e9, -1e9, math.MinInt64, math.MaxInt64, 1366214035312e6} {
		f.Add(at)
	}
	f.Fuzz(func(t *testing.T, at int64) {
		if got, want := Time(capture.Time(at)), reference(capture.Time(at)); got != want {
			t.Errorf("got %s, want %s", got, want)
		}
	})
}

// FuzzRound asserts that rounded numbers are written as encoding/json writes
// the records' float64.
func FuzzRound(f *testing.F) {
	for _, v := range []float64{
		0, math.Copysign(0, -1), 0.0004, -0.0004, 0.0005, 1.2345, -1.2345, 62400, 0.3, 1.1, 99.99995, 1e11, 1e12, 123456789012.3456, 1e15, 1e20, 1e21, -1e21, 1e300,
		999999999999.9994, 999999999999.9996, math.MaxFloat64, math.SmallestNonzeroFloat64, math.NaN(), math.Inf(1), math.Inf(-1),
	} {
		f.Add(math.Float64bits(v))
	}
	f.Fuzz(func(t *testing.T, bits uint64) {
		v := math.Float64frombits(bits)
		for _, scale := range []int64{msDecimals, percentDecimals} {
			if got, want := string(appendRound(nil, v, scale)), reflected(t, round(v, float64(scale))); got != want {
				t.Errorf("%v/%d: got %s, want %s", v, scale, got, want)
			}
		}
	})
}

// FuzzMillis asserts the same of durations.
func FuzzMillis(f *testing.F) {
	for _, d := range []int64{0, 1, -1, 499, 500, 501, 1500, 1e6, -1234567, math.MaxInt64, math.MinInt64} {
		f.Add(d)
	}
	f.Fuzz(func(t *testing.T, d int64) {
		if got, want := string(appendMillis(nil, time.Duration(d))), reflected(t, millis(time.Duration(d))); got != want {
			t.Errorf("got %s, want %s", got, want)
		}
	})
}
