package main

import (
	"errors"
	"fmt"
	"net"
	"os"
	"runtime"
	"strconv"
	"strings"
	"syscall"
	"time"
	"unsafe"

	"rung/cmd/rungbench/workload"
)

// A mmsghdr is struct mmsghdr of <sys/socket.h> on 64 bits.
type mmsghdr struct {
	hdr syscall.Msghdr
	n   uint32
	_   uint32
}

// sendmmsgNumber is the system call's number: package syscall knows it for some
// machines only.
var sendmmsgNumber = map[string]uintptr{"amd64": 307, "arm64": 269}[runtime.GOARCH]

const (
	packetQdiscBypass = 20  // PACKET_QDISC_BYPASS of <linux/if_packet.h>
	batchFrames       = 256 // in one system call; the kernel takes 1,024
	sendBuffer        = 8 << 20
)

// A wire sends frames out of an interface, many in one system call.
type wire struct {
	fd    int
	name  string
	msgs  [batchFrames]mmsghdr
	iovs  [batchFrames]syscall.Iovec
	n     int
	waits int64
}

func openWire(name string) (*wire, error) {
	if sendmmsgNumber == 0 {
		return nil, fmt.Errorf("the number of sendmmsg on %s is not known", runtime.GOARCH)
	}
	in, err := net.InterfaceByName(name)
	if err != nil {
		return nil, err
	}
	// Protocol 0: it receives nothing.
	fd, err := syscall.Socket(syscall.AF_PACKET, syscall.SOCK_RAW|syscall.SOCK_CLOEXEC, 0)
	if err != nil {
		return nil, fmt.Errorf("open a packet socket: %w", err)
	}
	err = errors.Join(
		syscall.Bind(fd, &syscall.SockaddrLinklayer{Ifindex: in.Index}),
		syscall.SetsockoptInt(fd, syscall.SOL_PACKET, packetQdiscBypass, 1),
		syscall.SetsockoptInt(fd, syscall.SOL_SOCKET, syscall.SO_SNDBUF, sendBuffer))
	if err != nil {
		syscall.Close(fd)
		return nil, fmt.Errorf("set up a packet socket: %w", err)
	}
	return &wire{fd: fd, name: name}, nil
}

// add takes a frame, which must stay as it is until flush.
func (w *wire) add(frame []byte) error {
	if w.n == batchFrames {
		if err := w.flush(); err != nil {
			return err
		}
	}
	v := &w.iovs[w.n]
	v.Base = &frame[0]
	v.SetLen(len(frame))
	h := &w.msgs[w.n].hdr
	h.Iov, h.Iovlen = v, 1
	w.n++
	return nil
}

// flush sends what was added, to the last frame.
func (w *wire) flush() error {
	for at := 0; at < w.n; {
		n, _, errno := syscall.Syscall6(sendmmsgNumber, uintptr(w.fd), uintptr(unsafe.Pointer(&w.msgs[at])), uintptr(w.n-at), 0, 0, 0)
		switch errno {
		case 0:
			at += int(n)
		case syscall.EINTR:
		case syscall.ENOBUFS, syscall.EAGAIN: // a queue is full: the frame was not sent
			w.waits++
			nap(50 * time.Microsecond)
		default:
			return fmt.Errorf("send: %w", errno)
		}
	}
	w.n = 0
	return nil
}

// dropped is how many frames the interface did not pass on.
func (w *wire) dropped() (int64, error) {
	text, err := os.ReadFile("/proc/net/dev")
	if err != nil {
		return 0, err
	}
	for line := range strings.Lines(string(text)) {
		name, counters, ok := strings.Cut(strings.TrimSpace(line), ":")
		// bytes packets errs drop fifo frame compressed multicast, twice
		if f := strings.Fields(counters); ok && name == w.name && len(f) >= 12 {
			return strconv.ParseInt(f[11], 10, 64)
		}
	}
	return 0, fmt.Errorf("%s is not in /proc/net/dev", w.name)
}

// nap sleeps without the runtime's timers, which wake a millisecond late when
// the process has nothing else to do.
func nap(d time.Duration) {
	ts := syscall.NsecToTimespec(int64(d))
	_ = syscall.Nanosleep(&ts, nil)
}

// napTime is how often packets are sent: 60 at once at 250,000 a second.
const napTime = 250 * time.Microsecond

// maxBehind is how late packets may be sent; a sender that is later takes its
// clock back.
const maxBehind = 100 * time.Millisecond

// hangUpTime is the longest that all calls may need to end.
const hangUpTime = 10 * time.Second

// A mark is how much was sent at one time.
type mark struct {
	at   time.Duration
	sent int64
}

// send keeps the line busy for so long, and lets its calls hang up.
func send(w *wire, opt workload.LineOptions, busy time.Duration) (*sending, error) {
	line, err := workload.NewLine(opt)
	if err != nil {
		return nil, err
	}
	runtime.LockOSThread()
	var failed error
	put := func(frame []byte) {
		if err := w.add(frame); err != nil {
			failed = err
		}
	}
	p := pace{opt.Calls, opt.Ptime}
	out := &sending{}
	start, done := time.Now(), int64(0)
	var full, close mark
	for closed := false; failed == nil; {
		now := time.Since(start)
		if now >= opt.Ramp+time.Second && full.at == 0 {
			full = mark{now, line.Stats().Packets}
		}
		if now >= busy && !closed {
			line.Close()
			closed, close = true, mark{now, line.Stats().Packets}
		}
		if closed && (line.Active() == 0 || now > busy+hangUpTime) {
			break
		}
		due := p.due(now)
		if behind := p.time(due - done); behind > maxBehind {
			// The machine stood still. To send all of that at once would be no
			// traffic that any trunk has.
			start = start.Add(behind)
			out.Stalled += behind
			continue
		}
		out.Late = max(out.Late, p.time(due-done))
		// A slot's frames are sent before it makes the next ones.
		for end := min(due, done+int64(opt.Calls)); done < end && failed == nil; done++ {
			line.Step(int(done%int64(opt.Calls)), put)
		}
		if err := w.flush(); err != nil {
			return nil, err
		}
		if done == due {
			nap(napTime)
		}
	}
	if d := close.at - full.at; full.at > 0 && d > 0 {
		out.Rate = float64(close.sent-full.sent) / d.Seconds()
	}
	out.Took, out.Line, out.Waits = time.Since(start), line.Stats(), w.waits
	if failed != nil {
		return nil, failed
	}
	if out.Dropped, err = w.dropped(); err != nil {
		return nil, err
	}
	if n := line.Active(); n > 0 {
		return nil, fmt.Errorf("%d calls have not hung up after %v: the sender is too slow", n, hangUpTime)
	}
	return out, nil
}
