package sip

import (
	"bytes"
	"reflect"
	"testing"

	"rung/capture"
	"rung/decode"
	"rung/decode/decodetest"
)

// FuzzParse: no panic; the same message twice, without a Memory and with one
// that remembers all messages before; nothing kept of the bytes; whatever Probe takes becomes a message with a name and its bytes indexed
// without a gap.
func FuzzParse(f *testing.F) {
	for _, tt := range torture {
		f.Add(readTorture(f, tt.file))
	}
	f.Add([]byte(invite))
	f.Add([]byte(ok200))
	f.Add([]byte(options))
	memory := decode.NewMemory()
	f.Fuzz(func(t *testing.T, data []byte) {
		first, err := parseOnce(data, false, nil)
		for _, m := range []*decode.Memory{nil, memory, memory} {
			second, _ := parseOnce(data, true, m)
			if !reflect.DeepEqual(first, second) {
				t.Fatalf("differs with another memory, or when the bytes are overwritten afterwards:\n%+v\n%+v", first.Messages, second.Messages)
			}
		}
		if probe(data) == decode.Yes {
			if err != nil || len(first.Messages) != 1 {
				t.Fatalf("Probe says Yes, but %d messages, %v", len(first.Messages), err)
			}
			checkMessage(t, first.Messages[0])
		}
		checkIndex(t, data)
	})
}

// A rememberingSink records and brings a Memory.
type rememberingSink struct {
	*decodetest.Sink
	memory *decode.Memory
}

func (s rememberingSink) Memory() *decode.Memory { return s.memory }

func parseOnce(data []byte, scribble bool, memory *decode.Memory) (*decodetest.Sink, error) {
	borrowed := append([]byte(nil), data...)
	sink := &decodetest.Sink{}
	p := decode.Pass{Sink: rememberingSink{sink, memory}, Segment: capture.Segment{Data: borrowed, Path: capture.Path{Transport: capture.UDP}}}
	err := parse(&p)
	p.Close()
	if scribble {
		for i := range borrowed {
			borrowed[i] = 0xa5
		}
	}
	return sink, err
}

func checkMessage(t *testing.T, m *decode.Message) {
	t.Helper()
	if m.Name == "" || m.Kind == "" || len(m.Summary) > maxText || len(m.Facts.Reasons) > maxValues {
		t.Fatalf("name %q, kind %q, summary of %d bytes", m.Name, m.Kind, len(m.Summary))
	}
	if m.Facts.Transaction == nil || m.Facts.Identity == nil || m.Facts.Transaction.ID == "" {
		t.Fatal("a SIP message without transaction or identity")
	}
	for _, l := range m.Links {
		if l.Value == "" || l.Kind == "" || l.Strength == 0 {
			t.Fatalf("half a link: %+v", l)
		}
	}
}

// checkIndex: start line, headers, blank line, body and rest are all of it.
func checkIndex(t *testing.T, data []byte) {
	t.Helper()
	m := Index(data)
	n := 0
	for i, h := range m.Headers() {
		n += len(h.Raw)
		if got := m.at(i).id; !h.Bad && got != idOf(h.Name) {
			t.Fatalf("header %q has the id %d, want %d", h.Name, got, idOf(h.Name))
		}
		if h.Bad == isTokenText(h.Name) && bytes.IndexByte(h.Raw, ':') >= 0 {
			t.Fatalf("header %q: bad is %v", h.Name, h.Bad)
		}
	}
	n += len(m.StartLine) + len(m.Body) + len(m.Rest)
	ends := blankPrefix(data) + 2 + 2 // line end of the start line, blank line
	if m.Dropped() == 0 && (n > len(data) || n < len(data)-ends) {
		t.Fatalf("index covers %d of %d bytes", n, len(data))
	}
}
