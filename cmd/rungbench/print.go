package main

import (
	"fmt"
	"io"
	"math"
	"text/tabwriter"
	"time"
)

// print writes everything measured as a table.
func (f *figures) print(out io.Writer) error {
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "row\tworkload\tMB\tpackets\tprogram\twall s\tcpu s\tMB/s\tMpkt/s\tpeak MB\twall×\tcpu×\tpeak×")
	for _, g := range f.groups {
		for i, p := range g.programs {
			fmt.Fprintf(w, "%s\t%s\t%s\t%d\t%s\t%s\t%s\t%s\t%s\t%s", g.row, g.workload,
				megabytes(g.stats.Bytes), g.stats.Packets, p.name, seconds(p.wall), seconds(p.cpu),
				rate(g.stats.Bytes, p.wall), rate(g.stats.Packets, p.wall), inMB(p.peak))
			if i > 0 {
				base := g.programs[0]
				fmt.Fprintf(w, "\t%s\t%s\t%s", ratio(p.wall.Seconds(), base.wall.Seconds()),
					ratio(p.cpu.Seconds(), base.cpu.Seconds()), ratio(float64(p.peak), float64(base.peak)))
			}
			fmt.Fprintln(w)
		}
	}
	if err := w.Flush(); err != nil {
		return err
	}
	for _, g := range f.growths() {
		if _, err := fmt.Fprintln(out, g); err != nil {
			return err
		}
	}
	return nil
}

// String tells the fit in one line.
func (g growth) String() string {
	text := fmt.Sprintf("%s: time %s s + %s s/GB, grows with size to the power of %s",
		g.workload, number(g.start, 2), number(g.perGB, 2), number(g.exponent, 2))
	if math.IsNaN(g.memory) {
		return text
	}
	return text + fmt.Sprintf("; peak memory ×%s, %s MB/GB, %s bytes a conversation",
		number(g.memory, 2), number(g.memoryOfGB/1e6, 0), number(g.perFlow, 0))
}

// number writes a number with so many decimals, or that it is not known.
func number(x float64, decimals int) string {
	if math.IsNaN(x) || math.IsInf(x, 0) {
		return "?"
	}
	s := fmt.Sprintf("%.*f", decimals, x)
	if s == fmt.Sprintf("-%.*f", decimals, 0.0) {
		return s[1:] // no minus before nothing
	}
	return s
}

// seconds has three digits where a run is short.
func seconds(d time.Duration) string {
	if d < time.Second {
		return fmt.Sprintf("%.3f", d.Seconds())
	}
	return fmt.Sprintf("%.2f", d.Seconds())
}

// rate is millions in a second.
func rate(n int64, d time.Duration) string {
	if d <= 0 {
		return "?"
	}
	return fmt.Sprintf("%.2f", float64(n)/1e6/d.Seconds())
}

// inMB is in MB, as the targets are.
func inMB(n int64) string {
	if n == 0 {
		return "?"
	}
	return fmt.Sprintf("%.0f", float64(n)/1e6)
}

func ratio(a, b float64) string {
	x := times(a, b)
	if math.IsNaN(x) {
		return "?"
	}
	if x < 1 {
		return number(x, 2) + "×"
	}
	return number(x, 1) + "×"
}
