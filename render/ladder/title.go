package ladder

import (
	"fmt"
	"strings"
	"time"

	"rung/decode"
	"rung/decode/flow"
)

// Title says in plain words what f is and how it ended:
// "Call 5737 → 3250 · rang 3.5 s, answered after 4.3 s · 1 min 2 s".
// Captured text in it is not escaped.
func Title(f *flow.Flow) string {
	if path, times, ok := Attempt(f); ok {
		return attempt(f, path.Dst.String(), times)
	}
	s := subject(f)
	if o := ending(f); o != "" {
		s += " · " + o
	}
	return s
}

// attempt is "TCP connection to [fd00:20::10]:6970 refused, 3 times".
func attempt(f *flow.Flow, to string, times int) string {
	s := "TCP connection to " + to
	switch {
	case f.Outcome == flow.Timeout:
		s += " not answered"
	case strings.HasSuffix(f.Reason, "refused"):
		s += " refused"
	case f.Reason != "":
		s += " failed: " + f.Reason
	default:
		s += " failed"
	}
	if times > 1 {
		s += fmt.Sprintf(", %d times", times)
	}
	return s
}

func subject(f *flow.Flow) string {
	from, to := who(f.From), who(f.To)
	switch f.Kind {
	case decode.KindCall:
		return "Call " + arrow(from, to)
	case decode.KindRegistration:
		if from == "" {
			from = to
		}
		return of("Registration", from)
	case decode.KindLogin:
		return of("Login", jid(f.From))
	case decode.KindXMPP:
		return of("XMPP login", jid(f.From))
	case decode.KindSubscription:
		return "Subscription" + event(f) + " " + arrow(from, to)
	case decode.KindPublication:
		return of("Publication"+event(f), from)
	case decode.KindMessage:
		return "Message " + arrow(from, to)
	case decode.KindKeepalive:
		return "Keepalive " + arrow(from, to)
	case decode.KindLookup:
		return lookup(f)
	}
	if f.Title != "" {
		return f.Title
	}
	return "Messages " + arrow(from, to)
}

func of(what, whom string) string {
	if whom == "" {
		return what
	}
	return what + " of " + whom
}

func arrow(from, to string) string {
	switch {
	case from == "" && to == "":
		return "between unnamed parties"
	case from == "":
		return "to " + to
	case to == "":
		return "from " + from
	}
	return from + " → " + to
}

// who names a party shortly: the number or user name, else the host.
func who(p decode.Party) string {
	switch {
	case p.User != "":
		return p.User
	case p.Host != "":
		return p.Host
	}
	return p.Display
}

func jid(p decode.Party) string {
	if p.User != "" && p.Host != "" {
		return p.User + "@" + p.Host
	}
	return who(p)
}

// event is the event package that the flow is about (RFC 6665), with a space.
func event(f *flow.Flow) string {
	for i := range f.Messages {
		if t := f.Messages[i].Facts.Transaction; t != nil && t.Event != "" {
			return " (" + t.Event + ")"
		}
	}
	return ""
}

func lookup(f *flow.Flow) string {
	for i := range f.Messages {
		if q := f.Messages[i].Facts.Lookup; q != nil {
			return q.Type + " look-up " + strings.TrimSuffix(q.Name, ".")
		}
	}
	return "Look-up " + who(f.To)
}

// ending says how the flow ended.
func ending(f *flow.Flow) string {
	if f.Kind == decode.KindCall {
		return callEnding(f)
	}
	switch f.Outcome {
	case flow.Registered:
		if n := granted(f); n > 0 {
			return fmt.Sprintf("registered for %d s", n)
		}
		return "registered"
	case flow.Challenged:
		return "challenged (" + status(f) + "), no credentials followed"
	case flow.Denied:
		return strings.TrimSpace("denied " + status(f))
	case flow.Failed:
		return strings.TrimSpace("failed " + status(f))
	case flow.Timeout:
		return withReason("no answer", f)
	case flow.Unanswered:
		return "no answer"
	case flow.NotFound:
		return withReason("not found", f)
	case flow.Found:
		return found(f)
	case flow.Online, flow.Closed, flow.Unregistered, flow.Accepted, flow.Answered:
		return string(f.Outcome)
	case flow.Incomplete:
		if f.Kind == decode.KindXMPP && f.Reason != "" {
			return f.Reason // encrypted from some frame on
		}
		return "began before the capture"
	case flow.InProgress:
		return "not over when the capture ends"
	}
	return string(f.Outcome)
}

// minRing is the least ringing worth a word: machines that answer at once send
// 180 and 200 together.
const minRing = 100 * time.Millisecond

func callEnding(f *flow.Flow) string {
	rang := ""
	if f.Timing.Ring != nil && *f.Timing.Ring >= minRing {
		rang = "rang " + Duration(*f.Timing.Ring) + ", "
	}
	switch f.Outcome {
	case flow.Answered:
		return rang + answered(f)
	case flow.Busy:
		return rang + "busy (" + status(f) + ")"
	case flow.Cancelled:
		return rang + "cancelled by the caller"
	case flow.NoAnswer:
		return rang + withReason("not answered", f)
	case flow.Redirected:
		return rang + "redirected (" + status(f) + ")"
	case flow.Rejected:
		return rang + "rejected " + status(f)
	case flow.Failed:
		return rang + "failed " + status(f)
	case flow.Timeout:
		return rang + withReason("no reply", f)
	case flow.InProgress:
		return rang + "not over when the capture ends"
	case flow.Incomplete:
		return "began before the capture"
	}
	return strings.TrimSuffix(rang, ", ")
}

func answered(f *flow.Flow) string {
	s := "answered"
	if f.Timing.Setup != nil {
		s += " after " + Duration(*f.Timing.Setup)
	}
	if f.Timing.Talk != nil {
		return s + " · " + Duration(*f.Timing.Talk)
	}
	return s + " · end not captured"
}

// status is "403 Forbidden (bad password)".
func status(f *flow.Flow) string {
	if f.Status == 0 {
		return f.Reason
	}
	return strings.TrimSpace(fmt.Sprint(f.Status, " ", f.Reason))
}

func withReason(s string, f *flow.Flow) string {
	if r := status(f); r != "" {
		return s + " (" + r + ")"
	}
	return s
}

// granted is the expiry of the last successful answer, in seconds.
func granted(f *flow.Flow) int {
	for i := len(f.Messages) - 1; i >= 0; i-- {
		m := &f.Messages[i]
		if r, t := m.Facts.Registration, m.Facts.Transaction; r != nil && t != nil && t.Status/100 == 2 && r.Expires > 0 {
			return r.Expires
		}
	}
	return 0
}

// found tells what a look-up gave: the first answer, and how many more.
func found(f *flow.Flow) string {
	for i := len(f.Messages) - 1; i >= 0; i-- {
		q := f.Messages[i].Facts.Lookup
		if q == nil || !q.Response {
			continue
		}
		n := 0
		first := ""
		for _, a := range q.Answers {
			if a.Additional || a.Type == "CNAME" && len(q.Answers) > 1 {
				continue
			}
			if n++; n == 1 {
				first = answerText(a)
			}
		}
		if first == "" {
			break
		}
		if n > 1 {
			return fmt.Sprintf("found %s and %d more", first, n-1)
		}
		return "found " + first
	}
	return "found"
}

func answerText(a decode.Answer) string {
	switch {
	case a.Addr.IsValid():
		return a.Addr.String()
	case a.Target != "" && a.Port != 0:
		return fmt.Sprintf("%s port %d", strings.TrimSuffix(a.Target, "."), a.Port)
	case a.Target != "":
		return strings.TrimSuffix(a.Target, ".")
	}
	return a.Text
}
