package rendertest

import (
	"bytes"
	"fmt"
	"testing"

	"rung/render"
	"rung/render/safe"
)

// titles is as simple as a Format can be: the titles of the flows.
var titles = &render.Format{
	Name: "titles", Doc: "titles of flows", Extensions: []string{".txt"},
	Subjects: []render.Subject{render.List},
	Write: func(out render.Output, doc *render.Document, opt *render.Options) error {
		w, err := out.Page()
		if err != nil {
			return err
		}
		_, err = fmt.Fprintf(w, "%d flows\n", len(doc.Flows))
		for _, f := range doc.Flows {
			if err == nil {
				_, err = fmt.Fprintln(w, safe.Terminal(f.Title))
			}
		}
		return err
	},
}

func TestRunPassesAFormatThatDoesItsDuty(t *testing.T) {
	pages := 0
	Run(t, titles, func(t testing.TB, page []byte) {
		pages++
		if !bytes.Contains(page, []byte("flows\n")) {
			t.Error("not our page")
		}
	})
	if want := 2 * (len(Samples()) + 1); pages != want {
		t.Errorf("callback saw %d pages, want %d", pages, want)
	}
}

func TestNotText(t *testing.T) {
	for _, c := range []struct {
		name, in string
		colour   bool
		clean    bool
	}{
		{"text with line ends and tabs", "a\tb\r\nц→\n", false, true},
		{"an escape sequence without leave", "\x1b[31mred", false, false},
		{"an escape sequence where colour was asked for", "\x1b[31mred\x1b[0m", true, true},
		{"an escape that is no colour", "\x1b]0;title\a", true, false},
		{"NUL", "a\x00", false, false},
		{"C1 control", "a\u009b", false, false},
		{"not UTF-8", "\xff\xfe", false, false},
	} {
		if got := notText([]byte(c.in), c.colour) == ""; got != c.clean {
			t.Errorf("%s: clean %t, want %t", c.name, got, c.clean)
		}
	}
}

func TestFingerprintSeesEveryChange(t *testing.T) {
	for name, change := range map[string]func(*render.Document){
		"a title":             func(d *render.Document) { d.Flows[0].Title += "!" },
		"the order of flows":  func(d *render.Document) { d.Flows[0], d.Flows[1] = d.Flows[1], d.Flows[0] },
		"a message's bytes":   func(d *render.Document) { d.Flows[0].Messages[0].Bytes = []byte("x") },
		"the account":         func(d *render.Document) { d.Capture.Account.Decoded++ },
		"a registration fact": func(d *render.Document) { d.Flows[0].Messages[3].Facts.Registration.Expires++ },
	} {
		doc := Document("x", Registration(1), Denied(2))
		before := fingerprint(t, doc)
		change(doc)
		if bytes.Equal(before, fingerprint(t, doc)) {
			t.Errorf("%s changed unseen", name)
		}
	}
}
