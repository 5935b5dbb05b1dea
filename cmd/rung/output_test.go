package main

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// -o never overwrites a capture that is redirected to standard input.
func TestOutputIsNotStandardInput(t *testing.T) {
	capture := hours(t)
	name := filepath.Join(t.TempDir(), "x.ndjson")
	if err := os.WriteFile(name, capture, 0o600); err != nil {
		t.Fatal(err)
	}
	for _, command := range []string{"list", "live"} {
		in, err := os.Open(name)
		if err != nil {
			t.Fatal(err)
		}
		defer in.Close()
		var stdout, stderr bytes.Buffer
		code := run(context.Background(), []string{command, "-", "-o", name}, in, &stdout, &stderr)
		if code != exitUsage || !strings.Contains(stderr.String(), "would overwrite the capture") {
			t.Errorf("%s: exit status %d, %s", command, code, &stderr)
		}
		if b, err := os.ReadFile(name); err != nil || !bytes.Equal(b, capture) {
			t.Fatalf("%s: the capture has changed, %v", command, err)
		}
	}
	in, err := os.Open(name)
	if err != nil {
		t.Fatal(err)
	}
	defer in.Close()
	var stdout, stderr bytes.Buffer
	if code := run(context.Background(), []string{"live", "-", "-o", name + "2"}, in, &stdout, &stderr); code != exitDone {
		t.Errorf("another file: exit status %d, %s", code, &stderr)
	}
}
