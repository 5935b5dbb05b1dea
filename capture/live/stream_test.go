package live

import (
	"errors"
	"fmt"
	"io"
	"testing"
	"time"

	"rung/capture"
)

// A pipe is a source that blocks until it is given something.
type pipe struct {
	packets chan capture.Packet
	end     error
	buf     []byte
}

func (s *pipe) Next(p *capture.Packet) error {
	next, ok := <-s.packets
	if !ok {
		return s.end
	}
	// Every packet comes in the same buffer, as a reader may do it.
	s.buf = append(s.buf[:0], next.Data...)
	*p = next
	p.Data = s.buf
	return nil
}

func newPipe() *pipe { return &pipe{packets: make(chan capture.Packet), end: io.EOF} }

// numbered is packet n of a stream, with every field set.
func numbered(n int) capture.Packet {
	return capture.Packet{
		Frame: capture.Frame{File: 2, Number: int32(n)}, Index: uint64(n + 5), Time: seconds(n),
		Link: capture.LinkSLL2, Interface: 3, WireLen: 1000 + n, Offset: int64(40 * n),
		Data: fmt.Appendf(nil, "packet %d", n),
	}
}

func TestStreamGivesPacketsAsTheyAre(t *testing.T) {
	src := newPipe()
	s := NewStream(src)
	defer s.Stop()
	const n = 20000
	go func() {
		for i := range n {
			src.packets <- numbered(i)
		}
		close(src.packets)
	}()
	for i := range n {
		var p capture.Packet
		if err := s.Next(&p); errors.Is(err, capture.ErrIdle) {
			continue // a busy machine
		} else if err != nil {
			t.Fatal(err)
		}
		if want := numbered(i); fmt.Sprintf("%+v", p) != fmt.Sprintf("%+v", want) {
			t.Fatalf("packet %d: %+v", i, p)
		}
	}
	var p capture.Packet
	for range 2 {
		if err := s.Next(&p); !errors.Is(err, io.EOF) {
			t.Errorf("at the end: %v", err)
		}
	}
	if !ended(s) {
		t.Error("the source is not left alone")
	}
}

// ended waits a moment for the goroutine to end.
func ended(s *Stream) bool {
	for range 200 {
		if s.Ended() {
			return true
		}
		time.Sleep(10 * time.Millisecond)
	}
	return false
}

func TestStreamEndsWithTheErrorOfItsSource(t *testing.T) {
	src := newPipe()
	src.end = errors.New("cut off")
	s := NewStream(src)
	src.packets <- numbered(1)
	close(src.packets)
	var p capture.Packet
	if err := s.Next(&p); err != nil || p.Frame.Number != 1 {
		t.Fatalf("%v", err)
	}
	if err := s.Next(&p); !errors.Is(err, src.end) {
		t.Errorf("%v", err)
	}
}

func TestStreamIsIdleWhileItsSourceBlocks(t *testing.T) {
	src := newPipe()
	s := NewStream(src)
	defer s.Stop()
	var p capture.Packet
	if err := s.Next(&p); !errors.Is(err, capture.ErrIdle) || p.Time != 0 {
		t.Errorf("before the first packet: %v at %v", err, p.Time)
	}
	src.packets <- numbered(1000)
	if err := s.Next(&p); err != nil {
		t.Fatal(err)
	}
	start := time.Now()
	for i := range 3 {
		if err := s.Next(&p); !errors.Is(err, capture.ErrIdle) {
			t.Fatalf("%v", err)
		}
		passed := p.Time.Sub(seconds(1000))
		if least := time.Duration(i+1) * idleAfter; passed < least || passed > time.Since(start)+time.Second {
			t.Errorf("after %v the clock shows %v", time.Since(start), passed)
		}
		if p.Data != nil || p.Frame != (capture.Frame{}) {
			t.Errorf("more than the time is set: %+v", p)
		}
	}
}

func TestStopWhileTheSourceBlocks(t *testing.T) {
	src := newPipe()
	s := NewStream(src)
	src.packets <- numbered(1)
	time.Sleep(20 * time.Millisecond) // it is read ahead now
	time.AfterFunc(20*time.Millisecond, func() { s.Stop(); s.Stop() })
	var p capture.Packet
	if err := s.Next(&p); err != nil || p.Frame.Number != 1 {
		t.Fatalf("what was read ahead: %v", err)
	}
	start := time.Now()
	for {
		err := s.Next(&p)
		if errors.Is(err, io.EOF) {
			break
		}
		if !errors.Is(err, capture.ErrIdle) || time.Since(start) > 5*time.Second {
			t.Fatalf("%v", err)
		}
	}
	if s.Ended() {
		t.Error("says it has ended while the source blocks")
	}
	close(src.packets)
	if !ended(s) {
		t.Error("the goroutine stays")
	}
}

func TestStreamReadsAheadWithBound(t *testing.T) {
	src := newPipe()
	s := NewStream(src)
	sent := 0
	for full := false; !full && sent <= 10*maxBatchPackets; {
		select {
		case src.packets <- numbered(sent):
			sent++
		case <-time.After(200 * time.Millisecond):
			full = true
		}
	}
	if sent > maxBatchPackets+1 {
		t.Errorf("%d packets read ahead", sent)
	}
	s.Stop()
	have := 0
	var p capture.Packet
	for s.Next(&p) == nil {
		have++
	}
	if have < maxBatchPackets || !ended(s) {
		t.Errorf("%d packets after Stop", have)
	}
}

func TestAPacketLargerThanABatchPasses(t *testing.T) {
	src := newPipe()
	s := NewStream(src)
	defer s.Stop()
	big := numbered(2)
	big.Data = make([]byte, 3*maxBatchBytes)
	big.Data[len(big.Data)-1] = 7
	go func() {
		for _, p := range []capture.Packet{numbered(1), big, numbered(3)} {
			src.packets <- p
		}
	}()
	var p capture.Packet
	for n := 1; n <= 3; n++ {
		if err := s.Next(&p); err != nil {
			t.Fatal(err)
		}
		if n == 2 && (len(p.Data) != len(big.Data) || p.Data[len(p.Data)-1] != 7) {
			t.Errorf("%d bytes", len(p.Data))
		}
	}
}

// quick gives packets as fast as they are asked for.
type quick struct{ data []byte }

func (q quick) Next(p *capture.Packet) error {
	*p = capture.Packet{Data: q.data, WireLen: len(q.data)}
	return nil
}

func BenchmarkStream(b *testing.B) {
	b.ReportAllocs()
	s := NewStream(quick{make([]byte, 214)})
	defer s.Stop()
	var p capture.Packet
	for b.Loop() {
		if err := s.Next(&p); err != nil && !errors.Is(err, capture.ErrIdle) {
			b.Fatal(err)
		}
	}
}
