package workload_test

import (
	"bytes"
	"encoding/binary"
	"testing"
	"time"

	"rung/capture"
	"rung/capture/capturetest"
	"rung/cmd/rungbench/workload"
)

// lineOf runs a line for so long and until its calls are over, and returns its
// packets at the times at which a sender would send them.
func lineOf(t testing.TB, opt workload.LineOptions, busy time.Duration) ([]capture.Packet, workload.LineStats) {
	t.Helper()
	l, err := workload.NewLine(opt)
	if err != nil {
		t.Fatal(err)
	}
	var list []capture.Packet
	start := capture.TimeOf(time.Unix(1767600000, 0))
	for at, step := time.Duration(0), 0; ; step++ {
		if at >= busy {
			l.Close()
			if l.Active() == 0 {
				return list, l.Stats()
			}
		}
		if step > 1e7 {
			t.Fatalf("%d calls never end", l.Active())
		}
		l.Step(step%opt.Calls, func(frame []byte) {
			list = append(list, capture.Packet{
				Time: start.Add(at), Link: capture.LinkEthernet, WireLen: len(frame), Data: bytes.Clone(frame),
			})
		})
		at += opt.Ptime / time.Duration(opt.Calls)
	}
}

func TestLineSendsWhatItTells(t *testing.T) {
	opt := workload.LineOptions{Calls: 20, Ptime: 20 * time.Millisecond, Life: 2 * time.Second, Ramp: time.Second}
	list, stats := lineOf(t, opt, 10*time.Second)
	var sum, rtp int64
	for _, p := range list {
		sum += int64(len(p.Data))
		if len(p.Data) == 214 {
			rtp++
		}
	}
	if stats.Packets != int64(len(list)) || stats.Bytes != sum || stats.RTP != rtp {
		t.Errorf("%+v, but %d packets, %d bytes, %d of RTP", stats, len(list), sum, rtp)
	}
	// 20 calls of 2 seconds, for 9 to 10 seconds.
	if stats.Calls < 80 || stats.Calls > 120 || stats.Streams > 2*stats.Calls || stats.Streams < 2*stats.Calls-40 {
		t.Errorf("%+v", stats)
	}
	// 20 calls × 100 packets/s, less the ramp and six messages of each call.
	if rtp < 15000 || rtp > 20000 {
		t.Errorf("%d packets of RTP", rtp)
	}
}

func TestLineTwiceIsTheSame(t *testing.T) {
	opt := workload.LineOptions{Calls: 3, Ptime: 30 * time.Millisecond, Life: time.Second, Ramp: time.Second}
	a, _ := lineOf(t, opt, 5*time.Second)
	b, _ := lineOf(t, opt, 5*time.Second)
	if len(a) != len(b) {
		t.Fatalf("%d and %d packets", len(a), len(b))
	}
	for i := range a {
		if !bytes.Equal(a[i].Data, b[i].Data) {
			t.Fatalf("packet %d differs", i)
		}
	}
}

// sum16 is RFC 1071's sum; a right checksum makes it 0xffff.
func sum16(sum uint32, b []byte) uint16 {
	for ; len(b) >= 2; b = b[2:] {
		sum += uint32(binary.BigEndian.Uint16(b))
	}
	if len(b) == 1 {
		sum += uint32(b[0]) << 8
	}
	for sum > 0xffff {
		sum = sum>>16 + sum&0xffff
	}
	return uint16(sum)
}

// Checksums are brought up to date, not made anew: over the wrap of every
// number they stay right.
func TestLineChecksumsAreRight(t *testing.T) {
	for _, ptime := range []time.Duration{10 * time.Millisecond, 20 * time.Millisecond, 60 * time.Millisecond} {
		// Enough packets that sequence numbers, IP ids and timestamps wrap.
		opt := workload.LineOptions{Calls: 1, Ptime: ptime, Life: 30 * time.Minute, Ramp: 0}
		list, _ := lineOf(t, opt, time.Hour)
		for i, p := range list {
			ip := p.Data[14:]
			if got := sum16(0, ip[:20]); got != 0xffff {
				t.Fatalf("%v, packet %d: IP checksum makes %04x", ptime, i, got)
			}
			udp := ip[20:]
			if got := sum16(17+uint32(len(udp))+uint32(sum16(0, ip[12:20])), udp); got != 0xffff || binary.BigEndian.Uint16(udp[6:]) == 0 {
				t.Fatalf("%v, packet %d: UDP checksum makes %04x", ptime, i, got)
			}
		}
	}
}

// Each direction counts on by one packet, with a marker on its first only.
func TestLineSpeechIsWhole(t *testing.T) {
	opt := workload.LineOptions{Calls: 5, Ptime: 20 * time.Millisecond, Life: 2 * time.Second, Ramp: time.Second}
	list, stats := lineOf(t, opt, 8*time.Second)
	type last struct {
		seq uint16
		ts  uint32
	}
	streams := make(map[uint32]last)
	for i, p := range list {
		b := p.Data[14+20+8:]
		if b[0] != 0x80 {
			continue // SIP
		}
		ssrc, now := binary.BigEndian.Uint32(b[8:]), last{binary.BigEndian.Uint16(b[2:]), binary.BigEndian.Uint32(b[4:])}
		was, known := streams[ssrc]
		marked := b[1]&0x80 != 0
		if marked == known || b[1]&0x7f != 0 {
			t.Errorf("packet %d: marker and payload type %02x", i, b[1])
		}
		if known && (now.seq != was.seq+1 || now.ts != was.ts+160) {
			t.Errorf("packet %d: %+v after %+v", i, now, was)
		}
		streams[ssrc] = now
	}
	if int64(len(streams)) != stats.Streams {
		t.Errorf("%d streams, %d told", len(streams), stats.Streams)
	}
}

func TestLineRefusesNonsense(t *testing.T) {
	good := workload.LineOptions{Calls: 1, Ptime: 20 * time.Millisecond, Life: time.Second}
	if _, err := workload.NewLine(good); err != nil {
		t.Fatal(err)
	}
	for name, change := range map[string]func(*workload.LineOptions){
		"no calls":           func(o *workload.LineOptions) { o.Calls = 0 },
		"more than ports":    func(o *workload.LineOptions) { o.Calls = 1e6 },
		"no packet time":     func(o *workload.LineOptions) { o.Ptime = 0 },
		"half a millisecond": func(o *workload.LineOptions) { o.Ptime = 20500 * time.Microsecond },
		"long packets":       func(o *workload.LineOptions) { o.Ptime = time.Second },
		"calls of no length": func(o *workload.LineOptions) { o.Life = 0 },
	} {
		o := good
		change(&o)
		if _, err := workload.NewLine(o); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
}

// A busy line's packets, written as a capture, are for other tests as well.
func TestLineIsACapture(t *testing.T) {
	opt := workload.LineOptions{Calls: 2, Ptime: 20 * time.Millisecond, Life: time.Second, Ramp: 0}
	list, _ := lineOf(t, opt, 2*time.Second)
	var b bytes.Buffer
	if err := capturetest.WritePcap(&b, list); err != nil || b.Len() < 200*len(list) {
		t.Errorf("%d bytes, %v", b.Len(), err)
	}
}

func BenchmarkLineStep(b *testing.B) {
	l, err := workload.NewLine(workload.LineOptions{Calls: 2500, Ptime: 20 * time.Millisecond, Life: time.Minute})
	if err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	for i := range b.N {
		l.Step(i%2500, func([]byte) {})
	}
	b.ReportMetric(float64(l.Stats().Packets)/b.Elapsed().Seconds(), "packets/s")
}
