package main

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"golang.org/x/term"

	"rung/render"
	"rung/render/formats"
)

// maxPages is how many pictures one command makes without being asked for
// each: a folder of a thousand is a mistake more often than a wish.
const maxPages = 200

func formatsFor(s render.Subject) []string { return formats.For(s) }

// choose finds the format of a subject: --format, else the extension of -o,
// else the first that shows it, which is text where there is text.
func (o *writeOptions) choose(s render.Subject) (*render.Format, error) {
	known := "formats of " + string(s) + ": " + strings.Join(formats.For(s), ", ")
	switch {
	case o.format != "":
		f := formats.Named(o.format)
		if f == nil {
			return nil, usageError{hinted{fmt.Errorf("--format %s: no such format", o.format), known}}
		}
		if !f.Shows(s) {
			return nil, usageError{hinted{fmt.Errorf("--format %s does not show %s", o.format, s), known}}
		}
		return f, nil
	case o.out != "" && o.out != "-":
		if f := formats.ByExtension(o.out, s); f != nil {
			return f, nil
		}
		return nil, usageError{hinted{fmt.Errorf("-o %s: no format of %s has this extension", o.out, s), known}}
	}
	return formats.Named(formats.For(s)[0]), nil
}

// write renders doc and puts the pages where they belong.
func (p *program) write(doc *render.Document, inputs []string, o *writeOptions, s render.Subject) error {
	format, err := o.choose(s)
	if err != nil {
		return err
	}
	toStdout := o.out == "" || o.out == "-"
	if toStdout && format.Binary && isTerminal(p.stdout) {
		return usageError{hinted{fmt.Errorf("%s is binary and standard output is a terminal", format.Name),
			"write to a file with -o OUT" + format.Extensions[0]}}
	}
	if !toStdout {
		if err := p.notInput(o.out, inputs); err != nil {
			return err
		}
	}
	opt := &render.Options{
		Subject: s, ASCII: o.ascii, Detail: o.detail, Width: o.width, Theme: o.theme,
		Zone: o.zone, ShowSecrets: o.secrets, Series: !toStdout,
	}
	if toStdout && isTerminal(p.stdout) {
		opt.Color = os.Getenv("NO_COLOR") == ""
		if opt.Width == 0 {
			opt.Width = terminalWidth(p.stdout)
		}
	}
	if toStdout && !format.Paged {
		return ignorePipe(format.Write(allPages{p.stdout}, doc, opt))
	}
	var pages pageList
	if err := format.Write(&pages, doc, opt); err != nil {
		return err
	}
	if toStdout {
		return pages.print(p.stdout, format)
	}
	return pages.save(o.out)
}

// allPages is an Output that writes pages one behind the other as they come.
type allPages struct{ w io.Writer }

// Page returns the writer.
func (o allPages) Page() (io.Writer, error) { return o.w, nil }

// pageList is an Output that keeps the pages until their number is known.
type pageList struct{ pages []*bytes.Buffer }

// Page begins the next page.
func (l *pageList) Page() (io.Writer, error) {
	if len(l.pages) >= maxPages {
		return nil, hinted{fmt.Errorf("more than %d pages", maxPages), "choose flows with --flow, --kind, --number or --where"}
	}
	b := new(bytes.Buffer)
	l.pages = append(l.pages, b)
	return b, nil
}

// print writes the one page to standard output. Two pictures one behind the
// other are a file that nothing opens.
func (l *pageList) print(w io.Writer, f *render.Format) error {
	switch len(l.pages) {
	case 0:
		return errNothing
	case 1:
		_, err := w.Write(l.pages[0].Bytes())
		return ignorePipe(err)
	}
	return usageError{hinted{fmt.Errorf("%d pictures don't go to one standard output", len(l.pages)),
		"choose one with --flow, or write files with -o OUT" + f.Extensions[0]}}
}

// save writes one page as name, several as name-1.ext, name-2.ext …
func (l *pageList) save(name string) error {
	if len(l.pages) == 0 {
		return errNothing
	}
	ext := filepath.Ext(name)
	for i, page := range l.pages {
		to := name
		if len(l.pages) > 1 {
			to = fmt.Sprintf("%s-%d%s", strings.TrimSuffix(name, ext), i+1, ext)
		}
		if err := os.WriteFile(to, page.Bytes(), 0o644); err != nil {
			return fmt.Errorf("write: %w", err)
		}
	}
	return nil
}

// errNothing is for a format that made no page.
var errNothing = errors.New("nothing to write")

// folderExists finds a mistyped -o before a long read.
func folderExists(out string) error {
	if out == "" || out == "-" {
		return nil
	}
	dir := filepath.Dir(out)
	if st, err := os.Stat(dir); err != nil || !st.IsDir() {
		return hinted{fmt.Errorf("-o %s: there is no folder %s", out, dir), "make the folder first"}
	}
	return nil
}

// notInput keeps a slip of the finger from overwriting the capture, which "-"
// names when it is redirected to standard input.
func (p *program) notInput(out string, inputs []string) error {
	a, err := os.Stat(out)
	if err != nil {
		return nil
	}
	for _, in := range inputs {
		if b := p.input(in); b != nil && os.SameFile(a, b) {
			return usageError{fmt.Errorf("-o %s would overwrite the capture", out)}
		}
	}
	return nil
}

// input describes the file behind an input, nil when there is none.
func (p *program) input(name string) os.FileInfo {
	if name != "-" {
		info, err := os.Stat(name)
		if err != nil {
			return nil
		}
		return info
	}
	f, ok := p.stdin.(*os.File)
	if !ok {
		return nil
	}
	if info, err := f.Stat(); err == nil && info.Mode().IsRegular() {
		return info
	}
	return nil
}

func isTerminal(w io.Writer) bool {
	f, ok := w.(*os.File)
	return ok && term.IsTerminal(int(f.Fd()))
}

func terminalWidth(w io.Writer) int {
	f, ok := w.(*os.File)
	if !ok {
		return 0
	}
	width, _, err := term.GetSize(int(f.Fd()))
	if err != nil {
		return 0
	}
	return min(max(width, minWidth), maxWidth)
}
