package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"rung/capture"
	"rung/capture/capturetest"
	"rung/capture/pcapfile"
)

// TestOverlappingInputsChangeNothing reads every capture of the project once
// as it is and again as inputs that overlap: a copy of the file beside it, two
// files of a ring that both hold the middle, all of it merged into one file.
// What is in several inputs is a span copy; flows and streams stay the same to
// the last number, TCP and fragments among them.
func TestOverlappingInputsChangeNothing(t *testing.T) {
	for _, name := range ownCaptures(t) {
		t.Run(name, func(t *testing.T) {
			whole := filepath.Join(capturesFolder, name)
			packets := packetsOf(t, whole)
			dir := t.TempDir()
			want := overlapped(t, whole)
			n := len(packets)
			third := n / 3
			for what, inputs := range map[string][][]capture.Packet{
				"given twice":                         {packets, packets},
				"a ring whose files overlap":          {packets[:n-third], packets[third:]},
				"the other way round":                 {packets[third:], packets[:n-third]},
				"two captures merged into one":        {doubled(packets)},
				"two clocks half a millisecond apart": {packets, shifted(packets, 500*time.Microsecond)},
				"an earlier file inside another":      {packets, packets[third : n-third]},
			} {
				t.Run(what, func(t *testing.T) {
					var args []string
					frames := 0
					for i, p := range inputs {
						frames += len(p)
						args = append(args, filepath.Join(dir, strings.Fields(what)[1]+string(rune('a'+i))+".pcap"))
						writePcap(t, args[i], p)
					}
					got := overlapped(t, args...)
					if got.Duplicate != frames-n-got.repeatedOther(want) {
						t.Errorf("%d span copies of %d frames, %d were there once", got.Duplicate, frames, n)
					}
					if diff := cmp.Diff(want.shown, got.shown); diff != "" {
						t.Errorf("not as the file alone:\n%s", diff)
					}
				})
			}
		})
	}
}

// TestClocksOfTwoHosts reads every capture together with what a host whose
// clock is 2.314 s behind captured of the same: the offset is found, and said
// to count packets twice.
func TestClocksOfTwoHosts(t *testing.T) {
	for _, name := range ownCaptures(t) {
		t.Run(name, func(t *testing.T) {
			packets := packetsOf(t, filepath.Join(capturesFolder, name))
			t.Chdir(t.TempDir())
			writePcap(t, "a.pcap", packets)
			writePcap(t, "b.pcap", shifted(packets, -2314*time.Millisecond))
			var d struct {
				Capture struct {
					Diagnostics []struct{ Code, Severity, Text string }
				}
			}
			if err := json.Unmarshal(rung(t, "list", "--json", "-q", "a.pcap", "b.pcap"), &d); err != nil {
				t.Fatal(err)
			}
			found := 0
			for _, x := range d.Capture.Diagnostics {
				if x.Code != "clock-offset" {
					continue
				}
				found++
				if x.Severity != "warning" || !strings.HasPrefix(x.Text, "b.pcap's clock is 2.314 s behind a.pcap's (from ") ||
					!strings.HasSuffix(x.Text, "shift it with editcap -t 2.314000 b.pcap out.pcapng") {
					t.Errorf("%s: %s", x.Severity, x.Text)
				}
			}
			if found != 1 {
				t.Errorf("%d times said how far the clocks are apart", found)
			}
		})
	}
}

// An overlapDocument is what must not change, and the account.
type overlapDocument struct {
	Frames, Duplicate, Other int
	shown                    any
}

// repeatedOther counts the frames that are no IP and so never copies.
func (d *overlapDocument) repeatedOther(once *overlapDocument) int { return d.Other - once.Other }

// inText are frame numbers in sentences.
var inText = regexp.MustCompile(`\b[Ff]rames? [0-9:]+(,? (and )?[0-9:]+)*`)

// overlapped lists captures without what names frames and inputs.
func overlapped(t *testing.T, names ...string) *overlapDocument {
	t.Helper()
	text := rung(t, append([]string{"list", "--json", "-q"}, names...)...)
	var d struct {
		Capture struct {
			Frames, Duplicate int
			DuplicateFrames   int `json:"duplicate_frames"`
			Other, Undecoded  []struct{ Frames int }
			Diagnostics       []struct{ Code string }
		}
		Flows, Streams any
	}
	if err := json.Unmarshal(text, &d); err != nil {
		t.Fatal(err)
	}
	out := &overlapDocument{Frames: d.Capture.Frames, Duplicate: d.Capture.DuplicateFrames}
	for _, o := range append(d.Capture.Other, d.Capture.Undecoded...) {
		out.Other += o.Frames
	}
	for _, x := range d.Capture.Diagnostics {
		if strings.Contains(x.Code, "clock") || strings.Contains(x.Code, "beyond") {
			t.Errorf("diagnostic %s", x.Code)
		}
	}
	out.shown = scrub([]any{d.Flows, d.Streams})
	return out
}

// scrub takes frame numbers, names of inputs and copies out of a document.
func scrub(v any) any {
	switch v := v.(type) {
	case []any:
		for i := range v {
			v[i] = scrub(v[i])
		}
	case map[string]any:
		for key, value := range v {
			switch {
			case key == "copies", key == "evidence_frames",
				strings.HasSuffix(key, "frame"), strings.HasSuffix(key, "file"), strings.HasSuffix(key, "files"):
				delete(v, key)
			case key == "retransmission_of":
				v[key] = value != nil
			case key == "frames":
				v[key] = howMany(value)
			default:
				v[key] = scrub(value)
			}
		}
	case string:
		return inText.ReplaceAllString(v, "frame N")
	}
	return v
}

// howMany counts a list of frames, of which copies never are a part. A number
// stays what it is.
func howMany(v any) any {
	if list, ok := v.([]any); ok {
		return len(list)
	}
	return v
}

// packetsOf reads a capture.
func packetsOf(t *testing.T, name string) (out []capture.Packet) {
	t.Helper()
	r, err := pcapfile.Open([]string{name}, nil)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	for {
		var p capture.Packet
		err := r.Next(&p)
		if errors.Is(err, io.EOF) {
			return out
		}
		if err != nil {
			t.Fatal(err)
		}
		p.Data = bytes.Clone(p.Data)
		out = append(out, p)
	}
}

// shifted is what a clock writes that is ahead by so much.
func shifted(packets []capture.Packet, by time.Duration) []capture.Packet {
	out := slices.Clone(packets)
	for i := range out {
		out[i].Time = out[i].Time.Add(by)
	}
	return out
}

// doubled has every packet twice.
func doubled(packets []capture.Packet) (out []capture.Packet) {
	for _, p := range packets {
		out = append(out, p, p)
	}
	return out
}

func writePcap(t *testing.T, name string, packets []capture.Packet) {
	t.Helper()
	var b bytes.Buffer
	if err := capturetest.WritePcap(&b, packets); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(name, b.Bytes(), 0o644); err != nil {
		t.Fatal(err)
	}
}
