package main

import (
	"fmt"
	"io"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"rung/capture"
	"rung/capture/filter"
	"rung/capture/live"
	"rung/capture/pcapfile"
	"rung/render"
)

// A liveSource is where "rung live" reads: interfaces or a stream, a filter
// behind them, and the ring of files that records what passes.
type liveSource struct {
	src     capture.Source
	capture *live.Capture    // of interfaces
	reader  *pcapfile.Reader // of a stream
	pump    *live.Stream     // likewise
	filter  *filter.Filter

	count    int64
	duration time.Duration
	begin    capture.Time
	now      capture.Time
	taken    int64
	filtered atomic.Int64 // packets the filter took out
	index    uint64
	flushed  capture.Time

	mu      sync.Mutex // guards what follows: files are listed by another goroutine
	ring    *pcapfile.Ring
	ringErr error
	closed  bool
}

// Next gives the next packet that the filter lets pass.
func (s *liveSource) Next(p *capture.Packet) error {
	for {
		if s.count > 0 && s.taken >= s.count {
			return io.EOF
		}
		err := s.src.Next(p)
		if err != nil && err != capture.ErrIdle {
			return err
		}
		s.now = p.Time
		if s.begin == 0 {
			s.begin = p.Time
		}
		if s.duration > 0 && p.Time.Sub(s.begin) >= s.duration {
			return io.EOF
		}
		s.flush(p.Time)
		if err != nil {
			return err
		}
		if s.filter != nil && !s.filter.Match(p) {
			if s.filtered.Add(1)%idleAfter == 0 { // time goes on though nothing passes
				*p = capture.Packet{Time: s.now}
				return capture.ErrIdle
			}
			continue
		}
		s.taken++
		p.Index = s.index
		s.index++
		s.record(p)
		return nil
	}
}

// idleAfter is how many packets the filter may take out before the pipeline
// hears of the time.
const idleAfter = 4096

// record writes the packet to the ring, and names it as the file does.
func (s *liveSource) record(p *capture.Packet) {
	if s.ring == nil {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.ringErr != nil {
		return
	}
	frame, err := s.ring.Write(p)
	if err != nil {
		s.ringErr = err
		return
	}
	p.Frame = frame
}

// flush lets others read what was recorded, now and then.
func (s *liveSource) flush(now capture.Time) {
	if now.Sub(s.flushed) < tickEvery && now >= s.flushed {
		return
	}
	s.flushed = now
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.ring == nil || s.ringErr != nil {
		return
	}
	if err := s.ring.Flush(); err != nil {
		s.ringErr = err
	}
}

// stop ends the capture, from another goroutine.
func (s *liveSource) stop() {
	if s.capture != nil {
		s.capture.Stop()
	}
	if s.pump != nil {
		s.pump.Stop()
	}
}

// close ends the files of the ring. The capture is over.
func (s *liveSource) close() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		return s.ringErr
	}
	s.closed = true
	if s.ring != nil {
		if s.capture != nil {
			for i, c := range s.capture.Interfaces() {
				s.ring.Stats(i, c.Packets, c.Drops)
			}
		}
		if err := s.ring.Close(); err != nil && s.ringErr == nil {
			s.ringErr = err
		}
	}
	if s.capture != nil {
		s.capture.Close()
	}
	if s.pump != nil {
		s.pump.Stop()
	}
	return s.ringErr
}

// name says what is captured from.
func (s *liveSource) name() string {
	if s.capture == nil {
		return "standard input"
	}
	var names []string
	for _, i := range s.capture.Interfaces() {
		names = append(names, i.Name)
	}
	return strings.Join(names, ", ")
}

// links are the link types of the interfaces, each once.
func (s *liveSource) links() []string {
	var out []string
	if s.capture == nil {
		return out
	}
	for _, i := range s.capture.Interfaces() {
		if l := i.Link.String(); !slices.Contains(out, l) {
			out = append(out, l)
		}
	}
	return out
}

// drops is how many packets the kernel dropped.
func (s *liveSource) drops() (n uint64) {
	if s.capture == nil {
		return 0
	}
	for _, i := range s.capture.Interfaces() {
		n += i.Drops
	}
	return n
}

// counters says how the capture itself went.
func (s *liveSource) counters() []string {
	var out []string
	if s.capture != nil {
		for _, i := range s.capture.Interfaces() {
			line := fmt.Sprintf("%s: %d packets, the kernel dropped %d", i.Name, i.Packets, i.Drops)
			if i.Freezes > 0 {
				line += fmt.Sprintf(" and stopped %d times for want of room", i.Freezes)
			}
			out = append(out, line)
		}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.filter != nil {
		out = append(out, fmt.Sprintf("the filter took out %d packets", s.filtered.Load()))
	}
	if s.ring != nil {
		var files, kept int
		var bytes int64
		for _, f := range s.ring.Files() {
			files++
			if !f.Removed {
				kept++
				bytes += f.Bytes
			}
		}
		out = append(out, fmt.Sprintf("recorded %d files, %d kept (%.1f MB)", files, kept, float64(bytes)/1e6))
	}
	return out
}

// files are the inputs as a Document lists them: what frame numbers mean.
func (s *liveSource) files(seen render.File) []render.File {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.ring == nil {
		seen.Name, seen.Format = "-", "stream"
		if s.capture != nil {
			seen.Name, seen.Format, seen.LinkTypes = s.name(), "live", s.links()
		}
		return []render.File{seen}
	}
	var out []render.File
	for _, f := range s.ring.Files() {
		out = append(out, render.File{
			Name: f.Name, Format: "pcapng", Frames: f.Frames, Bytes: f.Bytes, First: f.First, Last: f.Last,
			LinkTypes: s.links(),
		})
	}
	return out
}

// diagnostics are what interfaces and streams had to say.
func (s *liveSource) diagnostics() []capture.Diagnostic {
	var out []capture.Diagnostic
	if s.capture != nil {
		out = append(out, s.capture.Diagnostics()...)
	}
	if s.pump != nil && s.pump.Ended() {
		out = append(out, s.reader.Diagnostics()...)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.ringErr != nil {
		out = append(out, capture.Diagnostic{
			Code: "recording-stopped", Severity: capture.Error,
			Text: "recording has stopped, the analysis goes on: " + s.ringErr.Error(),
		})
	}
	return out
}
