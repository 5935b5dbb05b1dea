package ladder

import (
	"fmt"
	"strings"
)

// maxLegs is how many legs the legend lists: as many as a theme can tell
// apart.
const maxLegs = 8

// legend explains what occurs in this ladder and nothing else.
func (b *builder) legend() {
	if len(b.l.Rungs) == 0 && len(b.l.Spans) == 0 {
		return
	}
	b.legLegend()
	var failure, event, again, copies bool
	for i := range b.l.Rungs {
		r := &b.l.Rungs[i]
		failure = failure || r.Class == Failure || r.Class == Alarm
		event = event || r.Class == Event
		again = again || r.Retransmissions > 0
		copies = copies || r.Copies > 1
	}
	b.mark(failure, MarkFailure, "failure")
	b.mark(event, MarkEvent, "connection event")
	b.mark(len(b.l.Spans) > 0, MarkMedia, "media (RTP)")
	b.mark(again, MarkRetransmitted, "sent again by the sender")
	b.mark(copies, MarkCopies, "captured more than once")
	b.mark(len(b.l.Notes) > 0, MarkNote, "see the note")
}

func (b *builder) mark(occurs bool, k MarkKind, text string) {
	if occurs {
		b.l.Legend = append(b.l.Legend, Mark{Kind: k, Leg: -1, Text: text})
	}
}

func (b *builder) legLegend() {
	used := make([]bool, len(b.f.Legs))
	for i := range b.l.Rungs {
		if l := b.l.Rungs[i].Leg; l >= 0 {
			used[l] = true
		}
	}
	shares := make([]int, len(b.f.Legs))
	for _, l := range b.hop {
		shares[l]++
	}
	n := 0
	for i, u := range used {
		if !u {
			continue
		}
		if n++; n > maxLegs {
			continue
		}
		text := fmt.Sprintf("leg %d %s", i+1, strings.ToUpper(b.f.Legs[i].Transport.String()))
		if shares[i] > 1 {
			text = fmt.Sprintf("%d legs %s", shares[i], strings.ToUpper(b.f.Legs[i].Transport.String()))
		}
		b.l.Legend = append(b.l.Legend, Mark{Kind: MarkLeg, Leg: i, Text: strings.TrimSpace(text)})
	}
	if n > maxLegs {
		b.l.Legend[maxLegs-1].Text += fmt.Sprintf(" and %d more legs", n-maxLegs)
	}
}
