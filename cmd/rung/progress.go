package main

import (
	"fmt"
	"io"
	"time"

	"rung/capture"
	"rung/capture/pcapfile"
)

const (
	progressAfter = 700 * time.Millisecond // a short read needs no line
	progressEvery = 200 * time.Millisecond
	progressCheck = 8192 // packets between looks at the clock
)

// A progressSource shows on a terminal how far the reading has come.
type progressSource struct {
	*pcapfile.Reader
	w      io.Writer // nil when nobody wants to see it
	begin  time.Time
	last   time.Time
	count  int
	opened bool // a line stands on the terminal
}

func (p *program) progress(r *pcapfile.Reader, quiet bool) *progressSource {
	s := &progressSource{Reader: r, begin: time.Now()}
	if !quiet && isTerminal(p.stderr) {
		s.w = p.stderr
	}
	return s
}

// Next reads the next packet and now and then tells how far it is.
func (s *progressSource) Next(pkt *capture.Packet) error {
	err := s.Reader.Next(pkt)
	if s.w == nil {
		return err
	}
	if s.count++; s.count%progressCheck == 0 {
		s.show()
	}
	return err
}

func (s *progressSource) show() {
	now := time.Now()
	if now.Sub(s.begin) < progressAfter || now.Sub(s.last) < progressEvery {
		return
	}
	s.last, s.opened = now, true
	read, total := s.Progress()
	rate := float64(read) / 1e6 / now.Sub(s.begin).Seconds()
	if total > 0 {
		fmt.Fprintf(s.w, "\r\x1b[Kreading %d %% · %d packets · %.0f MB/s", min(100, 100*read/total), s.count, rate)
		return
	}
	fmt.Fprintf(s.w, "\r\x1b[Kreading %.0f MB · %d packets · %.0f MB/s", float64(read)/1e6, s.count, rate)
}

// done takes the line away.
func (s *progressSource) done() {
	if s.opened {
		fmt.Fprint(s.w, "\r\x1b[K")
	}
}
