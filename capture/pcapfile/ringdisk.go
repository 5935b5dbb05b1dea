package pcapfile

import (
	"errors"
	"io"
	"io/fs"
	"os"
)

// A disk is where a ring's files are; tests have one that is full.
type disk interface {
	// prepare makes the folder, tries whether files can be made in it, and
	// returns the highest number of a ring's file there.
	prepare(dir, prefix string) (last int, err error)
	// create makes a new file; its error is fs.ErrExist when there is one.
	create(path string) (diskFile, fs.FileInfo, error)
	// remove removes the file if it is the one that info is of.
	remove(path string, info fs.FileInfo) error
}

// A diskFile is a file being written.
type diskFile interface {
	io.Writer
	Truncate(size int64) error
	Close() error
}

// osDisk is the real one. Captures hold people's calls: nobody but their
// owner may read what it makes.
type osDisk struct{}

func (osDisk) prepare(dir, prefix string) (last int, err error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return 0, err
	}
	probe, err := os.CreateTemp(dir, "."+prefix+"-*.tmp")
	if err != nil {
		return 0, err
	}
	err = errors.Join(probe.Close(), os.Remove(probe.Name()))
	if err != nil {
		return 0, err
	}
	return lastNumber(dir, prefix)
}

// lastNumber reads the names in a folder some at a time: there may be
// millions.
func lastNumber(dir, prefix string) (last int, err error) {
	d, err := os.Open(dir)
	if err != nil {
		return 0, err
	}
	defer d.Close()
	for {
		names, err := d.Readdirnames(1000)
		for _, name := range names {
			last = max(last, ringNumber(prefix, name))
		}
		switch err {
		case nil:
		case io.EOF:
			return last, nil
		default:
			return 0, err
		}
	}
}

func (osDisk) create(path string) (diskFile, fs.FileInfo, error) {
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return nil, nil, err
	}
	info, err := f.Stat()
	if err != nil {
		return nil, nil, errors.Join(err, f.Close(), os.Remove(path))
	}
	return f, info, nil
}

// errNotOurs says that another file has taken the place of one of the ring's.
var errNotOurs = errors.New("another file has its name now; it is left alone")

func (osDisk) remove(path string, info fs.FileInfo) error {
	now, err := os.Lstat(path)
	if err != nil {
		return err
	}
	if !os.SameFile(now, info) {
		return errNotOurs
	}
	return os.Remove(path)
}
