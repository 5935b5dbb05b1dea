package filter_test

import (
	"testing"

	"rung/capture"
	"rung/capture/filter"
)

// A verdict is what a filter and its opposite do with a frame.
type verdict string

const (
	yes     verdict = "yes"
	no      verdict = "no"
	unknown verdict = "unknown" // both let it pass
)

// A pair is a filter and its opposite.
type pair struct{ f, not *filter.Filter }

func parse(tb testing.TB, words string) *filter.Filter {
	tb.Helper()
	f, err := filter.Parse(words)
	if err != nil {
		tb.Fatalf("%q: %v", words, err)
	}
	return f
}

func pairOf(tb testing.TB, words string) pair {
	tb.Helper()
	return pair{parse(tb, words), parse(tb, "not ("+words+")")}
}

func (f pair) verdict(tb testing.TB, p *capture.Packet) verdict {
	tb.Helper()
	switch a, b := f.f.Match(p), f.not.Match(p); {
	case a && b:
		return unknown
	case a:
		return yes
	case b:
		return no
	}
	tb.Fatalf("frame %d passes neither %q nor %q", p.Frame.Number, f.f, f.not)
	return ""
}

func decide(tb testing.TB, words string, p *capture.Packet) verdict {
	tb.Helper()
	return pairOf(tb, words).verdict(tb, p)
}
