package pcapfile

import "errors"

// Errors that say why an input holds no packets. FileError wraps them.
var (
	ErrEmpty      = errors.New("empty file")
	ErrNoCaptures = errors.New("folder without captures")
	ErrNoStdin    = errors.New("there is none here")
	ErrTwice      = errors.New("given twice")
	ErrTooMany    = errors.New("too many files")
)

// A FormatError says that an input is no capture rung reads.
type FormatError struct {
	// Packed is the compression around it: "gzip", "zstd" or "".
	Packed string
	// Looks names what it seems to be, "" when that can't be told: "text",
	// "snoop", "ERF", "xz", …
	Looks string
}

// Error returns "not a capture", with what it looks like.
func (e *FormatError) Error() string {
	switch {
	case e.Packed == "" && e.Looks == "":
		return "not a capture (neither pcap nor pcapng)"
	case e.Packed == "":
		return "not a capture: looks like " + e.Looks
	case e.Looks == "":
		return "not a capture: " + e.Packed + " of something else"
	}
	return "not a capture: looks like " + e.Packed + " of " + e.Looks
}

// A FileError says what is wrong with one input.
type FileError struct {
	Name string // as given, or as found in a folder
	Err  error
}

// Error returns "name: what is wrong".
func (e *FileError) Error() string { return display(e.Name) + ": " + e.Err.Error() }

// Unwrap returns the cause.
func (e *FileError) Unwrap() error { return e.Err }

// display is how messages call an input.
func display(name string) string {
	if name == "-" {
		return "standard input"
	}
	return name
}
