package main

import (
	"math"
	"slices"
	"time"
)

// median takes the lower middle one of an even number.
func median[T time.Duration | int64](runs []cost, of func(cost) T) T {
	var all []T
	for _, c := range runs {
		all = append(all, of(c))
	}
	slices.Sort(all)
	return all[(len(all)-1)/2]
}

// times is how many times b goes into a; NaN when one of them is not known.
func times(a, b float64) float64 {
	if !(a > 0) || !(b > 0) {
		return math.NaN()
	}
	return a / b
}

// A point is a size and what was measured at it.
type point struct{ x, y float64 }

// fit returns the line through points with the least squares: y = at0 + slope·x.
// Fewer than two sizes have none: NaN.
func fit(points []point) (at0, slope float64) {
	var x, y float64
	for _, p := range points {
		x += p.x / float64(len(points))
		y += p.y / float64(len(points))
	}
	var xx, xy float64
	for _, p := range points {
		xx += (p.x - x) * (p.x - x)
		xy += (p.x - x) * (p.y - y)
	}
	if !(xx > 0) {
		return math.NaN(), math.NaN()
	}
	slope = xy / xx
	return y - slope*x, slope
}

// exponent is that of the power law nearest to the points: 1 where y is in
// proportion to x, 0 where it does not change, 2 where it is quadratic.
func exponent(points []point) float64 {
	var logs []point
	for _, p := range points {
		if !(p.x > 0) || !(p.y > 0) {
			return math.NaN()
		}
		logs = append(logs, point{math.Log(p.x), math.Log(p.y)})
	}
	_, slope := fit(logs)
	return slope
}
