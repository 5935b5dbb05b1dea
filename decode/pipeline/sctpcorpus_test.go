package pipeline_test

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"rung/capture/pcapfile"
	"rung/capture/spool"
	"rung/decode"
	"rung/decode/pipeline"
	"rung/decode/protocols"
)

// TestSCTPOfRealCaptures compares with what tshark counts: frames with data by
// payload protocol, without the span copies that "any" makes.
func TestSCTPOfRealCaptures(t *testing.T) {
	dir := os.Getenv("RUNG_CORPUS")
	if dir == "" {
		dir = "../../../shared/corpus"
	}
	if _, err := os.Stat(dir); err != nil {
		t.Skip("no folder of captures beside the project; set RUNG_CORPUS")
	}
	for name, want := range map[string]map[string]int64{
		"docs__assets__pcapng__ipsec_to_nonipsec_call.pcapng": {"s1ap": 4},
		"docs__assets__pcapng__nonipsec_reg.pcapng":           {"s1ap": 13}, // 12 packets, one of them in two fragments
		"docs__assets__pcapng__volte.pcapng":                  {"s1ap": 4},
	} {
		r, err := pcapfile.Open([]string{filepath.Join(dir, "open5gs+open5gs", name)}, nil)
		if err != nil {
			t.Fatal(err)
		}
		store := spool.New(nil, nil)
		result, err := pipeline.Run(context.Background(), r, store, &pipeline.Options{Protocols: protocols.All}, func(*decode.Message) {})
		_ = r.Close()
		store.Close()
		if err != nil {
			t.Fatal(err)
		}
		for _, o := range result.Account.Other() {
			if n, is := want[o.Name]; is && n != o.Frames {
				t.Errorf("%s: %d frames of %s, want %d", name, o.Frames, o.Name, n)
			}
			delete(want, o.Name)
			if o.Name == "sctp" {
				t.Errorf("%s: %d frames of SCTP without a name", name, o.Frames)
			}
		}
		if len(want) > 0 {
			t.Errorf("%s: none of %v", name, want)
		}
		for _, d := range result.Diagnostics {
			if strings.Contains(d.Code, "sctp") {
				t.Errorf("%s: %+v", name, d)
			}
		}
	}
}
