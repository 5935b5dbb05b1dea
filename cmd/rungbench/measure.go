package main

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"time"
)

// A cost is what one run of a program took.
type cost struct {
	wall, cpu time.Duration // cpu: user and system
	peak      int64         // bytes resident at most, 0 when this system does not tell
}

// A command is a program with its arguments, and what is added to the
// environment.
type command struct {
	name string // what the table calls it
	args []string
	env  []string
	peer bool // of others: when it fails, the rest is measured without it
}

// A timed is a command's medians.
type timed struct {
	name string
	cost
}

// measure runs a program once. What it prints is thrown away.
func measure(c command) (cost, error) {
	cmd := exec.Command(c.args[0], c.args[1:]...)
	if len(c.env) > 0 {
		cmd.Env = append(os.Environ(), c.env...)
	}
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	forgetPeak()
	start := time.Now()
	err := cmd.Run()
	wall := time.Since(start)
	if err != nil {
		return cost{}, fmt.Errorf("%s: %w: %s", strings.Join(c.args, " "), err, strings.TrimSpace(stderr.String()))
	}
	st := cmd.ProcessState
	return cost{wall, st.UserTime() + st.SystemTime(), peakMemory(st)}, nil
}

// compare runs commands n times by turns, so that what else the machine does
// hits all of them, and returns each one's medians. A peer that fails is left
// out, and its error is among those returned second.
func compare(n int, commands ...command) ([]timed, []error, error) {
	runs := make([][]cost, len(commands))
	failed := make([]error, len(commands))
	for range n {
		for i, cmd := range commands {
			if failed[i] != nil {
				continue
			}
			c, err := measure(cmd)
			if err != nil && !cmd.peer {
				return nil, nil, err
			}
			runs[i], failed[i] = append(runs[i], c), err
		}
	}
	var out []timed
	var left []error
	for i, r := range runs {
		if failed[i] != nil {
			left = append(left, failed[i])
			continue
		}
		out = append(out, timed{commands[i].name, cost{
			wall: median(r, func(c cost) time.Duration { return c.wall }),
			cpu:  median(r, func(c cost) time.Duration { return c.cpu }),
			peak: median(r, func(c cost) int64 { return c.peak }),
		}})
	}
	return out, left, nil
}
