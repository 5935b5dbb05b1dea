package record

import (
	"bytes"
	"encoding/json"
	"io"
	"unicode/utf8"
)

// An Encoder writes records as JSON, one value at a time, so that the text of
// a run never has to be in memory whole. What it writes is safe to paste into
// an HTML page and to print on a terminal: <, >, &, U+2028 and U+2029 are
// escaped (encoding/json does), and so are DEL, the C1 controls and the
// characters that turn or hide text. Bytes that are no UTF-8 become U+FFFD.
type Encoder struct {
	w   io.Writer
	buf bytes.Buffer
	enc *json.Encoder
	out []byte
}

// NewEncoder returns an Encoder writing to w, which the caller buffers.
func NewEncoder(w io.Writer) *Encoder {
	e := &Encoder{w: w}
	e.enc = json.NewEncoder(&e.buf)
	return e
}

// Encode writes v in one line, without a line feed.
func (e *Encoder) Encode(v any) error {
	e.buf.Reset()
	if err := e.enc.Encode(v); err != nil {
		return err
	}
	e.out = appendSafe(e.out[:0], bytes.TrimSuffix(e.buf.Bytes(), []byte("\n")))
	_, err := e.w.Write(e.out)
	return err
}

// appendSafe appends JSON text with its unprintable characters escaped. They
// can only stand inside strings, so no parsing is needed.
func appendSafe(dst, src []byte) []byte {
	start := 0
	for i := 0; i < len(src); {
		if src[i] < 0x7f {
			i++
			continue
		}
		r, n := utf8.DecodeRune(src[i:])
		if unsafeRune(r) {
			dst = append(dst, src[start:i]...)
			dst = appendEscape(dst, r)
			start = i + n
		}
		i += n
	}
	return append(dst, src[start:]...)
}

// unsafeRune reports characters that a terminal obeys or that hide or turn
// text: DEL, C1 controls, zero-width and bidirectional controls, the byte
// order mark, line separators and tags.
func unsafeRune(r rune) bool {
	switch {
	case r >= 0x7f && r <= 0x9f, r == 0xad, r == 0x61c,
		r >= 0x200b && r <= 0x200f, r >= 0x2028 && r <= 0x202e,
		r >= 0x2060 && r <= 0x206f, r == 0xfeff,
		r >= 0xfff9 && r <= 0xfffb, r >= 0xe0000 && r <= 0xe007f:
		return true
	}
	return false
}

func appendEscape(dst []byte, r rune) []byte {
	if r > 0xffff { // surrogate pair (RFC 8259 §7)
		r -= 0x10000
		dst = appendEscape(dst, 0xd800+r>>10)
		return appendEscape(dst, 0xdc00+r&0x3ff)
	}
	const hex = "0123456789abcdef"
	return append(dst, '\\', 'u', hex[r>>12&15], hex[r>>8&15], hex[r>>4&15], hex[r&15])
}
