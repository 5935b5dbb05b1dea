package live

import (
	"errors"
	"io"
	"sync"
	"time"

	"rung/capture"
)

// A Stream makes a live source of one that blocks. Packets are read ahead in a
// goroutine, two batches of 1 MiB at most.
type Stream struct {
	lane  *lane
	wake  chan struct{}
	stop  chan struct{}
	once  sync.Once
	ended chan struct{}
	timer *time.Timer

	last   capture.Time // of the last packet handed out
	lastAt time.Time    // when that was; zero: none yet
}

// NewStream starts to read src, which nobody else may use until Ended says so.
// End it with Stop.
func NewStream(src capture.Source) *Stream {
	s := &Stream{
		wake: make(chan struct{}, 1), stop: make(chan struct{}), ended: make(chan struct{}),
		timer: time.NewTimer(idleAfter),
	}
	s.lane = newLane(s.wake, s.stop)
	go s.read(src)
	return s
}

// read is the goroutine: it reads src to its end, or until Stop.
func (s *Stream) read(src capture.Source) {
	defer close(s.ended)
	var p capture.Packet
	for {
		err := src.Next(&p)
		if s.stopped() {
			return
		}
		switch {
		case errors.Is(err, capture.ErrIdle):
			continue
		case errors.Is(err, io.EOF):
			s.lane.end(nil)
			return
		case err != nil:
			s.lane.end(err)
			return
		}
		if !s.lane.put(&p) {
			return
		}
	}
}

// Next fills p with the next packet as the source gave it. It returns ErrIdle
// when none came for about 100 ms: p.Time is then the time of the last packet
// plus what passed on the wall since it was handed out, 0 before the first
// packet (nobody knows when the capture was made). After Stop it returns io.EOF
// once what was read ahead is handed out; otherwise it ends as the source did.
func (s *Stream) Next(p *capture.Packet) error {
	var deadline time.Time
	for {
		stopped := s.stopped()
		if s.lane.has() {
			s.lane.pop(p)
			s.last, s.lastAt = p.Time, time.Now()
			return nil
		}
		if stopped || s.lane.ended {
			return s.reason()
		}
		now := time.Now()
		if deadline.IsZero() {
			deadline = now.Add(idleAfter)
		}
		if !now.Before(deadline) {
			*p = capture.Packet{Time: s.now(now)}
			return capture.ErrIdle
		}
		s.timer.Reset(deadline.Sub(now))
		select {
		case <-s.wake:
		case <-s.stop:
		case <-s.timer.C:
		}
	}
}

// now is the capture's clock.
func (s *Stream) now(wall time.Time) capture.Time {
	if s.lastAt.IsZero() {
		return 0
	}
	return s.last.Add(wall.Sub(s.lastAt))
}

func (s *Stream) reason() error {
	if s.lane.failed != nil {
		return s.lane.failed
	}
	return io.EOF
}

// Stop ends the stream. It may be called from any goroutine, any number of
// times, also while the source blocks: the source is then left inside its Next,
// see Ended.
func (s *Stream) Stop() { s.once.Do(func() { close(s.stop) }) }

// Ended reports whether the source is left alone. Before that it must not be
// asked for anything, its diagnostics and counts included: after Stop it may
// still wait for bytes that never come.
func (s *Stream) Ended() bool {
	select {
	case <-s.ended:
		return true
	default:
		return false
	}
}

func (s *Stream) stopped() bool {
	select {
	case <-s.stop:
		return true
	default:
		return false
	}
}
