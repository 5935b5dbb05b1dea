package reassemble

import (
	"container/list"
	"fmt"

	"rung/capture"
)

// An SCTPAttempt is an attempt to open an association: an INIT and its
// repetitions.
type SCTPAttempt struct {
	Path   capture.Path // of the first INIT
	Start  capture.Order
	Time   capture.Time
	Frame  capture.Frame   // the first
	Frames []capture.Frame // of all, as far as they are remembered
	ID     string          // the same in every run: ports, addresses and tag

	key    senderKey // of what the peer will send
	tsn    uint32    // the first one
	order  capture.Order
	last   capture.Time
	frame  capture.Frame // the latest
	failed bool
	el     *list.Element
}

// attempts are the INITs that were not answered, by what the answer would be.
type attempts struct {
	all             map[senderKey]*SCTPAttempt
	waiting, failed list.List // of *SCTPAttempt, oldest first
}

// init takes an INIT (RFC 9260 §3.3.2):
//
//	tag (4), window (4), streams out (2) and in (2), first TSN (4), parameters
func (s *SCTP) init(pk *sctpPacket, c *chunk) {
	key := senderKey{be.Uint32(c.body), pk.path.Dst.Port(), pk.path.Src.Port()}
	a := s.attempts.all[key]
	if a == nil {
		a = s.newAttempt(key, pk, be.Uint32(c.body[12:]))
	}
	if len(a.Frames) < maxSYNs {
		a.Frames = append(a.Frames, pk.frame)
	}
	a.order, a.last, a.frame = pk.order, pk.time, pk.frame
	if a.failed {
		s.attempts.failed.MoveToBack(a.el)
	} else {
		s.attempts.waiting.MoveToBack(a.el)
	}
}

func (s *SCTP) newAttempt(key senderKey, pk *sctpPacket, tsn uint32) *SCTPAttempt {
	t := &s.attempts
	if len(t.all) >= maxAttempts {
		if e := t.failed.Front(); e != nil {
			s.drop(e.Value.(*SCTPAttempt))
		} else {
			s.limit("sctp-init-limit", "too many SCTP INITs wait for an answer; the oldest is forgotten", pk.frame)
			s.drop(t.waiting.Front().Value.(*SCTPAttempt))
		}
	}
	if t.all == nil {
		t.all = make(map[senderKey]*SCTPAttempt)
	}
	canonical, _ := pk.path.Canonical()
	a := &SCTPAttempt{
		Path: pk.path, Start: pk.order, Time: pk.time, Frame: pk.frame, key: key, tsn: tsn,
		ID: fmt.Sprintf("%s tag %08x", canonical, key.tag),
	}
	t.all[key] = a
	a.el = t.waiting.PushBack(a)
	return a
}

// drop forgets an attempt.
func (s *SCTP) drop(a *SCTPAttempt) {
	delete(s.attempts.all, a.key)
	if a.failed {
		s.attempts.failed.Remove(a.el)
		return
	}
	s.attempts.waiting.Remove(a.el)
}

// initACK takes the answer to an INIT, laid out alike: now both tags and both
// first TSNs are known.
func (s *SCTP) initACK(pk *sctpPacket, c *chunk) {
	server := s.sender(pk)
	server.starts(be.Uint32(c.body[12:]))
	client := s.senderOf(senderKey{be.Uint32(c.body), server.key.dst, server.key.src}, pk)
	if client == server || s.senders[server.key] != server {
		return
	}
	if a := s.attempts.all[server.key]; a != nil {
		client.starts(a.tsn)
		s.drop(a)
	}
	for _, x := range []*sender{client, server} {
		if x.peer != nil {
			x.peer.peer = nil
		}
	}
	client.peer, server.peer = server, client
}

// abort takes an ABORT. In answer to an INIT it has the INIT's tag (RFC 9260
// §8.4).
func (s *SCTP) abort(pk *sctpPacket, _ *chunk) {
	a := s.attempts.all[pk.key()]
	if a == nil {
		return
	}
	s.drop(a)
	if !a.failed {
		s.fail(a, &capture.Segment{
			Path: pk.path, Order: pk.order, Time: pk.time, Frame: pk.frame, Event: capture.EventRefused,
		})
	}
}

// fail tells of an attempt that came to nothing.
func (s *SCTP) fail(a *SCTPAttempt, seg *capture.Segment) {
	if s.Failed != nil {
		s.Failed(a, seg)
	}
}

// unanswered tells of an attempt that nobody answered. It is remembered, so
// that later repetitions are no attempt of their own.
func (s *SCTP) unanswered(a *SCTPAttempt) {
	s.attempts.waiting.Remove(a.el)
	a.failed = true
	a.el = s.attempts.failed.PushBack(a)
	seg := &capture.Segment{Path: a.Path, Order: a.order, Time: a.last, Frame: a.frame, Event: capture.EventNoAnswer}
	if len(a.Frames) > 1 {
		seg.Frames = a.Frames
	}
	s.fail(a, seg)
}

func (s *SCTP) advanceAttempts(now capture.Time) {
	for e := s.attempts.waiting.Front(); e != nil; e = s.attempts.waiting.Front() {
		a := e.Value.(*SCTPAttempt)
		if now.Sub(a.last) < synTimeout {
			break
		}
		s.unanswered(a)
	}
	for e := s.attempts.failed.Front(); e != nil; e = s.attempts.failed.Front() {
		a := e.Value.(*SCTPAttempt)
		if now.Sub(a.last) < closedTimeout {
			break
		}
		s.drop(a)
	}
}

// closeAttempts is told that the capture ends. It says nothing about INITs
// that are young.
func (s *SCTP) closeAttempts() {
	for e := s.attempts.waiting.Front(); e != nil; e = s.attempts.waiting.Front() {
		a := e.Value.(*SCTPAttempt)
		if s.now.Sub(a.last) < synYoung {
			s.drop(a)
			continue
		}
		s.unanswered(a)
	}
	for e := s.attempts.failed.Front(); e != nil; e = s.attempts.failed.Front() {
		s.drop(e.Value.(*SCTPAttempt))
	}
}
