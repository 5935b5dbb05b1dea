package main

import (
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"time"

	"rung/cmd/rungbench/workload"
)

func runRun(args []string, stdout, stderr io.Writer) error {
	o, err := parseRun(args, stderr)
	if err != nil {
		return err
	}
	b := bench{options: o, dir: o.dir, stderr: stderr}
	if b.dir == "" {
		if b.dir, err = os.MkdirTemp("", "rungbench-*"); err != nil {
			return err
		}
		defer os.RemoveAll(b.dir)
	}
	if b.rung == "" {
		if b.rung, err = build(b.dir); err != nil {
			return err
		}
	}
	b.figures = figures{
		when: time.Now(), machine: thisMachine(b.rung), rung: version(b.rung, "version"),
		n: o.n, size: o.size, again: o.again(), peers: o.peers,
	}
	if err := b.all(); err != nil {
		return err
	}
	if err := b.figures.print(stdout); err != nil {
		return err
	}
	if o.page == "" {
		return nil
	}
	return os.WriteFile(o.page, b.figures.page(), 0o644)
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

// A bench measures the rows.
type bench struct {
	options
	dir     string
	stderr  io.Writer
	figures figures
}

// What a row is measured with, where not with everything: that which its
// target speaks of.
var (
	workersKinds = []workload.Kind{workload.Trunk, workload.SIP}
	ladderKinds  = []workload.Kind{workload.Trunk, workload.SIP}
	growthKinds  = []workload.Kind{workload.RTP, workload.Trunk, workload.SIP}
)

// Amounts that the targets name.
const (
	htmlCalls       = 1000
	pngMessages     = 200
	millionMessages = 1_000_000
	millionBytes    = 600e6 // of SIP: that many messages and a little more
)

// all measures every row; the files of one workload are removed before the
// next, unless the folder is to be kept.
func (b *bench) all() error {
	for _, kind := range b.kinds {
		if err := b.kind(kind); err != nil {
			return err
		}
	}
	return b.others()
}

func (b *bench) kind(kind workload.Kind) error {
	if !b.has(rowPrograms) && !b.has(rowWorkers) && !b.has(rowLadder) && !b.has(rowGrowth) {
		return nil // no use for a file
	}
	f, err := b.prepare(kind, b.size)
	if err != nil {
		return err
	}
	defer f.remove()
	if b.has(rowPrograms) {
		commands := []command{b.list("rung", f)}
		for _, p := range b.peers {
			if p.reads(kind) {
				commands = append(commands, p.command(f.path))
			}
		}
		if err := b.measure(rowPrograms, f, commands...); err != nil {
			return err
		}
	}
	if b.has(rowWorkers) && slices.Contains(workersKinds, kind) {
		two, worker, one := b.list("two cores", f, "--workers=2"), b.list("--workers 1", f, "--workers=1"), b.list("one core", f, "--workers=1")
		two.env, worker.env, one.env = []string{"GOMAXPROCS=2"}, two.env, []string{"GOMAXPROCS=1"}
		if err := b.measure(rowWorkers, f, two, worker, one); err != nil {
			return err
		}
	}
	if b.has(rowLadder) && slices.Contains(ladderKinds, kind) {
		// Both read everything and choose the same call; list draws nothing.
		list := command{name: "list", args: []string{b.rung, "list", "--json", "--kind=call", "--flow=" + ladderFlow(kind), f.path}}
		ladder := command{name: "ladder", args: []string{b.rung, "ladder", "--kind=call", "--flow=" + ladderFlow(kind), f.path}}
		if err := b.measure(rowLadder, f, list, ladder); err != nil {
			return err
		}
	}
	if b.has(rowGrowth) && slices.Contains(growthKinds, kind) {
		return b.growth(kind, f)
	}
	return nil
}

// ladderFlow is the number of a flow that is an answered call: in the SIP workload
// registrations, keep-alives and one that is busy come first.
func ladderFlow(kind workload.Kind) string {
	if kind == workload.SIP {
		return "7"
	}
	return "2"
}

// growth measures a quarter, a half and the whole.
func (b *bench) growth(kind workload.Kind, whole file) error {
	var files []file
	for _, size := range []int64{b.size / 4, b.size / 2} {
		f, err := b.prepare(kind, size)
		if err != nil {
			return err
		}
		defer f.remove()
		files = append(files, f)
	}
	files = append(files, whole)
	var commands []command
	for _, f := range files {
		commands = append(commands, b.list("rung", f))
	}
	measured, _, err := compare(b.n, commands...)
	for i := range measured {
		b.figures.groups = append(b.figures.groups, group{rowGrowth, string(kind), files[i].stats, measured[i : i+1]})
	}
	return err
}

// others measures the rows that have workloads of their own.
func (b *bench) others() error {
	type row struct {
		name, file string
		write      func(io.Writer) (workload.Stats, error)
		args       []string
	}
	for _, r := range []row{
		{rowHTML, fmt.Sprintf("calls-%d", htmlCalls), func(w io.Writer) (workload.Stats, error) { return workload.WriteCalls(w, htmlCalls) },
			[]string{"report", "-o", filepath.Join(b.dir, "calls.html")}},
		{rowPNG, fmt.Sprintf("call-of-%d", pngMessages), func(w io.Writer) (workload.Stats, error) { return workload.WriteLongCall(w, pngMessages) },
			// Without --detail the messages that repeat would be one row.
			[]string{"ladder", "--detail", "-o", filepath.Join(b.dir, "call.png")}},
		{rowMillion, "million-sip", writeMillion, []string{"list", "--json"}},
	} {
		if !b.has(r.name) {
			continue
		}
		f, err := b.prepareFile(r.file, r.write)
		if err != nil {
			return err
		}
		err = b.measure(r.name, f, command{name: "rung", args: slices.Concat([]string{b.rung}, r.args, []string{f.path})})
		f.remove()
		if err != nil {
			return err
		}
	}
	return nil
}

func writeMillion(w io.Writer) (workload.Stats, error) {
	stats, err := workload.Write(w, workload.SIP, millionBytes)
	if err == nil && stats.Packets < millionMessages {
		err = fmt.Errorf("%d SIP messages in place of %d", stats.Packets, millionMessages)
	}
	return stats, err
}

// list is what rung does in full.
func (b *bench) list(name string, f file, flags ...string) command {
	return command{name: name, args: slices.Concat([]string{b.rung, "list", "--json"}, flags, []string{f.path})}
}

// measure adds a group.
func (b *bench) measure(row string, f file, commands ...command) error {
	fmt.Fprintf(b.stderr, "rungbench: %s: %s\n", f.name, row)
	measured, failed, err := compare(b.n, commands...)
	if err != nil {
		return err
	}
	for _, err := range failed {
		fmt.Fprintf(b.stderr, "rungbench: left out: %v\n", err)
	}
	b.figures.groups = append(b.figures.groups, group{row, f.name, f.stats, measured})
	return nil
}

// A file is a workload on disk.
type file struct {
	name, path string
	stats      workload.Stats
	keep       bool
}

func (f file) remove() {
	if !f.keep {
		_ = os.Remove(f.path) // the whole folder goes anyway
	}
}

func (b *bench) prepare(kind workload.Kind, size int64) (file, error) {
	f, err := b.prepareFile(fmt.Sprintf("%s-%d", kind, size), func(w io.Writer) (workload.Stats, error) {
		return workload.Write(w, kind, size)
	})
	f.name = string(kind)
	return f, err
}

// prepareFile writes a workload, or finds the one of an earlier run.
func (b *bench) prepareFile(name string, write func(io.Writer) (workload.Stats, error)) (file, error) {
	f := file{name: name, path: filepath.Join(b.dir, name+".pcap"), keep: b.options.dir != ""}
	if _, err := os.Stat(f.path); err == nil {
		// Making it again into nothing tells its sums, and that the generator
		// still makes files of that size.
		stats, err := write(io.Discard)
		if st, serr := os.Stat(f.path); err == nil && serr == nil && st.Size() == stats.Bytes {
			f.stats = stats
			return f, readThrough(f.path)
		}
	}
	fmt.Fprintf(b.stderr, "rungbench: writing %s\n", f.path)
	var err error
	if f.stats, err = makeFile(f.path, write); err != nil {
		return f, err
	}
	return f, readThrough(f.path)
}

// readThrough reads a file once: whoever is measured first would pay for the disk.
func readThrough(path string) error {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	defer f.Close()
	_, err = io.Copy(io.Discard, f)
	return err
}

// megabytes is a size as the tables write it.
func megabytes(n int64) string {
	if n < 10e6 {
		return strings.TrimSuffix(fmt.Sprintf("%.1f", float64(n)/1e6), ".0")
	}
	return fmt.Sprintf("%.0f", float64(n)/1e6)
}
