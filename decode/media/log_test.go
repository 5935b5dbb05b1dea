package media

import (
	"math"
	"math/rand/v2"
	"testing"

	"rung/capture"
)

func TestLogGivesBackWhatItTook(t *testing.T) {
	rng := rand.New(rand.NewPCG(7, 8))
	var l packetLog
	var want []record
	r := record{time: epoch, seq: 65530, ts: math.MaxUint32 - 500, pt: 8, ipLen: 200, frame: capture.Frame{Number: 1}}
	for range 5000 {
		r.time += capture.Time(20_000_000 + rng.IntN(1000)*1000)
		r.index += 1 + uint64(rng.IntN(300))
		r.frame.Number = int32(r.index) + 1
		r.seq++
		r.ts += 160
		r.isDTMF, r.event, r.video, r.width, r.height, r.marker = false, [4]byte{}, 0, 0, 0, false
		switch rng.IntN(20) {
		case 0:
			r.time, r.index = capture.Time(rng.Uint64()), rng.Uint64()
			r.frame = capture.Frame{File: int32(rng.Uint32()), Number: int32(rng.Uint32())}
		case 1:
			r.seq, r.ts, r.pt, r.marker = uint16(rng.Uint32()), rng.Uint32(), uint8(rng.IntN(128)), true
		case 2:
			r.isDTMF, r.event = true, [4]byte{1, 2, 3, byte(rng.Uint32())}
		case 3:
			r.video, r.width, r.height = sizeVP8|keyVP8, uint16(rng.Uint32()), uint16(rng.Uint32())
		case 4:
			r.video = keyH264
		case 5:
			r.dscp, r.ipLen = uint8(rng.IntN(64)), rng.IntN(1<<31)
		case 6:
			r.time += 123
		}
		l.append(&r)
		want = append(want, r)
	}
	c := l.cursor()
	var got record
	for i := range want {
		if !c.next(&got) || got != want[i] {
			t.Fatalf("record %d:\n%+v\nwant\n%+v", i, got, want[i])
		}
	}
	if c.next(&got) {
		t.Error("more than was put in")
	}
}

func FuzzLog(f *testing.F) {
	f.Add(int64(1), uint64(2), int32(3), int32(4), 5, uint32(6), uint16(7), uint8(8), uint8(9))
	f.Fuzz(func(t *testing.T, time int64, index uint64, file, number int32, ipLen int, ts uint32, seq uint16, pt, dscp uint8) {
		a := record{time: capture.Time(time), index: index, frame: capture.Frame{File: file, Number: number}, ipLen: ipLen,
			ts: ts, seq: seq, pt: pt, dscp: dscp, isDTMF: pt&1 == 0, video: videoBits(dscp) & (keyH264 | sizeVP8)}
		if a.video&videoSize != 0 {
			a.width, a.height = seq, uint16(ts)
		}
		b := a
		b.seq, b.ts, b.time = b.seq*3, b.ts^0x80000000, -b.time
		var enc, dec coder
		for _, want := range []record{a, b, a, a, b} {
			var got record
			buf := enc.encode(nil, &want)
			if len(buf) > maxRecord {
				t.Fatalf("%d bytes", len(buf))
			}
			if n := dec.decode(buf, &got); n != len(buf) || got != want {
				t.Fatalf("%d of %d bytes\n%+v\nwant\n%+v", n, len(buf), got, want)
			}
		}
	})
}
