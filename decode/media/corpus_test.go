package media

import (
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"rung/capture"
)

func corpusDir() string {
	if dir := os.Getenv("RUNG_CORPUS"); dir != "" {
		if _, err := os.Stat(filepath.Join(dir, "inventory.tsv")); err == nil {
			return dir
		}
		return filepath.Join(dir, "corpus")
	}
	return filepath.Join("..", "..", "..", "shared", "corpus")
}

// netmon are the captures of a kind that neither this test nor rung reads:
// Microsoft Network Monitor's.
var netmon = map[string]bool{
	"NormB+sipnab/tests__pcap-samples__c07-sip-r2.cap":   true,
	"NormB+sipnab/tests__pcap-samples__rtsp-packets.cap": true,
}

// Public captures: what is recognised without signalling is RTP by the
// inventory's count too, and nearly all of the inventory's RTP is recognised.
func TestCorpusRecognition(t *testing.T) {
	dir := corpusDir()
	if _, err := os.Stat(dir); err != nil {
		t.Skip("no corpus beside the project")
	}
	inventory, err := os.ReadFile(filepath.Join(dir, "inventory.tsv"))
	if err != nil {
		t.Fatal(err)
	}
	var files, recognised, candidates, expected int64
	for line := range strings.Lines(string(inventory)) {
		col := strings.Split(line, "\t")
		if len(col) < 12 || col[0] == "file" || col[6] == "0" || netmon[col[0]] {
			continue // the heading, message files and fuzz seeds, other captures
		}
		rtp := int64(0)
		for p := range strings.SplitSeq(col[8], ",") {
			if n, ok := strings.CutPrefix(p, "rtp:"); ok {
				rtp, _ = strconv.ParseInt(n, 10, 64)
			}
		}
		t.Run(col[0], func(t *testing.T) {
			tr := NewTracker(Limits{})
			datagrams := 0
			readUDP(t, filepath.Join(dir, col[0]), func(s *capture.Segment) {
				datagrams++
				tr.Feed(s)
			})
			tracks := tr.Finish()
			Attach(tracks, tr.Reports())
			sure := int64(0)
			for _, track := range tracks {
				for _, s := range track.Streams(nil, nil) {
					checkSane(t, s)
				}
				if track.Recognised() {
					sure += track.Packets
				} else {
					candidates += track.Packets
				}
			}
			if sure > rtp {
				t.Errorf("%d packets recognised, the inventory knows %d", sure, rtp)
			}
			files++
			if datagrams > 0 { // else a link layer this test's reader can't peel
				recognised += sure
				expected += rtp
			}
		})
	}
	t.Logf("%d files: %d of %d RTP packets recognised, %d packets candidates", files, recognised, expected, candidates)
	if files < 100 {
		t.Errorf("only %d captures read", files)
	}
	if recognised*100 < expected*90 {
		t.Errorf("%d of %d RTP packets recognised", recognised, expected)
	}
}

// checkSane holds whatever the packets are.
func checkSane(t testing.TB, s *Stream) {
	t.Helper()
	distinct := s.Packets - s.Duplicates - s.Stray
	if s.Lost < 0 || s.Duplicates < 0 || s.Reordered < 0 || s.Stray < 0 || s.Packets <= 0 ||
		s.Expected != distinct+s.Lost || s.Reordered > distinct || s.Expected > 3001*s.Packets {
		t.Errorf("packets %d, expected %d, lost %d, duplicates %d, reordered %d, stray %d",
			s.Packets, s.Expected, s.Lost, s.Duplicates, s.Reordered, s.Stray)
	}
	if (s.Jitter == nil) == (s.JitterNote == "") {
		t.Errorf("jitter %v, note %q", s.Jitter, s.JitterNote)
	}
	var packets, lost int64
	for _, p := range s.Series.Points {
		packets += int64(p.Packets)
		lost += int64(p.Lost)
	}
	if packets != s.Packets || lost != s.Lost || len(s.Series.Points) > MaxPoints {
		t.Errorf("%d points of %d packets, %d lost; stream has %d, %d", len(s.Series.Points), packets, lost, s.Packets, s.Lost)
	}
	if len(s.LossBursts) > MaxBursts || len(s.DTMF) > MaxDigits {
		t.Errorf("%d bursts, %d digits", len(s.LossBursts), len(s.DTMF))
	}
	if v := s.Video; v != nil && (v.IncompleteFrames > v.Frames || v.Frames > distinct || (v.KeyFrames != nil && *v.KeyFrames > v.Frames)) {
		t.Errorf("video %+v", v)
	}
}
