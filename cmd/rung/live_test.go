package main

import (
	"bytes"
	"cmp"
	"context"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"rung/capture/capturetest"
)

// A liveLine is the part of a line of NDJSON by which file and live reading
// are compared.
type liveLine struct {
	Type, ID, Key, Kind, Outcome, Title string
	Status                              int
	Messages                            []struct{ Frame int }
	Streams                             []string
	SSRC, Src, Dst, Codec               string
	Packets, Lost, Duplicates           int64
	JitterMS                            *struct{ Mean, Max float64 } `json:"jitter_ms"`
	RTCP                                *struct{ Reports int64 }
	Frames                              int64
	Decoded                             int64 `json:"decoded_frames"`
	Doubles                             int64 `json:"duplicate_frames"`
	TransportOnly                       int64 `json:"transport_only_frames"`
	Other, Undecoded                    []struct {
		Name, Reason string
		Frames       int64
		First        int `json:"first_frame"`
	}
}

// UnmarshalJSON takes ids of flows, which are numbers, for text.
func (l *liveLine) UnmarshalJSON(b []byte) error {
	type plain liveLine
	var id struct{ ID json.RawMessage }
	if err := json.Unmarshal(b, &id); err != nil {
		return err
	}
	b = bytes.Replace(b, append([]byte(`"id":`), id.ID...), []byte(`"id":"x"`), 1)
	return json.Unmarshal(b, (*plain)(l))
}

func lines(t *testing.T, b []byte) (out []liveLine) {
	t.Helper()
	for _, text := range bytes.Split(bytes.TrimSpace(b), []byte("\n")) {
		var l liveLine
		if len(text) == 0 {
			continue
		}
		if err := json.Unmarshal(text, &l); err != nil {
			t.Fatalf("%v in %.200s", err, text)
		}
		out = append(out, l)
	}
	return out
}

// liveOf runs "rung live -" on a capture.
func liveOf(t *testing.T, file []byte, args ...string) []liveLine {
	t.Helper()
	var stdout, stderr bytes.Buffer
	args = append([]string{"live", "-", "-q"}, args...)
	if code := run(context.Background(), args, bytes.NewReader(file), &stdout, &stderr); code != exitDone {
		t.Fatalf("exit status %d\n%s", code, &stderr)
	}
	schema := compiled(t, "#/$defs/line")
	for line := range bytes.Lines(stdout.Bytes()) {
		valid(t, schema, line)
	}
	return lines(t, stdout.Bytes())
}

// flowText and streamText are what must be equal.
func flowText(l *liveLine) string {
	return fmt.Sprintf("%s %s %s %d, %d messages, %d streams: %s", l.Key, l.Kind, l.Outcome, l.Status, len(l.Messages), len(l.Streams), l.Title)
}

func streamText(l *liveLine) string {
	jitter, reports := "none", int64(0)
	if l.JitterMS != nil {
		jitter = fmt.Sprintf("%.6f %.6f", l.JitterMS.Mean, l.JitterMS.Max)
	}
	if l.RTCP != nil {
		reports = l.RTCP.Reports
	}
	return fmt.Sprintf("%s %s > %s %s: %d packets, %d lost, %d double, jitter %s, %d reports",
		l.SSRC, l.Src, l.Dst, l.Codec, l.Packets, l.Lost, l.Duplicates, jitter, reports)
}

func accountOf(l *liveLine) string {
	return fmt.Sprint(l.Frames, l.Decoded, l.Doubles, l.TransportOnly, l.Other, l.Undecoded)
}

// compareLive holds live reading against file reading of the same capture.
func compareLive(t *testing.T, name string) {
	t.Helper()
	file, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	var want, got []string
	for _, l := range lines(t, rung(t, "list", "-q", "--format", "ndjson", name)) {
		want = append(want, flowText(&l))
	}
	for _, l := range lines(t, rung(t, "rtp", "-q", "--format", "ndjson", name)) {
		want = append(want, streamText(&l))
	}
	var doc struct{ Capture liveLine }
	if err := json.Unmarshal(rung(t, "list", "-q", "--json", name), &doc); err != nil {
		t.Fatal(err)
	}
	want = append(want, accountOf(&doc.Capture))
	latest := make(map[string]string) // a flow that went on was written twice
	for _, l := range liveOf(t, file) {
		switch l.Type {
		case "flow":
			latest[l.Key] = flowText(&l)
		case "stream":
			got = append(got, streamText(&l))
		case "capture":
			got = append(got, accountOf(&l))
		}
	}
	for _, text := range latest {
		got = append(got, text)
	}
	slices.SortFunc(want, cmp.Compare[string])
	slices.SortFunc(got, cmp.Compare[string])
	want, got = slices.Compact(want), slices.Compact(got)
	for _, x := range want {
		if _, ok := slices.BinarySearch(got, x); !ok {
			t.Errorf("%s: only from the file: %s", filepath.Base(name), x)
		}
	}
	for _, x := range got {
		if _, ok := slices.BinarySearch(want, x); !ok {
			t.Errorf("%s: only live: %s", filepath.Base(name), x)
		}
	}
}

// Live reading of a capture tells the same flows, streams and account as
// reading it from a file.
func TestLiveTellsWhatFilesTell(t *testing.T) {
	for _, name := range ownCaptures(t) {
		compareLive(t, filepath.Join(capturesFolder, name))
	}
}

// hours makes a capture of flows that come back after they have left memory.
func hours(t *testing.T) []byte {
	t.Helper()
	var b strings.Builder
	call := func(at int, id, tag string) {
		say := func(ms int, way, text string) {
			fmt.Fprintf(&b, "-- %d.%03d udp %s --\n%s\n", at, ms, way, text)
		}
		there, back := "10.0.0.1:5060 > 10.0.0.2:5060", "10.0.0.2:5060 > 10.0.0.1:5060"
		head := func(first, cseq, to string) string {
			return fmt.Sprintf("%s\nVia: SIP/2.0/UDP 10.0.0.1;branch=z9hG4bK%s%s%d\nFrom: <sip:a@x>;tag=%s\nTo: <sip:b@x>%s\nCall-ID: %s\nCSeq: %s\nContent-Length: 0\n",
				first, tag, strings.Fields(cseq)[1], at, tag, to, id, cseq)
		}
		say(0, there, head("INVITE sip:b@x SIP/2.0", "1 INVITE", ""))
		say(100, back, head("SIP/2.0 200 OK", "1 INVITE", ";tag=z"))
		say(200, there, head("ACK sip:b@x SIP/2.0", "1 ACK", ";tag=z"))
		say(900, there, head("BYE sip:b@x SIP/2.0", "2 BYE", ";tag=z"))
		say(950, back, head("SIP/2.0 200 OK", "2 BYE", ";tag=z"))
	}
	call(0, "one", "t1")
	call(1800, "one", "t2") // the same Call-ID for another call, long after
	call(3600, "one", "t3")
	call(3601, "two", "t1")
	call(7200, "three", "t4")
	var file bytes.Buffer
	if err := capturetest.WritePcap(&file, capturetest.Packets(t, b.String())); err != nil {
		t.Fatal(err)
	}
	return file.Bytes()
}

// A Call-ID that is used again has the same keys, whether its first call is
// still in memory or not.
func TestLiveKeysOfCallsThatLeft(t *testing.T) {
	name := filepath.Join(t.TempDir(), "hours.pcap")
	if err := os.WriteFile(name, hours(t), 0o600); err != nil {
		t.Fatal(err)
	}
	compareLive(t, name)
}

// blocked runs "rung live -" on a stream that sends some bytes and then nothing,
// ends it as SIGINT does when after is not 0, and returns what it said.
func blocked(t *testing.T, first []byte, after time.Duration, args ...string) (stdout, stderr string) {
	t.Helper()
	in, feed := io.Pipe()
	defer in.Close()
	go feed.Write(first)
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
	defer cancel()
	if after > 0 {
		time.AfterFunc(after, cancel)
	}
	var out, err bytes.Buffer
	if code := run(ctx, append([]string{"live", "-"}, args...), in, &out, &err); code != exitDone {
		t.Errorf("exit status %d", code)
	}
	if after == 0 && ctx.Err() != nil {
		t.Error("it has not ended by itself")
	}
	return out.String(), err.String()
}

// A stream that sends nothing ends as any other: with a summary and the account.
func TestLiveBeforeTheFirstPacket(t *testing.T) {
	header := hours(t)[:24]
	for _, tt := range []struct {
		rule  string
		first []byte
		after time.Duration
		args  []string
	}{
		{"interrupted before the first byte", nil, 100 * time.Millisecond, nil},
		{"interrupted before the first packet", header, 300 * time.Millisecond, nil},
		{"--duration passes before the first byte", nil, 0, []string{"--duration", "200ms"}},
		{"--duration passes before the first packet", header, 0, []string{"--duration", "400ms"}},
	} {
		t.Run(tt.rule, func(t *testing.T) {
			began := time.Now()
			stdout, stderr := blocked(t, tt.first, tt.after, tt.args...)
			if !strings.HasPrefix(stdout, `{"type":"capture",`) || strings.Count(stdout, "\n") != 1 {
				t.Errorf("wrote %s", stdout)
			}
			if !strings.Contains(stderr, "no packets on standard input") {
				t.Errorf("said %s", stderr)
			}
			if d := time.Since(began); d > 5*time.Second {
				t.Errorf("took %v", d)
			}
		})
	}
}

// --duration counts what passes on the wire after the last packet, too.
func TestLiveDurationOfAQuietStream(t *testing.T) {
	file := hours(t)
	stdout, _ := blocked(t, file[:24+16+int(binary.BigEndian.Uint32(file[32:]))], 0, "--duration", "400ms")
	if !strings.Contains(stdout, `"frames":1,`) {
		t.Errorf("wrote %s", stdout)
	}
}
