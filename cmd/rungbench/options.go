package main

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"slices"
	"strings"

	"rung/cmd/rungbench/workload"
)

// options of "rungbench run".
type options struct {
	size  int64
	kinds []workload.Kind
	rows  []string
	n     int
	rung  string // "" builds it
	dir   string // of workloads, "" makes one and removes it
	page  string // "" writes none
	peers []peer
}

// The rows of the table, each a value of -rows.
const (
	rowPrograms = "programs" // rung and its peers
	rowWorkers  = "workers"  // one core, one worker, two
	rowLadder   = "ladder"   // one call drawn, against reading alone
	rowHTML     = "html"     // a report of 1,000 calls
	rowPNG      = "png"      // a ladder of 200 messages
	rowGrowth   = "growth"   // a quarter, a half and the whole of the size
	rowMillion  = "million"  // 1,000,000 SIP messages
)

var (
	allRows   = []string{rowPrograms, rowWorkers, rowLadder, rowHTML, rowPNG, rowGrowth, rowMillion}
	usualRows = allRows[:len(allRows)-1] // the last one takes long whatever the size
)

func parseRun(args []string, stderr io.Writer) (options, error) {
	set := flag.NewFlagSet("run", flag.ContinueOnError)
	set.SetOutput(stderr)
	size := set.String("size", "300MB", "about how large each workload is")
	kinds := set.String("kinds", "rtp,sip,xmpp,trunk", "workloads")
	rows := set.String("rows", strings.Join(usualRows, ","), "what to measure; also: "+rowMillion)
	o := options{}
	set.IntVar(&o.n, "n", 5, "runs of each program; the medians are told")
	set.StringVar(&o.rung, "rung", "", "rung's program; built from ./cmd/rung when not given")
	set.StringVar(&o.dir, "dir", "", "folder to keep workloads in; those there are used again")
	set.StringVar(&o.page, "page", "", "file to write the help page to: cmd/rung/help/performance.md")
	known := peers()
	paths := map[string]*string{}
	for _, p := range known {
		paths[p.name] = set.String(p.name, p.name, "a program to compare with; empty: without")
	}
	if err := set.Parse(args); err != nil {
		return options{}, err
	}
	if set.NArg() > 0 {
		return options{}, fmt.Errorf("run: %q: no arguments, only flags", set.Args())
	}
	var err error
	if o.size, err = parseSize(*size); err != nil {
		return options{}, err
	}
	if o.n < 1 {
		return options{}, errors.New("run: -n is at least 1")
	}
	for k := range strings.SplitSeq(*kinds, ",") {
		if !slices.Contains(workload.Kinds, workload.Kind(k)) {
			return options{}, fmt.Errorf("run: no workload %q; there are %v", k, workload.Kinds)
		}
		o.kinds = append(o.kinds, workload.Kind(k))
	}
	for r := range strings.SplitSeq(*rows, ",") {
		if !slices.Contains(allRows, r) {
			return options{}, fmt.Errorf("run: no row %q; there are %v", r, allRows)
		}
		o.rows = append(o.rows, r)
	}
	wanted := map[string]string{}
	for name, path := range paths {
		wanted[name] = *path
	}
	if o.has(rowPrograms) {
		o.peers = find(known, wanted, stderr)
	}
	return o, nil
}

func (o *options) has(row string) bool { return slices.Contains(o.rows, row) }

// again returns the flags that measure the same, as far as they are not usual.
func (o *options) again() string {
	size := fmt.Sprint(o.size)
	if o.size%1e6 == 0 {
		size = fmt.Sprintf("%dMB", o.size/1e6)
	}
	text := fmt.Sprintf("-size %s -n %d", size, o.n)
	if !slices.Equal(o.kinds, workload.Kinds) {
		text += fmt.Sprintf(" -kinds %s", join(o.kinds))
	}
	if !slices.Equal(o.rows, usualRows) {
		text += fmt.Sprintf(" -rows %s", join(o.rows))
	}
	return text
}

func join[T ~string](list []T) string {
	var b strings.Builder
	for i, x := range list {
		if i > 0 {
			b.WriteByte(',')
		}
		b.WriteString(string(x))
	}
	return b.String()
}
