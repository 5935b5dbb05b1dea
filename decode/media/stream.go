package media

import (
	"time"

	"rung/capture"
)

// A Stream is one SSRC on one path (RFC 3550), cut where its media address
// passes to another call. Durations that print as milliseconds are kept in
// float64 milliseconds.
type Stream struct {
	ID           string // given by the flow builder
	SSRC         uint32
	Path         capture.Path
	Kind         string // audio, video, application, unknown
	PayloadTypes []uint8
	Codec        string // of the media packets; "" when not known
	Clock        int    // Hz, 0 when not known
	// ClockMeasured tells that Clock was measured from the packets, as no
	// signalling told it.
	ClockMeasured bool
	Encrypted     bool // SRTP
	// EncryptionKnown tells that signalling said whether the stream is SRTP.
	// The packets don't show it: their headers stay readable.
	EncryptionKnown bool
	DSCP            uint8

	Order      capture.Order // of the first packet
	FirstFrame capture.Frame
	LastFrame  capture.Frame
	Start, End capture.Time

	Packets  int64 // media and event packets, network duplicates included
	Bytes    int64 // IP packets: IP + UDP + RTP
	Expected int64
	Lost     int64

	Duplicates, Reordered, Restarts int64
	// Stray packets have a sequence number far from all others and no
	// successor; they are in Packets, neither expected nor lost.
	Stray int64
	// ClockJumps counts packets that were not fed to jitter because the
	// sender's clock had stood still in silence, or was set anew.
	ClockJumps int64

	// Delta is the time between media packets in order of arrival, network
	// duplicates left out; nil with fewer than two.
	Delta  *Spread
	Jitter *Jitter // nil when the clock rate is not known or one packet was seen
	// JitterNote says why Jitter is nil.
	JitterNote string
	// SkewMS is the largest difference between arrival and timestamp time
	// since the first packet, positive when packets came later than their
	// timestamps say; steps that are not fed to jitter don't count. Nil
	// when Jitter is.
	SkewMS     *float64
	LossBursts []Burst // the first MaxBursts of them; late packets have closed theirs
	DTMF       []Digit
	Video      *Video
	RTCP       *RTCP
	Series     Series

	Diagnostics []capture.Diagnostic
}

// Duration is the time from the first to the last packet.
func (s *Stream) Duration() time.Duration { return s.End.Sub(s.Start) }

// LostPercent is Lost in percent of Expected, 0 when nothing was expected.
func (s *Stream) LostPercent() float64 {
	if s.Expected == 0 {
		return 0
	}
	return 100 * float64(s.Lost) / float64(s.Expected)
}

// BitrateKbps is the mean bit rate over Duration, 0 for a single packet.
func (s *Stream) BitrateKbps() float64 {
	d := s.Duration().Seconds()
	if d <= 0 {
		return 0
	}
	return float64(s.Bytes) * 8 / d / 1000
}

// Spread is the least, mean and greatest of a series, in ms.
type Spread struct{ Min, Mean, Max float64 }

// Jitter is RFC 3550 §6.4.1 interarrival jitter in ms: mean and greatest of
// the values after the first packet, and the value at the end.
type Jitter struct{ Mean, Max, Last float64 }

// A Burst is a run of lost packets.
type Burst struct {
	FirstSeq uint16
	Packets  int64
	Frame    capture.Frame // the packet that showed the loss
}

// A Digit is a DTMF event (RFC 4733).
type Digit struct {
	Digit    string // "0"…"9", "*", "#", "A"…"D", or "event N"
	Time     capture.Time
	Duration time.Duration
	Frame    capture.Frame
}

// Video is what is known of a video stream's frames.
type Video struct {
	Frames           int64
	FPS              float64
	KeyFrames        *int64 // nil when the codec does not tell or is encrypted
	IncompleteFrames int64
	FrameJitterMS    float64 // mean over frames, first packet of each
	Width, Height    int     // 0 when not known
}

// RTCP sums up the RTCP about one stream (RFC 3550 §6).
type RTCP struct {
	Reports         int64   // report blocks about the stream
	FractionLostMax float64 // percent
	// RTT in ms from the capture point to the reporter and back, by LSR and
	// DLSR of its reports; it is the whole round trip when the capture was
	// taken at the sender. Nil when no report answers another one, or the
	// capture was taken so close to the reporter that nothing is left.
	RTT *Spread
	// RTTNote says why RTT is nil, or how many answers are left out of it.
	RTTNote        string
	PLI, FIR, NACK int64
	XR             *XR
}

// XR is the last VoIP metrics block about the stream (RFC 3611 §4.7), as the
// receiver sent it.
type XR struct {
	LossPercent, DiscardPercent float64
	RFactor                     *float64 // nil: the receiver did not know
	MOSLQ, MOSCQ                *float64
	RoundTripMS, EndSystemMS    int
}

// Series are values over time, down-sampled by time so that an hour stays
// small: each Point is one interval.
type Series struct {
	Interval time.Duration
	Start    capture.Time // begin of the first interval
	Points   []Point
}

// A Point is one interval of a Series.
type Point struct {
	At        capture.Time // begin of the interval
	Packets   int
	Bytes     int
	Lost      int     // sequence numbers that turned out missing, at the packet that showed it
	DeltaMax  float64 // ms
	DeltaMean float64
	JitterMax float64 // ms
	Jitter    float64 // ms, mean over the interval
}
