package pcapfile

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"math"
	"path/filepath"

	"rung/capture"
)

// RingOptions say where a ring keeps its files, and how many.
type RingOptions struct {
	Dir    string
	Prefix string // of file names; "": "rung"
	Size   int64  // bytes of a file, 0: no limit; a file holds one packet at least
	Count  int    // files kept, 0: all

	Application string // written into each file
	OS          string // likewise
	// Interfaces are described in each file, in this order; packets name them
	// by Packet.Interface. One that is not listed here, or has another link
	// type, is described when its first packet comes. A Snaplen is told with
	// room for two VLAN tags, which a live source puts back behind the cut.
	Interfaces []InterfaceInfo
}

// A Ring writes packets into a row of pcapng files in a folder and removes
// the oldest. It removes only files that it has made itself; those of earlier
// runs stay, and their numbers are continued.
//
// An error of the disk ends the recording, not the program: it is returned
// once, Err keeps it, and further packets are ignored. It is plain code: no
// two of its methods may run at the same time.
type Ring struct {
	opt   RingOptions
	disk  disk
	err   error // why the recording stopped
	ended bool

	out  diskFile // the file being written; nil before the first packet
	w    *Writer
	next int // number in the name of the next file

	files []RingFile // the newest; the last is being written
	made  []fs.FileInfo
	begun int32 // files ever begun
	kept  int   // index into files of the oldest that is not removed

	ids      map[ringInterface]int // described in this file beyond opt.Interfaces
	first    map[int32]int         // the first of them with a number
	counters []ringCounter
	counter  map[int]int // index into counters, by interface

	notRemoved ringNote
	refused    ringNote
	lost       int64 // packets that waited when the disk failed
}

// A ringInterface is what tells interfaces apart.
type ringInterface struct {
	number int32
	link   capture.LinkType
}

// A ringNote counts what went wrong and keeps the first.
type ringNote struct {
	times int64
	first string
}

func (n *ringNote) add(err error) {
	if n.times++; n.times == 1 {
		n.first = err.Error()
	}
}

// NewRing makes the folder if it is missing, and fails when files can't be
// made in it. The first file is begun by the first packet.
func NewRing(opt *RingOptions) (*Ring, error) { return newRing(opt, osDisk{}) }

func newRing(opt *RingOptions, d disk) (*Ring, error) {
	r := &Ring{opt: *opt, disk: d, w: &Writer{buf: make([]byte, 0, writeSize)},
		ids: make(map[ringInterface]int), first: make(map[int32]int), counter: make(map[int]int)}
	if r.opt.Prefix == "" {
		r.opt.Prefix = "rung"
	}
	r.opt.Interfaces = append([]InterfaceInfo(nil), opt.Interfaces...)
	switch {
	case r.opt.Dir == "":
		return nil, errors.New("ring: no folder given")
	case filepath.Base(r.opt.Prefix) != r.opt.Prefix || r.opt.Prefix == "." || r.opt.Prefix == "..":
		return nil, fmt.Errorf("ring: prefix %q: not the beginning of a file name", r.opt.Prefix)
	case r.opt.Size < 0 || r.opt.Count < 0:
		return nil, fmt.Errorf("ring: size %d, count %d: below zero", r.opt.Size, r.opt.Count)
	case len(r.opt.Interfaces) > maxInterfaces:
		return nil, fmt.Errorf("ring: more than %d interfaces", maxInterfaces)
	}
	if err := r.head(io.Discard); err != nil {
		return nil, fmt.Errorf("ring: %w", err)
	}
	last, err := d.prepare(r.opt.Dir, r.opt.Prefix)
	if err != nil {
		return nil, fmt.Errorf("ring: folder %s: %w", r.opt.Dir, withoutName(err))
	}
	r.next = last + 1
	return r, nil
}

// Write records a packet. It returns the number of its file, from 0 (see
// Files), and its number in there, as Wireshark counts; the zero Frame when it
// is not recorded.
//
// An error is returned once: with the packet at which the recording stopped,
// or with one that has no place in pcapng (more than 65,536 interfaces) while
// the recording goes on.
func (r *Ring) Write(p *capture.Packet) (capture.Frame, error) {
	if r.err != nil {
		return capture.Frame{}, nil
	}
	if r.ended {
		return capture.Frame{}, fs.ErrClosed
	}
	if err := r.place(p); err != nil {
		return capture.Frame{}, r.stop(err)
	}
	id, err := r.id(p)
	if err == errInterfaces {
		r.refused.add(err)
		if r.refused.times > 1 {
			err = nil
		}
		return capture.Frame{}, err
	}
	if err == nil {
		err = r.w.Write(p, id)
	}
	if err != nil {
		return capture.Frame{}, r.stop(err)
	}
	f := &r.files[len(r.files)-1]
	f.set(r.w.made)
	return capture.Frame{File: f.Number, Number: int32(f.Frames)}, nil
}

// place makes sure that there is a file with room for p.
func (r *Ring) place(p *capture.Packet) error {
	if r.out == nil {
		return r.begin(p.Time)
	}
	made := &r.w.made
	if made.packets == 0 {
		return nil // a file has one packet at least, however small it must be
	}
	if made.packets < maxFrames && r.fits(p) {
		return nil
	}
	if err := r.finish(); err != nil {
		return err
	}
	return r.begin(p.Time)
}

// fits reports whether the file has room for p.
func (r *Ring) fits(p *capture.Packet) bool {
	need := packetSize(len(p.Data))
	if isOdd(p) {
		need += len(oddOptions(p))
	}
	if _, ok := r.known(p); !ok {
		need += bareInterface
	}
	return r.room(need)
}

// room reports whether the file holds n more bytes and the counters that end
// it.
func (r *Ring) room(n int) bool {
	return r.opt.Size == 0 || r.w.made.bytes+int64(n+len(r.counters)*statsSize) <= r.opt.Size
}

// bareInterface is the length of an interface description without a name.
const bareInterface = blockMin + 8 + 8 + 4

// errInterfaces says that a file has as many interfaces as it can have.
var errInterfaces = fmt.Errorf("ring: more than %d interfaces in one file", maxInterfaces)

// id returns the number of p's interface in the current file.
func (r *Ring) id(p *capture.Packet) (int, error) {
	if id, ok := r.known(p); ok {
		return id, nil
	}
	if len(r.w.links) >= maxInterfaces {
		return 0, errInterfaces
	}
	key := ringInterface{p.Interface, p.Link}
	id, err := r.w.AddInterface(InterfaceInfo{Link: p.Link})
	if err != nil {
		return 0, err
	}
	r.ids[key] = id
	if _, ok := r.first[p.Interface]; !ok {
		r.first[p.Interface] = id
	}
	return id, nil
}

func (r *Ring) known(p *capture.Packet) (id int, ok bool) {
	if i := int(p.Interface); i >= 0 && i < len(r.opt.Interfaces) && r.opt.Interfaces[i].Link == p.Link {
		return i, true
	}
	id, ok = r.ids[ringInterface{p.Interface, p.Link}]
	return id, ok
}

// begin makes the next file; at is the time of its first packet. The oldest
// goes first, so that there are never more than Count.
func (r *Ring) begin(at capture.Time) error {
	if r.begun == math.MaxInt32 {
		return fmt.Errorf("ring: more than %d files", r.begun)
	}
	if r.opt.Count > 0 {
		for len(r.files)-r.kept >= r.opt.Count {
			r.remove()
		}
	}
	f, name, info, err := r.create(at)
	if err != nil {
		return err
	}
	r.out = f
	r.files = append(r.files, RingFile{Number: r.begun, Name: name, Path: filepath.Join(r.opt.Dir, name)})
	r.made = append(r.made, info)
	r.begun++
	r.forget()
	clear(r.ids)
	clear(r.first)
	for i := range r.counters {
		r.counters[i].begin()
	}
	return r.head(r.out)
}

// head writes what every file begins with.
func (r *Ring) head(dst io.Writer) error {
	err := r.w.begin(dst, &WriterOptions{Application: r.opt.Application, OS: r.opt.OS})
	if err != nil {
		return err
	}
	for _, in := range r.opt.Interfaces {
		if in.Snaplen > 0 {
			in.Snaplen += ringTags
		}
		if _, err := r.w.AddInterface(in); err != nil {
			return err
		}
	}
	return nil
}

// finish ends the current file with its counters.
func (r *Ring) finish() error {
	if err := r.writeCounters(true); err != nil {
		return err
	}
	if err := r.w.Flush(); err != nil {
		return err
	}
	r.files[len(r.files)-1].set(r.w.made)
	out := r.out
	r.out = nil
	return out.Close()
}

// Flush lets others read what was written; called about once a second it
// costs nothing. It does not wait for the disk: what was flushed survives the
// end of the program, not of the machine.
func (r *Ring) Flush() error {
	if r.err != nil || r.ended || r.out == nil {
		return nil
	}
	err := r.writeCounters(false)
	if err == nil {
		err = r.w.Flush()
	}
	if err != nil {
		return r.stop(err)
	}
	r.files[len(r.files)-1].set(r.w.made)
	return nil
}

// Close ends the last file. An error that ended the recording before is not
// told again.
func (r *Ring) Close() error {
	if r.ended || r.err != nil || r.out == nil {
		r.ended = true
		return nil
	}
	r.ended = true
	if err := r.finish(); err != nil {
		return r.stop(err)
	}
	return nil
}

// Err says why the recording stopped before Close, or nil.
func (r *Ring) Err() error { return r.err }
