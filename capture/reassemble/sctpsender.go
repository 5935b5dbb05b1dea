package reassemble

import (
	"container/list"
	"fmt"
	"slices"

	"rung/capture"
)

// A senderKey names one direction of an association: the receiver chose the tag
// at random (RFC 9260 §5.3.1), and it is the same on all paths.
type senderKey struct {
	tag      uint32
	src, dst uint16
}

// A sender is one direction of an association.
type sender struct {
	key   senderKey
	peer  *sender // when the handshake was seen
	time  capture.Time
	paths []capture.Path // under which SCTP.paths has it

	spoke   bool // a message was read, or could not be
	foreign bool // a message was of a protocol that rung does not read

	seen   []tsnSpan // TSNs that came, in order, not touching
	closed bool      // nothing before seen[0] is new
	untold int       // holes not told
	sackAt capture.Time
	sacked bool

	data        sequence                // of DATA chunks, by TSN
	interleaved map[messageID]*sequence // of I-DATA chunks, by fragment number
	runs        list.List               // of *fragmentRun, least recently grown first
	waiting     int                     // fragments in them
	bytes       int

	inLRU, inTrouble *list.Element
}

// A tsnSpan is a stretch of TSNs that came, and what is known of the hole
// before it. TSNs are compared by their distance, which is right across the
// wrap (RFC 9260 §1.6).
type tsnSpan struct {
	from, to uint32 // to is the first one that did not come
	frame    capture.Frame
	since    capture.Time
	ackedAt  capture.Time // since when the peer has said it has all of the hole
	acked    bool
	told     bool // or no hole
}

// sender returns the sender of a packet, made new when there is none.
func (s *SCTP) sender(pk *sctpPacket) *sender { return s.senderOf(pk.key(), pk) }

func (s *SCTP) senderOf(key senderKey, pk *sctpPacket) *sender {
	if snd := s.senders[key]; snd != nil {
		return snd
	}
	if len(s.senders) >= s.limits.Senders {
		s.limit("sctp-association-limit", "too many SCTP associations at once; the least recently used one is forgotten early", pk.frame)
		s.end(s.lru.Front().Value.(*sender))
	}
	snd := &sender{key: key, time: pk.time}
	s.senders[key] = snd
	snd.inLRU = s.lru.PushBack(snd)
	return snd
}

// on notes a path that the sender uses.
func (snd *sender) on(s *SCTP, p capture.Path) {
	if s.paths[p] == snd || len(snd.paths) >= maxSenderPaths {
		return
	}
	s.paths[p] = snd
	if !slices.Contains(snd.paths, p) {
		snd.paths = append(snd.paths, p)
	}
}

// end gives up what waits and forgets the sender.
func (s *SCTP) end(snd *sender) {
	s.giveUpAll(snd)
	s.calm(snd)
	s.lru.Remove(snd.inLRU)
	delete(s.senders, snd.key)
	for _, p := range snd.paths {
		if s.paths[p] == snd {
			delete(s.paths, p)
		}
	}
	if snd.peer != nil {
		snd.peer.peer = nil
	}
}

func (s *SCTP) giveUpAll(snd *sender) {
	for i := 1; i < len(snd.seen); i++ {
		s.tell(snd, i)
	}
	for snd.runs.Len() > 0 {
		s.giveUp(snd.runs.Front().Value.(*fragmentRun))
	}
}

// calm puts the sender into the list of those in trouble, or takes it out.
func (s *SCTP) calm(snd *sender) {
	switch in := snd.untold > 0 || snd.runs.Len() > 0; {
	case in && snd.inTrouble == nil:
		snd.inTrouble = s.trouble.PushBack(snd)
	case !in && snd.inTrouble != nil:
		s.trouble.Remove(snd.inTrouble)
		snd.inTrouble = nil
	}
}

// starts says which TSN is the first.
func (snd *sender) starts(tsn uint32) {
	if len(snd.seen) == 0 {
		snd.seen = append(snd.seen, tsnSpan{from: tsn, to: tsn, told: true})
	}
}

// next is the TSN after the highest that came.
func (snd *sender) next() uint32 { return snd.seen[len(snd.seen)-1].to }

// near reports whether tsn can be of this sender.
func (snd *sender) near(tsn uint32) bool {
	if len(snd.seen) == 0 {
		return true
	}
	d := int32(tsn - snd.next())
	return d >= -maxTSNJump && d <= maxTSNJump
}

// see notes a TSN and reports whether it is new.
func (s *SCTP) see(snd *sender, tsn uint32, pk *sctpPacket) bool {
	if !snd.near(tsn) {
		s.restart(snd, tsn, pk)
	}
	if len(snd.seen) == 0 {
		snd.starts(tsn)
	}
	i, old := snd.find(tsn)
	if old {
		return false
	}
	snd.insert(i, tsn, pk)
	s.forget(snd)
	s.calm(snd)
	return true
}

// restart makes a sender begin anew: another association has the same ports
// and tag, or a great deal is missing.
func (s *SCTP) restart(snd *sender, tsn uint32, pk *sctpPacket) {
	s.report(capture.Diagnostic{
		Code: "sctp-tsn-jump", Severity: capture.Warning, Frames: []capture.Frame{pk.frame}, Damage: !snd.othersOnly(),
		Text: fmt.Sprintf("TSN %d follows %d: another association with the same ports and tag, or a great deal is missing", tsn, snd.next()-1),
		Ref:  "RFC 9260 §3.3.1",
	})
	s.giveUpAll(snd)
	snd.seen, snd.closed, snd.sacked = nil, false, false
}

// find returns the span that tsn is in or before; old says that it is nothing
// new.
func (snd *sender) find(tsn uint32) (i int, old bool) {
	i, _ = slices.BinarySearchFunc(snd.seen, tsn, func(x tsnSpan, tsn uint32) int {
		if int32(tsn-x.to) >= 0 {
			return -1
		}
		return 1
	})
	if i < len(snd.seen) && int32(tsn-snd.seen[i].from) >= 0 {
		return i, true
	}
	return i, i == 0 && snd.closed && len(snd.seen) > 0
}

// insert puts a new TSN before span i.
func (snd *sender) insert(i int, tsn uint32, pk *sctpPacket) {
	joinsLeft := i > 0 && snd.seen[i-1].to == tsn
	joinsRight := i < len(snd.seen) && snd.seen[i].from == tsn+1
	switch {
	case joinsLeft && joinsRight:
		snd.seen[i-1].to = snd.seen[i].to
		snd.quiet(i)
		snd.seen = slices.Delete(snd.seen, i, i+1)
	case joinsLeft:
		snd.seen[i-1].to++
	case joinsRight:
		snd.seen[i].from--
	default:
		x := tsnSpan{from: tsn, to: tsn + 1, frame: pk.frame, since: pk.time}
		switch {
		case i == 0:
			x.told = true // before the first that was captured
		case i < len(snd.seen): // in a hole that is known
			x = snd.seen[i]
			x.from, x.to = tsn, tsn+1
		}
		if !x.told {
			snd.untold++
		}
		snd.seen = slices.Insert(snd.seen, i, x)
	}
}

// quiet makes the hole before span i none to tell of.
func (snd *sender) quiet(i int) {
	if !snd.seen[i].told {
		snd.seen[i].told = true
		snd.untold--
	}
}

// forget keeps the list of spans short and their TSNs near each other.
func (s *SCTP) forget(snd *sender) {
	const far = 2 * maxTSNJump
	next := snd.next()
	for len(snd.seen) > 1 && (len(snd.seen) > maxHoles || next-snd.seen[0].to > far) {
		s.tell(snd, 1)
		snd.seen = slices.Delete(snd.seen, 0, 1)
		snd.closed = true
	}
	if next-snd.seen[0].from > far {
		snd.seen[0].from = next - far
		snd.closed = true
	}
}

// abandon takes all up to tsn as done with.
func (s *SCTP) abandon(snd *sender, tsn uint32, pk *sctpPacket) {
	if !snd.near(tsn) {
		return
	}
	snd.starts(tsn + 1)
	if int32(tsn-snd.next()) >= 0 {
		last := &snd.seen[len(snd.seen)-1]
		if last.from == last.to {
			last.from = tsn + 1
		}
		last.to = tsn + 1
	}
	for i := 1; i < len(snd.seen) && int32(snd.seen[i].from-tsn) <= 1; i++ {
		snd.quiet(i)
	}
	for len(snd.data.runs) > 0 && int32(snd.data.runs[0].end()-1-tsn) <= 0 {
		s.giveUp(snd.data.runs[0])
	}
	s.forget(snd)
	s.calm(snd)
}

// acked takes a SACK: holes in what it names are the capture's.
func (snd *sender) acked(cumulative uint32, blocks []byte, pk *sctpPacket) {
	now := pk.time
	snd.sackAt, snd.sacked = now, true
	snd.ackedAhead(cumulative+1, pk)
	if snd.untold == 0 {
		return
	}
	for i := 1; i < len(snd.seen); i++ {
		x := &snd.seen[i]
		if x.told || x.acked {
			continue
		}
		from, to := snd.seen[i-1].to, x.from-1 // first and last missing
		has := int32(to-cumulative) <= 0
		for b := blocks; !has && len(b) >= 4; b = b[4:] {
			first, last := cumulative+uint32(be.Uint16(b)), cumulative+uint32(be.Uint16(b[2:]))
			has = int32(from-first) >= 0 && int32(to-last) <= 0
		}
		if has {
			x.acked, x.ackedAt = true, now
		}
	}
}

// ackedAhead makes a hole of what the peer has though none of it was captured:
// the TSNs before next. An empty span is behind it.
func (snd *sender) ackedAhead(next uint32, pk *sctpPacket) {
	if len(snd.seen) == 0 || int32(next-snd.next()) <= 0 {
		return
	}
	x := tsnSpan{from: next, to: next, frame: pk.frame, since: pk.time, acked: true, ackedAt: pk.time}
	last := &snd.seen[len(snd.seen)-1]
	switch {
	case len(snd.seen) == 1 || last.from != last.to:
		snd.seen = append(snd.seen, x)
	case last.told:
		*last = x
	default:
		last.from, last.to = next, next
		return
	}
	snd.untold++
}

// patience gives up what is not worth waiting for.
func (s *SCTP) patience(snd *sender, now capture.Time) {
	for i := 1; snd.untold > 0 && i < len(snd.seen); i++ {
		if x := &snd.seen[i]; !x.told && snd.hopeless(x, now) {
			s.tell(snd, i)
		}
	}
	for snd.runs.Len() > 0 {
		r := snd.runs.Front().Value.(*fragmentRun)
		if now.Sub(r.grew) < runAge {
			break
		}
		s.giveUp(r)
	}
	s.calm(snd)
}

func (snd *sender) hopeless(x *tsnSpan, now capture.Time) bool {
	age := now.Sub(x.since)
	switch {
	case x.acked:
		return now.Sub(x.ackedAt) >= sackGrace
	case snd.denied(x):
		return age >= runAge // the peer waits for it, too
	}
	return age >= holeAge
}

// denied reports whether the peer said that it misses the hole's TSNs as well.
func (snd *sender) denied(x *tsnSpan) bool {
	return snd.sacked && !x.acked && snd.sackAt >= x.since
}

// othersOnly reports whether all that was said is of protocols rung does not
// read, so that nobody misses anything.
func (snd *sender) othersOnly() bool { return snd.foreign && !snd.spoke }

// tell gives up the messages that need the TSNs before span i, and says that
// these are missing.
func (s *SCTP) tell(snd *sender, i int) {
	x := snd.seen[i]
	if x.told {
		return
	}
	snd.quiet(i)
	from, to := snd.seen[i-1].to, x.from
	if r := snd.data.endingAt(from); r != nil {
		s.giveUp(r)
	}
	if r := snd.data.beginningAt(to); r != nil {
		s.giveUp(r)
	}
	// They may be the first to show whose the association is.
	if !snd.othersOnly() {
		d := capture.Diagnostic{
			Code: "sctp-hole", Severity: capture.Warning, Damage: true, Frames: []capture.Frame{x.frame}, Ref: "RFC 9260 §3.3.1",
			Text: missingText(from, to, false),
		}
		if snd.denied(&x) {
			d.Damage = false
			d.Text = missingText(from, to, true)
		}
		s.report(d)
	}
}

// missingText says that the chunks of TSN from up to, not including, to did not
// arrive, or are not in the capture only.
func missingText(from, to uint32, lost bool) string {
	chunks, verb, which := fmt.Sprintf("%d chunks", to-from), "are", fmt.Sprintf("TSN %d to %d", from, to-1)
	if to-from == 1 {
		chunks, verb, which = "1 chunk", "is", fmt.Sprintf("TSN %d", from)
	}
	what := verb + " not in the capture"
	if lost {
		what = "did not arrive at the peer"
	}
	return fmt.Sprintf("%s of the association %s (%s)", chunks, what, which)
}
