package html

import (
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	xhtml "golang.org/x/net/html"

	"rung/capture"
	"rung/decode"
	"rung/decode/flow"
	"rung/decode/media"
	"rung/render"
	"rung/render/ladder"
	"rung/render/rendertest"
)

func TestConformance(t *testing.T) { rendertest.Run(t, Format, selfContained) }

// selfContained checks that a page is whole, well nested, names no other
// host to load from, and carries the policy.
func selfContained(t testing.TB, page []byte) {
	t.Helper()
	if !bytes.HasPrefix(page, []byte("<!DOCTYPE html>")) || !bytes.HasSuffix(page, []byte("</html>\n")) {
		t.Error("not a whole page")
	}
	if !bytes.Contains(page, []byte("default-src &#39;none&#39;")) {
		t.Error("no policy")
	}
	ids := make(map[string]bool)
	z := xhtml.NewTokenizer(bytes.NewReader(page))
	for z.Next() != xhtml.ErrorToken {
		tok := z.Token()
		switch tok.Data {
		case "img", "iframe", "object", "embed", "link", "base", "image", "use":
			if tok.Type != xhtml.TextToken && tok.Type != xhtml.CommentToken {
				t.Errorf("element <%s>", tok.Data)
			}
		}
		for _, a := range tok.Attr {
			switch {
			case strings.HasPrefix(a.Key, "on"):
				t.Errorf("attribute %s of <%s>", a.Key, tok.Data)
			case a.Key == "src", a.Key == "href" && !strings.HasPrefix(a.Val, "#"):
				t.Errorf("<%s %s=%q> leaves the page", tok.Data, a.Key, a.Val)
			case a.Key == "style":
				t.Errorf("style attribute of <%s>", tok.Data)
			case a.Key == "id":
				if ids[a.Val] {
					t.Errorf("id %q twice", a.Val)
				}
				ids[a.Val] = true
			}
		}
	}
}

var update = flag.Bool("update", os.Getenv("RUNG_UPDATE") != "", "rewrite golden files")

// Other rooms' pictures, and the script and styles, which have files of
// their own, don't belong into a golden file of the page.
var elsewhere = regexp.MustCompile(`(?s)(<svg).*?(</svg>)|(<style>).*?(</style>)|(<script>).*?(</script>)|(sha256-).*?(&#39;)`)

func TestGolden(t *testing.T) {
	for _, s := range rendertest.Samples() {
		if s.Name != "trunk" && s.Name != "registration" && s.Name != "nothing" {
			continue
		}
		got := elsewhere.ReplaceAll(reportOf(t, s.Doc, render.Options{}), []byte("$1$3$5$7…$2$4$6$8"))
		file := filepath.Join("testdata", s.Name+".html")
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
			t.Errorf("%s differs; if it is better, run with -update and read the diff", file)
		}
	}
}

// pageJSON returns the data of a page, decoded.
func pageJSON(t *testing.T, page []byte) pageData {
	t.Helper()
	m := regexp.MustCompile(`(?s)<script type="application/json" id="data">(.*?)</script>`).FindSubmatch(page)
	if m == nil {
		t.Fatal("no data")
	}
	var d pageData
	if err := json.Unmarshal(m[1], &d); err != nil {
		t.Fatal(err)
	}
	return d
}

func reportOf(t testing.TB, doc *render.Document, opt render.Options) []byte {
	t.Helper()
	opt.Subject = render.Report
	return rendertest.Write(t, Format, doc, &opt)[0]
}

// thousand is a busy morning: calls, denied registrations and logins.
func thousand() *render.Document {
	var bs []*rendertest.Builder
	for i := range 1000 {
		switch i % 3 {
		case 0:
			bs = append(bs, rendertest.TrunkCall(i+1))
		case 1:
			bs = append(bs, rendertest.Denied(i+1))
		case 2:
			bs = append(bs, rendertest.Login(i+1))
		}
	}
	return rendertest.Document("rung report big.pcapng", bs...)
}

// hostile is the hostile sample with messages that try to be markup.
func hostile() *render.Document {
	doc := rendertest.Document("rung report x", rendertest.Hostile(1))
	doc.Bytes = func(*decode.Message) ([]byte, error) {
		return []byte("INVITE <img src=x onerror=alert(1)> SIP/2.0\r\nSubject: </script><script>alert(2)</script><!--\r\n" +
			"X: \x1b[31m\u202e\u2028\r\n\r\n<svg onload=alert(3)>"), nil
	}
	f := doc.Flows[0]
	evil := `</td><script>alert(4)</script>" onmouseover="alert(5)`
	f.Key = `k"</script><script>alert(6)</script>`
	f.Diagnostics = []capture.Diagnostic{{Code: "x", Severity: capture.Warning, Text: evil, Frames: []capture.Frame{{Number: 12}}}}
	f.Identities = []flow.IdentityRow{{Leg: "1.1", Frame: f.Messages[0].Frame, Changed: []string{"from"},
		Identity: &decode.Identity{From: decode.Party{User: evil, Display: "<b>x</b>"}}}}
	f.Messages[0].Facts.Session = &decode.Session{Media: []decode.Media{{Kind: evil, Host: evil, Port: 1, Codecs: []decode.Codec{{Name: evil}}}}}
	doc.Capture.Files[0].Name = evil
	doc.Capture.Account.Add(capture.FateUndecoded, evil, capture.Frame{Number: 9}, 9)
	return doc
}

func TestHostileTextStaysText(t *testing.T) {
	page := reportOf(t, hostile(), render.Options{})
	selfContained(t, page)
	z := xhtml.NewTokenizer(bytes.NewReader(page))
	scripts := 0
	for z.Next() != xhtml.ErrorToken {
		if tok := z.Token(); tok.Type == xhtml.StartTagToken && tok.Data == "script" {
			scripts++
		}
	}
	if scripts != 2 {
		t.Errorf("%d scripts, want the data and our own", scripts)
	}
}

func TestSecretsAreHiddenUnlessAskedFor(t *testing.T) {
	doc := rendertest.Samples()[0].Doc
	if page := reportOf(t, doc, render.Options{}); bytes.Contains(page, []byte("0123456789abcdef")) {
		t.Error("the digest response is in the page")
	}
	page := reportOf(t, doc, render.Options{ShowSecrets: true})
	if !bytes.Contains(page, []byte("0123456789abcdef")) || !bytes.Contains(page, []byte("This report shows secrets")) {
		t.Error("secrets were asked for and are not shown, or the page does not say that it does")
	}
}

func TestMessagesAreEmbeddedOnce(t *testing.T) {
	b := rendertest.TrunkCall(1)
	doc := rendertest.Document("rung report x", b)
	parent := *b.F
	parent.ID, parent.Key, parent.Streams = 2, "parent", nil
	doc.Flows = append(doc.Flows, &parent)
	d := pageJSON(t, reportOf(t, doc, render.Options{}))
	if len(d.Messages) != len(b.F.Messages) {
		t.Errorf("%d messages embedded, want %d", len(d.Messages), len(b.F.Messages))
	}
	if fmt.Sprint(d.Flows[0].Messages) != fmt.Sprint(d.Flows[1].Messages) {
		t.Error("the two flows point to different messages")
	}
}

func TestRetransmissionsNameTheirOriginal(t *testing.T) {
	d := pageJSON(t, reportOf(t, rendertest.Samples()[0].Doc, render.Options{}))
	f := d.Flows[0]
	if len(f.Again) != len(f.Messages) || f.Again[2] != -1 || f.Again[3] != 2 {
		t.Errorf("%v", f.Again)
	}
}

func TestAnUnreadableMessageSaysWhy(t *testing.T) {
	doc := rendertest.Samples()[0].Doc
	doc.Bytes = func(m *decode.Message) ([]byte, error) { return nil, os.ErrNotExist }
	d := pageJSON(t, reportOf(t, doc, render.Options{}))
	if m := d.Messages[0]; m.Text != "" || !strings.Contains(m.Note, os.ErrNotExist.Error()) {
		t.Errorf("text %q, note %q", m.Text, m.Note)
	}
}

func TestALongMessageIsCutAndSaysSo(t *testing.T) {
	doc := rendertest.Samples()[0].Doc
	doc.Bytes = func(m *decode.Message) ([]byte, error) { return bytes.Repeat([]byte("x"), maxMessage+1), nil }
	d := pageJSON(t, reportOf(t, doc, render.Options{}))
	if m := d.Messages[0]; len(m.Text) != maxMessage || m.Note != "Cut: 65,536 of 65,537 bytes shown." {
		t.Errorf("%d bytes, note %q", len(m.Text), m.Note)
	}
}

func TestManyMessagesFillTheReportOnlyToItsLimit(t *testing.T) {
	doc := rendertest.Document("x", rendertest.Long(1, 500))
	doc.Bytes = func(m *decode.Message) ([]byte, error) { return bytes.Repeat([]byte("x"), maxMessage), nil }
	page := reportOf(t, doc, render.Options{})
	if len(page) > maxMessages+4<<20 {
		t.Errorf("%d bytes", len(page))
	}
	d := pageJSON(t, page)
	if m := d.Messages[len(d.Messages)-1]; m.Text != "" || !strings.Contains(m.Note, "rung show FILE --frame") {
		t.Errorf("the last message: %d bytes, note %q", len(m.Text), m.Note)
	}
}

func TestTheAccountAddsUp(t *testing.T) {
	doc := rendertest.Samples()[0].Doc
	doc.Capture.InterfaceDrops = 7
	if doc.Capture.Account.Total() != doc.Capture.Frames {
		t.Fatal("the sample does not add up itself")
	}
	page := string(reportOf(t, doc, render.Options{}))
	for _, want := range []string{
		"16 frames read: 14 decoded, 1 of protocols rung does not read, 1 that could not be read. The capturing interface dropped 7 frames",
		"not decoded: no keys: tls</td><td>5", "another protocol: arp</td><td>3",
	} {
		if !strings.Contains(page, want) {
			t.Errorf("page lacks %q", want)
		}
	}
	if strings.Contains(page, "not accounted for") {
		t.Error("frames are called lost that are not")
	}
	doc.Capture.Frames++
	if !strings.Contains(string(reportOf(t, doc, render.Options{})), "not accounted for") {
		t.Error("a frame without fate passes in silence")
	}
}

func TestTablesShowWhatTheFlowKnows(t *testing.T) {
	doc := rendertest.Samples()[0].Doc
	f := doc.Flows[0]
	f.Identities = []flow.IdentityRow{
		{Leg: "1.1", Frame: f.Messages[0].Frame, Identity: &decode.Identity{From: decode.Party{User: "875737"}}},
		{Leg: "1.2", Frame: f.Messages[2].Frame, Identity: &decode.Identity{From: decode.Party{User: "5737"}}, Changed: []string{"from"}},
	}
	f.Messages[0].Facts.Session = &decode.Session{Media: []decode.Media{{Kind: "audio", Host: "10.6.1.102", Port: 16380,
		Direction: "sendrecv", Ptime: 20, Codecs: []decode.Codec{{PT: 0, Name: "PCMU", Clock: 8000}, {PT: 101, Name: "telephone-event", Clock: 8000}}}}}
	f.Steps = []flow.Step{{Name: "DNS", Outcome: flow.Found, Frames: []capture.Frame{{Number: 4}}}}
	f.Diagnostics = []capture.Diagnostic{{Code: "late-ack", Severity: capture.Warning, Text: "ACK came late", Ref: "RFC 3261 §13.2.2.4"}}
	page := string(reportOf(t, doc, render.Options{Zone: time.FixedZone("CEST", 7200)}))
	for _, want := range []string{
		`<td class="changed">5737</td>`, `data-message="2">14</button>`, "10.6.1.102:16380", "0 PCMU/8000, 101 telephone-event/8000",
		"20 ms", `<td class="good">found</td>`, "ACK came late", "RFC 3261 §13.2.2.4", "17 (0.55 %)", "2013-04-17 17:53:55.312 CEST",
		"session-id", "call control (B2BUA)",
	} {
		if !strings.Contains(page, want) {
			t.Errorf("page lacks %q", want)
		}
	}
	if strings.Contains(page, "Diversion") {
		t.Error("a column without a value is shown")
	}
}

func TestATenMinuteCallStaysSmall(t *testing.T) {
	b := rendertest.Long(1, 120)
	for range 2 {
		b.Stream("10.6.1.102:16380", "10.7.3.21:24180", b.F.Start, 10*time.Minute, 3, "123")
	}
	if n := len(reportOf(t, rendertest.Document("x", b), render.Options{})); n > 1<<20 {
		t.Errorf("%d bytes, want less than 1 MiB", n)
	}
}

func TestManyFlowsWaitInTemplates(t *testing.T) {
	page := reportOf(t, thousand(), render.Options{})
	if n := bytes.Count(page, []byte("<template id=")); n != 1000 {
		t.Errorf("%d templates", n)
	}
	if n := bytes.Count(page, []byte("<figure")); n != maxPlots {
		t.Errorf("%d plots, want %d", n, maxPlots)
	}
	if n := bytes.Count(page, []byte("</tr>")); n < plainFlows {
		t.Errorf("%d rows without script, want %d at least", n, plainFlows)
	}
	d := pageJSON(t, page)
	if d.Flows[0].Ladder == nil || len(d.Flows[0].Ladder.Rows) == 0 {
		t.Error("no ladder to draw")
	}
}

func TestThePolicyNamesTheScript(t *testing.T) {
	page := reportOf(t, &render.Document{}, render.Options{})
	if !bytes.Contains(page, []byte("<script>"+script+"</script>")) {
		t.Fatal("the script is not in the page as it was hashed")
	}
	if strings.Contains(script, "</script") || strings.Contains(script, "innerHTML =") {
		t.Error("the script may not end itself, nor write markup")
	}
}

func TestAnUnknownThemeIsAnError(t *testing.T) {
	var p rendertest.Pages
	if err := Format.Write(&p, &render.Document{}, &render.Options{Theme: "pink"}); err == nil {
		t.Error("no error")
	}
}

func BenchmarkThousandFlows(b *testing.B) {
	doc := thousand()
	b.ReportAllocs()
	for b.Loop() {
		b.SetBytes(int64(len(reportOf(b, doc, render.Options{}))))
	}
}

func TestOneFormatterForDurations(t *testing.T) {
	for d, want := range map[time.Duration]string{5843 * time.Microsecond: "6 ms", 300 * time.Microsecond: "0.3 ms", 62400 * time.Millisecond: "1 min 2 s"} {
		if got := length(d); got != want || got != ladder.Duration(d) {
			t.Errorf("%v: %q, want %q", d, got, want)
		}
	}
}

func TestRoundTripsSayBetweenWhom(t *testing.T) {
	if got := rtcpWords(&media.RTCP{Reports: 3}, "10.0.0.2:4000"); strings.Contains(got, "back") || !strings.Contains(got, "3 RTCP reports") {
		t.Error(got)
	}
	got := rtcpWords(&media.RTCP{Reports: 3, RTT: &media.Spread{Mean: 12}}, "10.0.0.2:4000")
	if !strings.Contains(got, "from here to 10.0.0.2:4000 and back 12 ms") {
		t.Error(got)
	}
}

func TestADisplayNameThatIsTheUserIsLeftOut(t *testing.T) {
	if got := person(decode.Party{User: "alice", Display: "Alice"}); got != "alice" {
		t.Error(got)
	}
	if got := person(decode.Party{User: "2503", Display: "Marie"}); got != "Marie 2503" {
		t.Error(got)
	}
}

func TestEventsHaveWordsAndNoBytes(t *testing.T) {
	b := rendertest.DeadTrunk(1)
	page := string(rendertest.Write(t, Format, rendertest.Document("c", b), &render.Options{Subject: render.Report})[0])
	if !strings.Contains(page, `"note":"ICMP port unreachable."`) {
		t.Error("the error has no words")
	}
}

func TestFramesOfSeveralFilesNameTheirFile(t *testing.T) {
	doc := rendertest.Document("c", rendertest.TrunkCall(1))
	doc.Capture.Files = append(doc.Capture.Files, render.File{Name: "two.pcap"})
	page := string(rendertest.Write(t, Format, doc, &render.Options{Subject: render.Report})[0])
	if !strings.Contains(page, `"frame":"1:12"`) {
		t.Error("frames of the first file do not name it")
	}
}

func TestVideoIsNotMeasuredByItsPackets(t *testing.T) {
	b := rendertest.TrunkCall(1)
	s := b.F.Streams[0]
	s.Kind, s.Video = "video", &media.Video{FPS: 12.5, FrameJitterMS: 1.2}
	s.Jitter.Mean, s.Jitter.Max = 77.7, 88.8
	page := string(rendertest.Write(t, Format, rendertest.Document("c", b), &render.Options{Subject: render.Report})[0])
	if strings.Contains(page, "77.7") || strings.Contains(page, "88.8") || !strings.Contains(page, "12.5 frames/s, frame jitter 1.2 ms") {
		t.Error("packet jitter of video is shown, or its frames are not")
	}
}
