package media

import (
	"math"
	"strings"
	"time"

	"rung/capture"
	"rung/decode/rtp"
)

// A Codec is what a payload type means.
type Codec struct {
	Name      string // as in rtpmap; "" when not known
	Clock     int    // Hz; 0 when not known
	Kind      string // audio, video, application; "" when not known
	Encrypted bool   // SRTP: payloads are not to be read
}

// Describe tells what signalling knows of a payload type at a time; false
// when it knows nothing. It is asked about each type at most once a second of
// capture time.
type Describe func(at capture.Time, pt uint8) (Codec, bool)

// class is how the packets of a payload type are counted.
type class uint8

const (
	classMedia   class = iota + 1
	classEvent         // telephone-event: not media
	classComfort       // comfort noise: not media
)

// A meaning is a payload type as it was understood.
type meaning struct {
	pt       uint8
	class    class
	codec    Codec
	told     bool // by signalling
	measured bool // the clock was measured
	until    capture.Time
	packets  int64
}

// meaningFresh is how long an answer of Describe is used: a re-INVITE may
// give a type a new meaning.
const meaningFresh = time.Second

// meaningOf returns what the packet's type means. The result is good until
// the next call.
func (a *analysis) meaningOf(r *record) *meaning {
	i := -1
	if a.lastType < len(a.types) && a.types[a.lastType].pt == r.pt {
		i = a.lastType
	} else {
		for k := range a.types {
			if a.types[k].pt == r.pt {
				i = k
			}
		}
	}
	if i < 0 {
		i = len(a.types)
		a.types = append(a.types, meaning{pt: r.pt})
		a.types[i].resolve(a, r.time)
	} else if r.time >= a.types[i].until && a.describe != nil {
		a.types[i].resolve(a, r.time)
	}
	a.lastType = i
	return &a.types[i]
}

// resolve asks signalling, then the static table, then the packets.
func (m *meaning) resolve(a *analysis, at capture.Time) {
	m.until = at.Add(meaningFresh)
	if c, ok := a.ask(at, m.pt); ok {
		m.told, m.measured, m.codec = true, false, c
	} else if m.class != 0 {
		return // what was known goes on
	}
	fixed := rtp.Static(m.pt)
	if m.codec.Name == "" && !m.told {
		m.codec.Name = fixed.Name
	}
	if m.codec.Clock <= 0 && equalName(m.codec.Name, fixed.Name) {
		m.codec.Clock = fixed.Clock
	}
	if equalName(m.codec.Name, "G722") {
		m.codec.Clock = 8000 // whatever the SDP says: RFC 3551 §4.5.2
	}
	switch {
	case equalName(m.codec.Name, "telephone-event"):
		m.class = classEvent
	case equalName(m.codec.Name, "CN"):
		m.class = classComfort
	default:
		m.class = classMedia
	}
	if !m.told && fixed.Name == "" && a.survey().isEvent(m.pt) {
		m.class, m.codec = classEvent, Codec{Name: "telephone-event", Clock: 8000, Kind: "audio"}
	}
	if m.codec.Clock <= 0 && m.class == classMedia {
		m.codec.Clock = a.survey().clock(m.pt)
		m.measured = m.codec.Clock > 0
	}
	if m.codec.Kind == "" {
		m.codec.Kind = m.kind(fixed)
	}
}

func (m *meaning) kind(fixed rtp.PayloadType) string {
	switch {
	case fixed.Kind != "":
		return fixed.Kind
	case m.codec.Clock == 90000:
		return "video"
	case m.codec.Clock > 0 || m.class != classMedia:
		return "audio"
	}
	return "unknown"
}

// ask asks Describe about the packet's time, and if nothing was known then
// (media may come before the answer that describes it), about the end.
func (a *analysis) ask(at capture.Time, pt uint8) (Codec, bool) {
	if a.describe == nil {
		return Codec{}, false
	}
	if c, ok := a.describe(at, pt); ok {
		return c, true
	}
	return a.describe(a.lastAsk, pt)
}

// A survey looks over a whole piece before it is played, for payload types
// that nobody described.
type survey struct {
	types []surveyed
}

type surveyed struct {
	pt             uint8
	packets        int64
	events         int64 // payloads of four bytes that make sense as events
	held           int64 // events with the timestamp of the packet before
	seen           bool
	time           capture.Time
	ts             uint32
	seq            uint16
	elapsed, ticks float64
	steps          int64
}

func (a *analysis) survey() *survey {
	if a.surveyed == nil {
		a.surveyed = &survey{}
		a.surveyed.add(&a.first)
		var r record
		for c := a.begin; c.next(&r) && r.time < a.end; {
			a.surveyed.add(&r)
		}
	}
	return a.surveyed
}

func (s *survey) find(pt uint8) *surveyed {
	for i := range s.types {
		if s.types[i].pt == pt {
			return &s.types[i]
		}
	}
	return nil
}

func (s *survey) add(r *record) {
	t := s.find(r.pt)
	if t == nil {
		s.types = append(s.types, surveyed{pt: r.pt})
		t = &s.types[len(s.types)-1]
	}
	t.packets++
	if looksEvent(r) {
		t.events++
		if t.seen && t.ts == r.ts {
			t.held++
		}
	}
	// Steps of less than a second in sequence; the pauses of a sender that
	// stops its clock stay out.
	if gap := r.time.Sub(t.time); t.seen && r.seq == t.seq+1 && gap >= 0 && gap < time.Second {
		t.elapsed += gap.Seconds()
		t.ticks += float64(int32(r.ts - t.ts))
		t.steps++
	}
	t.seen, t.time, t.ts, t.seq = true, r.time, r.ts, r.seq
}

// looksEvent reports whether a payload reads as DTMF or flash.
func looksEvent(r *record) bool {
	e, ok := rtp.ParseEvent(r.event[:])
	return r.isDTMF && ok && e.Code <= 16 && !e.Reserved
}

// isEvent reports whether a type nobody described carries events: all its
// payloads read as events, and they come several to a timestamp.
func (s *survey) isEvent(pt uint8) bool {
	t := s.find(pt)
	return t != nil && t.packets >= 3 && t.events == t.packets && 2*t.held >= t.packets
}

// rates are the clocks of RTP payload formats.
var rates = [...]int{8000, 11025, 12000, 16000, 22050, 24000, 32000, 44100, 48000, 90000}

// clock measures the clock rate of a type, 0 when it can't be told.
func (s *survey) clock(pt uint8) int {
	t := s.find(pt)
	if t == nil || t.steps < measurePackets || t.elapsed < measureTime.Seconds() {
		return 0
	}
	rate := t.ticks / t.elapsed
	for _, r := range rates {
		if math.Abs(rate/float64(r)-1) <= measureError {
			return r
		}
	}
	return 0
}

// equalName compares encoding names, which are not case-sensitive (RFC 4855 §3).
func equalName(a, b string) bool { return strings.EqualFold(a, b) }
