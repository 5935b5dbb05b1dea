package main

import (
	"bytes"
	"io"
	"time"

	"rung/capture"
)

// An until ends a live source after a duration of the capture's clock, which
// begins with the first packet. What passes on the wall before counts, too, in
// whole seconds: a file on standard input is read at once, and ends at the
// same packet each time.
//
// One packet dated years ahead must not end the capture. So a packet behind
// the end is held back until the next one tells: when that is behind the end,
// too, the source has ended; else the packet was misdated, and both go on.
type until struct {
	src      capture.Source
	duration time.Duration
	wall     func() time.Duration // since the source was asked for

	begun bool
	begin capture.Time
	now   capture.Time // what is believed of the clock
	last  capture.Time // of the last packet or silence
	early bool         // the last packet was dated before begin

	held, next     capture.Packet
	holding, loose bool // there is a held packet, a next one
}

// Next gives the packets of the source, io.EOF when the time is over.
func (u *until) Next(p *capture.Packet) error {
	if u.loose {
		u.loose, *p = false, u.next
		return nil
	}
	for {
		err := u.src.Next(p)
		switch {
		case err == capture.ErrIdle:
			return u.silence(p)
		case err != nil:
			return err
		}
		u.start(p.Time)
		switch late := u.late(p.Time); {
		case late && u.holding:
			return io.EOF
		case late:
			u.hold(&u.held, p)
			u.holding, u.last = true, p.Time
		default:
			u.see(p.Time)
			if u.holding {
				u.hold(&u.next, p)
				u.holding, u.loose, *p = false, true, u.held
			}
			return nil
		}
	}
}

// silence is what a source says to which nothing came. Time goes on by as much
// as it says has passed, from what is believed.
func (u *until) silence(p *capture.Packet) error {
	if p.Time == 0 && !u.begun { // nobody knows when the capture was made
		if u.wall() >= u.duration {
			return io.EOF
		}
		return capture.ErrIdle
	}
	u.start(p.Time)
	if p.Time > u.last {
		u.now = u.now.Add(p.Time.Sub(u.last))
	}
	u.last = p.Time
	if u.late(u.now) {
		return io.EOF
	}
	p.Time = u.now
	return capture.ErrIdle
}

// start begins the time.
func (u *until) start(t capture.Time) {
	if u.begun {
		return
	}
	u.begun, u.now, u.last = true, t, t
	u.begin = t.Add(-u.wall().Truncate(time.Second))
}

func (u *until) late(t capture.Time) bool { return t.Sub(u.begin) >= u.duration }

// see takes the time of a packet. When two in a row are older than the first,
// that one was misdated, or the clock was set back.
func (u *until) see(t capture.Time) {
	before := t < u.begin
	if before && u.early {
		u.begin = min(u.last, t)
	}
	u.early = before
	u.now, u.last = min(u.last, t), t
}

// hold keeps a packet whose bytes are borrowed.
func (u *until) hold(to, p *capture.Packet) {
	*to = *p
	to.Data = bytes.Clone(p.Data)
}
