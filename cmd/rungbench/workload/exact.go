package workload

import (
	"fmt"
	"io"
	"time"
)

// callMessages is how many messages an answered call has, each counted on
// both hops: a long call has the two of a 183 more.
const (
	callMessages = 14
	longBase     = callMessages + 2
	infoMessages = 4 // INFO and its answer, on both hops
)

// WriteCalls writes a pcap file of n answered calls without media, each with 14
// messages: what a report of n flows is made of.
func WriteCalls(w io.Writer, n int) (Stats, error) {
	if n < 1 {
		return Stats{}, fmt.Errorf("a workload of %d calls", n)
	}
	s := shape{every: 7 * ms, start: func(g *generator, n int) actor {
		c := newCall(g, n)
		s := c.answered(time.Duration(1+g.random(8000)) * ms)
		return &running{script: append(s, c.over(time.Duration(5+g.random(60))*time.Second)...)}
	}}
	return generate(w, &arrivals{shape: s, most: n})
}

// WriteLongCall writes a pcap file of one call with so many messages, of which
// most are INFO: what a long ladder is drawn from. There are 16 and any
// multiple of 4 more.
func WriteLongCall(w io.Writer, messages int) (Stats, error) {
	if messages < longBase || (messages-longBase)%infoMessages != 0 {
		return Stats{}, fmt.Errorf("a call of %d messages: it has %d and a multiple of %d", messages, longBase, infoMessages)
	}
	return generate(w, &arrivals{most: 1, shape: shape{start: func(g *generator, n int) actor {
		return &running{script: newCall(g, n).long((messages - longBase) / infoMessages)}
	}}})
}

// long is an answered call with early media and so many INFOs.
func (c *call) long(infos int) script {
	s := append(c.ringing(),
		c.tell(ms, behind, "183 Session Progress", "INVITE", 1),
		c.tell(hop, before, "183 Session Progress", "INVITE", 1))
	s = append(s, c.answered(time.Second)[len(c.ringing()):]...)
	for i := range infos {
		s = append(s, c.info(2+i)...)
	}
	return append(s, c.bye(2+infos, 3*time.Second)...)
}

// info is an INFO and its answer, a transaction of its own.
func (c *call) info(seq int) script {
	return script{
		{2 * time.Second, func(g *generator) { c.branch = g.id() }},
		c.ask(0, before, "INFO", seq),
		c.ask(hop, behind, "INFO", seq),
		c.tell(8*ms, behind, "200 OK", "INFO", seq),
		c.tell(hop, before, "200 OK", "INFO", seq),
	}
}
