package html

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"rung/capture"
	"rung/decode"
	"rung/decode/flow"
	"rung/render"
	"rung/render/ladder"
)

// person is how a party is called in a list: display name and user, or what
// there is.
func person(p decode.Party) string {
	name := p.User
	if name == "" {
		name = p.Host
	}
	if display := ladder.NewDisplay(p); display != "" {
		return strings.TrimSpace(display + " " + name)
	}
	return name
}

// address is a party as a header writes it, with its host.
func address(p decode.Party) string {
	s := p.User
	if p.Host != "" {
		if s != "" {
			s += "@"
		}
		s += p.Host
	}
	if p.Display != "" {
		s = strconv.Quote(p.Display) + " " + s
	}
	return strings.TrimSpace(s)
}

// length writes a duration for people as all formats do.
func length(d time.Duration) string { return ladder.Duration(d) }

// Colours of outcomes. The word stands beside them always.
const (
	good = "good"
	bad  = "bad"
	mild = "mild"
)

func outcomeClass(o flow.Outcome) string {
	switch o {
	case flow.Answered, flow.Registered, flow.Unregistered, flow.Accepted, flow.Online, flow.Found, flow.Closed:
		return good
	case flow.Rejected, flow.Failed, flow.Timeout, flow.Denied, flow.NotFound, flow.Unanswered:
		return bad
	}
	return mild
}

func outcome(f *flow.Flow) string {
	s := string(f.Outcome)
	if f.Status != 0 && f.Status != 200 {
		s += fmt.Sprintf(" %d", f.Status)
	}
	return strings.TrimSpace(s)
}

func plural(n int64, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return thousands(n) + " " + many
}

func kinds(k decode.Kind, n int64) string {
	switch k {
	case decode.KindXMPP:
		return plural(n, "XMPP session", "XMPP sessions")
	case decode.KindOther, "":
		return plural(n, "other flow", "other flows")
	case decode.KindLookup:
		return plural(n, "look-up", "look-ups")
	}
	return plural(n, string(k), string(k)+"s")
}

// frameName names a frame, "" when there is none.
func (b *builder) frameName(f capture.Frame) string {
	if f == (capture.Frame{}) {
		return ""
	}
	return b.doc.FrameName(f)
}

func frameList(doc *render.Document, fs []capture.Frame) string {
	const shown = 8
	var b strings.Builder
	for i, f := range fs {
		if i == shown {
			fmt.Fprintf(&b, " … %d more", len(fs)-shown)
			break
		}
		if i > 0 {
			b.WriteString(", ")
		}
		b.WriteString(doc.FrameName(f))
	}
	return b.String()
}

func ms(v float64) string { return strconv.FormatFloat(v, 'f', 1, 64) }
