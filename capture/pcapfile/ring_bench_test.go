package pcapfile_test

import (
	"testing"

	"rung/capture"
	"rung/capture/pcapfile"
)

// BenchmarkRing writes to a disk: files of 64 MiB, two kept.
func BenchmarkRing(b *testing.B) {
	r, err := pcapfile.NewRing(&pcapfile.RingOptions{Dir: b.TempDir(), Size: 64 << 20, Count: 2,
		Interfaces: []pcapfile.InterfaceInfo{{Name: "eth0", Link: capture.LinkEthernet}}})
	if err != nil {
		b.Fatal(err)
	}
	perPacket(b, func(p *capture.Packet) error { _, err := r.Write(p); return err })
	if err := r.Close(); err != nil {
		b.Fatal(err)
	}
}
