package filter_test

import (
	"errors"
	"flag"
	"fmt"
	"os"
	"regexp"
	"strings"
	"testing"

	"rung/capture/filter"
)

var update = flag.Bool("update", os.Getenv("RUNG_UPDATE") != "", "rewrite golden files")

func TestStringSaysWhatWasUnderstood(t *testing.T) {
	cases := []struct{ words, want string }{
		{"host 10.0.0.1 and (port 5060 or portrange 16384-32767) and not vlan 20",
			"host 10.0.0.1 and (port 5060 or portrange 16384-32767) and not vlan 20"},
		{"port 5060 or 5061 or 5062", "port 5060 or port 5061 or port 5062"},
		{"port 5060 or 5061 and host 10.0.0.1", "port 5060 or (port 5061 and host 10.0.0.1)"},
		{"host 10.0.0.1 and port 5060 or 5061", "(host 10.0.0.1 and port 5060) or port 5061"},
		{"host 10.0.0.1 and (10.0.0.2 or 10.0.0.3)", "host 10.0.0.1 and (host 10.0.0.2 or host 10.0.0.3)"},
		{"udp src port 5060 or not 5061", "udp src port 5060 or not udp src port 5061"},
		{"tcp dst portrange 1-2 or 3-4", "tcp dst portrange 1-2 or tcp dst portrange 3-4"},
		{"dst net 10.0.0.7/8 or 2001:DB8::1/32", "dst net 10.0.0.0/8 or dst net 2001:db8::/32"},
		{"vlan 20 or 30 or vlan", "vlan 20 or vlan 30 or vlan"},
		{"!udp||!(tcp&&vlan)", "not udp or not (tcp and vlan)"},
		{"! ! sctp", "not not sctp"},
		{"ip and ((ip6 and (icmp)))", "ip and ip6 and icmp"},
		{"not (not (udp or tcp))", "not not (udp or tcp)"},
		{"PORT 05060 And Not UDP", "port 5060 and not udp"},
		{"net 10.0.0.0/255.255.0.0 or 10.1.2.3/0.0.0.0 or 10.1.2.3/255.255.255.255", "net 10.0.0.0/16 or net 0.0.0.0/0 or net 10.1.2.3/32"},
		{"host ::FFFF:10.0.0.1 or ::ffff:a00:2", "host 10.0.0.1 or host 10.0.0.2"},
		{"net ::ffff:10.0.0.0/104 or ::ffff:0:0/95", "net 10.0.0.0/8 or net ::fffe:0:0/95"},
		{"udp and port 5060", "udp and port 5060"},
		{"(udp) or\n\tvlan", "udp or vlan"},
	}
	for _, c := range cases {
		f, err := filter.Parse(c.words)
		if err != nil {
			t.Errorf("%q: %v", c.words, err)
		} else if f.String() != c.want {
			t.Errorf("%q is %q, want %q", c.words, f, c.want)
		}
	}
}

// TestErrors reads the filters of testdata/errors.txt, each a line with
// the error and hint below it.
func TestErrors(t *testing.T) {
	const name = "testdata/errors.txt"
	text, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	var got strings.Builder
	for line := range strings.Lines(string(text)) {
		line = strings.TrimSuffix(line, "\n")
		if strings.HasPrefix(line, "\t") || line == "" {
			continue
		}
		if strings.HasPrefix(line, "#") {
			fmt.Fprintf(&got, "%s\n\n", line)
			continue
		}
		_, err := filter.Parse(line)
		var e *filter.Error
		if !errors.As(err, &e) {
			t.Errorf("%q: %v", line, err)
			continue
		}
		if at := []rune(line)[e.Column-1:]; !strings.HasPrefix(string(at), e.Word) || e.Word == "" && len(at) > 0 {
			t.Errorf("%q: word %q isn't in column %d", line, e.Word, e.Column)
		}
		fmt.Fprintf(&got, "%s\n\t%v\n", line, err)
		if e.Hint() != "" {
			fmt.Fprintf(&got, "\thint: %s\n", e.Hint())
		}
		got.WriteString("\n")
	}
	if *update {
		if err := os.WriteFile(name, []byte(got.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	} else if got.String() != string(text) {
		t.Errorf("errors have changed:\n%s", got.String())
	}
}

// TestHintsAreFilters reads the hints that look like one.
func TestHintsAreFilters(t *testing.T) {
	for _, words := range []string{"5060", "10.0.0.1", "10.0.0.0/8", "10.0.0.0/255.0.0.0", "[::1]:5060", "10.0.0.1:5060", "host fe80::1%eth0",
		"ip 10.0.0.1", "sip", "port sips", "port 5060-5061", "port 5060,5061,5062", "portrange 9-1", "portrange 1–9", "net 10.1", "net 192.168.1/24",
		"host 10.1", "src 10.0.0.1", "dst 5060", "host 10.0.0.1 port 5060", "port 5060 5061", "host 10.0.0.0/8", "ipv6", "net pbx", "vlan and port", "(udp tcp)"} {
		_, err := filter.Parse(words)
		var e *filter.Error
		if !errors.As(err, &e) {
			t.Errorf("%q: %v", words, err)
			continue
		}
		if _, err := filter.Parse(e.Hint()); err != nil || e.Hint() == "" {
			t.Errorf("%q has the hint %q: %v", words, e.Hint(), err)
		}
	}
}

// TestHelpShowsFilters reads what the help page tells people to type.
func TestHelpShowsFilters(t *testing.T) {
	page, err := os.ReadFile("../../cmd/rung/help/filter.md")
	if err != nil {
		t.Fatal(err)
	}
	found := regexp.MustCompile("(?m)--filter '([^']+)'|`((?:not |\\()?(?:port|host|ip|udp) [^`…]+)`|^    (\\(?port 5060 or [^ ].*?)   ").FindAllSubmatch(page, -1)
	for _, m := range found {
		words := string(m[1]) + string(m[2]) + string(m[3])
		if _, err := filter.Parse(words); err != nil {
			t.Errorf("%q: %v", words, err)
		}
	}
	if len(found) < 10 {
		t.Errorf("only %d filters found", len(found))
	}
}

func TestLimits(t *testing.T) {
	cases := []struct {
		name, words, err string
	}{
		{"100 parentheses", strings.Repeat("(", 100) + "udp" + strings.Repeat(")", 100), ""},
		{"101 parentheses", strings.Repeat("(", 101) + "udp" + strings.Repeat(")", 101), "more than 100 levels"},
		{"a million parentheses", strings.Repeat("(", 1e6), "more than 100 levels"},
		{"99 nots", strings.Repeat("not ", 99) + "udp", ""},
		{"101 nots", strings.Repeat("!", 101) + "udp", "more than 100 levels"},
		{"levels that and makes", strings.Repeat("udp or tcp and (", 60) + "vlan" + strings.Repeat(")", 60), "more than 100 levels"},
		{"1000 conditions", "port 1" + strings.Repeat(" or 2", 999), ""},
		{"1001 conditions", "port 1" + strings.Repeat(" or 2", 1000), "more than 1000 conditions"},
		{"a long word", strings.Repeat("x", 1e6), `column 1: "` + strings.Repeat("x", 60) + `…" is no word`},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			f, err := filter.Parse(c.words)
			if c.err == "" {
				if err != nil {
					t.Fatal(err)
				}
				if again, err := filter.Parse(f.String()); err != nil || again.String() != f.String() {
					t.Fatalf("not read again: %v", err)
				}
			} else if err == nil || !strings.Contains(err.Error(), c.err) || len(err.Error()) > 200 {
				t.Fatalf("error %.300v, want %q", err, c.err)
			}
		})
	}
}
