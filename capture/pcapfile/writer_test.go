package pcapfile_test

import (
	"bytes"
	"encoding/binary"
	"errors"
	"io"
	"net/netip"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"rung/capture"
	"rung/capture/pcapfile"
)

// newWriter makes a Writer with one interface for each link type.
func newWriter(t testing.TB, dst io.Writer, links ...capture.LinkType) *pcapfile.Writer {
	t.Helper()
	w, err := pcapfile.NewWriter(dst, nil)
	if err != nil {
		t.Fatal(err)
	}
	for i, l := range links {
		n, err := w.AddInterface(pcapfile.InterfaceInfo{Link: l})
		if err != nil || n != i {
			t.Fatalf("interface %d, %v; want %d", n, err, i)
		}
	}
	return w
}

// written is what a Writer makes.
func written(t testing.TB, links []capture.LinkType, write func(w *pcapfile.Writer) error) []byte {
	t.Helper()
	var buf bytes.Buffer
	w := newWriter(t, &buf, links...)
	if err := write(w); err != nil {
		t.Fatal(err)
	}
	if err := w.Flush(); err != nil {
		t.Fatal(err)
	}
	if w.Bytes() != int64(buf.Len()) {
		t.Errorf("Bytes says %d, %d were written", w.Bytes(), buf.Len())
	}
	return buf.Bytes()
}

var ethernet = []capture.LinkType{capture.LinkEthernet}

func TestWrittenIsRead(t *testing.T) {
	ng := func(p capture.Packet, iface int) func(w *pcapfile.Writer) error {
		return func(w *pcapfile.Writer) error { return w.Write(&p, iface) }
	}
	all := func(steps ...func(w *pcapfile.Writer) error) func(w *pcapfile.Writer) error {
		return func(w *pcapfile.Writer) error {
			for _, s := range steps {
				if err := s(w); err != nil {
					return err
				}
			}
			return nil
		}
	}
	tests := []struct {
		name  string
		links []capture.LinkType
		write func(w *pcapfile.Writer) error
		want  string
	}{
		{"nothing but the section", nil, all(), `
			pcapng 0 frames, 0 bytes, []`},
		{"time to the nanosecond, length on the wire", ethernet,
			ng(capture.Packet{Link: 1, Time: 1700000000_123456789, WireLen: 60, Data: []byte("abcde")}, 0), `
			frame 1: if 0 ethernet, 1700000000.123456789, wire 60, "abcde"
			pcapng 1 frames, 5 bytes, [ethernet]`},
		{"the last nanosecond that fits", ethernet,
			ng(capture.Packet{Link: 1, Time: 1<<63 - 1, WireLen: 1, Data: []byte("a")}, 0), `
			frame 1: if 0 ethernet, 9223372036.854775807, wire 1, "a"
			pcapng 1 frames, 1 bytes, [ethernet]`},
		{"the first nanosecond, no bytes", ethernet, ng(capture.Packet{Link: 1}, 0), `
			frame 1: if 0 ethernet, 0.000000000, wire 0, ""
			pcapng 1 frames, 0 bytes, [ethernet]`},
		{"time before 1970 becomes 0 and is told in a comment", ethernet,
			ng(capture.Packet{Link: 1, Time: -1, WireLen: 1, Data: []byte("a")}, 0), `
			frame 1: if 0 ethernet, 0.000000000, wire 1, "a"
			pcapng 1 frames, 1 bytes, [ethernet], 1 comments`},
		{"a length on the wire that is too small is mended", ethernet,
			ng(capture.Packet{Link: 1, WireLen: 2, Data: []byte("abc")}, 0), `
			frame 1: if 0 ethernet, 0.000000000, wire 3, "abc"
			pcapng 1 frames, 3 bytes, [ethernet]`},
		{"a frame of 256 KiB is whole", ethernet,
			ng(capture.Packet{Link: 1, Data: bytes.Repeat([]byte("x"), 256<<10)}, 0), `
			frame 1: if 0 ethernet, 0.000000000, wire 262144, "xxxxxxxx…262144"
			pcapng 1 frames, 262144 bytes, [ethernet]`},
		{"a larger one is clipped and a comment says so", ethernet,
			ng(capture.Packet{Link: 1, Data: bytes.Repeat([]byte("x"), 256<<10+1)}, 0), `
			frame 1: if 0 ethernet, 0.000000000, wire 262145, "xxxxxxxx…262144"
			pcapng 1 frames, 262144 bytes, [ethernet], 1 comments`},
		{"interfaces with other link types", []capture.LinkType{capture.LinkSLL2, 0xffff},
			all(ng(capture.Packet{Link: 0xffff, WireLen: 1, Data: []byte("a")}, 1),
				ng(capture.Packet{Link: capture.LinkSLL2, WireLen: 1, Data: []byte("b")}, 0)), `
			frame 1: if 1 linktype-65535, 0.000000000, wire 1, "a"
			frame 2: if 0 linux-sll2, 0.000000000, wire 1, "b"
			pcapng 2 frames, 2 bytes, [linktype-65535 linux-sll2]`},
		{"an interface may come late", nil,
			all(func(w *pcapfile.Writer) error {
				_, err := w.AddInterface(pcapfile.InterfaceInfo{Name: "eth0", Description: "mirror port", Link: 1, Snaplen: 96})
				return err
			}, ng(capture.Packet{Link: 1, WireLen: 1, Data: []byte("a")}, 0),
				func(w *pcapfile.Writer) error {
					_, err := w.AddInterface(pcapfile.InterfaceInfo{Link: capture.LinkRaw})
					return err
				}, ng(capture.Packet{Link: capture.LinkRaw, WireLen: 1, Data: []byte("b")}, 1)), `
			frame 1: if 0 ethernet, 0.000000000, wire 1, "a"
			frame 2: if 1 raw, 0.000000000, wire 1, "b"
			pcapng 2 frames, 2 bytes, [ethernet raw]`},
		{"of drops the last word counts, interface by interface", []capture.LinkType{1, 1},
			all(func(w *pcapfile.Writer) error { return w.Stats(0, 7, 10, 3) },
				func(w *pcapfile.Writer) error { return w.Stats(0, 8, 20, 5) },
				func(w *pcapfile.Writer) error { return w.Stats(1, -8, 1, 2) }), `
			pcapng 0 frames, 0 bytes, [], 7 drops
			interface-drops! []: 7 frames were lost while capturing, as the file itself says`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			want(t, told(written(t, tt.links, tt.write)), tt.want)
		})
	}
}

func TestWriterRefuses(t *testing.T) {
	var buf bytes.Buffer
	w := newWriter(t, &buf, capture.LinkEthernet)
	long := strings.Repeat("x", 1<<16)
	tests := []struct {
		name string
		err  error
	}{
		{"a frame of no interface", w.Write(&capture.Packet{Link: 1}, 1)},
		{"a frame of an interface below zero", w.Write(&capture.Packet{Link: 1}, -1)},
		{"a frame of another link type", w.Write(&capture.Packet{Link: capture.LinkRaw}, 0)},
		{"counters of no interface", w.Stats(1, 0, 0, 0)},
		{"names without an address", w.Names(netip.Addr{}, []string{"a"})},
		{"a name with NUL", w.Names(netip.IPv4Unspecified(), []string{"a\x00b"})},
		{"an empty name", w.Names(netip.IPv4Unspecified(), []string{""})},
		{"a name longer than a record", w.Names(netip.IPv4Unspecified(), []string{long})},
		{"names longer than a block", w.Names(netip.IPv4Unspecified(), slices.Repeat([]string{long[:60000]}, 300))},
		{"secrets longer than a block", w.Secrets(pcapfile.SecretTLS, make([]byte, 16<<20))},
		{"an interface name longer than an option", func() error {
			_, err := w.AddInterface(pcapfile.InterfaceInfo{Name: long})
			return err
		}()},
		{"a comment longer than an option", func() error {
			_, err := pcapfile.NewWriter(&buf, &pcapfile.WriterOptions{Comment: long})
			return err
		}()},
	}
	for _, tt := range tests {
		if tt.err == nil {
			t.Errorf("%s is taken", tt.name)
		}
	}
	if err := w.Flush(); err != nil {
		t.Fatal(err)
	}
	want(t, told(buf.Bytes()), "pcapng 0 frames, 0 bytes, []")
}

func TestWriterCapsInterfaces(t *testing.T) {
	w := newWriter(t, io.Discard)
	for range 1 << 16 {
		if _, err := w.AddInterface(pcapfile.InterfaceInfo{}); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := w.AddInterface(pcapfile.InterfaceInfo{}); err == nil {
		t.Error("interface 65,537 is taken")
	}
}

func TestSecretsAndNamesAreRead(t *testing.T) {
	v4, v6 := netip.MustParseAddr("10.0.0.1"), netip.MustParseAddr("fe80::1%eth0")
	var many []string
	for i := range 300 {
		many = append(many, strings.Repeat("n", 400)+string(rune('a'+i%26)))
	}
	secret := bytes.Repeat([]byte("k"), 1<<20+1) // more than is written at a time
	data := written(t, ethernet, func(w *pcapfile.Writer) error {
		return errors.Join(
			w.Secrets(pcapfile.SecretTLS, []byte("CLIENT_RANDOM 00 11\n")),
			w.Names(v4, []string{"cucm.example", "cucm"}),
			w.Names(v4, nil),
			w.Write(&capture.Packet{Link: 1, WireLen: 1, Data: []byte("a")}, 0),
			w.Names(v6, many),
			w.Secrets(77, secret),
			w.Secrets(78, nil),
		)
	})
	r, err := pcapfile.Open([]string{"-"}, &pcapfile.Options{Stdin: bytes.NewReader(data)})
	if err != nil {
		t.Fatal(err)
	}
	var p capture.Packet
	for r.Next(&p) == nil {
	}
	if d := r.Diagnostics(); len(d) > 0 {
		t.Errorf("diagnostics %v", d)
	}
	s := r.Secrets()
	if len(s) != 3 || s[0].Type != pcapfile.SecretTLS || string(s[0].Data) != "CLIENT_RANDOM 00 11\n" || s[0].After != 0 ||
		s[1].Type != 77 || !bytes.Equal(s[1].Data, secret) || s[1].After != 1 || len(s[2].Data) != 0 {
		t.Errorf("%d secrets, the first %+v", len(s), s[0])
	}
	n := r.Names()
	if len(n) != 3 || n[0].Addr != v4 || !slices.Equal(n[0].Names, []string{"cucm.example", "cucm"}) {
		t.Fatalf("%d names, the first %+v", len(n), n[0])
	}
	if n[1].Addr != v6.WithZone("") || !slices.Equal(append(n[1].Names, n[2].Names...), many) {
		t.Errorf("IPv6: %v with %d and %d names", n[1].Addr, len(n[1].Names), len(n[2].Names))
	}
}

// wholeBlocks fails when it is given half a block.
type wholeBlocks struct {
	t      *testing.T
	writes int
	bytes.Buffer
}

func (w *wholeBlocks) Write(b []byte) (int, error) {
	w.writes++
	for rest := b; len(rest) > 0; {
		n := 0
		if len(rest) >= 12 {
			n = int(binary.LittleEndian.Uint32(rest[4:]))
		}
		if n < 12 || n > len(rest) || binary.LittleEndian.Uint32(rest[n-4:]) != uint32(n) {
			w.t.Fatalf("write %d ends in the middle of a block", w.writes)
		}
		rest = rest[n:]
	}
	return w.Buffer.Write(b)
}

func TestWriterHandsOnWholeBlocks(t *testing.T) {
	dst := &wholeBlocks{t: t}
	w := newWriter(t, dst, capture.LinkEthernet)
	for i := range 3000 {
		p := capture.Packet{Link: 1, Data: make([]byte, i*13%1500)}
		if i%500 == 0 {
			p.Data, p.Time = make([]byte, 300000), -1
		}
		if err := w.Write(&p, 0); err != nil {
			t.Fatal(err)
		}
		if i == 2000 {
			if err := w.Secrets(1, make([]byte, 1<<20)); err != nil {
				t.Fatal(err)
			}
		}
	}
	if dst.writes < 3 {
		t.Errorf("%d writes: blocks are kept without bound", dst.writes)
	}
	if err := w.Flush(); err != nil {
		t.Fatal(err)
	}
	if got := told(dst.Bytes()); !strings.Contains(got, "pcapng 3000 frames") {
		t.Error(got[strings.Index(got, "pcapng"):])
	}
}

// fullAfter takes n bytes.
type fullAfter struct {
	n int
	bytes.Buffer
}

var errFull = errors.New("no room")

func (f *fullAfter) Write(b []byte) (int, error) {
	k := min(len(b), f.n)
	f.n -= k
	f.Buffer.Write(b[:k])
	if k < len(b) {
		return k, errFull
	}
	return k, nil
}

func TestWriterKeepsItsError(t *testing.T) {
	w := newWriter(t, &fullAfter{n: 100}, capture.LinkEthernet)
	p := voice()
	if err := w.Write(&p, 0); err != nil {
		t.Fatalf("before anything is handed on: %v", err)
	}
	_, ifErr := w.AddInterface(pcapfile.InterfaceInfo{})
	if ifErr != nil {
		t.Fatal(ifErr)
	}
	for range 2 {
		if err := w.Flush(); err != errFull {
			t.Errorf("Flush: %v", err)
		}
	}
	_, ifErr = w.AddInterface(pcapfile.InterfaceInfo{})
	for _, err := range []error{w.Write(&p, 0), w.Stats(0, 0, 0, 0), w.Secrets(1, nil), ifErr,
		w.Names(netip.IPv4Unspecified(), []string{"a"})} {
		if err != errFull {
			t.Errorf("after it: %v", err)
		}
	}
}

// shortWriter breaks io.Writer's promise.
type shortWriter struct{}

func (shortWriter) Write(b []byte) (int, error) { return len(b) / 2, nil }

func TestShortWriteIsAnError(t *testing.T) {
	if err := newWriter(t, shortWriter{}).Flush(); err != io.ErrShortWrite {
		t.Error(err)
	}
}

func TestWriterAllocatesNothing(t *testing.T) {
	w := newWriter(t, io.Discard, capture.LinkEthernet)
	p := voice()
	if n := testing.AllocsPerRun(10000, func() {
		if err := w.Write(&p, 0); err != nil {
			t.Fatal(err)
		}
	}); n != 0 {
		t.Errorf("%v allocations a packet", n)
	}
}

// run runs a program that may be missing and returns what it prints.
func run(t *testing.T, name string, args ...string) string {
	t.Helper()
	path, err := exec.LookPath(name)
	if err != nil {
		t.Skip(name + " is not installed")
	}
	var stderr bytes.Buffer
	c := exec.Command(path, args...)
	c.Stderr = &stderr
	out, err := c.Output()
	if err != nil {
		t.Fatalf("%s: %v\n%s", name, err, stderr.Bytes())
	}
	return string(out)
}

func TestOthersReadIt(t *testing.T) {
	data := written(t, nil, func(w *pcapfile.Writer) error {
		_, err := w.AddInterface(pcapfile.InterfaceInfo{Name: "eth0", Description: "mirror", Link: 1, Snaplen: 2000})
		p := voice()
		p.Time, p.WireLen = 1700000000_123456789, 300
		return errors.Join(err, w.Secrets(pcapfile.SecretTLS, []byte("# none\n")),
			w.Names(netip.MustParseAddr("10.0.0.1"), []string{"cucm"}),
			w.Write(&p, 0), w.Stats(0, p.Time, 5, 2))
	})
	path := filepath.Join(write(t, map[string][]byte{"a.pcapng": data}), "a.pcapng")
	t.Run("tshark", func(t *testing.T) {
		got := run(t, "tshark", "-r", path, "-Tfields", "-eframe.time_epoch", "-eframe.len", "-eframe.cap_len", "-eframe.interface_name")
		if got != "1700000000.123456789\t300\t214\teth0\n" {
			t.Errorf("%q", got)
		}
	})
	t.Run("tcpdump", func(t *testing.T) {
		got := run(t, "tcpdump", "-nn", "-tt", "--nano", "-r", path)
		if !strings.HasPrefix(got, "1700000000.123456789 ") || strings.Count(got, "\n") != 1 {
			t.Errorf("%q", got)
		}
	})
}
