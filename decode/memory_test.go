package decode

import (
	"fmt"
	"strings"
	"testing"
	"unsafe"
)

func TestMemoryText(t *testing.T) {
	m := NewMemory()
	for _, text := range []string{"", "a", "abc", "abcd", "abcdefg", "abcdefgh", "7f0e-4711@10.6.1.102", strings.Repeat("x", memoryText+1)} {
		b := []byte(text)
		first := m.Text(b)
		for i := range b {
			b[i] = '?' // the bytes are borrowed
		}
		if first != text || m.Text([]byte(text)) != text {
			t.Errorf("%.20q became %.20q", text, first)
		}
		var none *Memory
		if got := none.Text([]byte(text)); got != text {
			t.Errorf("without a Memory %.20q became %.20q", text, got)
		}
	}
}

func TestMemorySharesAText(t *testing.T) {
	m := NewMemory()
	a, b := m.Text([]byte("voice.example.com")), m.Text([]byte("voice.example.com"))
	if unsafe.StringData(a) != unsafe.StringData(b) {
		t.Error("the same text twice is kept twice")
	}
}

// What is pushed out of its place stays as it is where it is used.
func TestMemoryForgets(t *testing.T) {
	m := NewMemory()
	const n = 4 * memoryTexts
	kept := make([]string, n)
	for i := range kept {
		kept[i] = m.Text(fmt.Appendf(nil, "call-%d", i))
	}
	for i, s := range kept {
		if want := fmt.Sprintf("call-%d", i); s != want {
			t.Fatalf("%q, want %q", s, want)
		}
	}
	if len(m.texts) != memoryTexts {
		t.Errorf("%d texts are remembered, want %d", len(m.texts), memoryTexts)
	}
}

// A hash that sends most numbers to few places would remember nothing.
func TestHashSpreads(t *testing.T) {
	for _, format := range []string{"%d", "%08x", "+4930%07d", "%016x-1@10.0.0.1"} {
		places := make(map[uint64]bool)
		for i := range memoryTexts {
			places[Hash(0, fmt.Appendf(nil, format, i))%memoryTexts] = true
		}
		// Thrown at random, 63 % of the places are hit.
		if got := len(places) * 100 / memoryTexts; got < 60 {
			t.Errorf("%s: %d %% of the places are used", format, got)
		}
	}
}

func FuzzMemory(f *testing.F) {
	f.Add([]byte("INVITE sip:a@b"), []byte("b"))
	m := NewMemory()
	f.Fuzz(func(t *testing.T, a, b []byte) {
		x, y := m.Text(a), m.Text(b)
		if x != string(a) || y != string(b) || m.Text(a) != x {
			t.Fatalf("%q %q became %q %q", a, b, x, y)
		}
	})
}

func BenchmarkMemoryText(b *testing.B) {
	m := NewMemory()
	text := []byte("7f0e-4711@10.6.1.102")
	b.ReportAllocs()
	for b.Loop() {
		m.Text(text)
	}
}
