package main

import (
	"fmt"
	"io"
	"slices"
	"strings"
	"sync"
	"sync/atomic"

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
	reader  *pcapfile.Reader // of a stream; nil when its first bytes never came
	pump    *live.Stream     // likewise
	filter  *filter.Filter
	record  *recording // nil without -w

	count    int64
	taken    int64
	filtered atomic.Int64 // packets the filter took out
	index    uint64
	closed   bool

	flushed   capture.Time // when the ring was, last
	flushedAt uint64       // and the packets recorded by then

	mu    sync.Mutex // guards what follows
	ended bool
	last  []live.Interface // what they had counted when the source ended
}

// Next gives the next packet that the filter lets pass.
func (s *liveSource) Next(p *capture.Packet) error {
	for {
		if s.count > 0 && s.taken >= s.count {
			s.end()
			return io.EOF
		}
		err := s.src.Next(p)
		if err != nil && err != capture.ErrIdle {
			s.end()
			return err
		}
		s.flush(p.Time, err == capture.ErrIdle)
		if err != nil {
			return err
		}
		if s.filter != nil && !s.filter.Match(p) {
			if s.filtered.Add(1)%idleAfter == 0 { // time goes on though nothing passes
				*p = capture.Packet{Time: p.Time}
				return capture.ErrIdle
			}
			continue
		}
		s.taken++
		p.Index = s.index
		s.index++
		if s.record != nil {
			s.record.write(p)
		}
		return nil
	}
}

// flushPackets is how many packets are recorded at most before others can read
// them: a quarter of a second at the fastest that is aimed at.
const flushPackets = 1 << 16

// idleAfter is how many packets the filter may take out before the pipeline
// hears of the time.
const idleAfter = 4096

// flush brings the files of the ring up to date: about once a second, when
// nothing comes, and after many packets whatever their time stamps say.
func (s *liveSource) flush(now capture.Time, idle bool) {
	if s.record == nil || !idle && s.index-s.flushedAt < flushPackets && now.Sub(s.flushed) < tickEvery && now >= s.flushed {
		return
	}
	s.flushed, s.flushedAt = now, s.index
	s.record.flush(s.state())
}

// stop ends the capture, from another goroutine.
func (s *liveSource) stop() {
	if s.capture != nil {
		s.capture.Stop()
		s.end()
	}
	if s.pump != nil {
		s.pump.Stop()
	}
}

// end keeps what the interfaces have counted: what comes after the end is no
// part of the capture.
func (s *liveSource) end() {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.capture != nil && !s.ended {
		s.last = s.capture.Interfaces()
	}
	s.ended = true
}

// state are the interfaces with what they have counted.
func (s *liveSource) state() []live.Interface {
	s.mu.Lock()
	defer s.mu.Unlock()
	switch {
	case s.capture == nil:
		return nil
	case s.ended:
		return s.last
	}
	return s.capture.Interfaces()
}

// close ends the files of the ring. The capture is over. The error says why
// the recording stopped.
func (s *liveSource) close() error {
	if s.closed {
		return nil
	}
	s.closed = true
	s.end()
	var err error
	if s.record != nil {
		err = s.record.close(s.state())
	}
	if s.capture != nil {
		s.capture.Close()
	}
	if s.pump != nil {
		s.pump.Stop()
	}
	return err
}

// name says what is captured from.
func (s *liveSource) name() string {
	if s.capture == nil {
		return "standard input"
	}
	var names []string
	for _, i := range s.state() {
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
	for _, i := range s.state() {
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
	for _, i := range s.state() {
		n += i.Drops
	}
	return n
}

// counters says how the capture itself went.
func (s *liveSource) counters() []string {
	var out []string
	for _, i := range s.state() {
		line := fmt.Sprintf("%s: %s, the kernel dropped %d", i.Name, packets(i.Packets), i.Drops)
		if i.Freezes > 0 {
			line += fmt.Sprintf(" and stopped %s for want of room", counted(int64(i.Freezes), "time", "times"))
		}
		out = append(out, line)
	}
	if s.filter != nil {
		out = append(out, "the filter took out "+packets(uint64(s.filtered.Load())))
	}
	if s.record != nil {
		out = append(out, s.record.counters()...)
	}
	return out
}

func packets(n uint64) string { return counted(int64(n), "packet", "packets") }

// files are the inputs as a Document lists them, and how many there were
// before: what frame numbers mean.
func (s *liveSource) files(seen render.File) (list []render.File, before int) {
	if s.record != nil {
		return s.record.files(s.links())
	}
	seen.Name, seen.Format = "-", s.format()
	if s.capture != nil {
		seen.Name, seen.LinkTypes = s.name(), s.links()
	}
	return []render.File{seen}, 0
}

// format is what stands for the format of a file where there is none.
func (s *liveSource) format() string {
	if s.capture != nil {
		return "live"
	}
	return "stream"
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
	return out
}

// recorded are what the ring had to say.
func (s *liveSource) recorded() []capture.Diagnostic {
	if s.record == nil {
		return nil
	}
	return s.record.diagnostics()
}
