package main

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"rung/capture"
	"rung/capture/capturetest"
)

// flowTitles are the flows of live lines, each once.
func flowTitles(list []liveLine) (out []string) {
	for _, text := range told(list) {
		if !strings.HasPrefix(text, "0x") {
			out = append(out, text)
		}
	}
	return out
}

// noise makes a capture of UDP without meaning, so many packets with so many
// bytes each.
func noise(t *testing.T, n, size int) string {
	t.Helper()
	one := capturetest.Packets(t, "-- 0 udp 10.7.0.1:7000 > 10.7.0.2:7001 hex --\n"+strings.Repeat("00", size)+"\n")[0]
	list := make([]capture.Packet, n)
	for i := range list {
		list[i] = one
		list[i].Data = bytes.Clone(one.Data)
		list[i].Data[18], list[i].Data[19] = byte(i>>8), byte(i) // IP id, or they are copies
		list[i].Data[24], list[i].Data[25] = 0, 0
	}
	return pcapOf(t, list)
}

// When to stop, what to keep of a packet, and which packets.
func TestLiveFlagsOnAnInterface(t *testing.T) {
	e := inNamespace(t, "tcpreplay")
	if e == nil {
		return
	}
	t.Run("count ends the capture", func(t *testing.T) {
		r := start(t, nil, "-i", "near0", "--count", "20")
		e.play(t, noise(t, 200, 50), "--topspeed")
		r.end()
		if a := r.account(); a.Frames != 20 {
			t.Errorf("%d packets", a.Frames)
		}
	})
	t.Run("duration ends the capture on a quiet wire", func(t *testing.T) {
		began := time.Now()
		r := start(t, nil, "-i", "near0", "--duration", "1s")
		r.end()
		if d := time.Since(began); d < time.Second || d > 5*time.Second {
			t.Errorf("took %v", d)
		}
		if a := r.account(); a.Frames != 0 || !strings.Contains(r.stderr.String(), "no packets on near0") {
			t.Errorf("%+v\n%s", a, r.stderr.String())
		}
	})
	t.Run("snaplen cuts packets and says so", func(t *testing.T) {
		ring := filepath.Join(t.TempDir(), "ring")
		r := start(t, nil, "-i", "near0", "--snaplen", "96", "-w", ring)
		e.playText(t, optionsIn("cut", ""))
		live := r.interrupt()
		if a := r.account(); a.Frames != 2 || !strings.Contains(r.stdout.String(), "cut") {
			t.Errorf("%+v\n%s", a, r.stdout.String())
		}
		same(t, "ring", toldOfFiles(t, ring), told(live))
	})
	t.Run("filter passes fragments and what is in tunnels", func(t *testing.T) {
		ring := filepath.Join(t.TempDir(), "ring")
		r := start(t, nil, "-i", "near0", "-w", ring, "--filter", "port 5060 or portrange 20000-20100")
		e.playText(t, strings.Replace(optionsIn("big", "frag=400"), "CSeq:", "X: "+strings.Repeat("x", 3000)+"\nCSeq:", -1))
		e.playText(t, optionsIn("tunnelled", "vxlan=7 vlan=3"))
		e.playText(t, optionsIn("tunnelled-in-fragments", "vxlan=7 outerfrag=256"))
		e.playText(t, strings.Replace(optionsIn("elsewhere", ""), ":5060 ", ":7060 ", -1))
		e.play(t, noise(t, 300, 50), "--topspeed")
		live := r.interrupt()
		if n := len(flowTitles(live)); n != 1 { // a row of keepalives between two ends
			t.Errorf("%d flows: %v", n, flowTitles(live))
		}
		messages := 0
		for _, l := range live {
			messages = max(messages, len(l.Messages))
		}
		if messages != 6 || strings.Contains(r.stdout.String(), "elsewhere") {
			t.Errorf("%d messages, want 6\n%s\n%s", messages, r.stdout.String(), r.stderr.String())
		}
		if m := regexp.MustCompile(`the filter took out (\d+) packets`).FindStringSubmatch(r.stderr.String()); m == nil || atoi(m[1]) < 302 {
			t.Errorf("took out %v\n%s", m, r.stderr.String())
		}
		same(t, "ring", toldOfFiles(t, ring), told(live))
	})
	t.Run("the ring removes its oldest files", func(t *testing.T) {
		ring := filepath.Join(t.TempDir(), "ring")
		r := start(t, nil, "-i", "near0", "-w", ring, "--ring", "64K,3")
		for i := range 6 {
			e.play(t, noise(t, 100, 1000), "--topspeed")
			e.playText(t, optionsIn(fmt.Sprintf("round%d", i), ""))
		}
		r.interrupt()
		files, _ := filepath.Glob(filepath.Join(ring, "*.pcapng"))
		if len(files) != 3 {
			t.Errorf("files: %v", files)
		}
		for _, f := range files {
			if st, err := os.Stat(f); err != nil || st.Size() > 70<<10 {
				t.Errorf("%s: %d bytes, %v", f, st.Size(), err)
			}
		}
		if a := r.account(); a.Frames != 612 {
			t.Errorf("%d packets", a.Frames)
		}
		m := regexp.MustCompile(`recorded (\d+) files, 3 kept`).FindStringSubmatch(r.stderr.String())
		if m == nil || atoi(m[1]) < 10 {
			t.Errorf("%v in\n%s", m, r.stderr.String())
		}
		text := string(rung(t, "list", "--format", "ndjson", "-q", ring))
		if !strings.Contains(text, "round5") || strings.Contains(text, "round0") {
			t.Errorf("the ring holds\n%s", text)
		}
	})
}

func atoi(s string) int {
	n, _ := strconv.Atoi(s)
	return n
}

// Several interfaces at once, and loopback without its packets' second sight.
func TestLiveSeveralInterfaces(t *testing.T) {
	e := inNamespace(t, "tcpreplay")
	if e == nil {
		return
	}
	e.veth(t, "near1", "far1")
	must(t, nil, "ip", "link", "set", "lo", "up")
	ping := func(t *testing.T, text string) {
		must(t, e.at("tcpreplay", "-q", "--topspeed", "-i", "far1", pcapOf(t, capturetest.Packets(t, text))))
	}
	local := func(t *testing.T) {
		c, err := net.Dial("udp", "127.0.0.1:5060")
		if err != nil {
			t.Fatal(err)
		}
		defer c.Close()
		fmt.Fprintf(c, "OPTIONS sip:x@127.0.0.1 SIP/2.0\r\nVia: SIP/2.0/UDP 127.0.0.1;branch=z9hG4bKlocal\r\nFrom: <sip:a@x>;tag=1\r\n"+
			"To: <sip:x@127.0.0.1>\r\nCall-ID: local\r\nCSeq: 1 OPTIONS\r\nContent-Length: 0\r\n\r\n")
	}
	for _, tt := range []struct {
		name            string
		args            []string
		sockets, frames int
	}{
		{"two of three", []string{"-i", "near0", "-i", "near1"}, 2, 4},
		{"any", []string{"-i", "any"}, 3, 6}, // with ICMP that nobody listens
		{"one named twice", []string{"-i", "near1,near1"}, 1, 2},
	} {
		t.Run(tt.name, func(t *testing.T) {
			ring := filepath.Join(t.TempDir(), "ring")
			before := sockets(t)
			r := start(t, nil, append(tt.args, "-w", ring)...)
			awaitSockets(t, before+tt.sockets-1, r.stderr.String)
			other := strings.NewReplacer("10.7.0.1", "10.8.0.1", "10.7.0.2", "10.8.0.2")
			e.playText(t, optionsIn("first", ""))
			ping(t, other.Replace(optionsIn("second", "")))
			local(t)
			live := r.interrupt()
			if a := r.account(); a.Frames != tt.frames || a.Drops != 0 {
				t.Errorf("%+v, want %d packets\n%s", a, tt.frames, r.stderr.String())
			}
			same(t, "ring", toldOfFiles(t, ring), told(live))
		})
	}
}

// What the kernel counts behind the end is no part of the capture.
func TestLiveCountersEndWithTheCapture(t *testing.T) {
	e := inNamespace(t, "tcpreplay")
	if e == nil {
		return
	}
	p := &program{stdout: io.Discard, stderr: io.Discard}
	s, err := p.openLive(t.Context(), &liveOptions{interfaces: []string{"near0"}, ring: defaultRing}, nil)
	if err != nil {
		t.Fatal(err)
	}
	defer s.close()
	e.playText(t, optionsIn("before", ""))
	s.stop()
	e.playText(t, optionsIn("behind", ""))
	var pkt capture.Packet
	n := 0
	for ; s.Next(&pkt) == nil; n++ {
	}
	if all := s.capture.Interfaces()[0].Packets; n != 2 || s.state()[0].Packets != 2 || all != 4 {
		t.Errorf("%d packets, counted %d of %d", n, s.state()[0].Packets, all)
	}
}

// asProgram is "rung" as a program of its own: this test's, which is rung when it
// is called so.
func asProgram(t *testing.T, args ...string) *exec.Cmd {
	t.Helper()
	cmd := exec.Command("/proc/self/exe")
	cmd.Args = append([]string{"rung"}, args...)
	cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	return cmd
}

// A rungProgram runs beside the test.
type rungProgram struct {
	*exec.Cmd
	out, err output
}

func startProgram(t *testing.T, cmd *exec.Cmd) *rungProgram {
	t.Helper()
	p := &rungProgram{Cmd: cmd}
	if cmd.Stdout == nil {
		cmd.Stdout = &p.out
	}
	cmd.Stderr = &p.err
	before := sockets(t)
	background(t, cmd)
	if slices.Contains(cmd.Args, "-i") {
		awaitSockets(t, before, p.err.String)
	}
	return p
}

// await waits for a text on standard error.
func (p *rungProgram) await(t *testing.T, o *output, want string) {
	t.Helper()
	for end := time.Now().Add(10 * time.Second); time.Now().Before(end); time.Sleep(20 * time.Millisecond) {
		if strings.Contains(o.String(), want) {
			return
		}
	}
	t.Fatalf("no %q in\n%s\n%s", want, p.out.String(), p.err.String())
}

// ends waits for the end and returns the exit status.
func (p *rungProgram) ends(t *testing.T) int {
	t.Helper()
	kill := time.AfterFunc(15*time.Second, func() { p.Process.Kill() })
	defer kill.Stop()
	err := p.Wait()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		t.Fatal(err)
	}
	return p.ProcessState.ExitCode()
}

// The program itself: SIGUSR1 tells, SIGINT ends in order, and what a stopped
// reader misses is counted.
func TestLiveSignals(t *testing.T) {
	e := inNamespace(t, "tcpreplay")
	if e == nil {
		return
	}
	t.Run("a summary on SIGUSR1, a complete end on SIGINT", func(t *testing.T) {
		ring := filepath.Join(t.TempDir(), "ring")
		p := startProgram(t, asProgram(t, "live", "-i", "near0", "-w", ring, "--ring", "64K,0"))
		e.playText(t, optionsIn("one", ""))
		time.Sleep(300 * time.Millisecond)
		p.Process.Signal(syscall.SIGUSR1)
		p.await(t, &p.err, "2 packets")
		e.playText(t, optionsIn("two", ""))
		e.play(t, noise(t, 300, 1000), "--topspeed")
		time.Sleep(300 * time.Millisecond)
		p.Process.Signal(os.Interrupt)
		if code := p.ends(t); code != exitDone {
			t.Errorf("exit status %d\n%s", code, p.err.String())
		}
		if !strings.Contains(p.err.String(), "304 packets") || !strings.Contains(p.out.String(), `"type":"capture"`) {
			t.Errorf("got\n%s\n%s", p.out.String(), p.err.String())
		}
		validFiles(t, ring, 304)
		same(t, "ring", toldOfFiles(t, ring), told(lines(t, []byte(p.out.String()))))
	})
	t.Run("a signal twice, as timeout sends it", func(t *testing.T) {
		ring := filepath.Join(t.TempDir(), "ring")
		p := startProgram(t, asProgram(t, "live", "-i", "near0", "-w", ring))
		e.playText(t, optionsIn("one", ""))
		time.Sleep(300 * time.Millisecond)
		p.Process.Signal(syscall.SIGINT)
		time.Sleep(time.Millisecond)
		p.Process.Signal(syscall.SIGINT)
		if code := p.ends(t); code != exitDone {
			t.Errorf("exit status %d\n%s", code, p.err.String())
		}
		validFiles(t, ring, 2)
	})
	t.Run("the kernel's drops are told", func(t *testing.T) {
		p := startProgram(t, asProgram(t, "live", "-i", "near0"))
		p.Process.Signal(syscall.SIGSTOP)
		flood(t, e, 100000)
		p.Process.Signal(syscall.SIGCONT)
		time.Sleep(time.Second)
		p.Process.Signal(os.Interrupt)
		if code := p.ends(t); code != exitDone {
			t.Fatalf("exit status %d\n%s", code, p.err.String())
		}
		text := p.out.String()
		m := regexp.MustCompile(`"frames":(\d+),"decoded.*"interface_drops":(\d+)`).FindStringSubmatch(text)
		said := regexp.MustCompile(`near0: (\d+) packets, the kernel dropped (\d+) and stopped [1-9]`).FindStringSubmatch(p.err.String())
		if m == nil || said == nil {
			t.Fatalf("got\n%s\n%s", text, p.err.String())
		}
		if n := atoi(m[2]); n == 0 || n != atoi(said[2]) || atoi(m[1])+n != 100000 || atoi(said[1]) != 100000 {
			t.Errorf("frames and drops %v, said %v\n%s", m[1:], said[1:], p.err.String())
		}
	})
}

// flood sends large frames from the far end, more than a ring of 64 MiB takes.
func flood(t *testing.T, e *twoEnds, n int) {
	t.Helper()
	must(t, e.at("tcpreplay", "-q", "-i", "far0", "--topspeed", "--preload-pcap", "--loop", strconv.Itoa(n/1000), noise(t, 1000, 1400)))
}

// copyOfProgram is the test's program as "rung", where anybody may run it.
func copyOfProgram(t *testing.T) string {
	t.Helper()
	if os.Getenv(insideNamespace) != "root" {
		t.Skip("only root can become somebody else")
	}
	dir, err := os.MkdirTemp("", "rung-netns-*")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	in, err := os.Open("/proc/self/exe")
	if err != nil {
		t.Fatal(err)
	}
	defer in.Close()
	name := filepath.Join(dir, "rung")
	out, err := os.OpenFile(name, os.O_CREATE|os.O_WRONLY, 0o755)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := io.Copy(out, in); err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(out.Close(), os.Chmod(dir, 0o777), os.Chmod(name, 0o755)); err != nil {
		t.Fatal(err)
	}
	return name
}

// nobody is a user without any rights.
const nobody = "65534"

func TestLivePrivileges(t *testing.T) {
	e := inNamespace(t, "tcpreplay", "setpriv")
	if e == nil {
		return
	}
	rung := copyOfProgram(t)
	as := []string{"--reuid=" + nobody, "--regid=" + nobody, "--clear-groups"}
	if out, err := exec.Command("setpriv", append(slices.Clone(as), rung, "version")...).CombinedOutput(); err != nil {
		t.Skipf("nobody can't run programs here: %v: %s", err, out)
	}
	t.Run("without CAP_NET_RAW there is a hint", func(t *testing.T) {
		cmd := exec.Command("setpriv", append(slices.Clone(as), rung, "live", "-i", "near0")...)
		out, err := cmd.CombinedOutput()
		if err == nil || cmd.ProcessState.ExitCode() != exitFailed {
			t.Errorf("%v", err)
		}
		if text := string(out); !strings.Contains(text, "rung: error: capture from near0: ") || !strings.Contains(text, "rung: hint: ") || !strings.Contains(text, "setcap cap_net_raw") {
			t.Errorf("says\n%s", text)
		}
	})
	t.Run("CAP_NET_RAW is enough", func(t *testing.T) {
		args := append(slices.Clone(as), "--inh-caps=-all,+net_raw", "--ambient-caps=-all,+net_raw", "--bounding-set=-all,+net_raw")
		p := startProgram(t, exec.Command("setpriv", append(args, rung, "live", "-i", "near0")...))
		e.playText(t, optionsIn("raw", "")) // to others' addresses: it is promiscuous
		time.Sleep(300 * time.Millisecond)
		p.Process.Signal(os.Interrupt)
		if code := p.ends(t); code != exitDone || !strings.Contains(p.out.String(), `"keepalive"`) {
			t.Errorf("exit status %d\n%s\n%s", code, p.out.String(), p.err.String())
		}
	})
	t.Run("under sudo the files are the user's", func(t *testing.T) {
		ring := filepath.Join(filepath.Dir(rung), "ring")
		cmd := exec.Command(rung, "live", "-i", "near0", "-w", ring)
		cmd.Env = append(os.Environ(), "SUDO_UID="+nobody, "SUDO_GID="+nobody)
		p := startProgram(t, cmd)
		e.playText(t, optionsIn("sudo", ""))
		time.Sleep(300 * time.Millisecond)
		status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", p.Process.Pid))
		if err != nil || !regexp.MustCompile(`Uid:\t65534\t65534\t65534\t65534\n`).Match(status) || !regexp.MustCompile(`CapEff:\t0+\n`).Match(status) {
			t.Errorf("%v\n%s", err, status)
		}
		p.Process.Signal(os.Interrupt)
		if code := p.ends(t); code != exitDone {
			t.Fatalf("exit status %d\n%s", code, p.err.String())
		}
		files, _ := filepath.Glob(filepath.Join(ring, "*"))
		if len(files) == 0 {
			t.Fatal("no files")
		}
		for _, name := range append(files, ring) {
			var st syscall.Stat_t
			if err := syscall.Stat(name, &st); err != nil || st.Uid != 65534 || st.Gid != 65534 {
				t.Errorf("%s belongs to %d:%d, %v", name, st.Uid, st.Gid, err)
			}
		}
	})
}

// A capture stream on standard input: tcpdump's, and one that stalls in the
// middle of a packet.
func TestLiveStream(t *testing.T) {
	e := inNamespace(t, "tcpreplay")
	if e == nil {
		return
	}
	t.Run("of tcpdump", func(t *testing.T) {
		if _, err := exec.LookPath("tcpdump"); err != nil || os.Getenv(insideNamespace) == "user" {
			t.Skip("no tcpdump on this machine, or not for this user")
		}
		before := sockets(t)
		dump := exec.Command("tcpdump", "-i", "near0", "-Z", "root", "-U", "-w", "-")
		pipe, err := dump.StdoutPipe()
		if err != nil {
			t.Fatal(err)
		}
		background(t, dump)
		r := start(t, pipe, "-")
		awaitSockets(t, before, func() string { return "tcpdump" })
		e.playText(t, optionsIn("piped", ""))
		time.Sleep(1200 * time.Millisecond) // tcpdump's own buffer
		dump.Process.Signal(os.Interrupt)
		list := r.end()
		if f := flowTitles(list); len(f) != 1 || !strings.Contains(f[0], "keepalive answered") {
			t.Errorf("%v\n%s", f, r.stderr.String())
		}
	})
	t.Run("that stalls", func(t *testing.T) {
		file, err := os.ReadFile(pcapOf(t, capturetest.Packets(t, callText)))
		if err != nil {
			t.Fatal(err)
		}
		in, out := io.Pipe()
		defer out.Close()
		r := start(t, in, "-")
		go out.Write(append(file, 1, 2, 3)) // and a packet begins
		r.await(&r.stdout, `"type":"flow"`)
		list := r.interrupt()
		if f := flowTitles(list); len(f) != 1 || !strings.Contains(f[0], "call answered") {
			t.Errorf("%v\n%s", f, r.stderr.String())
		}
	})
}

// callText is a call that is over.
var callText = func() string {
	var b strings.Builder
	for i, m := range []struct{ way, first, seq, tag string }{
		{"10.7.0.1:5060 > 10.7.0.2:5060", "INVITE sip:b@example.com SIP/2.0", "1 INVITE", ""},
		{"10.7.0.2:5060 > 10.7.0.1:5060", "SIP/2.0 200 OK", "1 INVITE", ";tag=t"},
		{"10.7.0.1:5060 > 10.7.0.2:5060", "ACK sip:b@example.com SIP/2.0", "1 ACK", ";tag=t"},
		{"10.7.0.1:5060 > 10.7.0.2:5060", "BYE sip:b@example.com SIP/2.0", "2 BYE", ";tag=t"},
		{"10.7.0.2:5060 > 10.7.0.1:5060", "SIP/2.0 200 OK", "2 BYE", ";tag=t"},
	} {
		fmt.Fprintf(&b, "-- 0.%d udp %s --\n%s\nVia: SIP/2.0/UDP 10.7.0.1;branch=z9hG4bK%s\nFrom: <sip:a@example.com>;tag=f\n"+
			"To: <sip:b@example.com>%s\nCall-ID: stall\nCSeq: %s\nContent-Length: 0\n\n", i, m.way, m.first, m.seq[:1]+m.seq[2:], m.tag, m.seq)
	}
	return b.String()
}()
