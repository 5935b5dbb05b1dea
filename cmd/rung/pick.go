package main

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"
	_ "time/tzdata" // --tz works on machines without a zone database

	"github.com/spf13/cobra"

	"rung/decode/media"
	"rung/render"
	"rung/render/pick"
	"rung/render/safe"
	"rung/render/where"
)

// pickOptions are the flags that choose flows.
type pickOptions struct {
	flow, kind, since, until, where string
	callIDs, numbers                []string
	parsed                          pick.Options
}

func (o *pickOptions) register(c *cobra.Command) {
	f := c.Flags()
	f.StringVar(&o.flow, "flow", "", "only flows with these `IDS`: 3,5-7")
	f.StringVar(&o.kind, "kind", "", "only flows of these `KINDS`: call,registration,xmpp …")
	f.StringArrayVar(&o.callIDs, "call-id", nil, "only flows with this Call-`ID` (repeatable)")
	f.StringArrayVar(&o.numbers, "number", nil, "only flows with this `NUMBER` or user, in any form: 5737 finds 875737 (repeatable)")
	f.StringVar(&o.where, "where", "", "only flows for which `EXPR` is true (rung help where)")
	f.StringVar(&o.since, "since", "", "only flows after `TIME`: 15:53:55, 2026-01-02 15:04, +90s")
	f.StringVar(&o.until, "until", "", "only flows before `TIME`")
}

// any reports whether anything was chosen.
func (o *pickOptions) any() bool {
	return o.flow+o.kind+o.since+o.until+o.where != "" || len(o.callIDs)+len(o.numbers) > 0
}

// flagError says which flag holds the mistake; the hint of err stays.
func flagError(flag string, err error) error {
	if err == nil {
		return nil
	}
	return usageError{fmt.Errorf("--%s: %w", flag, err)}
}

// check reads the flags.
func (o *pickOptions) check(zone *time.Location) (err error) {
	p := &o.parsed
	p.Zone, p.CallIDs = zone, o.callIDs
	if slices.Contains(o.callIDs, "") {
		return usageError{errors.New("--call-id is empty")}
	}
	if o.flow != "" {
		if p.IDs, err = pick.ParseIDs(o.flow); err != nil {
			return flagError("flow", err)
		}
	}
	if o.kind != "" {
		if p.Kinds, err = pick.ParseKinds(o.kind); err != nil {
			return flagError("kind", err)
		}
	}
	for _, s := range o.numbers {
		n, err := pick.ParseNumber(s)
		if err != nil {
			return flagError("number", err)
		}
		p.Numbers = append(p.Numbers, n)
	}
	if o.since != "" {
		if p.Since, err = pick.ParseMoment(o.since); err != nil {
			return flagError("since", err)
		}
	}
	if o.until != "" {
		if p.Until, err = pick.ParseMoment(o.until); err != nil {
			return flagError("until", err)
		}
	}
	if o.where != "" {
		if p.Where, err = where.Compile(o.where); err != nil {
			return flagError("where", err)
		}
	}
	return nil
}

func parseZone(s string) (*time.Location, error) {
	z, err := pick.ParseZone(s)
	if err != nil {
		return nil, fmt.Errorf("--tz: %w", err)
	}
	return z, nil
}

// apply leaves the chosen flows and their streams in doc. Streams of no flow
// stay only when nothing was chosen.
func (o *pickOptions) apply(doc *render.Document) error {
	if !o.any() {
		return nil
	}
	if err := o.parsed.Check(doc); err != nil {
		return usageError{err}
	}
	kept := doc.Flows[:0:0]
	streams := make(map[*media.Stream]bool)
	for _, f := range doc.Flows {
		ok, err := o.parsed.Keep(doc, f)
		if err != nil {
			return usageError{fmt.Errorf("--where: %w", err)}
		}
		if !ok {
			continue
		}
		kept = append(kept, f)
		for _, s := range f.Streams {
			streams[s] = true
		}
	}
	doc.Flows = kept
	left := doc.Streams[:0:0]
	for _, s := range doc.Streams {
		if streams[s] {
			left = append(left, s)
		}
	}
	doc.Streams = left
	return nil
}

// printable escapes text for standard error line by line: messages may carry
// captured bytes and names of files.
func printable(text string) string {
	lines := strings.Split(text, "\n")
	for i := range lines {
		lines[i] = safe.Terminal(lines[i])
	}
	return strings.Join(lines, "\n")
}
