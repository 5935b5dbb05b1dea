package svg

import (
	"bytes"
	"encoding/xml"
	"flag"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"rung/capture"
	"rung/decode"
	"rung/render"
	"rung/render/ladder"
	"rung/render/layout"
	"rung/render/rendertest"
)

var update = flag.Bool("update", os.Getenv("RUNG_UPDATE") != "", "rewrite golden files")

func TestConformance(t *testing.T) { rendertest.Run(t, Format) }

func TestGolden(t *testing.T) {
	for _, s := range rendertest.Samples() {
		switch s.Name {
		case "trunk", "failure", "nothing":
			got := rendertest.Write(t, Format, s.Doc, &render.Options{Subject: render.Ladder})[0]
			golden(t, s.Name+".svg", got)
		}
	}
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
		t.Errorf("%s differs; run with -update and read the diff", name)
	}
}

// parse reads the whole file as XML and returns its text by element path's
// last name, and the elements' names.
func parse(t *testing.T, b []byte) (text string, names map[string]int) {
	t.Helper()
	names = map[string]int{}
	d := xml.NewDecoder(bytes.NewReader(b))
	var sb strings.Builder
	for {
		tok, err := d.Token()
		if err == io.EOF {
			return sb.String(), names
		}
		if err != nil {
			t.Fatalf("not XML: %v\n%s", err, b)
		}
		switch x := tok.(type) {
		case xml.StartElement:
			names[x.Name.Local]++
		case xml.CharData:
			sb.Write(x)
			sb.WriteByte('\n')
		}
	}
}

func TestEveryPageIsXML(t *testing.T) {
	for _, s := range rendertest.Samples() {
		for _, theme := range []string{"", "dark", "auto"} {
			for _, p := range rendertest.Write(t, Format, s.Doc, &render.Options{Subject: render.Ladder, Theme: theme}) {
				_, names := parse(t, p)
				for n := range names {
					if !strings.Contains(" svg title style rect g path circle text ", " "+n+" ") {
						t.Errorf("%s: element %s", s.Name, n)
					}
				}
				if dark := bytes.Contains(p, []byte("prefers-color-scheme")); dark != (theme == "auto") {
					t.Errorf("%s: theme %q: prefers-color-scheme is %v", s.Name, theme, dark)
				}
			}
		}
	}
}

func TestUnknownThemeIsAnError(t *testing.T) {
	var p rendertest.Pages
	err := Format.Write(&p, rendertest.Samples()[0].Doc, &render.Options{Theme: "pink"})
	if err == nil || !strings.Contains(err.Error(), "pink") {
		t.Errorf("err = %v", err)
	}
}

func TestRungsCarryTheirMessage(t *testing.T) {
	p := string(rendertest.Write(t, Format, rendertest.Samples()[0].Doc, &render.Options{})[0])
	for _, want := range []string{
		`<g class="rung leg-1 request" data-message="0" data-frame="12"><title>INVITE 3250`,
		`<g class="rung leg-2 provisional" data-message="4" data-frame="16">`,
		`>retransmitted after 500 ms</text>`,
		`<svg xmlns="http://www.w3.org/2000/svg" class="rung-ladder" viewBox="0 0 `,
	} {
		if !strings.Contains(p, want) {
			t.Errorf("no %s", want)
		}
	}
	if strings.Contains(p, `data-message="3"`) {
		t.Error("the folded retransmission is drawn")
	}
}

func TestEmbedding(t *testing.T) {
	s := rendertest.Samples()[0]
	p := layout.Lay(ladder.New(s.Doc.Flows[0], s.Doc, &render.Options{}), &render.Options{})[0]
	var b bytes.Buffer
	if err := Draw(&b, p, DrawOptions{Class: "l7", NoStyle: true}); err != nil {
		t.Fatal(err)
	}
	if !bytes.HasPrefix(b.Bytes(), []byte("<svg ")) || bytes.Contains(b.Bytes(), []byte("<style")) {
		t.Errorf("begins with %.60q, or has a style sheet", b.String())
	}
	for i, line := range strings.Split(strings.TrimSpace(Style(DrawOptions{Class: "l7"})), "\n") {
		if !strings.HasPrefix(line, ".l7") {
			t.Errorf("rule %d is not bound to the class: %s", i, line)
		}
	}
}

type failing struct{}

func (failing) Page() (io.Writer, error)    { return failing{}, nil }
func (failing) Write(b []byte) (int, error) { return 0, io.ErrShortWrite }

func TestWriteErrorsAreReturned(t *testing.T) {
	if err := Format.Write(failing{}, rendertest.Samples()[0].Doc, &render.Options{}); err == nil {
		t.Error("no error")
	}
}

// FuzzHostile puts any text everywhere a capture can put text.
func FuzzHostile(f *testing.F) {
	f.Add("<svg onload=alert(1)>]]>", "\x00\x1b\xff\u202e")
	f.Add("&amp;", "--></title><script>")
	f.Fuzz(func(t *testing.T, a, c string) {
		b := rendertest.NewBuilder(1, decode.KindCall)
		x, y := b.Party(a, c, "10.0.0.1:5060"), b.Party(c, a, "10.0.0.2:5060")
		leg := b.Leg(a, capture.UDP, x, y, c)
		b.F.From.User, b.F.To.Display, b.F.Reason = a, c, a
		b.F.Legs[0].CallID = c
		b.Say(0, leg, x, y, a, c)
		b.Last().Diagnostics = []capture.Diagnostic{{Severity: capture.Error, Text: a, Ref: c}}
		b.Say(time.Second, leg, y, y, c, a)
		b.Stream("10.0.0.1:2", "10.0.0.9:2", b.Now(), time.Second, 1, "1").Codec = a
		p := rendertest.Write(t, Format, rendertest.Document(c, b), &render.Options{})[0]
		text, names := parse(t, p)
		if names["script"]+names["image"]+names["a"] > 0 {
			t.Fatal("the capture made elements")
		}
		for _, r := range text {
			if r != '\n' && (r < ' ' || r >= 0x202a && r <= 0x202e) {
				t.Fatalf("%U is in the picture's text", r)
			}
		}
	})
}

func BenchmarkSVG(b *testing.B) {
	doc := rendertest.Document("rung", rendertest.Long(1, 200))
	b.ReportAllocs()
	for b.Loop() {
		rendertest.Write(b, Format, doc, &render.Options{})
	}
}
