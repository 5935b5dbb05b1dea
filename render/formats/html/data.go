package html

import (
	"fmt"
	"slices"
	"strings"

	"rung/capture"
	"rung/decode"
	"rung/decode/flow"
	"rung/render"
	"rung/render/ladder"
	"rung/render/safe"
)

// What the script reads. Names are short: a report has thousands of them.
type (
	pageData struct {
		Flows    []flowData    `json:"flows"`
		Messages []messageData `json:"messages"`
	}
	flowData struct {
		ID       int         `json:"id"`
		Key      string      `json:"key"`
		Kind     string      `json:"kind"`
		Title    string      `json:"title"`
		From     string      `json:"from"`
		To       string      `json:"to"`
		Start    string      `json:"start"`
		Order    int64       `json:"order"` // start, ms since the capture's first frame
		Length   string      `json:"length"`
		LengthMS int64       `json:"lengthMS"`
		Outcome  string      `json:"outcome"`
		Word     string      `json:"word"` // the outcome without its status
		Class    string      `json:"class"`
		Streams  int         `json:"streams"`
		Remarks  int         `json:"remarks"`
		Find     string      `json:"find"`            // what the search box looks into besides
		Messages []int       `json:"messages"`        // into the page's list
		Again    []int       `json:"again,omitempty"` // by message: the original it repeats, or -1
		Ladder   *ladderData `json:"ladder,omitempty"`
	}
	messageData struct {
		Name  string   `json:"name"`
		Clock string   `json:"clock"`
		Frame string   `json:"frame"`
		Way   string   `json:"way"`
		Text  string   `json:"text"`
		Note  string   `json:"note,omitempty"`
		Odd   []string `json:"odd,omitempty"`
	}
	ladderData struct {
		Lanes []laneData `json:"lanes"`
		Rows  []rowData  `json:"rows"`
	}
	laneData struct {
		Name string `json:"name"`
		Role string `json:"role"`
		Addr string `json:"addr"`
	}
	rowData struct {
		From     int    `json:"from"`
		To       int    `json:"to"`
		Label    string `json:"label"`
		Detail   string `json:"detail,omitempty"`
		Clock    string `json:"clock,omitempty"`
		Delta    string `json:"delta,omitempty"`
		Frame    string `json:"frame,omitempty"`
		Class    string `json:"class"`
		Messages []int  `json:"messages,omitempty"`
	}
)

// data is the report's JSON. < > & are written as \u003c …, so that nothing in
// it can end the script element it stands in. appendJSON of every type writes
// what encoding/json would (data_test.go holds them together), for a report
// has tens of megabytes of it.
func (b *builder) data(r *report) []byte {
	out := append(make([]byte, 0, 4096*len(r.Flows)), `{"flows":[`...)
	for i, s := range r.Flows {
		d := b.flowData(s)
		out = d.appendJSON(comma(out, i))
	}
	// Escapes make texts a fifth longer; 400 bytes are what stands around one.
	out = slices.Grow(out, b.pool.size+b.pool.size/4+400*len(b.pool.list))
	out = append(out, `],"messages":[`...)
	for i := range b.pool.list {
		out = b.pool.list[i].appendJSON(comma(out, i))
	}
	return append(out, "]}"...)
}

func (b *builder) flowData(s *section) flowData {
	f := s.flow
	d := flowData{
		ID: s.ID, Key: s.Key, Kind: s.Kind, Title: s.Title, From: s.From, To: s.To, Start: s.Start,
		Order: f.Start.Sub(b.doc.Capture.First).Milliseconds(), Length: s.Length, LengthMS: f.End.Sub(f.Start).Milliseconds(),
		Outcome: s.Outcome, Word: string(f.Outcome), Class: s.OutcomeClass, Streams: s.Streams, Remarks: s.Remarks,
		Find: find(f), Messages: make([]int, 0, len(f.Messages)),
	}
	again := make([]int, len(f.Messages))
	repeats := false
	for i := range f.Messages {
		m := &f.Messages[i]
		d.Messages = append(d.Messages, b.pool.add(m))
		again[i] = -1
		if o := m.RetransmissionOf; o >= 0 && o < i {
			again[i], repeats = o, true
		}
	}
	if repeats {
		d.Again = again
	}
	if s.Ladder == "" {
		d.Ladder = ladderOf(s.ladder)
	}
	return d
}

// find is what one may search a flow by that its row does not show.
func find(f *flow.Flow) string {
	var parts []string
	for i := range f.Legs {
		parts = append(parts, f.Legs[i].CallID, f.Legs[i].SessionID)
	}
	for i := range f.Parties {
		parts = append(parts, f.Parties[i].Name)
		for _, a := range f.Parties[i].Addresses {
			parts = append(parts, addrPort(a))
		}
	}
	parts = append(parts, f.Reason, address(f.From), address(f.To))
	return safe.Cut(safe.Terminal(strings.Join(parts, " ")), maxFind)
}

// maxFind caps what a flow is found by: a search index, not a copy of it.
const maxFind = 1000

// ladderOf hands the ladder to the script, for reports with too many flows
// to hold them as pictures.
func ladderOf(l *ladder.Ladder) *ladderData {
	d := &ladderData{Lanes: []laneData{}, Rows: []rowData{}}
	for _, x := range l.Lifelines {
		d.Lanes = append(d.Lanes, laneData{x.Name, x.Role, x.Address})
	}
	for _, row := range l.Rows {
		switch row.Kind {
		case ladder.RowRung:
			r := &l.Rungs[row.Index]
			label := r.Label
			if n := r.Retransmissions + r.Errors; n > 0 {
				label += fmt.Sprintf(" ×%d", n+1)
			}
			d.Rows = append(d.Rows, rowData{From: r.From, To: r.To, Label: label, Detail: r.Detail, Clock: r.Clock,
				Delta: r.Delta, Frame: r.Frame, Class: string(r.Class), Messages: r.Messages})
		case ladder.RowSpan:
			s := &l.Spans[row.Index]
			var lines []string
			for _, x := range s.Lines {
				way := "← "
				if x.Right {
					way = "→ "
				}
				lines = append(lines, way+x.Text)
			}
			d.Rows = append(d.Rows, rowData{From: s.From, To: s.To, Label: strings.Join(lines, "\n"), Clock: s.Clock,
				Delta: s.Length, Frame: s.Frames, Class: "span"})
		case ladder.RowFold:
			x := &l.Folds[row.Index]
			d.Rows = append(d.Rows, rowData{From: x.From, To: x.To, Label: x.Text, Clock: x.Clock, Frame: x.Frames, Class: "fold", Messages: x.Messages})
		case ladder.RowGap:
			d.Rows = append(d.Rows, rowData{To: len(l.Lifelines) - 1, Label: l.Gaps[row.Index].Text, Class: "gap"})
		}
	}
	return d
}

// A pool holds each message once.
type pool struct {
	doc  *render.Document
	opt  *render.Options
	at   map[*decode.Message]int
	list []messageData
	size int
}

func (p *pool) init(doc *render.Document, opt *render.Options) {
	p.doc, p.opt, p.at = doc, opt, make(map[*decode.Message]int)
}

// add returns the index of m in the list, -1 for no message.
func (p *pool) add(m *flow.Message) int {
	if m.Message == nil {
		return -1
	}
	if i, ok := p.at[m.Message]; ok {
		return i
	}
	d := messageData{
		Name: safe.Terminal(m.Name), Frame: frameList(p.doc, m.AllFrames()), Clock: p.clock(m.Time),
		Way: safe.Terminal(m.Protocol + " " + ladder.PathText(m.Path)),
	}
	for i := range m.Diagnostics {
		d.Odd = append(d.Odd, safe.Terminal(m.Diagnostics[i].Text))
	}
	d.Text, d.Note = p.text(m.Message)
	if m.Copies > 1 {
		d.Note = strings.TrimSpace(fmt.Sprintf("captured %d times. %s", m.Copies, d.Note))
	}
	p.at[m.Message] = len(p.list)
	p.list = append(p.list, d)
	return len(p.list) - 1
}

func (p *pool) clock(t capture.Time) string {
	return t.Std().In(p.opt.Location()).Format("15:04:05.000000")
}

// text is the message as lines fit to show, and what was left out of it.
func (p *pool) text(m *decode.Message) (s, note string) {
	switch {
	case m.Facts.Quote != nil: // bytes that nobody can read
		return "", strings.TrimSpace(safe.Terminal(m.Name+" "+m.Summary)) + "."
	case m.Facts.Conn != nil:
		return "", strings.TrimSpace(safe.Terminal(m.Name+" "+m.Summary)) + ". No bytes: connection event."
	}
	raw := m.Bytes
	if p.doc.Bytes != nil {
		b, err := p.doc.Bytes(m)
		if err != nil {
			return "", "The text can't be shown: " + safe.Terminal(err.Error())
		}
		raw = b
	}
	if len(raw) == 0 {
		return "", "Nothing was said: this is an event, not a message."
	}
	if p.size >= maxMessages {
		return "", fmt.Sprintf("This report holds the first %d MB of messages. See this one with: rung show FILE --frame %s", maxMessages>>20, p.doc.FrameName(m.Frame))
	}
	if !p.opt.ShowSecrets {
		raw = safe.Secrets(raw)
	}
	// Secrets are hidden before the cut, so that half a header hides too.
	if len(raw) > maxMessage {
		note = fmt.Sprintf("Cut: %s of %s bytes shown.", thousands(maxMessage), thousands(int64(len(raw))))
		raw = raw[:maxMessage]
	}
	s = safe.Text(raw)
	p.size += len(s)
	return s, note
}
