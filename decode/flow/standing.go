package flow

import (
	"net/netip"
	"time"

	"rung/capture"
	"rung/decode"
	"rung/decode/media"
)

// A standing is where a group of a live capture stands on its way out.
type standing struct {
	id      int
	keys    []decode.Key // that lead to it
	scanned int          // messages looked at for media addresses
	weight  int          // of those
	claims  []netip.AddrPort
	strays  []*decode.Message // ICMP errors about its media

	state    state
	seen     capture.Time // the clock at its latest message
	check    capture.Time // not looked at before
	judged   int          // messages as last looked at
	done     bool         // nothing more is to come, as far as its messages tell
	settling bool         // is being settled
	end      capture.Time // from when on others may have its media addresses
	until    capture.Time // what comes later is not of its media
	forced   bool         // leaves at once: a limit was reached
	leave    capture.Time

	goesOn  bool    // a flow with its key has left before
	counted Outcome // as which it was counted then

	streams []ownedStream

	written        bool
	writtenLen     int // size as last written
	writtenOutcome Outcome
	writtenStatus  int
}

type ownedStream struct {
	stream  *media.Stream
	leg     string
	written bool
}

type state uint8

const (
	stateOpen      state = iota
	stateReleasing       // its media have been asked for
	stateReady           // and are there
	stateOver            // written, stays until leave
)

// size tells whether anything has come.
func (s *standing) size(g *group) int { return len(g.messages) + len(s.streams) + len(s.strays) }

// patience is how long after its last message a flow is over, as far as its
// messages tell.
func patience(f *Flow, g *group) time.Duration {
	switch f.Kind {
	case decode.KindCall:
		return callPatience(f, g)
	case decode.KindXMPP:
		return sessionPatience(f)
	case decode.KindLookup:
		if f.Outcome == InProgress || f.Outcome == Timeout {
			return 2 * lookupTimeout
		}
		return liveLinger
	case decode.KindRegistration, decode.KindSubscription, decode.KindPublication, decode.KindMessage:
		for _, r := range rounds(f) {
			if r.final == nil {
				return liveSilence
			}
		}
		return liveLinger
	}
	return liveSilence
}

func callPatience(f *Flow, g *group) time.Duration {
	// An INVITE that was refused on one way may have been accepted on another.
	if f.Outcome == Answered || f.Outcome == Incomplete {
		if endOf(f).to == never {
			return liveTalk
		}
		return liveLinger
	}
	if g.closed {
		return liveLinger
	}
	for _, r := range rounds(f) {
		if r.method == "INVITE" && r.final == nil && r.ringing != nil {
			return liveRinging
		}
	}
	return liveSilence
}

func sessionPatience(f *Flow) time.Duration {
	for i := range f.Messages {
		if ev := f.Messages[i].Facts.Conn; ev != nil && ev.Event != capture.EventOpen {
			return liveLinger // its connection has ended
		}
	}
	return liveTalk
}
