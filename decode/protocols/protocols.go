// Package protocols is the one table of protocols, in the order in which they
// are asked about bytes that nobody has recognised yet.
package protocols

import (
	"rung/decode"
	"rung/decode/dns"
	"rung/decode/icmp"
	"rung/decode/sip"
	"rung/decode/xmpp"
)

// All lists every protocol, strictest probe first.
var All = []*decode.Protocol{
	sip.Protocol,
	xmpp.Protocol,
	dns.Protocol,
	dns.Stream,
	icmp.Protocol,
}

// Media lists what decode/media reads by itself: it is recognised by its
// first byte (RFC 7983) and by its sequence, not by a probe.
var Media = []struct{ Name, Doc string }{
	{"rtp", "Real-time Transport Protocol (RFC 3550, 3551, 4733)"},
	{"rtcp", "RTP Control Protocol (RFC 3550 §6, 3611, 4585)"},
	{"sdp", "Session Description Protocol (RFC 8866), inside SIP"},
	{"tcp", "connection events: no answer, refused, reset (RFC 9293)"},
}
