package spool

import (
	"errors"
	"fmt"
	"io"
	"os"

	"rung/capture"
)

// Get returns the bytes that r points at, as a slice of the caller's own. The
// zero Raw gives ErrNowhere; one that points outside what is kept, or into a
// file that has become shorter, another error.
func (s *Store) Get(r capture.Raw) ([]byte, error) {
	if r.IsZero() {
		return nil, ErrNowhere
	}
	if s.broken == ErrClosed {
		return nil, ErrClosed
	}
	if r.Len < 0 || r.Len > maxItem || r.Off < 0 {
		return nil, fmt.Errorf("read raw bytes: %d bytes at %d make no sense", r.Len, r.Off)
	}
	if r.Store == spoolStore {
		return s.fromSpool(r.Off, int(r.Len))
	}
	return s.inputs.read(r.Store-1, r.Off, int(r.Len))
}

func (s *Store) fromSpool(off int64, n int) ([]byte, error) {
	end := off + int64(n)
	inMemory := int64(len(s.memory))
	inFile := inMemory + s.written
	b := make([]byte, 0, n)
	switch {
	case off > s.Len()-int64(n):
		return nil, fmt.Errorf("read spool: %d bytes at %d, of %d: %w", n, off, s.Len(), io.ErrUnexpectedEOF)
	case end <= inMemory:
		return append(b, s.memory[off:end]...), nil
	case off >= inFile:
		return append(b, s.buf[off-inFile:end-inFile]...), nil
	case off < inMemory || end > inFile:
		return nil, fmt.Errorf("read spool: no piece of %d bytes at %d", n, off)
	}
	b = b[:n]
	if _, err := s.temp.ReadAt(b, off-inMemory); err != nil {
		return nil, fmt.Errorf("read spool file: %w", err)
	}
	return b, nil
}

// inputs are the input files, opened when they are read, the ones used last
// kept open.
type inputs struct {
	names []string
	open  []handle // used last at the end
}

type handle struct {
	index int32
	file  *os.File
}

func (in *inputs) read(index int32, off int64, n int) ([]byte, error) {
	if index < 0 || int(index) >= len(in.names) || in.names[index] == "" {
		return nil, fmt.Errorf("read raw bytes: no file with index %d", index)
	}
	f, err := in.get(index)
	if err != nil {
		return nil, err
	}
	b := make([]byte, n)
	if _, err := f.ReadAt(b, off); err != nil {
		if errors.Is(err, io.EOF) {
			err = fmt.Errorf("the file has become shorter: %w", io.ErrUnexpectedEOF)
		}
		return nil, fmt.Errorf("read %s: %d bytes at %d: %w", in.names[index], n, off, err)
	}
	return b, nil
}

func (in *inputs) get(index int32) (*os.File, error) {
	for i := len(in.open) - 1; i >= 0; i-- {
		if h := in.open[i]; h.index == index {
			copy(in.open[i:], in.open[i+1:])
			in.open[len(in.open)-1] = h
			return h.file, nil
		}
	}
	f, err := os.Open(in.names[index])
	if err != nil {
		return nil, err
	}
	if len(in.open) == maxHandles {
		in.open[0].file.Close() // read only: nothing to lose
		in.open = append(in.open[:0], in.open[1:]...)
	}
	in.open = append(in.open, handle{index, f})
	return f, nil
}

func (in *inputs) close() error {
	var errs []error
	for _, h := range in.open {
		errs = append(errs, h.file.Close())
	}
	in.open = nil
	return errors.Join(errs...)
}
