package main

import (
	"context"
	"errors"
	"fmt"

	"rung/capture"
	"rung/capture/pcapfile"
	"rung/capture/spool"
	"rung/decode"
	"rung/decode/flow"
	"rung/decode/media"
	"rung/decode/pipeline"
	"rung/render"
)

// An analysis is one capture read to its end, with everything that belongs
// together found.
type analysis struct {
	doc    *render.Document
	store  *spool.Store
	failed bool // one of the inputs could not be read, or not to its end
}

// analyse joins the rooms: files → packets → messages → flows → Document.
func (p *program) analyse(ctx context.Context, inputs []string, o *readOptions) (*analysis, error) {
	names, err := o.loadNames()
	if err != nil {
		return nil, err
	}
	opt, err := o.pipeline()
	if err != nil {
		return nil, err
	}
	reader, err := pcapfile.Open(inputs, &pcapfile.Options{Stdin: p.stdin})
	if err != nil {
		return nil, explainOpen(err)
	}
	defer reader.Close()
	for _, e := range reader.Errors() {
		p.say("error", e.Error())
	}
	var paths, files []string
	for _, f := range reader.Files() {
		paths, files = append(paths, f.Path), append(files, f.Name)
	}
	store := spool.New(paths, nil)

	builder := flow.New(flow.Options{Names: names, Each: pipeline.Each(o.workers)})
	opt.Inputs = files
	progress := p.progress(reader, o.quiet)
	result, err := pipeline.Run(ctx, progress, store, opt, func(m *decode.Message) {
		nameAnswers(names, m)
		builder.Add(m)
	})
	progress.done()
	if err != nil && errors.Is(err, context.Canceled) {
		store.Close()
		return nil, err
	}
	for _, n := range reader.Names() {
		for _, name := range n.Names {
			names.Add(n.Addr, name, "name resolution block")
		}
	}
	found := builder.Finish(result.Last, result.Tracks)
	a := &analysis{store: store, failed: len(reader.Errors()) > 0 || err != nil}
	a.doc = p.document(reader, result, found, store)
	if err != nil {
		p.say("error", err.Error())
	}
	return a, nil
}

// nameAnswers learns the names of addresses from DNS answers.
func nameAnswers(names *flow.Names, m *decode.Message) {
	l := m.Facts.Lookup
	if l == nil || !l.Response {
		return
	}
	for _, a := range l.Answers {
		if a.Addr.IsValid() {
			names.Add(a.Addr, a.Name, fmt.Sprintf("DNS answer in frame %s", m.Frame))
		}
	}
}

// document makes the Document of a run.
func (p *program) document(reader *pcapfile.Reader, result *pipeline.Result, found *flow.Result, store *spool.Store) *render.Document {
	settle(&result.Account, result.Tracks, found)
	c := render.Capture{
		Frames: result.Frames, Bytes: result.Bytes, First: result.First, Last: result.Last,
		Account:     result.Account,
		Diagnostics: append(reader.Diagnostics(), result.Diagnostics...),
	}
	for _, f := range reader.Files() {
		c.Files = append(c.Files, fileOf(&f))
		c.InterfaceDrops += int64(f.Drops)
	}
	if n := len(found.Unmatched); n > 0 {
		c.Diagnostics = append(c.Diagnostics, capture.Diagnostic{
			Code: "icmp-unmatched", Severity: capture.Info,
			Frames: []capture.Frame{found.Unmatched[0].Frame},
			Text:   counted(int64(n), "ICMP error quotes a packet", "ICMP errors quote packets") + " of no flow shown here",
			Ref:    "RFC 792",
		})
	}
	return &render.Document{
		Version: version(), Command: commandLine(p.args), Capture: c,
		Flows: found.Flows, Streams: found.Streams, StreamFlow: found.StreamFlow,
		Bytes: func(m *decode.Message) ([]byte, error) { return store.Get(m.Raw) },
	}
}

// settle accounts for the RTP candidates: those that became streams were
// decoded, the others are some other protocol over UDP.
func settle(a *capture.Account, tracks []*media.Track, found *flow.Result) {
	for _, t := range tracks {
		fate, name := capture.FateOther, t.OtherName()
		if found.Known[t] {
			fate, name = capture.FateDecoded, ""
		}
		a.AddN(fate, name, t.Frames, t.FirstFrame, t.First.Index)
	}
}

func fileOf(f *pcapfile.FileInfo) render.File {
	out := render.File{
		Name: f.Name, Format: f.Format, Frames: f.Frames, Bytes: f.Bytes,
		First: f.First, Last: f.Last, Truncated: f.Truncated,
	}
	for _, l := range f.Links {
		out.LinkTypes = append(out.LinkTypes, l.String())
	}
	return out
}

// damaged tells whether anything says that the capture itself is damaged.
func damaged(doc *render.Document) bool {
	for _, f := range doc.Capture.Files {
		if f.Truncated {
			return true
		}
	}
	for _, d := range doc.Capture.Diagnostics {
		if d.Damage {
			return true
		}
	}
	for _, f := range doc.Flows {
		if damagedFlow(f) {
			return true
		}
	}
	return false
}

// damagedFlow tells the same of the messages of a flow.
func damagedFlow(f *flow.Flow) bool {
	for i := range f.Messages {
		for _, d := range f.Messages[i].Diagnostics {
			if d.Damage {
				return true
			}
		}
	}
	return false
}

// explainOpen adds a hint to the errors of opening inputs.
func explainOpen(err error) error {
	var format *pcapfile.FormatError
	switch {
	case errors.As(err, &format) && format.Looks == "text":
		return hinted{err, "rung reads packet captures (pcap, pcapng, also .gz and .zst), not text"}
	case errors.As(err, &format):
		return hinted{err, "rung reads pcap and pcapng, also .gz and .zst"}
	case errors.Is(err, pcapfile.ErrEmpty):
		return hinted{err, "the capture holds no packet; was it stopped before anything came?"}
	case errors.Is(err, pcapfile.ErrNoCaptures):
		return hinted{err, "name the capture files, or a folder that holds .pcap or .pcapng files"}
	}
	return err
}
