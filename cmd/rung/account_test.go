package main

import (
	"fmt"
	"strings"
	"testing"

	"rung/capture"
	"rung/render"
)

func TestAccountLines(t *testing.T) {
	type entry struct {
		fate capture.Fate
		name string
		n    int64
	}
	many := func(fate capture.Fate, prefix string, n int) (out []entry) {
		for i := range n {
			out = append(out, entry{fate, fmt.Sprintf("%s%d", prefix, i), int64(n - i)})
		}
		return out
	}
	for _, tt := range []struct {
		rule    string
		entries []entry
		frames  int64 // 0: as many as the entries
		pending int64
		verbose bool
		want    []string
	}{
		{rule: "nothing is said when all was read", entries: []entry{{capture.FateDecoded, "", 5}, {capture.FateTransportOnly, "", 3}}},
		{rule: "the verbose want it anyway", entries: []entry{{capture.FateDecoded, "", 5}, {capture.FateTransportOnly, "", 3}}, verbose: true,
			want: []string{"8 frames: 5 decoded, 3 transport only"}},
		{rule: "copies are said", entries: []entry{{capture.FateDecoded, "", 1}, {capture.FateDuplicate, "", 2}},
			want: []string{"3 frames: 1 decoded, 2 span copies"}},
		{rule: "each reason has a line", entries: []entry{{capture.FateUndecoded, "cut", 1}, {capture.FateUndecoded, "bad-ip-header", 4}},
			want: []string{"5 frames: 0 decoded, 5 undecoded", "undecoded: bad-ip-header: 4 frames, first frame 9", "undecoded: cut: 1 frame, first frame 9"}},
		{rule: "as many names as fit a line", entries: many(capture.FateOther, "x", 7),
			want: []string{"28 frames: 0 decoded, 28 of other protocols (x0 7, x1 6, x2 5, x3 4, x4 3, x5 2, x6 1)"}},
		{rule: "more names are counted", entries: many(capture.FateOther, "x", 8),
			want: []string{"36 frames: 0 decoded, 36 of other protocols (x0 8, x1 7, x2 6, x3 5, x4 4, x5 3, … and 3 frames of 2 more names: -v lists them)"}},
		{rule: "-v lists all names", entries: many(capture.FateOther, "x", 8), verbose: true,
			want: []string{"36 frames: 0 decoded, 36 of other protocols (x0 8, x1 7, x2 6, x3 5, x4 4, x5 3, x6 2, x7 1)"}},
		{rule: "a frame without a fate is a defect, and said", entries: []entry{{capture.FateDecoded, "", 1}}, frames: 2,
			want: []string{"2 frames: 1 decoded, 1 not accounted for (a defect of rung, please report it)"}},
		{rule: "frames of a capture that goes on may wait", entries: []entry{{capture.FateDecoded, "", 4}}, frames: 7, pending: 3,
			want: []string{"7 frames: 4 decoded, 3 waiting"}},
		{rule: "but no more than do", entries: []entry{{capture.FateDecoded, "", 4}}, frames: 9, pending: 3,
			want: []string{"9 frames: 4 decoded, 3 waiting, 2 not accounted for (a defect of rung, please report it)"}},
	} {
		t.Run(tt.rule, func(t *testing.T) {
			doc := &render.Document{}
			a := &doc.Capture.Account
			for i, e := range tt.entries {
				a.AddN(e.fate, e.name, e.n, capture.Frame{Number: 9}, uint64(i))
			}
			doc.Capture.Frames = a.Total()
			if tt.frames > 0 {
				doc.Capture.Frames = tt.frames
			}
			doc.Capture.Pending = tt.pending
			got := accountLines(doc, tt.verbose)
			if strings.Join(got, "\n") != strings.Join(tt.want, "\n") {
				t.Errorf("%q\nwant %q", got, tt.want)
			}
		})
	}
	t.Run("many reasons are counted", func(t *testing.T) {
		doc := &render.Document{}
		for i, e := range many(capture.FateUndecoded, "r", 12) {
			doc.Capture.Account.AddN(e.fate, e.name, e.n, capture.Frame{Number: 9}, uint64(i))
		}
		doc.Capture.Frames = doc.Capture.Account.Total()
		got := accountLines(doc, false)
		if last := got[len(got)-1]; len(got) != 2+shownReasons || last != "undecoded: 21 frames for 6 more reasons: -v lists them" {
			t.Errorf("%q", got)
		}
		if got := accountLines(doc, true); len(got) != 13 {
			t.Errorf("%d lines with -v, want 13", len(got))
		}
	})
}
