package pcapfile

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"
)

// A wanted input is one file to open.
type wanted struct {
	name     string
	inFolder bool // found in a folder: it need not be a capture
}

// An expansion turns the names that were given into files.
type expansion struct {
	files   []wanted
	errs    []*FileError
	folders []string
	same    []string // files named twice
	stdin   bool
	seen    map[stamp][]os.FileInfo
}

// A stamp is the same for the same file, and for few others.
type stamp struct {
	size int64
	mod  time.Time
}

func expand(names []string) *expansion {
	e := &expansion{seen: make(map[stamp][]os.FileInfo)}
	for _, name := range names {
		e.add(name)
	}
	return e
}

func (e *expansion) fail(name string, err error) {
	e.errs = append(e.errs, &FileError{Name: name, Err: withoutName(err)})
}

func (e *expansion) add(name string) {
	if name == "-" {
		if e.stdin {
			e.fail(name, ErrTwice)
			return
		}
		e.stdin = true
		e.files = append(e.files, wanted{name: name})
		return
	}
	st, err := os.Stat(name)
	switch {
	case err != nil:
		e.fail(name, err)
	case st.IsDir():
		e.folder(name)
	default:
		e.file(wanted{name: name}, st)
	}
}

// file takes a file, unless it is one that was named before.
func (e *expansion) file(w wanted, st os.FileInfo) {
	if st.Mode().IsRegular() {
		k := stamp{st.Size(), st.ModTime()}
		for _, other := range e.seen[k] {
			if os.SameFile(st, other) {
				e.same = append(e.same, w.name)
				return
			}
		}
		e.seen[k] = append(e.seen[k], st)
	}
	if len(e.files) >= maxFiles {
		if len(e.files) == maxFiles {
			e.fail(w.name, fmt.Errorf("%w: rung takes %d", ErrTooMany, maxFiles))
		}
		e.files = append(e.files, w)
		return
	}
	e.files = append(e.files, w)
}

// folder takes the files in a folder and its subfolders, by name, but for
// hidden ones.
func (e *expansion) folder(name string) {
	e.folders = append(e.folders, name)
	err := filepath.WalkDir(name, func(path string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			e.fail(path, err)
			return nil
		case path != name && strings.HasPrefix(d.Name(), "."):
			if d.IsDir() {
				return filepath.SkipDir
			}
			return nil
		case d.IsDir():
			return nil
		case len(e.files) > maxFiles:
			return filepath.SkipAll
		}
		// Stat, not Info: a link to a capture is a capture.
		st, err := os.Stat(path)
		switch {
		case err != nil:
			e.fail(path, err)
		case st.Mode().IsRegular():
			e.file(wanted{name: path, inFolder: true}, st)
		}
		return nil
	})
	if err != nil {
		e.fail(name, err)
	}
}

// captureNames are endings of file names that promise a capture.
var captureNames = []string{".pcap", ".pcapng", ".cap", ".ntar", ".dmp"}

// promises reports whether a file's name says that it is a capture, so that a
// word is due when it isn't.
func promises(name string) bool {
	name = strings.ToLower(filepath.Base(name))
	for _, packed := range []string{".gz", ".zst"} {
		name = strings.TrimSuffix(name, packed)
	}
	for _, end := range captureNames {
		if strings.HasSuffix(name, end) {
			return true
		}
	}
	return false
}

// isOther reports whether err only says that a file is no capture.
func isOther(err error) bool {
	var format *FormatError
	return errors.As(err, &format) || errors.Is(err, ErrEmpty)
}
