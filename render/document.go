// Package render holds what one run has to show and how a format shows it.
// The folders below it turn flows into ladders, ladders into pictures, and
// pictures into bytes.
package render

import (
	"io"
	"time"

	"rung/capture"
	"rung/decode"
	"rung/decode/flow"
	"rung/decode/media"
)

// A Document is what one run has to show. Formats read it and change nothing.
type Document struct {
	Version string // of rung
	Command string // the command line that made it, for the foot of pictures
	Capture Capture
	Flows   []*flow.Flow    // chosen flows, by id
	Streams []*media.Stream // chosen streams, by first frame; those of no flow included
	// StreamFlow gives the flow and leg id of a stream; 0 and "" when of none.
	StreamFlow func(*media.Stream) (flow int, leg string)
	// Bytes gives a message as it came, headers and body. Secrets are not
	// hidden yet.
	Bytes func(*decode.Message) ([]byte, error)
}

// Capture sums up the inputs of a run.
type Capture struct {
	Files []File
	// FilesBefore is how many inputs came before Files[0] that are no longer
	// listed: those that a ring of files removed long ago. Frame.File counts
	// them.
	FilesBefore int
	Frames      int64
	Bytes       int64 // of the frames as captured
	// Pending are frames of a capture that goes on which wait for others, to be
	// put together or measured; 0 at its end.
	Pending        int64
	First, Last    capture.Time
	Account        capture.Account
	InterfaceDrops int64
	Diagnostics    []capture.Diagnostic
}

// File gives the input a frame is in; nil when it is in none, or that is no
// longer listed.
func (c *Capture) File(f capture.Frame) *File {
	i := int(f.File) - c.FilesBefore
	if i < 0 || i >= len(c.Files) || f.Number == 0 {
		return nil
	}
	in := &c.Files[i]
	if in.Lost > 0 && int64(f.Number) > in.Frames {
		return nil
	}
	return in
}

// FrameName names a frame: its number alone where there is one input, else
// "file:number" with files counted from 1, those of the first as well.
func (d *Document) FrameName(f capture.Frame) string {
	if len(d.Capture.Files)+d.Capture.FilesBefore > 1 && f.File == 0 && f.Number != 0 {
		return "1:" + f.String()
	}
	return f.String()
}

// A File is one input.
type File struct {
	Name        string // as given on the command line, "-" for standard input
	Format      string // pcap, pcapng; with +gzip or +zstd
	Frames      int64
	Bytes       int64
	First, Last capture.Time
	LinkTypes   []string
	Truncated   bool
	Removed     bool // a file of a ring that is gone
	// Lost are frames numbered on behind Frames that waited to be written when
	// the recording stopped: they are in no file.
	Lost int64
}

// Options say how to show it. The zero value works.
type Options struct {
	Subject Subject
	ASCII   bool // text: no characters outside ASCII
	Detail  bool // unfold what is folded
	Width   int  // text columns; 0 means DefaultWidth
	Theme   string
	Zone    *time.Location // nil means UTC
	// ShowSecrets unhides passwords, digest responses and tokens.
	ShowSecrets bool
	Scale       float64 // PNG: pixels per unit, 0 means 2
	Color       bool    // text: ANSI colours
	// Series asks CSV for the plot series of the streams instead of a line
	// per stream: "rung rtp -o x.csv" writes the series, "rung rtp --format
	// csv" the lines.
	Series bool
}

// DefaultWidth is the width of text output when nobody says another.
const DefaultWidth = 100

// Location returns Zone, or UTC.
func (o *Options) Location() *time.Location {
	if o.Zone == nil {
		return time.UTC
	}
	return o.Zone
}

// A Subject is what a command asks a format to show.
type Subject string

// Subjects, one a command.
const (
	List     Subject = "list"
	Ladder   Subject = "ladder"
	RTP      Subject = "rtp"
	Messages Subject = "show"
	Report   Subject = "report"
)

// An Output takes the pages of a format. Most formats write one page.
type Output interface {
	// Page begins the next page and returns where to write it.
	Page() (io.Writer, error)
}

// A Format writes Documents. It is a value; one table lists them.
type Format struct {
	Name, Doc  string
	Extensions []string // with the dot: ".svg"
	Binary     bool     // never written to a terminal
	Paged      bool     // makes a page a flow, each a file of its own
	Subjects   []Subject
	Write      func(out Output, doc *Document, opt *Options) error
}

// Shows reports whether f can show s.
func (f *Format) Shows(s Subject) bool {
	for _, x := range f.Subjects {
		if x == s {
			return true
		}
	}
	return false
}
