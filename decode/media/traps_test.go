package media

import (
	"slices"
	"testing"
	"time"

	"rung/capture"
)

// without drops the packets at the given places.
func without(list []packet, drop ...int) []packet {
	var out []packet
	for i, p := range list {
		if !slices.Contains(drop, i) {
			out = append(out, p)
		}
	}
	return out
}

// twice sends the given packets a second time, d later.
func twice(list []packet, d time.Duration, which func(i int) bool) []packet {
	out := slices.Clone(list)
	for i, p := range list {
		if which(i) {
			p.at += d
			out = append(out, p)
		}
	}
	return sorted(out)
}

// shift delays all packets from i on.
func shift(list []packet, i int, d time.Duration, ts uint32) []packet {
	list = slices.Clone(list)
	for ; i < len(list); i++ {
		list[i].at += d
		list[i].ts += ts
	}
	return list
}

func swap(list []packet, i int) []packet {
	list = slices.Clone(list)
	list[i].at, list[i+1].at = list[i+1].at, list[i].at
	return sorted(list)
}

// press is a key press as RFC 4733 §2.5.1 sends it: a packet each 20 ms with
// growing duration, the last three times with the end bit.
func press(code byte, at time.Duration, seq uint16, ts uint32, steps int) []packet {
	var out []packet
	add := func(i int, end byte) {
		d := uint16(i+1) * 160
		out = append(out, packet{
			at: at + time.Duration(len(out))*20*time.Millisecond, seq: seq + uint16(len(out)), ts: ts, pt: 101, marker: len(out) == 0,
			payload: []byte{code, end | 10, byte(d >> 8), byte(d)},
		})
	}
	for i := range steps {
		add(i, 0)
	}
	for range 3 {
		add(steps, 0x80)
	}
	return out
}

func describeVoice(_ capture.Time, pt uint8) (Codec, bool) {
	switch pt {
	case 101:
		return Codec{Name: "telephone-event", Clock: 8000, Kind: "audio"}, true
	case 111:
		return Codec{Name: "opus", Clock: 48000, Kind: "audio"}, true
	case 96:
		return Codec{Name: "H264", Clock: 90000, Kind: "video"}, true
	}
	return Codec{}, false
}

// The traps of the field, with what is true; most of them make other tools
// count wrongly.
func TestTraps(t *testing.T) {
	clean := talk(300, time.Second, 1000, 5000)
	type want struct {
		packets, expected, lost, duplicates, reordered, restarts, jumps int64
		jitterMax                                                       float64
		deltaMean                                                       float64 // 0: not checked
		bursts                                                          []Burst
	}
	ten := []int{20, 40, 60, 80, 100, 101, 102, 160, 200, 240}
	tenBursts := []Burst{{1020, 1, f(21)}, {1040, 1, f(40)}, {1060, 1, f(59)}, {1080, 1, f(78)}, {1100, 3, f(97)}, {1160, 1, f(154)}, {1200, 1, f(193)}, {1240, 1, f(232)}}
	all := func(int) bool { return true }
	tests := []struct {
		name string
		in   []packet
		want want
	}{
		{"clean", clean, want{packets: 300, expected: 300, deltaMean: 20}},
		{"sequence and timestamp wrap", talk(300, 0, 65400, 0xffffff00), want{packets: 300, expected: 300, deltaMean: 20}},
		{"hold of 10 s with the clock running", func() []packet {
			l := shift(clean, 150, 10*time.Second, 80000)
			l[150].marker = true
			return l
		}(), want{packets: 300, expected: 300}},
		{"comfort noise is no media", func() []packet {
			l := slices.Clone(clean)
			for i := 100; i < 110; i++ {
				l[i].pt, l[i].payload = 13, []byte{60}
				l[i].at += 7 * time.Millisecond
			}
			return l
		}(), want{packets: 300, expected: 300}},
		{"ten lost", without(clean, ten...), want{packets: 290, expected: 300, lost: 10, bursts: tenBursts}},
		{"65535 and 0 lost", without(talk(300, 0, 65500, 0), 35, 36), want{packets: 298, expected: 300, lost: 2, bursts: []Burst{{65535, 2, f(36)}}}},
		{"everything doubled by the network", twice(clean, 3*time.Millisecond, all), want{packets: 600, expected: 300, duplicates: 300, deltaMean: 20}},
		{"ten lost, ten doubled", twice(without(clean, ten...), time.Millisecond, func(i int) bool { return i < 10 }),
			want{packets: 300, expected: 300, lost: 10, duplicates: 10,
				bursts: []Burst{{1020, 1, f(31)}, {1040, 1, f(50)}, {1060, 1, f(69)}, {1080, 1, f(88)}, {1100, 3, f(107)}, {1160, 1, f(164)}, {1200, 1, f(203)}, {1240, 1, f(242)}}}},
		{"the first packet comes late", swap(clean, 0), want{packets: 300, expected: 300, reordered: 1, jitterMax: -1}},
		{"the last packet comes late", swap(clean, 298), want{packets: 300, expected: 300, reordered: 1, jitterMax: -1}},
		{"the last packet is doubled", twice(clean, time.Millisecond, func(i int) bool { return i == 299 }), want{packets: 301, expected: 300, duplicates: 1, deltaMean: 20}},
		{"each 20th pair is swapped", func() []packet {
			l := clean
			for i := 20; i < 300; i += 20 {
				l = swap(l, i)
			}
			return l
		}(), want{packets: 300, expected: 300, reordered: 14, jitterMax: -1}},
		{"the source starts over", append(slices.Clone(clean[:150]), talk(150, 4*time.Second, 50000, 9)...),
			want{packets: 300, expected: 300, restarts: 1}},
		{"the source starts over with the same numbers", append(slices.Clone(clean), talk(300, 8*time.Second, 1000, 5000)...),
			want{packets: 600, expected: 600, restarts: 1}},
		{"the source starts over with the same numbers, of which one had been lost", append(without(clean, 1), talk(300, 8*time.Second, 1000, 5000)...),
			want{packets: 599, expected: 600, lost: 1, restarts: 1, bursts: []Burst{{1001, 1, f(2)}}}},
		{"the clock stands still, and soon the source starts over", append(shift(clean[:160], 150, 3*time.Second, 0), talk(100, 7300*time.Millisecond, 50000, 60000)...),
			want{packets: 260, expected: 260, restarts: 1, jumps: 1}},
		{"the source starts over and every packet is doubled", twice(append(slices.Clone(clean[:150]), talk(150, 4*time.Second, 50000, 9)...), time.Millisecond, all),
			want{packets: 600, expected: 300, duplicates: 300, restarts: 1}},
		{"one packet from nowhere is neither expected nor lost", func() []packet {
			l := slices.Clone(clean)
			p := l[100]
			p.seq, p.at = 40000, p.at+time.Millisecond
			return sorted(append(l, p))
		}(), want{packets: 301, expected: 300}},
		{"150 late is late, not a restart", func() []packet {
			l := slices.Clone(clean)
			l[100].at = l[250].at + time.Millisecond
			return sorted(l)
		}(), want{packets: 300, expected: 300, reordered: 1, jitterMax: -1}},
		{"a block of ten that is 150 late is late, too", func() []packet {
			l := slices.Clone(clean)
			for i := 100; i < 110; i++ {
				l[i].at = l[260].at + time.Duration(i-99)*time.Millisecond
			}
			return sorted(l)
		}(), want{packets: 300, expected: 300, reordered: 10, jitterMax: -1}},
		{"pause, the clock stands still, no marker", shift(clean, 150, 3*time.Second, 0), want{packets: 300, expected: 300, jumps: 1}},
		{"timestamps jump, sequence goes on", shift(clean, 150, 0, 1<<30), want{packets: 300, expected: 300, jumps: 1}},
		{"timestamps jump back", shift(clean, 150, 0, 0xf0000000), want{packets: 300, expected: 300, jumps: 1}},
		{"a pause as the last thing", shift(clean, 299, 3*time.Second, 0), want{packets: 300, expected: 300, jumps: 1}},
		{"a network stall is jitter", func() []packet {
			l := slices.Clone(clean)
			for i := 100; i < 200; i++ { // 2 s held up, sent at once
				l[i].at = max(l[i].at, l[200].at)
			}
			return sorted(l)
		}(), want{packets: 300, expected: 300, jitterMax: -1}},
		{"a network stall that lost all it held but one is jitter", func() []packet {
			l := slices.Clone(clean)
			l[100].at = l[200].at
			return without(l, seqInts(101, 200)...)
		}(), want{packets: 201, expected: 300, lost: 99, jitterMax: -1, bursts: []Burst{{1101, 99, f(102)}}}},
		{"the clock changes from 8 to 48 kHz", func() []packet {
			l := slices.Clone(clean)
			for i := 150; i < 300; i++ {
				l[i].pt, l[i].ts = 111, l[150].ts+uint32(i-150)*960
			}
			return l
		}(), want{packets: 300, expected: 300}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			streams := play(Limits{}, tt.in).Streams(nil, describeVoice)
			if len(streams) != 1 {
				t.Fatalf("%d streams", len(streams))
			}
			s, w := streams[0], tt.want
			got := want{s.Packets, s.Expected, s.Lost, s.Duplicates, s.Reordered, s.Restarts, s.ClockJumps, s.Jitter.Max, s.Delta.Mean, s.LossBursts}
			if got.packets != w.packets || got.expected != w.expected || got.lost != w.lost || got.duplicates != w.duplicates ||
				got.reordered != w.reordered || got.restarts != w.restarts || got.jumps != w.jumps {
				t.Errorf("got  %+v\nwant %+v", got, w)
			}
			if w.jitterMax == 0 && s.Jitter.Max > 1e-9 {
				t.Errorf("jitter %v, want none", s.Jitter.Max)
			}
			if w.jitterMax < 0 && s.Jitter.Max < 1 {
				t.Errorf("jitter %v, want some", s.Jitter.Max)
			}
			if w.deltaMean > 0 && !near(s.Delta.Mean, w.deltaMean) {
				t.Errorf("delta %v, want %v", s.Delta.Mean, w.deltaMean)
			}
			if !slices.Equal(s.LossBursts, w.bursts) {
				t.Errorf("bursts %v, want %v", s.LossBursts, w.bursts)
			}
			var points Point
			for _, p := range s.Series.Points {
				points.Packets += p.Packets
				points.Lost += p.Lost
				points.Bytes += p.Bytes
			}
			if int64(points.Packets) != s.Packets || int64(points.Lost) != s.Lost || int64(points.Bytes) != s.Bytes {
				t.Errorf("series sums up to %+v, stream has %d packets, %d lost, %d bytes", points, s.Packets, s.Lost, s.Bytes)
			}
		})
	}
}

func f(n int32) capture.Frame { return capture.Frame{Number: n} }

func seqInts(from, to int) []int {
	var out []int
	for i := from; i < to; i++ {
		out = append(out, i)
	}
	return out
}

func TestEventsAreNotMedia(t *testing.T) {
	l := talk(100, 0, 1, 0)
	first := press('1'-'0', l[99].at+20*time.Millisecond, 101, 16000, 8) // 11 packets, 220 ms
	rest := talk(100, first[10].at+20*time.Millisecond, 112, 16000+11*160)
	second := press(11, rest[99].at+20*time.Millisecond, 212, 16000+111*160, 4)
	l = slices.Concat(l, first, rest, second)
	for name, describe := range map[string]Describe{"by SDP": describeVoice, "by their looks": nil} {
		t.Run(name, func(t *testing.T) {
			s := play(Limits{}, l).Streams(nil, describe)[0]
			if s.Jitter.Max > 1e-9 || s.Lost != 0 || s.Packets != int64(len(l)) || s.Codec != "PCMA" {
				t.Errorf("jitter %v, lost %d, packets %d, codec %q", s.Jitter, s.Lost, s.Packets, s.Codec)
			}
			want := []Digit{
				{Digit: "1", Time: epoch.Add(first[0].at), Duration: 180 * time.Millisecond, Frame: f(101)},
				{Digit: "#", Time: epoch.Add(second[0].at), Duration: 100 * time.Millisecond, Frame: f(212)},
			}
			if !slices.Equal(s.DTMF, want) {
				t.Errorf("digits %v, want %v", s.DTMF, want)
			}
			if !slices.Equal(s.PayloadTypes, []uint8{8, 101}) {
				t.Errorf("types %v", s.PayloadTypes)
			}
		})
	}
}

func TestDigits(t *testing.T) {
	double := press(5, 0, 1, 800, 5)
	again := press(5, 2*time.Second, 9, 800, 5) // a recording played twice: the same timestamp
	tests := []struct {
		name string
		in   []packet
		want string
	}{
		{"only the end came through", press(7, 0, 1, 100, 5)[5:], "7 120ms"},
		{"no end came through", press(7, 0, 1, 100, 5)[:5], "7 100ms"},
		{"a late packet makes no new digit", func() []packet {
			l := slices.Concat(press(1, 0, 1, 100, 5), press(2, time.Second, 9, 9000, 5))
			l[3].at = l[10].at + time.Millisecond
			return sorted(l)
		}(), "1 120ms 2 120ms"},
		{"a late packet after the end makes no new digit", func() []packet {
			l := press(1, 0, 1, 100, 5)
			l[3].at = l[6].at + time.Millisecond
			return sorted(l)
		}(), "1 120ms"},
		{"the same key twice", slices.Concat(double, press(5, time.Second, 9, 9000, 5)), "5 120ms 5 120ms"},
		{"the same key twice with the same timestamp", slices.Concat(double, again), "5 120ms 5 120ms"},
		{"a long press goes on under a new timestamp", func() []packet {
			a, b := press(9, 0, 1, 0, 1)[:1], press(9, 8*time.Second, 2, 65535, 9)
			a[0].payload[2], a[0].payload[3] = 0xff, 0xff
			return slices.Concat(a, b)
		}(), "9 8.391875s"},
		{"the same key twice, the end of the first lost", func() []packet {
			a, b := press(9, 0, 1, 0, 1)[:1], press(9, 8*time.Second, 2, 70000, 9)
			a[0].payload[2], a[0].payload[3] = 0xff, 0xff
			return slices.Concat(a, b)
		}(), "9 8.191875s 9 200ms"},
		{"flash and other events", slices.Concat(press(16, 0, 1, 0, 1), press(200, time.Second, 5, 9000, 1)), "flash 40ms event 200 40ms"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s := play(Limits{}, tt.in).Streams(nil, describeVoice)[0]
			got := ""
			for i, d := range s.DTMF {
				if i > 0 {
					got += " "
				}
				got += d.Digit + " " + d.Duration.String()
			}
			if got != tt.want {
				t.Errorf("got %q, want %q", got, tt.want)
			}
			if s.Jitter != nil || s.JitterNote == "" || s.Codec != "telephone-event" {
				t.Errorf("jitter %v %q, codec %q", s.Jitter, s.JitterNote, s.Codec)
			}
		})
	}
}

// SRTP and RTP look alike: without signalling neither is claimed.
func TestEncryptionIsKnownOnlyFromSignalling(t *testing.T) {
	srtp := func(_ capture.Time, pt uint8) (Codec, bool) {
		return Codec{Name: "opus", Clock: 48000, Kind: "audio", Encrypted: true}, pt == 111
	}
	mute := func(capture.Time, uint8) (Codec, bool) { return Codec{}, false }
	for _, fold := range []int{0, 300} {
		tests := []struct {
			rule             string
			describe         Describe
			encrypted, known bool
		}{
			{"no call at all", nil, false, false},
			{"a call that does not name the type", mute, false, false},
			{"plain RTP", describeVoice, false, true},
			{"SRTP", srtp, true, true},
		}
		list := talk(200, 0, 1, 1)
		for i := range list {
			list[i].pt = 111
		}
		track := play(Limits{TrackLog: fold}, list)
		for _, tt := range tests {
			s := track.Streams(nil, tt.describe)[0]
			if s.Encrypted != tt.encrypted || s.EncryptionKnown != tt.known {
				t.Errorf("%s, log of %d: encrypted %v, known %v", tt.rule, fold, s.Encrypted, s.EncryptionKnown)
			}
		}
	}
}

// Recorded key presses that a test tool plays one after the other were cut
// out of another stream: sequence and timestamp jump by what was left out, and
// nothing is lost. Where the timestamp keeps time, packets are missing.
func TestSplicedKeyPressesAreRestarts(t *testing.T) {
	const later = 2 * time.Second
	tests := []struct {
		rule           string
		ts             uint32
		restarts, lost int64
	}{
		{"the timestamp moved by another time", 1000 + 8000*30, 1, 0},
		{"the timestamp stayed behind", 1000 + 8, 1, 0},
		{"the timestamp kept time", 1000 + 8000*2, 0, 340},
	}
	for _, tt := range tests {
		first := press(1, 0, 100, 1000, 5)
		next := first[len(first)-1].seq + 1 + 340
		s := play(Limits{}, append(first, press(2, later, next, tt.ts, 5)...)).Streams(nil, describeVoice)[0]
		if s.Restarts != tt.restarts || s.Lost != tt.lost || len(s.DTMF) != 2 {
			t.Errorf("%s: %d restarts, %d lost, %d digits", tt.rule, s.Restarts, s.Lost, len(s.DTMF))
		}
	}
}
