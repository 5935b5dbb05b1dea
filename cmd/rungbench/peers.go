package main

import (
	"fmt"
	"io"
	"os/exec"
	"strings"

	"rung/cmd/rungbench/workload"
)

// A peer is another program that reads captures.
type peer struct {
	name    string
	does    string // for the page
	program string // where it was found
	version string
	ask     string          // the flag by which it tells its version
	kinds   []workload.Kind // nil: all
	args    func(file string) []string
}

// peers are the ones known, in the order of the table.
func peers() []peer {
	return []peer{
		{
			name: "tshark", ask: "--version", does: "tshark -n -q -z rtp,streams -z sip,stat",
			args: func(file string) []string {
				return []string{"-n", "-q", "-r", file, "-z", "rtp,streams", "-z", "sip,stat"}
			},
		},
		{
			name: "tcpdump", ask: "--version", does: "tcpdump -w /dev/null: copies, and looks at nothing",
			args: func(file string) []string { return []string{"-r", file, "-w", "/dev/null"} },
		},
		{
			// Without -l it keeps 20,000 dialogs; -F: no one's settings.
			name: "sngrep", ask: "-V", does: "sngrep -N -q; looks twice a second whether it is done",
			kinds: []workload.Kind{workload.SIP, workload.Trunk},
			args: func(file string) []string {
				return []string{"-N", "-q", "-F", "-l", "1000000", "-I", file}
			},
		},
	}
}

// find returns those of the peers that are on this machine; paths has the
// program of each by name, where empty means that it is not wanted. What is
// not found is told.
func find(all []peer, paths map[string]string, stderr io.Writer) []peer {
	var found []peer
	for _, p := range all {
		if paths[p.name] == "" {
			continue
		}
		program, err := exec.LookPath(paths[p.name])
		if err != nil {
			fmt.Fprintf(stderr, "rungbench: %v: compared without it\n", err)
			continue
		}
		p.program, p.version = program, version(program, p.ask)
		found = append(found, p)
	}
	return found
}

// version is the first line by which a program tells its version.
func version(program, ask string) string {
	out, _ := exec.Command(program, ask).CombinedOutput() // some exit with 1
	for line := range strings.Lines(string(out)) {
		// tshark warns of root first when its standard error is not a file.
		if line = strings.TrimSpace(line); strings.ContainsAny(line, "0123456789") {
			return strings.TrimSuffix(line, ".")
		}
	}
	return "of unknown version"
}

// reads tells whether a peer has something to say about a kind of workload.
func (p peer) reads(kind workload.Kind) bool {
	for _, k := range p.kinds {
		if k == kind {
			return true
		}
	}
	return p.kinds == nil
}

func (p peer) command(file string) command {
	return command{name: p.name, args: append([]string{p.program}, p.args(file)...), peer: true}
}
