package media

import "testing"

func TestTimesAreSaidInWords(t *testing.T) {
	for n, want := range map[int64]string{1: "once", 2: "2 times", 30: "30 times"} {
		if got := times(n); got != want {
			t.Errorf("%d: %q, not %q", n, got, want)
		}
	}
}
