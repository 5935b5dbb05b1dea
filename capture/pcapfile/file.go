package pcapfile

import (
	"io"
	"os"

	"github.com/klauspost/compress/zstd"

	"rung/capture"
)

// A parser gives the packets of one file. Its only error is io.EOF: what is
// wrong with the file it notes.
type parser interface {
	next(p *capture.Packet) error
}

// shared is what the files of one Reader have in common.
type shared struct {
	stdin       io.Reader
	maxExpanded int64
	names       []Name
	nameBytes   int
	secrets     []Secret
	secretBytes int
}

// A file is one input.
type file struct {
	name    string
	index   int32
	shared  *shared
	handle  *os.File
	regular bool
	size    int64
	packed  string
	unzstd  *zstd.Decoder
	raw     *counted
	w       *window
	parse   parser

	info    FileInfo
	notes   notes
	readErr *FileError // reading failed on the way
	// numbered is the number of the last record that has one. It is more than
	// the frames where Wireshark numbers records that are no packets.
	numbered int32
	last     capture.Time // of the frame before

	// Merging: the packet that waits, and the key it waits under.
	waiting capture.Packet
	key     capture.Time
	dormant bool // closed until its time has come
	done    bool
}

// next fills p with the file's next packet, or returns io.EOF.
func (f *file) next(p *capture.Packet) error {
	if f.done {
		return io.EOF
	}
	if f.numbered >= maxFrames {
		f.notes.add(codeLimitFrames, 0, "more than %d frames: the rest is not read", maxFrames)
		f.finish()
		return io.EOF
	}
	if err := f.parse.next(p); err != nil {
		f.finish()
		return io.EOF
	}
	p.Frame.File = f.index
	f.count(p)
	return nil
}

// count keeps the sums of FileInfo.
func (f *file) count(p *capture.Packet) {
	in := &f.info
	in.Bytes += int64(len(p.Data))
	switch {
	case in.Frames == 1:
		in.First, in.Last = p.Time, p.Time
	case p.Time > in.Last:
		in.Last = p.Time
	case p.Time < in.First:
		in.First = p.Time
	}
	if f.last-p.Time > clockStep {
		f.noteClock(p)
	}
	f.last = p.Time
	if n := len(in.Links); n == 0 || in.Links[n-1] != p.Link {
		f.countLink(p.Link)
	}
}

// clockStep is how far time may go back from one frame to the next before it
// is worth a word; the interfaces of one host disagree by milliseconds.
const clockStep = capture.Time(1e9)

func (f *file) noteClock(p *capture.Packet) {
	if f.info.Frames > 1 && !f.notes.again(codeClock, p.Frame) {
		f.notes.add(codeClock, p.Frame.Number, "frame %d is %v earlier than the frame before it",
			p.Frame.Number, f.last.Sub(p.Time))
	}
}

// countLink adds a link type that was not seen before.
func (f *file) countLink(l capture.LinkType) {
	if len(f.info.Links) >= maxLinks {
		return
	}
	for _, seen := range f.info.Links {
		if seen == l {
			return
		}
	}
	f.info.Links = append(f.info.Links, l)
}

// number gives the next frame its number.
func (f *file) number() capture.Frame {
	f.info.Frames++
	f.numbered++
	return capture.Frame{File: f.index, Number: f.numbered}
}

// offset is where the window's next bytes lie in a plain file, or -1.
func (f *file) offset(ahead int) int64 {
	if f.info.Path == "" {
		return -1
	}
	return f.w.off + int64(ahead)
}

// ended notes how the input came to its end when left bytes of an unfinished
// record or block remain.
func (f *file) ended(left int, what string) error {
	w := f.w
	switch {
	case f.raw.err != nil:
		f.readErr = &FileError{f.name, withoutName(f.raw.err)}
		f.info.Err = f.readErr
		f.notes.add(codeRead, 0, "reading failed at byte %d, after frame %d: %v",
			w.off+int64(left), f.numbered, withoutName(f.raw.err))
	case w.err == errExpanded:
		f.notes.add(codeExpansion, 0, "expands to more than %d bytes: the rest, after frame %d, is not read",
			w.off+int64(left), f.numbered)
	case !w.ended():
		f.notes.add(codeCompression, 0, "%s data damaged: %v; the rest, after frame %d, is lost",
			f.packed, w.err, f.numbered)
	case left > 0 || w.err == io.ErrUnexpectedEOF:
		f.info.Truncated = true
		f.notes.add(codeCut, 0, "cut in the middle of a %s at byte %d, after frame %d",
			what, w.off+int64(left), f.numbered)
	}
	return io.EOF
}

// stop notes that reading ends before the input does.
func (f *file) stop(format string, args ...any) error {
	f.notes.add(codeLost, 0, format, args...)
	return io.EOF
}

// finish ends the file's reading; its sums remain.
func (f *file) finish() {
	if e, ok := f.parse.(interface{ end() }); ok {
		e.end()
	}
	f.done = true
	f.close()
}

func (f *file) close() {
	if f.unzstd != nil {
		f.unzstd.Close()
		f.unzstd = nil
	}
	if f.handle != nil {
		f.handle.Close() // read only: nothing to lose
		f.handle = nil
	}
}

// sleep closes the file until its time has come. What was read of it is
// forgotten, but for the time of its first packet.
func (f *file) sleep() {
	f.close()
	f.w, f.parse = nil, nil
	f.info = FileInfo{Name: f.name, Path: f.info.Path, Format: f.info.Format}
	f.notes, f.last, f.readErr, f.numbered = notes{}, 0, nil, 0
	f.dormant = true
}
