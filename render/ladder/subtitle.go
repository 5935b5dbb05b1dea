package ladder

import (
	"fmt"
	"path"
	"strings"

	"rung/capture"
	"rung/render/safe"
)

// subtitle returns the parts of the line below the title: when, where, which
// frames, over what, and why the legs are one flow.
func (b *builder) subtitle() []string {
	parts := []string{b.zone(b.f.Start).Format("2006-01-02 15:04:05 MST")}
	parts = append(parts, b.files()...)
	parts = append(parts, b.frames()...)
	parts = append(parts, b.carriers()...)
	if j := b.joined(); j != "" {
		parts = append(parts, j)
	}
	for i := range parts {
		parts[i] = safe.Terminal(parts[i])
	}
	return parts
}

// span returns the first and last frame of the flow, media included.
func (b *builder) span() (first, last capture.Frame, ok bool) {
	see := func(f capture.Frame) {
		switch {
		case f == capture.Frame{}:
		case !ok:
			first, last, ok = f, f, true
		case Before(f, first):
			first = f
		case Before(last, f):
			last = f
		}
	}
	for i := range b.f.Messages {
		for _, f := range b.f.Messages[i].AllFrames() {
			see(f)
		}
	}
	for _, s := range b.f.Streams {
		see(s.FirstFrame)
		see(s.LastFrame)
	}
	return first, last, ok
}

// Before reports whether frame a was read before frame c.
func Before(a, c capture.Frame) bool {
	if a.File != c.File {
		return a.File < c.File
	}
	return a.Number < c.Number
}

// maxFiles is how many file names a subtitle lists before it counts.
const maxFiles = 3

func (b *builder) files() []string {
	first, last, ok := b.span()
	if !ok {
		return nil
	}
	var names []string
	for i := first.File; i <= last.File && int(i) < len(b.doc.Capture.Files); i++ {
		if len(names) == maxFiles {
			names[maxFiles-1] += fmt.Sprintf(" and %d more", last.File-i+1)
			break
		}
		names = append(names, base(b.doc.Capture.Files[i].Name))
	}
	if len(names) == 0 {
		return nil
	}
	return []string{strings.Join(names, ", ")}
}

// base is the last element of a path, also of one written on Windows.
func base(name string) string {
	if name == "-" {
		return "standard input"
	}
	return path.Base(strings.ReplaceAll(name, `\`, "/"))
}

func (b *builder) frames() []string {
	first, last, ok := b.span()
	switch {
	case !ok:
		return nil
	case first == last:
		return []string{"frame " + b.doc.FrameName(first)}
	}
	return []string{"frames " + b.doc.FrameName(first) + "–" + b.doc.FrameName(last)}
}

// carriers lists protocol and transport of the legs: "SIP over UDP".
func (b *builder) carriers() []string {
	var out []string
	seen := map[string]bool{}
	for i := range b.f.Legs {
		s := Carrier(b.f.Legs[i].Protocol, b.f.Legs[i].Transport)
		if s != "" && !seen[s] {
			seen[s] = true
			out = append(out, s)
		}
	}
	return out
}

// Carrier names a protocol on its transport: "SIP over UDP".
func Carrier(protocol string, t capture.Transport) string {
	p, u := strings.ToUpper(protocol), strings.ToUpper(t.String())
	switch {
	case p == "":
		return u
	case u == "" || p == u:
		return p
	}
	return p + " over " + u
}

// joined says why the legs are one flow: "legs joined by Session-ID".
func (b *builder) joined() string {
	var why []string
	seen := map[string]bool{"first": true, "": true}
	for i := range b.f.Legs {
		j := b.f.Legs[i].JoinedBy
		if !seen[j] {
			seen[j] = true
			why = append(why, joinWord(j))
		}
	}
	if len(why) == 0 {
		return ""
	}
	return plural(len(b.f.Legs), "leg", "legs") + " joined by " + strings.Join(why, ", ")
}

func joinWord(j string) string {
	switch j {
	case "call-id":
		return "Call-ID"
	case "session-id":
		return "Session-ID"
	case "cisco-guid":
		return "Cisco-Guid"
	case "x-call-id":
		return "X-Call-ID"
	}
	return strings.ReplaceAll(j, "-", " ")
}
