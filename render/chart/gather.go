package chart

import (
	"fmt"
	"net/netip"
	"path/filepath"
	"slices"
	"strings"

	"rung/capture"
	"rung/decode/flow"
	"rung/decode/media"
	"rung/render"
	"rung/render/safe"
)

// New returns the charts of doc.Streams: those of each flow, by flow id, then
// those of no flow. A flow with many streams gives several charts.
func New(doc *render.Document, opt *render.Options) []*Chart {
	byFlow := make(map[int][]*media.Stream)
	var ids []int
	for _, s := range doc.Streams {
		id := 0
		if doc.StreamFlow != nil {
			id, _ = doc.StreamFlow(s)
		}
		if byFlow[id] == nil {
			ids = append(ids, id)
		}
		byFlow[id] = append(byFlow[id], s)
	}
	// Streams of no flow (id 0) come last.
	slices.SortFunc(ids, func(a, b int) int {
		if (a == 0) != (b == 0) {
			return b - a
		}
		return a - b
	})
	flows := make(map[int]*flow.Flow, len(doc.Flows))
	for _, f := range doc.Flows {
		flows[f.ID] = f
	}
	var out []*Chart
	for _, id := range ids {
		f := flows[id]
		if f == nil {
			f = &flow.Flow{ID: id}
		}
		out = append(out, build(doc, f, byFlow[id], opt)...)
	}
	return out
}

// OfFlow returns the charts of one flow's streams, none when it has none.
func OfFlow(doc *render.Document, f *flow.Flow, opt *render.Options) []*Chart {
	return build(doc, f, f.Streams, opt)
}

// OfStreams returns the charts of streams that belong to no flow.
func OfStreams(doc *render.Document, streams []*media.Stream, opt *render.Options) []*Chart {
	return build(doc, &flow.Flow{}, streams, opt)
}

func empty(doc *render.Document, opt *render.Options) *Chart {
	return &Chart{
		Title: "No RTP streams", Subtitle: subtitle(doc, doc.Capture.First, opt),
		Foot: foot(doc), Note: "no RTP stream was found or chosen",
	}
}

func build(doc *render.Document, f *flow.Flow, streams []*media.Stream, opt *render.Options) []*Chart {
	if len(streams) == 0 {
		return nil
	}
	c := Chart{Flow: f.ID, Foot: foot(doc)}
	c.Start, c.End, c.AxisLabel = span(f, streams)
	c.Title = title(f)
	c.Subtitle = subtitle(doc, c.Start, opt)
	c.Events = events(f)
	blocks := pair(streams, names(f))
	if len(blocks) == 1 {
		blocks[0].Title = ""
	}
	return paged(c, blocks)
}

// paged spreads blocks over as many charts as they need.
func paged(c Chart, blocks []Block) []*Chart {
	n := (len(blocks) + maxBlocks - 1) / maxBlocks
	out := make([]*Chart, 0, n)
	for i := range n {
		page := c
		page.Blocks = blocks[i*maxBlocks : min((i+1)*maxBlocks, len(blocks))]
		if n > 1 {
			page.Title = fmt.Sprintf("%s (page %d of %d)", c.Title, i+1, n)
		}
		out = append(out, &page)
	}
	return out
}

// span is the time axis: from the call's start, so that seconds in the plot
// are seconds in the ladder, to the end of whatever ends last.
func span(f *flow.Flow, streams []*media.Stream) (start, end capture.Time, label string) {
	start, end = streams[0].Start, streams[0].End
	for _, s := range streams[1:] {
		start, end = min(start, s.Start), max(end, s.End)
	}
	if f.Start == 0 || f.Start > start {
		return start, end, "seconds from the first RTP packet"
	}
	label = "seconds from the start of the " + kindWord(f)
	return f.Start, max(end, f.End), label
}

func kindWord(f *flow.Flow) string {
	if f.Kind == "" {
		return "flow"
	}
	return string(f.Kind)
}

func title(f *flow.Flow) string {
	switch {
	case f.Title != "":
		return "RTP · " + f.Title
	case f.ID != 0:
		return fmt.Sprintf("RTP of flow %d", f.ID)
	}
	return "RTP streams of no flow"
}

// clock is how a point in time is written in full.
const clock = "2006-01-02 15:04:05.000 MST"

func subtitle(doc *render.Document, start capture.Time, opt *render.Options) string {
	var parts []string
	if start != 0 {
		parts = append(parts, "0 s is "+start.Std().In(opt.Location()).Format(clock))
	}
	switch n := len(doc.Capture.Files); {
	case n == 1:
		parts = append(parts, filepath.Base(doc.Capture.Files[0].Name))
	case n > 1:
		parts = append(parts, fmt.Sprintf("%d files", n))
	}
	return strings.Join(parts, " · ")
}

func foot(doc *render.Document) string {
	s := strings.TrimSpace("rung " + doc.Version)
	if doc.Command != "" {
		s += " · " + doc.Command
	}
	return s
}

// names gives addresses the names of the flow's parties.
func names(f *flow.Flow) func(netip.AddrPort) string {
	bySocket := make(map[netip.AddrPort]string)
	byHost := make(map[netip.Addr]string)
	for _, p := range f.Parties {
		for _, a := range p.Addresses {
			if bySocket[a] == "" {
				bySocket[a] = p.Name
			}
			if byHost[a.Addr()] == "" {
				byHost[a.Addr()] = p.Name
			}
		}
	}
	return func(a netip.AddrPort) string {
		n := bySocket[a]
		if n == "" {
			n = byHost[a.Addr()]
		}
		if n == "" || n == a.String() || n == a.Addr().String() {
			return a.String()
		}
		return n + " " + a.String()
	}
}

// pair puts the two directions between one pair of addresses together, in
// the order of their first packets.
func pair(streams []*media.Stream, name func(netip.AddrPort) string) []Block {
	at := make(map[capture.Path]int)
	var blocks []Block
	for _, s := range streams {
		key, _ := s.Path.Canonical()
		i, ok := at[key]
		if !ok || len(blocks[i].Lines) == maxLines {
			i = len(blocks)
			at[key] = i
			blocks = append(blocks, Block{Title: name(s.Path.Src) + " ↔ " + name(s.Path.Dst)})
		}
		blocks[i].Lines = append(blocks[i].Lines, Line{
			Name:   name(s.Path.Src) + " → " + name(s.Path.Dst),
			Stats:  stats(s),
			Stream: s,
		})
	}
	return blocks
}

func stats(s *media.Stream) string {
	parts := []string{codec(s), fmt.Sprintf("%s packets", thousands(s.Packets))}
	if s.Expected > 0 || s.Lost != 0 {
		parts = append(parts, fmt.Sprintf("lost %s (%.1f %%)", thousands(s.Lost), s.LostPercent()))
	}
	switch {
	case s.Video != nil:
		parts = append(parts, fmt.Sprintf("%.1f frames/s, frame jitter %.1f ms", s.Video.FPS, s.Video.FrameJitterMS))
	case s.Kind == "video":
	case s.Jitter != nil:
		parts = append(parts, fmt.Sprintf("jitter %.1f ms, at most %.1f", s.Jitter.Mean, s.Jitter.Max))
	}
	return strings.Join(parts, " · ")
}

func codec(s *media.Stream) string {
	name := s.Codec
	if name == "" && len(s.PayloadTypes) > 0 {
		name = fmt.Sprintf("payload type %d", s.PayloadTypes[0])
	}
	if s.Encrypted {
		name = strings.TrimSpace(name + " encrypted")
	}
	return strings.TrimSpace(name + fmt.Sprintf(" 0x%08x", s.SSRC))
}

// thousands writes 3120 as 3,120.
func thousands(n int64) string {
	if n < 0 {
		return "-" + thousands(-n)
	}
	s := fmt.Sprint(n)
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}

// label makes captured text fit to draw.
func label(s string) string { return safe.Cut(safe.Terminal(s), maxText) }
