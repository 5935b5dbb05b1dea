package main

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"
)

// TestMain lets the test's own program stand in for rung and tshark, and for
// itself when it is started again.
func TestMain(m *testing.M) {
	switch os.Getenv("RUNGBENCH_STANDIN") {
	case "":
		os.Exit(m.Run())
	case "itself":
		main()
		os.Exit(0)
	case "quick":
		os.Exit(0)
	case "env":
		if os.Getenv("GOMAXPROCS") != "7" {
			os.Exit(4)
		}
		os.Exit(0)
	case "fail":
		fmt.Fprintln(os.Stderr, "out of patience")
		os.Exit(3)
	}
	// 64 MiB touched and some work.
	b := bytes.Repeat([]byte{1}, 64<<20)
	sum := 0
	for start := time.Now(); time.Since(start) < 20*time.Millisecond; {
		for _, c := range b[:1<<20] {
			sum += int(c)
		}
	}
	fmt.Println(sum)
	os.Exit(0)
}

func standin(t *testing.T, how string) string {
	t.Helper()
	t.Setenv("RUNGBENCH_STANDIN", how)
	path, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	return path
}

func TestMeasure(t *testing.T) {
	c, err := measure(command{args: []string{standin(t, "work")}})
	if err != nil {
		t.Fatal(err)
	}
	if c.wall < 20*time.Millisecond || c.cpu <= 0 {
		t.Errorf("%+v", c)
	}
	if c.peak != 0 && c.peak < 64<<20 {
		t.Errorf("peak %d, though 64 MiB were touched", c.peak)
	}
}

func TestFailureIsTold(t *testing.T) {
	_, err := measure(command{args: []string{standin(t, "fail"), "list"}})
	if err == nil || !strings.Contains(err.Error(), "out of patience") {
		t.Errorf("got %v", err)
	}
}

func TestMakeTwiceIsTheSame(t *testing.T) {
	dir := t.TempDir()
	var files [2][]byte
	for i := range files {
		name := filepath.Join(dir, fmt.Sprint(i))
		var out, errs bytes.Buffer
		if err := run([]string{"make", "-kind", "sip", "-size", "100KiB", "-o", name}, &out, &errs); err != nil {
			t.Fatal(err)
		}
		if !regexp.MustCompile(`: \d+ packets, \d+ bytes, \d+ conversations`).MatchString(out.String()) {
			t.Errorf("says %q", out.String())
		}
		b, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		files[i] = b
	}
	if !bytes.Equal(files[0], files[1]) || len(files[0]) < 100<<10 {
		t.Errorf("%d and %d bytes", len(files[0]), len(files[1]))
	}
}

func TestWrongUse(t *testing.T) {
	for _, args := range [][]string{
		{}, {"nonsense"}, {"make"}, {"make", "-size", "many", "-o", "x"}, {"make", "-kind", "nonsense", "-o", os.DevNull},
		{"run", "-n", "0"}, {"run", "-size", "-1"}, {"run", "-kinds", "nonsense"}, {"run", "-rows", "html,nonsense"}, {"run", "html"},
		{"run", "-rows", ""}, {"run", "-rung", filepath.Join(t.TempDir(), "missing"), "-size", "1KB", "-kinds", "rtp", "-rows", "growth"},
	} {
		var out, errs bytes.Buffer
		if err := run(args, &out, &errs); err == nil {
			t.Errorf("%q: no error", args)
		}
	}
}

func TestParseSize(t *testing.T) {
	for in, want := range map[string]int64{
		"1": 1, "64KiB": 64 << 10, "300MB": 300e6, "1.5GB": 1.5e9, "2gib": 2 << 30, "7 B": 7,
	} {
		if got, err := parseSize(in); err != nil || got != want {
			t.Errorf("%q: %d, %v", in, got, err)
		}
	}
	for _, in := range []string{"", "MB", "0", "-5MB", "NaN", "1e30GB", "5 apples"} {
		if n, err := parseSize(in); err == nil {
			t.Errorf("%q: %d", in, n)
		}
	}
}
