package sip

import (
	"bytes"
	"encoding/binary"
	"reflect"
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

// Messages are the same whatever the Memory holds, and so are the bytes that
// others said before.
func TestMemoryShowsNowhere(t *testing.T) {
	messages := workloadMessages(t, 5_000)
	memory := decode.NewMemory()
	for _, data := range messages {
		want, err := parseOnce(data, true, nil)
		got, err2 := parseOnce(data, true, memory)
		if err != nil || err2 != nil || len(got.Messages) != 1 {
			t.Fatalf("%d messages, %v, %v", len(got.Messages), err, err2)
		}
		if !reflect.DeepEqual(want, got) {
			t.Fatalf("%+v\nwant %+v", got.Messages[0], want.Messages[0])
		}
	}
}

// Messages of one leg share who they are between, and the key.
func TestMemoryShares(t *testing.T) {
	memory := decode.NewMemory()
	first, _ := parseOnce([]byte(invite), false, memory)
	again, _ := parseOnce([]byte(invite), false, memory)
	a, b := first.Messages[0], again.Messages[0]
	if a.Facts.Identity != b.Facts.Identity || a.Facts.Session != b.Facts.Session || &a.Keys[0] != &b.Keys[0] {
		t.Error("a repetition has an identity, a description or a key of its own")
	}
	if a.Facts.Transaction == b.Facts.Transaction {
		t.Error("two messages share a transaction, which belongs to one")
	}
}

// What every message costs, in allocations: counts are the same on every
// machine. A Memory that has seen the message needs the fewest; without one
// every text is an allocation of its own.
func TestAllocations(t *testing.T) {
	for _, tt := range []struct {
		name, text string
		most       float64
	}{
		{"OPTIONS", options, 1},
		{"INVITE with SDP", invite, 2}, // its links
		{"200 with SDP", ok200, 2},
	} {
		p := &decode.Pass{Sink: &memorySink{memory: decode.NewMemory()}}
		data := []byte(tt.text)
		if got := testing.AllocsPerRun(100, func() { read(t, p, data) }); got > tt.most {
			t.Errorf("%s: %v allocations, want %v", tt.name, got, tt.most)
		}
	}
	messages := workloadMessages(t, 10_000)
	p := &decode.Pass{Sink: &memorySink{memory: decode.NewMemory()}}
	all := testing.AllocsPerRun(1, func() {
		p.Sink = &memorySink{memory: decode.NewMemory()}
		for _, data := range messages {
			read(t, p, data)
		}
	})
	if got := all / float64(len(messages)); got > 6 {
		t.Errorf("%.1f allocations for a message never seen, want at most 6", got)
	}
}

func TestMayControl(t *testing.T) {
	for _, c := range []byte{0, 1, '\t', '\r', 0x1f, ' ', '!', '~', 0x7f, 0x80, 0x9f, 0xff} {
		for size := 1; size < 20; size++ {
			for at := range size {
				b := bytes.Repeat([]byte("a"), size)
				b[at] = c
				if got, want := mayControl(b), c < ' ' || c == 0x7f; got != want {
					t.Fatalf("0x%02x at %d of %d: %v", c, at, size, got)
				}
			}
		}
	}
}

// maxKept bounds the heap that one message of the workload keeps, whatever
// it points to included. A million of them is what one run has to hold.
const maxKept = 1100

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
