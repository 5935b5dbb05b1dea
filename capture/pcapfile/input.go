package pcapfile

import (
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zstd"
)

// errExpanded ends a compressed input that grows beyond its cap.
var errExpanded = errors.New("expands too far")

// counted counts what is read of a raw input, for progress and the expansion
// cap.
type counted struct {
	src io.Reader
	n   int64
	err error // other than io.EOF: the input itself can't be read
}

func (c *counted) Read(b []byte) (int, error) {
	n, err := c.src.Read(b)
	c.n += int64(n)
	if err != nil && err != io.EOF {
		c.err = err
	}
	return n, err
}

// capped ends a decompressed input at its cap.
type capped struct {
	src io.Reader
	raw *counted
	n   int64
	max int64 // as asked for; 0: the defaults
}

func (c *capped) Read(b []byte) (int, error) {
	room := c.room()
	if room <= 0 {
		return 0, errExpanded
	}
	if int64(len(b)) > room {
		b = b[:room]
	}
	n, err := c.src.Read(b)
	c.n += int64(n)
	return n, err
}

func (c *capped) room() int64 {
	if c.max > 0 {
		return c.max - c.n
	}
	if c.n > freeExpansion && c.n/maxRatio > c.raw.n {
		return 0
	}
	return defaultMaxExpanded - c.n
}

// open opens the file and finds out what it is.
func (f *file) open(buf []byte) error {
	src, err := f.source()
	if err != nil {
		return err
	}
	f.raw = &counted{src: src}
	f.w = &window{src: f.raw, buf: buf}
	k := kindOf(f.w.peek(magicLen))
	if k == kindGzip || k == kindZstd {
		if err := f.unpack(k); err != nil {
			return err
		}
		k = kindOf(f.w.peek(magicLen))
	}
	return f.begin(k)
}

func (f *file) source() (io.Reader, error) {
	if f.name == "-" {
		if f.shared.stdin == nil {
			return nil, ErrNoStdin
		}
		return f.shared.stdin, nil
	}
	h, err := os.Open(f.name)
	if err != nil {
		return nil, withoutName(err)
	}
	f.handle = h
	if st, err := h.Stat(); err == nil && st.Mode().IsRegular() {
		f.regular, f.size = true, st.Size()
	}
	return h, nil
}

// withoutName takes the file's name and the system call out of an error;
// FileError gives the name.
func withoutName(err error) error {
	var pe *os.PathError
	if errors.As(err, &pe) {
		return pe.Err
	}
	return err
}

// unpack puts a decompressor between the file and its window.
func (f *file) unpack(k kind) error {
	inner := f.w
	var src io.Reader
	switch k {
	case kindGzip:
		f.packed = "gzip"
		z, err := gzip.NewReader(inner)
		if err != nil {
			return fmt.Errorf("gzip header: %w", err)
		}
		src = z
	case kindZstd:
		f.packed = "zstd"
		z, err := zstd.NewReader(inner,
			zstd.WithDecoderConcurrency(1), // no goroutines in this room
			zstd.WithDecoderLowmem(true),
			zstd.WithDecoderMaxWindow(maxWindow))
		if err != nil {
			return fmt.Errorf("zstd: %w", err)
		}
		f.unzstd, src = z, z
	}
	src = &capped{src: src, raw: f.raw, max: f.shared.maxExpanded}
	f.w = &window{src: src, buf: make([]byte, packedBufferSize)}
	return nil
}

// begin reads the header of a capture and picks its parser.
func (f *file) begin(k kind) error {
	var parse parser
	var err error
	switch k {
	case kindPcap:
		f.info.Format = "pcap"
		parse, err = newPcap(f)
	case kindPcapng:
		f.info.Format = "pcapng"
		parse, err = newPcapng(f)
	default:
		err = f.unknown()
	}
	if err != nil {
		f.info.Format = ""
		return err
	}
	if f.packed != "" {
		f.info.Format += "+" + f.packed
	}
	if f.regular && f.packed == "" {
		f.info.Path = f.name
	}
	f.parse = parse
	return nil
}

func (f *file) unknown() error {
	b := f.w.peek(looksLen)
	switch {
	case f.raw.err != nil:
		return withoutName(f.raw.err)
	case len(b) == 0 && f.packed == "" && f.w.err == io.EOF:
		return ErrEmpty
	case len(b) == 0 && f.w.err == io.EOF:
		return fmt.Errorf("%s of an %w", f.packed, ErrEmpty)
	case len(b) == 0:
		return fmt.Errorf("%s: %w", f.packed, f.w.err)
	}
	return &FormatError{Packed: f.packed, Looks: looks(b)}
}
