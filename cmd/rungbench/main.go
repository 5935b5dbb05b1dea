// Rungbench writes large captures and measures how long rung takes for them,
// beside those of tshark, tcpdump and sngrep that are installed.
//
//	rungbench make -kind rtp|sip|xmpp|trunk -size 300MB -o FILE
//	rungbench run [-size 300MB] [-kinds rtp,sip] [-rows ROWS] [-n 5] [-rung PROGRAM] [-dir DIR] [-page FILE]
//	rungbench live [-pps N] [-calls N] [-life D] [-time D] [-rung PROGRAM] [-keep] [-- ARGUMENT…]
//
// run measures programs by turns and prints medians and their ratios. ROWS are
// programs (rung list --json and the peers), workers (one core against two),
// ladder (one call drawn, against the same reading without), html (a report of
// 1,000 calls), png (a ladder of 200 messages), growth (a quarter, a half and the
// whole of the size), and million (1,000,000 SIP messages; only when asked for).
// -page writes the help page "performance", with the targets beside the figures.
//
// live (Linux, root or user namespaces) makes two network namespaces with a veth
// pair between them, sends a busy trunk's calls and G.711 from one, and runs
// "rung live" beside it in the other. It tells what was sent, seen, dropped and
// found, and rung's memory and processor time.
//
// It is not part of what is shipped.
package main

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"strconv"
	"strings"

	"rung/cmd/rungbench/workload"
)

func main() {
	err := run(os.Args[1:], os.Stdout, os.Stderr)
	switch {
	case errors.Is(err, flag.ErrHelp):
		os.Exit(2)
	case err != nil:
		fmt.Fprintln(os.Stderr, "rungbench: error:", err)
		os.Exit(1)
	}
}

const usage = "usage: rungbench make|run|live [flags]; -h behind the word lists them"

func run(args []string, stdout, stderr io.Writer) error {
	if len(args) == 0 {
		return errors.New(usage)
	}
	switch args[0] {
	case "make":
		return runMake(args[1:], stdout, stderr)
	case "run":
		return runRun(args[1:], stdout, stderr)
	case "live":
		return runLive(args[1:], stdout, stderr)
	}
	if inside, err := runInside(args[0], stdout, stderr); inside {
		return err
	}
	return fmt.Errorf("no command %q; %s", args[0], usage)
}

// runMake writes one workload to a file.
func runMake(args []string, stdout, stderr io.Writer) error {
	set := flag.NewFlagSet("make", flag.ContinueOnError)
	set.SetOutput(stderr)
	kind := set.String("kind", "trunk", "rtp, sip, xmpp or trunk")
	size := set.String("size", "300MB", "about how large: 1GB, 300MB, 64KiB …")
	out := set.String("o", "", "file to write; - for standard output")
	if err := set.Parse(args); err != nil {
		return err
	}
	n, err := parseSize(*size)
	if err != nil {
		return err
	}
	switch *out {
	case "":
		return errors.New("make: -o FILE is missing")
	case "-":
		_, err := workload.Write(stdout, workload.Kind(*kind), n)
		return err
	}
	stats, err := makeFile(*out, func(w io.Writer) (workload.Stats, error) { return workload.Write(w, workload.Kind(*kind), n) })
	if err != nil {
		return err
	}
	fmt.Fprintf(stdout, "%s: %d packets, %d bytes, %d conversations, %v\n",
		*out, stats.Packets, stats.Bytes, stats.Calls, stats.Duration)
	return nil
}

func makeFile(name string, write func(io.Writer) (workload.Stats, error)) (workload.Stats, error) {
	f, err := os.Create(name)
	if err != nil {
		return workload.Stats{}, err
	}
	stats, err := write(f)
	if err := errors.Join(err, f.Close()); err != nil {
		return stats, fmt.Errorf("write %s: %w", name, err)
	}
	return stats, nil
}

// units of sizes, longest names first.
var units = []struct {
	name  string
	bytes int64
}{
	{"KiB", 1 << 10}, {"MiB", 1 << 20}, {"GiB", 1 << 30},
	{"KB", 1e3}, {"MB", 1e6}, {"GB", 1e9}, {"B", 1},
}

// parseSize reads "300MB", "1GiB" or a number of bytes.
func parseSize(s string) (int64, error) {
	number, unit := s, int64(1)
	for _, u := range units {
		if strings.HasSuffix(strings.ToLower(s), strings.ToLower(u.name)) {
			number, unit = s[:len(s)-len(u.name)], u.bytes
			break
		}
	}
	n, err := strconv.ParseFloat(strings.TrimSpace(number), 64)
	if err != nil || !(n > 0) || n*float64(unit) > 1e15 {
		return 0, fmt.Errorf("no size: %q; write 300MB or 1GiB", s)
	}
	return int64(n * float64(unit)), nil
}
