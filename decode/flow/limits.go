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
