package main

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"rung/capture"
	"rung/render"
)

// A job is one run of a command that reads captures and shows something.
type job struct {
	p       *program
	subject render.Subject
	read    readOptions
	write   writeOptions
	json    bool
	frame   string // --frame: N, or FILE:N as ladders of several inputs print it
	place   capture.Frame
}

// reading makes a command that reads captures.
func (p *program) reading(use, short, long string, s render.Subject) (*cobra.Command, *job) {
	j := &job{p: p, subject: s}
	c := &cobra.Command{
		Use: use, Short: short, Long: long, Args: files,
		RunE: p.start(func(c *cobra.Command, args []string) error {
			if err := noEmptyFlag(c); err != nil {
				return err
			}
			return j.run(c.Context(), args)
		}),
	}
	j.read.register(c)
	j.write.register(c, s)
	return c, j
}

// noEmptyFlag takes --where "" for what it is, a variable of a script that was
// not set, and not for "everything".
func noEmptyFlag(c *cobra.Command) (err error) {
	c.Flags().Visit(func(f *pflag.Flag) {
		if err == nil && f.Value.Type() == "string" && strings.TrimSpace(f.Value.String()) == "" {
			err = usageError{fmt.Errorf("--%s is empty", f.Name)}
		}
	})
	return err
}

func (p *program) list() *cobra.Command {
	c, j := p.reading("list FILE…", "List the flows, one line each",
		"List the calls, registrations, sessions and look-ups of the captures, one line each.", render.List)
	c.Flags().BoolVar(&j.json, "json", false, "one JSON document (rung schema describes it)")
	return c
}

func (p *program) ladder() *cobra.Command {
	c, _ := p.reading("ladder FILE…", "Draw flows as ladders",
		"Draw the chosen flows as ladders: text on the terminal, or a picture with -o x.svg or -o x.png.\nSeveral flows become pages: x-1.png, x-2.png …", render.Ladder)
	return c
}

func (p *program) show() *cobra.Command {
	c, j := p.reading("show FILE…", "Show the messages as they came",
		"Show the messages of the chosen flows as text, with their headers as they came.", render.Messages)
	c.Flags().StringVar(&j.frame, "frame", "", "only the message of frame `N`, of several inputs 2:N is the second's")
	return c
}

func (p *program) rtp() *cobra.Command {
	c, j := p.reading("rtp FILE…", "Measure RTP streams",
		"Print a line per RTP stream. -o x.svg or x.png draws jitter, delta and loss over time,\n-o x.csv writes the series.", render.RTP)
	c.Flags().BoolVar(&j.json, "json", false, "one JSON document (rung schema describes it)")
	return c
}

func (p *program) report() *cobra.Command {
	c, _ := p.reading("report FILE…", "Write one HTML file for a ticket",
		"Write everything a ticket needs into one self-contained HTML file: flows, ladders, messages,\nRTP statistics and plots. Without -o it is called after the first capture, in this folder.", render.Report)
	return c
}

// run does the job of one command line.
func (j *job) run(ctx context.Context, inputs []string) error {
	if err := j.prepare(inputs); err != nil {
		return err
	}
	a, err := j.p.analyse(ctx, inputs, &j.read)
	if err != nil {
		return err
	}
	defer a.store.Close()
	harm := j.read.strict && damaged(a.doc)
	j.p.tell(a.doc, &j.read)
	if err := j.read.pick.apply(a.doc); err != nil {
		return err
	}
	if err := j.narrow(a.doc); err != nil {
		return err
	}
	if err := j.p.write(a.doc, inputs, &j.write, j.subject); err != nil {
		return err
	}
	if j.subject == render.Report && j.write.out != "-" && !j.read.quiet {
		fmt.Fprintln(j.p.stdout, j.write.out)
	}
	switch {
	case a.failed:
		return errPartly
	case harm:
		return errDamaged
	}
	return nil
}

// prepare finds what is wrong with the flags before a long read.
func (j *job) prepare(inputs []string) error {
	if j.json {
		if j.write.format != "" && j.write.format != "json" {
			return usageError{fmt.Errorf("--json and --format %s contradict each other", j.write.format)}
		}
		j.write.format = "json"
	}
	if j.subject == render.Report && j.write.out == "" && j.write.format == "" {
		j.write.out = reportName(inputs[0])
	}
	if err := j.parseFrame(); err != nil {
		return err
	}
	zone, err := parseZone(j.read.tz)
	if err != nil {
		return usageError{err}
	}
	j.write.zone = zone
	if err := j.read.check(); err != nil {
		return err
	}
	if err := folderExists(j.write.out); err != nil {
		return err
	}
	if err := j.write.check(j.subject); err != nil {
		return err
	}
	return j.read.pick.check(zone)
}

// reportName is <first capture's name>.html in the working folder.
func reportName(input string) string {
	if input == "-" {
		return "capture.html"
	}
	name := filepath.Base(filepath.Clean(input))
	for _, ext := range []string{".gz", ".zst", ".pcapng", ".pcap", ".cap"} {
		name = strings.TrimSuffix(name, ext)
	}
	if name == "" || name == "." || name == string(filepath.Separator) {
		name = "capture"
	}
	return name + ".html"
}

// narrow keeps what the command asks for and says when that is nothing.
func (j *job) narrow(doc *render.Document) error {
	if j.place.Number > 0 && !keepFrame(doc, j.place) {
		return hinted{fmt.Errorf("no message in frame %s", j.frame), "rung show without --frame lists the frames that hold messages"}
	}
	if len(doc.Flows) > 0 {
		return nil
	}
	switch j.subject {
	case render.Ladder, render.Messages:
		if j.read.pick.any() {
			return hinted{errors.New("no flow matches"), "rung list shows what there is"}
		}
		return hinted{errors.New("no SIP, XMPP or DNS messages found"), otherProtocols(doc)}
	}
	return nil
}

// parseFrame reads --frame.
func (j *job) parseFrame() error {
	if j.frame == "" {
		return nil
	}
	file, number, several := strings.Cut(j.frame, ":")
	if !several {
		file, number = "0", j.frame // any file
	}
	f, err1 := strconv.ParseInt(file, 10, 32)
	n, err2 := strconv.ParseInt(number, 10, 32)
	if err1 != nil || err2 != nil || n < 1 || several && f < 1 {
		return usageError{hinted{fmt.Errorf("--frame %s: not a frame", j.frame), "frames count from 1: 17, or 2:17 for the second of several inputs"}}
	}
	j.place = capture.Frame{File: int32(f), Number: int32(n)}
	return nil
}

// keepFrame leaves only the message of one frame in doc. place.File counts
// from 1; 0 means any.
func keepFrame(doc *render.Document, place capture.Frame) bool {
	kept := doc.Flows[:0]
	for _, f := range doc.Flows {
		one := *f
		one.Messages = nil
		for _, m := range f.Messages {
			for _, fr := range m.AllFrames() {
				if fr.Number == place.Number && (place.File == 0 || fr.File == place.File-1) {
					m.RetransmissionOf = -1
					one.Messages = append(one.Messages, m)
					break
				}
			}
		}
		if len(one.Messages) > 0 {
			kept = append(kept, &one)
		}
	}
	doc.Flows = kept
	return len(kept) > 0
}

// otherProtocols says what the capture holds instead.
func otherProtocols(doc *render.Document) string {
	switch n := len(doc.Streams); {
	case n == 1:
		return "1 RTP stream found: rung rtp measures it"
	case n > 1:
		return fmt.Sprintf("%d RTP streams found: rung rtp measures them", n)
	}
	var parts []string
	for _, t := range doc.Capture.Account.Other() {
		if len(parts) < 5 {
			parts = append(parts, fmt.Sprintf("%s (%s)", t.Name, counted(t.Frames, "frame", "frames")))
		}
	}
	if len(parts) == 0 {
		return ""
	}
	return "the capture holds " + strings.Join(parts, ", ")
}

// shownDiagnostics is how many diagnostics of the capture are printed without -v.
const shownDiagnostics = 5

// tell prints what was odd, and what became of the frames, to standard error.
func (p *program) tell(doc *render.Document, o *readOptions) {
	if o.quiet {
		return
	}
	shown, hidden := 0, 0
	for _, d := range doc.Capture.Diagnostics {
		if d.Severity < capture.Warning && !o.verbose {
			continue
		}
		if shown >= shownDiagnostics && !o.verbose {
			hidden++
			continue
		}
		shown++
		p.say(d.Severity.String(), framed(doc, &d))
	}
	if hidden > 0 {
		p.say("note", counted(int64(hidden), "more diagnostic; -v prints it", "more diagnostics; -v prints them"))
	}
	for _, line := range accountLines(doc, o.verbose) {
		p.say("account", line)
	}
	if n := doc.Capture.InterfaceDrops; n > 0 {
		p.say("warning", "the capturing interface dropped "+counted(n, "frame: it is", "frames: they are")+" in no number here")
	}
}

// framed is a diagnostic with the place it speaks of.
func framed(doc *render.Document, d *capture.Diagnostic) string {
	if len(d.Frames) == 0 {
		return d.Text
	}
	f := d.Frames[0]
	where := fmt.Sprintf("frame %d", f.Number)
	if c := &doc.Capture; len(c.Files)+c.FilesBefore > 1 {
		if in := c.File(f); in != nil {
			where = in.Name + " " + where
		}
	}
	return where + ": " + d.Text
}

// commandLine is the command as the foot of a picture shows it.
func commandLine(args []string) string {
	words := []string{"rung"}
	for _, a := range args {
		if a == "" || strings.ContainsAny(a, " \t\n'\"$&|<>;()*?[]#~`\\") {
			a = "'" + strings.ReplaceAll(a, "'", `'\''`) + "'"
		}
		words = append(words, a)
	}
	return strings.Join(words, " ")
}
