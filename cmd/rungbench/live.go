package main

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"time"

	"rung/cmd/rungbench/workload"
)

// liveOptions are the flags of "rungbench live".
type liveOptions struct {
	Line workload.LineOptions
	Time time.Duration
	Rung string   // "" builds it
	Dir  string   // "" makes one and removes it, unless Keep
	Keep bool     // what rung wrote
	Args []string // more for rung
}

// rampTime is how long it takes until all calls of the line are there.
const rampTime = 3 * time.Second

func parseLive(args []string, stderr io.Writer) (*liveOptions, error) {
	set := flag.NewFlagSet("live", flag.ContinueOnError)
	set.SetOutput(stderr)
	calls := set.Int("calls", 0, "calls at the same time; 0: what -pps makes at 20 ms a packet, 2500 without it")
	pps := set.Int("pps", 0, "packets of RTP per second; 0: what the calls make at 20 ms a packet")
	life := set.Duration("life", time.Minute, "how long a call speaks on average")
	duration := set.Duration("time", time.Minute, "how long the line is busy")
	program := set.String("rung", "", "rung's program; built from ./cmd/rung when not given")
	keep := set.Bool("keep", false, "keep what rung wrote, and say where")
	set.Usage = func() {
		fmt.Fprintln(stderr, "usage: rungbench live [flags] [-- more arguments for rung live]\n"+
			"Needs root, or user namespaces; touches no interface of the host.")
		set.PrintDefaults()
	}
	if err := set.Parse(args); err != nil {
		return nil, err
	}
	o := &liveOptions{
		Line: workload.LineOptions{Calls: *calls, Life: *life, Ramp: rampTime},
		Time: *duration, Rung: *program, Keep: *keep, Args: set.Args(),
	}
	if o.Time < 2*rampTime {
		return nil, fmt.Errorf("live: -time %v: at least %v", o.Time, 2*rampTime)
	}
	if err := o.rate(*pps); err != nil {
		return nil, fmt.Errorf("live: %w", err)
	}
	_, err := workload.NewLine(o.Line)
	return o, err
}

const (
	usualPtime = 20 * time.Millisecond
	usualCalls = 2500
)

// rate makes calls and packets per second agree: each call has two packets in
// a packet time.
func (o *liveOptions) rate(pps int) error {
	l := &o.Line
	perCall := int(2 * time.Second / usualPtime)
	switch {
	case pps < 0 || l.Calls < 0:
		return errors.New("-pps and -calls must not be negative")
	case pps == 0 && l.Calls == 0:
		l.Calls = usualCalls
	case l.Calls == 0:
		if l.Calls = pps / perCall; l.Calls*perCall != pps {
			return fmt.Errorf("-pps %d: not a multiple of %d, which a call has", pps, perCall)
		}
	}
	l.Ptime = usualPtime
	if pps > 0 {
		l.Ptime = time.Duration(l.Calls) * 2 * time.Second / time.Duration(pps)
	}
	if l.Ptime%time.Millisecond != 0 {
		return fmt.Errorf("%d calls with %d packets/s have %v of speech in a packet, which is no whole number of milliseconds", l.Calls, pps, l.Ptime)
	}
	return nil
}

// A pace says what is due: n slots in every period, evenly.
type pace struct {
	n      int
	period time.Duration
}

// due returns how many slots were to be served by the time t since the start.
// It counts on over the periods.
func (p pace) due(t time.Duration) int64 {
	whole, rest := int64(t/p.period), t%p.period
	return whole*int64(p.n) + int64(rest)*int64(p.n)/int64(p.period)
}

// time is how long it takes to serve so many slots.
func (p pace) time(slots int64) time.Duration {
	n := int64(p.n)
	return time.Duration(slots/n)*p.period + time.Duration(slots%n)*p.period/time.Duration(n)
}

// A sending is what the sender tells at its end.
type sending struct {
	Line    workload.LineStats
	Took    time.Duration
	Rate    float64       // packets per second while all calls were there
	Late    time.Duration // behind its pace at most
	Stalled time.Duration // its clock was taken back by so much, as it was too late
	Waits   int64         // for room in the socket
	Dropped int64         // by the interface: the other end has not seen them
}
