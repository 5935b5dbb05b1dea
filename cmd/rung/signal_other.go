//go:build !unix

package main

import (
	"context"
	"os"
)

// notifySummary has no signal to wait for here.
func notifySummary(chan os.Signal) {}

// untilHangup has no terminal to lose here.
func untilHangup(ctx context.Context) (context.Context, context.CancelFunc) {
	return context.WithCancel(ctx)
}

// ends are the signals that end a run in order.
var ends = []os.Signal{os.Interrupt}
