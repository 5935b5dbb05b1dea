package sip

import "rung/decode"

// Name is the protocol's name in Message.Protocol.
const Name = "sip"

// Protocol reads SIP (RFC 3261) over UDP, TCP and whatever carries it.
var Protocol = &decode.Protocol{
	Name:       Name,
	Doc:        "Session Initiation Protocol (RFC 3261)",
	Ports:      []uint16{5060, 5061, 5080, 5065},
	Probe:      probe,
	Datagrams:  true,
	Streams:    true,
	Split:      split,
	Parse:      parse,
	Sync:       sync,
	MaxMessage: maxMessage,
}
