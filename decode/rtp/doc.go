// Package rtp reads RTP headers (RFC 3550 §5.1, extension §5.3.1), the static
// payload types (RFC 3551 §6) and telephone events (RFC 4733 §2.3).
//
// It is the hot path of a capture full of calls: nothing here allocates or
// formats. Payloads are not decoded; header extensions are skipped. Streams
// and their numbers are decode/media.
package rtp
