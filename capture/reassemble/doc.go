// Package reassemble makes application bytes out of packets: it takes out
// span copies, joins IP fragments (RFC 791 §3.2, RFC 8200 §4.5), puts the
// bytes of TCP connections (RFC 9293) in order and makes messages of SCTP's
// chunks (RFC 9260, RFC 8260).
//
// It is plain code on frame time: no goroutine, no clock, the same output for
// the same input. Payload is passed on borrowed where it is in order, and
// copied only while it has to wait.
//
// A hole in a TCP stream is skipped, and said so, when the peer's
// acknowledgement shows that the bytes arrived though the capture hasn't got
// them, when waiting for them would cost too much (limits.go), and at the end
// of the connection.
//
// An SCTP message is handed on as soon as its fragments are there. Those of one
// sender are known by ports and verification tag, so that they may come on
// several paths; two associations that have both in common and TSNs near each
// other would be taken for one. What is missing is skipped as in TCP, with the
// peer's SACK as proof. Left out of SCTP: waiting for the order of a stream,
// which a spectator gains nothing from; its CRC32c, which offload leaves
// unfinished; authentication (RFC 4895: its chunk is skipped, what it vouches
// for is read), address changes (RFC 5061: not needed), NR-SACK.
//
// Clocks compares the clocks of several inputs by the packets they have in
// common (the arithmetic is RFC 5905 §8's). It only tells: nothing is shifted.
//
// Left out: checksums (captures of a sender hold unfinished ones), window
// scaling and selective acknowledgements, which a spectator doesn't need, and
// PAWS (RFC 7323 §5): a segment that is a whole sequence space old would be
// taken for a new one.
package reassemble
