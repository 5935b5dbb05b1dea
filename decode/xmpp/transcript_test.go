package xmpp

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"rung/decode"
	"rung/decode/decodetest"
)

var update = flag.Bool("update", os.Getenv("RUNG_UPDATE") != "", "rewrite the golden files")

// A transcript in testdata/*.txt is what two sides say, "C: " or "S: " before
// each piece; lines that begin with blanks go on. Behind "-- messages --"
// stands what is read of it.
func readTranscript(t testing.TB, text string) decodetest.Talk {
	t.Helper()
	var talk decodetest.Talk
	for line := range strings.Lines(text) {
		line = strings.TrimSuffix(line, "\n")
		switch {
		case line == "" || line[0] == '#':
		case strings.HasPrefix(line, "C: "):
			talk = append(talk, decodetest.Turn{Dir: decode.Forward, Data: []byte(line[3:])})
		case strings.HasPrefix(line, "S: "):
			talk = append(talk, decodetest.Turn{Dir: decode.Back, Data: []byte(line[3:])})
		case line[0] == ' ' && len(talk) > 0:
			last := &talk[len(talk)-1]
			last.Data = append(append(last.Data, '\n'), line...)
		default:
			t.Fatalf("transcript: %q", line)
		}
	}
	return talk
}

// show prints what was read, a line for each message.
func show(s *decodetest.Sink) string {
	var b strings.Builder
	for _, m := range s.Messages {
		l := m.Facts.Login
		side := "S"
		if l.FromClient {
			side = "C"
		}
		fmt.Fprintf(&b, "%s %s", side, m.Name)
		if m.Summary != "" {
			fmt.Fprintf(&b, " | %s", m.Summary)
		}
		fmt.Fprintf(&b, "\n    %s", l.Step)
		for _, f := range [][2]string{
			{"identity", l.Identity}, {"domain", l.Domain}, {"mechanism", l.Mechanism},
			{"condition", l.Condition}, {"text", l.Text}, {"target", l.Target},
		} {
			if f[1] != "" {
				fmt.Fprintf(&b, " %s=%q", f[0], f[1])
			}
		}
		if l.Server {
			b.WriteString(" server")
		}
		if t := m.Facts.Transaction; t != nil {
			fmt.Fprintf(&b, " transaction=%q method=%q request=%v reason=%q", t.ID, t.Method, t.Request, t.Reason)
		}
		b.WriteByte('\n')
		for _, d := range m.Diagnostics {
			fmt.Fprintf(&b, "    ! %s: %s\n", d.Code, d.Text)
		}
	}
	for _, d := range s.Diagnostics {
		fmt.Fprintf(&b, "! %s: %s\n", d.Code, d.Text)
	}
	for _, name := range s.Switched {
		fmt.Fprintf(&b, "switch to %s\n", name)
	}
	return b.String()
}

const divider = "-- messages --\n"

func transcripts(t testing.TB) map[string]decodetest.Talk {
	t.Helper()
	files, err := filepath.Glob("testdata/*.txt")
	if err != nil || len(files) == 0 {
		t.Fatal("no transcripts", err)
	}
	talks := make(map[string]decodetest.Talk)
	for _, file := range files {
		b, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		text, _, _ := strings.Cut(string(b), divider)
		talks[file] = readTranscript(t, text)
	}
	return talks
}

func TestTranscripts(t *testing.T) {
	for file, talk := range transcripts(t) {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txt"), func(t *testing.T) {
			got := show(decodetest.Play(t, Protocol, talk))
			b, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			head, want, _ := strings.Cut(string(b), divider)
			if *update {
				if err := os.WriteFile(file, []byte(head+divider+got), 0o644); err != nil {
					t.Fatal(err)
				}
				return
			}
			if got != want {
				t.Errorf("got\n%s\nwant\n%s", got, want)
			}
		})
	}
}

func TestSecretsStayOutOfNamesAndSummaries(t *testing.T) {
	for file, talk := range transcripts(t) {
		for _, m := range decodetest.Play(t, Protocol, talk).Messages {
			said := fmt.Sprintf("%s %s %+v", m.Name, m.Summary, *m.Facts.Login)
			for _, secret := range []string{"secret", "AHVz", "private words"} {
				if strings.Contains(said, secret) {
					t.Errorf("%s: %q tells %q", file, said, secret)
				}
			}
		}
	}
}

func TestConformance(t *testing.T) {
	var talks []decodetest.Talk
	for file, talk := range transcripts(t) {
		if !strings.Contains(file, "odd_") && !strings.Contains(file, "midstream") {
			talks = append(talks, talk)
		}
	}
	decodetest.RunTalks(t, Protocol, talks...)
}
