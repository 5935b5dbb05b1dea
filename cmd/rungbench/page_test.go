package main

import (
	"bytes"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"rung/cmd/rungbench/workload"
)

var update = flag.Bool("update", os.Getenv("RUNG_UPDATE") != "", "rewrite golden files")

func took(name string, wall, cpu time.Duration, peakMB int64) timed {
	return timed{name, cost{wall, cpu, peakMB * 1e6}}
}

// someFigures are those of a machine that never was.
func someFigures() figures {
	const ms = time.Millisecond
	rtp := workload.Stats{Packets: 1_300_000, Bytes: 300_100_000, Calls: 210}
	trunk := workload.Stats{Packets: 1_290_000, Bytes: 300_200_000, Calls: 230}
	sip := workload.Stats{Packets: 529_000, Bytes: 300_300_000, Calls: 75_000}
	known := peers()
	known[0].version, known[1].version = "TShark (Wireshark) 4.0.17 (Git v4.0.17 packaged as 4.0.17-0)", "tcpdump version 4.99.3"
	f := figures{
		when: time.Date(2026, 3, 4, 5, 6, 7, 0, time.UTC), n: 5, size: 300e6, again: "-size 300MB -n 5", peers: known[:2],
		machine: machine{"Linux 6.1.0", "Example CPU 9000 (amd64)", 2, "go1.26.8"}, rung: "rung 0.1.0 go1.26.8 linux/amd64",
	}
	f.groups = []group{
		{rowPrograms, "rtp", rtp, []timed{took("rung", 400*ms, 600*ms, 62), took("tshark", 12*time.Second, 12*time.Second, 400), took("tcpdump", 200*ms, 200*ms, 8)}},
		{rowPrograms, "trunk", trunk, []timed{took("rung", 300*ms, 500*ms, 58), took("tshark", 9300*ms, 9300*ms, 410), took("tcpdump", 160*ms, 150*ms, 8)}},
		{rowPrograms, "sip", sip, []timed{took("rung", 900*ms, 1600*ms, 900), took("tshark", 6*time.Second, 6*time.Second, 1200)}},
		{rowWorkers, "trunk", trunk, []timed{took("two cores", 300*ms, 500*ms, 58), took("--workers 1", 330*ms, 500*ms, 58), took("one core", 501*ms, 500*ms, 58)}},
		{rowLadder, "trunk", trunk, []timed{took("list", 300*ms, 500*ms, 58), took("ladder", 345*ms, 530*ms, 60)}},
		{rowHTML, "calls-1000", workload.Stats{Packets: 14_000, Bytes: 8_400_000, Calls: 1000}, []timed{took("rung", 1100*ms, 1300*ms, 190)}},
		{rowPNG, "call-of-200", workload.Stats{Packets: 200, Bytes: 100_000, Calls: 1}, []timed{took("rung", 90*ms, 95*ms, 28)}},
	}
	for _, part := range []int64{4, 2, 1} {
		scaled := func(s workload.Stats) workload.Stats {
			return workload.Stats{Packets: s.Packets / part, Bytes: s.Bytes / part, Calls: s.Calls / int(part)}
		}
		f.groups = append(f.groups,
			group{rowGrowth, "rtp", scaled(rtp), []timed{took("rung", 400*ms/time.Duration(part), 600*ms, 62-2*(part-1))}},
			group{rowGrowth, "sip", scaled(sip), []timed{took("rung", 900*ms/time.Duration(part*part), 600*ms, 60+840/part)}})
	}
	return f
}

func TestPage(t *testing.T) {
	f := someFigures()
	got := f.page()
	name := filepath.Join("testdata", "performance.golden")
	if *update {
		if err := os.MkdirAll("testdata", 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(name, got, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, want) {
		t.Errorf("differs from %s; -update rewrites it:\n%s", name, got)
	}
	for line := range strings.Lines(string(got)) {
		if n := utf8.RuneCountInString(strings.TrimRight(line, "\n")); n > 90 || strings.HasSuffix(line, " \n") {
			t.Errorf("%d wide: %q", n, line)
		}
	}
}

// Nothing measured is nothing met.
func TestPageOfNothing(t *testing.T) {
	f := figures{}
	page := string(f.page())
	if !strings.Contains(page, "0 met, 0 not met, 15 not measured") || strings.Contains(page, "## Growth") {
		t.Errorf("got\n%s", page)
	}
}

func TestJudgements(t *testing.T) {
	f := someFigures()
	got := map[string]judgement{}
	for _, j := range f.judgements() {
		got[j.what] = j
	}
	for what, want := range map[string]string{
		"RTP-heavy trunk, tshark/rung": "31.0×, 1.9× tcpdump: stretch met",
		"SIP-heavy, tshark/rung":       "6.7×: NOT MET",
		"XMPP-heavy, tshark/rung":      ": not measured",
		"peak memory, RTP alone":       "62 MB: met",
		"peak memory, RTP-heavy trunk": "58 MB: stretch met",
		"peak memory, 1 million SIP":   ": not measured",
		"growth of time":               "size^2.00, sip: NOT MET *",
		"growth of memory, RTP alone":  "1.11×: NOT MET *",
		"growth of memory, SIP":        "11.2 kB each: met",
		"two cores/one, trunk":         "1.67×: met",
		"two cores/one, sip":           ": not measured",
		"ladder of one call, trunk":    "+45 ms: met *",
		"HTML of 1,000 flows":          "1.10 s: NOT MET",
		"PNG of 200 messages":          "0.090 s: met",
	} {
		if j, ok := got[what]; !ok || j.got+": "+j.String() != want {
			t.Errorf("%s: %s: %s, want %s", what, j.got, j, want)
		}
	}
}

// Thirty times faster than tshark, but slower than twice tcpdump, or with no
// tcpdump at all, is not the stretch.
func TestTrunkStretchNeedsTcpdump(t *testing.T) {
	for name, copying := range map[string][]timed{
		"slow": {took("tcpdump", 100*time.Millisecond, 0, 8)}, "none": nil,
	} {
		f := someFigures()
		for i, g := range f.groups {
			if g.row == rowPrograms && g.workload == "trunk" {
				f.groups[i].programs = append(g.programs[:2:2], copying...)
			}
		}
		if j := f.trunk(); !j.met || j.beyond {
			t.Errorf("%s: %+v", name, j)
		}
	}
}

func TestProcessorModel(t *testing.T) {
	for in, want := range map[string]string{
		"processor\t: 0\nmodel name\t: Some CPU @ 2 GHz\nmodel name\t: another\n": "Some CPU @ 2 GHz (amd64)",
		"processor\t: 0\nBogoMIPS\t: 243.75\n":                                    "amd64",
		"model name\t:\n":                                                         "amd64",
		"":                                                                        "amd64",
	} {
		if got := model(in, "amd64"); got != want {
			t.Errorf("%q: %q", in, got)
		}
	}
}
