package live

import (
	"errors"
	"io"
	"math"
	"sync"
	"sync/atomic"
	"time"

	"rung/capture"
)

// errQuiet says that nothing came for as long as a read waits.
var errQuiet = errors.New("nothing came")

// A feed is one interface.
type feed interface {
	// read fills p but for its number, borrowed until the next read. It
	// returns errQuiet when nothing came for pollWait.
	read(p *capture.Packet) error
	// state returns name, link type and counters, from any goroutine.
	state() Interface
	// diagnostics returns what was odd, from any goroutine.
	diagnostics() []capture.Diagnostic
	// close gives the socket back. No read runs then.
	close()
}

// A Capture reads live interfaces. It is a capture.Source.
//
// Frames are numbered from 1 as they are handed out, with Frame.File 0. Frame
// numbers have 31 bits: after 2,147,483,647 packets (two hours and a half at
// 250,000 a second) they begin again at 1 with the next Frame.File, so that no
// two packets have the same Frame. Packet.Index goes on.
type Capture struct {
	feeds []feed
	odd   []capture.Diagnostic // of opening
	stop  stopper
	quit  chan struct{} // closed by Close: nobody reads any more
	wg    sync.WaitGroup
	now   func() capture.Time

	reading sync.Mutex // held by Next and Close
	closed  bool
	one     *drain  // with one interface
	several *merger // with several
	quiet   int     // reads in a row without a packet
	last    capture.Packet
	wraps   atomic.Int32
}

// newCapture starts to read the feeds.
func newCapture(feeds []feed, odd []capture.Diagnostic, now func() capture.Time) *Capture {
	c := &Capture{feeds: feeds, odd: odd, quit: make(chan struct{}), now: now}
	if len(feeds) == 1 {
		c.one = &drain{feed: feeds[0], stop: &c.stop}
		return c
	}
	c.several = newMerger(len(feeds), c.quit)
	for i, f := range feeds {
		c.wg.Add(1)
		go c.fill(c.several.lanes[i], &drain{feed: f, stop: &c.stop})
	}
	return c
}

// fill reads one of several feeds into its lane until it ends.
func (c *Capture) fill(l *lane, d *drain) {
	defer c.wg.Done()
	var p capture.Packet
	for {
		switch err := d.read(&p); {
		case err == nil:
			if !l.put(&p) {
				return
			}
		case errors.Is(err, errQuiet):
			l.quiet(c.now().Add(-settle))
		case errors.Is(err, io.EOF):
			l.end(nil)
			return
		default:
			l.end(err)
			return
		}
	}
}

// Next fills p with the next packet; its Data is borrowed until the next call
// or Close. When none came for about 100 ms it returns capture.ErrIdle. p.Time
// is then the wall clock less 50 ms, which is how long the kernel may keep a
// packet before it shows it: no later packet is older. After Stop it returns
// io.EOF once the packets that had passed by then are handed out. Another error
// means that no interface can be read any more.
func (c *Capture) Next(p *capture.Packet) error {
	c.reading.Lock()
	defer c.reading.Unlock()
	if c.closed {
		return io.EOF
	}
	err := c.read(p)
	switch {
	case err == nil:
		c.number(p)
	case errors.Is(err, errQuiet):
		*p = capture.Packet{Time: max(c.now().Add(-settle), c.last.Time)}
		return capture.ErrIdle
	}
	return err
}

func (c *Capture) read(p *capture.Packet) error {
	if c.several != nil {
		return c.several.next(p)
	}
	for {
		err := c.one.read(p)
		if !errors.Is(err, errQuiet) {
			c.quiet = 0
			return err
		}
		if c.quiet++; c.quiet >= int(idleAfter/pollWait) {
			c.quiet = 0
			return err
		}
	}
}

// number gives p its place in the capture.
func (c *Capture) number(p *capture.Packet) {
	if c.last.Frame.Number == math.MaxInt32 {
		c.last.Frame = capture.Frame{File: c.last.Frame.File + 1}
		c.wraps.Add(1)
	}
	c.last.Frame.Number++
	c.last.Time = p.Time
	p.Frame, p.Index = c.last.Frame, c.last.Index
	c.last.Index++
}

// Stop ends the capture: Next hands out what passed until now and then returns
// io.EOF. It may be called from any goroutine, any number of times.
func (c *Capture) Stop() { c.stop.now(c.now()) }

// Interfaces returns the interfaces in the order of capture.Packet.Interface,
// with what the kernel counted so far. It may be called from any goroutine,
// also after Close.
func (c *Capture) Interfaces() []Interface {
	list := make([]Interface, len(c.feeds))
	for i, f := range c.feeds {
		list[i] = f.state()
	}
	return list
}

// Diagnostics returns what was odd so far, a few at most. It may be called from
// any goroutine.
func (c *Capture) Diagnostics() []capture.Diagnostic {
	list := append([]capture.Diagnostic(nil), c.odd...)
	for _, f := range c.feeds {
		list = append(list, f.diagnostics()...)
	}
	if n := c.wraps.Load(); n > 0 {
		list = append(list, wrapped(n))
	}
	return list
}

// Close stops the capture and gives the sockets back. The Data of the last
// packet must not be touched any more. Only the first call does something.
func (c *Capture) Close() error {
	c.Stop()
	c.reading.Lock()
	defer c.reading.Unlock()
	if c.closed {
		return nil
	}
	c.closed = true
	close(c.quit)
	c.wg.Wait()
	for _, f := range c.feeds {
		f.close()
	}
	return nil
}

// A stopper remembers when Stop was called.
type stopper struct {
	at atomic.Int64 // capture.Time; 0: not yet
}

func (s *stopper) now(t capture.Time) { s.at.CompareAndSwap(0, int64(t)) }

// A drain reads a feed until Stop, and then what had passed by then: until a
// read that began after Stop finds nothing, or a packet came after it.
type drain struct {
	feed feed
	stop *stopper
	rest int // bytes read after Stop
	over bool
}

func (d *drain) read(p *capture.Packet) error {
	if d.over {
		return io.EOF
	}
	at := capture.Time(d.stop.at.Load())
	err := d.feed.read(p)
	if at == 0 {
		return err
	}
	// A clock that was set back would let it go on for ever: more than a ring
	// holds can't have waited.
	if d.rest += len(p.Data); err != nil || p.Time > at || d.rest > maxRing {
		d.over = true
		if err != nil && !errors.Is(err, errQuiet) {
			return err
		}
		return io.EOF
	}
	return nil
}

// wallClock is the clock that the kernel stamps packets with.
func wallClock() capture.Time { return capture.TimeOf(time.Now()) }
