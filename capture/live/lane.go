package live

import (
	"sync"
	"sync/atomic"

	"rung/capture"
)

// A batch holds copies of packets.
type batch struct {
	packets []capture.Packet // Data is nil; it lies in data
	ends    []int            // where each packet's data ends
	data    []byte
}

// fits reports whether n more bytes may be added.
func (b *batch) fits(n int) bool {
	return len(b.packets) == 0 || len(b.packets) < maxBatchPackets && len(b.data)+n <= maxBatchBytes
}

func (b *batch) add(p *capture.Packet) {
	b.data = append(b.data, p.Data...)
	b.ends = append(b.ends, len(b.data))
	b.packets = append(b.packets, *p)
	b.packets[len(b.packets)-1].Data = nil
}

// get fills p with packet i, borrowed until the batch is emptied.
func (b *batch) get(i int, p *capture.Packet) {
	start := 0
	if i > 0 {
		start = b.ends[i-1]
	}
	*p = b.packets[i]
	p.Data = b.data[start:b.ends[i]:b.ends[i]]
}

func (b *batch) empty() {
	b.packets, b.ends, b.data = b.packets[:0], b.ends[:0], b.data[:0]
}

// A lane hands packets from the goroutine that reads one source to the one that
// calls Next. One batch is filled while the other is read, so that a packet is
// seen as soon as it is there and memory stays bounded: a writer that is ahead
// waits.
type lane struct {
	mu    sync.Mutex
	fill  *batch
	mark  capture.Time // nothing older is expected behind fill
	done  bool         // nothing more comes at all
	err   error        // why, nil at a plain end
	ready atomic.Bool  // something of the above has changed

	room chan struct{}   // poked when fill has become empty
	wake chan<- struct{} // poked when fill is no longer empty, or the mark moved
	quit <-chan struct{} // closed when nobody reads any more

	// The rest belongs to the reader.
	current *batch
	at      int
	seen    capture.Time // mark, as of the last take
	ended   bool
	failed  error
	late    bool // not waited for until it shows something
}

func newLane(wake chan<- struct{}, quit <-chan struct{}) *lane {
	return &lane{
		fill: new(batch), current: new(batch),
		room: make(chan struct{}, 1), wake: wake, quit: quit,
	}
}

// poke wakes who waits on a channel of capacity one.
func poke(c chan<- struct{}) {
	select {
	case c <- struct{}{}:
	default:
	}
}

// put hands over a copy of p. It waits while the reader is behind and returns
// false when nobody reads any more.
func (l *lane) put(p *capture.Packet) bool {
	for {
		l.mu.Lock()
		if l.fill.fits(len(p.Data)) {
			first := len(l.fill.packets) == 0
			l.fill.add(p)
			l.mark = p.Time
			l.ready.Store(true)
			l.mu.Unlock()
			if first {
				poke(l.wake)
			}
			return true
		}
		l.mu.Unlock()
		select {
		case <-l.room:
		case <-l.quit:
			return false
		}
	}
}

// quiet says that nothing older than mark is expected any more. A clock that
// was set back is followed.
func (l *lane) quiet(mark capture.Time) {
	l.mu.Lock()
	if mark > l.mark || l.mark.Sub(mark) > clockStep {
		l.mark = mark
	}
	l.ready.Store(true)
	l.mu.Unlock()
	poke(l.wake)
}

// end says that nothing more comes.
func (l *lane) end(err error) {
	l.mu.Lock()
	l.done, l.err = true, err
	l.ready.Store(true)
	l.mu.Unlock()
	poke(l.wake)
}

// has reports whether a packet waits. It is called by the reader only, and
// makes the packet of the pop before it invalid.
func (l *lane) has() bool {
	if l.at < len(l.current.packets) {
		return true
	}
	if !l.ready.Load() {
		return false
	}
	l.current.empty()
	l.at = 0
	l.mu.Lock()
	l.fill, l.current = l.current, l.fill
	l.seen, l.ended, l.failed = l.mark, l.done, l.err
	l.ready.Store(false)
	l.mu.Unlock()
	l.late = false
	poke(l.room)
	return len(l.current.packets) > 0
}

// head returns the time of the packet that waits.
func (l *lane) head() capture.Time { return l.current.packets[l.at].Time }

// pop takes the packet that waits.
func (l *lane) pop(p *capture.Packet) {
	l.current.get(l.at, p)
	l.at++
}
