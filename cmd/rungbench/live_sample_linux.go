package main

import (
	"fmt"
	"io"
	"os"
	"strconv"
	"strings"
	"time"
)

// A sample is what a process has used at one time.
type sample struct {
	at        time.Duration // since the sender began
	rss, anon int64         // bytes; anon is without the socket's ring
	cpu       time.Duration // user and system, since the process began
}

// A sampler watches rung and the sender.
type sampler struct {
	rung, sender int
	start        time.Time
	samples      []sample // of rung
	senderCPU    time.Duration
	busy         time.Duration // all processors, at the start
	busyNow      time.Duration
	log          io.Writer
}

func newSampler(rung, sender int, log io.Writer) *sampler {
	s := &sampler{rung: rung, sender: sender, start: time.Now(), log: log}
	s.busy, _ = machineBusy()
	return s
}

// logEvery is how many seconds lie between lines of the log.
const logEvery = 10

// sample looks once. An error means that rung is gone.
func (s *sampler) sample() error {
	now := sample{at: time.Since(s.start)}
	var err error
	if now.rss, now.anon, err = memory(s.rung); err != nil {
		return err
	}
	if now.cpu, err = processorTime(s.rung); err != nil {
		return err
	}
	if cpu, err := processorTime(s.sender); err == nil { // else it has ended
		s.senderCPU = cpu
	}
	s.busyNow, _ = machineBusy()
	s.samples = append(s.samples, now)
	if len(s.samples)%logEvery == 0 {
		fmt.Fprintf(s.log, "rungbench: %4.0f s: rung has %.0f MiB (%.0f without the ring), %.1f s of processor; sender %.1f s\n",
			now.at.Seconds(), float64(now.rss)/(1<<20), float64(now.anon)/(1<<20), now.cpu.Seconds(), s.senderCPU.Seconds())
	}
	return nil
}

// memory returns what a process has resident.
func memory(pid int) (rss, anon int64, err error) {
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	if err != nil {
		return 0, 0, err
	}
	for line := range strings.Lines(string(text)) {
		name, value, _ := strings.Cut(line, ":")
		kib, _ := strconv.ParseInt(strings.TrimSuffix(strings.TrimSpace(value), " kB"), 10, 64)
		switch name {
		case "VmRSS":
			rss = kib << 10
		case "RssAnon":
			anon = kib << 10
		}
	}
	if rss == 0 {
		return 0, 0, fmt.Errorf("process %d has ended", pid)
	}
	return rss, anon, nil
}

// clockTick is USER_HZ: 100 on every machine that Go runs on.
const clockTick = time.Second / 100

// processorTime returns a process's user and system time.
func processorTime(pid int) (time.Duration, error) {
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		return 0, err
	}
	// The name in parentheses may hold anything; utime is the 12th field
	// behind it, stime the 13th.
	f := strings.Fields(string(text[strings.LastIndexByte(string(text), ')')+1:]))
	if len(f) < 13 {
		return 0, fmt.Errorf("/proc/%d/stat: %d fields", pid, len(f))
	}
	user, err := strconv.ParseInt(f[11], 10, 64)
	if err != nil {
		return 0, err
	}
	system, err := strconv.ParseInt(f[12], 10, 64)
	return time.Duration(user+system) * clockTick, err
}

// machineBusy returns the time that all processors together were not idle.
func machineBusy() (time.Duration, error) {
	text, err := os.ReadFile("/proc/stat")
	if err != nil {
		return 0, err
	}
	line, _, _ := strings.Cut(string(text), "\n")
	// cpu user nice system idle iowait irq softirq steal
	var busy int64
	for i, field := range strings.Fields(line) {
		if i < 1 || i > 8 || i == 4 || i == 5 {
			continue
		}
		n, err := strconv.ParseInt(field, 10, 64)
		if err != nil {
			return 0, err
		}
		busy += n
	}
	return time.Duration(busy) * clockTick, nil
}

// at returns the first sample that is so old, or the last.
func (s *sampler) at(t time.Duration) sample {
	for _, x := range s.samples {
		if x.at >= t {
			return x
		}
	}
	if n := len(s.samples); n > 0 {
		return s.samples[n-1]
	}
	return sample{}
}

// peak returns the sample with most memory since a time.
func (s *sampler) peak(since time.Duration) (most sample) {
	for _, x := range s.samples {
		if x.at >= since && x.rss > most.rss {
			most = x
		}
	}
	return most
}
