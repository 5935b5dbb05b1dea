package main

import (
	"bytes"
	"fmt"
	"math"
	"strings"
	"text/tabwriter"
)

// page is the help page "performance".
func (f *figures) page() []byte {
	var b bytes.Buffer
	fmt.Fprintf(&b, "# How fast, and how much memory\n\n")
	fmt.Fprintf(&b, "Written by \"rungbench run -page\" on %s.\n%s, %s, %s.\n%s.\n\n",
		f.when.UTC().Format("2006-01-02 15:04 UTC"), f.machine.system, f.machine.processor, plural(f.machine.cores, "core"),
		strings.Join(f.versions(), ",\n"))
	fmt.Fprintf(&b, "Workloads of about %s MB, in the page cache. The programs take turns;\n"+
		"each figure is the median of %s. peak MB is memory resident at most; a\n"+
		"ratio is that program's wall time to rung's. The same again, on your machine:\n\n"+
		"    go run ./cmd/rungbench run %s\n", megabytes(f.size), plural(f.n, "run"), f.again)
	f.targetsPart(&b)
	f.programsPart(&b)
	f.coresPart(&b)
	f.othersPart(&b)
	f.growthPart(&b)
	return b.Bytes()
}

func plural(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}

func (f *figures) versions() []string {
	out := []string{f.rung}
	if !strings.Contains(f.rung, f.machine.goVersion) {
		out = append(out, f.machine.goVersion)
	}
	for _, p := range f.peers {
		v, _, _ := strings.Cut(p.version, " (Git") // tshark's is long
		if !strings.HasPrefix(strings.ToLower(v), p.name) {
			v = p.name + " " + v
		}
		out = append(out, v)
	}
	return out
}

// section writes a heading and a table whose cells are divided by tabs, and
// nothing when the table has no lines.
func section(b *bytes.Buffer, heading, text, columns string, lines []string) {
	if len(lines) == 0 {
		return
	}
	fmt.Fprintf(b, "\n## %s\n\n", heading)
	if text != "" {
		fmt.Fprintf(b, "%s\n\n", text)
	}
	var t bytes.Buffer
	w := tabwriter.NewWriter(&t, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, columns)
	for _, l := range lines {
		fmt.Fprintln(w, l)
	}
	_ = w.Flush() // into memory
	for l := range strings.Lines(t.String()) {
		fmt.Fprintf(b, "    %s\n", strings.TrimRight(l, " \n"))
	}
}

func (f *figures) targetsPart(b *bytes.Buffer) {
	var lines []string
	var met, missed, unknown int
	text := ""
	for _, j := range f.judgements() {
		target := j.target
		if j.stretch != "" {
			target += " (" + j.stretch + ")"
		}
		lines = append(lines, strings.Join([]string{j.what, j.got, target, j.String()}, "\t"))
		switch {
		case j.got == "":
			unknown++
		case j.met:
			met++
		default:
			missed++
		}
		if j.small {
			text = "\n* at a smaller size than the target speaks of: 300 MB of RTP, 200,000 SIP\n" +
				"messages, 100 MB of XMPP, 1 GB for a ladder, 4 GB for growth."
		}
	}
	section(b, "Targets", fmt.Sprintf("%d met, %d not met, %d not measured. In brackets: the stretch.%s", met, missed, unknown, text),
		"what\tmeasured\ttarget\t", lines)
}

func (f *figures) programsPart(b *bytes.Buffer) {
	var lines []string
	for _, g := range f.of(rowPrograms, "") {
		for i, p := range g.programs {
			head, more := "\t\t", ""
			if i == 0 {
				head = fmt.Sprintf("%s\t%s\t%d", g.workload, megabytes(g.stats.Bytes), g.stats.Packets)
			} else {
				more = ratio(p.wall.Seconds(), g.programs[0].wall.Seconds())
			}
			lines = append(lines, fmt.Sprintf("%s\t%s\t%s\t%s\t%s\t%s", head, p.name, seconds(p.wall), seconds(p.cpu), inMB(p.peak), more))
		}
	}
	what := "rung: rung list --json, the whole work"
	for _, p := range f.peers {
		what += "\n" + p.does
	}
	section(b, "Beside other programs", what, "workload\tMB\tpackets\tprogram\twall s\tcpu s\tpeak MB\tratio", lines)
}

func (f *figures) coresPart(b *bytes.Buffer) {
	var lines []string
	for _, g := range f.of(rowWorkers, "") {
		two, _ := g.cost("two cores")
		worker, _ := g.cost("--workers 1")
		one, _ := g.cost("one core")
		lines = append(lines, strings.Join([]string{g.workload, megabytes(g.stats.Bytes), seconds(two.wall), seconds(worker.wall), seconds(one.wall),
			ratio(worker.wall.Seconds(), two.wall.Seconds()), ratio(one.wall.Seconds(), two.wall.Seconds())}, "\t"))
	}
	section(b, "Cores", "Wall seconds with --workers 2, with --workers 1 (reading has the other core),\n"+
		"and with one core for everything (GOMAXPROCS=1).",
		"workload\tMB\ttwo\tone worker\tone core\tworker/two\tcore/two", lines)
}

func (f *figures) othersPart(b *bytes.Buffer) {
	var lines []string
	for _, row := range []struct{ name, does string }{
		{rowLadder, ""}, {rowHTML, "report"}, {rowPNG, "ladder -o x.png"}, {rowMillion, "list --json"},
	} {
		for _, g := range f.of(row.name, "") {
			for _, p := range g.programs {
				does := row.does
				if does == "" {
					does = p.name + ", one call"
				}
				lines = append(lines, fmt.Sprintf("%s\t%s\t%s\t%d\t%s\t%s\t%s", does, g.workload, megabytes(g.stats.Bytes), g.stats.Packets,
					seconds(p.wall), seconds(p.cpu), inMB(p.peak)))
			}
		}
	}
	section(b, "Other work", "", "rung\tworkload\tMB\tpackets\twall s\tcpu s\tpeak MB", lines)
}

func (f *figures) growthPart(b *bytes.Buffer) {
	var lines []string
	for _, g := range f.of(rowGrowth, "") {
		p := g.programs[0]
		lines = append(lines, fmt.Sprintf("%s\t%s\t%d\t%s\t%s", g.workload, megabytes(g.stats.Bytes), g.stats.Calls, seconds(p.wall), inMB(p.peak)))
	}
	section(b, "Growth", "rung list --json at a quarter, a half and the whole of the size.",
		"workload\tMB\tconversations\twall s\tpeak MB", lines)
	lines = nil
	for _, g := range f.growths() {
		if math.IsNaN(g.perGB) {
			continue
		}
		lines = append(lines, strings.Join([]string{g.workload, number(g.start, 2) + " + " + number(g.perGB, 2), number(g.exponent, 2),
			number(g.memoryOfGB/1e6, 0), number(g.perFlow/1e3, 1)}, "\t"))
	}
	section(b, "Growth, fitted", "The line with the least squares; the exponent is 1 when time is in proportion\n"+
		"to size, less while starting weighs, 2 when it is quadratic.",
		"workload\ts + s/GB\texponent\tMB/GB\tkB per conversation", lines)
}
