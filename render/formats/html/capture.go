package html

import (
	"fmt"
	"html/template"

	"rung/capture"
	"rung/render/safe"
)

// capture shows the inputs, what became of every frame, and what was odd.
func (b *builder) capture(r *report) {
	c := &b.doc.Capture
	r.AccountLine = b.accountLine()
	r.Account = b.account()
	files := &table{caption: "Inputs", head: []string{"File", "Format", "Link types", "Frames", "Bytes", "First", "Last", "Remark"},
		numeric: map[int]bool{3: true, 4: true}}
	for _, f := range c.Files {
		remark := ""
		if f.Truncated {
			remark = "cut off: the last record is not whole"
		}
		files.add(text(f.Name), text(f.Format), text(join(f.LinkTypes)), text(thousands(f.Frames)), text(thousands(f.Bytes)),
			text(b.clock(f.First)), text(b.clock(f.Last)), text(remark))
	}
	r.Files = files.HTML()
	r.Diagnostics = b.diagnostics("Remarks on the capture", c.Diagnostics)
}

func join(s []string) string {
	out := ""
	for i, x := range s {
		if i > 0 {
			out += ", "
		}
		out += x
	}
	return out
}

func (b *builder) accountLine() string {
	c := &b.doc.Capture
	if c.Frames == 0 {
		return "No frames were read."
	}
	var other, undecoded int64
	for _, t := range c.Account.Other() {
		other += t.Frames
	}
	for _, t := range c.Account.Undecoded() {
		undecoded += t.Frames
	}
	s := plural(c.Frames, "frame", "frames") + " read: " + thousands(c.Account.Decoded) + " decoded, " +
		thousands(other) + " of protocols rung does not read, " + thousands(undecoded) + " that could not be read"
	if n := c.Account.Duplicate; n > 0 {
		s += ", " + plural(n, "span copy", "span copies")
	}
	if n := c.Account.TransportOnly; n > 0 {
		s += ", " + thousands(n) + " of TCP alone"
	}
	s += "."
	if c.InterfaceDrops > 0 {
		s += " The capturing interface dropped " + plural(c.InterfaceDrops, "frame", "frames") + ": messages may be missing."
	}
	return s
}

// account lists what became of every frame; the rows add up to all frames.
func (b *builder) account() template.HTML {
	c := &b.doc.Capture
	t := &table{caption: "What became of every frame", head: []string{"Frames", "What", "First frame"}, numeric: map[int]bool{0: true}}
	add := func(n int64, what string, first capture.Frame, class string) {
		if n != 0 {
			t.add(text(thousands(n)), cell{text: what, class: class}, text(b.frameName(first)))
		}
	}
	add(c.Account.Decoded, "decoded", capture.Frame{}, "")
	for _, u := range c.Account.Undecoded() {
		add(u.Frames, "not decoded: "+u.Name, u.First, bad)
	}
	for _, o := range c.Account.Other() {
		add(o.Frames, "another protocol: "+o.Name, o.First, "")
	}
	add(c.Account.Duplicate, "duplicate: a span copy of another frame", capture.Frame{}, "")
	add(c.Account.TransportOnly, "transport only: TCP without payload of interest", capture.Frame{}, "")
	if missing := c.Frames - c.Account.Total(); missing != 0 {
		add(missing, "not accounted for: a defect of rung, please report it", capture.Frame{}, bad)
	}
	if c.InterfaceDrops > 0 {
		t.add(text("+ "+thousands(c.InterfaceDrops)), cell{text: "dropped by the capturing interface, never seen", class: bad}, text(""))
	}
	return t.HTML()
}

// diagnostics lists what was odd, in the order it was found.
func (b *builder) diagnostics(caption string, ds []capture.Diagnostic) template.HTML {
	t := &table{caption: caption, head: []string{"Severity", "What", "Frames", "Reference", "Code"}}
	for i := range ds {
		if i == maxDiagnostics {
			t.add(text(""), text(fmt.Sprintf("… and %s more", thousands(int64(len(ds)-i)))), text(""), text(""), text(""))
			break
		}
		d := &ds[i]
		t.add(severity(d.Severity), text(d.Text), text(frameList(b.doc, d.Frames)), text(d.Ref), text(d.Code))
	}
	return t.HTML()
}

func severity(s capture.Severity) cell {
	class := ""
	switch s {
	case capture.Error:
		class = bad
	case capture.Warning:
		class = mild
	}
	return cell{text: safe.Terminal(s.String()), class: class}
}
