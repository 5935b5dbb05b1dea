package record

import (
	"rung/capture"
	"rung/render"
)

// Schema names the shape and its version. Fields may be added under the same
// version; nothing is renamed or removed.
const Schema = "rung.document/1"

// A Document is everything one run has to say.
type Document struct {
	Schema    string   `json:"schema" expr:"schema"`
	Generator string   `json:"generator" expr:"generator"` // "rung VERSION"
	Capture   Capture  `json:"capture" expr:"capture"`
	Flows     []Flow   `json:"flows" expr:"flows"`
	Streams   []Stream `json:"streams" expr:"streams"`
}

// A Capture sums up the inputs.
// Frames = decoded + duplicate + transport only + other + undecoded.
type Capture struct {
	Files               []File       `json:"files" expr:"files"`
	Frames              int64        `json:"frames" expr:"frames"`
	DecodedFrames       int64        `json:"decoded_frames" expr:"decoded_frames"`
	DuplicateFrames     int64        `json:"duplicate_frames" expr:"duplicate_frames"`
	TransportOnlyFrames int64        `json:"transport_only_frames" expr:"transport_only_frames"`
	Bytes               int64        `json:"bytes" expr:"bytes"`
	First               *string      `json:"first" expr:"first"`
	Last                *string      `json:"last" expr:"last"`
	Other               []Other      `json:"other" expr:"other"`
	Undecoded           []Undecoded  `json:"undecoded" expr:"undecoded"`
	InterfaceDrops      int64        `json:"interface_drops" expr:"interface_drops"`
	Diagnostics         []Diagnostic `json:"diagnostics" expr:"diagnostics"`
}

// A File is one input. First and Last are null when it has no frames.
type File struct {
	Name      string   `json:"name" expr:"name"`
	Format    string   `json:"format" expr:"format"`
	Frames    int64    `json:"frames" expr:"frames"`
	Bytes     int64    `json:"bytes" expr:"bytes"`
	First     *string  `json:"first" expr:"first"`
	Last      *string  `json:"last" expr:"last"`
	LinkTypes []string `json:"link_types" expr:"link_types"`
	Truncated bool     `json:"truncated" expr:"truncated"`
}

// Other counts the frames of a protocol that rung does not read.
type Other struct {
	Name       string  `json:"name" expr:"name"`
	Frames     int64   `json:"frames" expr:"frames"`
	FirstFrame *int    `json:"first_frame" expr:"first_frame"`
	File       *string `json:"file" expr:"file"` // of FirstFrame
}

// Undecoded counts the frames rung should have read and could not.
type Undecoded struct {
	Reason     string  `json:"reason" expr:"reason"`
	Frames     int64   `json:"frames" expr:"frames"`
	FirstFrame *int    `json:"first_frame" expr:"first_frame"`
	File       *string `json:"file" expr:"file"` // of FirstFrame
}

// A Diagnostic says that the capture is odd at some place.
type Diagnostic struct {
	Code       string   `json:"code" expr:"code"`
	Severity   *string  `json:"severity" expr:"severity"`
	Frames     []int    `json:"frames" expr:"frames"`
	FrameFiles []string `json:"frame_files,omitempty" expr:"frame_files"`
	Text       string   `json:"text" expr:"text"`
	Ref        *string  `json:"ref" expr:"ref"`
	File       *string  `json:"file" expr:"file"`
	Damage     bool     `json:"damage" expr:"damage"` // counts for --strict
}

// New gives the whole document at once. Formats that can go flow by flow use
// NewCapture, NewFlow and NewStream instead.
func New(doc *render.Document) *Document {
	d := &Document{
		Schema:    Schema,
		Generator: Generator(doc),
		Capture:   NewCapture(doc),
		Flows:     make([]Flow, 0, len(doc.Flows)),
		Streams:   make([]Stream, 0, len(doc.Streams)),
	}
	for _, f := range doc.Flows {
		d.Flows = append(d.Flows, NewFlow(doc, f))
	}
	for _, s := range doc.Streams {
		d.Streams = append(d.Streams, NewStream(doc, s))
	}
	return d
}

// Generator is the program and its version.
func Generator(doc *render.Document) string {
	if doc.Version == "" {
		return "rung"
	}
	return "rung " + doc.Version
}

// NewCapture gives the summary of the inputs.
func NewCapture(doc *render.Document) Capture {
	c, in := &doc.Capture, inputsOf(doc)
	out := Capture{
		Files:               make([]File, 0, len(c.Files)),
		Frames:              c.Frames,
		DecodedFrames:       c.Account.Decoded,
		DuplicateFrames:     c.Account.Duplicate,
		TransportOnlyFrames: c.Account.TransportOnly,
		Bytes:               c.Bytes,
		First:               timeIf(c.Frames > 0, c.First),
		Last:                timeIf(c.Frames > 0, c.Last),
		Other:               []Other{},
		Undecoded:           []Undecoded{},
		InterfaceDrops:      c.InterfaceDrops,
		Diagnostics:         in.diagnostics(c.Diagnostics),
	}
	for _, f := range c.Files {
		if !f.Removed {
			out.Files = append(out.Files, newFile(f))
		}
	}
	for _, t := range c.Account.Other() {
		out.Other = append(out.Other, Other{t.Name, t.Frames, number(int(t.First.Number)), in.name(t.First)})
	}
	for _, t := range c.Account.Undecoded() {
		out.Undecoded = append(out.Undecoded, Undecoded{t.Name, t.Frames, number(int(t.First.Number)), in.name(t.First)})
	}
	return out
}

func newFile(f render.File) File {
	return File{
		Name: f.Name, Format: f.Format, Frames: f.Frames, Bytes: f.Bytes,
		First:     timeIf(f.Frames > 0, f.First),
		Last:      timeIf(f.Frames > 0, f.Last),
		LinkTypes: list(f.LinkTypes),
		Truncated: f.Truncated,
	}
}

func (in inputs) diagnostics(ds []capture.Diagnostic) []Diagnostic {
	out := make([]Diagnostic, 0, len(ds))
	for _, d := range ds {
		r := Diagnostic{Code: d.Code, Severity: text(d.Severity.String()), Text: d.Text, Ref: text(d.Ref), Damage: d.Damage}
		r.Frames, r.File, r.FrameFiles = in.frames(d.Frames)
		out = append(out, r)
	}
	return out
}
