package pipeline_test

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"rung/capture"
	"rung/capture/capturetest"
	"rung/capture/spool"
	"rung/decode"
	"rung/decode/pipeline"
	"rung/decode/protocols"
)

func TestSCTP(t *testing.T) {
	const way, back = "sctp 10.0.0.1:5060 > 10.0.0.2:5060", "sctp 10.0.0.2:5060 > 10.0.0.1:5060"
	for _, tc := range []struct{ name, text, want, diagnostic, fates string }{
		{"a message in one chunk", "-- 0 " + way + " --\n" + message(1), "call-1", "", "1 4 [] []"},
		{"in several packets", "-- 0 " + way + " chunk=90 --\n" + message(1), "call-1", "", "3 4 [] []"},
		{"in UDP", "-- 0 " + way + " chunk=90 sctpudp --\n" + message(1), "call-1", "", "3 4 [] []"},
		{"in UDP and IP fragments", "-- 0 " + way + " midstream sctpudp frag=64 --\n" + message(1), "call-1", "", "4 0 [] []"},
		{"in IP fragments", "-- 0 " + way + " midstream chunk=120 frag=64 fragreverse --\n" + message(1), "call-1", "", "5 0 [] []"},
		{"several in one packet keep their order", "-- 0 " + way + " hold --\n" + message(1) + "-- 0 " + way + " hold stream=1 --\n" + message(2) +
			"-- 0 " + way + " --\n" + message(3), "call-1 call-2 call-3", "", "1 4 [] []"},
		{"both directions", "-- 0 " + way + " --\n" + message(1) + "-- 1 " + back + " --\n" + message(2), "call-1 call-2", "", "2 4 [] []"},
		{"any port", "-- 0 sctp 10.0.0.1:1234 > 10.0.0.2:4321 --\n" + message(1), "call-1", "", "1 4 [] []"},
		{"whatever the payload protocol says", "-- 0 " + way + " ppid=3 --\n" + message(1), "call-1", "", "1 4 [] []"},
		{"a span copy is counted with its message", "-- 0 " + way + " midstream dup --\n" + message(1), "call-1", "", "1 0 [] []"},
		{"a repeated chunk says nothing new", "-- 0 " + way + " --\n" + message(1) + "-- 1 " + way + " resend --\n", "call-1", "", "1 5 [] []"},
		{"two paths", "-- 0 " + way + " assoc=1 chunk=90 lose=2 --\n" + message(1) + "-- 1 sctp 10.9.0.1:5060 > 10.9.0.2:5060 assoc=1 resend lose=1 --\n",
			"call-1", "", "3 5 [] []"},
		{"a message with a hole is shown as far as it goes", "-- 0 " + way + " chunk=60 lose=4 --\n" + message(1), "call-1", "sctp-incomplete", "3 4 [] []"},
		{"a hole is said", "-- 0 " + way + " lose=1 --\n" + message(1) + "-- 1 " + way + " --\n" + message(2), "call-2", "sctp-hole", "1 4 [] []"},
		{"fragments without their beginning are not read", "-- 0 " + way + " chunk=50 lose=1 --\n" + message(1), "", "sctp-hole", "0 4 [] [sctp-fragments-incomplete 3]"},
		{"the snaplen cuts", "-- 0 " + way + " midstream snaplen=180 --\n" + message(1), "", "cut", "1 0 [] []"},
		{"nobody's bytes", "-- 0 " + way + " --\n" + "hello\n", "", "", "0 4 [sctp 1] []"},
		{"are named by payload protocol", "-- 0 " + way + " ppid=18 --\nx\n-- 0 " + way + " ppid=46 --\nx\n-- 0 " + way + " ppid=46 --\nx\n", "", "", "0 4 [diameter 2 s1ap 1] []"},
		{"or by port", "-- 0 sctp 10.0.0.1:9 > 10.0.0.2:2905 --\nx\n", "", "", "0 4 [m3ua 1] []"},
		{"or by what they are", "-- 0 " + way + " hex --\n16fefd0000000000000000000101\n", "", "", "0 4 [dtls 1] []"},
		{"binary bytes of another protocol are nobody's short header", "-- 0 sctp 10.0.0.1:53 > 10.0.0.2:53 ppid=3 hex --\n" +
			"123401000001000000000000 0161076578616d706c6503636f6d0000010001\n", "", "", "0 4 [m3ua 1] []"},
		{"half of another protocol's message is its own", "-- 0 " + way + " ppid=3 chunk=4 lose=2 --\nfragments\n", "", "", "0 4 [m3ua 2] []"},
		{"heartbeats and acknowledgements are transport", "-- 0 " + way + " heartbeat --\n-- 1 " + back + " sack --\n", "", "", "0 2 [] []"},
		{"chunks that were cut off", "-- 0 " + way + " heartbeat snaplen=48 --\n", "", "sctp-cut", "0 0 [] [cut 1]"},
		{"an INIT nobody answers is said", "-- 0 " + way + " init --\n-- 9 " + back + " heartbeat --\n", "", "INIT, no answer", "0 2 [] []"},
		{"an ABORT in answer, too", "-- 0 " + way + " init --\n-- 1 " + back + " abort --\n", "", "ABORT (refused)", "0 2 [] []"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			o := read(t, 2, parse(t, tc.text))
			if got := callIDs(o); got != tc.want {
				t.Errorf("messages %q, want %q\n%s", got, tc.want, o.text)
			}
			said := o.text
			for _, m := range o.messages {
				if m.Path.Transport.String() != "sctp" {
					t.Errorf("path %s", m.Path)
				}
				said += fmt.Sprint(m.Diagnostics)
			}
			if tc.diagnostic == "" && len(o.result.Diagnostics) > 0 || !strings.Contains(said, tc.diagnostic) {
				t.Errorf("want %q to be said:\n%s", tc.diagnostic, said)
			}
			if got := fates(&o.result.Account); got != tc.fates {
				t.Errorf("fates %s, want %s\n%s", got, tc.fates, o.text)
			}
			checkAccount(t, o)
		})
	}
}

// fates are the frames decoded, of transport only, of others and not decoded.
func fates(a *capture.Account) string {
	names := func(all []capture.Tally) (s []string) {
		for _, t := range all {
			s = append(s, fmt.Sprint(t.Name, " ", t.Frames))
		}
		return s
	}
	return fmt.Sprint(a.Decoded, a.TransportOnly, names(a.Other()), names(a.Undecoded()))
}

func TestSCTPPortRules(t *testing.T) {
	packets := capturetest.Packets(t, "-- 0 sctp 10.0.0.1:5060 > 10.0.0.2:5060 midstream --\n"+message(1))
	for name, want := range map[string]string{"none": "0 0 [decode-as-none 1] []", "sip": "1 0 [] []"} {
		store := spool.New(nil, nil)
		r, err := pipeline.Run(context.Background(), capturetest.Source(packets), store, &pipeline.Options{
			Protocols: protocols.All, DecodeAs: []pipeline.PortRule{{Transport: capture.SCTP, Port: 5060, Protocol: name}},
		}, func(*decode.Message) {})
		store.Close()
		if err != nil {
			t.Fatal(err)
		}
		if got := fates(&r.Account); got != want {
			t.Errorf("%s: fates %s, want %s", name, got, want)
		}
	}
}

func TestSCTPSameWithAnyNumberOfWorkers(t *testing.T) {
	var b strings.Builder
	for i := range 400 {
		fmt.Fprintf(&b, "-- %d sctp 10.0.%d.1:%d > 10.1.0.1:5060 %s --\n%s", i, i%5, 5060+i%9,
			[]string{"chunk=60", "chunk=60 lose=2", "", "chunk=99 reorder", "idata chunk=50 unordered", "resend"}[i%6], message(i))
	}
	packets := parse(t, b.String())
	want := read(t, 1, packets)
	if len(want.messages) < 250 {
		t.Fatalf("only %d messages", len(want.messages))
	}
	checkAccount(t, want)
	for _, workers := range []int{2, 8} {
		if got := read(t, workers, packets); got.text != want.text {
			t.Errorf("%d workers give another text", workers)
		}
	}
}
