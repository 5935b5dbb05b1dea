package main

import (
	"bytes"
	"compress/gzip"
	"context"
	"encoding/hex"
	"errors"
	"io"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/klauspost/compress/zstd"
	"github.com/rogpeppe/go-internal/testscript"

	"rung/capture/capturetest"
)

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){
		"rung": func() {
			ctx, stop := signal.NotifyContext(context.Background(), ends...)
			defer stop()
			os.Exit(run(ctx, os.Args[1:], os.Stdin, os.Stdout, os.Stderr))
		},
	})
}

// TestScripts runs the behaviours of the command line, one a file. Besides
// testscript's own commands there are
//
//	capture TEXT FILE   make a pcap of a readable capture (package capturetest);
//	                    its header lines are "== … ==" here, as "-- … --" begins
//	                    a file of the script
//	cut FILE N          keep the first N bytes of a file
//	poke FILE N HEX     write bytes at an offset
//	gz FILE OUT         compress with gzip
//	zst FILE OUT        compress with zstd
//	status N COMMAND…   run a command that must end with exit status N
//	lines N             the last command wrote so many lines to standard output
//
// and $CAPTURES is the folder of the project's own captures.
func TestScripts(t *testing.T) {
	captures, err := filepath.Abs(filepath.Join("..", "..", "testdata", "captures"))
	if err != nil {
		t.Fatal(err)
	}
	testscript.Run(t, testscript.Params{
		Dir:                 filepath.Join("testdata", "script"),
		RequireExplicitExec: true,
		UpdateScripts:       *update,
		Setup: func(e *testscript.Env) error {
			e.Setenv("CAPTURES", captures)
			e.Setenv("NO_COLOR", "1")
			return nil
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"capture": makeCapture, "cut": cutFile, "poke": pokeFile,
			"gz": compress(gzipTo), "zst": compress(zstdTo), "status": wantStatus, "lines": wantLines,
		},
	})
}

// headerMark is a header line of a readable capture inside a script.
var headerMark = regexp.MustCompile(`(?m)^== (.*) ==$`)

func makeCapture(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: capture TEXT FILE")
	}
	b, err := readable(ts.ReadFile(args[0]))
	ts.Check(err)
	ts.Check(os.WriteFile(ts.MkAbs(args[1]), b, 0o644))
}

// readable makes a pcap of a readable capture as scripts hold it.
func readable(text string) ([]byte, error) {
	packets, err := capturetest.Parse(headerMark.ReplaceAllString(text, "-- $1 --"))
	if err != nil {
		return nil, err
	}
	var b bytes.Buffer
	err = capturetest.WritePcap(&b, packets)
	return b.Bytes(), err
}

func cutFile(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: cut FILE N")
	}
	b := ts.ReadFile(args[0])
	n, err := strconv.Atoi(args[1])
	ts.Check(err)
	ts.Check(os.WriteFile(ts.MkAbs(args[0]), []byte(b[:min(n, len(b))]), 0o644))
}

func pokeFile(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 3 {
		ts.Fatalf("usage: poke FILE N HEX")
	}
	b := []byte(ts.ReadFile(args[0]))
	n, err := strconv.Atoi(args[1])
	ts.Check(err)
	with, err := hex.DecodeString(args[2])
	ts.Check(err)
	if n < 0 || n+len(with) > len(b) {
		ts.Fatalf("%s has %d bytes", args[0], len(b))
	}
	copy(b[n:], with)
	ts.Check(os.WriteFile(ts.MkAbs(args[0]), b, 0o644))
}

func gzipTo(w io.Writer) (io.WriteCloser, error) { return gzip.NewWriter(w), nil }

func zstdTo(w io.Writer) (io.WriteCloser, error) { return zstd.NewWriter(w) }

// compress makes the command that compresses a file.
func compress(to func(io.Writer) (io.WriteCloser, error)) func(*testscript.TestScript, bool, []string) {
	return func(ts *testscript.TestScript, neg bool, args []string) {
		if neg || len(args) != 2 {
			ts.Fatalf("usage: gz|zst FILE OUT")
		}
		var b bytes.Buffer
		w, err := to(&b)
		ts.Check(err)
		_, err = io.WriteString(w, ts.ReadFile(args[0]))
		ts.Check(err)
		ts.Check(w.Close())
		ts.Check(os.WriteFile(ts.MkAbs(args[1]), b.Bytes(), 0o644))
	}
}

// wantStatus runs a command; stdout and stderr of it can be asked for after.
func wantStatus(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: status N COMMAND…")
	}
	want, err := strconv.Atoi(args[0])
	ts.Check(err)
	got := 0
	var exit *exec.ExitError
	switch err := ts.Exec(args[1], args[2:]...); {
	case errors.As(err, &exit):
		got = exit.ExitCode()
	case err != nil:
		ts.Fatalf("%v", err)
	}
	if got != want {
		ts.Fatalf("exit status %d, want %d", got, want)
	}
}

func wantLines(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 1 {
		ts.Fatalf("usage: lines N")
	}
	want, err := strconv.Atoi(args[0])
	ts.Check(err)
	if got := strings.Count(ts.ReadFile("stdout"), "\n"); got != want {
		ts.Fatalf("%d lines, want %d", got, want)
	}
}
