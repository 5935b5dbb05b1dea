package flow

import (
	"net/netip"
	"strings"
	"testing"
	"time"

	"rung/capture"
	"rung/decode"
)

// Streams are looked for at the first maxMediaLines that name an address, and
// the flow says how many more there were.
func TestMediaLinesBeyondTheLimitAreTold(t *testing.T) {
	for name, tt := range map[string]struct {
		lines, off, repeat int
		claimed            int
		want               string
	}{
		"as many as the limit":         {lines: maxMediaLines, repeat: 1, claimed: maxMediaLines},
		"lines that are off count not": {lines: maxMediaLines, off: 100, repeat: 1, claimed: maxMediaLines},
		"one more":                     {lines: maxMediaLines + 1, repeat: 1, claimed: maxMediaLines, want: "1 session description with more than 64 media lines: …of the 1 after them"},
		"in every message":             {lines: 250, off: 6, repeat: 3, claimed: 3 * maxMediaLines, want: "3 session descriptions with more than 64 media lines: …of the 558 after them"},
	} {
		t.Run(name, func(t *testing.T) {
			say, b := &talker{}, New(Options{})
			for range tt.repeat {
				m := say.say(0, "call", "INVITE", decode.KindCall)
				m.Facts.Session = &decode.Session{Media: make([]decode.Media, tt.off, tt.off+tt.lines)}
				for i := range tt.lines {
					addr := netip.AddrPortFrom(liveA.Addr(), uint16(10000+2*i))
					m.Facts.Session.Media = append(m.Facts.Session.Media, decode.Media{Port: int(addr.Port()), Addr: addr})
				}
				b.Add(m)
			}
			flows := b.Finish(liveStart.Add(time.Minute), nil).Flows
			n := 0
			for _, claims := range claimed(flows) {
				n += len(claims)
			}
			if n != tt.claimed {
				t.Errorf("%d addresses are claimed, not %d", n, tt.claimed)
			}
			var got []capture.Diagnostic
			for _, d := range flows[0].Diagnostics {
				if d.Code == "media-lines-limit" {
					got = append(got, d)
				}
			}
			switch {
			case tt.want == "" && len(got) > 0, tt.want != "" && len(got) != 1:
				t.Fatalf("told %v", got)
			case tt.want == "":
				return
			}
			for part := range strings.SplitSeq(tt.want, "…") {
				if !strings.Contains(got[0].Text, part) {
					t.Errorf("%q does not say %q", got[0].Text, part)
				}
			}
		})
	}
}
