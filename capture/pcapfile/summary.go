package pcapfile

import (
	"fmt"
	"sort"
	"strings"

	"rung/capture"
)

// Files sums up the inputs, in the order of capture.Frame.File, as far as they
// have been read. Inputs that could not be opened have a place, too; files in
// folders that are no captures have none.
func (r *Reader) Files() []FileInfo {
	out := make([]FileInfo, len(r.files))
	for i, f := range r.files {
		out[i] = f.info
		out[i].Links = append([]capture.LinkType(nil), f.info.Links...)
	}
	return out
}

// Paths gives FileInfo.Path of each input, as capture/spool wants them.
func (r *Reader) Paths() []string {
	out := make([]string, len(r.files))
	for i, f := range r.files {
		out[i] = f.info.Path
	}
	return out
}

// Errors lists what could not be read, as *FileError: names that don't exist,
// files that are no captures, files whose reading failed on the way. The list
// may grow until Next has returned io.EOF.
func (r *Reader) Errors() []error {
	var out []error
	for _, err := range r.errs {
		out = append(out, err)
	}
	for _, f := range r.files {
		if f.readErr != nil {
			out = append(out, f.readErr)
		}
	}
	return out
}

// Diagnostics says what is odd about the inputs, as far as they have been
// read: by input, in the order found. Frames lists some of the frames.
func (r *Reader) Diagnostics() []capture.Diagnostic {
	out := append([]capture.Diagnostic(nil), r.general...)
	for _, f := range r.files {
		out = append(out, f.notes.diagnostics(f.name, f.index)...)
	}
	return out
}

// Names lists the name resolution blocks read so far, by input, then in the
// order of the file.
func (r *Reader) Names() []Name {
	out := append([]Name(nil), r.shared.names...)
	sort.SliceStable(out, func(i, j int) bool { return out[i].File < out[j].File })
	return out
}

// Secrets lists the decryption secrets blocks read so far, by input, then in
// the order of the file. Data is not copied.
func (r *Reader) Secrets() []Secret {
	out := append([]Secret(nil), r.shared.secrets...)
	sort.SliceStable(out, func(i, j int) bool { return out[i].File < out[j].File })
	return out
}

// Progress tells how many bytes of the inputs have been read, and how many
// there are; total is 0 when that can't be known (standard input, pipes).
func (r *Reader) Progress() (done, total int64) {
	known := true
	for _, f := range r.files {
		if f.info.Err != nil && f.parse == nil {
			continue
		}
		known = known && f.regular
		total += f.size
		switch {
		case f.dormant:
		case f.done && f.regular:
			done += f.size
		case f.raw != nil:
			done += f.raw.n
		}
	}
	if !known {
		return done, 0
	}
	return done, total
}

func (r *Reader) noteSame(names []string) {
	for _, name := range names {
		r.general = append(r.general, capture.Diagnostic{
			Code: codeSame, Severity: severityOf(codeSame),
			Text: name + ": given before; it is read once",
		})
	}
}

func (r *Reader) noteSkipped(names []string) {
	if len(names) == 0 {
		return
	}
	shown := strings.Join(names[:min(len(names), maxSkippedNames)], ", ")
	if more := len(names) - maxSkippedNames; more > 0 {
		shown += fmt.Sprintf(" and %d more", more)
	}
	r.general = append(r.general, capture.Diagnostic{
		Code: codeSkipped, Severity: severityOf(codeSkipped),
		Text: fmt.Sprintf("%d files in folders are no captures: %s", len(names), shown),
	})
}
