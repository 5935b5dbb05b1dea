package pcapfile_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"rung/capture/pcapfile"
)

func TestParseRing(t *testing.T) {
	for _, tt := range []struct {
		in    string
		size  int64
		count int
	}{
		{"100MB,10", 100 << 20, 10},
		{"100M,10", 100 << 20, 10},
		{"1G,24", 1 << 30, 24},
		{"512K", 512 << 10, 0},
		{"64k,1", 64 << 10, 1},
		{"2gib,3", 2 << 30, 3},
		{"1T,0", 1 << 40, 0},
		{"1024T,100000", 1 << 50, 100000},
		{"65536,5", 65536, 5},
		{"1000000B,5", 1000000, 5},
		{" 1G , 7 ", 1 << 30, 7},
	} {
		size, count, err := pcapfile.ParseRing(tt.in)
		if err != nil || size != tt.size || count != tt.count {
			t.Errorf("%q: %d, %d, %v; want %d, %d", tt.in, size, count, err, tt.size, tt.count)
		}
	}
}

func TestParseRingRefuses(t *testing.T) {
	for _, tt := range []struct{ in, err, hint string }{
		{"", "no size given", "100MB,10"},
		{",5", "no size given", "100MB,10"},
		{"100MB,", "no count after the comma", "SIZE alone"},
		{"100MB,10,3", "more than a size and a count", "SIZE,COUNT"},
		{"100,10", `"100": 100 bytes are too small for a file`, "100M is 100 MiB"},
		{"63K", `"63K": too small for a file`, "at least 64K"},
		{"0,10", `"0": too small for a file`, "at least 64K"},
		{"0M", `"0M": too small for a file`, "at least 64K"},
		{"10X,3", `"10X": not a size`, "512K, 100MB, 2G"},
		{"1.5G", `"1.5G": not a size`, "whole number"},
		{"-1G", `"-1G": not a size`, "whole number"},
		{"G", `"G": not a size`, "whole number"},
		{"10,100MB", `"10": 10 bytes are too small`, "10M is 10 MiB"},
		{"1G,100MB", `"100MB": not a count of files`, "SIZE,COUNT"},
		{"1G,-1", `"-1": not a count of files`, "SIZE,COUNT"},
		{"1G,1.5", `"1.5": not a count of files`, "SIZE,COUNT"},
		{"1025T", `"1025T": too large`, "1024T"},
		{"9999999999999T", `"9999999999999T": too large`, "1024T"},
		{"99999999999999999999", `too large`, "1024T"},
		{"1G,100001", `"100001": too many files`, "100000"},
		{"1G,99999999999999999999", "too many files", "100000"},
	} {
		_, _, err := pcapfile.ParseRing(tt.in)
		var e *pcapfile.RingError
		if !errors.As(err, &e) || !strings.Contains(e.Error(), tt.err) || !strings.Contains(e.Hint(), tt.hint) {
			t.Errorf("%q: %v", tt.in, err)
		}
	}
}

// FuzzParseRing: what is taken is within the limits, and means the same when
// it is written plainly.
func FuzzParseRing(f *testing.F) {
	for _, s := range []string{"100MB,10", "1G", "64k,0", "1x,2", ",5", "\u212a"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		size, count, err := pcapfile.ParseRing(s)
		if err != nil {
			if size != 0 || count != 0 {
				t.Errorf("%q: %d, %d with %v", s, size, count, err)
			}
			return
		}
		if size < 64<<10 || size > 1<<50 || count < 0 || count > 100000 {
			t.Fatalf("%q: %d, %d", s, size, count)
		}
		again, n, err := pcapfile.ParseRing(fmt.Sprintf("%d,%d", size, count))
		if err != nil || again != size || n != count {
			t.Errorf("%q: %d, %d; plainly %d, %d, %v", s, size, count, again, n, err)
		}
	})
}
