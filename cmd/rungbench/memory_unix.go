//go:build unix

package main

import (
	"os"
	"runtime"
	"syscall"
)

// peakMemory returns the most memory that an ended process had resident.
func peakMemory(st *os.ProcessState) int64 {
	r, ok := st.SysUsage().(*syscall.Rusage)
	if !ok {
		return 0
	}
	if runtime.GOOS == "darwin" || runtime.GOOS == "ios" {
		return int64(r.Maxrss) // bytes there, KiB elsewhere
	}
	return int64(r.Maxrss) << 10
}
