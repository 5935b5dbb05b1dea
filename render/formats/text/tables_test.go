package text

import (
	"net/netip"
	"strings"
	"testing"

	"rung/capture"
	"rung/decode"
	"rung/decode/flow"
	"rung/decode/media"
	"rung/render"
	"rung/render/rendertest"
	"rung/render/safe"
)

func shows(t *testing.T, doc *render.Document, opt render.Options) string {
	t.Helper()
	return string(rendertest.Write(t, Format, doc, &opt)[0])
}

// fits asserts that no line is wider than the width.
func fits(t *testing.T, out string, width int) {
	t.Helper()
	for _, l := range strings.Split(out, "\n") {
		if safe.Width(l) > width {
			t.Errorf("%d columns of %d: %s", safe.Width(l), width, l)
		}
	}
}

func TestNarrowListsKeepOutcomeAndStatus(t *testing.T) {
	b := rendertest.TrunkCall(1)
	b.F.Outcome, b.F.Status, b.F.Reason = flow.Cancelled, 487, "Request Terminated"
	b.F.From.User = "a-caller-with-a-long-name"
	for _, width := range []int{60, 70, 80, 100} {
		out := shows(t, rendertest.Document("c", b), render.Options{Subject: render.List, Width: width})
		fits(t, out, width)
		if !strings.Contains(out, "cancelled 487") {
			t.Errorf("at %d:\n%s", width, out)
		}
	}
	if out := shows(t, rendertest.Document("c", b), render.Options{Subject: render.List, Width: 60}); !strings.Contains(out, "no room for STREAMS, MSGS") {
		t.Errorf("left out in silence:\n%s", out)
	}
}

func TestNarrowStreamsFold(t *testing.T) {
	doc := rendertest.Samples()[0].Doc
	for _, width := range []int{60, 80, 100} {
		out := shows(t, doc, render.Options{Subject: render.RTP, Width: width})
		fits(t, out, width)
		for _, want := range []string{"10.6.1.102:16380 → 10.7.3.21:24180", "0x1234abcd", "1 2 3 #", "17 (0.5 %)"} {
			if !strings.Contains(out, want) {
				t.Errorf("at %d: no %s in\n%s", width, want, out)
			}
		}
	}
	if n := strings.Count(shows(t, doc, render.Options{Subject: render.RTP}), "0x1234abc"); n != 2 {
		t.Errorf("%d streams", n)
	}
	for _, l := range strings.Split(shows(t, doc, render.Options{Subject: render.RTP}), "\n") {
		if strings.Contains(l, "0x1234abcd") && !strings.Contains(l, "61.25") {
			t.Errorf("without a width a stream is one line: %s", l)
		}
	}
}

func TestVideoSpeaksOfFrames(t *testing.T) {
	b := rendertest.TrunkCall(1)
	s := b.F.Streams[0]
	s.Kind, s.Codec, s.Video = "video", "H264", &media.Video{FPS: 12.5, Width: 320, Height: 240, FrameJitterMS: 1.2}
	out := shows(t, rendertest.Document("c", b), render.Options{Subject: render.RTP})
	if !strings.Contains(out, "12.5 frames/s, 320×240, frame jitter 1.2 ms") {
		t.Error(out)
	}
	for _, l := range strings.Split(out, "\n") {
		if strings.Contains(l, "H264") && strings.Contains(l, "1.94") {
			t.Errorf("packet jitter of video: %s", l)
		}
	}
}

func TestListNamesWhatHeadersDoNot(t *testing.T) {
	b := rendertest.NewBuilder(1, decode.KindKeepalive)
	b.Party("proxy", "", "10.0.0.1:5060")
	b.F.From, b.F.To = decode.Party{Host: "10.0.0.1"}, decode.Party{User: "2503", Display: "2503"}
	out := shows(t, rendertest.Document("c", b, rendertest.Lookup(2)), render.Options{Subject: render.List, Width: 150})
	for _, want := range []string{"  proxy ", " 2503  ", "SRV _collab-edge._tls.lab.example"} {
		if !strings.Contains(out, want) {
			t.Errorf("no %q in\n%s", want, out)
		}
	}
	if strings.Contains(out, "2503 2503") {
		t.Error(out)
	}
}

func TestSeveralFilesAreNumberedBelowTheTable(t *testing.T) {
	doc := rendertest.Samples()[0].Doc
	if out := shows(t, doc, render.Options{Subject: render.List}); strings.Contains(out, "files:") {
		t.Error(out)
	}
	for range 30 {
		doc.Capture.Files = append(doc.Capture.Files, render.File{Name: "x\x1b.pcap"})
	}
	out := shows(t, doc, render.Options{Subject: render.List, Width: 400})
	for _, want := range []string{`files: 1 trunk.pcapng, 2 x\x1b.pcap, `, "and 11 more", "(first: frame 1:3)"} {
		if !strings.Contains(out, want) {
			t.Errorf("no %q in\n%s", want, out)
		}
	}
}

// The foot of a table of a capture that goes on adds up, too.
func TestListCountsFramesThatWait(t *testing.T) {
	doc := &render.Document{Capture: render.Capture{Frames: 2405, Pending: 1}}
	doc.Capture.Account.Decoded, doc.Capture.Account.Duplicate = 2402, 2
	out := shows(t, doc, render.Options{Subject: render.List})
	if want := "2,405 frames · 2,402 decoded · 2 span copies · 1 waiting"; !strings.Contains(out, want) {
		t.Errorf("no %q in\n%s", want, out)
	}
}

func TestListTellsOfStreamsWithoutFlow(t *testing.T) {
	doc := rendertest.Samples()[0].Doc
	if out := shows(t, doc, render.Options{Subject: render.List}); strings.Contains(out, "of no flow") {
		t.Error(out)
	}
	doc.Streams = append(doc.Streams, &media.Stream{}, &media.Stream{})
	if out := shows(t, doc, render.Options{Subject: render.List}); !strings.Contains(out, "2 RTP streams of no flow: rung rtp") {
		t.Error(out)
	}
}

func TestErrorsAndEventsAreShownInWords(t *testing.T) {
	b := rendertest.NewBuilder(1, decode.KindCall)
	x, y := b.Party("a", "", "10.0.0.1:0"), b.Party("b", "", "10.0.0.2:0")
	b.Say(0, -1, x, y, "ICMP port unreachable", "quotes udp 10.0.0.2:5060 > 10.0.0.1:5060")
	m := b.Last()
	m.Protocol, m.Path.Transport = "icmp", capture.ICMP
	m.Facts = decode.Facts{Quote: &decode.Quote{Path: capture.Path{Transport: capture.UDP,
		Src: netip.MustParseAddrPort("10.0.0.2:5060"), Dst: netip.MustParseAddrPort("10.0.0.1:5060")}}}
	b.Say(0, -1, x, y, "FIN", "")
	b.Last().Facts = decode.Facts{Conn: &decode.ConnEvent{Event: capture.EventFinish}}
	out := shows(t, rendertest.Document("c", b), render.Options{Subject: render.Messages, Width: 200})
	for _, want := range []string{"icmp 10.0.0.1 > 10.0.0.2", "ICMP port unreachable quotes udp 10.0.0.2:5060 > 10.0.0.1:5060", "FIN (no bytes: connection event)"} {
		if !strings.Contains(out, want) {
			t.Errorf("no %q in\n%s", want, out)
		}
	}
	if strings.Contains(out, "Proxy-Authorization") {
		t.Error("the bytes are shown")
	}
}

func TestCutAddressesKeepTheirPort(t *testing.T) {
	p := &printer{glyphs: glyphsFor(false)}
	for s, want := range map[string]string{
		"cucm.lab.example:6970":   "cucm.la…:6970",
		"[2001:db8::1:2:3]:65535": "[2001:…:65535",
		"a.host.without.port":     "a.host.witho…",
		"short:1":                 "short:1",
	} {
		if got := p.cutCell(s, 13); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}
