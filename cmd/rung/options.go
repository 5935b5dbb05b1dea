package main

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"rung/decode/flow"
	"rung/decode/pipeline"
	"rung/decode/protocols"
	"rung/render"
)

// readOptions are the flags of every command that reads a capture.
type readOptions struct {
	names   string
	workers int
	strict  bool
	quiet   bool
	verbose bool
	tz      string
	pick    pickOptions

	decodeAs  []string
	dupWindow string // empty: the default
}

// writeOptions are the flags of every command that writes.
type writeOptions struct {
	out     string
	format  string
	detail  bool
	ascii   bool
	width   int
	theme   string
	secrets bool
	zone    *time.Location
}

func (o *readOptions) register(c *cobra.Command) {
	f := c.Flags()
	f.StringVar(&o.names, "names", "", "`FILE` with names and roles of addresses (rung help names)")
	f.IntVar(&o.workers, "workers", 0, "goroutines that decode; 0 means one per processor")
	f.StringArrayVar(&o.decodeAs, "decode-as", nil, "read a port as a `PROTOCOL`, whatever it shows: udp/7070=sip; =none\nleaves the port alone (repeatable; rung help recognition)")
	f.StringVar(&o.dupWindow, "dup-window", dupWindow.String(), "a packet that comes again within `TIME` and differs in link headers,\ntunnel or TTL is a span copy; at most 1ms where it does not; 0: no copies")
	f.BoolVar(&o.strict, "strict", false, "exit with 3 when the capture is damaged")
	f.BoolVarP(&o.quiet, "quiet", "q", false, "say nothing on standard error but errors")
	f.BoolVarP(&o.verbose, "verbose", "v", false, "print every diagnostic, and the whole account, on standard error")
	f.StringVar(&o.tz, "tz", "UTC", "time `ZONE` of what is shown: UTC, Local, Europe/Berlin, +02:00")
	o.pick.register(c)
}

func (o *writeOptions) register(c *cobra.Command, s render.Subject) {
	f := c.Flags()
	f.StringVarP(&o.out, "output", "o", "", "write to `OUT`; its extension chooses the format")
	f.StringVar(&o.format, "format", "", "`FORMAT`: "+strings.Join(formatsFor(s), ", "))
	f.BoolVar(&o.detail, "detail", false, "unfold what is folded: retransmissions, repeated keepalives")
	f.BoolVar(&o.ascii, "ascii", false, "text without characters outside ASCII")
	f.IntVar(&o.width, "width", 0, "columns of text; 0 means the terminal's width")
	f.StringVar(&o.theme, "theme", "", "colours: light or dark")
	f.BoolVar(&o.secrets, "show-secrets", false, "show passwords, digest responses and tokens")
}

// check finds mistakes that need no capture to be seen.
func (o *readOptions) check() error {
	if o.workers < 0 {
		return usageError{fmt.Errorf("--workers %d: must not be negative", o.workers)}
	}
	_, err := o.pipeline()
	return err
}

// pipeline says how to read the packets.
func (o *readOptions) pipeline() (p *pipeline.Options, err error) {
	p = &pipeline.Options{Workers: o.workers, Protocols: protocols.All}
	if p.DecodeAs, err = parseDecodeAs(o.decodeAs); err != nil {
		return nil, err
	}
	p.DupSame, p.DupDiffer, err = parseDupWindow(o.dupWindow)
	return p, err
}

func (o *writeOptions) check(s render.Subject) error {
	if o.width != 0 && (o.width < minWidth || o.width > maxWidth) {
		return usageError{fmt.Errorf("--width %d: must be between %d and %d", o.width, minWidth, maxWidth)}
	}
	switch o.theme {
	case "", "light", "dark":
	default:
		return usageError{hinted{fmt.Errorf("--theme %s: no such theme", o.theme), "themes: light, dark"}}
	}
	_, err := o.choose(s)
	return err
}

// Widths of text output between which a ladder can be read.
const (
	minWidth = 60
	maxWidth = 1000
)

// loadNames reads the names file; without one it returns an empty list that
// learns from the capture.
func (o *readOptions) loadNames() (*flow.Names, error) {
	if o.names == "" {
		return flow.ParseNames(bytes.NewReader(nil))
	}
	f, err := os.Open(o.names)
	if err != nil {
		return nil, fmt.Errorf("--names: %w", err)
	}
	defer f.Close()
	names, err := flow.ParseNames(f)
	var mistake *flow.NamesError
	if errors.As(err, &mistake) {
		return nil, hinted{fmt.Errorf("--names %s: %w", o.names, err), mistake.Hint}
	}
	return names, err
}
