package live

import (
	"fmt"

	"rung/capture"
)

// Codes of diagnostics.
const (
	codeDown    = "interface-down"
	codeSkipped = "interface-skipped"
	codePromisc = "not-promiscuous"
	codeRing    = "ring-smaller"
	codeLimit   = "limit-interfaces"
	codeNumbers = "limit-frames"
)

func wrapped(n int32) capture.Diagnostic {
	return capture.Diagnostic{
		Code: codeNumbers, Severity: capture.Info,
		Text: fmt.Sprintf("frame numbers passed 2,147,483,647 and began again at 1, %s: frames are then named 2:1, 2:2 …", times(int(n))),
	}
}

// times says how often.
func times(n int) string {
	switch n {
	case 1:
		return "once"
	case 2:
		return "twice"
	}
	return fmt.Sprintf("%d times", n)
}
