package rtp

import (
	"bytes"
	"testing"

	"github.com/pion/rtp"
)

// packet builds a datagram with pion, which this package does not share code with.
func packet(t testing.TB, h rtp.Header, payload []byte, pad byte) []byte {
	t.Helper()
	h.Version = 2
	p := rtp.Packet{Header: h, Payload: payload}
	if pad > 0 {
		p.Padding = true
		p.Header.PaddingSize = pad
	}
	b, err := p.Marshal()
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func TestParse(t *testing.T) {
	ext := rtp.Header{Extension: true, ExtensionProfile: 0xbede}
	if err := ext.SetExtension(1, []byte{1, 2, 3}); err != nil {
		t.Fatal(err)
	}
	tests := []struct {
		name string
		h    rtp.Header
		pad  byte
	}{
		{"plain", rtp.Header{Marker: true, PayloadType: 8, SequenceNumber: 65535, Timestamp: 0xfffffff0, SSRC: 1}, 0},
		{"two contributing sources", rtp.Header{CSRC: []uint32{7, 9}, PayloadType: 127}, 0},
		{"extension is skipped", ext, 0},
		{"padding is left out", rtp.Header{PayloadType: 96}, 8},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			payload := []byte("payload")
			b := packet(t, tt.h, payload, tt.pad)
			h, ok := Parse(b, false)
			if !ok {
				t.Fatal("not parsed")
			}
			if h.Sequence != tt.h.SequenceNumber || h.Timestamp != tt.h.Timestamp || h.SSRC != tt.h.SSRC ||
				h.PayloadType != tt.h.PayloadType || h.Marker != tt.h.Marker || int(h.CSRCs) != len(tt.h.CSRC) {
				t.Errorf("got %+v, want %+v", h, tt.h)
			}
			if got := b[h.Start:h.End]; !bytes.Equal(got, payload) {
				t.Errorf("payload %q, want %q", got, payload)
			}
		})
	}
}

func TestParseRefuses(t *testing.T) {
	good := packet(t, rtp.Header{CSRC: []uint32{1, 2}}, nil, 0)
	tests := []struct {
		name string
		b    []byte
	}{
		{"nothing", nil},
		{"11 bytes", good[:11]},
		{"version 1", append([]byte{0x40}, good[1:]...)},
		{"fewer contributing sources than announced", good[:len(good)-1]},
		{"extension header cut", append([]byte{0x90}, make([]byte, 14)...)},
		{"extension longer than the packet", append(append([]byte{0x90}, make([]byte, 11)...), 0, 0, 0, 1, 0, 0, 0)},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if h, ok := Parse(tt.b, false); ok {
				t.Errorf("parsed as %+v", h)
			}
		})
	}
}

func TestPaddingThatCannotBeIsIgnored(t *testing.T) {
	b := append([]byte{0xa0}, make([]byte, 13)...)
	for _, last := range []byte{0, 3, 255} {
		b[13] = last
		if h, ok := Parse(b, false); !ok || h.End != 14 {
			t.Errorf("last byte %d: end %d, ok %v", last, h.End, ok)
		}
	}
	b[13] = 2
	if h, _ := Parse(b, false); h.End != 12 {
		t.Errorf("padding 2: end %d", h.End)
	}
	if h, _ := Parse(b, true); h.End != 14 {
		t.Errorf("a cut packet has no padding count: end %d", h.End)
	}
}

func TestStatic(t *testing.T) {
	for pt, want := range map[uint8]PayloadType{
		0: {"PCMU", 8000, "audio"}, 9: {"G722", 8000, "audio"}, 34: {"H263", 90000, "video"},
		1: {}, 35: {}, 96: {}, 127: {}, 255: {},
	} {
		if got := Static(pt); got != want {
			t.Errorf("Static(%d) = %v, want %v", pt, got, want)
		}
	}
}

func TestEvent(t *testing.T) {
	e, ok := ParseEvent([]byte{11, 0x8a, 0x03, 0x20})
	if !ok || e != (Event{Code: 11, End: true, Volume: 10, Duration: 800}) || e.Digit() != "#" {
		t.Errorf("got %+v %v %q", e, ok, e.Digit())
	}
	if _, ok := ParseEvent(make([]byte, 5)); ok {
		t.Error("five bytes are no event")
	}
	for code, want := range map[uint8]string{0: "0", 10: "*", 15: "D", 16: "flash", 17: "event 17", 255: "event 255"} {
		if got := (Event{Code: code}).Digit(); got != want {
			t.Errorf("event %d is %q, want %q", code, got, want)
		}
	}
}

func FuzzParse(f *testing.F) {
	f.Add([]byte{0xb1, 0xe0, 0, 1, 0, 0, 0, 2, 0, 0, 0, 3, 0, 0, 0, 4, 0, 1, 0, 0, 9}, false)
	f.Add(make([]byte, 12), true)
	f.Fuzz(func(t *testing.T, b []byte, cut bool) {
		h, ok := Parse(b, cut)
		if !ok {
			return
		}
		if h.Start < HeaderLen || h.Start > h.End || h.End > len(b) {
			t.Fatalf("bounds %d..%d of %d", h.Start, h.End, len(b))
		}
		// What pion takes, we take with the same payload, and the other way
		// round but for padding that can't be.
		var p rtp.Packet
		if err := p.Unmarshal(b); err == nil && !cut {
			if !bytes.Equal(p.Payload, b[h.Start:h.End]) && !p.Padding && h.Extension == p.Extension {
				t.Fatalf("payload %x, pion %x", b[h.Start:h.End], p.Payload)
			}
		}
	})
}

func BenchmarkParse(b *testing.B) {
	p := packet(b, rtp.Header{PayloadType: 8}, make([]byte, 160), 0)
	b.ReportAllocs()
	for b.Loop() {
		if _, ok := Parse(p, false); !ok {
			b.Fatal("not parsed")
		}
	}
}
