package main

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"rung/capture"
	"rung/capture/capturetest"
	"rung/capture/pcapfile"
)

// These tests capture real traffic in network namespaces of their own: the near
// one, in which the test runs again and captures on near0, and the far one with
// the other end of the veth pair. The host's interfaces are never touched, and
// all vanishes with the processes.

// insideNamespace is set in the environment of a test that runs in its own
// namespace: "root", or "user" where it is root only there.
const insideNamespace = "RUNG_NETNS_INSIDE"

const (
	nearAddress = "10.99.0.1"
	farAddress  = "10.99.0.2"
)

// inNamespace runs the calling test again in a fresh network namespace and
// returns nil, or returns the two ends there. The test is skipped where
// namespaces are refused.
func inNamespace(t *testing.T, tools ...string) *twoEnds {
	t.Helper()
	if testing.Short() {
		t.Skip("real traffic takes seconds; not with -short")
	}
	for _, tool := range append([]string{"ip", "nsenter"}, tools...) {
		if _, err := exec.LookPath(tool); err != nil {
			t.Skipf("no %s on this machine", tool)
		}
	}
	if os.Getenv(insideNamespace) != "" {
		return newEnds(t)
	}
	t.Parallel() // each has its own namespaces
	attr := &syscall.SysProcAttr{Cloneflags: syscall.CLONE_NEWNET}
	who := "root"
	if os.Getuid() != 0 {
		who = "user"
		attr.Cloneflags |= syscall.CLONE_NEWUSER
		attr.UidMappings = []syscall.SysProcIDMap{{ContainerID: 0, HostID: os.Getuid(), Size: 1}}
		attr.GidMappings = []syscall.SysProcIDMap{{ContainerID: 0, HostID: os.Getgid(), Size: 1}}
	}
	cmd := exec.Command("/proc/self/exe", "-test.run=^"+t.Name()+"$", "-test.v", "-test.timeout=100s")
	cmd.Env = append(os.Environ(), insideNamespace+"="+who)
	cmd.SysProcAttr = attr
	out, err := cmd.CombinedOutput()
	switch {
	case errors.Is(err, syscall.EPERM) || errors.Is(err, syscall.ENOSPC) || errors.Is(err, syscall.EINVAL):
		t.Skipf("network namespaces are refused here: %v", err)
	case err != nil:
		t.Fatalf("in the namespace: %v\n%s", err, out)
	case bytes.Contains(out, []byte("--- SKIP: "+t.Name()+" ")):
		t.Skipf("%s", out)
	case !bytes.Contains(out, []byte("--- PASS: "+t.Name()+" ")):
		t.Fatalf("it has not run:\n%s", out)
	}
	t.Logf("%s", out)
	return nil
}

// twoEnds are the two ends of the wire.
type twoEnds struct{ far int } // a process in the far namespace

func newEnds(t *testing.T) *twoEnds {
	t.Helper()
	holder := exec.Command("sleep", "600")
	holder.SysProcAttr = &syscall.SysProcAttr{Cloneflags: syscall.CLONE_NEWNET, Pdeathsig: syscall.SIGKILL}
	if err := holder.Start(); err != nil {
		t.Skipf("a second network namespace is refused: %v", err)
	}
	t.Cleanup(func() { holder.Process.Kill(); holder.Wait() })
	e := &twoEnds{holder.Process.Pid}
	e.veth(t, "near0", "far0")
	must(t, nil, "ip", "addr", "add", nearAddress+"/24", "dev", "near0")
	must(t, e.at("ip", "addr", "add", farAddress+"/24", "dev", "far0"))
	// Addresses of captures are nobody's: no answers of the far kernel.
	must(t, e.at("ip", "link", "set", "lo", "up"))
	return e
}

// veth makes a pair of which the second end is in the far namespace. Nothing
// passes but what the test sends, and ARP.
func (e *twoEnds) veth(t *testing.T, near, far string) {
	t.Helper()
	out, err := exec.Command("ip", "link", "add", near, "type", "veth", "peer", "name", far).CombinedOutput()
	if err != nil {
		t.Skipf("no veth pair: %v: %s", err, out)
	}
	must(t, nil, "ip", "link", "set", far, "netns", strconv.Itoa(e.far))
	noIPv6 := "echo 1 > /proc/sys/net/ipv6/conf/%s/disable_ipv6 || true; ip link set %[1]s up; ethtool -K %[1]s tso off gso off gro off tx off >/dev/null 2>&1 || true"
	must(t, nil, "sh", "-c", fmt.Sprintf(noIPv6, near))
	must(t, e.at("sh", "-c", fmt.Sprintf(noIPv6, far)))
}

// at is a command in the far namespace.
func (e *twoEnds) at(args ...string) *exec.Cmd {
	return exec.Command("nsenter", append([]string{"-t", strconv.Itoa(e.far), "-n"}, args...)...)
}

// must runs a command that has to succeed.
func must(t *testing.T, cmd *exec.Cmd, args ...string) []byte {
	t.Helper()
	if cmd == nil {
		cmd = exec.Command(args[0], args[1:]...)
	}
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("%v: %v\n%s", cmd.Args, err, out)
	}
	return out
}

// background starts a command that is killed with the test.
func background(t *testing.T, cmd *exec.Cmd) {
	t.Helper()
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { cmd.Process.Kill(); cmd.Wait() })
}

// play sends the packets of a file from the far end, so many a second.
func (e *twoEnds) play(t *testing.T, name string, rate string) {
	t.Helper()
	must(t, e.at("tcpreplay", "-q", "-i", "far0", rate, name))
}

// playText sends a readable capture from the far end.
func (e *twoEnds) playText(t *testing.T, text string) {
	t.Helper()
	e.play(t, pcapOf(t, capturetest.Packets(t, text)), "--topspeed")
}

// pcapOf writes packets to a file.
func pcapOf(t *testing.T, packets []capture.Packet) string {
	t.Helper()
	var b bytes.Buffer
	if err := capturetest.WritePcap(&b, packets); err != nil {
		t.Fatal(err)
	}
	name := filepath.Join(t.TempDir(), "x.pcap")
	if err := os.WriteFile(name, b.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	return name
}

// asPcap makes a pcap of one of our own captures, for tcpreplay, which reads no
// pcapng. Ethernet only; others return "".
func asPcap(t *testing.T, name string) string {
	t.Helper()
	r, err := pcapfile.Open([]string{name}, nil)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	var list []capture.Packet
	for {
		var p capture.Packet
		err := r.Next(&p)
		if err == io.EOF {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		if p.Link != capture.LinkEthernet || len(p.Data) > 1514 {
			return ""
		}
		p.Data = bytes.Clone(p.Data)
		list = append(list, p)
	}
	return pcapOf(t, list)
}

// A liveRun is "rung live" inside the test.
type liveRun struct {
	t              *testing.T
	cancel         context.CancelFunc
	stdout, stderr output
	over           chan int
}

// output may be read while it is written.
type output struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (o *output) Write(b []byte) (int, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.b.Write(b)
}

func (o *output) String() string {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.b.String()
}

// start starts "rung live" and waits for its sockets.
func start(t *testing.T, stdin io.Reader, args ...string) *liveRun {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	r := &liveRun{t: t, cancel: cancel, over: make(chan int, 1)}
	before := sockets(t)
	go func() { r.over <- run(ctx, append([]string{"live"}, args...), stdin, &r.stdout, &r.stderr) }()
	t.Cleanup(cancel)
	if stdin == nil {
		awaitSockets(t, before, r.stderr.String)
	}
	return r
}

// sockets counts the packet sockets that are bound in this namespace.
func sockets(t *testing.T) (n int) {
	t.Helper()
	text, err := os.ReadFile("/proc/net/packet")
	if err != nil {
		t.Skipf("packet sockets are not told: %v", err)
	}
	for line := range strings.Lines(string(text)) {
		// sk RefCnt Type Proto Iface R Rmem User Inode
		if f := strings.Fields(line); len(f) > 4 && f[3] == "0003" {
			n++
		}
	}
	return n
}

// awaitSockets waits for one more socket than there were.
func awaitSockets(t *testing.T, before int, said func() string) {
	t.Helper()
	for range 200 {
		if sockets(t) > before {
			return
		}
		time.Sleep(20 * time.Millisecond)
	}
	t.Fatalf("no socket was opened: %s", said())
}

// await waits for a text on standard output or standard error.
func (r *liveRun) await(o *output, want string) {
	r.t.Helper()
	for end := time.Now().Add(10 * time.Second); time.Now().Before(end); time.Sleep(20 * time.Millisecond) {
		if strings.Contains(o.String(), want) {
			return
		}
	}
	r.t.Fatalf("no %q in\n%s\n%s", want, r.stdout.String(), r.stderr.String())
}

// interrupt ends the run as SIGINT does, and returns what it wrote.
func (r *liveRun) interrupt() []liveLine {
	r.t.Helper()
	time.Sleep(300 * time.Millisecond) // for what is under way
	r.cancel()
	return r.end()
}

// end waits for the end.
func (r *liveRun) end() []liveLine {
	r.t.Helper()
	select {
	case code := <-r.over:
		if code != exitDone {
			r.t.Fatalf("exit status %d\n%s", code, r.stderr.String())
		}
	case <-time.After(20 * time.Second):
		r.t.Fatalf("it does not end\n%s", r.stderr.String())
	}
	return lines(r.t, []byte(r.stdout.String()))
}

// told are the flows and streams of live lines, as texts to compare; of a flow
// that was written twice the later.
func told(list []liveLine) (out []string) {
	flows := make(map[string]string)
	for i := range list {
		switch l := &list[i]; l.Type {
		case "flow":
			flows[l.Key] = flowText(l)
		case "stream":
			out = append(out, streamText(l))
		}
	}
	for _, text := range flows {
		out = append(out, text)
	}
	slices.SortFunc(out, cmp.Compare[string])
	return out
}

// toldOfFiles are the same of recorded packets.
func toldOfFiles(t *testing.T, args ...string) []string {
	t.Helper()
	list := lines(t, rung(t, append([]string{"list", "-q", "--format", "ndjson"}, args...)...))
	return told(append(list, lines(t, rung(t, append([]string{"rtp", "-q", "--format", "ndjson"}, args...)...))...))
}

// An accountLine is the last line, about the capture.
type accountLine struct {
	Type      string
	Frames    int
	Drops     int `json:"interface_drops"`
	Undecoded []struct{ Reason string }
}

// account returns the last line.
func (r *liveRun) account() (a accountLine) {
	r.t.Helper()
	text := strings.TrimSpace(r.stdout.String())
	if err := json.Unmarshal([]byte(text[strings.LastIndexByte(text, '\n')+1:]), &a); err != nil || a.Type != "capture" {
		r.t.Fatalf("no line about the capture at the end: %v\n%s\n%s", err, text, r.stderr.String())
	}
	return a
}

// same holds two lists of texts against each other.
func same(t *testing.T, what string, want, got []string) {
	t.Helper()
	for _, x := range want {
		if _, ok := slices.BinarySearch(got, x); !ok {
			t.Errorf("%s: only from the file: %s", what, x)
		}
	}
	for _, x := range got {
		if _, ok := slices.BinarySearch(want, x); !ok {
			t.Errorf("%s: only live: %s", what, x)
		}
	}
	if len(want) != len(got) {
		t.Errorf("%s: %d from the file, %d live", what, len(want), len(got))
	}
}

// busyScenario answers each call with 486.
const busyScenario = `<?xml version="1.0" encoding="ISO-8859-1" ?>
<scenario name="busy">
  <recv request="INVITE" crlf="true"/>
  <send><![CDATA[
SIP/2.0 486 Busy Here
[last_Via:]
[last_From:]
[last_To:];tag=[pid]SIPpTag01[call_number]
[last_Call-ID:]
[last_CSeq:]
Content-Length: 0

]]></send>
  <recv request="ACK" crlf="true"/>
</scenario>
`

// calls lets SIPp make calls from the near end: UDP, TCP, and some that fail.
func (e *twoEnds) calls(t *testing.T) {
	t.Helper()
	dir := t.TempDir()
	busy := filepath.Join(dir, "busy.xml")
	caller := filepath.Join(dir, "caller.xml")
	if err := errors.Join(os.WriteFile(busy, []byte(busyScenario), 0o644), os.WriteFile(caller, []byte(callerOfBusy), 0o644)); err != nil {
		t.Fatal(err)
	}
	answer := func(args ...string) {
		cmd := e.at(append([]string{"sipp", "-i", farAddress, "-nostdin"}, args...)...)
		cmd.Dir = dir
		background(t, cmd)
	}
	answer("-sn", "uas", "-p", "5060")
	answer("-sn", "uas", "-p", "5070", "-t", "t1")
	answer("-sf", busy, "-p", "5080")
	time.Sleep(500 * time.Millisecond)
	var wg sync.WaitGroup
	call := func(fails bool, args ...string) {
		wg.Go(func() {
			cmd := exec.Command("sipp", append([]string{"-i", nearAddress, "-nostdin", "-timeout", "8", "-timeout_error"}, args...)...)
			cmd.Dir = dir
			out, err := cmd.CombinedOutput()
			if (err != nil) != fails {
				t.Errorf("%v: %v\n%s", cmd.Args, err, out)
			}
		})
	}
	call(false, "-sn", "uac", "-p", "6060", "-m", "10", "-r", "20", "-d", "300", farAddress+":5060")
	call(false, "-sn", "uac", "-p", "6070", "-m", "5", "-r", "20", "-d", "300", "-t", "t1", farAddress+":5070")
	call(false, "-sf", caller, "-p", "6080", "-m", "3", "-r", "20", farAddress+":5080")
	// Nobody there: ICMP says so.
	call(true, "-sn", "uac", "-p", "6090", "-m", "2", "-r", "20", "-recv_timeout", "700", farAddress+":5090")
	wg.Wait()
}

// callerOfBusy is the other end of busyScenario.
const callerOfBusy = `<?xml version="1.0" encoding="ISO-8859-1" ?>
<scenario name="caller of busy">
  <send><![CDATA[
INVITE sip:busy@[remote_ip]:[remote_port] SIP/2.0
Via: SIP/2.0/[transport] [local_ip]:[local_port];branch=[branch]
From: sipp <sip:sipp@[local_ip]:[local_port]>;tag=[pid]SIPpTag00[call_number]
To: <sip:busy@[remote_ip]:[remote_port]>
Call-ID: [call_id]
CSeq: 1 INVITE
Contact: sip:sipp@[local_ip]:[local_port]
Max-Forwards: 70
Content-Length: 0

]]></send>
  <recv response="486"/>
  <send><![CDATA[
ACK sip:busy@[remote_ip]:[remote_port] SIP/2.0
[last_Via:]
From: sipp <sip:sipp@[local_ip]:[local_port]>;tag=[pid]SIPpTag00[call_number]
[last_To:]
Call-ID: [call_id]
CSeq: 1 ACK
Max-Forwards: 70
Content-Length: 0

]]></send>
</scenario>
`

// optionsIn is an OPTIONS with its answer between two addresses, with options of
// package capturetest for each of them.
func optionsIn(id, options string) string {
	message := func(at, way, first string) string {
		return fmt.Sprintf("-- %s udp %s %s --\n%s\nVia: SIP/2.0/UDP 10.7.0.1:5060;branch=z9hG4bK%s\n"+
			"From: <sip:ping@example.com>;tag=f\nTo: <sip:pong@example.com>\nCall-ID: %s\nCSeq: 1 OPTIONS\nContent-Length: 0\n\n",
			at, way, options, first, id, id)
	}
	return message("0", "10.7.0.1:5060 > 10.7.0.2:5060", "OPTIONS sip:pong@example.com SIP/2.0") +
		message("+0.01", "10.7.0.2:5060 > 10.7.0.1:5060", "SIP/2.0 200 OK")
}

// Calls by SIPp, our own captures replayed, and tagged and tunnelled packets:
// live, from the ring that was recorded meanwhile, and from tcpdump's file, the
// flows and streams are the same.
func TestLiveTrafficIsWhatFilesTell(t *testing.T) {
	e := inNamespace(t, "sipp", "tcpreplay")
	if e == nil {
		return
	}
	dir := t.TempDir()
	ring := filepath.Join(dir, "ring")
	other := filepath.Join(dir, "tcpdump.pcap")
	before := sockets(t)
	var dump *exec.Cmd
	if _, err := exec.LookPath("tcpdump"); err != nil || os.Getenv(insideNamespace) == "user" {
		t.Log("not compared with tcpdump, which is not there or insists on other users' rights")
	} else {
		dump = exec.Command("tcpdump", "-i", "near0", "-Z", "root", "-B", "65536", "-s", "0", "--time-stamp-precision=nano", "-w", other)
		background(t, dump)
		awaitSockets(t, before, func() string { return "tcpdump" })
	}
	r := start(t, nil, "-i", "near0", "-w", ring, "--ring", "1M,0", "--keep", "1s")
	e.calls(t)
	for i, options := range []string{"vlan=10", "vlan=100,20", "vxlan=77", "vlan=5 gre", "geneve=9", "vxlan=1 vlan=3", "mpls=16,17"} {
		e.playText(t, optionsIn(fmt.Sprintf("in%d", i), options))
	}
	played := 0
	for _, name := range ownCaptures(t) {
		if file := asPcap(t, filepath.Join(capturesFolder, name)); file != "" {
			e.play(t, file, "--pps=4000")
			played++
		}
	}
	live := r.interrupt()
	if played < 5 {
		t.Errorf("only %d captures were played", played)
	}
	got := told(live)
	same(t, "ring", toldOfFiles(t, ring), got)
	if dump != nil {
		time.Sleep(1500 * time.Millisecond) // it leaves what waits in the kernel
		dump.Process.Signal(os.Interrupt)
		dump.Wait()
		same(t, "tcpdump", toldOfFiles(t, other), got)
	}
	c := r.account()
	if c.Drops != 0 {
		t.Errorf("%d packets dropped", c.Drops)
	}
	outcomes := make(map[string]int)
	keys := make(map[string]bool)
	for _, l := range live {
		if l.Type == "flow" && !keys[l.Key] {
			keys[l.Key] = true
			outcomes[l.Kind+" "+l.Outcome]++
		}
	}
	if outcomes["call answered"] < 15 || outcomes["call busy"] < 3 || outcomes["keepalive answered"] == 0 {
		t.Errorf("outcomes: %v", outcomes)
	}
	validFiles(t, ring, c.Frames)
	t.Logf("%d packets, %d flows, %d flows and streams compared; %v\n%s", c.Frames, len(keys), len(got), outcomes, r.stderr.String())
}

// validFiles holds the files of a ring against capinfos, if that is there, and
// counts their packets.
func validFiles(t *testing.T, ring string, want int) {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(ring, "*.pcapng"))
	if err != nil || len(files) == 0 {
		t.Fatalf("no files in the ring: %v", err)
	}
	capinfos, err := exec.LookPath("capinfos")
	if err != nil {
		return
	}
	n := 0
	for _, f := range files {
		out, err := exec.Command(capinfos, "-T", "-r", "-c", "-M", f).CombinedOutput()
		if err != nil {
			t.Errorf("capinfos %s: %v: %s", filepath.Base(f), err, out)
			continue
		}
		fields := strings.Split(strings.TrimSpace(string(out)), "\t")
		k, err := strconv.Atoi(strings.TrimSpace(fields[len(fields)-1]))
		if err != nil {
			t.Errorf("capinfos says %q", out)
		}
		n += k
	}
	if n != want {
		t.Errorf("%d packets in %d files of the ring, want %d", n, len(files), want)
	}
}
