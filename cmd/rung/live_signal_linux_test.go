package main

import (
	"fmt"
	"io"
	"os"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"
)

// streamed starts the program on a stream.
func streamed(t *testing.T, end *os.File) (p *rungProgram, feed io.WriteCloser) {
	t.Helper()
	p = &rungProgram{Cmd: asProgram(t, "live", "-")}
	p.Stdout, p.Stderr = &p.out, &p.err
	if end != nil {
		p.Stdout, p.Stderr = end, end
	}
	feed, err := p.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	background(t, p.Cmd)
	for range 500 { // until then the signal would end it
		if catches(t, p.Process.Pid, syscall.SIGUSR1) {
			break
		}
		time.Sleep(10 * time.Millisecond)
	}
	return p, feed
}

// catches tells whether a process handles a signal.
func catches(t *testing.T, pid int, sig syscall.Signal) bool {
	t.Helper()
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	if err != nil {
		t.Skipf("processes are not told: %v", err)
	}
	_, mask, _ := strings.Cut(string(text), "SigCgt:\t")
	mask, _, _ = strings.Cut(mask, "\n")
	bits, err := strconv.ParseUint(mask, 16, 64)
	if err != nil {
		t.Skipf("signals are not told: %v", err)
	}
	return bits>>(sig-1)&1 == 1
}

// asks sends SIGUSR1 until it is answered: Go drops it before rung listens.
func (p *rungProgram) asks(t *testing.T, want string) {
	t.Helper()
	before := strings.Count(p.err.String(), want)
	for range 10 {
		p.Process.Signal(syscall.SIGUSR1)
		for range 15 { // longer than a tick
			time.Sleep(100 * time.Millisecond)
			if strings.Count(p.err.String(), want) > before {
				return
			}
		}
	}
	t.Fatalf("no %q in\n%s", want, p.err.String())
}

// SIGUSR1 is answered when nothing has come yet, and when no packet has; SIGINT
// ends in order then, too.
func TestLiveSummaryBeforeTheFirstPacket(t *testing.T) {
	p, feed := streamed(t, nil)
	p.asks(t, "nothing has come on standard input yet")
	if _, err := feed.Write(hours(t)[:24]); err != nil {
		t.Fatal(err)
	}
	p.asks(t, "no packets on standard input")
	p.Process.Signal(os.Interrupt)
	if code := p.ends(t); code != exitDone || !strings.Contains(p.out.String(), `"type":"capture"`) {
		t.Errorf("exit status %d\n%s\n%s", code, p.out.String(), p.err.String())
	}

	p, _ = streamed(t, nil)
	p.asks(t, "nothing has come")
	p.Process.Signal(syscall.SIGTERM)
	if code := p.ends(t); code != exitDone || !strings.Contains(p.out.String(), `"type":"capture"`) {
		t.Errorf("SIGTERM before the first byte: exit status %d\n%s\n%s", code, p.out.String(), p.err.String())
	}
}

// A summary on the terminal takes the table's place, and is not drawn over
// while it is read.
func TestLiveSummaryOnATerminal(t *testing.T) {
	if testing.Short() {
		t.Skip("it waits for pictures; not with -short")
	}
	master, end := terminal(t, 100, 30)
	p, feed := streamed(t, end)
	var out output
	go io.Copy(&out, master)
	if _, err := feed.Write(hours(t)); err != nil {
		t.Fatal(err)
	}
	p.await(t, &out, "flows in memory")
	p.Process.Signal(syscall.SIGUSR1)
	p.await(t, &out, "rung: live: ")
	time.Sleep(2500 * time.Millisecond) // two pictures
	s := newScreen(100, 30)
	s.write(t, out.String())
	if shown := s.String(); !strings.HasPrefix(shown, "rung: live: ") || strings.Contains(shown, "KIND") {
		t.Errorf("the terminal shows\n%s", shown)
	}
	p.Process.Signal(os.Interrupt)
	if code := p.ends(t); code != exitDone {
		t.Errorf("exit status %d", code)
	}
}
