// Rung turns captured packets into the story of a call: it reads pcap and
// pcapng, reassembles, decodes SIP, XMPP and what surrounds them, and draws
// ladders, RTP statistics and reports that go into a ticket.
package main

import (
	"context"
	"os"
	"os/signal"
	"runtime/debug"
)

// gcPercent lets the heap grow to three times what is in use before it is
// collected. Almost everything a run allocates it keeps to its end: measured
// on 60 MB of SIP and of XMPP, 200 saves 15 % of the processor time against
// the default of 100 and costs 8 % more memory at most.
const gcPercent = 200

func main() {
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(gcPercent)
	}
	ctx, stop := signal.NotifyContext(context.Background(), ends...)
	defer stop()
	os.Exit(run(ctx, os.Args[1:], os.Stdin, os.Stdout, os.Stderr))
}
