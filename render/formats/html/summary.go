package html

import (
	"fmt"
	"slices"
	"strings"

	"rung/capture"
	"rung/decode"
	"rung/decode/flow"
	"rung/decode/media"
	"rung/render/safe"
)

// summary says in plain words what the report holds: what happened, how the
// media was, what was wrong with the capture.
func (b *builder) summary() []string {
	var out []string
	out = append(out, b.flowWords()...)
	out = append(out, b.mediaWords())
	if n := b.warnings(); n > 0 {
		out = append(out, plural(int64(n), "remark", "remarks")+" on odd or broken messages; they stand with their flow and below.")
	}
	return out
}

func (b *builder) flowWords() []string {
	if len(b.doc.Flows) == 0 {
		return []string{"No call, registration or other flow was found or chosen."}
	}
	if len(b.doc.Flows) == 1 {
		f := b.doc.Flows[0]
		if f.Reason == "" || f.Status == 200 {
			return nil
		}
		return []string{"It ended with: " + strings.TrimSpace(statusWord(f.Status)+" "+safe.Terminal(f.Reason)) + "."}
	}
	type tally struct {
		kind     decode.Kind
		n        int64
		outcomes []flow.Outcome
		of       map[flow.Outcome]int64
	}
	var order []*tally
	by := make(map[decode.Kind]*tally)
	for _, f := range b.doc.Flows {
		t := by[f.Kind]
		if t == nil {
			t = &tally{kind: f.Kind, of: make(map[flow.Outcome]int64)}
			by[f.Kind] = t
			order = append(order, t)
		}
		t.n++
		if t.of[f.Outcome] == 0 {
			t.outcomes = append(t.outcomes, f.Outcome)
		}
		t.of[f.Outcome]++
	}
	var out []string
	for _, t := range order {
		slices.SortStableFunc(t.outcomes, func(x, y flow.Outcome) int { return int(t.of[y] - t.of[x]) })
		var parts []string
		for _, o := range t.outcomes {
			word := string(o)
			if word == "" {
				word = "outcome not known"
			}
			parts = append(parts, thousands(t.of[o])+" "+word)
		}
		out = append(out, kinds(t.kind, t.n)+": "+strings.Join(parts, ", ")+".")
	}
	return out
}

func statusWord(n int) string {
	if n == 0 {
		return ""
	}
	return fmt.Sprint(n)
}

// mediaWords names the worst of the streams.
func (b *builder) mediaWords() string {
	seen := make(map[*media.Stream]bool)
	var lossy, shaky *media.Stream
	count := func(ss []*media.Stream) {
		for _, s := range ss {
			seen[s] = true
			if s.Lost > 0 && (lossy == nil || s.LostPercent() > lossy.LostPercent()) {
				lossy = s
			}
			if s.Jitter != nil && s.Kind != "video" && s.Video == nil && (shaky == nil || s.Jitter.Max > shaky.Jitter.Max) {
				shaky = s
			}
		}
	}
	for _, f := range b.doc.Flows {
		count(f.Streams)
	}
	count(b.doc.Streams)
	if len(seen) == 0 {
		return "No RTP streams."
	}
	w := plural(int64(len(seen)), "RTP stream", "RTP streams")
	if lossy == nil {
		w += ", no packet lost"
	} else {
		w += fmt.Sprintf("; most loss %.1f %% from %s to %s", lossy.LostPercent(), lossy.Path.Src, lossy.Path.Dst)
	}
	if shaky != nil {
		w += fmt.Sprintf("; highest jitter %.1f ms from %s to %s", shaky.Jitter.Max, shaky.Path.Src, shaky.Path.Dst)
	}
	return safe.Terminal(w + ".")
}

// warnings counts what is graded worse than info.
func (b *builder) warnings() int {
	n := 0
	count := func(ds []capture.Diagnostic) {
		for i := range ds {
			if ds[i].Severity > capture.Info {
				n++
			}
		}
	}
	count(b.doc.Capture.Diagnostics)
	for _, f := range b.doc.Flows {
		count(f.Diagnostics)
		for i := range f.Messages {
			if m := f.Messages[i].Message; m != nil {
				count(m.Diagnostics)
			}
		}
	}
	return n
}
