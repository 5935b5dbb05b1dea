// Package sdp reads session descriptions (RFC 8866) as devices really write
// them, into decode.Session: LF-only lines, missing s= and t=, T.38 media
// lines (T.38 annex D), host names in c=, attributes that nobody knows.
//
// Read besides RFC 8866: static payload types (RFC 3551), a=rtcp (RFC 3605),
// rtcp-mux (RFC 5761), telephone-event (RFC 4733), SDES suites (RFC 4568),
// fingerprint and setup (RFC 8122, 4145), ICE (RFC 8839), ssrc (RFC 5576),
// mid (RFC 5888), label (RFC 4574), content (RFC 4796).
//
// Left out: bandwidth, repeat times, zones and keys (k=, and the key part of
// a=crypto, which is a secret); offer and answer are compared by whoever has
// both. It is a pure codec: sip and others import it.
package sdp
