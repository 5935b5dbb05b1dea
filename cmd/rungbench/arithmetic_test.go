package main

import (
	"math"
	"testing"
)

func TestMedian(t *testing.T) {
	of := func(c cost) int64 { return c.peak }
	for _, tt := range []struct {
		in   []int64
		want int64
	}{{[]int64{5}, 5}, {[]int64{9, 1, 5}, 5}, {[]int64{4, 3, 2, 1}, 2}} {
		var runs []cost
		for _, n := range tt.in {
			runs = append(runs, cost{peak: n})
		}
		if got := median(runs, of); got != tt.want {
			t.Errorf("%v: %d", tt.in, got)
		}
	}
}

func TestTimes(t *testing.T) {
	for _, tt := range []struct{ a, b, want float64 }{{6, 2, 3}, {1, 4, 0.25}} {
		if got := times(tt.a, tt.b); got != tt.want {
			t.Errorf("%v/%v: %v", tt.a, tt.b, got)
		}
	}
	for _, tt := range [][2]float64{{0, 1}, {1, 0}, {-1, 1}, {math.NaN(), 1}, {1, math.NaN()}} {
		if got := times(tt[0], tt[1]); !math.IsNaN(got) {
			t.Errorf("%v: %v, though one is not known", tt, got)
		}
	}
}

func TestFit(t *testing.T) {
	for _, tt := range []struct {
		name       string
		points     []point
		at0, slope float64
	}{
		{"points on a line", []point{{1, 5}, {2, 7}, {4, 11}}, 3, 2},
		{"flat", []point{{1, 4}, {2, 4}, {3, 4}}, 4, 0},
		{"the least squares between points", []point{{0, 0}, {1, 2}, {2, 1}}, 0.5, 0.5},
		{"order does not matter", []point{{4, 11}, {1, 5}, {2, 7}}, 3, 2},
	} {
		at0, slope := fit(tt.points)
		if math.Abs(at0-tt.at0) > 1e-9 || math.Abs(slope-tt.slope) > 1e-9 {
			t.Errorf("%s: %v + %v·x", tt.name, at0, slope)
		}
	}
	for name, points := range map[string][]point{"none": nil, "one": {{1, 1}}, "one size": {{1, 1}, {1, 2}}} {
		if _, slope := fit(points); !math.IsNaN(slope) {
			t.Errorf("%s: slope %v", name, slope)
		}
	}
}

func TestExponent(t *testing.T) {
	for want, of := range map[float64]func(x float64) float64{
		0: func(float64) float64 { return 7 },
		1: func(x float64) float64 { return 3 * x },
		2: func(x float64) float64 { return x * x / 5 },
	} {
		var points []point
		for _, x := range []float64{0.25, 0.5, 1, 10} {
			points = append(points, point{x, of(x)})
		}
		if got := exponent(points); math.Abs(got-want) > 1e-9 {
			t.Errorf("%v: %v", want, got)
		}
	}
	if got := exponent([]point{{1, 0}, {2, 1}}); !math.IsNaN(got) {
		t.Errorf("of what is not known: %v", got)
	}
}

func TestNumbersAsText(t *testing.T) {
	for got, want := range map[string]string{
		number(1.25, 1):        "1.2",
		number(-0.001, 2):      "0.00",
		number(-0.5, 1):        "-0.5",
		number(math.NaN(), 2):  "?",
		number(math.Inf(1), 2): "?",
		ratio(30, 2):           "15.0×",
		ratio(1, 4):            "0.25×",
		ratio(1, 0):            "?",
		inMB(0):                "?",
		inMB(61_400_000):       "61",
		rate(5e6, 2e9):         "2.50",
		rate(1, 0):             "?",
		seconds(91e6):          "0.091",
		seconds(4_700e6):       "4.70",
		megabytes(8_400_000):   "8.4",
		megabytes(9_000_000):   "9",
		megabytes(300e6):       "300",
	} {
		if got != want {
			t.Errorf("%s in place of %s", got, want)
		}
	}
}
