package ndjson

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"

	"rung/render"
	"rung/render/record"
	"rung/render/rendertest"
)

func lines(t *testing.T, doc *render.Document, subject render.Subject) [][]byte {
	t.Helper()
	text := rendertest.Write(t, Format, doc, &render.Options{Subject: subject})[0]
	if len(text) == 0 {
		return nil
	}
	if text[len(text)-1] != '\n' {
		t.Fatal("the last line is not ended")
	}
	return bytes.Split(bytes.TrimSuffix(text, []byte("\n")), []byte("\n"))
}

func TestALineAFlowOrStream(t *testing.T) {
	for _, s := range rendertest.Samples() {
		for subject, want := range map[render.Subject]int{render.List: len(s.Doc.Flows), render.RTP: len(s.Doc.Streams)} {
			got := lines(t, s.Doc, subject)
			if len(got) != want {
				t.Errorf("%s/%s: %d lines, want %d", s.Name, subject, len(got), want)
			}
			for _, l := range got {
				typ := map[render.Subject]string{render.List: `{"type":"flow","id":`, render.RTP: `{"type":"stream","id":`}[subject]
				if !strings.HasPrefix(string(l), typ) || !json.Valid(l) {
					t.Errorf("%s/%s: %.80s", s.Name, subject, l)
				}
			}
		}
	}
}

func TestALineIsTheRecordWithItsType(t *testing.T) {
	doc := rendertest.Document("", rendertest.TrunkCall(1))
	var b bytes.Buffer
	e := record.NewEncoder(&b)
	e.Flow(doc, doc.Flows[0])
	if err := e.Flush(); err != nil {
		t.Fatal(err)
	}
	if got, want := string(lines(t, doc, render.List)[0]), `{"type":"flow",`+b.String()[1:]; got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

// counter counts the calls of Write.
type counter struct{ calls, newlines int }

func (c *counter) Write(p []byte) (int, error) {
	c.calls++
	c.newlines += bytes.Count(p, []byte("\n"))
	return len(p), nil
}

func TestWriterWritesWholeLines(t *testing.T) {
	doc := rendertest.Document("", rendertest.TrunkCall(1))
	var c counter
	w := NewWriter(&c)
	for range 3 {
		if err := w.Flow(doc, doc.Flows[0]); err != nil {
			t.Fatal(err)
		}
		if err := w.Stream(doc, doc.Streams[0]); err != nil {
			t.Fatal(err)
		}
	}
	if c.calls != 6 || c.newlines != 6 {
		t.Errorf("%d writes, %d line feeds", c.calls, c.newlines)
	}
}
