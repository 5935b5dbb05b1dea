//go:build linux

package live

import (
	"bytes"
	"encoding/binary"
	"errors"
	"io"
	"net"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"testing"
	"time"

	"rung/capture"
)

// inside is set in the environment of a test that runs in its own namespace.
const inside = "RUNG_LIVE_INSIDE"

// namespace runs the calling test again in a fresh network namespace and
// returns false, or returns true there. The host's interfaces are never
// touched. The test is skipped where namespaces are refused.
func namespace(t testing.TB) bool {
	t.Helper()
	if os.Getenv(inside) != "" {
		return true
	}
	if _, err := exec.LookPath("ip"); err != nil {
		t.Skip("no ip command (iproute2) on this machine")
	}
	attr := &syscall.SysProcAttr{Cloneflags: syscall.CLONE_NEWNET}
	if os.Getuid() != 0 {
		attr.Cloneflags |= syscall.CLONE_NEWUSER
		attr.UidMappings = []syscall.SysProcIDMap{{ContainerID: 0, HostID: os.Getuid(), Size: 1}}
		attr.GidMappings = []syscall.SysProcIDMap{{ContainerID: 0, HostID: os.Getgid(), Size: 1}}
	}
	again(t, attr)
	return false
}

// again runs the calling test in another process.
func again(t testing.TB, attr *syscall.SysProcAttr, env ...string) {
	t.Helper()
	args := []string{"-test.run=^" + t.Name() + "$", "-test.v", "-test.timeout=60s"}
	if b, ok := t.(*testing.B); ok {
		args = []string{"-test.run=^$", "-test.bench=^" + b.Name() + "$", "-test.benchtime=1s"}
	}
	cmd := exec.Command("/proc/self/exe", args...)
	cmd.Env = append(append(os.Environ(), inside+"=1"), env...)
	cmd.SysProcAttr = attr
	var out bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &out
	if err := cmd.Start(); err != nil {
		if errors.Is(err, syscall.EPERM) || errors.Is(err, syscall.ENOSPC) || errors.Is(err, syscall.EINVAL) {
			t.Skipf("network namespaces are refused here: %v", err)
		}
		t.Fatal(err)
	}
	err := cmd.Wait()
	switch text := out.String(); {
	case err != nil:
		t.Fatalf("in the namespace: %v\n%s", err, text)
	case strings.Contains(text, "--- SKIP"):
		t.Skip(text)
	case strings.Contains(text, "no tests to run"):
		t.Fatal(text)
	default:
		t.Log(text)
	}
}

// ip runs the ip command.
func ip(t testing.TB, line string) {
	t.Helper()
	out, err := exec.Command("ip", strings.Fields(line)...).CombinedOutput()
	if err == nil {
		return
	}
	if text := string(out); strings.Contains(text, "Operation not supported") || strings.Contains(text, "not permitted") || strings.Contains(text, "Unknown device type") {
		t.Skipf("ip %s: %s", line, text)
	}
	t.Fatalf("ip %s: %v: %s", line, err, out)
}

// pair makes a veth pair a, b without addresses and IPv6, both up: nothing
// passes but what the test sends.
func pair(t testing.TB, a, b string) {
	t.Helper()
	ip(t, "link add "+a+" type veth peer name "+b)
	for _, n := range []string{a, b} {
		_ = os.WriteFile("/proc/sys/net/ipv6/conf/"+n+"/disable_ipv6", []byte("1"), 0o644)
		ip(t, "link set "+n+" up")
	}
}

// A sender sends raw frames out of an interface.
type sender struct {
	fd int
	to syscall.SockaddrLinklayer
}

func newSender(t testing.TB, name string) *sender {
	t.Helper()
	in, err := net.InterfaceByName(name)
	if err != nil {
		t.Fatal(err)
	}
	fd, err := syscall.Socket(syscall.AF_PACKET, syscall.SOCK_RAW, 0)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { syscall.Close(fd) })
	return &sender{fd: fd, to: syscall.SockaddrLinklayer{Ifindex: in.Index}}
}

func (s *sender) send(t testing.TB, frame []byte) {
	t.Helper()
	if err := syscall.Sendto(s.fd, frame, 0, &s.to); err != nil {
		t.Fatal(err)
	}
}

// frame is an Ethernet frame to somebody else (so that it is seen only when
// the interface is promiscuous) with the tags given and n bytes of payload that
// tell its number.
func frame(number uint32, n int, tags ...uint32) []byte {
	b := []byte{2, 0, 0, 0, 0, 9, 2, 0, 0, 0, 0, 1}
	for _, tag := range tags {
		b = binary.BigEndian.AppendUint32(b, tag)
	}
	b = append(b, 0x88, 0xb5) // local experimental EtherType
	for i := range n {
		b = append(b, byte(i))
	}
	binary.BigEndian.PutUint32(b[len(b)-n:], number)
	return b
}

// open opens a capture that is closed with the test.
func open(t testing.TB, opt *Options) *Capture {
	t.Helper()
	c, err := Open(opt)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Close() })
	return c
}

// collect stops the capture and returns what it saw, in order.
func collect(t testing.TB, c *Capture) []got {
	t.Helper()
	c.Stop()
	var list []got
	for {
		var p capture.Packet
		err := c.Next(&p)
		if errors.Is(err, io.EOF) {
			return list
		}
		if errors.Is(err, capture.ErrIdle) {
			continue
		}
		if err != nil {
			t.Fatal(err)
		}
		p.Data = append([]byte(nil), p.Data...)
		list = append(list, got{p})
	}
}

// await reads until a packet or the deadline.
func await(t testing.TB, c *Capture, wait time.Duration) (got, bool) {
	t.Helper()
	for end := time.Now().Add(wait); time.Now().Before(end); {
		var p capture.Packet
		err := c.Next(&p)
		if errors.Is(err, capture.ErrIdle) {
			continue
		}
		if err != nil {
			t.Fatal(err)
		}
		p.Data = append([]byte(nil), p.Data...)
		return got{p}, true
	}
	return got{}, false
}
