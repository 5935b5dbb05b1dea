// Package rtcp reads RTCP: compound packets (RFC 3550 §6), feedback
// (RFC 4585, FIR of RFC 5104, REMB of draft-alvestrand-rmcat-remb), extended
// reports (RFC 3611, VoIP metrics only), reduced size (RFC 5506), and tells
// SRTCP (RFC 3711 §3.4) from them without reading what is encrypted.
//
// github.com/pion/rtcp reads the sub-packets, one at a time, so that a bad
// tail does not lose what came before it. Left out: the contents of APP,
// transport-wide congestion control and the other XR blocks; they are named
// and counted, not read.
package rtcp
