package live

import (
	"errors"
	"runtime"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"rung/capture"
)

// BenchmarkNext reads voice-sized packets from a veth as fast as one sender
// beside it sends them, which is what limits it. Run it with -v: the figures are
// in what the benchmark prints from its namespace.
func BenchmarkNext(b *testing.B) {
	if !namespace(b) {
		return
	}
	pair(b, "ra", "rb")
	pair(b, "rc", "rd")
	plain, tagged := frame(1, 200), frame(1, 200, 0x8100<<16|700)
	one, three := []string{"rb"}, []string{"rb", "rc", "rd"}
	b.Run("interfaces=1/plain", func(b *testing.B) { benchmarkNext(b, one, plain) })
	b.Run("interfaces=1/tagged", func(b *testing.B) { benchmarkNext(b, one, tagged) })
	b.Run("interfaces=3/plain", func(b *testing.B) { benchmarkNext(b, three, plain) })
	b.Run("interfaces=3/tagged", func(b *testing.B) { benchmarkNext(b, three, tagged) })
}

func benchmarkNext(b *testing.B, interfaces []string, sent []byte) {
	b.ReportAllocs()
	c := open(b, &Options{Interfaces: interfaces})
	s := newSender(b, "ra")
	var over atomic.Bool
	var gone = make(chan error)
	go func() {
		for !over.Load() {
			if err := syscall.Sendto(s.fd, sent, 0, &s.to); err != nil && !errors.Is(err, syscall.ENOBUFS) {
				gone <- err
				return
			}
		}
		gone <- nil
	}()
	var p capture.Packet
	for range 1000 { // until the sender runs
		if err := c.Next(&p); err != nil && !errors.Is(err, capture.ErrIdle) {
			b.Fatal(err)
		}
	}
	b.ResetTimer()
	start := time.Now()
	for range b.N {
		if err := c.Next(&p); err != nil && !errors.Is(err, capture.ErrIdle) {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(b.N)/time.Since(start).Seconds(), "packets/s")
	b.StopTimer()
	over.Store(true)
	if err := <-gone; err != nil {
		b.Fatal(err)
	}
	in := c.Interfaces()[0]
	b.ReportMetric(float64(in.Drops)/float64(in.Packets), "dropped")
	runtime.KeepAlive(p)
}
