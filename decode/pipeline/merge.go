package pipeline

import (
	"cmp"
	"fmt"
	"slices"
	"sort"

	"rung/capture"
	"rung/capture/spool"
	"rung/decode"
)

// A merger puts the messages of all shards in the order of the capture,
// stores their bytes and counts their span copies.
type merger struct {
	store *spool.Store
	sink  func(*decode.Message)

	line        []place                       // of one batch, reused
	recent      [copyWindow][]*decode.Message // by Order; of the latest batches
	round       int
	diagnostics diagnostics
	unstored    int
}

func newMerger(store *spool.Store, sink func(*decode.Message)) *merger {
	return &merger{store: store, sink: sink}
}

// A place is where a message comes in the capture. Of those with the same
// Order the one that was found first comes first.
type place struct {
	order capture.Order
	found uint32
	msg   *decode.Message
}

func (p place) compare(q place) int {
	return cmp.Or(cmp.Compare(p.order.Index, q.order.Index), cmp.Compare(p.order.Offset, q.order.Offset),
		cmp.Compare(p.found, q.found))
}

// merge takes a batch that all workers are done with.
func (m *merger) merge(b *batch) {
	m.line = m.line[:0]
	for i := range b.out {
		for _, msg := range b.out[i].messages {
			m.line = append(m.line, place{msg.Order, uint32(len(m.line)), msg})
		}
	}
	slices.SortFunc(m.line, place.compare)

	recent := &m.recent[m.round%copyWindow]
	clear(*recent)
	*recent = (*recent)[:0]
	m.round++
	for _, p := range m.line {
		*recent = append(*recent, p.msg)
		m.keep(p.msg)
		m.sink(p.msg)
	}
	clear(m.line)
	for _, index := range b.copies {
		m.copied(index)
	}
	m.odd(b)
}

// keep stores the bytes of a message where they can be found again.
func (m *merger) keep(msg *decode.Message) {
	if m.store != nil && msg.Raw.IsZero() && len(msg.Bytes) > 0 {
		raw, err := m.store.Put(msg.Bytes)
		if err != nil {
			m.unstored++
			if m.unstored == 1 {
				m.diagnostics.add(capture.Diagnostic{
					Code: "spool-full", Severity: capture.Warning, Frames: []capture.Frame{msg.Frame},
					Text: "the text of later messages is not kept: " + err.Error(),
				})
			}
		}
		msg.Raw = raw
	}
	msg.Bytes = nil
}

// copied counts a span copy of packet index with the messages it completed.
func (m *merger) copied(index uint64) {
	for _, recent := range m.recent {
		i, _ := slices.BinarySearchFunc(recent, index, func(msg *decode.Message, index uint64) int {
			return cmp.Compare(msg.Order.Index, index)
		})
		for ; i < len(recent) && recent[i].Order.Index == index; i++ {
			recent[i].Copies++
		}
	}
}

// odd collects the diagnostics of a batch in a fixed order.
func (m *merger) odd(b *batch) {
	for _, d := range b.diagnostics {
		m.diagnostics.add(d)
	}
	for i := range b.out {
		for _, d := range b.out[i].diagnostics {
			m.diagnostics.add(d)
		}
	}
}

// diagnostics keeps the first few of each code and counts the rest.
type diagnostics struct {
	kept  []capture.Diagnostic
	count map[string]int
}

func (d *diagnostics) add(x capture.Diagnostic) {
	if d.count == nil {
		d.count = make(map[string]int)
	}
	d.count[x.Code]++
	if d.count[x.Code] <= maxDiagnostics {
		d.kept = append(d.kept, x)
	}
}

// list returns the diagnostics by code and first frame, with a closing line
// for every code that had more than were kept.
func (d *diagnostics) list() []capture.Diagnostic {
	out := slices.Clone(d.kept)
	sort.SliceStable(out, func(i, j int) bool { return firstFrame(&out[i]) < firstFrame(&out[j]) })
	var codes []string
	for code, n := range d.count {
		if n > maxDiagnostics {
			codes = append(codes, code)
		}
	}
	sort.Strings(codes)
	for _, code := range codes {
		out = append(out, capture.Diagnostic{
			Code: code, Severity: capture.Info,
			Text: fmt.Sprintf("and %d more of %s", d.count[code]-maxDiagnostics, code),
		})
	}
	return out
}

func firstFrame(d *capture.Diagnostic) int64 {
	if len(d.Frames) == 0 {
		return -1
	}
	return int64(d.Frames[0].File)<<32 | int64(d.Frames[0].Number)
}
