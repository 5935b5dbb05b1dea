package main

import (
	"fmt"
	"math"
	"time"
)

// A judgement is one target of issue 4 beside what was measured.
type judgement struct {
	what, target, stretch string
	got                   string // "" when not measured
	met, beyond           bool   // the target, the stretch
	small                 bool   // the target speaks of a larger capture than was measured
}

func (j judgement) String() string {
	text := "NOT MET"
	switch {
	case j.got == "":
		return "not measured"
	case j.beyond:
		text = "stretch met"
	case j.met:
		text = "met"
	}
	if j.small {
		text += " *"
	}
	return text
}

// Sizes that the targets speak of.
const (
	rtpSize    = 300e6
	xmppSize   = 100e6
	sipPackets = 200_000
	ladderSize = 1e9
	growthSize = 4e9
)

// linear and flat are how far from it what counts as such may be: what is
// measured sways by some percent.
const (
	linear = 1.1 // exponent
	flat   = 1.1 // largest to smallest
)

// judgements judges all targets, in the order of the issue.
func (f *figures) judgements() []judgement {
	return []judgement{
		f.trunk(),
		f.faster("sip", "SIP-heavy, tshark/rung", 10, 20, func(g group) bool {
			return g.stats.Packets < sipPackets
		}),
		f.faster("xmpp", "XMPP-heavy, tshark/rung", 10, 20, func(g group) bool {
			return g.stats.Bytes < xmppSize
		}),
		f.memoryBelow(rowPrograms, "rtp", "peak memory, RTP alone", 100, 60),
		f.memoryBelow(rowPrograms, "trunk", "peak memory, RTP-heavy trunk", 100, 60),
		f.memoryBelow(rowMillion, "million-sip", "peak memory, 1 million SIP", 400, 200),
		f.linearTime(),
		f.flatMemory(),
		f.perFlow(),
		f.cores("trunk"),
		f.cores("sip"),
		f.drawing("trunk"),
		f.drawing("sip"),
		f.within(rowHTML, "HTML of 1,000 flows", time.Second),
		f.within(rowPNG, "PNG of 200 messages", 300*time.Millisecond),
	}
}

// trunk has a second condition in its stretch: within twice tcpdump's time.
func (f *figures) trunk() judgement {
	j := f.faster("trunk", "RTP-heavy trunk, tshark/rung", 20, 30, func(g group) bool {
		return g.stats.Bytes < rtpSize
	})
	j.stretch += ", 2× tcpdump"
	if j.got == "" {
		return j
	}
	g := f.of(rowPrograms, "trunk")[0]
	copying, _ := g.cost("tcpdump")
	x := times(g.programs[0].wall.Seconds(), copying.wall.Seconds())
	j.beyond = j.beyond && x <= 2
	j.got += ", " + number(x, 1) + "× tcpdump"
	return j
}

// faster is how many times tshark's time is rung's.
func (f *figures) faster(workload, what string, target, stretch float64, small func(group) bool) judgement {
	j := judgement{what: what, target: fmt.Sprintf("%.0f×", target), stretch: fmt.Sprintf("%.0f×", stretch)}
	for _, g := range f.of(rowPrograms, workload) {
		other, ok := g.cost("tshark")
		if x := times(other.wall.Seconds(), g.programs[0].wall.Seconds()); ok && !math.IsNaN(x) {
			j.got, j.met, j.beyond, j.small = number(x, 1)+"×", x >= target, x >= stretch, small(g)
		}
	}
	return j
}

// memoryBelow is in MB. Between 300 MB and 10 GB the target is the same.
func (f *figures) memoryBelow(row, workload, what string, target, stretch float64) judgement {
	j := judgement{what: what, target: fmt.Sprintf("%.0f MB", target), stretch: fmt.Sprintf("%.0f MB", stretch)}
	for _, g := range f.of(row, workload) {
		peak := g.programs[0].peak
		if peak == 0 {
			continue
		}
		j.got, j.met, j.beyond = inMB(peak)+" MB", float64(peak) <= target*1e6, float64(peak) <= stretch*1e6
		j.small = g.stats.Bytes < rtpSize
	}
	return j
}

// linearTime judges the workload that grows fastest.
func (f *figures) linearTime() judgement {
	j := judgement{what: "growth of time", target: "linear"}
	worst := math.Inf(-1)
	for _, g := range f.growths() {
		if !(g.exponent > worst) {
			continue
		}
		worst = g.exponent
		j.got, j.met = "size^"+number(worst, 2)+", "+g.workload, worst <= linear
		j.small = g.to.stats.Bytes < growthSize
	}
	return j
}

func (f *figures) flatMemory() judgement {
	j := judgement{what: "growth of memory, RTP alone", target: "flat"}
	for _, g := range f.growths() {
		if g.workload == "rtp" && !math.IsNaN(g.memory) {
			j.got, j.met = number(g.memory, 2)+"×", g.memory <= flat
			j.small = g.to.stats.Bytes < growthSize
		}
	}
	return j
}

// perFlow is met by being stated.
func (f *figures) perFlow() judgement {
	j := judgement{what: "growth of memory, SIP", target: "stated"}
	for _, g := range f.growths() {
		if g.workload == "sip" && !math.IsNaN(g.perFlow) && g.memory > 0 {
			j.got, j.met = number(g.perFlow/1e3, 1)+" kB each", true
		}
	}
	return j
}

func (f *figures) cores(workload string) judgement {
	j := judgement{what: "two cores/one, " + workload, target: "1.6×", stretch: "1.8×"}
	for _, g := range f.of(rowWorkers, workload) {
		two, _ := g.cost("two cores")
		one, _ := g.cost("one core")
		if x := times(one.wall.Seconds(), two.wall.Seconds()); !math.IsNaN(x) {
			j.got, j.met, j.beyond = number(x, 2)+"×", x >= 1.6, x >= 1.8
		}
	}
	return j
}

// drawing is what a ladder takes longer than reading.
func (f *figures) drawing(workload string) judgement {
	const most = 50 * time.Millisecond
	j := judgement{what: "ladder of one call, " + workload, target: "+50 ms"}
	for _, g := range f.of(rowLadder, workload) {
		ladder, ok := g.cost("ladder")
		list, read := g.cost("list")
		if !ok || !read {
			continue
		}
		more := ladder.wall - list.wall
		j.got, j.met = fmt.Sprintf("%+d ms", more.Round(time.Millisecond).Milliseconds()), more <= most
		j.small = g.stats.Bytes < ladderSize
	}
	return j
}

func (f *figures) within(row, what string, target time.Duration) judgement {
	j := judgement{what: what, target: fmt.Sprintf("%g s", target.Seconds())}
	for _, g := range f.of(row, "") {
		wall := g.programs[0].wall
		j.got, j.met = seconds(wall)+" s", wall <= target
	}
	return j
}
