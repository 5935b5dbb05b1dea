package main

import (
	"bytes"
	"flag"
	"fmt"
	"image/png"
	"os"
	"path/filepath"
	"strconv"
	"testing"
)

// update rewrites golden files instead of comparing with them: with -update
// those of this package, with RUNG_UPDATE=1 in the environment those of all
// packages. ("go test ./... -update" would stop at packages that have none.)
var update = flag.Bool("update", os.Getenv("RUNG_UPDATE") != "", "rewrite golden files")

// goldenFolder holds CAPTURE.WHAT for each cell of the matrix, as seen from
// the captures.
const goldenFolder = "../golden"

// goldenCaptures are captures that differ in what they make rung do.
var goldenCaptures = []string{
	"b2bua-486", "b2bua-one-way-audio", "callerid", "dead-trunk", "failures", "fragmented-invite",
	"ipv6-call", "jabber-startup", "prack-update", "presence", "proxy-call-hold-dtmf", "register-tcp",
	"rejected-488", "rtp-loss", "sip-retransmissions", "transfer", "trunk-b2bua", "video-call", "xmpp-plain",
}

// goldenCells are the columns of the matrix: a name and the command line, to
// which capture and -q are added. JSON and pictures only of some captures:
// they are large, and their forms have goldens of their own where they are made.
var goldenCells = []struct {
	what string
	args []string
	only map[string]bool
}{
	{"list.txt", []string{"list", "--width", "160"}, nil},
	{"ladder.txt", []string{"ladder", "--width", "120"}, nil},
	{"ladder-ascii.txt", []string{"ladder", "--ascii", "--width", "90"}, only("failures", "trunk-b2bua", "presence")},
	{"list.json", []string{"list", "--json"}, only("b2bua-486", "dead-trunk", "prack-update", "presence", "xmpp-plain", "video-call")},
	{"ladder.svg", []string{"ladder", "--flow", "1", "--format", "svg"}, only("failures", "trunk-b2bua", "dead-trunk", "callerid", "prack-update")},
	{"rtp.txt", []string{"rtp", "--width", "200"}, only("b2bua-one-way-audio", "callerid", "proxy-call-hold-dtmf", "rtp-loss", "transfer", "trunk-b2bua", "video-call", "b2bua-486")},
	{"rtp.csv", []string{"rtp", "--format", "csv"}, only("callerid", "proxy-call-hold-dtmf", "rtp-loss", "video-call")},
}

func only(names ...string) map[string]bool {
	m := make(map[string]bool)
	for _, n := range names {
		m[n] = true
	}
	return m
}

// TestGoldenMatrix compares captures × formats with testdata/golden, with one
// worker and with eight, three times each: the same input gives the same
// bytes.
func TestGoldenMatrix(t *testing.T) {
	atCaptures(t)
	for _, capture := range goldenCaptures {
		for _, cell := range goldenCells {
			if cell.only != nil && !cell.only[capture] {
				continue
			}
			t.Run(capture+"."+cell.what, func(t *testing.T) {
				golden(t, capture+"."+cell.what, func(workers int) []byte {
					args := append(append([]string{}, cell.args...), capture+".pcapng")
					return neutral(rung(t, append(args, "-q", "--workers", strconv.Itoa(workers))...), workers)
				})
			})
		}
	}
}

// neutral takes the number of workers out of the command line that pictures
// show, and the version.
func neutral(text []byte, workers int) []byte {
	text = bytes.ReplaceAll(text, fmt.Appendf(nil, " --workers %d", workers), nil)
	return bytes.ReplaceAll(text, []byte("rung "+version()), []byte("rung VERSION"))
}

// golden runs make with few and many workers and compares with a file.
func golden(t *testing.T, name string, make func(workers int) []byte) {
	t.Helper()
	first := make(1)
	for range 3 {
		for _, workers := range []int{1, 8} {
			if got := make(workers); !bytes.Equal(got, first) {
				t.Fatalf("%d workers write something else: %s", workers, differenceOf(first, got))
			}
		}
	}
	file := filepath.Join(goldenFolder, name)
	if *update {
		if err := os.WriteFile(file, first, 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatalf("%v; RUNG_UPDATE=1 writes it", err)
	}
	if !bytes.Equal(want, first) {
		t.Errorf("%s differs, %s; if it is better, run with -update and read the diff", name, differenceOf(want, first))
	}
}

// differenceOf is the first line that differs.
func differenceOf(want, got []byte) string {
	w, g := bytes.Split(want, []byte("\n")), bytes.Split(got, []byte("\n"))
	for i := range min(len(w), len(g)) {
		if !bytes.Equal(w[i], g[i]) {
			return fmt.Sprintf("line %d\nwant %.300s\ngot  %.300s", i+1, w[i], g[i])
		}
	}
	return fmt.Sprintf("%d lines, want %d", len(g), len(w))
}

// TestGoldenFilesAreUsed finds golden files that no cell of the matrix makes.
func TestGoldenFilesAreUsed(t *testing.T) {
	atCaptures(t)
	used := make(map[string]bool)
	for _, capture := range goldenCaptures {
		for _, cell := range goldenCells {
			if cell.only == nil || cell.only[capture] {
				used[capture+"."+cell.what] = true
			}
		}
	}
	files, err := os.ReadDir(goldenFolder)
	if err != nil {
		t.Fatal(err)
	}
	size := int64(0)
	for _, f := range files {
		if !used[f.Name()] {
			t.Errorf("%s: no test makes it", f.Name())
		}
		if info, err := f.Info(); err == nil {
			size += info.Size()
		}
	}
	if size > 2<<20 {
		t.Errorf("golden files take %d bytes", size)
	}
}

// TestPNG: pixels differ between font versions, so only the size is held: a
// page that can be read, and the same bytes in every run.
func TestPNG(t *testing.T) {
	atCaptures(t)
	for _, args := range [][]string{
		{"ladder", "trunk-b2bua.pcapng", "--flow", "1"},
		{"ladder", "failures.pcapng", "--flow", "6"},
		{"rtp", "rtp-loss.pcapng"},
	} {
		args = append(args, "--format", "png")
		first := rung(t, args...)
		if again := rung(t, args...); !bytes.Equal(first, again) {
			t.Errorf("%v: two runs differ", args)
		}
		picture, err := png.Decode(bytes.NewReader(first))
		if err != nil {
			t.Fatalf("%v: %v", args, err)
		}
		if b := picture.Bounds(); b.Dx() < 700 || b.Dy() < 300 || b.Dx() > 6000 || b.Dy() > 6000 {
			t.Errorf("%v: %v", args, b)
		}
	}
}
