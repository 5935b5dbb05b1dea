package workload_test

import (
	"bytes"
	"errors"
	"io"
	"testing"

	"rung/cmd/rungbench/workload"
)

func TestCallsAreCounted(t *testing.T) {
	for _, n := range []int{1, 7, 100} {
		var a, b bytes.Buffer
		stats, err := workload.WriteCalls(&a, n)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := workload.WriteCalls(&b, n); err != nil {
			t.Fatal(err)
		}
		if stats.Calls != n || stats.Packets != int64(14*n) || stats.Bytes != int64(a.Len()) {
			t.Errorf("%d calls: %+v", n, stats)
		}
		if got := bytes.Count(a.Bytes(), []byte("BYE sip:")); got != 2*n {
			t.Errorf("%d calls: %d BYE", n, got)
		}
		if !bytes.Equal(a.Bytes(), b.Bytes()) {
			t.Errorf("%d calls: differs", n)
		}
	}
}

func TestLongCallHasItsMessages(t *testing.T) {
	for _, n := range []int{16, 20, 200} {
		var a bytes.Buffer
		stats, err := workload.WriteLongCall(&a, n)
		if err != nil {
			t.Fatal(err)
		}
		if stats.Calls != 1 || stats.Packets != int64(n) {
			t.Errorf("%d messages: %+v", n, stats)
		}
		if got := bytes.Count(a.Bytes(), []byte("INFO sip:")); got != (n-16)/2 {
			t.Errorf("%d messages: %d INFO", n, got)
		}
	}
}

func TestImpossibleAmounts(t *testing.T) {
	for name, err := range map[string]error{
		"no calls":       second(workload.WriteCalls(io.Discard, 0)),
		"no messages":    second(workload.WriteLongCall(io.Discard, 0)),
		"199 messages":   second(workload.WriteLongCall(io.Discard, 199)),
		"no bytes":       second(workload.Write(io.Discard, workload.SIP, 0)),
		"negative bytes": second(workload.Write(io.Discard, workload.SIP, -1)),
	} {
		if err == nil {
			t.Errorf("%s: no error", name)
		}
	}
	if _, err := workload.WriteCalls(&full{1 << 20}, 1000); !errors.Is(err, errFull) {
		t.Errorf("got %v", err)
	}
}

func second(_ workload.Stats, err error) error { return err }
