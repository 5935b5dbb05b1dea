package decode

import (
	"time"

	"rung/capture"
)

// A Message is one thing said: a SIP message, a stanza, a DNS answer, an
// ICMP error, a connection event.
type Message struct {
	Order  capture.Order
	Time   capture.Time
	Frame  capture.Frame   // the frame that completes it
	Frames []capture.Frame // every frame, when more than one; else nil
	Path   capture.Path

	Protocol string // the protocol's name: "sip"
	Name     string // what a ladder's arrow says: "INVITE", "200 OK", "SRV _cisco-uds._tcp.example.com"
	Summary  string // the one detail that matters, may be empty; captured text, not escaped

	Kind  Kind  // the kind of flow this message begins or belongs to; "" when it only joins
	Keys  []Key // same leg
	Links []Link
	Facts Facts

	Raw    capture.Raw
	Bytes  []byte // the message as it came; nil once the pipeline has stored it under Raw
	Digest uint64 // hash of the bytes, the same for the same bytes in every run
	IPID   uint32 // IPv4 identification of the packet, 0 when none or TCP
	Copies int    // how often the message was captured: 1 plus span copies

	Diagnostics []capture.Diagnostic
}

// AllFrames returns Frames, or the one Frame.
func (m *Message) AllFrames() []capture.Frame {
	if len(m.Frames) > 0 {
		return m.Frames
	}
	return []capture.Frame{m.Frame}
}

// Kind is the kind of a flow, as contract.md names them.
type Kind string

// Kinds of flows.
const (
	KindCall         Kind = "call"
	KindRegistration Kind = "registration"
	KindLogin        Kind = "login"
	KindSubscription Kind = "subscription"
	KindPublication  Kind = "publication"
	KindMessage      Kind = "message"
	KindKeepalive    Kind = "keepalive"
	KindXMPP         Kind = "xmpp"
	KindLookup       Kind = "lookup"
	KindOther        Kind = "other"
)

// A Key says that messages carrying the same key belong to the same leg or
// to legs of one dialog on several hops: a Call-ID, an XMPP connection.
type Key struct {
	Kind  string // "call-id", "conn", "lookup" …; also what joined_by prints
	Value string
}

// Strength grades a Link. The zero value means "not set".
type Strength uint8

// Strengths, weakest first. Strong kinds may chain, weak ones never do.
const (
	Weak Strength = iota + 1
	Medium
	Strong
)

// A Link says that messages may belong to the same flow: Session-ID,
// Cisco-Guid, Replaces, a media address.
type Link struct {
	Kind     string
	Value    string
	Strength Strength
	Window   time.Duration // how far apart in time the two ends may be; 0: any
}
