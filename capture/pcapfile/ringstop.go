package pcapfile

import (
	"errors"
	"fmt"

	"rung/capture"
)

// Codes of a ring's diagnostics.
const (
	codeRingStopped = "recording-stopped"
	codeRingRemove  = "ring-not-removed"
	codeRingFiles   = "limit-ring-files"
)

// stop ends the recording because of err. The file that was being written is
// cut behind its last whole block, so that it can be read.
func (r *Ring) stop(err error) error {
	r.err = fmt.Errorf("ring: %w", err) // the file's name is in err
	if len(r.files) == 0 {
		return r.err
	}
	f := &r.files[len(r.files)-1]
	if r.w.err == nil && r.out != nil {
		r.w.Flush() // not the writing of this file failed: it keeps what it has
	}
	if r.w.err != nil {
		r.lost = r.w.made.packets - r.w.saved.packets
		f.set(r.w.saved)
	}
	if r.out == nil {
		return r.err
	}
	// What fails here was told with err: the disk is no better for it.
	r.out.Truncate(f.Bytes)
	r.out.Close()
	r.out = nil
	if f.Frames == 0 {
		r.drop(len(r.files) - 1)
	}
	return r.err
}

// Lost is the number of packets that had got a Frame, but waited in memory
// when the recording stopped: they are in no file. Files tells which: those
// beyond the last file's Frames.
func (r *Ring) Lost() int64 { return r.lost }

// Diagnostics says what went wrong so far: that the recording stopped, files
// that could not be removed, packets that have no place in pcapng, files whose
// names are forgotten.
func (r *Ring) Diagnostics() []capture.Diagnostic {
	var out []capture.Diagnostic
	add := func(code string, severity capture.Severity, format string, args ...any) {
		out = append(out, capture.Diagnostic{Code: code, Severity: severity, Text: fmt.Sprintf(format, args...)})
	}
	if r.err != nil {
		add(codeRingStopped, capture.Error, "recording has stopped, the analysis goes on: %v%s", errors.Unwrap(r.err), waited(r.lost))
	}
	if n := r.notRemoved; n.times > 0 {
		add(codeRingRemove, capture.Warning, "%s could not be removed: %s", howMany(n.times, "old file of the ring", "old files of the ring"), n.first)
	}
	if n := r.refused; n.times > 0 {
		add(codeLimitIfaces, capture.Warning, "%s not recorded: %s", howMany(n.times, "packet is", "packets are"), n.first)
	}
	if n := int(r.begun) - len(r.files); n > 0 {
		add(codeRingFiles, capture.Info, "the ring has removed more than %d files: the first %d are no longer listed", ringGone, n)
	}
	return out
}

// waited says how many packets a failing disk did not take.
func waited(n int64) string {
	if n == 0 {
		return ""
	}
	return "; " + howMany(n, "packet that waited is", "packets that waited are") + " in no file"
}

func howMany(n int64, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprintf("%d %s", n, many)
}
