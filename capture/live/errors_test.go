package live

import (
	"errors"
	"runtime"
	"strings"
	"syscall"
	"testing"
)

func TestErrorOfMissingRights(t *testing.T) {
	err := forbidden("eth0", syscall.EPERM)
	var e *Error
	if !errors.As(err, &e) || !errors.Is(err, syscall.EPERM) {
		t.Fatalf("%v", err)
	}
	if e.Error() != "capture from eth0: operation not permitted" {
		t.Errorf("says %q", e.Error())
	}
	if !strings.Contains(e.Hint(), "sudo setcap cap_net_raw+ep $(command -v rung)") {
		t.Errorf("hint %q", e.Hint())
	}
}

func TestErrorOfAnUnknownName(t *testing.T) {
	many := make([]string, 40)
	for i := range many {
		many[i] = "veth" + strings.Repeat("x", i%5)
	}
	cases := []struct {
		name       string
		names      []string
		text, hint string
	}{
		{"eht0", []string{"lo", "eth0", "eth1"}, `no interface is called "eht0"; there are: lo, eth0, eth1`, "did you mean eth0?"},
		{"ETH1", []string{"lo", "eth0", "eth1"}, `no interface is called "ETH1"; there are: lo, eth0, eth1`, "did you mean eth1?"},
		{"wlan0", []string{"lo", "eth0"}, `no interface is called "wlan0"; there are: lo, eth0`, ""},
		{"x", nil, `no interface is called "x"`, ""},
		{strings.Repeat("n", 5000), []string{"lo"}, "there are: lo", ""},
		{"a\x1bb", many, `"a\x1bb"; there are: veth, vethx`, ""},
		{"a", many, "and 24 more", ""},
	}
	for _, c := range cases {
		var e *Error
		if err := unknown(c.name, c.names, c.names); !errors.As(err, &e) || !strings.Contains(e.Error(), c.text) || e.Hint() != c.hint {
			t.Errorf("%.20q: %v (%s)", c.name, err, e.Hint())
		}
	}
}

func TestElsewhereOpenSaysWhatToDo(t *testing.T) {
	if runtime.GOOS == "linux" {
		t.Skip("this is Linux")
	}
	var e *Error
	if _, err := Open(&Options{Interfaces: []string{"en0"}}); !errors.As(err, &e) || !strings.Contains(e.Hint(), "| rung live -") {
		t.Errorf("%v", err)
	}
}

func TestRingSizes(t *testing.T) {
	cases := []struct {
		name     string
		asked, n int
		want     int
	}{
		{"one interface has the default", 0, 1, 64 << 20},
		{"four share what there is", 0, 4, 64 << 20},
		{"eight get less", 0, 8, 32 << 20},
		{"many get the least", 0, 1000, 8 << 20},
		{"what was asked for", 100, 8, 100 << 20},
		{"two blocks at least", 1, 1, 2 << 20},
	}
	for _, c := range cases {
		o := Options{BufferMB: c.asked}
		if got := o.ring(c.n); got != c.want || got%blockSize != 0 {
			t.Errorf("%s: %d MiB", c.name, got>>20)
		}
	}
}

func TestSnaplen(t *testing.T) {
	for asked, want := range map[int]int{0: 262144, -1: 262144, 1 << 30: 262144, 96: 96} {
		if got := (&Options{Snaplen: asked}).snaplen(); got != want {
			t.Errorf("%d: %d", asked, got)
		}
	}
}
