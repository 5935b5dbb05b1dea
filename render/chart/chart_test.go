package chart

import (
	"bytes"
	"encoding/xml"
	"errors"
	"flag"
	"image/png"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"rung/decode/flow"
	"rung/decode/media"
	"rung/render"
	"rung/render/rendertest"
)

var update = flag.Bool("update", os.Getenv("RUNG_UPDATE") != "", "rewrite golden files")

func svgOf(t testing.TB, c *Chart, look Look) string {
	t.Helper()
	var b strings.Builder
	if err := c.SVG(&b, &look); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// wellFormed reads s as XML and returns its ids.
func wellFormed(t testing.TB, s string) []string {
	t.Helper()
	var ids []string
	d := xml.NewDecoder(strings.NewReader(s))
	for {
		tok, err := d.Token()
		if errors.Is(err, io.EOF) {
			return ids
		}
		if err != nil {
			t.Fatal(err)
		}
		if e, ok := tok.(xml.StartElement); ok {
			for _, a := range e.Attr {
				switch a.Name.Local {
				case "id":
					ids = append(ids, a.Value)
				case "href", "style", "src":
					t.Errorf("attribute %s=%q", a.Name.Local, a.Value)
				}
			}
		}
	}
}

func TestGolden(t *testing.T) {
	many := call(120)
	many.Streams = append(many.Streams, stream(pbx, alt, 3, 10, 100), stream(alt, pbx, 4, 10, 90))
	many.Streams[1].Jitter, many.Streams[1].JitterNote = nil, "clock rate not known"
	many.Streams[2].Series.Points[50].DeltaMax = 30240
	for _, c := range []struct {
		name string
		doc  *render.Document
		opt  render.Options
	}{
		{"call", document(call(63)), render.Options{}},
		{"many-dark", document(many), render.Options{Theme: "dark", Zone: time.FixedZone("CEST", 7200)}},
		{"nothing", document(), render.Options{}},
	} {
		t.Run(c.name, func(t *testing.T) {
			var p rendertest.Pages
			if err := WriteSVG(&p, c.doc, &c.opt); err != nil {
				t.Fatal(err)
			}
			if len(p.All()) != 1 {
				t.Fatalf("%d pages", len(p.All()))
			}
			got := p.All()[0]
			wellFormed(t, string(got))
			file := filepath.Join("testdata", c.name+".svg")
			if *update {
				if err := os.WriteFile(file, got, 0o644); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			if !bytes.Equal(got, want) {
				t.Errorf("%s differs; if it is better, run with -update and look at it", file)
			}
		})
	}
}

func TestAnHourStaysSmall(t *testing.T) {
	c := New(document(call(3600)), &render.Options{})[0]
	if n := len(svgOf(t, c, Look{})); n > 100<<10 {
		t.Errorf("%d bytes, want at most 100 KB", n)
	}
}

var textAt = regexp.MustCompile(`<text x="([\d.]+)" y="([\d.]+)"[^>]*textLength="([\d.]+)"`)

func TestNoTextLeavesThePage(t *testing.T) {
	f := call(300)
	f.Title = strings.Repeat("a very long title ", 40)
	f.Parties[0].Name = strings.Repeat("a very long name ", 30)
	f.Streams[0].Codec = strings.Repeat("codec", 60)
	f.Streams[0].Jitter, f.Streams[0].JitterNote = nil, strings.Repeat("because ", 60)
	for _, width := range []float64{320, 900, 1600} {
		c := New(document(f), &render.Options{})[0]
		s := svgOf(t, c, Look{Width: width})
		found := textAt.FindAllStringSubmatch(s, -1)
		if len(found) < 10 {
			t.Fatalf("%d texts found", len(found))
		}
		for _, m := range found {
			x, _ := strconv.ParseFloat(m[1], 64)
			w, _ := strconv.ParseFloat(m[3], 64)
			if x+w > width+1 {
				t.Errorf("width %v: a text reaches from %v to %v", width, x, x+w)
			}
		}
	}
}

func TestTwoPicturesInOnePageShareNoID(t *testing.T) {
	c := New(document(call(10)), &render.Options{})[0]
	a, b := wellFormed(t, svgOf(t, c, Look{ID: "a", Embed: true})), wellFormed(t, svgOf(t, c, Look{ID: `b"><x`, Embed: true}))
	if len(a) == 0 || len(b) == 0 {
		t.Fatal("no ids")
	}
	for _, x := range a {
		for _, y := range b {
			if x == y {
				t.Errorf("id %q twice", x)
			}
		}
	}
	if s := svgOf(t, c, Look{Embed: true}); strings.HasPrefix(s, "<?xml") || !strings.Contains(s, `class="chart"`) {
		t.Error("an embedded picture has a prologue or lacks its class")
	}
}

func TestPNGIsCrisp(t *testing.T) {
	for _, c := range []struct{ scale, want float64 }{{0, 1800}, {1, 900}, {1000, 3600}} {
		var p rendertest.Pages
		if err := WritePNG(&p, document(call(63)), &render.Options{Scale: c.scale}); err != nil {
			t.Fatal(err)
		}
		img, err := png.Decode(bytes.NewReader(p.All()[0]))
		if err != nil {
			t.Fatal(err)
		}
		if got := img.Bounds().Dx(); got != int(c.want) {
			t.Errorf("scale %v: %d pixels wide, want %v", c.scale, got, c.want)
		}
	}
}

func TestEverySampleDrawsTheSameTwice(t *testing.T) {
	for _, s := range rendertest.Samples() {
		for _, write := range []func(render.Output, *render.Document, *render.Options) error{WriteSVG, WritePNG} {
			var a, b rendertest.Pages
			if err := errors.Join(write(&a, s.Doc, &render.Options{Scale: 1}), write(&b, s.Doc, &render.Options{Scale: 1})); err != nil {
				t.Fatal(err)
			}
			if len(a.All()) == 0 || !bytes.Equal(bytes.Join(a.All(), nil), bytes.Join(b.All(), nil)) {
				t.Errorf("%s: no page, or not the same bytes", s.Name)
			}
		}
	}
}

func TestAMissingLineSaysWhy(t *testing.T) {
	for _, c := range []struct {
		name   string
		change func(*media.Stream)
		want   string
	}{
		{"no packets", func(s *media.Stream) { s.Packets, s.Series.Points = 0, nil }, "no packets"},
		{"jitter with its note", func(s *media.Stream) { s.Jitter, s.JitterNote = nil, "clock rate not known" }, "jitter unknown: clock rate not known"},
		{"jitter without clock", func(s *media.Stream) { s.Jitter, s.Clock = nil, 0 }, "jitter unknown: clock rate not known"},
		{"one packet", func(s *media.Stream) { s.Jitter, s.Delta, s.Packets = nil, nil, 1 }, "one packet: nothing to compare it with"},
		{"events alone", func(s *media.Stream) { s.Delta = nil }, "no two media packets to compare"},
		{"no series", func(s *media.Stream) { s.Series.Points = nil }, "no values over time were kept"},
		{"no loss", func(s *media.Stream) {
			s.Lost = 0
			for i := range s.Series.Points {
				s.Series.Points[i].Lost = 0
			}
		}, "no packet was lost"},
	} {
		for _, both := range []bool{false, true} {
			f := call(30)
			c.change(f.Streams[0])
			if both || c.name == "no loss" {
				c.change(f.Streams[1])
			}
			if s := svgOf(t, OfFlow(document(f), f, &render.Options{})[0], Look{}); !strings.Contains(s, ">"+c.want+"<") {
				t.Errorf("%s (both %t): %q is not in the picture", c.name, both, c.want)
			}
		}
	}
}

func TestDirectionsOfOneCallShareABlock(t *testing.T) {
	f := call(20)
	f.Streams = append(f.Streams, stream(pbx, alt, 3, 1, 5), stream(alt, pbx, 4, 1, 5))
	c := OfFlow(document(f), f, &render.Options{})
	if len(c) != 1 || len(c[0].Blocks) != 2 || len(c[0].Blocks[0].Lines) != 2 || len(c[0].Blocks[1].Lines) != 2 {
		t.Fatalf("%+v", c)
	}
	if got, want := c[0].Blocks[0].Lines[0].Name, "Aastra 400 10.6.1.102:16384 → 10.7.3.21:24180"; got != want {
		t.Errorf("name %q, want %q", got, want)
	}
}

func TestManyStreamsGoToFurtherPages(t *testing.T) {
	f := call(5)
	for i := range 2 * maxBlocks * maxLines {
		f.Streams = append(f.Streams, stream(pbx, alt, uint32(i+10), 0, 3))
	}
	c := OfFlow(document(f), f, &render.Options{})
	lines := 0
	for _, x := range c {
		for _, b := range x.Blocks {
			lines += len(b.Lines)
		}
	}
	if lines != len(f.Streams) || len(c) != 3 || !strings.HasSuffix(c[2].Title, "(page 3 of 3)") {
		t.Errorf("%d of %d streams on %d pages", lines, len(f.Streams), len(c))
	}
}

func TestStreamsOfNoFlowComeLast(t *testing.T) {
	loose := stream(alt, pbx, 9, 0, 5)
	doc := document(call(5))
	doc.Streams = append([]*media.Stream{loose}, doc.Streams...)
	c := New(doc, &render.Options{})
	if len(c) != 2 || c[0].Flow != 3 || c[1].Title != "RTP streams of no flow" {
		t.Fatalf("%d charts: %+v", len(c), c)
	}
}

func TestEvents(t *testing.T) {
	words := func(f *flow.Flow) string {
		var out []string
		for _, e := range events(f) {
			out = append(out, e.Label)
		}
		return strings.Join(out, " ")
	}
	if got, want := words(call(60)), "INVITE 180 200 hold resume BYE"; got != want {
		t.Errorf("a call with hold: %q, want %q", got, want)
	}
	for _, c := range []struct {
		name     string
		messages []flow.Message
		want     string
	}{
		{"a challenge is no event", []flow.Message{sip(0, "INVITE", 0, nil, ""), sip(0.1, "INVITE", 407, nil, "t"), sip(2, "INVITE", 0, nil, "")}, "INVITE INVITE"},
		{"the hops of one call are one event", []flow.Message{sip(0, "INVITE", 0, nil, ""), sip(0.1, "INVITE", 0, nil, ""), sip(9, "INVITE", 486, nil, "t"), sip(9.1, "INVITE", 486, nil, "t")}, "INVITE 486"},
		{"hold with the zero address", []flow.Message{sip(5, "INVITE", 0, zeroHost(), "t")}, "hold"},
		{"other methods are not marked", []flow.Message{sip(0, "OPTIONS", 0, nil, ""), sip(1, "OPTIONS", 200, nil, "t")}, ""},
		{"a re-INVITE that succeeds is no news", []flow.Message{sip(0, "INVITE", 200, nil, "t"), sip(20, "INVITE", 0, nil, "t"), sip(21, "INVITE", 200, nil, "t"), sip(40, "INVITE", 488, nil, "t")}, "200 re-INVITE 488"},
		{"a retransmission is not marked", []flow.Message{sip(0, "BYE", 0, nil, "t"), again(sip(4, "BYE", 0, nil, "t"))}, "BYE"},
	} {
		if got := words(&flow.Flow{Messages: c.messages}); got != c.want {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
	}
}

func TestCloseEventsDoNotCoverEachOther(t *testing.T) {
	f := call(3600)
	p := OfFlow(document(f), f, &render.Options{})[0].lay(&Look{})
	for i, a := range p.tags {
		for _, b := range p.tags[i+1:] {
			if a.row == b.row && b.x < a.x+sans(p.colors.ink, 9.5, false).Width(a.text) {
				t.Errorf("%q covers %q", b.text, a.text)
			}
		}
	}
	if len(p.tags) == 0 {
		t.Error("no labels")
	}
}

func BenchmarkSVG(b *testing.B) {
	c := New(document(call(3600)), &render.Options{})[0]
	b.ReportAllocs()
	for b.Loop() {
		if err := c.SVG(io.Discard, &Look{}); err != nil {
			b.Fatal(err)
		}
	}
}
