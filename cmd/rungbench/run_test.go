package main

import (
	"bytes"
	"os"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strings"
	"testing"

	"rung/cmd/rungbench/workload"
)

func TestRunPrintsATable(t *testing.T) {
	program := standin(t, "work")
	dir := t.TempDir()
	args := []string{
		"run", "-size", "200KB", "-kinds", "rtp,xmpp", "-rows", "programs", "-n", "1",
		"-rung", program, "-tshark", program, "-tcpdump", "", "-sngrep", program, "-dir", dir,
	}
	for range 2 { // the second time with the files of the first
		var out, errs bytes.Buffer
		if err := run(args, &out, &errs); err != nil {
			t.Fatal(err)
		}
		lines := strings.Split(strings.TrimSpace(out.String()), "\n")
		if len(lines) != 5 || !strings.HasPrefix(lines[0], "row") {
			t.Fatalf("got\n%s", out.String())
		}
		for i, want := range []string{` rtp .* rung `, ` rtp .* tshark .*×`, ` xmpp .* rung `, ` xmpp .* tshark .*×`} {
			if !regexp.MustCompile(want).MatchString(lines[i+1]) {
				t.Errorf("line %d: %q", i+1, lines[i+1])
			}
		}
	}
}

// All rows but the one that takes long, and the page of them.
func TestRunWritesThePage(t *testing.T) {
	if testing.Short() {
		t.Skip("starts sixty programs; not with -short")
	}
	program := standin(t, "quick")
	page := filepath.Join(t.TempDir(), "performance.md")
	var out, errs bytes.Buffer
	err := run([]string{
		"run", "-size", "200KB", "-n", "1", "-rung", program, "-page", page,
		"-tshark", program, "-tcpdump", program, "-sngrep", program,
	}, &out, &errs)
	if err != nil {
		t.Fatal(err)
	}
	for _, row := range usualRows {
		if !strings.Contains(out.String(), "\n"+row+" ") {
			t.Errorf("no row %s in\n%s", row, out.String())
		}
	}
	b, err := os.ReadFile(page)
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		"# How fast", "1 not measured", "size 200000 -n 1\n", "## Beside", "## Cores", "## Other work", "## Growth, fitted",
		runtime.Version(), `trunk +\S+ +\d+ +rung `, ` sngrep +\d`,
	} {
		if !regexp.MustCompile(want).Match(b) {
			t.Errorf("no %q in\n%s", want, b)
		}
	}
}

func TestFlagsOfRun(t *testing.T) {
	o, err := parseRun([]string{"-rows", "png,million", "-kinds", "sip", "-tshark", "no-such-program"}, &bytes.Buffer{})
	if err != nil {
		t.Fatal(err)
	}
	if o.n != 5 || o.size != 300e6 || !slices.Equal(o.rows, []string{"png", "million"}) || !slices.Equal(o.kinds, []workload.Kind{"sip"}) {
		t.Errorf("%+v", o)
	}
	if len(o.peers) != 0 {
		t.Errorf("peers %v, though no row has any", o.peers)
	}
	if again := o.again(); again != "-size 300MB -n 5 -kinds sip -rows png,million" {
		t.Errorf("again: %s", again)
	}
	if o, err = parseRun(nil, &bytes.Buffer{}); err != nil || o.has(rowMillion) || !o.has(rowGrowth) || len(o.kinds) != 4 || o.again() != "-size 300MB -n 5" {
		t.Errorf("%v %+v", err, o)
	}
}

func TestPeerNotFoundIsTold(t *testing.T) {
	program := standin(t, "work")
	var errs bytes.Buffer
	found := find(peers(), map[string]string{"tshark": "no-such-program", "tcpdump": program}, &errs)
	if len(found) != 1 || found[0].name != "tcpdump" || found[0].version == "" {
		t.Errorf("%+v", found)
	}
	if n := strings.Count(errs.String(), "compared without it"); n != 1 || !strings.Contains(errs.String(), "no-such-program") {
		t.Errorf("%q", errs.String())
	}
}

// A peer that fails is left out; rung that fails is an error.
func TestFailingPeerIsLeftOut(t *testing.T) {
	program := standin(t, "env")
	well := command{name: "rung", args: []string{program}, env: []string{"GOMAXPROCS=7"}}
	ill := command{name: "tshark", args: []string{program}, peer: true}
	got, failed, err := compare(2, well, ill, well)
	if err != nil || len(got) != 2 || got[0].name != "rung" || got[1].name != "rung" || len(failed) != 1 {
		t.Errorf("%v, %v, %v", got, failed, err)
	}
	ill.peer = false
	if _, _, err := compare(2, well, ill); err == nil {
		t.Error("no error")
	}
}

// What this process once needed is not counted to what it starts.
func TestPeakIsNotOurs(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("a thing of Linux")
	}
	if err := os.WriteFile("/proc/self/clear_refs", []byte("5"), 0); err != nil {
		t.Skip(err)
	}
	c := command{args: []string{standin(t, "env")}, env: []string{"GOMAXPROCS=7"}}
	big := bytes.Repeat([]byte{1}, 256<<20)
	runtime.KeepAlive(big)
	big = nil
	got, err := measure(c)
	if err != nil {
		t.Fatal(err)
	}
	if got.peak > 128<<20 {
		t.Errorf("peak %d MB of a program that does nothing", got.peak/1e6)
	}
}
