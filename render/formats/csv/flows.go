package csv

import (
	"strings"

	"rung/decode"
	"rung/decode/flow"
	"rung/render"
)

func (t *table) flows(doc *render.Document) {
	t.header("id", "key", "kind", "scenario", "title", "parent",
		"start", "end", "duration_ms",
		"from_user", "from_host", "from_display", "to_user", "to_host", "to_display",
		"outcome", "status", "reason",
		"pdd_ms", "setup_ms", "ring_ms", "talk_ms",
		"protocols", "call_ids", "messages", "retransmissions", "streams", "findings")
	for _, f := range doc.Flows {
		t.flow(f)
	}
}

func (t *table) flow(f *flow.Flow) {
	t.int(int64(f.ID))
	t.captured(f.Key)
	t.word(string(f.Kind))
	t.word(f.Scenario)
	t.captured(f.Title)
	t.intIf(f.Parent)
	t.time(f.Start)
	t.time(f.End)
	d := f.End.Sub(f.Start)
	t.ms(&d)
	t.person(f.From)
	t.person(f.To)
	t.word(string(f.Outcome))
	t.intIf(f.Status)
	t.captured(f.Reason)
	t.ms(f.Timing.PDD)
	t.ms(f.Timing.Setup)
	t.ms(f.Timing.Ring)
	t.ms(f.Timing.Talk)
	t.captured(legWords(f, func(l *flow.Leg) string { return l.Protocol }))
	t.captured(legWords(f, func(l *flow.Leg) string { return l.CallID }))
	t.int(int64(len(f.Messages)))
	t.int(retransmissions(f))
	t.int(int64(len(f.Streams)))
	t.int(0) // no rule looks for findings yet
	t.end()
}

func (t *table) person(p decode.Party) {
	t.captured(p.User)
	t.captured(p.Host)
	t.captured(p.Display)
}

// legWords joins what the legs say, each word once, in their order.
func legWords(f *flow.Flow, word func(*flow.Leg) string) string {
	seen := make(map[string]bool)
	var words []string
	for i := range f.Legs {
		if w := word(&f.Legs[i]); w != "" && !seen[w] {
			seen[w] = true
			words = append(words, w)
		}
	}
	return strings.Join(words, " ")
}

func retransmissions(f *flow.Flow) (n int64) {
	for i := range f.Messages {
		if f.Messages[i].RetransmissionOf >= 0 {
			n++
		}
	}
	return n
}
