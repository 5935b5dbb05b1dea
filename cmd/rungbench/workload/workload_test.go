package workload_test

import (
	"bytes"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"rung/capture"
	"rung/capture/pcapfile"
	"rung/cmd/rungbench/workload"
)

func make1(t testing.TB, kind workload.Kind, size int64) ([]byte, workload.Stats) {
	t.Helper()
	var b bytes.Buffer
	stats, err := workload.Write(&b, kind, size)
	if err != nil {
		t.Fatal(err)
	}
	return b.Bytes(), stats
}

func TestSameArgumentsSameBytes(t *testing.T) {
	for _, kind := range workload.Kinds {
		a, _ := make1(t, kind, 1<<20)
		b, _ := make1(t, kind, 1<<20)
		if !bytes.Equal(a, b) {
			t.Errorf("%s: differs", kind)
		}
	}
}

func TestIsAWholeCapture(t *testing.T) {
	for _, kind := range workload.Kinds {
		data, stats := make1(t, kind, 2<<20)
		if n := int64(len(data)); n != stats.Bytes || n < 2<<20 || n > 4<<20 {
			t.Errorf("%s: %d bytes, %d told", kind, n, stats.Bytes)
		}
		r, err := pcapfile.Open([]string{"-"}, &pcapfile.Options{Stdin: bytes.NewReader(data)})
		if err != nil {
			t.Fatal(err)
		}
		var p capture.Packet
		var frames int64
		last := capture.Time(0)
		for ; r.Next(&p) == nil; frames++ {
			if p.Time < last {
				t.Fatalf("%s: frame %v goes back in time", kind, p.Frame)
			}
			last = p.Time
		}
		if d := r.Diagnostics(); frames != stats.Packets || len(d) > 0 {
			t.Errorf("%s: %d frames, %d told, %v", kind, frames, stats.Packets, d)
		}
		if stats.Calls < 2 || stats.Duration <= 0 {
			t.Errorf("%s: %+v", kind, stats)
		}
	}
}

func TestUnknownKind(t *testing.T) {
	if _, err := workload.Write(&bytes.Buffer{}, "nonsense", 1); err == nil {
		t.Error("no error")
	}
}

// full is a disk without room.
type full struct{ room int }

var errFull = errors.New("no room")

func (f *full) Write(b []byte) (int, error) {
	if f.room -= len(b); f.room < 0 {
		return 0, errFull
	}
	return len(b), nil
}

func TestWriteErrorIsTold(t *testing.T) {
	if _, err := workload.Write(&full{3 << 20}, workload.RTP, 100<<20); !errors.Is(err, errFull) {
		t.Errorf("got %v", err)
	}
}

// tshark runs tshark over a workload, checking all checksums.
func tshark(t *testing.T, data []byte, args ...string) string {
	t.Helper()
	path, err := exec.LookPath("tshark")
	if err != nil {
		t.Skip("no tshark")
	}
	file := filepath.Join(t.TempDir(), "a.pcap")
	if err := os.WriteFile(file, data, 0o600); err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(path, append([]string{"-r", file, "-n", "-o", "udp.check_checksum:TRUE",
		"-o", "tcp.check_checksum:TRUE", "-o", "ip.check_checksum:TRUE"}, args...)...)
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("tshark: %v", err)
	}
	return string(out)
}

// TestTsharkFindsNothingWrong lets another program judge. The close of an XMPP
// stream alone is malformed XML to tshark, in captures of real servers as well.
func TestTsharkFindsNothingWrong(t *testing.T) {
	for _, kind := range workload.Kinds {
		data, _ := make1(t, kind, 3<<20)
		odd := tshark(t, data, "-Y", "(_ws.malformed && !(tcp.payload contains \"</stream:stream>\")) || tcp.analysis.flags || "+
			"ip.checksum.status==0 || udp.checksum.status==0 || tcp.checksum.status==0")
		if odd != "" {
			lines := strings.SplitAfterN(odd, "\n", 6)
			t.Errorf("%s: %s", kind, strings.Join(lines[:min(5, len(lines))], ""))
		}
	}
}

func TestTsharkSeesTheTraffic(t *testing.T) {
	for kind, filter := range map[workload.Kind]string{
		workload.RTP:   "udp && data.len==172 || rtp",
		workload.SIP:   "sip",
		workload.XMPP:  "xmpp",
		workload.Trunk: "rtp && rtp.setup-frame",
	} {
		data, stats := make1(t, kind, 3<<20)
		n := int64(strings.Count(tshark(t, data, "-Y", filter, "-T", "fields", "-e", "frame.number"), "\n"))
		least := stats.Packets * 9 / 10
		if kind == workload.XMPP {
			least = stats.Packets * 4 / 10 // the rest acknowledges
		}
		if n < least {
			t.Errorf("%s: %d of %d packets", kind, n, stats.Packets)
		}
	}
}

func BenchmarkWrite(b *testing.B) {
	for _, kind := range workload.Kinds {
		b.Run(string(kind), func(b *testing.B) {
			b.ReportAllocs()
			b.SetBytes(8 << 20)
			for b.Loop() {
				if _, err := workload.Write(discard{}, kind, 8<<20); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

type discard struct{}

func (discard) Write(b []byte) (int, error) { return len(b), nil }
