//go:build unix

package main

import (
	"context"
	"os"
	"os/signal"
	"syscall"
)

// notifySummary asks for a summary on SIGUSR1, and keeps a reader that went
// away from killing a run that has files to close.
func notifySummary(c chan os.Signal) {
	signal.Notify(c, syscall.SIGUSR1)
	signal.Ignore(syscall.SIGPIPE)
}

// untilHangup ends ctx when the terminal goes away, unless nohup said that it
// may.
func untilHangup(ctx context.Context) (context.Context, context.CancelFunc) {
	if signal.Ignored(syscall.SIGHUP) {
		return context.WithCancel(ctx)
	}
	return signal.NotifyContext(ctx, syscall.SIGHUP)
}

// ends are the signals that end a run in order.
var ends = []os.Signal{os.Interrupt, syscall.SIGTERM}
