package workload

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"time"
)

// LineOptions say what a Line carries.
type LineOptions struct {
	Calls int           // at the same time
	Ptime time.Duration // of speech in a packet: 10 to 60 whole milliseconds
	Life  time.Duration // that a call speaks, on average
	Ramp  time.Duration // in which the first calls begin
}

// LineStats tells what a Line has sent.
type LineStats struct {
	Packets, Bytes int64 // frames without their checksum
	RTP            int64 // of these packets
	Calls          int64 // begun
	Streams        int64 // of RTP
}

// A Line is a trunk that is always as busy: so many calls with G.711 both ways,
// without loss, and a new call for each that ends. It makes the packets, another
// sends them: each slot of the line is asked once in every Ptime.
type Line struct {
	opt     LineOptions
	g       *generator
	slots   []slot
	begun   int
	active  int
	closing bool
	stats   LineStats
}

// A slot is a place on the line with the call that is there.
type slot struct {
	wait        int // steps until it is used
	step        int // of the call
	talk        int // steps with speech
	call        *call
	there, back voice
}

// The steps of a call before it speaks: one message in each.
const (
	stepInvite = iota
	stepRinging
	stepAnswer
	stepACK
	stepTalk
)

// minTalk is the least that a call speaks.
const minTalk = time.Second

// NewLine returns a line that is idle.
func NewLine(opt LineOptions) (*Line, error) {
	ms := opt.Ptime.Milliseconds()
	switch {
	case opt.Calls < 1 || opt.Calls > maxLineCalls:
		return nil, fmt.Errorf("%d calls: between 1 and %d", opt.Calls, maxLineCalls)
	case ms < 10 || ms > 60 || opt.Ptime%time.Millisecond != 0:
		return nil, fmt.Errorf("%v of speech in a packet: between 10 and 60 whole milliseconds", opt.Ptime)
	case opt.Life < minTalk:
		return nil, fmt.Errorf("calls of %v: at least %v", opt.Life, minTalk)
	}
	l := &Line{opt: opt, g: &generator{}, slots: make([]slot, opt.Calls)}
	for i := range l.slots {
		s := &l.slots[i]
		u := float64(mix(uint64(i))>>11) / (1 << 53)
		s.wait = int(u * float64(opt.Ramp) / float64(opt.Ptime))
		// The first calls end evenly over one life, so that the line turns over
		// at once as it does later.
		s.talk = l.steps(float64(mix(uint64(i)<<32)>>11) / (1 << 53))
	}
	return l, nil
}

// maxLineCalls keeps the media addresses of calls apart: they come back after
// 40,000 calls, and no call outlives three others.
const maxLineCalls = 10000

// steps is how long a call speaks that lasts so many average lives.
func (l *Line) steps(lives float64) int {
	d := max(minTalk, time.Duration(lives*float64(l.opt.Life)))
	return int(d / l.opt.Ptime)
}

// Step asks a slot for its packets of this Ptime: none, one, or one in each
// direction. A frame holds until the slot is asked again.
func (l *Line) Step(slot int, send func(frame []byte)) {
	s := &l.slots[slot]
	switch {
	case s.call == nil && l.closing:
		return
	case s.wait > 0:
		s.wait--
		return
	case s.call == nil:
		l.begin(s)
	}
	l.say(s, func(frame []byte) {
		l.stats.Packets++
		l.stats.Bytes += int64(len(frame))
		send(frame)
	})
}

// say sends what the call has to say now.
func (l *Line) say(s *slot, send func([]byte)) {
	ending := s.step - stepTalk - s.talk
	if l.closing && s.step >= stepTalk && ending < 0 {
		s.talk, ending = s.step-stepTalk, 0
	}
	c := s.call
	s.step++
	switch {
	case ending == 0:
		send(l.request(c, "BYE", 2))
	case ending > 0:
		send(l.response(c, "200 OK", "BYE", 2))
		l.end(s)
	case s.step > stepTalk:
		l.stats.RTP += 2
		if s.there.first {
			l.stats.Streams += 2
		}
		send(s.there.next())
		send(s.back.next())
	case s.step == stepInvite+1:
		send(l.request(c, "INVITE", 1))
	case s.step == stepRinging+1:
		send(l.response(c, "180 Ringing", "INVITE", 1))
	case s.step == stepAnswer+1:
		send(l.response(c, "200 OK", "INVITE", 1))
	default:
		send(l.request(c, "ACK", 1))
	}
}

// begin puts a new call on a slot.
func (l *Line) begin(s *slot) {
	c := newCall(l.g, l.begun)
	s.call, s.step = c, stepInvite
	if l.begun >= len(l.slots) {
		s.talk = l.steps(0.5 + float64(mix(uint64(l.begun)<<32)>>11)/(1<<53))
	}
	l.begun++
	l.active++
	l.stats.Calls++
	bytes := int(l.opt.Ptime/time.Millisecond) * 8
	s.there.init(l.g, newStream(l.g, c.callerRTP, c.toRTP), bytes)
	s.back.init(l.g, newStream(l.g, c.toRTP, c.callerRTP), bytes)
}

// end takes the call off its slot.
func (l *Line) end(s *slot) {
	s.call = nil
	l.active--
}

// Close lets no more calls begin, and those that there are hang up.
func (l *Line) Close() { l.closing = true }

// Active returns how many calls there are.
func (l *Line) Active() int { return l.active }

// Stats returns what was sent so far.
func (l *Line) Stats() LineStats { return l.stats }

func (l *Line) request(c *call, method string, seq int) []byte {
	src, dst := c.peers(before)
	return bytes.Clone(l.g.datagram(src, dst, c.request(before, method, seq)))
}

func (l *Line) response(c *call, status, method string, seq int) []byte {
	dst, src := c.peers(before)
	return bytes.Clone(l.g.datagram(src, dst, c.response(before, status, method, seq)))
}

// A voice is one direction of speech as a frame in which the numbers are
// changed: making each packet anew costs a sender of 250,000 a second too much.
type voice struct {
	frame []byte
	ptime uint32 // in samples
	first bool
}

// Offsets in the frame of a voice.
const (
	atIPID     = etherLen + 4
	atIPSum    = etherLen + 10
	atUDPSum   = etherLen + ipLen + 6
	atMarker   = etherLen + ipLen + udpLen + 1
	atSequence = atMarker + 1
	atTime     = atMarker + 3
)

// init makes the frame before the first.
func (v *voice) init(g *generator, s *stream, samples int) {
	b := append(make([]byte, 0, rtpLen+samples), 0x80, 0) // version 2, PCMU
	b = binary.BigEndian.AppendUint16(b, s.seq)
	b = binary.BigEndian.AppendUint32(b, s.timestamp)
	b = binary.BigEndian.AppendUint32(b, s.ssrc)
	for i := range samples {
		b = append(b, byte(mix(uint64(s.ssrc)+uint64(i))))
	}
	v.frame = append(v.frame[:0], g.datagram(s.src, s.dst, b)...)
	v.ptime, v.first = uint32(samples), true
}

// next returns the next packet. Checksums are brought up to date as RFC 1624
// says, eqn. 3.
func (v *voice) next() []byte {
	b := v.frame
	v.add(atIPID, atIPSum, 1)
	v.add(atSequence, atUDPSum, 1)
	low := uint32(binary.BigEndian.Uint16(b[atTime+2:])) + v.ptime
	v.add(atTime, atUDPSum, uint16(low>>16))
	v.add(atTime+2, atUDPSum, uint16(v.ptime))
	switch marked := b[atMarker]&0x80 != 0; {
	case v.first:
		v.add(atMarker-1, atUDPSum, 0x80)
	case marked:
		v.add(atMarker-1, atUDPSum, 0xff80) // less 0x80
	}
	v.first = false
	return b
}

// add adds n to the 16 bits at a place, and to the checksum that covers them.
func (v *voice) add(at, sumAt int, n uint16) {
	field, sum := v.frame[at:at+2], v.frame[sumAt:sumAt+2]
	old := binary.BigEndian.Uint16(field)
	binary.BigEndian.PutUint16(field, old+n)
	s := uint32(^binary.BigEndian.Uint16(sum)) + uint32(^old) + uint32(old+n)
	s = s>>16 + s&0xffff
	s = s>>16 + s&0xffff
	c := ^uint16(s)
	if c == 0 && sumAt == atUDPSum {
		c = 0xffff // RFC 768: 0 means no checksum
	}
	binary.BigEndian.PutUint16(sum, c)
}
