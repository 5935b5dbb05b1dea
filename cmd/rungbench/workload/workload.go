package workload

import (
	"container/heap"
	"fmt"
	"io"
	"time"
)

// A Kind is a sort of traffic.
type Kind string

// Kinds.
const (
	RTP   Kind = "rtp"   // G.711 both ways, no signalling
	SIP   Kind = "sip"   // registrations, calls without media, OPTIONS, over UDP
	XMPP  Kind = "xmpp"  // logins, presence and messages over TCP without TLS
	Trunk Kind = "trunk" // calls through one proxy, with their RTP
)

// Kinds lists all kinds.
var Kinds = []Kind{RTP, SIP, XMPP, Trunk}

// Stats tells what was written.
type Stats struct {
	Packets  int64
	Bytes    int64 // of the file
	Calls    int   // conversations begun: calls, registrations, sessions, pairs of streams
	Duration time.Duration
}

// shape says how a kind of traffic arrives.
type shape struct {
	every time.Duration // a new conversation begins
	start func(g *generator, n int) actor
}

var shapes = map[Kind]shape{
	RTP:   {every: 400 * time.Millisecond, start: newStreams},
	SIP:   {every: 7 * time.Millisecond, start: newSIP},
	XMPP:  {every: 20 * time.Millisecond, start: newSession},
	Trunk: {every: 350 * time.Millisecond, start: newTrunkCall},
}

// Write writes a pcap file of about size bytes. When size is reached no new
// conversation begins and those that run come to their end (speech at once),
// so that the file is larger by what is under way: up to 2 MB.
func Write(w io.Writer, kind Kind, size int64) (Stats, error) {
	s, ok := shapes[kind]
	if !ok {
		return Stats{}, fmt.Errorf("no workload %q; there are %v", kind, Kinds)
	}
	if size <= 0 {
		return Stats{}, fmt.Errorf("a workload of %d bytes", size)
	}
	return generate(w, &arrivals{shape: s, size: size})
}

// generate writes what an actor does, and those whom it begins.
func generate(w io.Writer, first actor) (Stats, error) {
	g := newGenerator(w)
	g.push(0, first)
	for g.queue.Len() > 0 && g.err == nil {
		e := heap.Pop(&g.queue).(event)
		g.now = e.at
		if wait, more := e.who.step(g); more {
			g.push(wait, e.who)
		}
	}
	if err := g.flush(); err != nil {
		return Stats{}, err
	}
	g.stats.Duration = g.now
	return g.stats, nil
}

// An actor does what is due and says how long until its next step.
type actor interface {
	step(g *generator) (wait time.Duration, more bool)
}

// arrivals begins conversations, until there are so many bytes or as many
// conversations as wanted.
type arrivals struct {
	shape shape
	size  int64 // 0: any
	most  int   // 0: any
	n     int
}

func (a *arrivals) step(g *generator) (time.Duration, bool) {
	if a.size > 0 && g.stats.Bytes >= a.size || a.most > 0 && a.n == a.most {
		g.closing = true
		return 0, false
	}
	g.push(0, a.shape.start(g, a.n))
	a.n++
	g.stats.Calls = a.n
	// Not all at the same beat: streams would be in step.
	return a.shape.every + time.Duration(g.random(1000))*time.Microsecond, true
}

// An event is a step that waits for its time.
type event struct {
	at  time.Duration
	seq uint64 // ties go by who waited first
	who actor
}

// events is a heap.
type events []event

func (e events) Len() int { return len(e) }
func (e events) Less(i, j int) bool {
	if e[i].at != e[j].at {
		return e[i].at < e[j].at
	}
	return e[i].seq < e[j].seq
}
func (e events) Swap(i, j int) { e[i], e[j] = e[j], e[i] }
func (e *events) Push(x any)   { *e = append(*e, x.(event)) }
func (e *events) Pop() any {
	last := len(*e) - 1
	x := (*e)[last]
	(*e)[last] = event{}
	*e = (*e)[:last]
	return x
}

// A script is an actor that does one thing after another.
type script []line

// A line is a thing to do, after a pause.
type line struct {
	after time.Duration
	do    func(g *generator)
}

// running is a script and where it stands.
type running struct {
	script script
	at     int
}

func (r *running) step(g *generator) (time.Duration, bool) {
	if r.at > 0 || r.script[0].after == 0 {
		r.script[r.at].do(g)
		r.at++
	} else {
		// The first line has a pause before it: come again.
		wait := r.script[0].after
		r.script[0].after = 0
		return wait, true
	}
	if r.at == len(r.script) {
		return 0, false
	}
	return r.script[r.at].after, true
}

// once is an actor of one step.
type once func(g *generator)

func (o once) step(g *generator) (time.Duration, bool) {
	o(g)
	return 0, false
}
