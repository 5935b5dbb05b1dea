package spool_test

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"testing"

	"rung/capture"
	"rung/capture/spool"
)

// piece makes n bytes that tell i.
func piece(i, n int) []byte {
	b := make([]byte, n)
	for j := range b {
		b[j] = byte(i*31 + j)
	}
	return b
}

func TestPutGet(t *testing.T) {
	sizes := map[string]func(i int) int{
		"all in memory":                func(i int) int { return i },
		"some in the file":             func(i int) int { return 3000 + i },
		"larger than the write buffer": func(i int) int { return 300<<10 + i },
		"mixed":                        func(i int) int { return i * i * i % 400001 },
		"empty ones":                   func(i int) int { return 0 },
	}
	for name, size := range sizes {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			s := spool.New(nil, &spool.Options{Dir: dir, Memory: 100 << 10})
			var raws []capture.Raw
			for i := range 200 {
				r, err := s.Put(piece(i, size(i)))
				if err != nil {
					t.Fatal(err)
				}
				raws = append(raws, r)
				// At once: from memory or from the write buffer.
				want(t, s, r, piece(i, size(i)))
			}
			for i, r := range raws {
				want(t, s, r, piece(i, size(i)))
			}
			if n, b := s.Refused(); n != 0 || b != 0 {
				t.Errorf("refused %d pieces, %d bytes", n, b)
			}
			if err := s.Close(); err != nil {
				t.Fatal(err)
			}
			left, _ := os.ReadDir(dir)
			if len(left) != 0 {
				t.Errorf("left behind: %v", left)
			}
		})
	}
}

func want(t *testing.T, s *spool.Store, r capture.Raw, data []byte) {
	t.Helper()
	got, err := s.Get(r)
	if err != nil {
		t.Fatalf("%+v: %v", r, err)
	}
	if !bytes.Equal(got, data) {
		t.Fatalf("%+v: other bytes than were put", r)
	}
}

func TestGetIsACopy(t *testing.T) {
	s := spool.New(nil, nil)
	defer s.Close()
	r, _ := s.Put([]byte("abc"))
	b, _ := s.Get(r)
	copy(b, "xyz")
	want(t, s, r, []byte("abc"))
}

func TestPutKeepsACopy(t *testing.T) {
	for _, memory := range []int{-1, 100} {
		s := spool.New(nil, &spool.Options{Dir: t.TempDir(), Memory: memory})
		b := []byte("abc")
		r, _ := s.Put(b)
		copy(b, "xyz")
		want(t, s, r, []byte("abc"))
		s.Close()
	}
}

func TestFullSpoolRefusesAndCounts(t *testing.T) {
	s := spool.New(nil, &spool.Options{Dir: t.TempDir(), Memory: 10, Max: 100})
	defer s.Close()
	r, err := s.Put(piece(1, 90))
	if err != nil {
		t.Fatal(err)
	}
	bad, err := s.Put(piece(2, 11))
	if !errors.Is(err, spool.ErrFull) || !bad.IsZero() {
		t.Errorf("got %+v, %v", bad, err)
	}
	if _, err := s.Get(bad); !errors.Is(err, spool.ErrNowhere) {
		t.Errorf("get of nothing: %v", err)
	}
	if n, b := s.Refused(); n != 1 || b != 11 {
		t.Errorf("refused %d pieces, %d bytes", n, b)
	}
	// A smaller one still fits, and the first is untouched.
	small, err := s.Put(piece(3, 10))
	if err != nil {
		t.Fatal(err)
	}
	want(t, s, small, piece(3, 10))
	want(t, s, r, piece(1, 90))
}

func TestTooLongPiece(t *testing.T) {
	s := spool.New(nil, nil)
	defer s.Close()
	if _, err := s.Put(make([]byte, 64<<20+1)); !errors.Is(err, spool.ErrTooLong) {
		t.Errorf("got %v", err)
	}
}

func TestNoRoomForTheFile(t *testing.T) {
	s := spool.New(nil, &spool.Options{Dir: filepath.Join(t.TempDir(), "missing"), Memory: 10})
	defer s.Close()
	first, err := s.Put(piece(1, 10))
	if err != nil {
		t.Fatal(err)
	}
	for range 3 {
		_, err = s.Put(piece(2, 200<<10))
	}
	if err == nil {
		t.Fatal("no error though the file can't be made")
	}
	if n, _ := s.Refused(); n != 2 {
		t.Errorf("refused %d", n)
	}
	want(t, s, first, piece(1, 10))
}

func TestInputFiles(t *testing.T) {
	dir := t.TempDir()
	var names []string
	for i := range 40 { // more than are kept open
		name := filepath.Join(dir, fmt.Sprint(i))
		if err := os.WriteFile(name, piece(i, 1000), 0o600); err != nil {
			t.Fatal(err)
		}
		names = append(names, name)
	}
	names[7] = "" // not seekable
	s := spool.New(names, nil)
	defer s.Close()
	for round := range 3 {
		for i := range names {
			r := s.InFile(int32(i), int64(100+round), 50)
			if i == 7 {
				if !r.IsZero() {
					t.Errorf("a place in a file that can't be read again: %+v", r)
				}
				continue
			}
			want(t, s, r, piece(i, 1000)[100+round:150+round])
		}
	}
}

func TestSenselessRaws(t *testing.T) {
	name := filepath.Join(t.TempDir(), "f")
	if err := os.WriteFile(name, piece(0, 100), 0o600); err != nil {
		t.Fatal(err)
	}
	s := spool.New([]string{name, "", name + "gone"}, &spool.Options{Dir: t.TempDir(), Memory: 10})
	defer s.Close()
	s.Put(piece(1, 10))
	s.Put(piece(2, 200<<10))
	s.Put(piece(3, 200<<10)) // the second is in the file now
	for _, r := range []capture.Raw{
		{},
		{Store: 1, Off: 90, Len: 11},
		{Store: 1, Off: -1, Len: 1},
		{Store: 1, Off: 1 << 40, Len: 1},
		{Store: 1, Len: -1},
		{Store: 1, Len: 1 << 30},
		{Store: 2, Len: 1},
		{Store: 3, Len: 1},
		{Store: 4, Len: 1},
		{Store: -2, Len: 1},
		{Store: -1, Off: 5, Len: 10},
		{Store: -1, Off: 200 << 10, Len: 100},
		{Store: -1, Off: 400 << 10, Len: 100},
		{Store: -1, Off: 1<<63 - 1, Len: 100},
	} {
		if b, err := s.Get(r); err == nil {
			t.Errorf("%+v: %d bytes, no error", r, len(b))
		}
	}
	if _, err := s.Get(capture.Raw{Store: 1, Off: 90, Len: 11}); !errors.Is(err, io.ErrUnexpectedEOF) {
		t.Errorf("behind the end: %v", err)
	}
}

func TestClosed(t *testing.T) {
	s := spool.New(nil, nil)
	r, _ := s.Put([]byte("abc"))
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Get(r); !errors.Is(err, spool.ErrClosed) {
		t.Errorf("get: %v", err)
	}
	if _, err := s.Put([]byte("abc")); !errors.Is(err, spool.ErrClosed) {
		t.Errorf("put: %v", err)
	}
	if err := s.Close(); err != nil {
		t.Errorf("close again: %v", err)
	}
}

func BenchmarkPut(b *testing.B) {
	data := piece(1, 800)
	s := spool.New(nil, &spool.Options{Dir: b.TempDir(), Max: 1 << 40})
	defer s.Close()
	b.SetBytes(int64(len(data)))
	b.ReportAllocs()
	for b.Loop() {
		if _, err := s.Put(data); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkGetFromFile(b *testing.B) {
	s := spool.New(nil, &spool.Options{Dir: b.TempDir(), Memory: -1})
	defer s.Close()
	var raws []capture.Raw
	for i := range 10000 {
		r, err := s.Put(piece(i, 800))
		if err != nil {
			b.Fatal(err)
		}
		raws = append(raws, r)
	}
	b.SetBytes(800)
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		if _, err := s.Get(raws[i%9000]); err != nil {
			b.Fatal(err)
		}
	}
}
