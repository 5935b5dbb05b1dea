// Package reassemble makes application bytes out of packets: it takes out
// span copies, joins IP fragments (RFC 791 §3.2, RFC 8200 §4.5) and puts the
// bytes of TCP connections (RFC 9293) in order.
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
// Left out: checksums (captures of a sender hold unfinished ones), window
// scaling and selective acknowledgements, which a spectator doesn't need, and
// PAWS (RFC 7323 §5): a segment that is a whole sequence space old would be
// taken for a new one.
package reassemble
