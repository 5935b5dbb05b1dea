package capturetest

import (
	"fmt"
	"io"
	"os"
	"path/filepath"
	"testing"

	"rung/capture"
)

// Source gives the packets one by one.
func Source(packets []capture.Packet) capture.Source {
	return &source{packets: packets}
}

type source struct {
	packets []capture.Packet
	buf     []byte
}

// Next copies into a buffer of its own, so that a test notices when somebody
// keeps borrowed bytes.
func (s *source) Next(p *capture.Packet) error {
	clear(s.buf)
	if len(s.packets) == 0 {
		return io.EOF
	}
	*p = s.packets[0]
	s.packets = s.packets[1:]
	s.buf = append(s.buf[:0], p.Data...)
	p.Data = s.buf
	return nil
}

// WritePcap writes packets, all of one link type, as a pcap file with
// nanoseconds.
func WritePcap(w io.Writer, packets []capture.Packet) error {
	const magicNano, snaplen = 0xA1B23C4D, 262144
	link := capture.LinkEthernet
	if len(packets) > 0 {
		link = packets[0].Link
	}
	b := be.AppendUint32(nil, magicNano)
	b = be.AppendUint16(b, 2)
	b = be.AppendUint16(b, 4)
	for _, v := range []uint32{0, 0, snaplen, uint32(link)} {
		b = be.AppendUint32(b, v)
	}
	for _, p := range packets {
		if p.Link != link {
			return fmt.Errorf("frame %s is %s, the first one %s", p.Frame, p.Link, link)
		}
		b = be.AppendUint32(b, uint32(p.Time/1e9))
		b = be.AppendUint32(b, uint32(p.Time%1e9))
		b = be.AppendUint32(b, uint32(len(p.Data)))
		b = be.AppendUint32(b, uint32(p.WireLen))
		b = append(b, p.Data...)
	}
	_, err := w.Write(b)
	return err
}

// Packets is Parse for tests.
func Packets(tb testing.TB, text string) []capture.Packet {
	tb.Helper()
	packets, err := Parse(text)
	if err != nil {
		tb.Fatal(err)
	}
	return packets
}

// Load parses a file: name is relative to the test's folder, or to
// testdata/captures at the root of the module.
func Load(tb testing.TB, name string) []capture.Packet {
	tb.Helper()
	text, err := os.ReadFile(name)
	for dir := "."; err != nil && len(dir) < 40; dir = filepath.Join("..", dir) {
		if _, noMod := os.Stat(filepath.Join(dir, "go.mod")); noMod == nil {
			text, err = os.ReadFile(filepath.Join(dir, "testdata", "captures", name))
			break
		}
	}
	if err != nil {
		tb.Fatal(err)
	}
	packets, err := Parse(string(text))
	if err != nil {
		tb.Fatalf("%s: %v", name, err)
	}
	return packets
}
