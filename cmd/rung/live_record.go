package main

import (
	"fmt"
	"math"
	"sync"

	"rung/capture"
	"rung/capture/live"
	"rung/capture/pcapfile"
	"rung/render"
)

// A recording is the ring of files that a live run writes, and what its frames
// are called. Packets that are in no file have a place behind the files of the
// ring, "not recorded", so that none of them names a frame of a file.
//
// The source records from one goroutine, and files are listed by another.
type recording struct {
	mu      sync.Mutex
	ring    *pcapfile.Ring
	format  string        // of what is in no file: "live", "stream"
	refused int32         // packets that the ring would not take while it went on
	outside []render.File // "not recorded": one, until its numbers are used up

	list   []render.File // of the ring, brought up to date by files
	before int           // files before the first of list
	kept   int32         // the first that is not known to be removed
}

// write records a packet, and names it as the file does.
func (r *recording) write(p *capture.Packet) {
	r.mu.Lock()
	defer r.mu.Unlock()
	// An error is kept by the ring, which says so in its diagnostics.
	frame, _ := r.ring.Write(p)
	switch {
	case frame.Number > 0:
	case r.ring.Err() == nil: // it has no place in a file; the next one may
		if r.refused < math.MaxInt32 {
			r.refused++
		}
		frame = capture.Frame{File: -1, Number: r.refused}
	default:
		frame = r.unrecorded(p)
	}
	p.Frame = frame
}

// unrecorded names a packet that came after the recording stopped.
func (r *recording) unrecorded(p *capture.Packet) capture.Frame {
	n := len(r.outside)
	if n == 0 || r.outside[n-1].Frames == math.MaxInt32 {
		r.outside = append(r.outside, render.File{Name: "not recorded", Format: r.format, First: p.Time, Last: p.Time})
		n++
	}
	f := &r.outside[n-1]
	f.Frames++
	f.Bytes += int64(len(p.Data))
	f.First, f.Last = min(f.First, p.Time), max(f.Last, p.Time)
	_, _, begun := r.ring.Span()
	return capture.Frame{File: begun + int32(n-1), Number: int32(f.Frames)}
}

// flush lets others read what was recorded, with what the interfaces counted.
func (r *recording) flush(list []live.Interface) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.stats(list)
	r.ring.Flush() // its error is kept by the ring
}

// stats gives the ring the counters that end each file. That there are too
// many interfaces for them is said when they are refused.
func (r *recording) stats(list []live.Interface) {
	for i, c := range list {
		r.ring.Stats(i, c.Packets, c.Drops)
	}
}

// close ends the last file, and says why the recording stopped if it did.
func (r *recording) close(list []live.Interface) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.stats(list)
	r.ring.Close() // likewise
	return r.ring.Err()
}

// files lists the files that are remembered, and how many there were before
// them. The list holds until the next call. Only what has changed since the
// last call is looked at: a ring remembers thousands.
func (r *recording) files(links []string) (list []render.File, before int) {
	r.mu.Lock()
	defer r.mu.Unlock()
	known, kept, begun := r.ring.Span()
	if gone := int(known) - r.before; gone > 0 {
		r.list = r.list[min(gone, len(r.list)):]
		r.before = int(known)
	}
	next := max(0, len(r.list)-1) // the last one was being written
	for i := next; i < int(begun-known); i++ {
		f, _ := r.ring.File(known + int32(i))
		file := render.File{
			Name: f.Name, Format: "pcapng", Frames: f.Frames, Bytes: f.Bytes, First: f.First, Last: f.Last,
			LinkTypes: links, Removed: f.Removed,
		}
		if i < len(r.list) {
			r.list[i] = file
		} else {
			r.list = append(r.list, file)
		}
	}
	for i := max(r.kept, known); i < kept; i++ {
		r.list[i-known].Removed = true
	}
	r.kept = kept
	if n := len(r.list); n > 0 {
		r.list[n-1].Lost = r.ring.Lost()
	}
	return append(r.list[:len(r.list):len(r.list)], r.outside...), r.before
}

// counters says how much was recorded, as of the last list of files.
func (r *recording) counters() []string {
	r.mu.Lock()
	defer r.mu.Unlock()
	var kept, bytes, outside int64
	for i := range r.list {
		if !r.list[i].Removed {
			kept++
			bytes += r.list[i].Bytes
		}
	}
	for i := range r.outside {
		outside += r.outside[i].Frames
	}
	files := int64(r.before + len(r.list))
	out := []string{fmt.Sprintf("recorded %s, %d kept (%.1f MB)", counted(files, "file", "files"), kept, float64(bytes)/1e6)}
	if n := int64(r.refused) + r.ring.Lost() + outside; n > 0 {
		out = append(out, counted(n, "packet is", "packets are")+" not recorded")
	}
	return out
}

// diagnostics are what the ring had to say.
func (r *recording) diagnostics() []capture.Diagnostic {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.ring.Diagnostics()
}
