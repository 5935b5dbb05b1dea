package main

import (
	"bytes"
	"context"
	"encoding/json"
	"path/filepath"
	"strings"
	"testing"
)

// capturesFolder holds the project's own captures.
const capturesFolder = "../../testdata/captures"

// ownCaptures lists the names of the project's captures.
func ownCaptures(t *testing.T) []string {
	t.Helper()
	names, err := filepath.Glob(filepath.Join(capturesFolder, "*.pcapng"))
	if err != nil || len(names) < 20 {
		t.Fatalf("captures: %v, %d files", err, len(names))
	}
	for i := range names {
		names[i] = filepath.Base(names[i])
	}
	return names
}

// atCaptures makes the captures the working folder, so that no path of this
// machine gets into what is written.
func atCaptures(t *testing.T) { t.Chdir(capturesFolder) }

// rung runs a command line that must succeed, and returns standard output.
func rung(t *testing.T, args ...string) []byte {
	t.Helper()
	var stdout, stderr bytes.Buffer
	if code := run(context.Background(), args, strings.NewReader(""), &stdout, &stderr); code != exitDone {
		t.Fatalf("rung %s: exit status %d\n%s", strings.Join(args, " "), code, &stderr)
	}
	return stdout.Bytes()
}

// A jsonDocument is the part of "list --json" that tests look at.
type jsonDocument struct {
	Flows   []jsonFlow
	Streams []jsonStream
}

type jsonFlow struct {
	ID       int
	Kind     string
	From, To struct{ User, Host string }
	Outcome  string
	Status   int
	Legs     []struct {
		ID     string
		CallID string `json:"call_id"`
	}
	Messages []struct {
		Frame            int
		Frames           []int
		Protocol         string
		Name             string
		Leg              string
		RetransmissionOf *int `json:"retransmission_of"`
	}
	Streams []string
}

type jsonStream struct {
	ID, Codec, Src, Dst string
	Flow                int
	Packets, Lost       int
	DTMF                []struct{ Digit string }
	Video               struct {
		Frames int
		Width  int
		Height int
	}
}

// named counts the messages of a name; repeats and copies on later legs too.
func (f *jsonFlow) named(name string) int {
	n := 0
	for i := range f.Messages {
		if f.Messages[i].Name == name || strings.HasPrefix(f.Messages[i].Name, name+" ") {
			n++
		}
	}
	return n
}

func (s *jsonStream) digits() string {
	var b strings.Builder
	for _, d := range s.DTMF {
		b.WriteString(d.Digit)
	}
	return b.String()
}

// listed reads one of the project's captures through the command line.
func listed(t *testing.T, name string) *jsonDocument {
	t.Helper()
	text := rung(t, "list", "--json", "-q", filepath.Join(capturesFolder, name))
	d := new(jsonDocument)
	if err := json.Unmarshal(text, d); err != nil {
		t.Fatal(err)
	}
	return d
}
