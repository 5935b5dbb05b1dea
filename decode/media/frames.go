package media

import "rung/capture"

// frames counts the pictures of a video stream: packets of one timestamp. It
// reads the packets in sequence order, so that reordering breaks no frame and
// a late packet repairs one: a ring holds them until they are frameRing back.
type frames struct {
	started bool
	next    int64 // the number that leaves next
	top     int64
	ring    [frameRing]slot

	open     bool // a frame is under way
	ts       uint32
	key      videoBits
	marked   bool // its last packet has come
	broken   bool // packets are missing
	hole     bool // the number before is missing
	anyMark  bool
	count    int64
	noMark   int64 // frames whose only defect is that no marker came
	bad      int64
	keyCount [3]int64 // by keyH264, keyVP8, keyH265

	// In order of arrival: the first packet of each frame.
	newest  uint32
	seen    bool
	arrival interarrival
	first   capture.Time
	latest  capture.Time

	width, height [2]int // by sizeH264, sizeVP8: the last one seen
}

type slot struct {
	present bool
	foreign bool // another payload type: not video, not missing
	ts      uint32
	marker  bool
	key     videoBits
}

// arrive takes a video packet in order of arrival. jumped tells that the
// clock was set anew with this packet.
func (f *frames) arrive(r *record, clock int, jumped bool) {
	if r.video&sizeH264 != 0 {
		f.width[0], f.height[0] = int(r.width), int(r.height)
	}
	if r.video&sizeVP8 != 0 {
		f.width[1], f.height[1] = int(r.width), int(r.height)
	}
	if f.seen && int32(r.ts-f.newest) <= 0 && !jumped {
		return
	}
	if !f.seen {
		f.first = r.time
	}
	f.seen, f.newest, f.latest = true, r.ts, r.time
	if jumped {
		f.arrival.forget()
	}
	if d, ok := f.arrival.step(r.time, r.ts, clock); ok {
		f.arrival.feed(d)
	}
	f.arrival.compare(r.time, r.ts, clock)
}

// put places a packet in the ring.
func (f *frames) put(ext int64, s slot) {
	if !f.started {
		f.started, f.next, f.top = true, ext, ext-1
	}
	if ext < f.next {
		if f.top-ext >= frameRing {
			return // later than the ring holds: its frame was counted without it
		}
		f.next = ext
	}
	for ext >= f.next+frameRing {
		f.leave()
	}
	f.ring[ext&(frameRing-1)] = s
	f.top = max(f.top, ext)
}

// flush ends the frames at a restart or at the end.
func (f *frames) flush() {
	for f.started && f.next <= f.top {
		f.leave()
	}
	f.finish()
	f.started, f.hole = false, false
}

// leave reads the next number in sequence.
func (f *frames) leave() {
	s := &f.ring[f.next&(frameRing-1)]
	f.next++
	p := *s
	*s = slot{}
	if p.foreign {
		return
	}
	if !p.present {
		f.hole = true
		return
	}
	if f.open && p.ts != f.ts {
		f.finish()
	}
	if !f.open {
		f.begin(p)
	}
	f.broken = f.broken || f.hole
	f.hole = false
	f.key |= p.key
	f.marked = f.marked || p.marker
	f.anyMark = f.anyMark || p.marker
}

func (f *frames) begin(p slot) {
	f.open, f.ts, f.key, f.marked, f.broken = true, p.ts, 0, false, false
}

// finish counts the frame under way. A hole behind a frame without marker is
// its own missing end; behind one with marker it belongs to the next.
func (f *frames) finish() {
	if !f.open {
		return
	}
	f.open = false
	f.count++
	if f.hole && !f.marked {
		f.broken, f.hole = true, false
	}
	switch {
	case f.broken:
		f.bad++
	case !f.marked:
		f.noMark++
	}
	for i, bit := range [...]videoBits{keyH264, keyVP8, keyH265} {
		if f.key&bit != 0 {
			f.keyCount[i]++
		}
	}
}

// value returns what is known; codec is the one that signalling names.
func (f *frames) value(codec string, encrypted bool) *Video {
	if f.count == 0 {
		return nil
	}
	v := &Video{Frames: f.count, IncompleteFrames: f.bad}
	if f.anyMark { // else the sender sets none, and they say nothing
		v.IncompleteFrames += f.noMark
	}
	if d := clampTime(f.latest, f.first).Seconds(); d > 0 && f.count > 1 {
		v.FPS = float64(f.count-1) / d
	}
	if j := f.arrival.value(); j != nil {
		v.FrameJitterMS = j.Mean
	}
	if encrypted {
		return v
	}
	size, key := -1, -1
	switch {
	case equalName(codec, "H264"):
		size, key = 0, 0
	case equalName(codec, "VP8"):
		size, key = 1, 1
	case equalName(codec, "H265"):
		key = 2
	}
	if size >= 0 {
		v.Width, v.Height = f.width[size], f.height[size]
	}
	if key >= 0 {
		n := f.keyCount[key]
		v.KeyFrames = &n
	}
	return v
}
