package spool

import (
	"errors"
	"fmt"
	"os"

	"rung/capture"
)

// Errors of Put and Get.
var (
	ErrFull    = errors.New("spool is full")
	ErrTooLong = errors.New("piece too long for the spool")
	ErrNowhere = errors.New("the bytes were not kept")
	ErrClosed  = errors.New("spool is closed")
)

// spoolStore is capture.Raw.Store of the spool itself.
const spoolStore = -1

// Options change where and how much is kept. The zero value works.
type Options struct {
	Dir    string // of the temporary file; "" means the system's
	Memory int    // bytes kept in memory; 0 means 8 MiB, less than 0 none
	Max    int64  // bytes kept in all; 0 means 4 GiB
}

// A Store keeps bytes and finds them again. Its address space is one line:
// first the bytes in memory, then those in the temporary file, then those that
// wait to be written to it.
type Store struct {
	dir       string
	memory    []byte
	maxMemory int
	max       int64

	temp    *os.File
	remove  string // the temporary file's name, when it must be removed at the end
	written int64  // bytes in the temporary file
	buf     []byte // behind them
	broken  error  // writing failed: nothing more is kept

	inputs inputs

	refused      int64
	refusedBytes int64
}

// New makes a Store. files holds the name of each input that can be read at
// an offset, by its index in capture.Frame.File; "" for the others.
func New(files []string, opt *Options) *Store {
	if opt == nil {
		opt = &Options{}
	}
	s := &Store{dir: opt.Dir, maxMemory: opt.Memory, max: opt.Max}
	if s.maxMemory == 0 {
		s.maxMemory = maxMemory
	}
	if s.max <= 0 {
		s.max = maxSpool
	}
	s.inputs.names = append([]string(nil), files...)
	return s
}

// InFile says where n bytes lie that were read from input file at offset, as
// in capture.Packet. It is zero when the file can't be read there again; Put
// them then.
func (s *Store) InFile(file int32, offset int64, n int) capture.Raw {
	if offset < 0 || n < 0 || n > maxItem || file < 0 || int(file) >= len(s.inputs.names) || s.inputs.names[file] == "" {
		return capture.Raw{}
	}
	return capture.Raw{Store: 1 + file, Off: offset, Len: int32(n)}
}

// Put keeps a copy of b. When it can't (full, too long, the disk fails) it
// returns the error with a zero Raw, and counts it in Refused.
func (s *Store) Put(b []byte) (capture.Raw, error) {
	off, err := s.put(b)
	if err != nil {
		s.refused++
		s.refusedBytes += int64(len(b))
		return capture.Raw{}, err
	}
	return capture.Raw{Store: spoolStore, Off: off, Len: int32(len(b))}, nil
}

func (s *Store) put(b []byte) (int64, error) {
	switch {
	case s.broken != nil:
		return 0, s.broken
	case len(b) > maxItem:
		return 0, fmt.Errorf("%w: %d bytes", ErrTooLong, len(b))
	case s.Len()+int64(len(b)) > s.max:
		return 0, ErrFull
	}
	off := s.Len()
	if s.written == 0 && len(s.buf) == 0 && len(s.memory)+len(b) <= s.maxMemory {
		s.memory = append(s.memory, b...)
		return off, nil
	}
	if err := s.write(b); err != nil {
		return 0, err
	}
	return off, nil
}

// write puts b behind what waits for the temporary file. No piece lies partly
// in the file and partly in the buffer.
func (s *Store) write(b []byte) error {
	if len(s.buf)+len(b) > writeBuffer {
		if err := s.flush(); err != nil {
			return err
		}
	}
	if s.buf == nil {
		s.buf = make([]byte, 0, writeBuffer)
	}
	s.buf = append(s.buf, b...)
	return nil
}

func (s *Store) flush() error {
	if len(s.buf) == 0 {
		return nil
	}
	if s.temp == nil {
		if err := s.create(); err != nil {
			s.broken = fmt.Errorf("make spool file: %w", err)
			return s.broken
		}
	}
	if _, err := s.temp.WriteAt(s.buf, s.written); err != nil {
		// What was written before and what waits can still be read.
		s.broken = fmt.Errorf("write spool file: %w", err)
		return s.broken
	}
	s.written += int64(len(s.buf))
	if cap(s.buf) > 4*writeBuffer {
		s.buf = nil // one large piece
		return nil
	}
	s.buf = s.buf[:0]
	return nil
}

// create makes the temporary file and takes its name away where the system
// allows that, so that it vanishes with the program, however that ends.
func (s *Store) create() error {
	f, err := os.CreateTemp(s.dir, "rung-spool-*")
	if err != nil {
		return err
	}
	s.temp = f
	if os.Remove(f.Name()) != nil {
		s.remove = f.Name()
	}
	return nil
}

// Len is the number of bytes kept.
func (s *Store) Len() int64 { return int64(len(s.memory)) + s.written + int64(len(s.buf)) }

// Refused tells how many pieces were not kept, and their bytes.
func (s *Store) Refused() (pieces, bytes int64) { return s.refused, s.refusedBytes }

// Close closes the input files and removes the temporary file. Nothing can be
// read any more.
func (s *Store) Close() error {
	err := s.inputs.close()
	s.broken = ErrClosed
	s.memory, s.buf, s.written = nil, nil, 0
	if s.temp != nil {
		err = errors.Join(err, s.temp.Close())
		s.temp = nil
	}
	if s.remove != "" {
		err = errors.Join(err, os.Remove(s.remove))
		s.remove = ""
	}
	return err
}
