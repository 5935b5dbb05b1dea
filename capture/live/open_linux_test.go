package live

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"net"
	"os"
	"strings"
	"syscall"
	"testing"
	"time"
	"unsafe"

	"rung/capture"
)

func TestReceivedIsWhatWasSent(t *testing.T) {
	if !namespace(t) {
		return
	}
	pair(t, "ra", "rb")
	ip(t, "link set lo up")
	ad, q := uint32(0x88a8), uint32(0x8100)
	frames := [][]byte{
		frame(1, 46),
		frame(2, 200),
		frame(3, 1486),
		frame(4, 60, q<<16|100),
		frame(5, 60, q<<16|5<<13|101),
		frame(6, 60, ad<<16|102),
		frame(7, 60, ad<<16|7<<13|1<<12|4094),
		frame(8, 60, ad<<16|200, q<<16|100),
		frame(9, 60, q<<16|200, q<<16|3<<13|100),
		frame(10, 60, q<<16|5<<13), // a priority tag
		frame(11, 60, ad<<16|1, q<<16|2, q<<16|3),
		frame(12, 46),
		frame(13, 60, q<<16), // a tag that holds nothing
		frame(14, 60, ad<<16),
	}
	for _, names := range [][]string{{"rb"}, {"rb", "lo"}} {
		t.Run(fmt.Sprintf("interfaces=%d", len(names)), func(t *testing.T) {
			c := open(t, &Options{Interfaces: names, BufferMB: 8})
			s := newSender(t, "ra")
			before := wallClock()
			for _, f := range frames {
				s.send(t, f)
			}
			list := collect(t, c)
			if len(list) != len(frames) {
				t.Fatalf("%d packets, want %d", len(list), len(frames))
			}
			for i, p := range list {
				if !bytes.Equal(p.Data, frames[i]) {
					t.Errorf("packet %d\n got %x\nwant %x", i+1, p.Data, frames[i])
				}
				if p.WireLen != len(frames[i]) {
					t.Errorf("packet %d: %d bytes on the wire, want %d", i+1, p.WireLen, len(frames[i]))
				}
				if p.Frame != (capture.Frame{Number: int32(i + 1)}) || p.Index != uint64(i) || p.Offset != -1 || p.Interface != 0 || p.Link != capture.LinkEthernet {
					t.Errorf("packet %d: %+v", i+1, p)
				}
				if p.Time < before || p.Time > wallClock() {
					t.Errorf("packet %d: time %v", i+1, p.Time)
				}
			}
			in := c.Interfaces()
			if in[0].Name != "rb" || in[0].Packets != uint64(len(frames)) || in[0].Drops != 0 || in[0].Snaplen != maxSnaplen {
				t.Errorf("counters %+v", in[0])
			}
			if again := c.Interfaces(); again[0] != in[0] {
				t.Errorf("counters read twice: %+v, then %+v", in[0], again[0])
			}
			if d := c.Diagnostics(); len(d) != 0 {
				t.Errorf("diagnostics %v", d)
			}
		})
	}
}

func TestVLANSubinterfaceSends(t *testing.T) {
	if !namespace(t) {
		return
	}
	pair(t, "ra", "rb")
	ip(t, "link add link ra name ra.q type vlan id 100")
	ip(t, "link add link ra name ra.ad type vlan proto 802.1ad id 200")
	ip(t, "link set ra.q up")
	ip(t, "link set ra.ad up")
	c := open(t, &Options{Interfaces: []string{"rb"}, BufferMB: 8})
	newSender(t, "ra.q").send(t, frame(1, 60))
	newSender(t, "ra.ad").send(t, frame(2, 60))
	found := make(map[string]int)
	for _, p := range collect(t, c) {
		for name, want := range map[string][]byte{
			"802.1Q":  frame(1, 60, 0x8100<<16|100),
			"802.1ad": frame(2, 60, 0x88a8<<16|200),
		} {
			if bytes.Equal(p.Data, want) {
				found[name]++
			}
		}
	}
	if found["802.1Q"] != 1 || found["802.1ad"] != 1 {
		t.Errorf("found %v", found)
	}
}

func TestSnaplenCutsAndTellsTheLengthOnTheWire(t *testing.T) {
	if !namespace(t) {
		return
	}
	pair(t, "ra", "rb")
	c := open(t, &Options{Interfaces: []string{"rb"}, Snaplen: 64, BufferMB: 8})
	s := newSender(t, "ra")
	frames := [][]byte{frame(1, 40), frame(2, 500), frame(3, 500, 0x8100<<16|7)}
	for _, f := range frames {
		s.send(t, f)
	}
	list := collect(t, c)
	if len(list) != len(frames) {
		t.Fatalf("%d packets", len(list))
	}
	for i, p := range list {
		want := frames[i][:min(64, len(frames[i]))]
		if !bytes.Equal(p.Data, want) || p.WireLen != len(frames[i]) {
			t.Errorf("packet %d: %d of %d bytes: %x", i+1, len(p.Data), p.WireLen, p.Data)
		}
	}
}

func TestLoopbackIsSeenOnce(t *testing.T) {
	if !namespace(t) {
		return
	}
	ip(t, "link set lo up")
	for _, names := range [][]string{{"lo"}, {"any"}} {
		c := open(t, &Options{Interfaces: names, BufferMB: 8})
		conn, err := net.Dial("udp", "127.0.0.1:5060")
		if err != nil {
			t.Fatal(err)
		}
		if _, err := conn.Write([]byte("OPTIONS sip:once@example.com SIP/2.0\r\n\r\n")); err != nil {
			t.Fatal(err)
		}
		conn.Close()
		count := 0
		for _, p := range collect(t, c) {
			if bytes.Contains(p.Data, []byte("sip:once@")) && p.Data[23] == 17 { // not the ICMP error
				count++
			}
		}
		if count != 1 {
			t.Errorf("%v: seen %d times", names, count)
		}
	}
}

func TestTunIsReadAsRawIP(t *testing.T) {
	if !namespace(t) {
		return
	}
	tun := newTun(t, "tun0")
	ip(t, "addr add 10.8.0.1/24 dev tun0")
	ip(t, "link set tun0 up")
	c := open(t, &Options{Interfaces: []string{"tun0"}, BufferMB: 8})
	conn, err := net.Dial("udp", "10.8.0.2:5060")
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	if _, err := conn.Write([]byte("goes out")); err != nil {
		t.Fatal(err)
	}
	in := append([]byte{0x45, 0, 0, 27, 0, 1, 0, 0, 64, 99, 0, 0, 10, 8, 0, 2, 10, 8, 0, 1}, "come in"...)
	if _, err := syscall.Write(tun, in); err != nil {
		t.Fatal(err)
	}
	found := make(map[string]int)
	for _, p := range collect(t, c) {
		switch {
		case p.Link != capture.LinkRaw || p.Data[0]>>4 != 4 && p.Data[0]>>4 != 6:
			t.Errorf("no IP packet: %v %x", p.Link, p.Data)
		case bytes.Equal(p.Data, in):
			found["in"]++
		case bytes.HasSuffix(p.Data, []byte("goes out")) && p.Data[9] == 17:
			found["out"]++
		}
	}
	if found["in"] != 1 || found["out"] != 1 {
		t.Errorf("found %v", found)
	}
}

// newTun makes a tun interface and returns the end that a VPN would hold.
func newTun(t *testing.T, name string) int {
	t.Helper()
	fd, err := syscall.Open("/dev/net/tun", syscall.O_RDWR, 0)
	if err != nil {
		t.Skipf("no tun interfaces here: %v", err)
	}
	t.Cleanup(func() { syscall.Close(fd) })
	var req [40]byte // struct ifreq: name, flags
	copy(req[:15], name)
	binary.NativeEndian.PutUint16(req[16:], syscall.IFF_TUN|syscall.IFF_NO_PI)
	if _, _, errno := syscall.Syscall(syscall.SYS_IOCTL, uintptr(fd), syscall.TUNSETIFF, uintptr(unsafe.Pointer(&req))); errno != 0 {
		t.Skipf("no tun interfaces here: %v", errno)
	}
	return fd
}

func TestAnyMergesTwoInterfacesByTime(t *testing.T) {
	if !namespace(t) {
		return
	}
	pair(t, "ra", "rb")
	pair(t, "rc", "rd")
	ip(t, "link set rc down")
	ip(t, "link set rd down")
	ip(t, "link set rc up")
	ip(t, "link set rd up")
	c := open(t, &Options{Interfaces: []string{"any"}, BufferMB: 8})
	if n := len(c.Interfaces()); n != 4 {
		t.Fatalf("%d interfaces: %+v", n, c.Interfaces())
	}
	senders := []*sender{newSender(t, "ra"), newSender(t, "rc")}
	const n = 2000
	for i := range n {
		senders[i%2].send(t, frame(uint32(i), 100))
		if i%500 == 0 {
			time.Sleep(30 * time.Millisecond)
		}
	}
	list := collect(t, c)
	if len(list) != 2*n { // each leaves one interface and enters another
		t.Fatalf("%d packets, want %d", len(list), 2*n)
	}
	var last capture.Time
	next := uint32(0)
	for i, p := range list {
		if p.Time < last {
			t.Fatalf("packet %d is older than the one before it", i+1)
		}
		last = p.Time
		if p.Index != uint64(i) || p.Frame.Number != int32(i+1) {
			t.Fatalf("packet %d is numbered %v, %d", i+1, p.Frame, p.Index)
		}
		if name := c.Interfaces()[p.Interface].Name; name == "rb" || name == "rd" {
			if got := binary.BigEndian.Uint32(p.Data[14:]); got != next {
				t.Fatalf("packet %d holds number %d, want %d", i+1, got, next)
			}
			next++
		}
	}
	if next != n {
		t.Errorf("%d received", next)
	}
}

func TestDropsAreCountedWhenTheReaderSleeps(t *testing.T) {
	if !namespace(t) {
		return
	}
	pair(t, "ra", "rb")
	for _, names := range [][]string{{"rb"}, {"rb", "lo"}} {
		c := open(t, &Options{Interfaces: names, BufferMB: 2})
		s := newSender(t, "ra")
		const n = 8000
		for i := range n {
			s.send(t, frame(uint32(i), 1400))
		}
		time.Sleep(60 * time.Millisecond)
		list := collect(t, c)
		in := c.Interfaces()[0]
		if in.Packets != n || in.Drops == 0 || in.Freezes == 0 || uint64(len(list)) != n-in.Drops {
			t.Errorf("%v: %d read, counters %+v", names, len(list), in)
		}
	}
}

func TestInterfaceDownAndUpAgain(t *testing.T) {
	if !namespace(t) {
		return
	}
	pair(t, "ra", "rb")
	ip(t, "link set lo up")
	for _, names := range [][]string{{"rb"}, {"rb", "lo"}} {
		c := open(t, &Options{Interfaces: names, BufferMB: 2})
		newSender(t, "ra").send(t, frame(1, 60))
		if p, ok := await(t, c, 2*time.Second); !ok || p.Data[17] != 1 {
			t.Fatal("nothing before it went down")
		}
		ip(t, "link set rb down")
		start, used := time.Now(), cpu()
		if _, ok := await(t, c, time.Second); ok {
			t.Fatal("a packet while down")
		}
		if spent := cpu() - used; spent > 200*time.Millisecond {
			t.Errorf("%v of processor time in %v of waiting", spent, time.Since(start))
		}
		if d := c.Diagnostics(); len(d) != 1 || d[0].Code != codeDown || !strings.HasSuffix(d[0].Text, "; now it is down") {
			t.Errorf("diagnostics while down: %+v", d)
		}
		ip(t, "link set rb up")
		time.Sleep(50 * time.Millisecond)
		newSender(t, "ra").send(t, frame(2, 60))
		if p, ok := await(t, c, 3*time.Second); !ok || p.Data[17] != 2 {
			t.Fatal("nothing after it came back")
		}
		if d := c.Diagnostics(); len(d) != 1 || !strings.HasSuffix(d[0].Text, "was down once while it was captured from") {
			t.Errorf("diagnostics afterwards: %+v", d)
		}
		c.Close()
	}
}

func TestInterfaceVanishesAndIsMadeAgain(t *testing.T) {
	if !namespace(t) {
		return
	}
	pair(t, "ra", "rb")
	c := open(t, &Options{Interfaces: []string{"rb"}, BufferMB: 2})
	ip(t, "link del ra")
	if _, ok := await(t, c, time.Second); ok {
		t.Fatal("a packet of nothing")
	}
	if d := c.Diagnostics(); len(d) != 1 || !strings.HasSuffix(d[0].Text, "; now it has vanished") {
		t.Errorf("diagnostics: %+v", d)
	}
	pair(t, "ra", "rb")
	end := time.Now().Add(3 * time.Second)
	for s := newSender(t, "ra"); time.Now().Before(end); {
		s.send(t, frame(3, 60)) // to another MAC address: promiscuous again, too
		if p, ok := await(t, c, 200*time.Millisecond); ok {
			if !bytes.Equal(p.Data, frame(3, 60)) {
				t.Errorf("got %x", p.Data)
			}
			return
		}
	}
	t.Errorf("nothing from the new interface: %+v", c.Diagnostics())
}

func TestInterfaceDownFromTheStart(t *testing.T) {
	if !namespace(t) {
		return
	}
	pair(t, "ra", "rb")
	ip(t, "link set rb down")
	c := open(t, &Options{Interfaces: []string{"rb"}, BufferMB: 2})
	if _, ok := await(t, c, 300*time.Millisecond); ok {
		t.Fatal("a packet while down")
	}
	if d := c.Diagnostics(); len(d) != 1 || d[0].Code != codeDown {
		t.Errorf("diagnostics: %+v", d)
	}
	ip(t, "link set rb up")
	time.Sleep(50 * time.Millisecond)
	newSender(t, "ra").send(t, frame(1, 60))
	if _, ok := await(t, c, 3*time.Second); !ok {
		t.Error("nothing after it came up")
	}
}

func TestIdleTellsTheWallClock(t *testing.T) {
	if !namespace(t) {
		return
	}
	pair(t, "ra", "rb")
	for _, names := range [][]string{{"rb"}, {"rb", "lo"}} {
		c := open(t, &Options{Interfaces: names, BufferMB: 2})
		for range 3 {
			start := time.Now()
			var p capture.Packet
			if err := c.Next(&p); !errors.Is(err, capture.ErrIdle) {
				t.Fatalf("%v", err)
			}
			if d := time.Since(start); d < 80*time.Millisecond || d > time.Second {
				t.Errorf("%v: idle after %v", names, d)
			}
			if lag := wallClock().Sub(p.Time); lag < 0 || lag > 500*time.Millisecond {
				t.Errorf("%v: the clock lags %v", names, lag)
			}
			if p.Data != nil || p.Frame != (capture.Frame{}) {
				t.Errorf("more than the time is set: %+v", p)
			}
		}
	}
}

func TestUnknownInterface(t *testing.T) {
	if !namespace(t) {
		return
	}
	pair(t, "eth7", "rb")
	ip(t, "link set rb down")
	_, err := Open(&Options{Interfaces: []string{"eht7"}})
	var e *Error
	if !errors.As(err, &e) {
		t.Fatalf("%v", err)
	}
	for _, want := range []string{`"eht7"`, "lo (down)", "eth7", "rb (down)"} {
		if !strings.Contains(e.Error(), want) {
			t.Errorf("%q lacks %q", e.Error(), want)
		}
	}
	if e.Hint() != "did you mean eth7?" {
		t.Errorf("hint %q", e.Hint())
	}
}

func TestWithoutRightsTheErrorSaysHow(t *testing.T) {
	if !namespace(t) {
		return
	}
	if os.Getenv("RUNG_LIVE_NOBODY") == "" {
		if os.Getuid() != 0 {
			t.Skip("not root")
		}
		again(t, &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: 65534, Gid: 65534}}, "RUNG_LIVE_NOBODY=1")
		return
	}
	_, err := Open(&Options{Interfaces: []string{"lo"}})
	var e *Error
	if !errors.As(err, &e) || !errors.Is(err, syscall.EPERM) || !strings.Contains(e.Hint(), "setcap cap_net_raw+ep") {
		t.Errorf("%v", err)
	}
}

// capNetRaw is CAP_NET_RAW of <linux/capability.h>.
const capNetRaw = 13

func TestNetRawAloneIsEnough(t *testing.T) {
	if !namespace(t) {
		return
	}
	if os.Getenv("RUNG_LIVE_NOBODY") == "" {
		pair(t, "ra", "rb")
		again(t, &syscall.SysProcAttr{
			Credential:  &syscall.Credential{Uid: 65534, Gid: 65534},
			AmbientCaps: []uintptr{capNetRaw},
		}, "RUNG_LIVE_NOBODY=1")
		return
	}
	if status, err := os.ReadFile("/proc/self/status"); err != nil || !strings.Contains(string(status), "CapEff:\t0000000000002000") {
		t.Fatalf("%v: %s", err, status)
	}
	c := open(t, &Options{Interfaces: []string{"rb"}})
	newSender(t, "ra").send(t, frame(1, 60)) // to another MAC address
	if list := collect(t, c); len(list) != 1 {
		t.Errorf("%d packets", len(list))
	}
	if d := c.Diagnostics(); len(d) != 0 {
		t.Errorf("%v", d)
	}
}

func TestDropPrivileges(t *testing.T) {
	if !namespace(t) {
		return
	}
	if os.Getenv("SUDO_UID") != "65534" {
		pair(t, "ra", "rb")
		again(t, &syscall.SysProcAttr{}, "SUDO_UID=65534", "SUDO_GID=65533")
		return
	}
	c := open(t, &Options{Interfaces: []string{"rb"}, BufferMB: 2})
	s := newSender(t, "ra")
	did, err := DropPrivileges()
	if err != nil {
		t.Skipf("no other users in this namespace: %v", err)
	}
	if did != "uid 65534" || os.Getuid() != 65534 || os.Geteuid() != 65534 || os.Getegid() != 65533 {
		t.Errorf("did %q: uid %d, gid %d", did, os.Geteuid(), os.Getegid())
	}
	status, err := os.ReadFile("/proc/thread-self/status")
	if err != nil || !strings.Contains(string(status), "CapEff:\t0000000000000000") || !strings.Contains(string(status), "CapPrm:\t0000000000000000") {
		t.Errorf("rights are left: %v\n%s", err, status)
	}
	groups, err := os.Getgroups()
	for _, g := range groups {
		if g == 0 {
			t.Errorf("still in root's group: %v %v", groups, err)
		}
	}
	if _, err := Open(&Options{Interfaces: []string{"rb"}}); !errors.Is(err, syscall.EPERM) {
		t.Errorf("another capture could be opened: %v", err)
	}
	s.send(t, frame(1, 60))
	if list := collect(t, c); len(list) != 1 || c.Interfaces()[0].Packets != 1 {
		t.Errorf("%d packets, %+v", len(list), c.Interfaces())
	}
}

// cpu is the processor time used so far.
func cpu() time.Duration {
	var r syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &r); err != nil {
		return 0
	}
	return time.Duration(r.Utime.Nano() + r.Stime.Nano())
}
