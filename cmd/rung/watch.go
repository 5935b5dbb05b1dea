package main

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"time"
	"unicode/utf8"

	"golang.org/x/term"

	"rung/capture"
	"rung/decode/flow"
	"rung/decode/media"
	"rung/decode/pipeline"
	"rung/render"
	"rung/render/formats"
	"rung/render/formats/ndjson"
	"rung/render/safe"
)

// A watch shows a live capture: lines of JSON, or a table on a terminal, and
// a summary when it ends or is asked for.
type watch struct {
	p     *program
	o     *liveOptions
	src   *liveSource
	live  *flow.Live
	names *flow.Names
	doc   *render.Document

	file  *os.File // -o
	lines *ndjson.Writer
	table bool

	asked    <-chan os.Signal // for a summary
	held     time.Time        // until then a summary stands where the table was
	streams  int64
	harm     bool            // a message that was written is damaged
	told     int             // diagnostics of the source that have been said
	recorded map[string]bool // codes of those of the ring
	broken   error           // the output can't be written any more
}

func newWatch(p *program, o *liveOptions, src *liveSource, names *flow.Names, asked <-chan os.Signal) *watch {
	w := &watch{p: p, o: o, src: src, names: names, asked: asked, recorded: make(map[string]bool)}
	w.live = flow.NewLive(flow.LiveOptions{Options: flow.Options{Names: names}, Keep: o.keep})
	w.doc = &render.Document{
		Version: version(), Command: commandLine(p.args), StreamFlow: w.live.StreamFlow,
	}
	return w
}

// open opens the output.
func (w *watch) open() error {
	out := w.p.stdout
	switch {
	case w.o.write.out != "" && w.o.write.out != "-":
		f, err := os.Create(w.o.write.out)
		if err != nil {
			return fmt.Errorf("-o: %w", err)
		}
		w.file, out = f, f
		w.table = isTerminal(w.p.stdout)
	case w.o.write.format == "" && isTerminal(w.p.stdout):
		w.table = true
		out = nil
	}
	if out != nil {
		w.lines = ndjson.NewWriter(out)
	}
	return nil
}

// tick takes what is over.
func (w *watch) tick(t *pipeline.Tick) pipeline.Orders {
	h := w.live.Tick(t.Now, t.Tracks, t.Released, t.Reports)
	w.state(t)
	// Frames that have no fate yet wait for their fellows.
	w.doc.Capture.Pending = max(0, t.Frames-w.doc.Capture.Account.Total())
	w.news()
	w.write(h)
	select {
	case <-w.asked:
		w.clear()
		w.summary(t.Now)
	default:
	}
	if w.table && !time.Now().Before(w.held) {
		w.draw(t.Now)
	}
	return pipeline.Orders{Release: h.Release, Told: h.Told}
}

// state brings the Document up to date.
func (w *watch) state(t *pipeline.Tick) {
	c := &w.doc.Capture
	c.Frames, c.Bytes, c.First, c.Last = t.Frames, t.Bytes, t.First, t.Last
	c.Account = capture.Account{}
	c.Account.Merge(&t.Account)
	c.Account.Merge(w.live.Account())
	c.Account.Decoded += t.Open // RTP that goes on
	c.InterfaceDrops = int64(w.src.drops())
	c.Files, c.FilesBefore = w.src.files(render.File{Frames: t.Frames, Bytes: t.Bytes, First: t.First, Last: t.Last})
	c.Pending = 0
	c.Diagnostics = append(w.src.diagnostics(), w.src.recorded()...)
	c.Diagnostics = append(c.Diagnostics, t.Diagnostics()...)
	c.Diagnostics = append(c.Diagnostics, w.live.Diagnostics()...)
}

// news says at once what happens to the interfaces and to the recording, of
// which the numbers may grow; a table has no room for it.
func (w *watch) news() {
	odd := w.src.diagnostics()
	fresh := odd[min(w.told, len(odd)):]
	w.told = len(odd)
	for _, d := range w.src.recorded() {
		if !w.recorded[d.Code] && d.Severity >= capture.Warning {
			w.recorded[d.Code] = true
			fresh = append(fresh, d)
		}
	}
	if w.table || w.o.read.quiet {
		return
	}
	for _, d := range fresh {
		w.p.say(d.Severity.String(), d.Text)
	}
}

// write writes the lines of what is over, as far as it was chosen.
func (w *watch) write(h *flow.Harvest) {
	pick := &w.o.read.pick
	for _, f := range h.Flows {
		streams := h.StreamsOf[f]
		w.streams += int64(len(streams))
		w.harm = w.harm || damagedFlow(f)
		if pick.any() {
			if ok, err := pick.parsed.Keep(w.doc, f); err != nil {
				w.fail(usageError{fmt.Errorf("--where: %w", err)})
				return
			} else if !ok {
				continue
			}
		}
		w.put(f, streams)
	}
	w.streams += int64(len(h.Streams))
	if !pick.any() {
		w.put(nil, h.Streams)
	}
}

func (w *watch) put(f *flow.Flow, streams []*media.Stream) {
	if w.lines == nil || w.broken != nil {
		return
	}
	if f != nil {
		if err := w.lines.Flow(w.doc, f); err != nil {
			w.fail(err)
			return
		}
	}
	for _, s := range streams {
		if err := w.lines.Stream(w.doc, s); err != nil {
			w.fail(err)
			return
		}
	}
}

// fail ends the capture: nobody reads what it finds.
func (w *watch) fail(err error) {
	if w.broken == nil {
		w.broken = err
		w.src.stop()
	}
}

// finish ends the run with everything that is still open.
func (w *watch) finish(r *pipeline.Result, err error) error {
	if w.table {
		w.draw(r.Last)
	}
	stopped := w.src.close()
	h := w.live.Finish(r.Last, r.Tracks, r.Reports)
	w.state(&pipeline.Tick{
		Frames: r.Frames, Bytes: r.Bytes, First: r.First, Last: r.Last, Account: r.Account,
		Diagnostics: func() []capture.Diagnostic { return r.Diagnostics },
	})
	w.write(h)
	if w.lines != nil && w.broken == nil {
		w.broken = w.lines.Capture(w.doc)
	}
	w.summary(r.Last)
	if w.file != nil {
		if cerr := w.file.Close(); w.broken == nil && cerr != nil {
			w.broken = cerr
		}
	}
	switch {
	case err != nil:
		return err
	case ignorePipe(w.broken) != nil:
		return w.broken
	case stopped != nil:
		return fmt.Errorf("recording stopped: %w", stopped)
	case w.o.read.strict && (w.harm || damaged(w.doc)):
		return errDamaged
	}
	return nil
}

// summary says on standard error what the capture has come to so far.
func (w *watch) summary(now capture.Time) {
	if w.o.read.quiet {
		return
	}
	for _, line := range summaryLines(w, now) {
		w.p.say("live", line)
	}
	w.p.tell(w.doc, &w.o.read)
}

// summaryStands is how long a summary on the terminal is left to be read
// before the table is drawn over it.
const summaryStands = 10 * time.Second

// clear makes room for a summary where the table is.
func (w *watch) clear() {
	if !w.table || w.o.read.quiet || !isTerminal(w.p.stderr) {
		return
	}
	w.held = time.Now().Add(summaryStands)
	if _, err := io.WriteString(w.p.stdout, "\x1b[H\x1b[J"); err != nil {
		w.fail(err)
	}
}

// draw shows the latest flows on the terminal.
func (w *watch) draw(now capture.Time) {
	width, height := 100, 24
	if f, ok := w.p.stdout.(*os.File); ok {
		if x, y, err := term.GetSize(int(f.Fd())); err == nil && x > 0 && y > 0 {
			width, height = x, y
		}
	}
	rows := max(1, height-headLines)
	doc := *w.doc
	doc.Flows = w.chosen(w.live.Recent(rows, now))
	doc.Capture.Files = doc.Capture.Files[:min(1, len(doc.Capture.Files))] // no list of the ring's
	var b bytes.Buffer
	opt := &render.Options{
		Subject: render.List, Width: min(max(width, minWidth), maxWidth), Zone: w.o.write.zone,
		ASCII: w.o.write.ascii, Color: os.Getenv("NO_COLOR") == "",
	}
	flows, _ := w.live.Open()
	head := fmt.Sprintf("rung live · %s · %s · %d dropped · %s in memory · Ctrl-C ends",
		w.src.name(), packets(uint64(w.doc.Capture.Frames)), w.doc.Capture.InterfaceDrops, counted(int64(flows), "flow", "flows"))
	if err := formats.Named("text").Write(allPages{&b}, &doc, opt); err != nil {
		w.fail(err)
		return
	}
	if _, err := io.WriteString(w.p.stdout, screen(head, b.Bytes(), width, height, opt.ASCII)); err != nil {
		w.fail(err)
	}
}

// headLines are the lines of the screen that hold no flow: the head, an empty
// one, the date, the names of the columns, and the last, where the cursor stays.
const headLines = 5

// chosen leaves the flows that the flags choose.
func (w *watch) chosen(list []*flow.Flow) []*flow.Flow {
	pick := &w.o.read.pick
	if !pick.any() {
		return list
	}
	var out []*flow.Flow
	for _, f := range list {
		if ok, err := pick.parsed.Keep(w.doc, f); ok && err == nil {
			out = append(out, f)
		}
	}
	return out
}

// screen puts a head and as many lines of text as there is room for onto the
// terminal, from its upper left corner.
func screen(head string, text []byte, width, height int, ascii bool) string {
	var b bytes.Buffer
	b.WriteString("\x1b[H")
	lines := append([][]byte{[]byte(cutTo(printable(head), width)), nil}, bytes.Split(bytes.TrimRight(text, "\n"), []byte("\n"))...)
	if ascii {
		lines[0] = bytes.ReplaceAll(lines[0], []byte("·"), []byte("-"))
	}
	for i, line := range lines {
		if i >= height-1 {
			break
		}
		b.Write(clip(line, width))
		b.WriteString("\x1b[K\r\n")
	}
	b.WriteString("\x1b[J")
	return b.String()
}

// clip cuts a line of a table, which may be coloured, to the width of a screen
// that is narrower than tables get.
func clip(line []byte, width int) []byte {
	if len(line) <= width {
		return line
	}
	var out []byte
	for room := width; len(line) > 0; {
		if line[0] == '\x1b' { // colours take no room, and end on every line
			n := bytes.IndexByte(line, 'm') + 1
			if n == 0 {
				return out
			}
			out, line = append(out, line[:n]...), line[n:]
			continue
		}
		r, n := utf8.DecodeRune(line)
		if room -= safe.Width(string(r)); room >= 0 {
			out = append(out, line[:n]...)
		}
		line = line[n:]
	}
	return out
}

// cutTo cuts a line to so many characters.
func cutTo(s string, width int) string {
	r := []rune(s)
	return string(r[:min(len(r), max(0, width-1))])
}
