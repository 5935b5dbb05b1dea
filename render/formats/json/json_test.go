package json

import (
	"bytes"
	"encoding/json"
	"errors"
	"flag"
	"io"
	"os"
	"reflect"
	"strings"
	"testing"

	"rung/render"
	"rung/render/record"
	"rung/render/rendertest"
)

var update = flag.Bool("update", os.Getenv("RUNG_UPDATE") != "", "rewrite golden files")

func TestConformance(t *testing.T) { rendertest.Run(t, Format) }

// TestPieceByPieceIsTheWholeDocument: what goes out flow by flow reads as
// record.New marshalled at once.
func TestPieceByPieceIsTheWholeDocument(t *testing.T) {
	for _, s := range rendertest.Samples() {
		t.Run(s.Name, func(t *testing.T) {
			text := rendertest.Write(t, Format, s.Doc, &render.Options{Subject: render.List})[0]
			whole, err := json.Marshal(record.New(s.Doc))
			if err != nil {
				t.Fatal(err)
			}
			var got, want any
			if err := json.Unmarshal(text, &got); err != nil {
				t.Fatal(err)
			}
			if err := json.Unmarshal(whole, &want); err != nil {
				t.Fatal(err)
			}
			if !reflect.DeepEqual(got, want) {
				t.Error("differs")
			}
		})
	}
}

func TestRTPHasNoFlows(t *testing.T) {
	doc := rendertest.Document("", rendertest.TrunkCall(1))
	var got record.Document
	if err := json.Unmarshal(rendertest.Write(t, Format, doc, &render.Options{Subject: render.RTP})[0], &got); err != nil {
		t.Fatal(err)
	}
	if got.Flows == nil || len(got.Flows) != 0 || len(got.Streams) != 2 || got.Capture.Frames == 0 {
		t.Errorf("%d flows, %d streams", len(got.Flows), len(got.Streams))
	}
	if id := got.Streams[0].Flow; id == nil || *id != 1 {
		t.Error("the stream has lost its flow")
	}
}

func TestOneFlowOrStreamALine(t *testing.T) {
	doc := rendertest.Document("", rendertest.Registration(1), rendertest.Denied(2))
	text := string(rendertest.Write(t, Format, doc, &render.Options{Subject: render.List})[0])
	if n := strings.Count(text, "\n"); n != 3+2+1+1 {
		t.Errorf("%d lines:\n%s", n, text)
	}
}

func TestGolden(t *testing.T) {
	doc := rendertest.Document("", rendertest.TrunkCall(1))
	got := rendertest.Write(t, Format, doc, &render.Options{Subject: render.List})[0]
	const name = "testdata/trunk.json"
	if *update {
		if err := os.WriteFile(name, got, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, want) {
		t.Errorf("differs from %s; go test -update, then read the diff. Got\n%s", name, got)
	}
}

// failing is an Output whose page breaks after n bytes.
type failing struct{ n int }

func (f *failing) Page() (io.Writer, error) { return f, nil }

func (f *failing) Write(p []byte) (int, error) {
	if f.n -= len(p); f.n < 0 {
		return 0, errors.New("disk full")
	}
	return len(p), nil
}

func TestWriteErrorsAreReturned(t *testing.T) {
	doc := rendertest.Document("", rendertest.Long(1, 1000))
	for _, n := range []int{0, 64<<10 + 1} {
		if err := write(&failing{n: n}, doc, &render.Options{Subject: render.List}); err == nil || err.Error() != "disk full" {
			t.Errorf("after %d bytes: %v", n, err)
		}
	}
}

type discard struct{}

func (discard) Page() (io.Writer, error) { return io.Discard, nil }

// BenchmarkThousandFlows is record and JSON of 1,000 trunk calls of 14
// messages and two streams each.
func BenchmarkThousandFlows(b *testing.B) {
	builders := make([]*rendertest.Builder, 1000)
	for i := range builders {
		builders[i] = rendertest.TrunkCall(i + 1)
	}
	doc := rendertest.Document("", builders...)
	b.ReportAllocs()
	for b.Loop() {
		if err := write(discard{}, doc, &render.Options{Subject: render.List}); err != nil {
			b.Fatal(err)
		}
	}
}
