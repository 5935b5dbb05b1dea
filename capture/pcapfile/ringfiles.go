package pcapfile

import (
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"strconv"
	"strings"

	"rung/capture"
)

// A RingFile is one file that a ring has begun.
type RingFile struct {
	Number      int32  // counted from 0 in this run: Frame.File of its packets
	Name        string // in the ring's folder
	Path        string // the folder and the name
	Frames      int64
	Bytes       int64
	First, Last capture.Time // earliest and latest packet; meaningless without frames
	Removed     bool         // it is gone, or was taken for another's and left alone
}

func (f *RingFile) set(t tally) {
	f.Frames, f.Bytes, f.First, f.Last = t.packets, t.bytes, t.first, t.last
}

// Files lists the files that the ring has begun, in order. It remembers those
// that exist and the last 10,000 that it has removed; when older ones are
// forgotten, Number of the first tells how many. Frames and Bytes of the last
// count what waits for Flush, too.
func (r *Ring) Files() []RingFile { return append([]RingFile(nil), r.files...) }

// File returns the file with a number, as Frame.File gives it; ok is false
// when there was none, or it is forgotten.
func (r *Ring) File(number int32) (f RingFile, ok bool) {
	first := r.begun - int32(len(r.files))
	if number < first || number >= r.begun {
		return RingFile{}, false
	}
	return r.files[number-first], true
}

// Span gives the numbers of files: known is the first that Files lists, kept
// the oldest that was not removed to make room, begun one more than the last.
func (r *Ring) Span() (known, kept, begun int32) {
	known = r.begun - int32(len(r.files))
	return known, known + int32(r.kept), r.begun
}

// remove removes the oldest file that is there.
func (r *Ring) remove() {
	r.drop(r.kept)
	r.kept++
}

// drop removes a file, if it is still the one that was made: somebody may have
// moved it away to keep it and put another in its place.
func (r *Ring) drop(i int) {
	f := &r.files[i]
	f.Removed = true
	err := r.disk.remove(f.Path, r.made[i])
	r.made[i] = nil
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		r.notRemoved.add(fmt.Errorf("%s: %w", f.Name, withoutName(err)))
	}
}

// forget forgets the oldest of the files that were removed. It does so for
// many at once, so that the list is not moved each time.
func (r *Ring) forget() {
	if r.kept < 2*ringGone {
		return
	}
	n := r.kept - ringGone
	r.files = append(r.files[:0], r.files[n:]...)
	r.made = append(r.made[:0], r.made[n:]...)
	r.kept -= n
}

// create makes the next file. Its name is PREFIX-NUMBER-TIME.pcapng.
func (r *Ring) create(at capture.Time) (diskFile, string, fs.FileInfo, error) {
	var taken error
	for range maxRingTries {
		name := ringName(r.opt.Prefix, r.next, at)
		r.next++
		f, info, err := r.disk.create(filepath.Join(r.opt.Dir, name))
		if err == nil {
			return f, name, info, nil
		}
		if !errors.Is(err, fs.ErrExist) {
			return nil, "", nil, err
		}
		taken = err
	}
	return nil, "", nil, taken
}

// ringName is the name of a file: rung-00001-20261122T235959Z.pcapng. Numbers
// of more than five digits are led by a letter (rung-a100000-…), so that names
// still sort as they were made.
func ringName(prefix string, number int, at capture.Time) string {
	lead := ""
	if n := len(strconv.Itoa(number)); n > 5 {
		lead = string(rune('a' + n - 6))
	}
	return fmt.Sprintf("%s-%s%05d-%s.pcapng", prefix, lead, number, at.Std().Format("20060102T150405Z"))
}

// ringNumber reads the number out of a name, 0 when it is not a ring's.
func ringNumber(prefix, name string) int {
	rest, ok := strings.CutPrefix(name, prefix+"-")
	if !ok || !strings.HasSuffix(rest, ".pcapng") {
		return 0
	}
	word, _, ok := strings.Cut(rest, "-")
	word = strings.TrimLeft(word, "abcde")
	n, err := strconv.Atoi(word)
	if !ok || err != nil || n < 0 || n > maxRingNumber {
		return 0
	}
	return n
}
