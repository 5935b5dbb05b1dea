package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/signal"
	"runtime/debug"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"rung/capture"
	"rung/capture/filter"
	"rung/capture/live"
	"rung/capture/pcapfile"
	"rung/decode"
	"rung/decode/flow"
	"rung/decode/pipeline"
)

// liveOptions are the flags of "rung live".
type liveOptions struct {
	read       readOptions
	write      writeOptions
	interfaces []string
	filter     string
	dir, ring  string
	duration   time.Duration
	count      int64
	keep       time.Duration
	snaplen    int
}

// defaultKeep is how long a finished flow stays in the table: time to look up
// from the telephone.
const defaultKeep = time.Minute

func (p *program) live() *cobra.Command {
	o := &liveOptions{}
	c := &cobra.Command{
		Use:   "live -i IFACE | live -",
		Short: "Watch interfaces, or a capture stream",
		Long: "Capture on interfaces (-i, repeatable; -i any takes all) or read a capture stream from standard\n" +
			"input (ssh host tcpdump -U -w - | rung live -), and show each flow when it ends: as a table on a\n" +
			"terminal, else as one JSON object a line. Ctrl-C ends with a summary. See rung help live.",
		Args: func(c *cobra.Command, args []string) error { return o.source(args) },
		RunE: p.start(func(c *cobra.Command, args []string) error {
			if err := noEmptyFlag(c); err != nil {
				return err
			}
			if c.Flags().Changed("ring") && o.dir == "" {
				return usageError{hinted{errors.New("--ring without -w"), "-w DIR says where the files go"}}
			}
			return p.runLive(c.Context(), o)
		}),
	}
	f := c.Flags()
	f.StringSliceVarP(&o.interfaces, "interface", "i", nil, "capture on `IFACE` (repeatable; any: all that are up)")
	f.StringVar(&o.filter, "filter", "", "keep only packets that match `WORDS`: host, net, port, portrange, vlan,\nand, or, not (rung help filter)")
	f.StringVarP(&o.dir, "write", "w", "", "record what is captured in a ring of pcapng files in `DIR`")
	f.StringVar(&o.ring, "ring", defaultRing, "`SIZE,COUNT` of these files: so large each, so many kept")
	f.DurationVar(&o.duration, "duration", 0, "stop after so long: 90s, 10m, 8h")
	f.Int64Var(&o.count, "count", 0, "stop after so many packets")
	f.DurationVar(&o.keep, "keep", defaultKeep, "how long a finished flow stays in memory and in the table")
	f.IntVar(&o.snaplen, "snaplen", 0, "capture so many bytes of each packet; 0: all. Ladders need all of SIP")
	o.read.register(c)
	f.StringVarP(&o.write.out, "output", "o", "", "write the lines of JSON to `OUT`")
	f.StringVar(&o.write.format, "format", "", "`FORMAT`: ndjson, on a terminal, too")
	f.BoolVar(&o.write.ascii, "ascii", false, "a table without characters outside ASCII")
	return c
}

// defaultRing is a gigabyte: hours of calls, and no surprise on a laptop.
const defaultRing = "100MB,10"

// source checks where packets are to come from.
func (o *liveOptions) source(args []string) error {
	stream := len(args) == 1 && args[0] == "-"
	switch {
	case len(args) > 0 && !stream:
		return usageError{hinted{fmt.Errorf("rung live reads no files: %s", args[0]),
			"to read a file: rung list " + args[0] + "; to capture on an interface: rung live -i " + args[0]}}
	case stream && len(o.interfaces) > 0:
		return usageError{errors.New("-i and - contradict each other")}
	case !stream && len(o.interfaces) == 0:
		return usageError{hinted{errors.New("nothing to capture from"),
			"rung live -i eth0, rung live -i any, or a capture stream: ssh host tcpdump -U -w - | rung live -"}}
	}
	return nil
}

// check finds what is wrong with the flags before anything is opened.
func (o *liveOptions) check() error {
	switch {
	case o.duration < 0 || o.keep < 0:
		return usageError{errors.New("--duration and --keep must not be negative")}
	case o.count < 0:
		return usageError{fmt.Errorf("--count %d: must not be negative", o.count)}
	case o.snaplen < 0 || o.snaplen > maxSnaplen:
		return usageError{fmt.Errorf("--snaplen %d: must be between 0 and %d", o.snaplen, maxSnaplen)}
	case o.snaplen > 0 && len(o.interfaces) == 0:
		return usageError{hinted{errors.New("--snaplen is for -i"), "tcpdump -s cuts the packets of a stream"}}
	case o.write.format != "" && o.write.format != "ndjson":
		return usageError{hinted{fmt.Errorf("--format %s: live writes ndjson", o.write.format),
			"without --format: a table on a terminal, else ndjson"}}
	case o.read.pick.flow != "":
		return usageError{hinted{errors.New("--flow: flows have no ids before they come"), "choose with --kind, --number, --call-id or --where"}}
	}
	zone, err := parseZone(o.read.tz)
	if err != nil {
		return usageError{err}
	}
	o.write.zone = zone
	if err := o.read.check(); err != nil {
		return err
	}
	if err := folderExists(o.write.out); err != nil {
		return err
	}
	return o.read.pick.check(zone)
}

// maxSnaplen is the largest packet that libpcap's tools capture.
const maxSnaplen = 262144

// runLive captures until it is told to stop.
func (p *program) runLive(ctx context.Context, o *liveOptions) error {
	if err := o.check(); err != nil {
		return err
	}
	names, err := o.read.loadNames()
	if err != nil {
		return err
	}
	if err := p.notInput(o.write.out, []string{"-"}); err != nil && len(o.interfaces) == 0 {
		return err
	}
	ctx, stop := untilHangup(ctx)
	defer stop()
	asked := make(chan os.Signal, 1)
	notifySummary(asked)
	src, err := p.openLive(ctx, o, asked)
	if err != nil {
		return err
	}
	defer src.close()
	w := newWatch(p, o, src, names, asked)
	if err := w.open(); err != nil {
		return err
	}
	opt, err := o.read.pipeline()
	if err != nil {
		return err
	}
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(liveGCPercent)
	}
	opt.Live = &pipeline.Live{Every: tickEvery, Idle: trackIdle, Tick: w.tick}
	ended := make(chan struct{})
	defer close(ended)
	go func() {
		select {
		case <-ctx.Done():
			src.stop()
			select {
			case <-time.After(secondAfter):
				signal.Reset(ends...) // another one ends at once
			case <-ended:
			}
		case <-ended:
		}
	}()
	result, err := pipeline.Run(context.Background(), src, nil, opt, func(m *decode.Message) {
		nameAnswers(names, m)
		w.live.Add(m)
	})
	return w.finish(result, err)
}

const (
	// liveGCPercent keeps the heap near what is in use: a capture of days is
	// not in a hurry, and what it allocates it frees again.
	liveGCPercent = 60
	// tickEvery is how often flows are looked at, and the table is drawn.
	tickEvery = time.Second
	// secondAfter is how long a second signal is taken for the first: timeout(1)
	// sends its signal to the process and to its group, which is one process
	// twice.
	secondAfter = time.Second
	// trackIdle is how long an RTP stream of no call waits for its next packet:
	// longer than people are left on hold without music.
	trackIdle = 5 * time.Minute
)

// openLive opens what the flags name, and then gives up what root was for.
func (p *program) openLive(ctx context.Context, o *liveOptions, asked <-chan os.Signal) (*liveSource, error) {
	s := &liveSource{count: o.count}
	if o.filter != "" {
		f, err := filter.Parse(o.filter)
		if err != nil {
			return nil, usageError{fmt.Errorf("--%w", err)}
		}
		s.filter = f
	}
	size, count, err := pcapfile.ParseRing(o.ring)
	if err != nil {
		return nil, usageError{fmt.Errorf("--ring: %w", err)}
	}
	began := time.Now()
	if len(o.interfaces) == 0 {
		err = p.stream(ctx, s, o, asked)
	} else {
		err = s.interfaces(o)
	}
	if err != nil {
		return nil, err
	}
	if o.duration > 0 {
		s.src = &until{src: s.src, duration: o.duration, wall: func() time.Duration { return time.Since(began) }}
	}
	did, err := live.DropPrivileges()
	if err != nil {
		s.close()
		return nil, err
	}
	if did != "" && !o.read.quiet {
		p.say("note", "runs on as "+did)
	}
	if o.dir == "" {
		return s, nil
	}
	ring, err := pcapfile.NewRing(&pcapfile.RingOptions{
		Dir: o.dir, Prefix: "rung", Size: size, Count: count,
		Application: "rung " + version(), Interfaces: s.described(),
	})
	if err != nil {
		s.close()
		if did != "" && errors.Is(err, fs.ErrPermission) {
			err = hinted{err, "rung has given up root by now: make the folder for " + did + " first"}
		}
		return nil, err
	}
	s.record = &recording{ring: ring, format: s.format()}
	return s, nil
}

// stream reads a capture from standard input. It waits for the first bytes,
// until it is told to stop or --duration is over: then nothing was captured.
func (p *program) stream(ctx context.Context, s *liveSource, o *liveOptions, asked <-chan os.Signal) error {
	type opened struct {
		r   *pcapfile.Reader
		err error
	}
	done := make(chan opened, 1)
	go func() {
		r, err := pcapfile.Open([]string{"-"}, &pcapfile.Options{Stdin: p.stdin})
		done <- opened{r, err}
	}()
	var over <-chan time.Time
	if o.duration > 0 {
		over = time.After(o.duration)
	}
	for {
		select {
		case <-ctx.Done():
			s.src = silent{}
			return nil
		case <-over:
			s.src = silent{}
			return nil
		case <-asked:
			if !o.read.quiet {
				p.say("live", "nothing has come on standard input yet")
			}
		case got := <-done:
			if got.err != nil {
				return explainOpen(got.err)
			}
			s.reader = got.r
			s.pump = live.NewStream(s.reader)
			s.src = s.pump
			return nil
		}
	}
}

// silent is a source to which nothing came before its end.
type silent struct{}

// Next returns io.EOF.
func (silent) Next(*capture.Packet) error { return io.EOF }

// interfaces opens the interfaces.
func (s *liveSource) interfaces(o *liveOptions) error {
	c, err := live.Open(&live.Options{Interfaces: o.interfaces, Snaplen: o.snaplen})
	if err != nil {
		return err
	}
	s.capture, s.src = c, c
	return nil
}

// described are the interfaces for the files of the ring.
func (s *liveSource) described() []pcapfile.InterfaceInfo {
	if s.capture == nil {
		return nil // a stream names its own as they come
	}
	var out []pcapfile.InterfaceInfo
	for _, i := range s.capture.Interfaces() {
		out = append(out, pcapfile.InterfaceInfo{Name: i.Name, Link: i.Link, Snaplen: i.Snaplen})
	}
	return out
}

// summaryLines says what a live run saw, for standard error.
func summaryLines(w *watch, now capture.Time) []string {
	var out []string
	d := w.doc.Capture
	took := d.Last.Sub(d.First)
	if d.Frames == 0 {
		out = append(out, "no packets on "+w.src.name())
	} else {
		line := fmt.Sprintf("%s on %s: %s, %.1f MB", lasted(took), w.src.name(), packets(uint64(d.Frames)), float64(d.Bytes)/1e6)
		if s := took.Seconds(); s >= 1 {
			line += fmt.Sprintf(", %.0f packets/s", float64(d.Frames)/s)
		}
		out = append(out, line)
	}
	out = append(out, tallyLine(w.live.Tally(now)))
	if n := w.streams; n > 0 {
		out = append(out, counted(n, "RTP stream", "RTP streams")+" measured")
	}
	out = append(out, w.src.counters()...)
	return out
}

// lasted says how long a capture was: in seconds, from ten days on in days.
func lasted(d time.Duration) string {
	const day = 24 * time.Hour
	if d >= 10*day {
		return fmt.Sprintf("%d days", int64(d/day))
	}
	return d.Round(time.Second).String()
}

// tallyLine counts flows: "12 calls (10 answered, 2 busy), 3 registrations (…)".
func tallyLine(t flow.Tally) string {
	var parts []string
	for _, k := range tallyKinds {
		var n int64
		var how []string
		for _, o := range flow.Outcomes() {
			if c := t[flow.TallyKey{Kind: k.kind, Outcome: o}]; c > 0 {
				n += c
				how = append(how, fmt.Sprintf("%d %s", c, o))
			}
		}
		if n == 0 {
			continue
		}
		parts = append(parts, fmt.Sprintf("%s (%s)", counted(n, k.one, k.many), strings.Join(how, ", ")))
	}
	if len(parts) == 0 {
		return "no flows"
	}
	return strings.Join(parts, ", ")
}

// tallyKinds are the kinds in the order in which they are told.
var tallyKinds = []struct {
	kind      decode.Kind
	one, many string
}{
	{decode.KindCall, "call", "calls"},
	{decode.KindRegistration, "registration", "registrations"},
	{decode.KindXMPP, "XMPP session", "XMPP sessions"},
	{decode.KindSubscription, "subscription", "subscriptions"},
	{decode.KindPublication, "publication", "publications"},
	{decode.KindMessage, "message", "messages"},
	{decode.KindKeepalive, "row of keepalives", "rows of keepalives"},
	{decode.KindLookup, "look-up", "look-ups"},
	{decode.KindOther, "other flow", "other flows"},
}
