package safe

import (
	"strings"
	"testing"
)

func TestBreakName(t *testing.T) {
	one := func(r rune) float64 { return float64(RuneWidth(r)) }
	tests := []struct {
		rule, s string
		lines   int
		room    float64
		want    string
	}{
		{"what fits stays", "10.0.0.1", 2, 20, "10.0.0.1"},
		{"an IPv6 address breaks at a colon", "2001:db8:1234:5678:9abc:def0:1234:5678", 2, 21, "2001:db8:1234:5678:|9abc:def0:1234:5678"},
		{"what is longer keeps its end", "2001:db8:1234:5678:9abc:def0:1234:7777", 1, 12, "…0:1234:7777"},
		{"without signs it breaks anywhere", "abcdefghij", 2, 6, "abcdef|ghij"},
		{"wide letters", "漢字漢字", 2, 5, "漢字|漢字"},
		{"no room", "漢", 1, 1, "…"},
		{"nothing", "", 2, 5, ""},
	}
	for _, tt := range tests {
		if got := strings.Join(BreakName(tt.s, tt.lines, tt.room, one, "…"), "|"); got != tt.want {
			t.Errorf("%s: %q, want %q", tt.rule, got, tt.want)
		}
	}
}

// FuzzBreakName asserts that no line is wider than the room unless a single
// character is, and that at most n come out.
func FuzzBreakName(f *testing.F) {
	f.Add("2001:db8::1", 2, 8)
	f.Fuzz(func(t *testing.T, s string, n, room int) {
		if n < 1 || n > 5 || room < 2 || room > 100 {
			t.Skip()
		}
		lines := BreakName(s, n, float64(room), func(r rune) float64 { return float64(RuneWidth(r)) }, "…")
		if len(lines) > n {
			t.Fatalf("%d lines", len(lines))
		}
		for _, l := range lines {
			if Width(l) > room {
				t.Fatalf("%q is wider than %d", l, room)
			}
		}
	})
}
