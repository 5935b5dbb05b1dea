package text

import (
	"bytes"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
	"unicode"

	"rung/capture"
	"rung/decode"
	"rung/render"
	"rung/render/rendertest"
	"rung/render/safe"
)

var update = flag.Bool("update", os.Getenv("RUNG_UPDATE") != "", "rewrite golden files")

func TestConformance(t *testing.T) { rendertest.Run(t, Format) }

func TestGolden(t *testing.T) {
	for _, s := range rendertest.Samples() {
		var b bytes.Buffer
		for _, subject := range []render.Subject{render.List, render.Ladder, render.RTP} {
			fmt.Fprintf(&b, "-- %s --\n", subject)
			b.Write(rendertest.Write(t, Format, s.Doc, &render.Options{Subject: subject})[0])
		}
		golden(t, s.Name+".txt", b.Bytes())
	}
	trunk := rendertest.Samples()[0].Doc
	golden(t, "trunk-ascii.txt", rendertest.Write(t, Format, trunk, &render.Options{Subject: render.Ladder, ASCII: true, Width: 80})[0])
	golden(t, "trunk-detail.txt", rendertest.Write(t, Format, trunk, &render.Options{Subject: render.Ladder, Detail: true, Width: 140})[0])
	golden(t, "one-show.txt", rendertest.Write(t, Format, rendertest.Samples()[5].Doc, &render.Options{Subject: render.Messages})[0])
}

func golden(t *testing.T, name string, got []byte) {
	t.Helper()
	name = filepath.Join("testdata", name)
	if *update {
		if err := os.MkdirAll("testdata", 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(name, got, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, want) {
		t.Errorf("%s differs; run with -update and read the diff\n%s", name, got)
	}
}

// TestLinesFit holds for ladders at every width, with and without ASCII.
func TestLinesFit(t *testing.T) {
	busy := rendertest.ManyLifelines(1, 9)
	busy.Stream("10.0.0.1:4000", "10.0.1.1:4000", busy.Now(), time.Minute, 7, "0123456789")
	for range 5 {
		busy.Say(time.Minute, 0, 0, 1, "OPTIONS", "")
	}
	samples := append(rendertest.Samples(), rendertest.Sample{Name: "busy", Doc: rendertest.Document("c", busy)})
	for _, s := range samples {
		for _, width := range []int{60, 80, 100, 133, 200} {
			for _, ascii := range []bool{false, true} {
				out := rendertest.Write(t, Format, s.Doc, &render.Options{Subject: render.Ladder, Width: width, ASCII: ascii})[0]
				for _, l := range strings.Split(string(out), "\n") {
					if w := safe.Width(l); w > width {
						t.Errorf("%s at %d: %d columns: %s", s.Name, width, w, l)
					}
					for _, r := range l {
						if ascii && r > '~' {
							t.Errorf("%s: %q is not ASCII", s.Name, r)
						}
					}
				}
			}
		}
	}
}

func TestSecretsAreHiddenUnlessAskedFor(t *testing.T) {
	doc := rendertest.Samples()[0].Doc
	const secret = "0123456789abcdef"
	hidden := rendertest.Write(t, Format, doc, &render.Options{Subject: render.Messages})[0]
	shown := rendertest.Write(t, Format, doc, &render.Options{Subject: render.Messages, ShowSecrets: true})[0]
	if bytes.Contains(hidden, []byte(secret)) || !bytes.Contains(hidden, []byte(safe.Hidden)) {
		t.Error("show writes the digest response")
	}
	if !bytes.Contains(shown, []byte(secret)) {
		t.Error("--show-secrets does not show it")
	}
}

func TestColourOnlyWhenAskedFor(t *testing.T) {
	doc := rendertest.Samples()[2].Doc
	plain := rendertest.Write(t, Format, doc, &render.Options{Subject: render.Ladder})[0]
	colour := rendertest.Write(t, Format, doc, &render.Options{Subject: render.Ladder, Color: true})[0]
	if bytes.Contains(plain, []byte("\x1b")) {
		t.Error("colours without asking")
	}
	if !bytes.Contains(colour, []byte("\x1b[1;31m")) {
		t.Error("the failure is not red")
	}
}

func TestListTellsWhatWasNotDecoded(t *testing.T) {
	doc := rendertest.Samples()[0].Doc
	doc.Capture.InterfaceDrops = 7
	doc.Capture.Files[0].Truncated = true
	doc.Capture.Diagnostics = []capture.Diagnostic{{Severity: capture.Warning, Text: "block cut\x1b", Frames: []capture.Frame{{Number: 9}}, Ref: "§3"}}
	out := string(rendertest.Write(t, Format, doc, &render.Options{Subject: render.List})[0])
	for _, want := range []string{
		"1 not read by rung: 1 arp (first: frame 3)", "1 not decoded: 1 no keys: tls (first: frame 5)",
		"7 packets were dropped", "trunk.pcapng is cut off", `warning: block cut\x1b (frame 9) §3`,
	} {
		if !strings.Contains(out, want) {
			t.Errorf("no %q in\n%s", want, out)
		}
	}
}

// FuzzHostile puts any text where a capture can put text: nothing but
// printable characters comes out, whatever the subject.
func FuzzHostile(f *testing.F) {
	f.Add("\x1b]0;x\x07", "\u202e\xff漢")
	f.Fuzz(func(t *testing.T, a, c string) {
		b := rendertest.NewBuilder(1, decode.KindCall)
		x, y := b.Party(a, c, "10.0.0.1:5060"), b.Party(c, a, "10.0.0.2:5060")
		leg := b.Leg(a, capture.UDP, x, y, c)
		b.F.From.User, b.F.To.Display, b.F.Reason = a, c, a
		b.Say(0, leg, x, y, a, c)
		b.Last().Diagnostics = []capture.Diagnostic{{Severity: capture.Error, Text: a, Ref: c}}
		b.Last().Copies = 3
		b.Say(time.Minute, leg, y, y, c, a)
		b.Stream("10.0.0.1:2", "10.0.0.9:2", b.Now(), time.Second, 1, "1").Codec = a
		doc := rendertest.Document(c, b)
		doc.Capture.Files[0].Name = a
		doc.Bytes = func(*decode.Message) ([]byte, error) { return []byte(a + "\n" + c), nil }
		for _, subject := range Format.Subjects {
			for _, r := range string(rendertest.Write(t, Format, doc, &render.Options{Subject: subject})[0]) {
				if r != '\n' && !unicode.IsPrint(r) {
					t.Fatalf("%s writes %U", subject, r)
				}
			}
		}
	})
}

func BenchmarkLadder(b *testing.B) {
	doc := rendertest.Document("rung", rendertest.Long(1, 200))
	b.ReportAllocs()
	for b.Loop() {
		rendertest.Write(b, Format, doc, &render.Options{Subject: render.Ladder})
	}
}
