package ladder

import (
	"fmt"
	"net/netip"
	"sort"
	"strings"

	"rung/capture"
	"rung/decode/media"
	"rung/render/safe"
)

// spans groups the streams: those between the same lifelines that overlap in
// time share a bar.
func (b *builder) spans() {
	order := make([]int, len(b.f.Streams))
	for i := range order {
		order[i] = i
	}
	sort.SliceStable(order, func(x, y int) bool {
		return b.f.Streams[order[x]].Start < b.f.Streams[order[y]].Start
	})
	at := b.mediaHosts()
	open := map[[2]int]int{} // pair of lifelines: its latest span
	members := map[int][]int{}
	for _, i := range order {
		s := b.f.Streams[i]
		from, to := b.end(s.Path.Src, at), b.end(s.Path.Dst, at)
		right := from <= to
		pair := [2]int{min(from, to), max(from, to)}
		n, ok := open[pair]
		if !ok || s.Start >= b.l.Spans[n].End {
			n = len(b.l.Spans)
			open[pair] = n
			b.l.Spans = append(b.l.Spans, Span{From: pair[0], To: pair[1], Start: s.Start, End: s.End})
		}
		sp := &b.l.Spans[n]
		sp.End = max(sp.End, s.End)
		sp.Lines = append(sp.Lines, SpanLine{Right: right, Text: StreamText(s), Stream: i, Lossy: s.Lost > 0})
		members[n] = append(members[n], i)
	}
	for n := range b.l.Spans {
		b.finishSpan(&b.l.Spans[n], members[n])
	}
}

func (b *builder) finishSpan(sp *Span, streams []int) {
	sp.Clock, sp.Length = b.clock(sp.Start), Duration(sp.End.Sub(sp.Start))
	var first, last capture.Frame
	var tips []string
	for _, i := range streams {
		s := b.f.Streams[i]
		if first == (capture.Frame{}) || Before(s.FirstFrame, first) {
			first = s.FirstFrame
		}
		if Before(last, s.LastFrame) {
			last = s.LastFrame
		}
		if len(tips) < maxTipFrames {
			tips = append(tips, b.streamTip(s))
		}
	}
	sp.First, sp.Last = first, last
	sp.Frames = b.l.FrameRange(first, last)
	sp.Title = strings.Join(tips, "\n")
	if more := len(sp.Lines) - maxSpanLines; more > 1 && !b.opt.Detail {
		sp.Lines = append(sp.Lines[:maxSpanLines:maxSpanLines], SpanLine{Text: fmt.Sprintf("and %d more streams", more), Stream: -1})
	}
}

// FrameRange writes "71…6302".
func (l *Ladder) FrameRange(first, last capture.Frame) string {
	switch {
	case first == last || last == capture.Frame{}:
		return l.FrameName(first)
	case first.File == last.File:
		return l.FrameName(first) + "…" + fmt.Sprint(last.Number)
	}
	return l.FrameName(first) + "…" + l.FrameName(last)
}

// mediaHosts learns from session descriptions whose address is whose: RTP
// wanted at an address goes to the party that said so.
func (b *builder) mediaHosts() map[netip.AddrPort]int {
	at := map[netip.AddrPort]int{}
	for i := range b.f.Messages {
		m := &b.f.Messages[i]
		if m.Facts.Session == nil {
			continue
		}
		for _, md := range m.Facts.Session.Media {
			// The first to name an address is its owner; a proxy passes it on.
			if _, known := at[md.Addr]; !known && md.Addr.IsValid() {
				at[md.Addr] = b.lifeline(m.From)
			}
		}
	}
	return at
}

// end finds the lifeline of a media address: the socket itself, the host, who
// offered it, else one of its own.
func (b *builder) end(a netip.AddrPort, offered map[netip.AddrPort]int) int {
	host := -1
	for i := range b.f.Parties {
		for _, x := range b.f.Parties[i].Addresses {
			if x == a {
				return b.lane[i]
			}
			if host < 0 && x.Addr() == a.Addr() {
				host = b.lane[i]
			}
		}
	}
	if host >= 0 {
		return host
	}
	if i, ok := offered[a]; ok {
		return i
	}
	return b.mediaLifeline(safe.Terminal(a.Addr().String()))
}

func (b *builder) mediaLifeline(name string) int {
	known := len(b.f.Parties)
	for i := known; i < len(b.l.Lifelines); i++ {
		if b.l.Lifelines[i].Name == name {
			return i
		}
	}
	if len(b.l.Lifelines)-known >= maxExtraLifelines {
		last := &b.l.Lifelines[len(b.l.Lifelines)-1]
		last.Role = "and other media addresses"
		return len(b.l.Lifelines) - 1
	}
	return b.add(Lifeline{Name: name, Role: "media", Title: name + " · media only"})
}

// StreamText says what a stream was in one line: "PCMU 62.4 s · 3,120 packets
// · lost 17 (0.5 %) · jitter 1.9 ms · DTMF 1 2 3 #".
func StreamText(s *media.Stream) string {
	parts := []string{codec(s) + " " + seconds(s.Duration()), plural(int(s.Packets), "packet", "packets")}
	if s.Lost > 0 {
		parts = append(parts, "lost "+Count(s.Lost)+" ("+Percent(s.LostPercent())+")")
	} else {
		parts = append(parts, "lost 0")
	}
	if j := JitterText(s); j != "" {
		parts = append(parts, j)
	}
	if len(s.DTMF) > 0 {
		parts = append(parts, "DTMF "+Digits(s, maxDigits))
	}
	return safe.Terminal(strings.Join(parts, " · "))
}

// JitterText is the jitter that means something: of video between frames, not
// between the packets of a frame that leave together; "" when not known.
func JitterText(s *media.Stream) string {
	switch {
	case s.Video != nil:
		return fmt.Sprintf("frame jitter %.1f ms", s.Video.FrameJitterMS)
	case s.Jitter != nil && s.Kind != "video":
		return fmt.Sprintf("jitter %.1f ms", s.Jitter.Mean)
	}
	return ""
}

// VideoText is what else is known of a video stream: "12.5 frames/s, 320×240,
// frame jitter 1.2 ms, 3 key frames"; "" when s is none.
func VideoText(s *media.Stream) string {
	v := s.Video
	if v == nil {
		return ""
	}
	parts := []string{fmt.Sprintf("%.1f frames/s", v.FPS)}
	if v.Width > 0 {
		parts = append(parts, fmt.Sprintf("%d×%d", v.Width, v.Height))
	}
	parts = append(parts, JitterText(s))
	if v.KeyFrames != nil {
		parts = append(parts, plural(int(*v.KeyFrames), "key frame", "key frames"))
	}
	if v.IncompleteFrames > 0 {
		parts = append(parts, plural(int(v.IncompleteFrames), "incomplete frame", "incomplete frames"))
	}
	return strings.Join(parts, ", ")
}

// maxDigits is how many DTMF digits a media bar shows: a long card number.
const maxDigits = 24

// Digits lists the DTMF digits of s, at most n of them.
func Digits(s *media.Stream, n int) string {
	var d []string
	for i := range s.DTMF {
		if i == n {
			d = append(d, "…")
			break
		}
		d = append(d, s.DTMF[i].Digit)
	}
	return safe.Terminal(strings.Join(d, " "))
}

func codec(s *media.Stream) string {
	c := s.Codec
	if c == "" {
		c = "unknown codec"
		if len(s.PayloadTypes) > 0 {
			c = fmt.Sprintf("payload type %d", s.PayloadTypes[0])
		}
	}
	if s.Kind == "video" {
		c += " video"
	}
	if s.Encrypted {
		c += " (SRTP)"
	}
	return c
}

func (b *builder) streamTip(s *media.Stream) string {
	t := fmt.Sprintf("%s · SSRC 0x%08x · %s · frames %s", s.Path, s.SSRC, StreamText(s), b.l.FrameRange(s.FirstFrame, s.LastFrame))
	if s.Duplicates > 0 {
		t += fmt.Sprintf(" · %d duplicates", s.Duplicates)
	}
	if s.Reordered > 0 {
		t += fmt.Sprintf(" · %d reordered", s.Reordered)
	}
	if s.Restarts > 0 {
		t += fmt.Sprintf(" · %d restarts", s.Restarts)
	}
	return safe.Terminal(t)
}
