package reassemble

import (
	"bytes"
	"container/list"
	"slices"

	"rung/capture"
)

// A messageID says which fragments may be of one message. DATA chunks have
// the TSN for their order, and a stream sequence number that comes round;
// I-DATA chunks count the fragments of each message.
type messageID struct {
	stream      uint16
	number      uint32
	unordered   bool
	interleaved bool
}

// A part is the user data of one chunk.
type part struct {
	tsn        uint32
	at         uint32 // place in its sequence: TSN, or number of the fragment
	message    messageID
	ppid       uint32
	begin, end bool
	data       []byte
	cut        bool
	pk         *sctpPacket
}

// A sequence is where fragments find each other: runs in order, disjoint.
type sequence struct{ runs []*fragmentRun }

// A fragmentRun is fragments of one message without a hole.
type fragmentRun struct {
	snd   *sender
	seq   *sequence
	parts []part
	bytes int
	grew  capture.Time
	el    *list.Element // in sender.runs
}

func (r *fragmentRun) first() uint32    { return r.parts[0].at }
func (r *fragmentRun) end() uint32      { return r.parts[0].at + uint32(len(r.parts)) }
func (r *fragmentRun) last() *part      { return &r.parts[len(r.parts)-1] }
func (r *fragmentRun) hasBegin() bool   { return r.parts[0].begin }
func (r *fragmentRun) hasEnd() bool     { return r.last().end }
func (r *fragmentRun) isComplete() bool { return r.hasBegin() && r.hasEnd() }

// find returns the first run that begins after at.
func (q *sequence) find(at uint32) int {
	i, _ := slices.BinarySearchFunc(q.runs, at, func(r *fragmentRun, at uint32) int {
		if int32(r.first()-at) <= 0 {
			return -1
		}
		return 1
	})
	return i
}

// endingAt returns the run that waits for at to go on, or nil.
func (q *sequence) endingAt(at uint32) *fragmentRun {
	if i := q.find(at); i > 0 && q.runs[i-1].end() == at && !q.runs[i-1].hasEnd() {
		return q.runs[i-1]
	}
	return nil
}

// beginningAt returns the run that waits for what is before at, or nil.
func (q *sequence) beginningAt(at uint32) *fragmentRun {
	if i := q.find(at); i > 0 && q.runs[i-1].first() == at && !q.runs[i-1].hasBegin() {
		return q.runs[i-1]
	}
	return nil
}

// sequenceOf returns where fragments of a message find each other.
func (snd *sender) sequenceOf(id messageID) *sequence {
	if !id.interleaved {
		return &snd.data
	}
	q := snd.interleaved[id]
	if q == nil {
		if snd.interleaved == nil {
			snd.interleaved = make(map[messageID]*sequence)
		}
		q = new(sequence)
		snd.interleaved[id] = q
	}
	return q
}

// wait puts a fragment to its others and hands the message on when that
// completes it.
func (s *SCTP) wait(snd *sender, f part) {
	q := snd.sequenceOf(f.message)
	i := q.find(f.at)
	if i > 0 && int32(q.runs[i-1].end()-f.at) > 0 {
		s.bad(f.pk, "two fragments of a message have the same number")
		s.settle(f.pk, 0, "")
		return
	}
	f.data = bytes.Clone(f.data)
	snd.waiting++
	snd.bytes += len(f.data)
	s.total += len(f.data)
	r := s.place(snd, q, i, f)
	if r.isComplete() {
		s.complete(r)
	} else {
		s.relieve(snd, f.pk.frame)
	}
	s.calm(snd)
}

// place puts a fragment before run i, into one of the runs beside it if it
// fits, and returns the run it is in then.
func (s *SCTP) place(snd *sender, q *sequence, i int, f part) *fragmentRun {
	var r *fragmentRun
	if i > 0 && follows(q.runs[i-1].last(), &f) {
		r = q.runs[i-1]
		r.parts = append(r.parts, f)
		r.bytes += len(f.data)
		if i < len(q.runs) && follows(&f, &q.runs[i].parts[0]) {
			right := q.runs[i]
			r.parts = append(r.parts, right.parts...)
			r.bytes += right.bytes
			q.runs = slices.Delete(q.runs, i, i+1)
			snd.runs.Remove(right.el)
		}
	} else if i < len(q.runs) && follows(&f, &q.runs[i].parts[0]) {
		r = q.runs[i]
		r.parts = slices.Insert(r.parts, 0, f)
		r.bytes += len(f.data)
	} else {
		r = &fragmentRun{snd: snd, seq: q, parts: []part{f}, bytes: len(f.data)}
		q.runs = slices.Insert(q.runs, i, r)
		r.el = snd.runs.PushBack(r)
	}
	r.grew = f.pk.time
	snd.runs.MoveToBack(r.el)
	return r
}

// follows reports whether b goes on where a ends (RFC 9260 §6.9).
func follows(a, b *part) bool {
	return a.at+1 == b.at && !a.end && !b.begin && a.message == b.message
}

// relieve gives up the oldest fragments while too many wait.
func (s *SCTP) relieve(snd *sender, f capture.Frame) {
	for snd.runs.Len() > 0 && (snd.waiting > s.limits.Fragments || snd.bytes > s.limits.Waiting) {
		s.limit("sctp-waiting-limit", "too many fragments of SCTP messages wait for others; the oldest are given up", f)
		s.giveUp(snd.runs.Front().Value.(*fragmentRun))
	}
	for s.total > s.limits.TotalWaiting {
		s.limit("sctp-waiting-limit", "too many fragments of SCTP messages wait for others; the oldest are given up", f)
		s.giveUp(s.oldest(snd))
	}
}

// oldest returns fragments that wait at whoever is in trouble longest.
func (s *SCTP) oldest(snd *sender) *fragmentRun {
	for e := s.trouble.Front(); e != nil; e = e.Next() {
		if x := e.Value.(*sender); x.runs.Len() > 0 {
			return x.runs.Front().Value.(*fragmentRun)
		}
	}
	return snd.runs.Front().Value.(*fragmentRun) // not in the list yet
}

// remove takes a run out of everything.
func (s *SCTP) remove(r *fragmentRun) {
	snd := r.snd
	if i := r.seq.find(r.first()); i > 0 && r.seq.runs[i-1] == r {
		r.seq.runs = slices.Delete(r.seq.runs, i-1, i)
	} else if i := slices.Index(r.seq.runs, r); i >= 0 {
		r.seq.runs = slices.Delete(r.seq.runs, i, i+1) // TSNs too far apart to compare
	}
	if id := r.parts[0].message; id.interleaved && len(r.seq.runs) == 0 {
		delete(snd.interleaved, id)
	}
	snd.runs.Remove(r.el)
	snd.waiting -= len(r.parts)
	snd.bytes -= r.bytes
	s.total -= r.bytes
}

// complete hands on a message of which all fragments are there.
func (s *SCTP) complete(r *fragmentRun) {
	s.remove(r)
	s.handRun(r, false)
}

// giveUp hands on what there is of a message.
func (s *SCTP) giveUp(r *fragmentRun) {
	s.remove(r)
	s.handRun(r, true)
	s.calm(r.snd)
}

// handRun makes a message of a run and tells the packets what became of it.
func (s *SCTP) handRun(r *fragmentRun, incomplete bool) {
	packets := r.packets()
	first, last := &r.parts[0], packets[len(packets)-1]
	m := SCTPMessage{
		PPID: first.ppid, Stream: first.message.stream, Incomplete: incomplete,
		Segment: capture.Segment{
			Path: first.pk.path, Order: last.order, Time: last.time, Frame: last.frame,
			Start: true, IPID: first.pk.ipID, DSCP: first.pk.dscp,
		},
	}
	seg := &m.Segment
	for _, pk := range packets {
		seg.Frames = append(seg.Frames, pk.allFrames()...)
		seg.IPLen += pk.ipLen
	}
	if len(seg.Frames) == 1 {
		seg.Frames = nil
	}
	if first.begin {
		seg.Data, seg.Cut = r.join()
		seg.Cut = seg.Cut || incomplete
	}
	fate, name := s.hand(r.snd, last, &m)
	for i := range r.parts {
		s.settle(r.parts[i].pk, fate, name)
	}
}

// packets returns the packets of a run in the order of the capture.
func (r *fragmentRun) packets() []*sctpPacket {
	packets := make([]*sctpPacket, 0, len(r.parts))
	for i := range r.parts {
		packets = append(packets, r.parts[i].pk)
	}
	slices.SortStableFunc(packets, func(a, b *sctpPacket) int {
		if a.order.Less(b.order) {
			return -1
		}
		if b.order.Less(a.order) {
			return 1
		}
		return 0
	})
	return slices.Compact(packets)
}

// join puts the bytes together, up to the first the snaplen cut.
func (r *fragmentRun) join() (data []byte, cut bool) {
	data = make([]byte, 0, r.bytes)
	for i := range r.parts {
		data = append(data, r.parts[i].data...)
		if r.parts[i].cut {
			return data, true
		}
	}
	return data, false
}
