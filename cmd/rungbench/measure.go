package main

import (
	"bytes"
	"fmt"
	"os/exec"
	"slices"
	"strings"
	"time"
)

// A cost is what one run of a program took.
type cost struct {
	wall, cpu time.Duration // cpu: user and system
	peak      int64         // bytes resident at most, 0 when this system does not tell
}

// measure runs a program once. What it prints is thrown away.
func measure(args []string) (cost, error) {
	cmd := exec.Command(args[0], args[1:]...)
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	start := time.Now()
	err := cmd.Run()
	wall := time.Since(start)
	if err != nil {
		return cost{}, fmt.Errorf("%s: %w: %s", strings.Join(args, " "), err, strings.TrimSpace(stderr.String()))
	}
	st := cmd.ProcessState
	return cost{wall, st.UserTime() + st.SystemTime(), peakMemory(st)}, nil
}

// compare runs programs by turns, so that what else the machine does hits all
// of them, and returns each one's medians.
func compare(n int, programs ...[]string) ([]cost, error) {
	runs := make([][]cost, len(programs))
	for range n {
		for i, args := range programs {
			c, err := measure(args)
			if err != nil {
				return nil, err
			}
			runs[i] = append(runs[i], c)
		}
	}
	out := make([]cost, len(programs))
	for i, r := range runs {
		out[i] = cost{
			wall: median(r, func(c cost) time.Duration { return c.wall }),
			cpu:  median(r, func(c cost) time.Duration { return c.cpu }),
			peak: median(r, func(c cost) int64 { return c.peak }),
		}
	}
	return out, nil
}

// median takes the lower middle one of an even number.
func median[T time.Duration | int64](runs []cost, of func(cost) T) T {
	var all []T
	for _, c := range runs {
		all = append(all, of(c))
	}
	slices.Sort(all)
	return all[(len(all)-1)/2]
}
