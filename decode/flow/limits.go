package flow

import "time"

const (
	// timerB is 64·T1 with the default T1 of 500 ms (RFC 3261 §17.1.1.2,
	// §17.1.2.2): a transaction without a final answer is over after it.
	timerB = 32 * time.Second

	// failover is how long after an INVITE without answer another one of the
	// same host to another server is its replacement and no fork: T1, after
	// which the first would have been repeated (RFC 3261 §17.1.1.2).
	failover = 500 * time.Millisecond

	// inviteSends is how often an INVITE goes out over UDP before timer B
	// ends the transaction: at 0, 0.5, 1.5, 3.5, 7.5, 15.5 and 31.5 s. The
	// seventh shows that the schedule ran to its end even where the capture
	// stops half a second before timer B.
	inviteSends = 7

	// lookupTimeout is how long a resolver waits at most before it asks again
	// or gives up (RESOLV_TIMEOUT of common resolvers).
	lookupTimeout = 5 * time.Second

	// mediaGrace is how long after the end of a call its media may go on:
	// BYE and the last packets cross, and senders drain their buffers.
	mediaGrace = 5 * time.Second

	// resetWindow is how soon after a message a TCP reset is taken to be
	// about it. CUCM resets within a second of what it refuses; the rest is
	// for a slow peer.
	resetWindow = timerB

	// maxMediaLines caps the media lines of one message that streams are looked
	// for at: every line is remembered with its call. Endpoints with video,
	// slides and far-end camera control use six. The hundred lines of a browser
	// in a large conference share one address (BUNDLE, RFC 8843).
	maxMediaLines = 64

	// pathMemory is how many packets of one path are remembered for ICMP
	// errors that quote one of them. Errors come within a round trip.
	pathMemory = 64

	// maxPaths caps the paths remembered. Half a million phones behind one
	// server fit; past that ICMP errors of the oldest are not tied.
	maxPaths = 1 << 19
)

// signallingPorts are where a connection that never came up explains a call
// or a login that never began: SIP, SIP over TLS and OAuth, XMPP, UDS and
// SOAP, configuration, traversal zones (domain.md §1, §2).
var signallingPorts = map[uint16]bool{
	5060: true, 5061: true, 5065: true, 5090: true, 5091: true, 5222: true, 5223: true, 5269: true,
	8443: true, 6970: true, 6971: true, 6972: true, 7001: true, 7400: true, 2222: true,
}

// maxPartyAddresses caps the sockets listed for one lifeline: a busy server
// has one per client.
const maxPartyAddresses = 32

// Live captures.
const (
	// liveLinger is how long after its end a flow waits for what crosses it:
	// retransmissions come every 4 s (T2, RFC 3261 §17.1.2.2), media for
	// mediaGrace.
	liveLinger = mediaGrace

	// liveSilence ends what was never answered: timer B, and some time for
	// what is under way.
	liveSilence = timerB + 8*time.Second

	// liveRinging ends a call that rings without a word: proxies give up
	// after timer C, more than 3 minutes (RFC 3261 §16.6), queues much later.
	liveRinging = time.Hour

	// liveTalk ends a call or session of which the end was not seen. Session
	// timers refresh every half hour (RFC 4028 §4), where they are used; calls
	// to a bridge go on for a working day without them.
	liveTalk = 24 * time.Hour

	// liveMessages caps the messages kept; large ones count several times. At
	// some 2 kB each they are 400 MB:
	// a day of flows that stay open, or a minute of 400 calls a second. The
	// flows that were quiet longest leave first.
	liveMessages = 200_000

	// liveFlowMessages caps those of one flow, liveSeriesMessages those of a
	// row of keepalives: thousands of phones that ping for days are bounded,
	// too. The flow is written, and goes on as a new one with the same key.
	liveFlowMessages = 512
	// liveCallMessages is more: what follows would not know the call's media.
	liveCallMessages   = 4096
	liveSeriesMessages = 128

	// liveLeft is how many Call-IDs of flows that left are remembered, at
	// least, to tell a Call-ID that is used again. 16 bytes each.
	liveLeft = 1 << 18

	// weightBytes is how much text counts as one more message.
	weightBytes = 1 << 10

	// liveTenants caps the calls that go on and claim one media address.
	// Conference bridges and test tools have hundreds on one port.
	liveTenants = 512
	// liveClaims caps the media addresses of one flow: a video conference
	// that moves its media a dozen times.
	liveClaims = 128

	// liveOrphan is how long RTP that was handed out waits for a call that
	// claims it: the answer that names its address may be late.
	liveOrphan = 15 * time.Second

	// livePathAge forgets paths that ICMP errors could quote: errors come
	// within a round trip.
	livePathAge = 2 * time.Minute

	// liveStrayAge is how long an ICMP error waits for its call to end.
	liveStrayAge = 10 * time.Minute

	// liveStrays caps them; a port scan makes thousands.
	liveStrays = 10_000

	// liveReports caps the RTCP reports kept for calls that go on: an hour of
	// 350 calls, both ways, every 5 s. liveSourceReports caps those of one
	// source: half a day; the oldest half goes.
	liveReports       = 1 << 18
	liveSourceReports = 1 << 13
	// liveReportAge forgets a source that reports no more.
	liveReportAge = 15 * time.Minute
)
