package main

import (
	"bytes"
	"context"
	"encoding/csv"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"rung/capture"
	"rung/render"
)

// sharedFolder finds a folder of shared test input, "" when it is not there.
func sharedFolder(env, name string) string {
	for _, dir := range []string{os.Getenv(env), filepath.Join("..", "..", "..", "shared", name)} {
		if dir == "" {
			continue
		}
		if st, err := os.Stat(dir); err == nil && st.IsDir() {
			return dir
		}
	}
	return ""
}

// readQuietly analyses captures as the commands do.
func readQuietly(t testing.TB, workers int, inputs ...string) (*render.Document, error) {
	t.Helper()
	var out, errs bytes.Buffer
	p := &program{stdin: strings.NewReader(""), stdout: &out, stderr: &errs}
	a, err := p.analyse(context.Background(), inputs, &readOptions{quiet: true, workers: workers})
	if err != nil {
		return nil, err
	}
	t.Cleanup(func() { a.store.Close() })
	return a.doc, nil
}

// countMessages counts the messages of one protocol in all flows.
func countMessages(doc *render.Document, protocol string) int {
	n := 0
	for _, f := range doc.Flows {
		for i := range f.Messages {
			if f.Messages[i].Protocol == protocol {
				n++
			}
		}
	}
	return n
}

// wholeAccount checks that every frame has exactly one fate.
func wholeAccount(doc *render.Document) error {
	c := &doc.Capture
	if got := c.Account.Total(); got != c.Frames {
		return fmt.Errorf("account holds %d frames, the capture %d: %s", got, c.Frames, accountText(&c.Account))
	}
	return nil
}

func accountText(a *capture.Account) string {
	var b strings.Builder
	fmt.Fprintf(&b, "decoded %d, duplicate %d, transport only %d", a.Decoded, a.Duplicate, a.TransportOnly)
	for _, t := range a.Other() {
		fmt.Fprintf(&b, ", other %s %d", t.Name, t.Frames)
	}
	for _, t := range a.Undecoded() {
		fmt.Fprintf(&b, ", undecoded %s %d", t.Name, t.Frames)
	}
	return b.String()
}

// TestCorpus reads every public capture: no panic, no hang, no frame without
// an account, and as many SIP messages as the inventory counts, or a reason
// why not (corpus_differences_test.go).
func TestCorpus(t *testing.T) {
	dir := sharedFolder("RUNG_CORPUS", "corpus")
	if dir == "" {
		t.Skip("no corpus beside the project; set RUNG_CORPUS")
	}
	f, err := os.Open(filepath.Join(dir, "inventory.tsv"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	r := csv.NewReader(f)
	r.Comma, r.LazyQuotes = '\t', true
	rows, err := r.ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	column := make(map[string]int)
	for i, name := range rows[0] {
		column[name] = i
	}
	read := 0
	for _, row := range rows[1:] {
		name := row[column["file"]]
		if packets, _ := strconv.Atoi(row[column["packets"]]); packets == 0 {
			// A message file or a fuzz seed: an error or an account, never a panic.
			if doc, err := readQuietly(t, 2, filepath.Join(dir, name)); err == nil {
				if err := wholeAccount(doc); err != nil {
					t.Errorf("%s: %v", name, err)
				}
			} else if !strings.Contains(err.Error(), filepath.Base(name)) {
				t.Errorf("%s: the error does not name the file: %v", name, err)
			}
			continue
		}
		read++
		want, _ := strconv.Atoi(row[column["sip_msgs"]])
		t.Run(name, func(t *testing.T) { corpusFile(t, filepath.Join(dir, name), name, want) })
	}
	if read < 100 {
		t.Errorf("only %d captures read: the inventory looks wrong", read)
	}
}

func corpusFile(t *testing.T, path, name string, want int) {
	doc, err := readQuietly(t, 2, path)
	if err != nil {
		if why, ok := corpusUnreadable[name]; ok {
			t.Logf("not read, as explained: %s (%v)", why, err)
			return
		}
		t.Fatal(err)
	}
	if err := wholeAccount(doc); err != nil {
		t.Error(err)
	}
	got := countMessages(doc, "sip")
	if d, ok := corpusDifferences[name]; ok {
		if got != d.rung || want != d.tshark {
			t.Errorf("%d SIP messages (inventory %d), the table says %d and %d: %s", got, want, d.rung, d.tshark, d.why)
		}
		return
	}
	if got != want {
		t.Errorf("%d SIP messages, the inventory says %d (%s)", got, want, accountText(&doc.Capture.Account))
	}
}
