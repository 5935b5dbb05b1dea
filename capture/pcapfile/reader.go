package pcapfile

import (
	"errors"
	"io"

	"rung/capture"
)

// Options change how inputs are read. The zero value works.
type Options struct {
	// Stdin is what "-" reads.
	Stdin io.Reader
	// MaxExpanded caps the bytes that one compressed file may expand to;
	// 0 means 64 GiB, and no more than 300 times its size once it is beyond
	// 512 MiB.
	MaxExpanded int64
}

// A Reader reads packets from captures, merged by time. It is plain code: no
// two of its methods may run at the same time.
type Reader struct {
	files   []*file
	shared  *shared
	errs    []*FileError
	general []capture.Diagnostic
	index   uint64
	merge   merge
	current *file // whose packet was given last
	started bool
	free    [][]byte // buffers of files that were closed
	bufSize int
}

// Open opens the inputs: files, folders (the captures in them and their
// subfolders by name, but for hidden ones) or "-" for standard input. Several
// are merged by time; ties go by the order of inputs, then by frame.
//
// It fails when no input can be read. When only some can't, Errors tells which
// and why.
func Open(names []string, opt *Options) (*Reader, error) {
	if opt == nil {
		opt = &Options{}
	}
	r := &Reader{shared: &shared{stdin: opt.Stdin, maxExpanded: opt.MaxExpanded}}
	e := expand(names)
	r.errs = e.errs
	r.noteSame(e.same)
	r.open(e)
	good := 0
	for _, f := range r.files {
		if f.info.Err == nil {
			good++
		}
	}
	if good == 0 {
		r.Close()
		return nil, r.nothing(e)
	}
	return r, nil
}

// open opens each file. With many, each is closed again once the time of its
// first packet is known.
func (r *Reader) open(e *expansion) {
	wanted := e.files
	if len(wanted) > maxFiles {
		wanted = wanted[:maxFiles]
	}
	many := len(wanted) > keepOpen
	r.bufSize = min(bufferSize, max(minBufferSize, buffersTotal/max(1, len(wanted))))
	var skipped []string
	for _, w := range wanted {
		f := &file{name: w.name, index: int32(len(r.files)), shared: r.shared, key: minTime}
		f.info.Name = w.name
		if err := r.openFile(f); err != nil {
			if w.inFolder && isOther(err) && !promises(w.name) {
				skipped = append(skipped, w.name)
				continue
			}
			r.failed(f, err)
		}
		r.files = append(r.files, f)
		if many && f.info.Err == nil && f.regular {
			r.preview(f)
		}
	}
	r.noteSkipped(skipped)
}

func (r *Reader) openFile(f *file) error {
	buf := []byte(nil)
	if f.name == "-" {
		buf = make([]byte, minBufferSize) // pipes give no more at a time
	} else {
		buf = r.buffer()
	}
	err := f.open(buf)
	if err != nil {
		f.close()
		r.release(f)
	}
	return err
}

func (r *Reader) failed(f *file, err error) {
	fe := &FileError{Name: f.name, Err: err}
	f.info.Err, f.done = fe, true
	r.errs = append(r.errs, fe)
}

// buffer returns a buffer to read into: one of a file closed, or a new one.
func (r *Reader) buffer() []byte {
	if n := len(r.free); n > 0 {
		b := r.free[n-1]
		r.free = r.free[:n-1]
		return b
	}
	return make([]byte, r.bufSize)
}

// release takes a closed file's buffer for the next one.
func (r *Reader) release(f *file) {
	if f.w != nil && len(f.w.buf) == r.bufSize {
		r.free = append(r.free, f.w.buf)
	}
	f.w = nil
}

// nothing is the error of a run without any readable input.
func (r *Reader) nothing(e *expansion) error {
	var errs []error
	for _, err := range r.errs {
		errs = append(errs, err)
	}
	if len(errs) == 0 {
		for _, name := range e.folders {
			errs = append(errs, &FileError{Name: name, Err: ErrNoCaptures})
		}
	}
	switch len(errs) {
	case 0:
		return errors.New("no input given")
	case 1:
		return errs[0]
	}
	return errors.Join(errs...)
}

// Next fills p with the next packet of all inputs. It returns io.EOF at the
// end and no other error; what could not be read is in Errors and
// Diagnostics.
func (r *Reader) Next(p *capture.Packet) error {
	if !r.started {
		r.start()
	}
	if len(r.files) == 1 {
		if err := r.files[0].next(p); err != nil {
			return err
		}
	} else if err := r.nextMerged(p); err != nil {
		return err
	}
	p.Index = r.index
	r.index++
	return nil
}

// Close closes all files. What the Reader has gathered remains readable.
func (r *Reader) Close() error {
	for _, f := range r.files {
		f.done = true
		f.close()
	}
	r.free = nil
	return nil
}
