package chart

import (
	"math"
	"slices"
	"strconv"

	"gonum.org/v1/plot"
)

func itoa(n int) string { return strconv.Itoa(n) }

// roundUp returns the next of 1, 2, 2.5, 5 times a power of ten.
func roundUp(v float64) float64 {
	if !(v > 0) || math.IsInf(v, 0) {
		return 1
	}
	p := math.Pow(10, math.Floor(math.Log10(v)))
	for _, k := range []float64{1, 2, 2.5, 5, 10} {
		if v <= k*p*(1+1e-9) {
			return k * p
		}
	}
	return 10 * p
}

// top is where a vertical axis ends: a little above the greatest value. When
// single values tower above the rest by far (a hold is one packet distance
// of a minute), they are cut so that the rest can be read; cut says so.
func top(values []float64, least float64) (end float64, cut bool) {
	if len(values) == 0 {
		return least, false
	}
	v := slices.Clone(values)
	slices.Sort(v)
	greatest := v[len(v)-1]
	usual := v[(len(v)-1)*95/100]
	const towering = 10
	if len(v) >= 20 && usual > 0 && greatest > towering*max(usual, least/2) {
		return roundUp(max(2.5*usual, least)), true
	}
	return roundUp(max(greatest*1.02, least)), false
}

// valueTicks are three or four marks from 0 to end.
func valueTicks(end float64, whole bool) plot.ConstantTicks {
	step := roundUp(end / 4)
	if whole {
		step = max(1, math.Ceil(step))
	}
	var t plot.ConstantTicks
	for i := 0; float64(i)*step <= end*(1+1e-9) && i < 12; i++ {
		v := float64(i) * step
		t = append(t, plot.Tick{Value: v, Label: number(v)})
	}
	return t
}

// timeSteps are distances between marks of a time axis, in seconds: above a
// minute they are round in minutes and hours.
var timeSteps = [...]float64{
	0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 30,
	60, 120, 300, 600, 1200, 1800, 3600, 7200, 14400, 28800, 43200, 86400,
}

// timeTicks are at most about n marks from 0 to end seconds.
func timeTicks(end float64, n int) plot.ConstantTicks {
	step := timeSteps[len(timeSteps)-1]
	for _, s := range timeSteps {
		if end/s <= float64(n) {
			step = s
			break
		}
	}
	if end/step > float64(n) {
		step = roundUp(end / float64(n))
	}
	var t plot.ConstantTicks
	for i := 0; float64(i)*step <= end*(1+1e-9); i++ {
		v := float64(i) * step
		t = append(t, plot.Tick{Value: v, Label: number(v)})
	}
	return t
}

// number writes a tick: no more digits than it needs, thousands apart.
func number(v float64) string {
	if v == math.Trunc(v) && math.Abs(v) < 1e15 {
		return thousands(int64(v))
	}
	return strconv.FormatFloat(math.Round(v*1e6)/1e6, 'f', -1, 64)
}
