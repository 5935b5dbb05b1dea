package main

import (
	"fmt"
	"strings"

	"rung/capture"
	"rung/render"
)

const (
	// shownNames and shownReasons cap what the account lists without -v: a
	// line that a person reads. What is left out is counted.
	shownNames   = 6
	shownReasons = 6
)

// accountLines says in a few lines what became of every frame, so that the
// numbers add up: one line, and one more for each reason why frames could not
// be read. When every frame was decoded or belongs to TCP alone there is
// nothing to say, except to the verbose.
func accountLines(doc *render.Document, verbose bool) []string {
	c := &doc.Capture
	a := &c.Account
	other, undecoded := a.Other(), a.Undecoded()
	missing := c.Frames - a.Total() - c.Pending
	if !verbose && a.Duplicate == 0 && c.Pending == 0 && len(other) == 0 && len(undecoded) == 0 && missing == 0 {
		return nil
	}
	parts := []string{fmt.Sprintf("%d decoded", a.Decoded)}
	if a.Duplicate > 0 {
		parts = append(parts, counted(a.Duplicate, "span copy", "span copies"))
	}
	if a.TransportOnly > 0 {
		parts = append(parts, fmt.Sprintf("%d transport only", a.TransportOnly))
	}
	if len(other) > 0 {
		parts = append(parts, fmt.Sprintf("%d of other protocols (%s)", total(other), otherNames(other, verbose)))
	}
	if len(undecoded) > 0 {
		parts = append(parts, fmt.Sprintf("%d undecoded", total(undecoded)))
	}
	if c.Pending > 0 {
		parts = append(parts, fmt.Sprintf("%d waiting", c.Pending))
	}
	if missing != 0 {
		parts = append(parts, fmt.Sprintf("%d not accounted for (a defect of rung, please report it)", missing))
	}
	lines := []string{counted(c.Frames, "frame", "frames") + ": " + strings.Join(parts, ", ")}
	return append(lines, reasons(doc, undecoded, verbose)...)
}

// otherNames lists the most frequent of the protocols that rung does not read.
func otherNames(other []capture.Tally, verbose bool) string {
	var names []string
	for i, t := range other {
		if !verbose && i == shownNames && len(other) > shownNames+1 {
			names = append(names, fmt.Sprintf("… and %s of %d more names: -v lists them", counted(total(other[i:]), "frame", "frames"), len(other)-i))
			break
		}
		names = append(names, fmt.Sprintf("%s %d", t.Name, t.Frames))
	}
	return strings.Join(names, ", ")
}

// reasons says why frames could not be read, a line each.
func reasons(doc *render.Document, undecoded []capture.Tally, verbose bool) []string {
	var lines []string
	for i, t := range undecoded {
		if !verbose && i == shownReasons && len(undecoded) > shownReasons+1 {
			return append(lines, fmt.Sprintf("undecoded: %s for %d more reasons: -v lists them", counted(total(undecoded[i:]), "frame", "frames"), len(undecoded)-i))
		}
		lines = append(lines, fmt.Sprintf("undecoded: %s: %s, first frame %s", t.Name, counted(t.Frames, "frame", "frames"), doc.FrameName(t.First)))
	}
	return lines
}

func total(ts []capture.Tally) int64 {
	var n int64
	for _, t := range ts {
		n += t.Frames
	}
	return n
}

// counted is "1 frame" or "17 frames".
func counted(n int64, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprintf("%d %s", n, many)
}
