package record

import (
	"rung/capture"
	"rung/decode/flow"
)

// A Message is one message of a flow, named by the frame that completes it.
type Message struct {
	File       *string  `json:"file" expr:"file"`
	Frame      *int     `json:"frame" expr:"frame"`
	Frames     []int    `json:"frames" expr:"frames"`
	FrameFiles []string `json:"frame_files,omitempty" expr:"frame_files"`
	Time       string   `json:"time" expr:"time"`
	TMS        float64  `json:"t_ms" expr:"t_ms"` // since the flow's start
	Src        *string  `json:"src" expr:"src"`
	Dst        *string  `json:"dst" expr:"dst"`
	Protocol   string   `json:"protocol" expr:"protocol"`
	Name       string   `json:"name" expr:"name"`
	Summary    string   `json:"summary" expr:"summary"`
	Leg        *string  `json:"leg" expr:"leg"`
	// RetransmissionOf is the frame of the original message. The file beside
	// it is there only when it is not File.
	RetransmissionOf     *int         `json:"retransmission_of" expr:"retransmission_of"`
	RetransmissionOfFile *string      `json:"retransmission_of_file,omitempty" expr:"retransmission_of_file"`
	Copies               int          `json:"copies" expr:"copies"` // 1 plus span copies
	Diagnostics          []Diagnostic `json:"diagnostics" expr:"diagnostics"`
	Transport            *string      `json:"transport" expr:"transport"`
}

func (in inputs) messages(f *flow.Flow) []Message {
	out := make([]Message, 0, len(f.Messages))
	for i := range f.Messages {
		if m := &f.Messages[i]; m.Message != nil {
			out = append(out, in.message(f, m))
		}
	}
	return out
}

func (in inputs) message(f *flow.Flow, m *flow.Message) Message {
	r := Message{
		Frame: number(int(m.Frame.Number)),
		Time:  Time(m.Time), TMS: millis(m.Time.Sub(f.Start)),
		Src: text(Addr(m.Path.Src)), Dst: text(Addr(m.Path.Dst)),
		Transport: text(m.Path.Transport.String()),
		Protocol:  m.Protocol, Name: m.Name, Summary: m.Summary,
		Copies:      max(m.Copies, 1),
		Diagnostics: in.diagnostics(m.Diagnostics),
	}
	r.Frames, _, r.FrameFiles = in.frames(m.AllFrames())
	r.File = in.name(m.Frame)
	if m.Leg >= 0 && m.Leg < len(f.Legs) {
		r.Leg = &f.Legs[m.Leg].ID
	}
	if o := m.RetransmissionOf; o >= 0 && o < len(f.Messages) && f.Messages[o].Message != nil {
		r.setOriginal(in, m.Frame, f.Messages[o].Frame)
	}
	return r
}

func (r *Message) setOriginal(in inputs, own, original capture.Frame) {
	r.RetransmissionOf = number(int(original.Number))
	if own.File != original.File {
		r.RetransmissionOfFile = in.name(original)
	}
}
