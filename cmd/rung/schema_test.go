package main

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"
	"github.com/santhosh-tekuri/jsonschema/v6"
)

// compiled returns the schema that "rung schema" prints, at a pointer.
func compiled(t *testing.T, pointer string) *jsonschema.Schema {
	t.Helper()
	v, err := jsonschema.UnmarshalJSON(bytes.NewReader(rung(t, "schema")))
	if err != nil {
		t.Fatal(err)
	}
	id, _ := v.(map[string]any)["$id"].(string)
	c := jsonschema.NewCompiler()
	if err := c.AddResource(id, v); err != nil {
		t.Fatal(err)
	}
	s, err := c.Compile(id + pointer)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// TestOutputFollowsTheSchema holds what rung writes of every capture of the
// project to the schema that it prints.
func TestOutputFollowsTheSchema(t *testing.T) {
	document, line := compiled(t, ""), compiled(t, "#/$defs/line")
	for _, name := range ownCaptures(t) {
		t.Run(name, func(t *testing.T) {
			path := filepath.Join(capturesFolder, name)
			for _, command := range []string{"list", "rtp"} {
				valid(t, document, rung(t, command, path, "--json", "-q"))
				for _, l := range bytes.Split(rung(t, command, path, "--format", "ndjson", "-q"), []byte("\n")) {
					if len(l) > 0 {
						valid(t, line, l)
					}
				}
			}
		})
	}
}

// TestOddCasesFollowTheSchema does the same with the readable captures of the
// scripts, with one worker and with eight.
func TestOddCasesFollowTheSchema(t *testing.T) {
	document := compiled(t, "")
	scripts, err := filepath.Glob(filepath.Join("testdata", "script", "*.txtar"))
	if err != nil || len(scripts) < 100 {
		t.Fatalf("%v, %d scripts", err, len(scripts))
	}
	for _, script := range scripts {
		archive, err := txtar.ParseFile(script)
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range archive.Files {
			if !headerMark.Match(f.Data) {
				continue
			}
			t.Run(filepath.Base(script)+"/"+f.Name, func(t *testing.T) {
				path := filepath.Join(t.TempDir(), "x.pcap")
				b, err := readable(string(f.Data))
				if err != nil {
					t.Fatal(err)
				}
				if err := os.WriteFile(path, b, 0o644); err != nil {
					t.Fatal(err)
				}
				one := rung(t, "list", path, "--json", "-q", "--workers", "1")
				valid(t, document, one)
				if eight := rung(t, "list", path, "--json", "-q", "--workers", "8"); !bytes.Equal(one, eight) {
					t.Errorf("8 workers write something else: %s", differenceOf(one, eight))
				}
			})
		}
	}
}

func valid(t *testing.T, s *jsonschema.Schema, text []byte) {
	t.Helper()
	v, err := jsonschema.UnmarshalJSON(bytes.NewReader(text))
	if err != nil {
		t.Fatalf("%v\n%.300s", err, text)
	}
	if err := s.Validate(v); err != nil {
		t.Error(err)
	}
}
