package text

import (
	"fmt"
	"strconv"
	"strings"

	"rung/decode/media"
	"rung/render/ladder"
	"rung/render/safe"
)

// maxDigits is how many DTMF digits a row shows.
const maxDigits = 16

// rtp writes a line per stream.
func (p *printer) rtp() {
	if len(p.doc.Streams) == 0 {
		p.line("no RTP streams", none)
		return
	}
	cols := []column{{head: "FLOW", right: true}, {head: "START"}, {head: "LENGTH", right: true}, {head: "FROM"}, {head: "TO"},
		{head: "SSRC"}, {head: "CODEC", elastic: true}, {head: "PACKETS", right: true}, {head: "LOST", right: true},
		{head: "JITTER", right: true}, {head: "MAX", right: true}, {head: "DELTA MAX", right: true}, {head: "DTMF"}, {head: "REMARKS"}}
	stamp := p.stamp()
	var rows [][]string
	var styles []style
	for _, s := range p.doc.Streams {
		rows = append(rows, append([]string{p.flowOf(s), stamp(s.Start)}, streamCells(s)...))
		st := none
		if s.Lost > 0 {
			st = bad
		}
		styles = append(styles, st)
	}
	p.table(cols, rows, styles)
	p.line("", none)
	p.paragraph("jitter (RFC 3550: mean and greatest) and delta in ms; lost in packets and percent of those expected", dim)
}

func (p *printer) flowOf(s *media.Stream) string {
	if p.doc.StreamFlow == nil {
		return ""
	}
	if id, _ := p.doc.StreamFlow(s); id != 0 {
		return strconv.Itoa(id)
	}
	return "-"
}

func streamCells(s *media.Stream) []string {
	jitter, jitterMax, delta := "-", "-", "-"
	if s.Jitter != nil {
		jitter, jitterMax = fmt.Sprintf("%.2f", s.Jitter.Mean), fmt.Sprintf("%.2f", s.Jitter.Max)
	}
	if s.Delta != nil {
		delta = fmt.Sprintf("%.2f", s.Delta.Max)
	}
	return []string{ladder.Duration(s.Duration()), s.Path.Src.String(), s.Path.Dst.String(), fmt.Sprintf("0x%08x", s.SSRC), codec(s),
		strconv.FormatInt(s.Packets, 10), fmt.Sprintf("%d (%s)", s.Lost, ladder.Percent(s.LostPercent())),
		jitter, jitterMax, delta, ladder.Digits(s, maxDigits), remarks(s)}
}

func codec(s *media.Stream) string {
	c := s.Codec
	if c == "" {
		c = "?"
		if len(s.PayloadTypes) > 0 {
			c = fmt.Sprintf("PT %d", s.PayloadTypes[0])
		}
	}
	if s.Encrypted {
		c += " SRTP"
	}
	return safe.Terminal(c)
}

// remarks says what is not there in most streams.
func remarks(s *media.Stream) string {
	var parts []string
	add := func(n int64, one, many string) {
		switch {
		case n == 1:
			parts = append(parts, "1 "+one)
		case n > 1:
			parts = append(parts, strconv.FormatInt(n, 10)+" "+many)
		}
	}
	add(s.Duplicates, "duplicate", "duplicates")
	add(s.Reordered, "reordered", "reordered")
	add(s.Restarts, "restart", "restarts")
	if s.Jitter == nil && s.JitterNote != "" {
		parts = append(parts, "no jitter: "+safe.Terminal(s.JitterNote))
	}
	return strings.Join(parts, ", ")
}
