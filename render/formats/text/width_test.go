package text

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"rung/capture"
	"rung/decode"
	"rung/render"
	"rung/render/rendertest"
	"rung/render/safe"
)

// sixes is a chain of n hosts whose IPv6 addresses differ at their ends only.
func sixes(n int) *render.Document {
	b := rendertest.NewBuilder(1, decode.KindCall)
	for i := range n {
		a := fmt.Sprintf("2001:db8:1234:5678:9abc:def0:1234:%d%d%d%d", i, i, i, i)
		b.Party(a, "", "["+a+"]:5060")
	}
	for i := range n - 1 {
		b.Say(time.Millisecond, b.Leg("sip", capture.UDP, i, i+1, "call-id"), i, i+1, "INVITE z", strings.Repeat("long detail ", 8))
	}
	return rendertest.Document("c", b)
}

func TestEndsOfLongNamesStayReadable(t *testing.T) {
	for _, n := range []int{2, 3, 5} {
		for _, width := range []int{80, 100} {
			out := string(rendertest.Write(t, Format, sixes(n), &render.Options{Subject: render.Ladder, Width: width})[0])
			for i := range n {
				if end := fmt.Sprintf("%d%d%d%d", i, i, i, i); !strings.Contains(out, end) {
					t.Errorf("%d lifelines in %d columns: no %s in\n%s", n, width, end, out)
				}
			}
		}
	}
}

func TestHeadsThatLookTheSameAreNumbered(t *testing.T) {
	b := rendertest.NewBuilder(1, decode.KindCall)
	long := strings.Repeat("x", 200)
	b.Party("pbx"+long+"a"+long, "", "10.0.0.1:5060")
	b.Party("pbx"+long+"b"+long, "", "10.0.0.1:5060")
	b.F.Parties[0].Addresses, b.F.Parties[1].Addresses = nil, nil
	b.Say(0, -1, 0, 1, "INVITE z", "")
	out := string(rendertest.Write(t, Format, rendertest.Document("c", b), &render.Options{Subject: render.Ladder})[0])
	if !strings.Contains(out, "(2) pbx") {
		t.Error(out)
	}
}

func TestWideLaddersUseTheirWidth(t *testing.T) {
	widest := func(width int) int {
		w := 0
		for _, l := range strings.Split(string(rendertest.Write(t, Format, sixes(2), &render.Options{Subject: render.Ladder, Width: width})[0]), "\n") {
			w = max(w, safe.Width(l))
		}
		return w
	}
	if at100, at200 := widest(100), widest(200); at200 < at100+20 || at200 > 200 {
		t.Errorf("%d columns of 100, %d of 200", at100, at200)
	}
}

func TestWrappedDetailsKeepTheirDots(t *testing.T) {
	p := &printer{glyphs: glyphsFor(false)}
	tests := []struct {
		rule, s string
		width   int
		want    string
	}{
		{"the dot ends the line", "PCMU PCMA DTMF · 10.20.0.31:30074", 20, "PCMU PCMA DTMF ·|10.20.0.31:30074"},
		{"unless it has no room", "PCMU PCMA DTMF · 10.20.0.31:30074", 15, "PCMU PCMA DTMF|10.20.0.31:3007|4"},
		{"on one line all is as it was", "a · b", 20, "a · b"},
	}
	for _, tt := range tests {
		if got := strings.Join(p.wrapParts(tt.s, tt.width, 0), "|"); got != tt.want {
			t.Errorf("%s: %q, want %q", tt.rule, got, tt.want)
		}
	}
}
