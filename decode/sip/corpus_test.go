package sip

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"rung/capture"
	"rung/decode"
	"rung/decode/decodetest"
)

// corpusDir finds the folder of public captures and messages: test input that
// is not part of the project.
func corpusDir(t *testing.T) string {
	t.Helper()
	dir := os.Getenv("RUNG_CORPUS")
	if dir == "" {
		dir = filepath.Join("..", "..", "..", "shared", "corpus")
	}
	if _, err := os.Stat(dir); err != nil {
		t.Skip("no corpus here; RUNG_CORPUS names its folder")
	}
	return dir
}

// TestCorpus reads every message file of the corpus, and every capture as if
// it were a stream of SIP: all start lines come out as messages with names,
// and nothing panics.
func TestCorpus(t *testing.T) {
	files, err := filepath.Glob(filepath.Join(corpusDir(t), "*", "*"))
	if err != nil {
		t.Fatal(err)
	}
	messages := 0
	for _, name := range files {
		data, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		data = data[:min(len(data), 4<<20)]
		switch filepath.Ext(name) {
		case ".sip", ".dat", ".txt", ".yaml", ".orig":
			data = bytes.ReplaceAll(data, []byte("\r\n"), []byte("\n"))
			messages += readLoose(t, name, data)
		case ".pcap", ".pcapng", ".cap":
			messages += readLoose(t, name, data)
		}
	}
	if messages < 1000 {
		t.Errorf("only %d messages read", messages)
	}
}

// readLoose reads one start line after the other, wherever sync finds it.
func readLoose(t *testing.T, name string, data []byte) int {
	t.Helper()
	n := 0
	for {
		k := sync(data)
		if k < 0 {
			return n
		}
		data = data[k:]
		one := data[:min(len(data), 16<<10)]
		line := bytes.IndexByte(one, '\n') + 1
		if next := findStart(one[line:]); line > 0 && next >= 0 {
			one = one[:line+next]
		}
		sink := &decodetest.Sink{}
		p := decode.Pass{Sink: sink, Segment: capture.Segment{Data: one, Path: capture.Path{Transport: capture.UDP}}}
		if err := parse(&p); err != nil || len(sink.Messages) != 1 || sink.Messages[0].Name == "" {
			t.Fatalf("%s: %v, %d messages from %.60q", filepath.Base(name), err, len(sink.Messages), one)
		}
		if m := sink.Messages[0]; strings.ContainsAny(m.Name, "\r\n") {
			t.Errorf("%s: name %q", filepath.Base(name), m.Name)
		}
		n++
		data = data[len(one):]
	}
}
