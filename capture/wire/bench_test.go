package wire_test

import (
	"testing"

	"rung/capture/capturetest"
	"rung/capture/wire"
)

func BenchmarkDecode(b *testing.B) {
	packets := capturetest.Packets(b, mixture)
	var d wire.Decoder
	var g wire.Datagram
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		d.Decode(&packets[i%len(packets)], &g)
	}
}

func TestDecodeDoesNotAllocate(t *testing.T) {
	packets := capturetest.Packets(t, mixture)
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
