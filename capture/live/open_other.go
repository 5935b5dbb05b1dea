//go:build !linux

package live

import "runtime"

// Open says what to do instead: live interfaces are read on Linux only.
func Open(*Options) (*Capture, error) {
	advice := "tcpdump -i IF -U -w - | rung live -"
	if runtime.GOOS == "windows" {
		advice = "dumpcap -i IF -w - | rung live -"
	}
	return nil, &Error{Text: "rung reads interfaces on Linux only", advice: advice}
}
