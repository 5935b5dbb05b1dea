// Rung turns captured packets into the story of a call: it reads pcap and
// pcapng, reassembles, decodes SIP, XMPP and what surrounds them, and draws
// ladders, RTP statistics and reports that go into a ticket.
package main

import (
	"context"
	"os"
	"os/signal"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	os.Exit(run(ctx, os.Args[1:], os.Stdin, os.Stdout, os.Stderr))
}
