package main

import (
	"bytes"
	"context"
	"os"
	"os/signal"
	"path/filepath"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"

	"rung/capture/capturetest"
)

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){
		"rung": func() {
			ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
			defer stop()
			os.Exit(run(ctx, os.Args[1:], os.Stdin, os.Stdout, os.Stderr))
		},
	})
}

// TestScripts runs the behaviours of the command line, one a file. Besides
// testscript's own commands there are
//
//	capture TEXT FILE   make a pcap of a readable capture
//	cut FILE N          keep the first N bytes of a file
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
			"capture": makeCapture, "cut": cutFile,
		},
	})
}

func makeCapture(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: capture TEXT FILE")
	}
	packets, err := capturetest.Parse(ts.ReadFile(args[0]))
	ts.Check(err)
	var b bytes.Buffer
	ts.Check(capturetest.WritePcap(&b, packets))
	ts.Check(os.WriteFile(ts.MkAbs(args[1]), b.Bytes(), 0o644))
}

func cutFile(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: cut FILE N")
	}
	b := ts.ReadFile(args[0])
	n := 0
	for _, c := range strings.TrimSpace(args[1]) {
		n = n*10 + int(c-'0')
	}
	ts.Check(os.WriteFile(ts.MkAbs(args[0]), []byte(b[:min(n, len(b))]), 0o644))
}
