package live

import (
	"errors"
	"fmt"
	"net"
	"sync"
	"syscall"
	"time"

	"github.com/gopacket/gopacket/afpacket"

	"rung/capture"
)

// A port is an open interface. read and close are called by one goroutine at a
// time, the rest by any.
type port struct {
	tp      *afpacket.TPacket
	fd      int
	epoll   int
	ring    ring
	link    link
	name    string
	index   int32
	snaplen int

	away    bool      // no longer up; waits for its return
	looked  time.Time // when it was last looked for
	counted int       // packets read since the counters were

	mu     sync.Mutex // guards the rest, and the socket against close
	closed bool
	seen   Interface
	last   [3]uint32 // the library's counters, as of the last look
	downs  int
	gone   string // why it is not read now, "" when it is
	promis error  // why it is not promiscuous
}

// openPort opens an interface as number index of the capture.
func openPort(c choice, index int32, snaplen, size int) (*port, error) {
	tp, err := socket(c, size)
	if err != nil {
		return nil, err
	}
	p := &port{tp: tp, link: c.link, name: c.Name, index: index, snaplen: snaplen}
	p.seen = Interface{Name: c.Name, Link: c.typ, Snaplen: snaplen}
	if err := p.start(c.Index); err != nil {
		tp.Close()
		return nil, err
	}
	return p, nil
}

// start sets the filter and begins to receive.
func (p *port) start(index int) error {
	fd, memory, err := private(p.tp)
	if err != nil {
		return err
	}
	p.fd = fd
	// Only behind Ethernet's addresses is there a place for a tag.
	p.ring = ring{memory: memory, size: blockSize, tags: p.link.typ == capture.LinkEthernet}
	filter, err := program(p.snaplen, p.link.loopback)
	if err != nil {
		return err
	}
	if err := p.tp.SetBPF(filter); err != nil {
		return fmt.Errorf("set the filter: %w", err)
	}
	p.promis = promiscuous(fd, index)
	if err := bind(fd, index); err != nil {
		return err
	}
	p.epoll, err = poller(fd)
	return err
}

// read implements feed.
func (p *port) read(out *capture.Packet) error {
	*out = capture.Packet{Link: p.link.typ, Interface: p.index, Offset: -1}
	for {
		found, err := p.ring.next(out)
		if err != nil {
			return fmt.Errorf("read from %s: %w", p.name, err)
		}
		if found {
			p.got(out)
			return nil
		}
		if err := p.wait(); err != nil {
			return err
		}
	}
}

// got sees to what a packet brings with it.
func (p *port) got(out *capture.Packet) {
	if len(out.Data) > p.snaplen {
		out.Data = out.Data[:p.snaplen] // with the tag put back it is longer
	}
	if p.away {
		p.back()
	}
	if p.counted++; p.counted >= statsEvery {
		p.counted = 0
		p.state()
	}
}

// wait waits for a block, errQuiet when none came in pollWait.
func (p *port) wait() error {
	var events [1]syscall.EpollEvent
	n, err := syscall.EpollWait(p.epoll, events[:], int(pollWait/time.Millisecond))
	switch {
	case errors.Is(err, syscall.EINTR):
		return nil
	case err != nil:
		return fmt.Errorf("read from %s: %w", p.name, err)
	case n > 0 && events[0].Events&syscall.EPOLLERR != 0:
		return p.fault()
	case n > 0:
		return nil
	}
	if p.away {
		p.look()
	}
	return errQuiet
}

// fault fetches the error that waits on the socket; until then every poll would
// return at once. An interface that went down is waited for.
func (p *port) fault() error {
	code, err := syscall.GetsockoptInt(p.fd, syscall.SOL_SOCKET, syscall.SO_ERROR)
	switch {
	case err != nil:
		return fmt.Errorf("read from %s: %w", p.name, err)
	case code == 0:
		// Fetched already, perhaps. Don't spin if not.
		time.Sleep(blockWait)
		return errQuiet
	case code != int(syscall.ENETDOWN):
		return fmt.Errorf("read from %s: %w", p.name, syscall.Errno(code))
	}
	p.away = true
	p.mu.Lock()
	p.downs++
	p.gone = "is down"
	p.mu.Unlock()
	p.look()
	return nil
}

// look looks whether a lost interface is there again, not too often, and binds
// the socket to it: one that was deleted and made again has another index.
func (p *port) look() {
	now := time.Now()
	if now.Sub(p.looked) < returnWait {
		return
	}
	p.looked = now
	in, err := net.InterfaceByName(p.name)
	switch {
	case err != nil:
		p.lost("has vanished")
		return
	case in.Flags&net.FlagUp == 0:
		p.lost("is down")
		return
	}
	links, err := linkTypes()
	if err != nil {
		return // the next look will tell
	}
	if l, ok := linkOf(links[in.Index]); !ok || l != p.link {
		p.lost("came back with another link layer")
		return
	}
	promis := promiscuous(p.fd, in.Index)
	if err := bind(p.fd, in.Index); err != nil {
		p.lost("is there, but can't be bound: " + err.Error())
		return
	}
	p.mu.Lock()
	p.promis = promis
	p.mu.Unlock()
	p.back()
}

// lost notes why the interface is not read.
func (p *port) lost(why string) {
	p.mu.Lock()
	p.gone = why
	p.mu.Unlock()
}

// back notes that the interface is read again.
func (p *port) back() {
	p.away = false
	p.lost("")
}

// state implements feed. The kernel sets its counters to 0 when they are read,
// the library adds them up in 32 bits, and here they get 64.
func (p *port) state() Interface {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.count()
	return p.seen
}

func (p *port) count() {
	if p.closed {
		return
	}
	_, s, err := p.tp.SocketStats()
	if err != nil {
		return // the next look will count them
	}
	now := [3]uint32{uint32(s.Packets()), uint32(s.Drops()), uint32(s.QueueFreezes())}
	p.seen.Packets += uint64(now[0] - p.last[0])
	p.seen.Drops += uint64(now[1] - p.last[1])
	p.seen.Freezes += uint64(now[2] - p.last[2])
	p.last = now
}

// diagnostics implements feed.
func (p *port) diagnostics() []capture.Diagnostic {
	p.mu.Lock()
	defer p.mu.Unlock()
	var list []capture.Diagnostic
	if p.downs > 0 {
		text := fmt.Sprintf("interface %s was down %s while it was captured from", p.name, times(p.downs))
		if p.gone != "" {
			text += "; now it " + p.gone
		}
		list = append(list, capture.Diagnostic{Code: codeDown, Severity: capture.Warning, Text: text})
	}
	if p.promis != nil {
		list = append(list, capture.Diagnostic{
			Code: codePromisc, Severity: capture.Warning,
			Text: fmt.Sprintf("interface %s could not be made promiscuous (%v): what is not addressed to this host may be missing", p.name, p.promis),
		})
	}
	return list
}

// close implements feed.
func (p *port) close() {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.closed {
		return
	}
	p.count()
	p.closed = true
	syscall.Close(p.epoll)
	p.tp.Close()
}
