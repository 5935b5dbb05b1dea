package record

import (
	"bytes"
	"context"
	"path/filepath"
	"testing"

	"rung/capture/pcapfile"
	"rung/decode"
	"rung/decode/flow"
	"rung/decode/pipeline"
	"rung/decode/protocols"
	"rung/render"
)

// TestCapturesAgree reads the captures of the golden files, each alone and
// all as one run, where frames of several inputs meet.
func TestCapturesAgree(t *testing.T) {
	captures, err := filepath.Glob("../../testdata/captures/*.pcapng")
	if err != nil || len(captures) < 10 {
		t.Fatalf("%d captures, %v", len(captures), err)
	}
	messages, streams := 0, 0
	for _, inputs := range append(each(captures), captures) {
		doc := read(t, inputs)
		agree(t, doc)
		for _, f := range doc.Flows {
			messages += len(f.Messages)
		}
		streams += len(doc.Streams)
	}
	if messages < 1000 || streams < 20 {
		t.Errorf("only %d messages and %d streams", messages, streams)
	}
}

func each(list []string) [][]string {
	out := make([][]string, 0, len(list))
	for _, s := range list {
		out = append(out, []string{s})
	}
	return out
}

// read joins the rooms as "rung list" does.
func read(t *testing.T, inputs []string) *render.Document {
	t.Helper()
	reader, err := pcapfile.Open(inputs, nil)
	if err != nil {
		t.Fatal(err)
	}
	defer reader.Close()
	names, err := flow.ParseNames(bytes.NewReader(nil))
	if err != nil {
		t.Fatal(err)
	}
	builder := flow.New(flow.Options{Names: names})
	opt := &pipeline.Options{Workers: 1, Protocols: protocols.All}
	result, err := pipeline.Run(context.Background(), reader, nil, opt, func(m *decode.Message) { builder.Add(m) })
	if err != nil {
		t.Fatal(err)
	}
	found := builder.Finish(result.Last, result.Tracks)
	doc := &render.Document{Flows: found.Flows, Streams: found.Streams, StreamFlow: found.StreamFlow}
	doc.Capture = render.Capture{
		Frames: result.Frames, Bytes: result.Bytes, First: result.First, Last: result.Last,
		Account: result.Account, Diagnostics: append(reader.Diagnostics(), result.Diagnostics...),
	}
	for _, f := range reader.Files() {
		doc.Capture.Files = append(doc.Capture.Files, render.File{Name: f.Name, Frames: f.Frames, Bytes: f.Bytes, First: f.First, Last: f.Last})
	}
	return doc
}
