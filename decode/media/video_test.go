package media

import (
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"rung/capture"
)

// film is n pictures of five packets each, at 30 a second; picture 0 and each
// 30th begins with an IDR slice.
func film(n int) []packet {
	var out []packet
	for i := range n {
		for k := range 5 {
			p := packet{
				at:  time.Duration(i)*time.Second/30 + time.Duration(k)*200*time.Microsecond,
				seq: uint16(65000 + 5*i + k), ts: uint32(i) * 3000, pt: 96, marker: k == 4,
				payload: append([]byte{0x7c, 0x01}, make([]byte, 500)...), // FU-A, slice
			}
			if i%30 == 0 {
				p.payload[1] = 0x05
			}
			if k == 0 {
				p.payload[1] |= 0x80
			}
			out = append(out, p)
		}
	}
	return out
}

func TestVideoFrames(t *testing.T) {
	whole := film(90)
	tests := []struct {
		name                  string
		in                    []packet
		frames, bad, key      int64
		quiet                 bool // no frame jitter
		describe              Describe
		unknownKeys, noMarker bool
	}{
		{name: "clean", in: whole, frames: 90, key: 3, quiet: true},
		{name: "swapped packets break nothing", in: swap(swap(whole, 1), 12), frames: 90, key: 3, quiet: true},
		{name: "swapped across frames breaks nothing", in: swap(whole, 4), frames: 90, key: 3},
		{name: "one lost inside", in: without(whole, 12), frames: 90, bad: 1, key: 3, quiet: true},
		{name: "marker lost", in: without(whole, 14), frames: 90, bad: 1, key: 3, quiet: true},
		{name: "first packet of a frame lost", in: without(whole, 15), frames: 90, bad: 1, key: 3},
		{name: "a whole frame lost", in: without(whole, 15, 16, 17, 18, 19), frames: 89, bad: 1, key: 3, quiet: true},
		{name: "one lost inside, and the first of the next", in: without(whole, 12, 15), frames: 90, bad: 2, key: 3},
		{name: "three frames hurt", in: without(whole, 11, 13, 21, 303), frames: 90, bad: 3, key: 3, quiet: true},
		{name: "copies are no packets", in: twice(whole, 3*time.Millisecond, func(int) bool { return true }), frames: 90, key: 3, quiet: true},
		{name: "packets of another type between are neither video nor missing", in: func() []packet {
			var l []packet
			for i, p := range whole {
				p.seq = uint16(1 + len(l))
				l = append(l, p)
				if i%5 == 2 {
					l = append(l, packet{at: p.at, seq: p.seq + 1, ts: p.ts + 7, pt: 127, payload: make([]byte, 9)})
				}
			}
			return l
		}(), frames: 90, key: 3, quiet: true},
		{name: "a sender without markers", in: func() []packet {
			l := slices.Clone(whole)
			for i := range l {
				l[i].marker = false
			}
			return without(l, 12)
		}(), frames: 90, bad: 1, key: 3, quiet: true},
		{name: "encrypted payloads tell nothing", in: whole, frames: 90, quiet: true, unknownKeys: true,
			describe: func(capture.Time, uint8) (Codec, bool) {
				return Codec{Name: "H264", Clock: 90000, Kind: "video", Encrypted: true}, true
			}},
		{name: "without signalling", in: whole, frames: 90, quiet: true, unknownKeys: true,
			describe: func(capture.Time, uint8) (Codec, bool) { return Codec{}, false }},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if tt.describe == nil {
				tt.describe = describeVoice
			}
			s := play(Limits{}, tt.in).Streams(nil, tt.describe)[0]
			checkSane(t, s)
			v := s.Video
			if v == nil || s.Kind != "video" || v.Frames != tt.frames || v.IncompleteFrames != tt.bad {
				t.Fatalf("%s %+v, want %d frames, %d incomplete", s.Kind, v, tt.frames, tt.bad)
			}
			if v.FPS < 29.6 || v.FPS > 30.1 {
				t.Errorf("%v frames a second", v.FPS)
			}
			if tt.unknownKeys != (v.KeyFrames == nil) || (v.KeyFrames != nil && *v.KeyFrames != tt.key) {
				t.Errorf("key frames %v", v.KeyFrames)
			}
			// Arrivals are whole nanoseconds, 1/30 s is not.
			if tt.quiet != (v.FrameJitterMS < 1e-5) {
				t.Errorf("frame jitter %v", v.FrameJitterMS)
			}
			if s.Jitter.Mean < 0.3 {
				t.Errorf("jitter over packets %v: five packets of one time are jitter to RFC 3550", s.Jitter.Mean)
			}
		})
	}
}

func TestKeyFrames(t *testing.T) {
	vp8 := []byte{0x90, 0xe0, 0x81, 0x02, 0x03, 0x20, 0x10, 0, 0, 0x9d, 0x01, 0x2a, 0x80, 0x02, 0xe0, 0x01}
	vp8Plain := append([]byte{0x10}, vp8[6:]...)
	inter := slices.Clone(vp8)
	inter[6] |= 1
	// SPS of c05_sip_video_H264's kind: baseline, 320x240; and High with cropping, 1920x1080.
	high := []byte{0x67, 0x64, 0x00, 0x28, 0xac, 0xd9, 0x40, 0x78, 0x02, 0x27, 0xe5, 0xc0, 0x44, 0x00, 0x00, 0x03, 0x00, 0x04, 0x00, 0x00, 0x03, 0x00, 0xf0, 0x3c, 0x60, 0xc6, 0x58}
	stap := append([]byte{0x78, 0, byte(len(high))}, high...)
	stap = append(stap, 0, 2, 0x68, 0xce, 0, 3, 0x65, 1, 2)
	tests := []struct {
		name          string
		payload       []byte
		want          videoBits
		width, height uint16
	}{
		{"H.264 IDR slice", []byte{0x65, 0x88, 0x84, 0}, keyH264, 0, 0},
		{"H.264 slice", []byte{0x41, 0x9a, 0, 0}, 0, 0, 0},
		{"H.264 SPS, High, cropped", high, keyH264 | sizeH264, 1920, 1080},
		{"H.264 STAP-A with SPS", stap, keyH264 | sizeH264, 1920, 1080},
		{"H.264 STAP-A that lies about a length", append([]byte{0x78, 0xff, 0xff}, high...), 0, 0, 0},
		{"H.264 FU-A, begin of IDR", []byte{0x7c, 0x85, 0, 0}, keyH264, 0, 0},
		{"H.264 FU-A, middle of IDR", []byte{0x7c, 0x05, 0, 0}, 0, 0, 0},
		{"VP8 key frame with all extensions", vp8, keyVP8 | sizeVP8, 640, 480},
		{"VP8 key frame without extensions", vp8Plain, keyVP8 | sizeVP8, 640, 480},
		{"VP8 inter frame", inter, 0, 0, 0},
		{"VP8 descriptor alone", vp8[:9], 0, 0, 0},
		{"H.265 IDR", []byte{0x26, 0x01, 0xaf, 0}, keyH265, 0, 0},
		{"H.265 begin of a fragmented IDR", []byte{0x62, 0x01, 0x93, 0}, keyH265, 0, 0},
		{"H.265 trailing picture", []byte{0x02, 0x01, 0xd0, 0}, 0, 0, 0},
		{"two bytes", []byte{0x65, 0x88}, 0, 0, 0},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var r record
			r.look(tt.payload)
			if r.video != tt.want || r.width != tt.width || r.height != tt.height {
				t.Errorf("%05b %dx%d, want %05b %dx%d", r.video, r.width, r.height, tt.want, tt.width, tt.height)
			}
		})
	}
}

func FuzzLook(f *testing.F) {
	f.Add([]byte{0x67, 0x64, 0x00, 0x28, 0xac, 0xd9, 0x40, 0x78, 0x02, 0x27, 0xe5, 0xc0})
	f.Add([]byte{0x90, 0xe0, 0x81, 0x02, 0x03, 0x20, 0x10, 0, 0, 0x9d, 0x01, 0x2a, 0x80, 0x02, 0xe0, 0x01})
	f.Add([]byte{0x62, 0x01, 0x93, 0, 0x60, 0x01, 0, 2, 0x26, 1})
	f.Fuzz(func(t *testing.T, b []byte) {
		var r record
		r.look(b)
		if (r.video&videoSize == 0) && (r.width != 0 || r.height != 0) {
			t.Fatal("a size that no codec gave")
		}
		if r.video&sizeH264 != 0 && (r.width == 0 || r.height == 0 || r.width > maxSide || r.height > maxSide) {
			t.Fatalf("%dx%d", r.width, r.height)
		}
	})
}

func TestClockIsMeasuredWhenNobodyTellsIt(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 1))
	for _, rate := range rates {
		var list []packet
		for i := range 200 {
			at := time.Duration(i)*20*time.Millisecond + time.Duration(rng.IntN(3000))*time.Microsecond
			list = append(list, packet{at: at, seq: uint16(i), ts: uint32(i) * uint32(rate) / 50, pt: 97, payload: make([]byte, 30)})
		}
		s := play(Limits{}, list).Streams(nil, nil)[0]
		if s.Clock != rate || s.Jitter == nil || s.Jitter.Max > 3 || !s.ClockMeasured || !hasDiagnostic(s, "rtp-clock-measured") {
			t.Errorf("%d: measured %d, jitter %+v", rate, s.Clock, s.Jitter)
		}
	}
	short := talk(10, 0, 1, 1)
	for i := range short {
		short[i].pt = 97
	}
	if s := play(Limits{}, short).Streams(nil, nil)[0]; s.Clock != 0 || s.Jitter != nil || s.JitterNote != "clock rate of payload type 97 not known" {
		t.Errorf("ten packets are no measure: %d %+v %q", s.Clock, s.Jitter, s.JitterNote)
	}
}

func TestG722ClockIs8000WhateverSDPSays(t *testing.T) {
	list := talk(100, 0, 1, 1)
	for i := range list {
		list[i].pt = 9
	}
	s := play(Limits{}, list).Streams(nil, func(capture.Time, uint8) (Codec, bool) {
		return Codec{Name: "G722", Clock: 16000, Kind: "audio"}, true
	})[0]
	if s.Clock != 8000 || s.Jitter.Max > 1e-9 {
		t.Errorf("%d, %+v", s.Clock, s.Jitter)
	}
}

// Early media comes before the answer that describes it.
func TestMeaningLearntLater(t *testing.T) {
	list := talk(200, 0, 1, 1)
	for i := range list {
		list[i].pt, list[i].ts = 111, uint32(i)*960
	}
	answer := epoch.Add(2 * time.Second)
	s := play(Limits{}, list).Streams(nil, func(at capture.Time, pt uint8) (Codec, bool) {
		return Codec{Name: "opus", Clock: 48000, Kind: "audio"}, at >= answer
	})[0]
	if s.Codec != "opus" || s.Clock != 48000 || s.Jitter.Max > 1e-9 {
		t.Errorf("%s/%d, jitter %+v", s.Codec, s.Clock, s.Jitter)
	}
	// All of a type may be over when the answer comes.
	early := append(slices.Clone(list[:40]), packet{at: 3 * time.Second, seq: 41, ts: 1, payload: make([]byte, 160)})
	s = play(Limits{}, early).Streams(nil, func(at capture.Time, pt uint8) (Codec, bool) {
		return Codec{Name: "opus", Clock: 48000, Kind: "audio"}, at >= answer && pt == 111
	})[0]
	if s.Codec != "opus" || s.Jitter == nil {
		t.Errorf("%q, jitter %v", s.Codec, s.Jitter)
	}
	// A re-INVITE gives the type another meaning.
	for i := 100; i < 200; i++ {
		list[i].ts = list[99].ts + uint32(i-99)*160
	}
	s = play(Limits{}, list).Streams(nil, func(at capture.Time, pt uint8) (Codec, bool) {
		if at < answer {
			return Codec{Name: "opus", Clock: 48000, Kind: "audio"}, true
		}
		return Codec{Name: "PCMU", Clock: 8000, Kind: "audio"}, true
	})[0]
	if s.Jitter.Max > 1e-9 {
		t.Errorf("a clock change is no jitter: %+v", s.Jitter)
	}
}
