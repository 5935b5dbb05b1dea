package main

import (
	"errors"
	"fmt"
	"time"
)

const (
	// dupWindow is the default of --dup-window, as contract.md promises.
	dupWindow = 20 * time.Millisecond

	// sameWindow is the most for copies that differ in nothing.
	sameWindow = time.Millisecond

	// maxDupWindow caps --dup-window. A SIP message without an answer is sent
	// again after 500 ms (RFC 3261 §17.1.1.1), a TCP segment after 200 ms (Linux)
	// or more, and a repetition must never pass for a copy.
	maxDupWindow = 100 * time.Millisecond
)

// parseDupWindow reads --dup-window into the two windows of
// pipeline.Options: that for packets with the same link headers, tunnel and
// TTL, and that for those which differ. Negative means no copies;
// an empty s the default.
func parseDupWindow(s string) (same, differ time.Duration, err error) {
	if s == "" {
		return sameWindow, dupWindow, nil
	}
	d, err := time.ParseDuration(s)
	switch {
	case err != nil:
		return 0, 0, dupWindowError(s, errors.New("not a time"), "a time has a unit: 20ms, 500us; 0 takes no packet for a copy")
	case d < 0:
		return 0, 0, dupWindowError(s, errors.New("must not be negative"), "0 takes no packet for a copy")
	case d > maxDupWindow:
		return 0, 0, dupWindowError(s, fmt.Errorf("must be at most %s", maxDupWindow),
			"beyond that what a host sends again would pass for a copy")
	case d == 0:
		return -1, -1, nil
	}
	return min(sameWindow, d), d, nil
}

func dupWindowError(s string, err error, hint string) error {
	return usageError{hinted{fmt.Errorf("--dup-window %s: %w", s, err), hint}}
}
