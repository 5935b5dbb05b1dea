package pcapfile

import (
	"io"

	"rung/capture"
)

// merge is a heap of the files that have a packet waiting: earliest on top,
// ties by the order of inputs. A file's key never goes back, so that its
// frames keep their order when its clock does.
type merge []*file

func (m merge) less(i, j int) bool {
	if m[i].key != m[j].key {
		return m[i].key < m[j].key
	}
	return m[i].index < m[j].index
}

func (m *merge) push(f *file) {
	*m = append(*m, f)
	h := *m
	for i := len(h) - 1; i > 0; {
		up := (i - 1) / 2
		if !h.less(i, up) {
			return
		}
		h[i], h[up] = h[up], h[i]
		i = up
	}
}

// settle puts the top where it belongs after its key has grown.
func (m merge) settle() {
	for i := 0; ; {
		down := 2*i + 1
		if down >= len(m) {
			return
		}
		if down+1 < len(m) && m.less(down+1, down) {
			down++
		}
		if !m.less(down, i) {
			return
		}
		m[i], m[down] = m[down], m[i]
		i = down
	}
}

func (m *merge) pop() {
	h := *m
	last := len(h) - 1
	h[0] = h[last]
	h[last] = nil
	*m = h[:last]
	m.settle()
}

// start fills the heap with what waits in each file.
func (r *Reader) start() {
	r.started = true
	if len(r.files) == 1 {
		return
	}
	for _, f := range r.files {
		if f.dormant || r.advance(f) {
			r.merge.push(f)
		}
	}
}

// advance reads the packet that waits in f next, and reports whether there is
// one.
func (r *Reader) advance(f *file) bool {
	if f.next(&f.waiting) != nil {
		r.release(f)
		return false
	}
	f.key = max(f.key, f.waiting.Time)
	return true
}

func (r *Reader) nextMerged(p *capture.Packet) error {
	// The packet given last is borrowed until now: only now may its file
	// read on.
	if r.current != nil {
		if r.advance(r.current) {
			r.merge.settle()
		} else {
			r.merge.pop()
		}
		r.current = nil
	}
	for len(r.merge) > 0 {
		top := r.merge[0]
		if top.dormant && !r.wake(top) {
			r.merge.pop()
			continue
		}
		*p = top.waiting
		r.current = top
		return nil
	}
	return io.EOF
}

// preview reads the time of a file's first packet and closes it again.
func (r *Reader) preview(f *file) {
	names, nameBytes := len(r.shared.names), r.shared.nameBytes
	secrets, secretBytes := len(r.shared.secrets), r.shared.secretBytes
	if !r.advance(f) {
		return // it has none: all of it is read
	}
	r.shared.names, r.shared.nameBytes = r.shared.names[:names], nameBytes
	r.shared.secrets, r.shared.secretBytes = r.shared.secrets[:secrets], secretBytes
	w := f.w
	f.sleep()
	f.w = w
	r.release(f)
}

// wake opens a file whose time has come and reads its first packet again.
func (r *Reader) wake(f *file) bool {
	f.dormant = false
	if err := r.openFile(f); err != nil {
		r.failed(f, err)
		return false
	}
	return r.advance(f)
}

// minTime is before all packets.
const minTime = capture.Time(-1 << 63)
