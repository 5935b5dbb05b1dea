// Package sctp puts attempts to open an SCTP association (RFC 9260) that come
// to nothing into words: an INIT that nobody answers, or that an ABORT answers.
// They explain calls that never began, as their likes of TCP do.
//
// It is no decode.Protocol: it reads no bytes. Whoever reassembles the
// association calls Message with the event.
//
// Left out: the end of associations that came up (SHUTDOWN, ABORT), which the
// pipeline only counts.
package sctp
