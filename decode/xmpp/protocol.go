package xmpp

import "rung/decode"

// Protocol reads XMPP streams in plain text.
var Protocol = &decode.Protocol{
	Name:       "xmpp",
	Doc:        "XMPP streams, client and server (RFC 6120, RFC 6121)",
	Ports:      []uint16{portClient, portServer},
	Streams:    true,
	Probe:      probe,
	Open:       open,
	Sync:       sync,
	MaxMessage: maxStanza,
}

const (
	portClient = 5222
	portServer = 5269
)

// Namespaces.
const (
	nsStreams   = "http://etherx.jabber.org/streams"
	nsClient    = "jabber:client"
	nsServer    = "jabber:server"
	nsComponent = "jabber:component:accept"
	nsDialback  = "jabber:server:dialback"
	nsTLS       = "urn:ietf:params:xml:ns:xmpp-tls"
	nsSASL      = "urn:ietf:params:xml:ns:xmpp-sasl"
	nsSASL2     = "urn:xmpp:sasl:2" // XEP-0388
	nsBind      = "urn:ietf:params:xml:ns:xmpp-bind"
	nsSession   = "urn:ietf:params:xml:ns:xmpp-session" // RFC 3921 §3
	nsCondition = "urn:ietf:params:xml:ns:xmpp-streams"
	nsStanzas   = "urn:ietf:params:xml:ns:xmpp-stanzas"
	nsCompress  = "http://jabber.org/protocol/compress"
	nsFraming   = "urn:ietf:params:xml:ns:xmpp-framing" // RFC 7395
	nsAuth      = "jabber:iq:auth"                      // XEP-0078
	nsRoster    = "jabber:iq:roster"
	nsReceipts  = "urn:xmpp:receipts"                       // XEP-0184
	nsStates    = "http://jabber.org/protocol/chatstates"   // XEP-0085
	nsMarkers   = "urn:xmpp:chat-markers:0"                 // XEP-0333
	nsEvent     = "http://jabber.org/protocol/pubsub#event" // XEP-0060
	nsDelay     = "urn:xmpp:delay"                          // XEP-0203
	prefixSM    = "urn:xmpp:sm:"                            // XEP-0198, versions 2 and 3
	prefixCopy  = "urn:xmpp:carbons:"                       // XEP-0280
	prefixCall  = "urn:xmpp:jingle-message:"                // XEP-0353
)
