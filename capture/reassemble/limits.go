package reassemble

import "time"

// Span copies.
const (
	// dupSame and dupDiffer are contract.md's windows: a span port emits both
	// copies of a packet within microseconds; a routed copy is seen again
	// after the router, and switches under load take some milliseconds.
	dupSame   = time.Millisecond
	dupDiffer = 20 * time.Millisecond

	// maxDupWindow is the most that --dup-window takes; windowStep is to what it
	// is rounded up when it is advised.
	maxDupWindow = 100 * time.Millisecond
	windowStep   = 10 * time.Millisecond

	// maxRecent caps the packets remembered for comparison: 20 ms of 3
	// million packets a second. When there are more the oldest is forgotten,
	// and its copy would count as a packet of its own.
	maxRecent = 1 << 16

	// maxChain caps the remembered packets compared with one packet; the
	// chains are short unless somebody makes them collide.
	maxChain = 32
)

// IP fragments.
const (
	// fragmentAge is how long an incomplete datagram waits, in frame time:
	// what Linux does (ipfrag_time), half of RFC 8200 §4.5's 60 s, because
	// IPv4 identifications come round within a minute on busy senders.
	fragmentAge = 30 * time.Second

	// maxDatagrams caps the incomplete datagrams. Fragments are rare in
	// signalling; a thousand waiting is an attack or a capture filter that
	// let half of them through, and the oldest goes first.
	maxDatagrams = 1024

	// maxPieces caps the fragments of one datagram: 64 KiB in pieces of
	// 256 bytes, far below any link's MTU (IPv4 hosts take 576).
	maxPieces = 256

	// maxDatagram is the largest IP payload (RFC 791 §3.1).
	maxDatagram = 65535

	// maxFragmentBytes caps the bytes waiting in all incomplete datagrams.
	maxFragmentBytes = 32 << 20

	// maxGivenUp caps the frames of given-up datagrams that are remembered
	// one by one until Incomplete asks; more are only counted.
	maxGivenUp = 1 << 16

	// maxCompleted caps the joined datagrams kept to know late copies of their
	// fragments: 4 MB of the largest ones. A copy comes within milliseconds;
	// one that comes later than the next 64 datagrams is reported as incomplete.
	maxCompleted = 64

	// maxReports caps the diagnostics about datagrams that were not joined: a
	// capture filter that drops fragments makes one for every large message.
	maxReports = 100
)

// Clocks of several inputs.
const (
	// maxClockPlaces caps the interfaces of inputs whose clocks are compared.
	// People merge two or three hosts, each perhaps with a folder of ring files.
	maxClockPlaces = 1024

	// maxClockSamples caps the packets remembered of each place, maxClockTotal
	// those of all: 40 MB. Of a capture a thousand times longer than the part
	// that two have in common, some are in both still.
	maxClockSamples = 8192
	maxClockTotal   = 32 * maxClockSamples

	// clockMediaBits leaves one RTP packet in 64 in the draw: a call of a
	// minute has 6,000, and a hundred of them place it well.
	clockMediaBits = 6

	// clockBytes of the payload name a packet: what a snaplen of 128 leaves
	// behind Ethernet, IPv4 and UDP headers, and RTP and SIP tell their
	// packets apart by less. minClockPayload leaves keepalives out.
	clockBytes      = 64
	minClockPayload = 16

	// minClockMatches is how many packets must be in both: a SIP call is
	// seven. minClockWay is how many different ones without an IP id on the
	// same addresses and ports: one alone may be a keepalive that is always
	// the same.
	minClockMatches = 5
	minClockWay     = 3

	// clockPartTwice: one packet in so many must come twice before a capture is
	// said to be two merged ones. A few are sent twice by tests and by attacks.
	clockPartTwice = 10

	// minClockOffset is what two hosts kept in step by NTP may differ by.
	minClockOffset = time.Millisecond

	// maxClockSpread is how far from one another the differences may lie,
	// mostly, before they prove nothing: networks that carry calls are steadier.
	maxClockSpread = 200 * time.Millisecond

	// minClockDrift is the change that is worth a word: 20 parts in a million,
	// a plain quartz, make it in half a minute.
	minClockDrift = 500 * time.Microsecond

	// minClockDriftMatches is how many packets tell a drift from chance.
	minClockDriftMatches = 12
)

// TCP. These are the defaults of Limits; they hold for one TCP value, of
// which the pipeline has one per shard.
const (
	// maxConns caps open connections: 64 shards then hold half a million.
	maxConns = 8192

	// maxWaiting caps the bytes of one direction that wait behind a hole. It
	// is more than most hosts' receive windows allow in flight on a signalling
	// connection.
	maxWaiting = 1 << 20

	// maxWaitingSegments caps their number: maxWaiting at full segment size,
	// and some more for small ones.
	maxWaitingSegments = 1024

	// maxTotalWaiting caps the bytes that wait in all connections.
	maxTotalWaiting = 8 << 20

	// idleTimeout closes a connection without packets. XMPP and SIP
	// connections are quiet for long; 2 h 4 min is what NATs have to allow
	// (RFC 5382 REQ-5), so longer silence doesn't survive in the field either.
	idleTimeout = 2*time.Hour + 4*time.Minute

	// closedTimeout forgets a closed connection after 2 MSL of 2 minutes
	// (RFC 9293 §3.4.2): until then late packets belong to it.
	closedTimeout = 4 * time.Minute

	// synTimeout after the last SYN a connection counts as not answered.
	// Hosts repeat the SYN after 1, 2 and 4 s (RFC 6298 §2, §5.5): 5 s see
	// three repeats as one attempt and still speak before SIP's 32 s timer.
	synTimeout = 5 * time.Second

	// synYoung is the age below which the end of the capture says nothing
	// about a SYN: its first repeat would come after 1 s (RFC 6298 §2).
	synYoung = time.Second

	// maxSYNs caps the frames of repeated SYNs that are remembered; Linux
	// repeats six times.
	maxSYNs = 16

	// ackGrace is how long missing bytes are waited for after the peer
	// acknowledged them: mirror ports and multi-queue cards deliver the two
	// directions out of step, by some milliseconds.
	ackGrace = 20 * time.Millisecond

	// holeAge skips a hole nobody acknowledges because the other direction is
	// not in the capture. A retransmission comes after 1, 3 and 7 s at the
	// latest (RFC 6298: 1 s, doubled).
	holeAge = 10 * time.Second

	// maxOutOfStep is how far packets may be out of order in time: queues of
	// cards and inputs merged by time do that by milliseconds. A time farther
	// back is that of a clock that was set.
	maxOutOfStep = time.Second

	// maxBehind is how far behind the next byte a segment may start and still
	// be a retransmission: the largest window (RFC 7323 §2.3). What seems
	// farther behind is ahead, after a long hole.
	maxBehind = 1 << 30
)

// SCTP. These are the defaults of SCTPLimits; they hold for one SCTP value, of
// which the pipeline has one per shard. Idle senders leave after idleTimeout,
// holes nobody speaks of are given up after holeAge, attempts after synTimeout.
const (
	// maxSenders caps the directions of associations that are remembered.
	// Associations are few and live long: a signalling gateway has hundreds.
	maxSenders = 8192

	// maxSenderWaiting caps the fragments' bytes of one direction: as much as
	// one SIP message may have on a byte stream.
	maxSenderWaiting = 1 << 20

	// maxSenderFragments caps their number, and so the fragments of a message:
	// maxSenderWaiting in pieces of 256 bytes, below any path's MTU.
	maxSenderFragments = 4096

	// maxSCTPWaiting caps the bytes that wait in all directions.
	maxSCTPWaiting = 8 << 20

	// runAge is how long fragments wait for their others, in frame time: a
	// sender repeats a chunk after 1, 3, 7 and 15 s (RFC 9260 §6.3.3, RTO.Min
	// 1 s, doubled), and then gives the path up.
	runAge = 30 * time.Second

	// sackGrace is ackGrace for SCTP: chunks on two paths, and the two
	// directions of a mirror, come out of step.
	sackGrace = ackGrace

	// maxHoles caps the holes that are remembered per direction, so that what
	// fills them late is told from what was there. Of more the oldest is
	// forgotten, and told first; what fills it later counts as repeated.
	maxHoles = 256

	// maxTSNJump is how far a TSN may be from the latest. A receiver's window
	// holds a few thousand chunks; a million further on the sender is another
	// one, with the same ports and tag by chance.
	maxTSNJump = 1 << 20

	// maxGapBlocks caps the blocks read of one SACK: the holes a receiver has
	// are those of a window. What more there are is acknowledged later anew.
	maxGapBlocks = 64

	// maxSenderPaths caps the address pairs by which a SACK finds the sender it
	// is about. Multi-homed hosts have two or three addresses each.
	maxSenderPaths = 16

	// maxAttempts caps the INITs that wait for an answer, and those that had
	// none: a scan of a network makes thousands.
	maxAttempts = 4096
)

// Limits bound the memory and patience of a TCP. Zero fields mean the
// defaults of this file.
type Limits struct {
	Conns           int           // open connections
	Waiting         int           // bytes behind a hole, one direction
	WaitingSegments int           // segments behind a hole, one direction
	TotalWaiting    int           // bytes behind holes, all connections
	Idle            time.Duration // without a packet
	SYN             time.Duration // after the last SYN without answer
}

func (l Limits) withDefaults() Limits {
	set(&l.Conns, maxConns)
	set(&l.Waiting, maxWaiting)
	set(&l.WaitingSegments, maxWaitingSegments)
	set(&l.TotalWaiting, maxTotalWaiting)
	set(&l.Idle, idleTimeout)
	set(&l.SYN, synTimeout)
	return l
}

func set[T int | time.Duration](v *T, def T) {
	if *v <= 0 {
		*v = def
	}
}
