package pcapfile

import (
	"encoding/binary"
	"fmt"
	"io"
	"math"
	"strings"

	"rung/capture"
)

// InterfaceInfo describes one interface of a capture that is written.
type InterfaceInfo struct {
	Name        string // "eth0"; may be empty
	Description string // may be empty
	Link        capture.LinkType
	// Snaplen is the most bytes that are kept of a frame, 0: no limit. It is
	// told, not enforced: the frames given to Write are written whole.
	Snaplen int
}

// WriterOptions are what a file says of its origin. The zero value works:
// nothing is said.
type WriterOptions struct {
	Application string // "rung 1.2"
	OS          string // "linux"
	Comment     string
}

// A Writer writes one section of pcapng, little endian, times in nanoseconds
// (draft-ietf-opsawg-pcapng §4). It hands on whole blocks only, so that what
// has been written can be read by others; blocks wait in memory until there
// are many, or Flush is called.
//
// An error of the underlying writer stays: every later call returns it. It is
// plain code: no two of its methods may run at the same time.
type Writer struct {
	w     io.Writer
	buf   []byte // whole blocks that wait
	links []capture.LinkType
	made  tally // of all blocks
	saved tally // of the blocks that w has taken
	err   error
}

// A tally sums up what a Writer has written.
type tally struct {
	bytes       int64
	packets     int64
	first, last capture.Time // earliest and latest packet
}

func (t *tally) packet(at capture.Time) {
	if t.packets == 0 || at < t.first {
		t.first = at
	}
	if t.packets == 0 || at > t.last {
		t.last = at
	}
	t.packets++
}

// NewWriter begins a section. Nothing reaches w before Flush or many blocks.
func NewWriter(w io.Writer, opt *WriterOptions) (*Writer, error) {
	ng := &Writer{buf: make([]byte, 0, writeSize)}
	if err := ng.begin(w, opt); err != nil {
		return nil, err
	}
	return ng, nil
}

// begin begins a section on another writer; the buffer is used again.
//
//	byte order mark  4
//	version          2+2, 1.0
//	section length   8, -1: not told
//	options
func (w *Writer) begin(dst io.Writer, opt *WriterOptions) error {
	if opt == nil {
		opt = &WriterOptions{}
	}
	*w = Writer{w: dst, buf: w.buf[:0], links: w.links[:0]}
	b := newBlock(blockSection)
	b = binary.LittleEndian.AppendUint32(b, sectionMagic)
	b = binary.LittleEndian.AppendUint16(b, 1)
	b = binary.LittleEndian.AppendUint16(b, 0)
	b = binary.LittleEndian.AppendUint64(b, math.MaxUint64)
	b, err := textOptions(b, []textOption{
		{optComment, opt.Comment}, {optSectionOS, opt.OS}, {optSectionApp, opt.Application},
	})
	if err != nil {
		return fmt.Errorf("pcapng section: %w", err)
	}
	return w.emit(endBlock(b))
}

// AddInterface describes an interface and returns its number, from 0, for
// Write and Stats. It may be called at any time.
//
//	link type  2
//	reserved   2
//	snaplen    4, 0: no limit
//	options
func (w *Writer) AddInterface(i InterfaceInfo) (int, error) {
	if len(w.links) >= maxInterfaces {
		return 0, fmt.Errorf("pcapng: more than %d interfaces", maxInterfaces)
	}
	b := newBlock(blockInterface)
	b = binary.LittleEndian.AppendUint16(b, uint16(i.Link))
	b = binary.LittleEndian.AppendUint16(b, 0)
	b = binary.LittleEndian.AppendUint32(b, u32Of(max(0, i.Snaplen)))
	b, err := textOptions(b, []textOption{{optIfName, i.Name}, {optIfDescription, i.Description}})
	if err != nil {
		return 0, fmt.Errorf("pcapng interface: %w", err)
	}
	b = appendOption(b, optTSResol, []byte{9}) // 10^-9 s
	if err := w.emit(endBlock(b)); err != nil {
		return 0, err
	}
	w.links = append(w.links, i.Link)
	return len(w.links) - 1, nil
}

// packetFixed is what an enhanced packet block takes beside its frame.
const packetFixed = blockMin + enhancedMin

// packetSize is the length of the block for a frame of n bytes.
func packetSize(n int) int { return packetFixed + pad4(min(n, maxFrame)) }

// Write writes a frame of interface iface, whose link type must be p's. Of p
// it takes Time, WireLen and Data.
//
// What the format can't hold is written as near as it can be, and a comment at
// the frame says so: times before 1970, frames of more than 256 KiB.
func (w *Writer) Write(p *capture.Packet, iface int) error {
	switch {
	case w.err != nil:
		return w.err
	case iface < 0 || iface >= len(w.links):
		return fmt.Errorf("pcapng: no interface %d", iface)
	case p.Link != w.links[iface]:
		return fmt.Errorf("pcapng: a frame of %v on interface %d, which is %v", p.Link, iface, w.links[iface])
	case isOdd(p):
		data := p.Data[:min(len(p.Data), maxFrame)]
		return w.packet(max(p.Time, 0), data, u32Of(max(p.WireLen, len(p.Data))), iface, oddOptions(p))
	}
	return w.packet(p.Time, p.Data, uint32(max(p.WireLen, len(p.Data))), iface, nil)
}

// isOdd tells that the format can't hold a frame as it is.
func isOdd(p *capture.Packet) bool {
	return p.Time < 0 || len(p.Data) > maxFrame || int64(p.WireLen) > math.MaxUint32
}

// oddOptions are the comment that says what of an odd frame is not as it was.
func oddOptions(p *capture.Packet) []byte {
	var odd []string
	if p.Time < 0 {
		odd = append(odd, "its time was "+p.Time.Std().Format("2006-01-02T15:04:05.999999999Z"))
	}
	if n := len(p.Data); n > maxFrame {
		odd = append(odd, fmt.Sprintf("it had %d bytes, of which %d are kept", n, maxFrame))
	}
	if wire := max(p.WireLen, len(p.Data)); int64(wire) > math.MaxUint32 {
		odd = append(odd, fmt.Sprintf("its length on the wire was %d", wire))
	}
	return endOptions(appendOption(nil, optComment, []byte(strings.Join(odd, "; "))))
}

// packet writes an enhanced packet block; ngpacket.go draws it. options come
// with their end, or not at all.
func (w *Writer) packet(at capture.Time, data []byte, wire uint32, iface int, options []byte) error {
	n := packetSize(len(data)) + len(options)
	if len(w.buf)+n > writeSize {
		if err := w.Flush(); err != nil {
			return err
		}
	}
	lo := len(w.buf)
	w.buf = w.buf[:lo+n] // writeSize has room for the largest frame
	b := w.buf[lo:]
	le := binary.LittleEndian
	le.PutUint32(b, blockEnhanced)
	le.PutUint32(b[4:], uint32(n))
	le.PutUint32(b[8:], uint32(iface))
	le.PutUint32(b[12:], uint32(uint64(at)>>32))
	le.PutUint32(b[16:], uint32(at))
	le.PutUint32(b[20:], uint32(len(data)))
	le.PutUint32(b[24:], wire)
	end := 8 + enhancedMin + copy(b[8+enhancedMin:], data)
	for ; end%4 != 0; end++ {
		b[end] = 0
	}
	copy(b[end:], options)
	le.PutUint32(b[n-4:], uint32(n))
	w.made.bytes += int64(n)
	w.made.packet(at)
	return nil
}

// emit writes a whole block of any size that is no packet.
func (w *Writer) emit(b []byte) error {
	if w.err != nil {
		return w.err
	}
	if len(w.buf)+len(b) > writeSize {
		if err := w.Flush(); err != nil {
			return err
		}
	}
	w.made.bytes += int64(len(b))
	if len(b) <= writeSize {
		w.buf = append(w.buf, b...)
		return nil
	}
	return w.hand(b)
}

// Flush hands all blocks that wait to the underlying writer.
func (w *Writer) Flush() error {
	if w.err != nil || len(w.buf) == 0 {
		return w.err
	}
	err := w.hand(w.buf)
	w.buf = w.buf[:0]
	return err
}

// hand gives blocks to the underlying writer. They are all that it has not
// been given yet.
func (w *Writer) hand(blocks []byte) error {
	n, err := w.w.Write(blocks)
	if err == nil && n < len(blocks) {
		err = io.ErrShortWrite
	}
	if err == nil {
		w.saved = w.made
		return nil
	}
	w.err = err
	w.saved.salvage(blocks[:max(0, min(n, len(blocks)))])
	return err
}

// salvage adds the blocks that are whole in what a failed write has taken.
func (t *tally) salvage(b []byte) {
	le := binary.LittleEndian
	for len(b) >= blockMin {
		n := int(le.Uint32(b[4:]))
		if n > len(b) {
			return
		}
		if le.Uint32(b) == blockEnhanced {
			t.packet(capture.Time(uint64(le.Uint32(b[12:]))<<32 | uint64(le.Uint32(b[16:]))))
		}
		t.bytes += int64(n)
		b = b[n:]
	}
}

// Bytes is the length of all that has been written, with what still waits.
func (w *Writer) Bytes() int64 { return w.made.bytes }

// u32Of is n, or the most that 32 bits hold.
func u32Of(n int) uint32 { return uint32(min(int64(n), math.MaxUint32)) }
