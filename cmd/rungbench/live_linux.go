package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// Words and environment by which the program starts itself again: in a
// namespace with the receiving interface, and from there in one with the
// sending interface. Both vanish with their processes.
const (
	wordInside = "live-inside"
	wordSend   = "live-send"
	envOptions = "RUNGBENCH_LIVE"

	receiving = "span0"
	sendingIf = "line0"
)

// runLive measures rung on a live interface.
func runLive(args []string, stdout, stderr io.Writer) error {
	o, err := parseLive(args, stderr)
	if err != nil {
		return err
	}
	if o.Dir, err = os.MkdirTemp("", "rungbench-live-*"); err != nil {
		return err
	}
	if o.Keep {
		fmt.Fprintf(stderr, "rungbench: files are kept in %s\n", o.Dir)
	} else {
		defer os.RemoveAll(o.Dir)
	}
	if o.Rung == "" {
		if o.Rung, err = build(o.Dir); err != nil {
			return err
		}
	} else if o.Rung, err = exec.LookPath(o.Rung); err != nil {
		return err
	}
	cmd, err := itself(wordInside, o)
	if err != nil {
		return err
	}
	cmd.Stdout, cmd.Stderr = stdout, stderr
	cmd.SysProcAttr = &syscall.SysProcAttr{Cloneflags: syscall.CLONE_NEWNET, Pdeathsig: syscall.SIGKILL}
	if uid := os.Getuid(); uid != 0 {
		cmd.SysProcAttr.Cloneflags |= syscall.CLONE_NEWUSER
		cmd.SysProcAttr.UidMappings = []syscall.SysProcIDMap{{ContainerID: 0, HostID: uid, Size: 1}}
		cmd.SysProcAttr.GidMappings = []syscall.SysProcIDMap{{ContainerID: 0, HostID: os.Getgid(), Size: 1}}
	}
	signal.Ignore(os.Interrupt) // the process inside ends everything in order
	defer signal.Reset(os.Interrupt)
	if err := cmd.Start(); err != nil {
		return fmt.Errorf("live: network namespaces are refused, it needs root: %w", err)
	}
	return cmd.Wait()
}

// itself is this program again.
func itself(word string, o *liveOptions) (*exec.Cmd, error) {
	options, err := json.Marshal(o)
	if err != nil {
		return nil, err
	}
	cmd := exec.Command("/proc/self/exe", word)
	cmd.Env = append(os.Environ(), envOptions+"="+string(options))
	return cmd, nil
}

// runInside is the program started again. It returns false when it was not.
func runInside(word string, stdout, stderr io.Writer) (bool, error) {
	if word != wordInside && word != wordSend {
		return false, nil
	}
	var o liveOptions
	if err := json.Unmarshal([]byte(os.Getenv(envOptions)), &o); err != nil {
		return true, fmt.Errorf("%s: is started by the program itself: %w", word, err)
	}
	if word == wordSend {
		return true, runSend(&o, stdout)
	}
	return true, runBeside(&o, stdout, stderr)
}

// runSend is the sender: it waits for a line of text, and tells at the end
// what it sent.
func runSend(o *liveOptions, stdout io.Writer) error {
	signal.Ignore(os.Interrupt)
	var b [1]byte
	if _, err := os.Stdin.Read(b[:]); err != nil {
		return fmt.Errorf("sender: %w", err)
	}
	quiet(sendingIf)
	if err := ipCommand("link set " + sendingIf + " up"); err != nil {
		return err
	}
	w, err := openWire(sendingIf)
	if err != nil {
		return err
	}
	if _, err := os.Stdin.Read(b[:]); err != nil { // rung is there
		return fmt.Errorf("sender: %w", err)
	}
	s, err := send(w, o.Line, o.Time)
	if err != nil {
		return err
	}
	if err := json.NewEncoder(stdout).Encode(s); err != nil {
		return err
	}
	_, _ = os.Stdin.Read(b[:]) // with this process the interface would go
	return nil
}

// quiet lets nothing but the sender's packets pass an interface. A kernel
// without IPv6 has no such file.
func quiet(name string) {
	_ = os.WriteFile("/proc/sys/net/ipv6/conf/"+name+"/disable_ipv6", []byte("1"), 0)
}

// runBeside runs sender and rung beside each other, and tells how it went.
func runBeside(o *liveOptions, stdout, stderr io.Writer) error {
	interrupted := make(chan os.Signal, 1)
	signal.Notify(interrupted, os.Interrupt, syscall.SIGTERM)

	if err := ipCommand("link add " + receiving + " type veth peer name " + sendingIf); err != nil {
		return err
	}
	quiet(receiving)
	sender, err := startSender(o, stderr)
	if err != nil {
		return err
	}
	defer sender.kill()
	r, err := startRung(o)
	if err != nil {
		return err
	}
	defer r.cmd.Process.Kill()

	watch := newSampler(r.cmd.Process.Pid, sender.cmd.Process.Pid, stderr)
	if err := sender.poke(); err != nil {
		return err
	}
	tick := time.NewTicker(time.Second)
	defer tick.Stop()
	for going := true; going; {
		select {
		case <-tick.C:
			if err := watch.sample(); err != nil {
				return r.ended()
			}
		case err := <-sender.over:
			if err != nil {
				return err
			}
			going = false
		case <-interrupted:
			return errors.New("live: interrupted")
		}
	}
	time.Sleep(restTime)
	if err := watch.sample(); err != nil {
		return r.ended()
	}
	if err := r.stop(); err != nil {
		return err
	}
	result, err := readResult(filepath.Join(o.Dir, outName))
	if err != nil {
		return err
	}
	report(stdout, o, &sender.result, result, watch)
	return nil
}

// restTime is what rung gets to see the last packets.
const restTime = 2 * time.Second

const (
	outName = "live.ndjson"
	errName = "live.stderr"
)

func ipCommand(line string) error {
	out, err := exec.Command("ip", strings.Fields(line)...).CombinedOutput()
	if err != nil {
		return fmt.Errorf("ip %s: %w: %s", line, err, bytes.TrimSpace(out))
	}
	return nil
}

// A senderProcess is the sender in its own namespace.
type senderProcess struct {
	cmd    *exec.Cmd
	stdin  io.WriteCloser
	over   chan error
	result sending // once over
}

// startSender starts the sender, and gives it its interface.
func startSender(o *liveOptions, stderr io.Writer) (*senderProcess, error) {
	cmd, err := itself(wordSend, o)
	if err != nil {
		return nil, err
	}
	s := &senderProcess{cmd: cmd, over: make(chan error, 1)}
	cmd.Stderr = stderr
	cmd.SysProcAttr = &syscall.SysProcAttr{Cloneflags: syscall.CLONE_NEWNET, Pdeathsig: syscall.SIGKILL}
	if s.stdin, err = cmd.StdinPipe(); err != nil {
		return nil, err
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := cmd.Start(); err != nil {
		return nil, fmt.Errorf("start the sender: %w", err)
	}
	go func() {
		if err := json.NewDecoder(out).Decode(&s.result); err != nil {
			s.over <- errors.Join(errors.New("the sender has failed"), cmd.Wait())
			return
		}
		s.over <- nil
	}()
	err = errors.Join(
		ipCommand("link set "+sendingIf+" netns "+strconv.Itoa(cmd.Process.Pid)),
		ipCommand("link set "+receiving+" up"),
		s.poke())
	if err != nil {
		s.kill()
		return nil, err
	}
	return s, nil
}

// poke lets the sender take its next step.
func (s *senderProcess) poke() error {
	_, err := s.stdin.Write([]byte{'\n'})
	return err
}

func (s *senderProcess) kill() { _ = s.cmd.Process.Kill() }

// A rungProcess is "rung live".
type rungProcess struct {
	cmd    *exec.Cmd
	stderr string // file
}

// readyTime is what rung gets to open its socket.
const readyTime = time.Second

func startRung(o *liveOptions) (*rungProcess, error) {
	r := &rungProcess{stderr: filepath.Join(o.Dir, errName)}
	f, err := os.Create(r.stderr)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	args := append([]string{"live", "-i", receiving, "-o", filepath.Join(o.Dir, outName)}, o.Args...)
	r.cmd = exec.Command(o.Rung, args...)
	r.cmd.Stdout, r.cmd.Stderr = f, f
	// In a group of its own, so that Ctrl-C does not end it first; and it has
	// no user to become: it was not rung that sudo started.
	r.cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGKILL}
	for _, v := range os.Environ() {
		if !strings.HasPrefix(v, "SUDO_") && !strings.HasPrefix(v, envOptions+"=") {
			r.cmd.Env = append(r.cmd.Env, v)
		}
	}
	if err := r.cmd.Start(); err != nil {
		return nil, err
	}
	time.Sleep(readyTime)
	return r, nil
}

// stop ends rung as Ctrl-C does.
func (r *rungProcess) stop() error {
	if err := r.cmd.Process.Signal(os.Interrupt); err != nil {
		return r.ended()
	}
	return r.ended()
}

// ended waits for rung's end and says what went wrong.
func (r *rungProcess) ended() error {
	err := r.cmd.Wait()
	if err == nil {
		return nil
	}
	text, _ := os.ReadFile(r.stderr)
	return fmt.Errorf("rung: %w: %s", err, bytes.TrimSpace(text))
}
