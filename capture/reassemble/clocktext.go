package reassemble

import (
	"fmt"
	"math"
	"strings"
	"time"

	"rung/capture"
)

// Codes of diagnostics about clocks.
const (
	codeClock       = "clock-offset"
	codeCopiesLate  = "copies-beyond-window"
	codeCopiesCut   = "copies-cut"
	codeClockPlaces = "clock-places-limit"
)

// Diagnostics says which clocks are apart, at the end of the capture.
func (c *Clocks) Diagnostics() []capture.Diagnostic {
	if c == nil {
		return nil
	}
	pairs := c.pairs()
	for _, place := range c.places {
		if p, ok := place.within(); ok {
			pairs = append(pairs, p)
		}
	}
	var out []capture.Diagnostic
	for i := range pairs {
		if o, ok := pairs[i].estimate(); ok {
			out = append(out, c.diagnose(&pairs[i], &o)...)
		}
	}
	if c.unwatched.Number != 0 {
		out = append(out, capture.Diagnostic{
			Code: codeClockPlaces, Severity: capture.Info, Frames: []capture.Frame{c.unwatched},
			Text: fmt.Sprintf("the clocks of %d inputs were compared, those of further ones not", maxClockPlaces),
		})
	}
	return out
}

func (c *Clocks) diagnose(p *clockPair, o *offset) []capture.Diagnostic {
	twice, cut := o.many(o.twice), o.many(o.cut)
	d := capture.Diagnostic{Severity: capture.Info, Frames: o.first.frames(p)}
	if twice || cut {
		d.Severity = capture.Warning
	}
	switch by := o.by.Abs(); {
	case p.a == p.b && (!twice || by <= 2*o.spread):
		return nil
	case p.a == p.b && o.window() > 0:
		d.Code, d.Text = codeCopiesLate, c.copiesText(p, o)
	case p.a == p.b:
		d.Code, d.Text = codeClock, c.mergedText(p, o)
	case by >= minClockOffset && by > 2*o.spread:
		d.Code, d.Text = codeClock, c.offsetText(p, o, twice)
	case twice:
		d.Code, d.Text = codeCopiesLate, c.lateText(p, o)
	case cut:
		d.Code, d.Text = codeCopiesCut, c.cutText(p, o)
	default:
		return nil
	}
	return []capture.Diagnostic{d}
}

// many reports whether n of the packets are worth a word.
func (o *offset) many(n int) bool { return n >= minClockMatches && n*10 >= o.packets }

func (c *Clocks) offsetText(p *clockPair, o *offset, twice bool) string {
	var b strings.Builder
	word := "ahead of"
	if o.by < 0 {
		word = "behind"
	}
	fmt.Fprintf(&b, "%s's clock is %s %s %s's%s (from %d packets in both, spread ±%s%s%s)",
		c.name(p.b), plain(o.by.Abs()), word, c.name(p.a), zone(o.by), o.packets, plain(o.spread), o.way(), o.drifts())
	b.WriteString(": times and delays across the two are wrong by that much")
	if twice {
		fmt.Fprintf(&b, "; packets in both were counted twice, as frames %s: duplicates of RTP and retransmissions of SIP may come from that", frames(p, o))
	}
	shift := fmt.Sprintf("editcap -t %s", strings.TrimPrefix(fmt.Sprintf("%.6f", -o.by.Seconds()), "+"))
	if p.a.file == p.b.file {
		fmt.Fprintf(&b, "; shift it with %s before merging", shift)
	} else {
		fmt.Fprintf(&b, "; shift it with %s %s out.pcapng", shift, quoted(c.file(p.b)))
	}
	return b.String()
}

func (c *Clocks) mergedText(p *clockPair, o *offset) string {
	return fmt.Sprintf("packets are in %s twice, %s apart%s (from %d packets, spread ±%s%s%s), as frames %s: two captures with different clocks seem to be merged in it; "+
		"times and delays are wrong by that much, and duplicates of RTP and retransmissions of SIP may come from that; shift one of the two with editcap -t before merging",
		c.name(p.a), plain(o.by.Abs()), zone(o.by), o.packets, plain(o.spread), o.way(), o.drifts(), frames(p, o))
}

// window is a --dup-window that takes all the packets out that come twice, 0
// when there is none: it takes only copies that differ in the link headers, and
// a packet that a host sends again must never pass for one. It leaves room for
// copies beyond the sample.
func (o *offset) window() time.Duration {
	if o.differ < o.twice {
		return 0
	}
	w := (o.longest/windowStep + 1) * windowStep
	if o.longest < maxDupWindow {
		return min(w, maxDupWindow)
	}
	return 0
}

func (c *Clocks) copiesText(p *clockPair, o *offset) string {
	return fmt.Sprintf("packets are in %s twice, %s apart and with other link headers, tunnel or TTL (from %d packets, spread ±%s%s), as frames %s, and were counted twice: "+
		"duplicates of RTP and retransmissions of SIP may come from that; --dup-window %s takes the copies out",
		c.name(p.a), plain(o.by.Abs()), o.packets, plain(o.spread), o.drifts(), frames(p, o), o.window())
}

func (c *Clocks) lateText(p *clockPair, o *offset) string {
	return fmt.Sprintf("packets in both %s and %s come too far apart for span copies (%d packets, spread ±%s%s) and were counted twice, as frames %s: "+
		"duplicates of RTP and retransmissions of SIP may come from that; a --dup-window beyond %s takes them out, where link headers or TTL differ",
		c.name(p.a), c.name(p.b), o.packets, plain(o.spread), o.way(), frames(p, o), plain(o.delay+o.by.Abs()+o.spread))
}

func (c *Clocks) cutText(p *clockPair, o *offset) string {
	return fmt.Sprintf("packets are in both %s and %s, in one of them cut by the snaplen, so they are no span copies and were counted twice, as frames %s: "+
		"duplicates of RTP may come from that; leave the cut capture out", c.name(p.a), c.name(p.b), frames(p, o))
}

func frames(p *clockPair, o *offset) string {
	f := o.first.frames(p)
	return fmt.Sprintf("%s and %s", f[0], f[1])
}

func (o *offset) way() string {
	switch {
	case o.oneWay:
		return ", packets of one direction only, so the time on the way is part of it"
	case o.delay >= minClockOffset:
		return fmt.Sprintf(", %s on the way", plain(o.delay))
	}
	return ""
}

func (o *offset) drifts() string {
	if o.drift == 0 {
		return ""
	}
	perMinute := time.Duration(math.Abs(o.drift) * float64(time.Minute))
	word := "grows"
	if (o.drift < 0) == (o.by > 0) {
		word = "shrinks"
	}
	return fmt.Sprintf(", drifts: it %s by %s a minute", word, plain(perMinute))
}

// zone recognises an offset by hours.
func zone(by time.Duration) string {
	const quarter = 15 * time.Minute
	by = by.Abs()
	if near := by.Round(quarter); near >= 2*quarter && (by-near).Abs() < time.Minute {
		return fmt.Sprintf(", about %g h: a time zone or summer time?", near.Hours())
	}
	return ""
}

// plain writes a duration in seconds, or in milliseconds below one.
func plain(d time.Duration) string {
	switch {
	case d >= time.Second:
		return fmt.Sprintf("%.3f s", d.Seconds())
	case d >= 10*time.Millisecond:
		return fmt.Sprintf("%.1f ms", d.Seconds()*1e3)
	}
	return fmt.Sprintf("%.3f ms", d.Seconds()*1e3)
}

func (c *Clocks) file(p *clockPlace) string {
	if int(p.file) < len(c.names) {
		return c.names[p.file]
	}
	return fmt.Sprintf("input %d", p.file+1)
}

// name of a place: the input's, with the interface when it has several.
func (c *Clocks) name(p *clockPlace) string {
	for _, other := range c.places {
		if other != p && other.file == p.file {
			return fmt.Sprintf("interface %d of %s", p.iface, c.file(p))
		}
	}
	return c.file(p)
}

// quoted makes a name fit for a shell.
func quoted(name string) string {
	if strings.ContainsFunc(name, func(r rune) bool {
		return !strings.ContainsRune("._/-+=:,@%", r) && (r > 'z' || !isAlnum(byte(r)))
	}) {
		return "'" + strings.ReplaceAll(name, "'", `'\''`) + "'"
	}
	return name
}

func isAlnum(b byte) bool {
	return '0' <= b && b <= '9' || 'A' <= b && b <= 'Z' || 'a' <= b && b <= 'z'
}
