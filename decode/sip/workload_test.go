package sip

import (
	"bytes"
	"encoding/binary"
	"runtime"
	"testing"

	"rung/capture"
	"rung/cmd/rungbench/workload"
	"rung/decode"
)

// The generator of rungbench gives the messages that speed and memory are
// measured with: registrations, calls through a proxy, keep-alives.

// workloadMessages returns n SIP messages of the workload, each in bytes of
// its own.
func workloadMessages(t testing.TB, n int) [][]byte {
	t.Helper()
	var file bytes.Buffer
	if _, err := workload.Write(&file, workload.SIP, int64(n)*700); err != nil {
		t.Fatal(err)
	}
	const fileHeader, recordHeader, headers = 24, 16, 14 + 20 + 8 // Ethernet, IPv4, UDP
	b := file.Bytes()[fileHeader:]
	var out [][]byte
	for len(b) > recordHeader && len(out) < n {
		size := int(binary.LittleEndian.Uint32(b[8:]))
		out = append(out, bytes.Clone(b[recordHeader+headers:recordHeader+size]))
		b = b[recordHeader+size:]
	}
	if len(out) < n {
		t.Fatalf("%d messages of %d", len(out), n)
	}
	return out
}

// A keepSink keeps what the merger keeps: everything but the bytes.
type keepSink struct {
	memorySink
	kept []*decode.Message
}

// A memorySink brings a Memory, as the pipeline does.
type memorySink struct {
	dropSink
	memory *decode.Memory
}

func (s *memorySink) Memory() *decode.Memory { return s.memory }

func (s *keepSink) Emit(m *decode.Message) {
	m.Bytes = nil
	s.kept = append(s.kept, m)
}

// BenchmarkWorkload reads the messages of the workload in their order.
func BenchmarkWorkload(b *testing.B) {
	messages := workloadMessages(b, 10_000)
	p := &decode.Pass{Sink: &memorySink{memory: decode.NewMemory()}}
	b.ReportAllocs()
	i := 0
	for b.Loop() {
		read(b, p, messages[i%len(messages)])
		i++
	}
}

// read reads a message with a Pass that is used again, as in the pipeline.
func read(t testing.TB, p *decode.Pass, data []byte) {
	p.Segment.Data = data
	p.Segment.Path.Transport = capture.UDP
	if err := parse(p); err != nil {
		t.Fatal(err)
	}
	p.Close()
}

// maxKept bounds the heap that one message of the workload keeps, whatever
// it points to included. A million of them is what one run has to hold.
const maxKept = 1600

// TestKeptBytes counts what stays in memory of 10,000 messages.
func TestKeptBytes(t *testing.T) {
	const n = 10_000
	messages := workloadMessages(t, n)
	sink := &keepSink{kept: make([]*decode.Message, 0, n)}
	sink.memory = decode.NewMemory()
	p := &decode.Pass{Sink: sink}
	before := heapInUse()
	for _, data := range messages {
		read(t, p, data)
	}
	kept := (heapInUse() - before) / n
	runtime.KeepAlive(messages)
	t.Logf("%d bytes kept per message", kept)
	if len(sink.kept) != n {
		t.Fatalf("%d messages, want %d", len(sink.kept), n)
	}
	if kept < 500 || kept > maxKept {
		t.Errorf("%d bytes kept per message, want 500 to %d", kept, maxKept)
	}
}

func heapInUse() int64 {
	var m runtime.MemStats
	runtime.GC()
	runtime.GC()
	runtime.ReadMemStats(&m)
	return int64(m.HeapAlloc)
}
