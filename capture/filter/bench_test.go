package filter_test

import (
	"testing"

	"rung/capture"
	"rung/capture/capturetest"
	"rung/capture/filter"
)

const usual = "host 10.0.0.1 and (port 5060 or portrange 16384-32767) and not vlan 20"

// BenchmarkPlain is most frames of a span port with calls on it.
func BenchmarkPlain(b *testing.B) {
	bench(b, usual, capturetest.Packets(b, "-- 0 udp 10.0.0.1:16384 > 10.0.0.2:20000 hex --\n800000010000000100000000\n"))
}

// BenchmarkRefused is most frames of a span port with everything on it.
func BenchmarkRefused(b *testing.B) {
	bench(b, usual, capturetest.Packets(b, "-- 0 tcp 10.0.0.3:40000 > 10.0.0.2:443 midstream --\nx\n"))
}

// BenchmarkTunnels has every encapsulation once.
func BenchmarkTunnels(b *testing.B) { bench(b, usual, everything(b)) }

func everything(tb testing.TB) (all []capture.Packet) {
	for _, e := range capturetest.Encapsulations() {
		all = append(all, sip(tb, "udp", e.Options, true)...)
	}
	return all
}

func bench(b *testing.B, words string, packets []capture.Packet) {
	f, err := filter.Parse(words)
	if err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		f.Match(&packets[i%len(packets)])
	}
}

func TestMatchDoesNotAllocate(t *testing.T) {
	packets := append(everything(t), sip(t, "udp", "frag=24", false)...)
	f := parse(t, usual)
	if n := testing.AllocsPerRun(100, func() {
		for i := range packets {
			f.Match(&packets[i])
		}
	}); n != 0 {
		t.Errorf("%v allocations", n)
	}
}
