package main

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"rung/cmd/rungbench/workload"
)

// benchSize is how large the captures of the benchmarks are.
const benchSize = 10 << 20

// BenchmarkList is the whole program over every workload: reading, decoding,
// grouping and JSON.
func BenchmarkList(b *testing.B) {
	for _, kind := range []string{"rtp", "sip", "xmpp", "trunk"} {
		file := filepath.Join(b.TempDir(), kind+".pcap")
		f, err := os.Create(file)
		if err != nil {
			b.Fatal(err)
		}
		stats, err := workload.Write(f, workload.Kind(kind), benchSize)
		if err != nil {
			b.Fatal(err)
		}
		if err := f.Close(); err != nil {
			b.Fatal(err)
		}
		for _, workers := range []int{1, 2} {
			b.Run(fmt.Sprintf("%s/workers=%d", kind, workers), func(b *testing.B) {
				b.SetBytes(stats.Bytes)
				b.ReportAllocs()
				args := []string{"list", "--json", "-q", "--workers", fmt.Sprint(workers), file}
				for b.Loop() {
					var errs bytes.Buffer
					if code := run(context.Background(), args, strings.NewReader(""), io.Discard, &errs); code != exitDone {
						b.Fatalf("exit %d: %s", code, errs.String())
					}
				}
				b.ReportMetric(float64(stats.Packets), "packets/op")
			})
		}
	}
}
