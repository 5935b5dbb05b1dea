package main

import (
	"debug/buildinfo"
	"fmt"
	"os"
	"os/exec"
	"runtime"
	"strings"
)

// A machine is what the figures were measured on.
type machine struct {
	system    string // kernel and its version
	processor string
	cores     int
	goVersion string // that built rung
}

func thisMachine(rung string) machine {
	m := machine{system: runtime.GOOS, processor: runtime.GOARCH, cores: runtime.NumCPU(), goVersion: "unknown Go"}
	if out, err := exec.Command("uname", "-sr").Output(); err == nil {
		m.system = strings.TrimSpace(string(out))
	}
	if b, err := os.ReadFile("/proc/cpuinfo"); err == nil {
		m.processor = model(string(b), m.processor)
	}
	if info, err := buildinfo.ReadFile(rung); err == nil {
		m.goVersion = info.GoVersion
	}
	return m
}

// model finds the processor's name in Linux's cpuinfo; not all architectures
// have one.
func model(cpuinfo, fallback string) string {
	for line := range strings.Lines(cpuinfo) {
		key, value, _ := strings.Cut(line, ":")
		if value = strings.TrimSpace(value); strings.TrimSpace(key) == "model name" && value != "" {
			return fmt.Sprintf("%s (%s)", value, fallback)
		}
	}
	return fallback
}
