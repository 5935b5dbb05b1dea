package csv

import (
	"bytes"
	"encoding/csv"
	"flag"
	"os"
	"strings"
	"testing"
	"time"

	"rung/capture"
	"rung/decode"
	"rung/decode/flow"
	"rung/decode/media"
	"rung/render"
	"rung/render/rendertest"
)

var update = flag.Bool("update", os.Getenv("RUNG_UPDATE") != "", "rewrite golden files")

func TestConformance(t *testing.T) { rendertest.Run(t, Format) }

// rows reads a table back and checks that it is one.
func rows(t *testing.T, doc *render.Document, opt render.Options) [][]string {
	t.Helper()
	text := rendertest.Write(t, Format, doc, &opt)[0]
	if bytes.Count(text, []byte("\n")) != bytes.Count(text, []byte("\r\n")) || !bytes.HasSuffix(text, []byte("\r\n")) {
		t.Error("lines do not end in CR LF (RFC 4180 §2)")
	}
	r, err := csv.NewReader(bytes.NewReader(text)).ReadAll() // refuses rows of different length
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// cell finds a cell by the name of its column.
func cell(t *testing.T, table [][]string, row int, column string) string {
	t.Helper()
	for i, name := range table[0] {
		if name == column {
			return table[row][i]
		}
	}
	t.Fatalf("no column %s", column)
	return ""
}

func TestARowAFlowStreamOrInterval(t *testing.T) {
	for _, s := range rendertest.Samples() {
		points := 0
		for _, x := range s.Doc.Streams {
			points += len(x.Series.Points)
		}
		for _, c := range []struct {
			opt  render.Options
			want int
		}{
			{render.Options{Subject: render.List}, len(s.Doc.Flows)},
			{render.Options{Subject: render.RTP}, len(s.Doc.Streams)},
			{render.Options{Subject: render.RTP, Series: true}, points},
		} {
			if got := len(rows(t, s.Doc, c.opt)) - 1; got != c.want {
				t.Errorf("%s %+v: %d rows, want %d", s.Name, c.opt, got, c.want)
			}
		}
	}
}

func TestCapturedTextIsNoFormula(t *testing.T) {
	for in, want := range map[string]string{
		`=HYPERLINK("http://x")`: `'=HYPERLINK("http://x")`,
		"+4930123456":            "'+4930123456",
		"-1+1":                   "'-1+1",
		"@SUM(1)":                "'@SUM(1)",
		"＝1+1":                   "'＝1+1",
		"\t=1+1":                 `\t=1+1`,
		"\r\n=1":                 `\r\n=1`,
		"5737":                   "5737",
		"a=b":                    "a=b",
		"a,\"b\"\nc":             `a,"b"\nc`,
		"\x1b[2J\u202e\xff":      `\x1b[2J\u202e\xff`,
	} {
		doc := &render.Document{Flows: []*flow.Flow{{From: decode.Party{User: in, Host: in, Display: in}, Reason: in, Title: in, Key: in,
			Legs: []flow.Leg{{CallID: in, Protocol: "sip"}}}}}
		table := rows(t, doc, render.Options{Subject: render.List})
		for _, column := range []string{"from_user", "from_host", "from_display", "reason", "title", "key", "call_ids"} {
			if got := cell(t, table, 1, column); got != want {
				t.Errorf("%s %q: got %q, want %q", column, in, got, want)
			}
		}
	}
}

func TestOurOwnNegativeNumbersStayNumbers(t *testing.T) {
	skew := -3.25
	doc := &render.Document{Streams: []*media.Stream{{SkewMS: &skew, Codec: "=x"}}}
	table := rows(t, doc, render.Options{Subject: render.RTP})
	if got := cell(t, table, 1, "skew_ms"); got != "-3.250" {
		t.Errorf("got %q", got)
	}
	if got := cell(t, table, 1, "codec"); got != "'=x" {
		t.Errorf("got %q", got)
	}
}

func TestUnknownIsAnEmptyCell(t *testing.T) {
	doc := &render.Document{Flows: []*flow.Flow{{ID: 1}}, Streams: []*media.Stream{{}}}
	table := rows(t, doc, render.Options{Subject: render.List})
	for _, column := range []string{"status", "parent", "pdd_ms", "from_user", "outcome"} {
		if got := cell(t, table, 1, column); got != "" {
			t.Errorf("%s: got %q", column, got)
		}
	}
	table = rows(t, doc, render.Options{Subject: render.RTP})
	for _, column := range []string{"flow", "clock_hz", "jitter_mean_ms", "delta_max_ms", "lost_percent", "bitrate_kbps", "mos", "video_frames", "rtcp_reports"} {
		if got := cell(t, table, 1, column); got != "" {
			t.Errorf("%s: got %q", column, got)
		}
	}
	if got := cell(t, table, 1, "jitter_note"); got == "" {
		t.Error("no reason beside the empty jitter")
	}
}

func TestSeriesLeavesUnknownValuesEmpty(t *testing.T) {
	at := rendertest.Start
	s := &media.Stream{SSRC: 1, Delta: &media.Spread{}, Series: media.Series{Interval: 500 * time.Millisecond, Start: at, Points: []media.Point{
		{At: at, Packets: 1, Bytes: 200},
		{At: at.Add(500 * time.Millisecond), Packets: 0, Lost: 4},
		{At: at.Add(time.Second), Packets: 1, Bytes: 100, DeltaMean: 980, DeltaMax: 980},
	}}}
	table := rows(t, &render.Document{Streams: []*media.Stream{s}}, render.Options{Subject: render.RTP, Series: true})
	for _, c := range []struct {
		row          int
		column, want string
	}{
		{1, "offset_ms", "0.000"}, {1, "kbps", "3.200"}, {1, "delta_mean_ms", ""},
		{2, "offset_ms", "500.000"}, {2, "lost", "4"}, {2, "kbps", "0.000"}, {2, "delta_max_ms", ""},
		{3, "delta_max_ms", "980.000"}, {3, "jitter_mean_ms", ""}, {3, "interval_ms", "500.000"},
	} {
		if got := cell(t, table, c.row, c.column); got != c.want {
			t.Errorf("row %d %s: got %q, want %q", c.row, c.column, got, c.want)
		}
	}
}

func TestTimesAreInTheZone(t *testing.T) {
	doc := rendertest.Document("", rendertest.TrunkCall(1))
	table := rows(t, doc, render.Options{Subject: render.List, Zone: time.FixedZone("", 2*3600)})
	if got := cell(t, table, 1, "start"); got != "2013-04-17T17:53:55.312000000+02:00" {
		t.Errorf("got %q", got)
	}
}

// FuzzGuard asserts that no captured text begins a cell as a formula does and
// that no cell breaks its row.
func FuzzGuard(f *testing.F) {
	f.Add("=1", "\r\n+")
	f.Fuzz(func(t *testing.T, a, b string) {
		doc := &render.Document{Flows: []*flow.Flow{{Start: capture.Time(1), From: decode.Party{User: a}, Reason: b}}}
		table := rows(t, doc, render.Options{Subject: render.List})
		if len(table) != 2 {
			t.Fatalf("%d rows", len(table))
		}
		for _, column := range []string{"from_user", "reason"} {
			if got := cell(t, table, 1, column); got != "" && strings.ContainsAny(got[:1], "=+-@\t\r\n") {
				t.Fatalf("%q", got)
			}
		}
	})
}

func TestGolden(t *testing.T) {
	doc := rendertest.Document("", rendertest.TrunkCall(1))
	doc.Streams[1].Series.Points = doc.Streams[1].Series.Points[:2]
	doc.Streams[0].Series.Points = nil
	for name, opt := range map[string]render.Options{
		"testdata/list.csv":   {Subject: render.List},
		"testdata/rtp.csv":    {Subject: render.RTP},
		"testdata/series.csv": {Subject: render.RTP, Series: true},
	} {
		got := bytes.ReplaceAll(rendertest.Write(t, Format, doc, &opt)[0], []byte("\r\n"), []byte("\n"))
		if *update {
			if err := os.WriteFile(name, got, 0o644); err != nil {
				t.Fatal(err)
			}
		}
		want, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(got, want) {
			t.Errorf("differs from %s; go test -update, then read the diff. Got\n%s", name, got)
		}
	}
}
