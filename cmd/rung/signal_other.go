//go:build !unix

package main

import "os"

// notifySummary has no signal to wait for here.
func notifySummary(chan os.Signal) {}

// ends are the signals that end a run in order.
var ends = []os.Signal{os.Interrupt}
