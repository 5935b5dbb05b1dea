package media

import "time"

// Limits cap what a Tracker keeps. A zero field means the default.
type Limits struct {
	// Candidates is how many tracks may wait unrecognised; the longest idle
	// are dropped first.
	Candidates int
	// TrackLog is the log of one track in bytes before its older half is
	// folded.
	TrackLog int
	// TotalLog is the sum of the logs in bytes beyond which tracks fold at
	// SmallLog already.
	TotalLog int
	// Reports is how many RTCP reports are kept.
	Reports int
	// Points is how many intervals the Series of a folded track has at most.
	Points int
}

const (
	// DefaultCandidates is 16 times what a shard of a busy span port holds
	// in recognised streams; at about 1 kB each it is 4 MB.
	DefaultCandidates = 4096
	// DefaultTrackLog holds some 800,000 packets: four hours of voice.
	DefaultTrackLog = 4 << 20
	// DefaultTotalLog keeps 64 shards within 4 GB when all are full, which
	// takes a capture of some 200 GB of voice.
	DefaultTotalLog = 64 << 20
	// SmallLog is four minutes of voice: most calls stay exact even then.
	SmallLog = 64 << 10
	// liveLog holds half a minute of voice: the call has been answered and
	// said what its payload types mean by then, and 5,000 streams stay within
	// 120 MB, chunks half filled included.
	liveLog = 8 << 10
	// livePoints keeps the series of a stream that nobody plots to 3 kB.
	livePoints = 32
	// liveReports is what all streams of a shard report between two ticks of
	// a second, and a hundred times more.
	liveReports = 1 << 14
	// DefaultReports is 10 hours of 20 calls that report every 5 seconds.
	DefaultReports = 1 << 18
)

func (l Limits) filled() Limits {
	fill := func(v *int, def int) {
		if *v <= 0 {
			*v = def
		}
	}
	fill(&l.Candidates, DefaultCandidates)
	fill(&l.TrackLog, DefaultTrackLog)
	fill(&l.TotalLog, DefaultTotalLog)
	fill(&l.Reports, DefaultReports)
	fill(&l.Points, MaxPoints)
	return l
}

// Sequence numbers (RFC 3550 A.1).
const (
	maxDropout  = 3000 // a step of this or more is a jump
	maxMisorder = 100  // a step back of more than this is a jump
	// window is how far back a late packet is told from a duplicate. It is
	// more than maxDropout, so every gap is still open when it is made.
	window = 4096
)

// Recognition without signalling. RFC 3550 A.1 asks for two packets in
// sequence, where the receiver knows that the port is its own. A capture
// holds everything else that runs over UDP, so more is asked for.
const (
	probationKnown = 3 // steps in sequence of a type that RFC 3551 knows or leaves to be given
	probationOdd   = 9 // of a type that nobody should send
	// maxStep is the longest step of the timestamp between packets in
	// sequence: 60 s at 90 kHz. A hold is longer, and probation then begins
	// again.
	maxStep = 60 * 90000
)

// A clock that is told by signalling to be what it is not, or stands still.
const (
	// clockJump is the step between arrival and timestamp time that is looked
	// at: a path that changes for good moves by less, a satellite hop is
	// 250 ms but does not begin in mid-call.
	clockJump = 200 * time.Millisecond
	// stallReturn is how soon the offset is back after a network stall
	// (contract.md).
	stallReturn = time.Second
	// stallPackets caps the look ahead: one second of 8 ms packets. The
	// packets held up by a stall come at its end in one go, so the first few
	// tell already.
	stallPackets = 128
)

const (
	// MaxBursts is how many loss bursts a Stream lists; a report that shows
	// more is not read.
	MaxBursts = 256
	// MaxDigits is how many DTMF digits a Stream lists.
	MaxDigits = 512
	// MaxPoints is how many intervals a Series has: more than pixels of a plot.
	MaxPoints = 600
	// firstInterval is the interval of a Series until it has MaxPoints.
	firstInterval = 100 * time.Millisecond
	// frameRing is how many packets late one of a video frame may be.
	frameRing = 256
	// maxNoted is how many frames a diagnostic cites.
	maxNoted = 8
	// openDigits is how many events back a late packet may belong to.
	openDigits = 4
)

// Measuring a clock rate that nobody told.
const (
	measurePackets = 20
	measureTime    = time.Second
	measureError   = 0.03 // 44100 and 48000 lie 8 % apart
)
