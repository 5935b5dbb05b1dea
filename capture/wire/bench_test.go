package wire_test

import (
	"testing"

	"rung/capture"
	"rung/capture/capturetest"
	"rung/capture/wire"
)

func BenchmarkDecode(b *testing.B) {
	bench(b, capturetest.Packets(b, mixture))
}

// BenchmarkPlainUDP is most frames of a capture with calls in it.
func BenchmarkPlainUDP(b *testing.B) {
	bench(b, capturetest.Packets(b, "-- 0 udp 10.0.0.1:16384 > 10.0.0.2:20000 hex --\n800000010000000100000000\n"))
}

// BenchmarkTunnels has every encapsulation once.
func BenchmarkTunnels(b *testing.B) { bench(b, capturetest.Packets(b, tunnels("udp"))) }

func bench(b *testing.B, packets []capture.Packet) {
	var d wire.Decoder
	var g wire.Datagram
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		d.Decode(&packets[i%len(packets)], &g)
	}
}

func TestDecodeDoesNotAllocate(t *testing.T) {
	packets := capturetest.Packets(t, mixture+tunnels("udp"))
	var d wire.Decoder
	var g wire.Datagram
	if n := testing.AllocsPerRun(100, func() {
		for i := range packets {
			d.Decode(&packets[i], &g)
		}
	}); n != 0 {
		t.Errorf("%v allocations", n)
	}
}
