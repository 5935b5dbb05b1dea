package text

import (
	"fmt"
	"strconv"
	"strings"

	"rung/decode/media"
	"rung/render"
	"rung/render/ladder"
	"rung/render/safe"
)

// maxDigits is how many DTMF digits a row shows.
const maxDigits = 16

// rtp writes a line per stream; where a width was asked for that a line does
// not fit, what has no room stands on a second one.
func (p *printer) rtp() {
	if len(p.doc.Streams) == 0 {
		p.line("no RTP streams", none)
		return
	}
	cols := []column{{head: "FLOW", right: true}, {head: "START"}, {head: "LENGTH", right: true}, {head: "FROM"}, {head: "TO"},
		{head: "SSRC"}, {head: "CODEC"}, {head: "PACKETS", right: true}, {head: "LOST", right: true},
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
	if p.opt.Width == 0 {
		p.width = maxWidth // a file or a pipe has no width: one line a stream
	}
	p.folded(cols, rows, styles)
	if p.opt.Width == 0 {
		p.width = render.DefaultWidth
	}
	p.line("", none)
	p.paragraph("jitter (RFC 3550: mean and greatest) and delta in ms; lost in packets and percent of those expected", dim)
}

// second is what goes to the second line, in this order, and what it is
// called there: columns of the table of streams.
var second = []struct {
	head, word string
}{{"FROM", ""}, {"TO", "→ "}, {"SSRC", "SSRC "}, {"DTMF", "DTMF "}, {"REMARKS", ""}, {"DELTA MAX", "delta at most "},
	{"MAX", "jitter at most "}, {"START", "from "}, {"LENGTH", "length "}}

// folded writes a table whose rows are folded in two where they are too wide.
func (p *printer) folded(cols []column, rows [][]string, styles []style) {
	used := make([]bool, len(cols))
	for _, r := range rows {
		for i := range r {
			r[i] = p.glyphs.text(r[i])
			used[i] = used[i] || r[i] != ""
		}
	}
	var below []int // by order in second: the column
	for n := 0; n < len(second); n++ {
		if _, total := p.natural(cols, rows, used); total <= p.width && second[n].head != "TO" {
			break // FROM and TO stay together
		}
		for i := range cols {
			if cols[i].head == second[n].head {
				below = append(below, i)
				used[i] = false
			}
		}
	}
	widths, _ := p.natural(cols, rows, used)
	head := make([]string, len(cols))
	for i := range cols {
		head[i] = cols[i].head
	}
	p.tableRow(cols, head, widths, used, bold)
	for i, r := range rows {
		p.tableRow(cols, r, widths, used, styles[i])
		if len(below) > 0 {
			p.hang("      ", secondLine(r, below), styles[i])
		}
	}
}

func secondLine(row []string, below []int) string {
	var s strings.Builder
	for n, i := range below {
		cell := row[i]
		if cell == "" || cell == "-" {
			continue
		}
		switch {
		case s.Len() == 0:
		case second[n].head == "TO":
			s.WriteString(" ")
		default:
			s.WriteString(sep)
		}
		s.WriteString(second[n].word + cell)
	}
	return s.String()
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
	// Packets of a video frame leave together: their jitter says nothing.
	if s.Jitter != nil && s.Kind != "video" && s.Video == nil {
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
	if v := ladder.VideoText(s); v != "" {
		parts = append(parts, v)
	}
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
	if s.Jitter == nil && s.Video == nil && s.JitterNote != "" {
		parts = append(parts, "no jitter: "+safe.Terminal(s.JitterNote))
	}
	return strings.Join(parts, ", ")
}
