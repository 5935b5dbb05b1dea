package pcapfile

import (
	"errors"
	"io"
)

// A window is a look at the next bytes of an input. Slices it returns are
// valid until the next call of peek, find or Read.
type window struct {
	src    io.Reader
	buf    []byte
	lo, hi int   // unread bytes are buf[lo:hi]
	off    int64 // position of buf[lo] in the input
	err    error // why the input ended, io.EOF at its end
}

// maxEmptyReads is how often a reader may return nothing without an error.
const maxEmptyReads = 100

// peek returns the next n bytes, or fewer where the input ends. It reads no
// more than it must, so that a live capture is not held back.
func (w *window) peek(n int) []byte {
	if w.hi-w.lo < n {
		w.fill(n)
	}
	return w.buf[w.lo:min(w.lo+n, w.hi)]
}

// skip moves on by n bytes that peek has returned.
func (w *window) skip(n int) {
	w.lo += n
	w.off += int64(n)
}

// fill makes n bytes unread. The rest of the buffer is moved to its front only
// when there is no other room, and a buffer that must grow takes room for two,
// so that many searches one after another don't move the same bytes each time.
func (w *window) fill(n int) {
	switch {
	case w.lo+n <= len(w.buf):
	case n <= len(w.buf)/2 || n <= len(w.buf) && n <= minBufferSize:
		w.hi = copy(w.buf, w.buf[w.lo:w.hi])
		w.lo = 0
	default:
		size := max(len(w.buf), minBufferSize)
		for size < 2*n {
			size *= 2
		}
		buf := make([]byte, size)
		w.hi = copy(buf, w.buf[w.lo:w.hi])
		w.buf, w.lo = buf, 0
	}
	for empty := 0; w.hi-w.lo < n && w.err == nil; {
		m, err := w.src.Read(w.buf[w.hi:])
		w.hi += m
		w.err = err
		if m > 0 {
			empty = 0
		} else if empty++; empty > maxEmptyReads && err == nil {
			w.err = io.ErrNoProgress
		}
	}
}

// find returns the first place in [from, limit) of the unread bytes for which
// ok says yes, or -1. ok sees at least reach bytes, fewer only where the input
// ends. Nothing is consumed.
func (w *window) find(from, limit, reach int, ok func(b []byte) bool) int {
	for ; from < limit; from += scanStep {
		want := from + scanStep + reach
		b := w.peek(want)
		for i := from; i < min(from+scanStep, limit, len(b)); i++ {
			if ok(b[i:]) {
				return i
			}
		}
		if len(b) < want {
			break
		}
	}
	return -1
}

// Read lets a decompressor read through the window.
func (w *window) Read(b []byte) (int, error) {
	if len(b) == 0 {
		return 0, nil
	}
	if len(w.peek(1)) == 0 {
		return 0, w.err
	}
	n := copy(b, w.buf[w.lo:w.hi])
	w.skip(n)
	return n, nil
}

// ReadByte spares the decompressor a buffer of its own.
func (w *window) ReadByte() (byte, error) {
	b := w.peek(1)
	if len(b) == 0 {
		return 0, w.err
	}
	c := b[0]
	w.skip(1)
	return c, nil
}

// ended reports whether the input ended in order, which includes that a
// compressed one was cut: nothing but the end is wrong with it then.
func (w *window) ended() bool {
	return w.err == nil || w.err == io.EOF || errors.Is(w.err, io.ErrUnexpectedEOF)
}
