package main

import (
	"time"

	"rung/cmd/rungbench/workload"
)

// figures are what one run of rungbench has measured.
type figures struct {
	when    time.Time
	machine machine
	rung    string // its version
	n       int
	size    int64
	again   string // the flags that measure this again
	peers   []peer
	groups  []group
}

// A group is programs that were run by turns over the same file: the first is
// what the others are compared with.
type group struct {
	row      string
	workload string
	stats    workload.Stats
	programs []timed
}

// of returns the groups of a row, or those of one workload in it.
func (f *figures) of(row, workload string) []group {
	var out []group
	for _, g := range f.groups {
		if g.row == row && (workload == "" || g.workload == workload) {
			out = append(out, g)
		}
	}
	return out
}

// cost returns a program's medians.
func (g group) cost(name string) (cost, bool) {
	for _, p := range g.programs {
		if p.name == name {
			return p.cost, true
		}
	}
	return cost{}, false
}

// A growth is how rung's time and memory follow the size of a workload.
type growth struct {
	workload   string
	from, to   group
	start      float64 // seconds at no size at all, by the fit
	perGB      float64 // seconds
	exponent   float64 // of the time: 1 is linear
	memory     float64 // the largest size's peak, of the smallest's
	perFlow    float64 // bytes
	memoryOfGB float64 // bytes
}

// growths fits the growth of each workload.
func (f *figures) growths() []growth {
	var out []growth
	done := map[string]bool{}
	for _, g := range f.of(rowGrowth, "") {
		if !done[g.workload] {
			done[g.workload] = true
			out = append(out, fitGrowth(f.of(rowGrowth, g.workload)))
		}
	}
	return out
}

func fitGrowth(groups []group) growth {
	var wall, perByte, perFlow []point
	for _, g := range groups {
		size, c := float64(g.stats.Bytes), g.programs[0].cost
		wall = append(wall, point{size / 1e9, c.wall.Seconds()})
		perByte = append(perByte, point{size / 1e9, float64(c.peak)})
		perFlow = append(perFlow, point{float64(g.stats.Calls), float64(c.peak)})
	}
	first, last := groups[0], groups[len(groups)-1]
	r := growth{workload: first.workload, from: first, to: last, exponent: exponent(wall)}
	r.start, r.perGB = fit(wall)
	_, r.memoryOfGB = fit(perByte)
	_, r.perFlow = fit(perFlow)
	r.memory = times(float64(last.programs[0].peak), float64(first.programs[0].peak))
	return r
}
