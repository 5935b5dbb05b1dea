package main

import (
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"text/tabwriter"
	"time"
)

// warm is the time after which memory shall not grow any more.
const warm = time.Minute

// report prints how a live run went.
func report(out io.Writer, o *liveOptions, s *sending, r *liveResult, w *sampler) {
	t := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	row := func(what, format string, args ...any) {
		fmt.Fprintf(t, "%s\t%s\n", what, fmt.Sprintf(format, args...))
	}
	row("line", "%d calls of %v, %v of speech in a packet, for %v", o.Line.Calls, o.Line.Life, o.Line.Ptime, o.Time)
	row("sent", "%d packets in %.1f s (%d of RTP), %.0f packets/s with all calls there; behind by %v at most, stalled for %v, waited %d times",
		s.Line.Packets, s.Took.Seconds(), s.Line.RTP, s.Rate, s.Late.Round(100*time.Microsecond), s.Stalled.Round(time.Millisecond), s.Waits)
	row("dropped by the interface", "%d", s.Dropped)
	row("seen by rung", "%d packets (%+d), %d decoded", r.frames, r.frames-s.Line.Packets+s.Dropped, r.decoded)
	row("dropped by the kernel", "%d (%.4f %%)", r.drops, percent(r.drops, s.Line.Packets))
	row("calls", "%d of %d answered; all flows: %s; %d written twice", r.calls["call answered"], s.Line.Calls, outcomes(r.calls), r.again)
	row("streams", "%d of %d, %d told twice", r.streams, s.Line.Streams, r.split)
	row("RTP in streams", "%d of %d packets, %d lost, %d double, %d reordered", r.packets, s.Line.RTP, r.lost, r.duplicates, r.reordered)
	first, last, peak, late := w.at(warm), w.at(1<<62), w.peak(0), w.peak(warm)
	text := fmt.Sprintf("%s after %.0f s, %s at the end, %s at most", mem(first), first.at.Seconds(), mem(last), mem(peak))
	if late.rss > 0 {
		text += fmt.Sprintf(", since %v %s at most", warm, mem(late))
	}
	row("memory", "%s (in brackets: without the socket's ring)", text)
	if n := float64(r.frames) / 1e6; n > 0 {
		row("processor", "rung %.1f s, %.2f s per million packets, %.0f %% of one; sender %.1f s; all else %.1f s",
			last.cpu.Seconds(), last.cpu.Seconds()/n, 100*last.cpu.Seconds()/last.at.Seconds(), w.senderCPU.Seconds(),
			(w.busyNow - w.busy - last.cpu - w.senderCPU).Seconds())
	}
	for _, d := range r.diagnostics {
		row("diagnostic", "%s", d)
	}
	t.Flush()
	fmt.Fprintln(out, "verdict:", verdict(s, r))
}

// verdict says whether anything was lost between the wire and the lines.
func verdict(s *sending, r *liveResult) string {
	var wrong []string
	must := func(ok bool, format string, args ...any) {
		if !ok {
			wrong = append(wrong, fmt.Sprintf(format, args...))
		}
	}
	must(r.complete, "rung did not end in order")
	must(s.Dropped == 0, "the interface dropped %d packets", s.Dropped)
	must(r.drops == 0, "the kernel dropped %d packets", r.drops)
	must(r.lost == 0, "rung reports %d lost packets", r.lost)
	must(r.packets == s.Line.RTP, "%d packets of RTP are in streams, %d were sent", r.packets, s.Line.RTP)
	must(r.calls["call answered"] == s.Line.Calls, "%d calls answered of %d", r.calls["call answered"], s.Line.Calls)
	if len(wrong) == 0 {
		return "nothing lost"
	}
	return strings.Join(wrong, "; ")
}

func outcomes(calls map[string]int64) string {
	var out []string
	for _, o := range slices.Sorted(maps.Keys(calls)) {
		out = append(out, fmt.Sprintf("%d %s", calls[o], o))
	}
	return strings.Join(out, ", ")
}

func mem(s sample) string {
	return fmt.Sprintf("%.0f MiB (%.0f)", float64(s.rss)/(1<<20), float64(s.anon)/(1<<20))
}

func percent(n, of int64) float64 {
	if of == 0 {
		return 0
	}
	return 100 * float64(n) / float64(of)
}
