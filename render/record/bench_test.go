package record

import (
	"io"
	"testing"

	"rung/render"
	"rung/render/rendertest"
)

// BenchmarkFlow is a trunk call of 14 messages, three parties and two legs.
func BenchmarkFlow(b *testing.B) {
	benchmarkFlow(b, rendertest.Document("", rendertest.TrunkCall(1)))
}

// BenchmarkLongFlow is a flow of 2,000 messages: what a message costs alone.
func BenchmarkLongFlow(b *testing.B) {
	benchmarkFlow(b, rendertest.Document("", rendertest.Long(1, 2000)))
}

func benchmarkFlow(b *testing.B, doc *render.Document) {
	e, f := NewEncoder(io.Discard), doc.Flows[0]
	b.ReportAllocs()
	b.SetBytes(int64(len(encoded(b, func(e *Encoder) { e.Flow(doc, f) }))))
	for b.Loop() {
		e.Flow(doc, f)
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(len(f.Messages)), "ns/message")
}

func BenchmarkStream(b *testing.B) {
	doc := rendertest.Document("", rendertest.TrunkCall(1))
	e := NewEncoder(io.Discard)
	b.ReportAllocs()
	for b.Loop() {
		e.Stream(doc, doc.Streams[1])
	}
}
