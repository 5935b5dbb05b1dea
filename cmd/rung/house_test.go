package main

import (
	"encoding/json"
	"io"
	"os/exec"
	"strings"
	"testing"
)

// A pack is what "go list" tells of one package.
type pack struct {
	ImportPath string
	Imports    []string
}

// room returns the first folder of a package of ours, "" for others' packages.
func room(path string) string {
	rest, ok := strings.CutPrefix(path, "rung/")
	if !ok {
		return ""
	}
	first, _, _ := strings.Cut(rest, "/")
	return first
}

// thirdParty says which folders may import which libraries (design §3.4): the
// longest matching prefix decides.
var thirdParty = map[string][]string{
	"github.com/gopacket/gopacket":  {"rung/capture/pcapfile", "rung/capture/wire", "rung/capture/live", "rung/cmd/rungbench"},
	"github.com/klauspost/compress": {"rung/capture/pcapfile", "rung/decode/sip"},
	"github.com/emiago/sipgo":       {"rung/decode/sip"},
	"github.com/miekg/dns":          {"rung/decode/dns"},
	"github.com/pion/rtcp":          {"rung/decode/rtcp"},
	"gonum.org/v1/plot":             {"rung/render/chart"},
	"github.com/expr-lang/expr":     {"rung/render/where"},
	"github.com/spf13/cobra":        {"rung/cmd/rung"},
	"github.com/spf13/pflag":        {"rung/cmd/rung"},
	"golang.org/x/net":              {"rung/capture/live"},
	"golang.org/x/sys":              {"rung/capture/live", "rung/cmd/rung", "rung/cmd/rungbench"},
	"golang.org/x/term":             {"rung/cmd/rung"},
	"golang.org/x/image":            {"rung/render"},
	"golang.org/x/text":             {"rung/render"},
	"codeberg.org/go-fonts":         {"rung/render"},
	"git.sr.ht/~sbinet/gg":          {"rung/render/formats/png", "rung/render/chart"},
}

// before lists what a package of decode may import from decode besides the
// room itself (design §3.3); pure codecs are named in the importer's doc.go.
var siblings = map[string][]string{
	"rung/decode/sip":       {"rung/decode/sdp"},
	"rung/decode/media":     {"rung/decode/rtp", "rung/decode/rtcp"},
	"rung/decode/flow":      {"rung/decode/media"},
	"rung/decode/pipeline":  {"rung/decode/media", "rung/decode/tcp", "rung/decode/sctp"},
	"rung/decode/protocols": {"*"},
}

// TestHouse holds the import rules of the architecture: rooms import to the
// left only, leaves don't know each other, libraries stay behind their doors.
func TestHouse(t *testing.T) {
	goTool, err := exec.LookPath("go")
	if err != nil {
		t.Skip("no go command on this machine")
	}
	out, err := exec.Command(goTool, "list", "-json=ImportPath,Imports", "rung/...").Output()
	if err != nil {
		t.Fatalf("go list: %v", err)
	}
	left := map[string]string{"capture": "capture", "decode": "capture decode", "render": "capture decode render"}
	dec := json.NewDecoder(strings.NewReader(string(out)))
	seen := 0
	for {
		var p pack
		if err := dec.Decode(&p); err == io.EOF {
			break
		} else if err != nil {
			t.Fatal(err)
		}
		if p.ImportPath == "rung" {
			t.Error("a Go file at the root: the root holds rooms only")
		}
		seen++
		from := room(p.ImportPath)
		for _, imp := range p.Imports {
			to := room(imp)
			if to == "" {
				checkLibrary(t, p.ImportPath, imp)
				continue
			}
			if from != "cmd" && !strings.Contains(left[from], to) {
				t.Errorf("%s imports %s: a room imports only what lies to its left", p.ImportPath, imp)
			}
			checkSiblings(t, p.ImportPath, imp)
		}
	}
	if seen < 20 {
		t.Fatalf("only %d packages seen: the test looks at the wrong place", seen)
	}
}

func checkLibrary(t *testing.T, from, imp string) {
	t.Helper()
	if !strings.Contains(strings.SplitN(imp, "/", 2)[0], ".") {
		return // standard library
	}
	for lib, doors := range thirdParty {
		if !strings.HasPrefix(imp, lib) {
			continue
		}
		for _, door := range doors {
			if from == door || strings.HasPrefix(from, door+"/") {
				return
			}
		}
		t.Errorf("%s imports %s, which stays behind %v", from, imp, doors)
		return
	}
	t.Errorf("%s imports %s, which no line of the house allows", from, imp)
}

func checkSiblings(t *testing.T, from, imp string) {
	t.Helper()
	if !strings.HasPrefix(from, "rung/decode/") || !strings.HasPrefix(imp, "rung/decode/") || strings.HasSuffix(from, "test") {
		return
	}
	for _, ok := range siblings[from] {
		if ok == "*" || ok == imp {
			return
		}
	}
	t.Errorf("%s imports its sibling %s", from, imp)
}
