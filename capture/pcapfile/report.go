package pcapfile

import (
	"fmt"

	"rung/capture"
)

// Codes of diagnostics.
const (
	codeCut         = "cut-file"
	codeLength      = "lying-length"
	codeTrailer     = "lying-trailer"
	codeLost        = "unreadable-rest"
	codeRead        = "read-error"
	codeCompression = "bad-compression"
	codeExpansion   = "limit-expansion"
	codeCaplen      = "lying-caplen"
	codeWireLen     = "short-wire-length"
	codeClipped     = "clipped-frame"
	codeNoTime      = "time-missing"
	codeTimeRange   = "time-out-of-range"
	codeFraction    = "time-fraction"
	codeClock       = "clock-set-back"
	codeInterface   = "unknown-interface"
	codeDrops       = "interface-drops"
	codeBlock       = "bad-block"
	codeHeader      = "another-header"
	codeVersion     = "unknown-version"
	codeRecord      = "other-records"
	codeSkipped     = "not-captures"
	codeSame        = "same-file"
	codeLimitIfaces = "limit-interfaces"
	codeLimitNames  = "limit-names"
	codeLimitSecret = "limit-secrets"
	codeLimitFrames = "limit-frames"
)

// damage lists the codes that mean that bytes are missing or wrong; the others
// are odd, but nothing is lost.
var damage = map[string]bool{
	codeCut: true, codeLength: true, codeTrailer: true, codeLost: true, codeRead: true,
	codeCompression: true, codeCaplen: true, codeInterface: true, codeDrops: true, codeBlock: true,
}

// limits lists the codes of limits reached: not the capture's fault.
var limits = map[string]bool{
	codeExpansion: true, codeClipped: true, codeLimitIfaces: true, codeLimitNames: true,
	codeLimitSecret: true, codeLimitFrames: true,
}

// severityOf grades a code.
func severityOf(code string) capture.Severity {
	if damage[code] || limits[code] {
		return capture.Warning
	}
	return capture.Info
}

// notes collects what is odd about one input. A code is told a few times,
// then counted.
type notes struct {
	list []note
}

type note struct {
	code   string
	text   string
	frames []capture.Frame
	more   int
}

// add notes something, at frame number (0: no frame). Damage is told up to
// maxNoted times with its places, the rest once.
func (n *notes) add(code string, number int32, format string, args ...any) {
	frame := capture.Frame{Number: number}
	if n.again(code, frame) {
		return
	}
	t := note{code: code, text: fmt.Sprintf(format, args...)}
	if number > 0 {
		t.frames = []capture.Frame{frame}
	}
	n.list = append(n.list, t)
}

// again counts one more of a code that has been told often enough, and
// reports whether it did. It spares the caller the making of a text.
func (n *notes) again(code string, frame capture.Frame) bool {
	seen, each := 0, 1
	if damage[code] {
		each = maxNoted
	}
	for i := len(n.list) - 1; i >= 0; i-- {
		if n.list[i].code == code {
			seen++
		}
	}
	if seen < each {
		return false
	}
	for i := len(n.list) - 1; i >= 0; i-- {
		t := &n.list[i]
		if t.code != code {
			continue
		}
		t.more++
		if frame.Number > 0 && len(t.frames) < maxNotedFrames {
			t.frames = append(t.frames, frame)
		}
		break
	}
	return true
}

// diagnostics returns the notes of one input, in the order they were made.
func (n *notes) diagnostics(name string, index int32) []capture.Diagnostic {
	var out []capture.Diagnostic
	for _, t := range n.list {
		d := capture.Diagnostic{
			Code:     t.code,
			Severity: severityOf(t.code),
			Text:     display(name) + ": " + t.text,
			Damage:   damage[t.code],
		}
		if t.more > 0 {
			d.Text += fmt.Sprintf(" (and %d more like it)", t.more)
		}
		for _, f := range t.frames {
			d.Frames = append(d.Frames, capture.Frame{File: index, Number: f.Number})
		}
		out = append(out, d)
	}
	return out
}
