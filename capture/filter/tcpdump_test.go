package filter_test

import (
	"bytes"
	"fmt"
	"io"
	"net/netip"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"testing"

	"rung/capture"
	"rung/capture/pcapfile"
	"rung/capture/wire"
)

// TestAgainstTcpdump compares frame for frame with tcpdump's own filter: of IP
// packets outside of tunnels both take the same ones, except those that rung
// passes because they can't tell.
func TestAgainstTcpdump(t *testing.T) {
	tcpdump, err := exec.LookPath("tcpdump")
	if err != nil {
		t.Skip("no tcpdump on this machine")
	}
	files, err := filepath.Glob("../../testdata/captures/*.pcapng")
	if err != nil || len(files) == 0 {
		t.Fatalf("no captures: %v", err)
	}
	for _, name := range files {
		t.Run(filepath.Base(name), func(t *testing.T) {
			packets := load(t, name, nil)
			for _, words := range about(packets) {
				compare(t, tcpdump, name, words, packets)
			}
		})
	}
}

// load reads a capture into memory.
func load(t *testing.T, name string, stdin io.Reader) (all []capture.Packet) {
	t.Helper()
	r, err := pcapfile.Open([]string{name}, &pcapfile.Options{Stdin: stdin})
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	for {
		var p capture.Packet
		if err := r.Next(&p); err == io.EOF {
			return all
		} else if err != nil {
			t.Fatal(err)
		}
		p.Data = bytes.Clone(p.Data)
		all = append(all, p)
	}
}

// about makes filters of the addresses and ports of some packets.
func about(packets []capture.Packet) (all []string) {
	var addrs []netip.Addr
	var ports []uint16
	var d wire.Decoder
	var g wire.Datagram
	for i := range packets {
		d.Decode(&packets[i], &g)
		if !g.IsIP || g.Path.Src.Port() == 0 {
			continue
		}
		for _, a := range []netip.AddrPort{g.Path.Src, g.Path.Dst} {
			if len(addrs) < 3 && !slices.Contains(addrs, a.Addr()) {
				addrs = append(addrs, a.Addr())
			}
			if len(ports) < 4 && !slices.Contains(ports, a.Port()) {
				ports = append(ports, a.Port())
			}
		}
	}
	all = []string{"udp", "tcp", "ip", "ip6", "not udp", "udp or tcp", "sctp", "portrange 1024-5070", "tcp src portrange 5000-65535",
		"net 10.0.0.0/8 or 127.0.0.0/8", "net ::/0", "portrange 10000-65535 and not tcp"}
	for _, a := range addrs {
		all = append(all, fmt.Sprintf("host %s", a), fmt.Sprintf("not src host %s", a), fmt.Sprintf("dst host %s and udp", a),
			fmt.Sprintf("host %s and (port %d or portrange 16384-32767)", a, ports[0]))
		if p, _ := a.Prefix(a.BitLen() - 4); p.IsValid() {
			all = append(all, "src net "+p.String())
		}
	}
	for _, n := range ports {
		all = append(all, fmt.Sprintf("port %d", n), fmt.Sprintf("not port %d", n), fmt.Sprintf("udp src port %d", n),
			fmt.Sprintf("dst port %d or %d", n, n+1), fmt.Sprintf("tcp and port %d or %d", n, n+1))
	}
	return all
}

func compare(t *testing.T, tcpdump, name, words string, packets []capture.Packet) {
	t.Helper()
	passed := taken(t, tcpdump, name, words)
	f := pairOf(t, words)
	address := parse(t, "ip or ip6")
	left, certain := passed, 0
	for i := range packets {
		p := &packets[i]
		theirs := len(left) > 0 && left[0].Time == p.Time && bytes.Equal(left[0].Data, p.Data)
		if theirs {
			left = left[1:]
		}
		if !address.Match(p) {
			continue // "host" is ARP's there
		}
		switch v := f.verdict(t, p); {
		case v == unknown && mayBeUnknown(p):
		case v == unknown, theirs != (v == yes):
			t.Errorf("frame %d: %q is %s, tcpdump takes it: %v", p.Frame.Number, words, v, theirs)
		default:
			certain++
		}
	}
	if len(left) > 0 {
		t.Errorf("%q: %d frames of tcpdump's not found", words, len(left))
	}
	if certain == 0 {
		t.Errorf("%q: no frame compared", words)
	}
}

// mayBeUnknown reports whether a packet is a later fragment.
func mayBeUnknown(p *capture.Packet) bool {
	var d wire.Decoder
	var g wire.Datagram
	d.Decode(p, &g)
	return g.Fragment && g.FragOffset > 0
}

// taken returns the frames that tcpdump takes.
func taken(t *testing.T, tcpdump, name, words string) []capture.Packet {
	t.Helper()
	in, err := os.Open(name)
	if err != nil {
		t.Fatal(err)
	}
	defer in.Close()
	var stderr, stdout bytes.Buffer
	cmd := exec.Command(tcpdump, "--nano", "-r", "-", "-w", "-", words)
	cmd.Stdin, cmd.Stdout, cmd.Stderr = in, &stdout, &stderr
	if err := cmd.Run(); err != nil {
		t.Fatalf("tcpdump %q: %v: %s", words, err, stderr.String())
	}
	const header = 24
	if stdout.Len() <= header {
		return nil
	}
	return load(t, "-", &stdout)
}
