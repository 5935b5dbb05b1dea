package filter

import (
	"rung/capture"
	"rung/capture/wire"
)

// A Filter says of frames whether they pass. It is for one goroutine, because
// it reads each frame's headers into memory of its own.
type Filter struct {
	root    *node // nil passes everything
	decoder wire.Decoder
	gram    wire.Datagram
	layers  wire.Layers
}

// Match reports whether p passes: whether the filter is true of it, or can't
// be decided by p alone.
func (f *Filter) Match(p *capture.Packet) bool {
	return f.eval(p) != no
}

func (f *Filter) eval(p *capture.Packet) truth {
	if f.root == nil {
		return yes
	}
	f.decoder.Layers = &f.layers
	f.decoder.Decode(p, &f.gram)
	return f.root.eval(&f.layers)
}

// String returns the filter in full: without the shortcuts of lists, with
// parentheses wherever and, or and not meet. Parse makes the same filter of
// it. It is empty for the filter that passes everything.
func (f *Filter) String() string {
	if f.root == nil {
		return ""
	}
	return string(f.root.append(nil))
}
