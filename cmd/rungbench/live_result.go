package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"os"
)

// A liveResult is what rung's lines of JSON say.
type liveResult struct {
	frames, drops int64
	decoded       int64
	calls         map[string]int64 // by outcome
	streams       int64
	packets, lost int64 // of RTP
	duplicates    int64
	reordered     int64
	diagnostics   []string
	complete      bool  // the line about the capture was there
	again, split  int64 // flows that were written again, streams told in parts
}

// A resultLine is the part of a line that is counted here.
type resultLine struct {
	Type, Key, Kind, Outcome, SSRC, Src string
	Packets, Lost, Duplicates           int64
	Reordered                           int64
	Frames                              int64
	Decoded                             int64 `json:"decoded_frames"`
	Drops                               int64 `json:"interface_drops"`
	Diagnostics                         []struct{ Code, Text string }
}

// readResult reads what rung wrote.
func readResult(name string) (*liveResult, error) {
	f, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	r := &liveResult{calls: make(map[string]int64)}
	outcomes := make(map[string]string) // by key: a flow that went on comes again
	streams := make(map[string]bool)
	dec := json.NewDecoder(bufio.NewReaderSize(f, 1<<20))
	for dec.More() {
		var l struct {
			ID json.RawMessage // a number of flows, text of streams
			resultLine
		}
		if err := dec.Decode(&l); err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		switch l.Type {
		case "flow":
			if _, again := outcomes[l.Key]; again {
				r.again++
			}
			outcomes[l.Key] = l.Kind + " " + l.Outcome
		case "stream":
			if id := l.SSRC + " " + l.Src; streams[id] {
				r.split++
			} else {
				streams[id] = true
			}
			r.streams++
			r.packets += l.Packets
			r.lost += l.Lost
			r.duplicates += l.Duplicates
			r.reordered += l.Reordered
		case "capture":
			r.complete = true
			r.frames, r.drops, r.decoded = l.Frames, l.Drops, l.Decoded
			for _, d := range l.Diagnostics {
				r.diagnostics = append(r.diagnostics, d.Code+": "+d.Text)
			}
		}
	}
	for _, o := range outcomes {
		r.calls[o]++
	}
	return r, nil
}
