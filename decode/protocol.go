package decode

import (
	"bufio"

	"rung/capture"
)

// A Protocol describes how one protocol is recognised, framed and read.
type Protocol struct {
	Name, Doc string
	// Ports are a hint only; Probe decides.
	Ports []uint16
	// Probe reports whether data looks like the start of a message. It is
	// cheap and does not allocate. On a byte stream it may see few bytes:
	// it says MaybeMore when they are a prefix of something it would take.
	Probe func(data []byte) Verdict
	// Datagrams and Streams tell where the protocol is looked for.
	Datagrams, Streams bool
	// Split frames a byte stream.
	Split bufio.SplitFunc
	// Parse reads one framed message: a datagram, or a token of Split. An
	// error means that nothing could be read of it; what is odd but readable
	// is reported through the Pass.
	Parse func(*Pass) error
	// Open is given instead of Split and Parse by protocols with memory: one
	// Decoder per connection sees both directions in frame order.
	Open func(*Conn) Decoder
	// Sync returns the offset of the next plausible start of a message, or
	// -1. The pipeline calls it after a hole, after an error of Split and
	// when a connection was joined in the middle. Nil: bytes are skipped to
	// the next segment for which Probe says Yes.
	Sync func(data []byte) int
	// MaxMessage caps a message on a byte stream; 0 means DefaultMaxMessage.
	MaxMessage int
}

// DefaultMaxMessage caps one message on a byte stream. 1 MiB is ten times
// the largest SIP message or stanza that servers accept by default.
const DefaultMaxMessage = 1 << 20

// A Verdict is the answer of a probe. The zero value is No.
type Verdict uint8

// Verdicts.
const (
	No        Verdict = iota
	MaybeMore         // a prefix of a message: ask again with more bytes
	Yes
)

// A Direction tells the two sides of a connection apart. The zero value is
// the direction of the first packet seen (the client's when a SYN was seen).
type Direction uint8

// Directions.
const (
	Forward Direction = iota
	Back
)

// A Conn is one TCP connection or one pair of UDP addresses, as a Decoder
// sees it.
type Conn struct {
	Path  capture.Path // of the Forward direction
	Start capture.Order
	Time  capture.Time
	Frame capture.Frame // first frame
	// Opened tells that the SYN was seen, so Forward is the client.
	Opened bool
	// ID names the connection, the same in every run.
	ID string

	keys *[1]Key
}

// Keys returns the key of kind "conn" that all messages of the connection
// carry, the same slice each time.
func (c *Conn) Keys() []Key {
	if c.keys == nil {
		c.keys = &[1]Key{{Kind: "conn", Value: c.ID}}
	}
	return c.keys[:]
}

// A Decoder reads one connection of a protocol that remembers.
type Decoder interface {
	// Split frames the bytes of one direction, as bufio.SplitFunc does.
	Split(dir Direction, data []byte, atEOF bool) (advance int, token []byte, err error)
	// Parse reads one framed message.
	Parse(*Pass) error
	// Gap tells that bytes of a direction are missing before the next ones.
	Gap(dir Direction)
}

// A Sink takes what a protocol has read. The pipeline gives one; tests give
// another.
type Sink interface {
	Emit(*Message)
	Report(capture.Diagnostic)
	Inner(capture.Segment)
	Switch(protocol string)
}

// A Pass carries one framed message through a protocol.
type Pass struct {
	Conn    *Conn
	Dir     Direction
	Segment capture.Segment // Data is the message, borrowed
	Sink    Sink

	found []capture.Diagnostic // reported before the message was emitted
	other string
}

// Emit hands on a message. Order, Time, Frame, Frames, Path, Copies, IPID and
// Bytes are filled from the Segment where the protocol left them zero, and
// diagnostics reported so far are attached to it. The Sink copies Bytes.
func (p *Pass) Emit(m *Message) {
	s := &p.Segment
	if m.Order == (capture.Order{}) {
		m.Order = s.Order
	}
	if m.Time == 0 {
		m.Time = s.Time
	}
	if m.Frame == (capture.Frame{}) {
		m.Frame = s.Frame
		if len(s.Frames) > 1 {
			m.Frames = append([]capture.Frame(nil), s.Frames...)
		}
	}
	if m.Path == (capture.Path{}) {
		m.Path = s.Path
	}
	if m.IPID == 0 && s.Path.Transport == capture.UDP {
		m.IPID = s.IPID
	}
	if m.Copies == 0 {
		m.Copies = 1 + s.Copies
	}
	if m.Bytes == nil {
		m.Bytes = s.Data
		m.Raw = s.Raw
	}
	m.Diagnostics = append(m.Diagnostics, p.found...)
	p.found = nil
	p.Sink.Emit(m)
}

// Report notes that the message is odd. Diagnostics reported before Emit are
// attached to the message; later ones go to the capture.
func (p *Pass) Report(d capture.Diagnostic) {
	if d.Frames == nil {
		d.Frames = append([]capture.Frame(nil), p.Segment.AllFrames()...)
	}
	p.found = append(p.found, d)
}

// Inner hands on bytes found inside the message; they re-enter the
// dispatcher, to a named depth.
func (p *Pass) Inner(s capture.Segment) { p.Sink.Inner(s) }

// Switch says that the rest of this connection speaks another protocol.
func (p *Pass) Switch(protocol string) { p.Sink.Switch(protocol) }

// Other says that the bytes belong to a protocol that rung does not read; the
// frame is counted under that name ("mdns", "icmp-echo"). Parse emits nothing
// then and returns nil.
func (p *Pass) Other(name string) { p.other = name }

// OtherName returns what Other was called with, or "".
func (p *Pass) OtherName() string { return p.other }

// Close hands diagnostics that no message took to the Sink. Whoever made the
// Pass calls it after Parse.
func (p *Pass) Close() {
	for _, d := range p.found {
		p.Sink.Report(d)
	}
	p.found = nil
}
