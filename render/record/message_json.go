package record

import (
	"rung/capture"
	"rung/decode/flow"
)

// messages writes the items of a flow's messages. A flow may have a million
// of them, so the text goes out in between.
func (e *Encoder) messages(in inputs, f *flow.Flow) {
	n := 0
	for i := range f.Messages {
		m := &f.Messages[i]
		if m.Message == nil {
			continue
		}
		e.b = comma(e.b, n)
		e.b = in.appendMessage(e.b, f, m)
		e.spill()
		n++
	}
}

func (in inputs) appendMessage(b []byte, f *flow.Flow, m *flow.Message) []byte {
	b = append(b, `{"file":`...)
	b = in.appendName(b, m.Frame)
	b = append(b, `,"frame":`...)
	b = appendNumber(b, m.Frame.Number)
	b = append(b, `,"frames":`...)
	b = in.appendMessageFrames(b, m)
	b = append(b, `,"time":`...)
	b = appendTime(b, m.Time)
	b = append(b, `,"t_ms":`...)
	b = appendMillis(b, m.Time.Sub(f.Start))
	b = append(b, `,"src":`...)
	b = appendAddr(b, m.Path.Src)
	b = append(b, `,"dst":`...)
	b = appendAddr(b, m.Path.Dst)
	b = append(b, `,"protocol":`...)
	b = appendString(b, m.Protocol)
	b = append(b, `,"name":`...)
	b = appendString(b, m.Name)
	b = append(b, `,"summary":`...)
	b = appendString(b, m.Summary)
	b = append(b, `,"leg":`...)
	b = appendLegOf(b, f, m)
	b = append(b, `,"retransmission_of":`...)
	b = in.appendOriginal(b, f, m)
	b = append(b, `,"copies":`...)
	b = appendInt(b, max(m.Copies, 1))
	b = append(b, `,"diagnostics":`...)
	b = in.appendDiagnostics(b, m.Diagnostics)
	b = append(b, `,"transport":`...)
	b = appendText(b, m.Path.Transport.String())
	return append(b, '}')
}

// appendMessageFrames appends AllFrames, without a list made of one frame.
func (in inputs) appendMessageFrames(b []byte, m *flow.Message) []byte {
	if len(m.Frames) > 0 {
		return in.appendFrames(b, m.Frames)
	}
	b = append(b, '[')
	b = appendInt(b, m.Frame.Number)
	return append(b, ']')
}

func appendLegOf(b []byte, f *flow.Flow, m *flow.Message) []byte {
	if m.Leg < 0 || m.Leg >= len(f.Legs) {
		return append(b, "null"...)
	}
	return appendString(b, f.Legs[m.Leg].ID)
}

// appendOriginal appends the frame of the original of a retransmission and,
// when it lies in another input, the field retransmission_of_file behind it.
func (in inputs) appendOriginal(b []byte, f *flow.Flow, m *flow.Message) []byte {
	o := m.RetransmissionOf
	if o < 0 || o >= len(f.Messages) || f.Messages[o].Message == nil {
		return append(b, "null"...)
	}
	return in.appendOriginalFrame(b, m.Frame, f.Messages[o].Frame)
}

func (in inputs) appendOriginalFrame(b []byte, own, original capture.Frame) []byte {
	b = appendNumber(b, original.Number)
	if own.File == original.File {
		return b
	}
	if name := in.name(original); name != nil {
		b = append(b, `,"retransmission_of_file":`...)
		b = appendString(b, *name)
	}
	return b
}
