package pcapfile_test

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/gopacket/gopacket"
	"github.com/gopacket/gopacket/pcapgo"

	"rung/capture"
	"rung/capture/pcapfile"
)

// outside returns the folders of captures that are not part of the project.
func outside(t testing.TB) []string {
	t.Helper()
	var dirs []string
	for _, dir := range []string{os.Getenv("RUNG_CORPUS"), "../../../shared/corpus", "../../../shared/lab"} {
		if st, err := os.Stat(dir); dir != "" && err == nil && st.IsDir() {
			dirs = append(dirs, dir)
		}
	}
	if len(dirs) == 0 {
		t.Skip("no folder of captures beside the project; set RUNG_CORPUS")
	}
	return dirs
}

// gopacketRead reads a capture with the library's reader until its first error.
func gopacketRead(data []byte) (packets []capture.Packet, err error) {
	var next func() ([]byte, gopacket.CaptureInfo, error)
	if len(data) > 4 && bytes.HasPrefix(data, []byte{0x0a, 0x0d, 0x0d, 0x0a}) {
		r, err := pcapgo.NewNgReader(bytes.NewReader(data), pcapgo.NgReaderOptions{WantMixedLinkType: true, SkipUnknownVersion: true})
		if err != nil {
			return nil, err
		}
		next = r.ReadPacketData
	} else {
		r, err := pcapgo.NewReader(bytes.NewReader(data))
		if err != nil {
			return nil, err
		}
		next = r.ReadPacketData
	}
	for {
		b, ci, err := next()
		if err == io.EOF {
			return packets, nil
		}
		if err != nil {
			return packets, err
		}
		p := capture.Packet{WireLen: ci.Length, Data: b}
		if ci.Timestamp.IsZero() { // simple packet block; rung gives it the time before
			if n := len(packets); n > 0 {
				p.Time = packets[n-1].Time
			}
		} else {
			p.Time = capture.TimeOf(ci.Timestamp)
		}
		packets = append(packets, p)
	}
}

func has(r *pcapfile.Reader, code string) bool {
	for _, d := range r.Diagnostics() {
		if d.Code == code {
			return true
		}
	}
	return false
}

// TestAsGopacket reads every capture outside the project and compares packets,
// times and lengths with gopacket's reader, as far as that gets.
func TestAsGopacket(t *testing.T) {
	compared, frames := 0, 0
	for _, dir := range outside(t) {
		err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() {
				return err
			}
			n := compareWithGopacket(t, path)
			if n > 0 {
				compared, frames = compared+1, frames+n
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	t.Logf("%d captures, %d frames compared", compared, frames)
	if compared < 10 {
		t.Errorf("only %d captures compared", compared)
	}
}

// TestNumbersAsTshark compares frame numbers and times with tshark's in the
// files that have records without packets: those take numbers.
func TestNumbersAsTshark(t *testing.T) {
	tshark, err := exec.LookPath("tshark")
	if err != nil {
		t.Skip("no tshark")
	}
	for _, dir := range outside(t) {
		paths, _ := filepath.Glob(filepath.Join(dir, "*", "*.pcapng"))
		for _, path := range paths {
			r, err := pcapfile.Open([]string{path}, nil)
			if err != nil {
				continue
			}
			var got []string
			var p capture.Packet
			for r.Next(&p) == nil {
				got = append(got, fmt.Sprintf("%d\t%d", p.Frame.Number, p.WireLen))
			}
			r.Close()
			if !has(r, "other-records") {
				continue
			}
			out, err := exec.Command(tshark, "-n", "-r", path, "-Y", "eth || ip", "-T", "fields",
				"-e", "frame.number", "-e", "frame.len").Output()
			if err != nil {
				continue // it does not read the file to its end
			}
			if want := strings.TrimSpace(string(out)); strings.Join(got, "\n") != want {
				t.Errorf("%s: got\n%s\nwant\n%s", path, strings.Join(got, "\n"), want)
			}
		}
	}
}

func compareWithGopacket(t *testing.T, path string) int {
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	want, wantErr := gopacketRead(data)
	r, err := pcapfile.Open([]string{path}, nil)
	if err != nil {
		if wantErr == nil {
			t.Errorf("%s: gopacket reads it, rung does not: %v", path, err)
		}
		return 0
	}
	defer r.Close()
	var p capture.Packet
	for i := 0; ; i++ {
		err := r.Next(&p)
		if errors.Is(err, io.EOF) {
			if i < len(want) {
				t.Errorf("%s: %d packets, gopacket has %d", path, i, len(want))
			}
			if i > len(want) && wantErr == nil {
				t.Errorf("%s: %d packets, gopacket has %d", path, i, len(want))
			}
			return i
		}
		if err != nil {
			t.Fatalf("%s: %v", path, err)
		}
		if i >= len(want) {
			continue
		}
		w := want[i]
		if has(r, "unknown-version") {
			return i // gopacket skips such sections, rung tries to read them
		}
		if p.Time != w.Time || !bytes.Equal(p.Data, w.Data) || p.WireLen != w.WireLen ||
			int(p.Frame.Number) != i+1 && !has(r, "other-records") {
			t.Errorf("%s: frame %d: time %v wire %d, %d bytes; gopacket: %v, %d, %d", path, p.Frame.Number,
				p.Time.Std().Format(time.RFC3339Nano), p.WireLen, len(p.Data),
				w.Time.Std().Format(time.RFC3339Nano), w.WireLen, len(w.Data))
			return i
		}
		if p.Offset < 0 || !bytes.Equal(data[p.Offset:][:len(p.Data)], p.Data) {
			t.Errorf("%s: frame %d: offset %d does not lead to its bytes", path, p.Frame.Number, p.Offset)
		}
	}
}
