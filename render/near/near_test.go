package near

import (
	"strings"
	"testing"
)

func TestWords(t *testing.T) {
	kinds := []string{"call", "registration", "login", "subscription", "publication", "message", "keepalive", "xmpp", "lookup", "other"}
	for _, c := range []struct{ what, word, want string }{
		{"a letter too many", "calls", "call"},
		{"neighbours swapped", "clal", "call"},
		{"beginning of a word", "reg", "registration"},
		{"case does not count", "LOGIN", "login"},
		{"nearest first", "publikation", "publication"},
		{"nothing near", "zzz", ""},
		{"empty", "", ""},
		{"too long for a guess", strings.Repeat("call", 100), ""},
	} {
		t.Run(c.what, func(t *testing.T) {
			if got := strings.Join(Words(c.word, kinds), " "); got != c.want {
				t.Errorf("got %q, want %q", got, c.want)
			}
		})
	}
}

func TestDistance(t *testing.T) {
	for _, c := range []struct {
		a, b string
		want int
	}{{"", "", 0}, {"", "abc", 3}, {"abc", "", 3}, {"kitten", "sitting", 3}, {"ab", "ba", 1}, {"same", "same", 0}} {
		if got := Distance(c.a, c.b); got != c.want {
			t.Errorf("%q %q: got %d, want %d", c.a, c.b, got, c.want)
		}
		if got := Distance(c.b, c.a); got != c.want {
			t.Errorf("%q %q: not symmetric", c.a, c.b)
		}
	}
}

func TestHintListsAllWhenNothingIsNear(t *testing.T) {
	if got := Hint("zzz", []string{"call", "login"}); got != "one of: call, login" {
		t.Error(got)
	}
	if got := Hint("cal", []string{"call", "login"}); got != "did you mean call?" {
		t.Error(got)
	}
}
