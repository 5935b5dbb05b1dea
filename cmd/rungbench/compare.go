package main

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"text/tabwriter"
	"time"

	"rung/cmd/rungbench/workload"
)

// options of "rungbench run".
type options struct {
	size  int64
	kinds []workload.Kind
	n     int
	rung  string // "" builds it
	other string // tshark, "" without
	dir   string // of workloads, "" makes one and removes it
}

func runRun(args []string, stdout, stderr io.Writer) error {
	o, err := parseRun(args, stderr)
	if err != nil {
		return err
	}
	dir := o.dir
	if dir == "" {
		if dir, err = os.MkdirTemp("", "rungbench-*"); err != nil {
			return err
		}
		defer os.RemoveAll(dir)
	}
	if o.rung == "" {
		if o.rung, err = build(dir); err != nil {
			return err
		}
	}
	return table(o, dir, stdout, stderr)
}

func parseRun(args []string, stderr io.Writer) (options, error) {
	set := flag.NewFlagSet("run", flag.ContinueOnError)
	set.SetOutput(stderr)
	size := set.String("size", "300MB", "about how large each workload is")
	kinds := set.String("kinds", "rtp,sip,xmpp,trunk", "workloads")
	n := set.Int("n", 3, "runs of each program; the medians are told")
	rung := set.String("rung", "", "rung's program; built from ./cmd/rung when not given")
	other := set.String("tshark", "tshark", "the program to compare with; empty: none")
	dir := set.String("dir", "", "folder to keep workloads in; those there are used again")
	if err := set.Parse(args); err != nil {
		return options{}, err
	}
	o := options{n: *n, rung: *rung, dir: *dir}
	var err error
	if o.size, err = parseSize(*size); err != nil {
		return options{}, err
	}
	if o.n < 1 {
		return options{}, errors.New("run: -n is at least 1")
	}
	for k := range strings.SplitSeq(*kinds, ",") {
		o.kinds = append(o.kinds, workload.Kind(k))
	}
	if *other == "" {
		return o, nil
	}
	if o.other, err = exec.LookPath(*other); err != nil {
		fmt.Fprintf(stderr, "rungbench: %v: nothing to compare with\n", err)
	}
	return o, nil
}

// build builds rung from the module that the working folder is in.
func build(dir string) (string, error) {
	path := filepath.Join(dir, "rung")
	if runtime.GOOS == "windows" {
		path += ".exe"
	}
	out, err := exec.Command("go", "build", "-trimpath", "-o", path, "rung/cmd/rung").CombinedOutput()
	if err != nil {
		return "", fmt.Errorf("build rung: %w: %s", err, out)
	}
	return path, nil
}

// table measures each workload and prints a line per program.
func table(o options, dir string, stdout, stderr io.Writer) error {
	w := tabwriter.NewWriter(stdout, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "workload\tMB\tpackets\tprogram\twall s\tcpu s\tMB/s\tMpkt/s\tpeak MiB")
	for _, kind := range o.kinds {
		file, stats, err := prepare(o, dir, kind, stderr)
		if err != nil {
			return err
		}
		programs := [][]string{{o.rung, "list", "--json", file}}
		if o.other != "" {
			programs = append(programs, []string{o.other, "-n", "-q", "-r", file, "-z", "rtp,streams", "-z", "sip,stat"})
		}
		costs, err := compare(o.n, programs...)
		if err != nil {
			return err
		}
		row(w, string(kind), stats, "rung", costs[0])
		if o.other != "" {
			row(w, string(kind), stats, "tshark", costs[1])
			fmt.Fprintf(w, "%s\t\t\ttshark/rung\t%s\t%s\t\t\t%s\n", kind,
				ratio(costs[1].wall.Seconds(), costs[0].wall.Seconds()),
				ratio(costs[1].cpu.Seconds(), costs[0].cpu.Seconds()),
				ratio(float64(costs[1].peak), float64(costs[0].peak)))
		}
	}
	return w.Flush()
}

// prepare writes a workload, or finds the one of an earlier run.
func prepare(o options, dir string, kind workload.Kind, stderr io.Writer) (string, workload.Stats, error) {
	file := filepath.Join(dir, fmt.Sprintf("%s-%d.pcap", kind, o.size))
	if _, err := os.Stat(file); err == nil {
		// Making it again into nothing tells its sums, and that the generator
		// still makes files of that size.
		stats, err := workload.Write(io.Discard, kind, o.size)
		if st, serr := os.Stat(file); err == nil && serr == nil && st.Size() == stats.Bytes {
			return file, stats, nil
		}
	}
	fmt.Fprintf(stderr, "rungbench: writing %s\n", file)
	stats, err := makeFile(file, kind, o.size)
	return file, stats, err
}

func row(w io.Writer, kind string, s workload.Stats, program string, c cost) {
	fmt.Fprintf(w, "%s\t%.0f\t%d\t%s\t%.2f\t%.2f\t%s\t%s\t%s\n", kind, float64(s.Bytes)/1e6, s.Packets, program,
		c.wall.Seconds(), c.cpu.Seconds(), rate(float64(s.Bytes), c.wall), rate(float64(s.Packets), c.wall), mib(c.peak))
}

// rate is millions in a second.
func rate(n float64, d time.Duration) string {
	if d <= 0 {
		return "?"
	}
	return fmt.Sprintf("%.2f", n/1e6/d.Seconds())
}

func mib(n int64) string {
	if n == 0 {
		return "?"
	}
	return fmt.Sprintf("%.0f", float64(n)/(1<<20))
}

func ratio(a, b float64) string {
	if a <= 0 || b <= 0 {
		return "?"
	}
	return fmt.Sprintf("%.1f×", a/b)
}
