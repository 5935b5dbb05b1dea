package decodetest

import (
	"rung/capture"
	"rung/decode"
)

// A Sink records what a protocol says. The zero value is ready for use.
type Sink struct {
	Messages    []*decode.Message    // with Bytes copied, as the pipeline does
	Diagnostics []capture.Diagnostic // those that no message took
	Inside      []capture.Segment    // bytes found inside, Data copied
	Switched    []string             // what the connection became
}

// Emit records m and copies its bytes.
func (s *Sink) Emit(m *decode.Message) {
	m.Bytes = append([]byte(nil), m.Bytes...)
	s.Messages = append(s.Messages, m)
}

// Report records d.
func (s *Sink) Report(d capture.Diagnostic) { s.Diagnostics = append(s.Diagnostics, d) }

// Inner records seg and copies its bytes.
func (s *Sink) Inner(seg capture.Segment) {
	seg.Data = append([]byte(nil), seg.Data...)
	seg.Frames = append([]capture.Frame(nil), seg.Frames...)
	s.Inside = append(s.Inside, seg)
}

// Switch records what the rest of the connection speaks.
func (s *Sink) Switch(protocol string) { s.Switched = append(s.Switched, protocol) }
