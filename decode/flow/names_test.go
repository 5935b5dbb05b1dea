package flow

import (
	"errors"
	"fmt"
	"net/netip"
	"os"
	"strings"
	"testing"
)

const sampleNames = "\ufeff# who is who\r\n" +
	"10.96.1.8\t\tCUCM-PUB   \"call control\"  # publisher\r\n" +
	"10.96.1.8:5070  Messages\n" +
	"10.96.0.0/16 \"Head office\"\n" +
	"10.96.1.0/24:5061 Secure gateway\n" +
	"10.96.1.0/24 Servers\n" +
	"\n" +
	"   [2001:db8::1]:5060  Expressway-E  edge\n" +
	"2001:db8::1  \"say \\\"E\\\" \\\\\"\n" +
	"[2001:db8::]/32 Branch ''\n" +
	"2001:db8:1::/48:5060 Phones\n" +
	"0.0.0.0/0 Elsewhere\n"

func TestLookupPrefersTheNearest(t *testing.T) {
	n, err := ParseNames(strings.NewReader(sampleNames))
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ what, socket, name, role, evidence string }{
		{"address", "10.96.1.8:5060", "CUCM-PUB", "call control", "names file line 2"},
		{"exact socket before its address", "10.96.1.8:5070", "Messages", "", "names file line 3"},
		{"address before network with port", "10.96.1.8:5061", "CUCM-PUB", "call control", "names file line 2"},
		{"network with port before without", "10.96.1.9:5061", "Secure", "gateway", "names file line 5"},
		{"longest prefix", "10.96.1.9:5060", "Servers", "", "names file line 6"},
		{"shorter prefix", "10.96.2.9:5060", "Head office", "", "names file line 4"},
		{"shortest prefix", "192.0.2.1:1", "Elsewhere", "", "names file line 12"},
		{"IPv4 in IPv6 is IPv4", "[::ffff:10.96.1.8]:5060", "CUCM-PUB", "call control", "names file line 2"},
		{"IPv6 socket", "[2001:db8::1]:5060", "Expressway-E", "edge", "names file line 8"},
		{"zone does not matter", "[2001:db8::1%eth0]:5060", "Expressway-E", "edge", "names file line 8"},
		{"IPv6 address, escapes in quotes", "[2001:db8::1]:1", `say "E" \`, "", "names file line 9"},
		{"IPv6 network", "[2001:db8:2::7]:1", "Branch", "''", "names file line 10"},
		{"IPv6 network with port", "[2001:db8:1::7]:5060", "Phones", "", "names file line 11"},
		{"no match in the other family", "[2a00::1]:1", "", "", ""},
	} {
		t.Run(c.what, func(t *testing.T) {
			name, role, evidence, ok := n.Lookup(netip.MustParseAddrPort(c.socket))
			if name != c.name || role != c.role || evidence != c.evidence || ok != (c.name != "") {
				t.Errorf("got %q %q %q %v", name, role, evidence, ok)
			}
		})
	}
}

func TestParseNamesSaysWhereItIsWrong(t *testing.T) {
	for _, c := range []struct{ what, text, want string }{
		{"no address", "# x\ncucm Name\n", `line 2, column 1: "cucm" is no IP address`},
		{"no name", "10.0.0.1  # later\n", "line 1, column 9: a name is missing after 10.0.0.1"},
		{"blanks without quotes", "10.0.0.1 A B C\n", "line 1, column 14: too many words"},
		{"open quote", "10.0.0.1 é \"B C\n", "line 1, column 12: the quote is not closed"},
		{"prefix length too large", "10.0.0.0/33 A", `line 1, column 1: "33" is no prefix length from 0 to 32`},
		{"prefix length signed", "10.0.0.0/+8 A", `line 1, column 1: "+8" is no prefix length from 0 to 32`},
		{"port 0", "10.0.0.1:0 A", `line 1, column 1: "0" is no port from 1 to 65535`},
		{"port too large", "10.0.0.1:65536 A", `line 1, column 1: "65536" is no port from 1 to 65535`},
		{"bracket", "  [2001:db8::1 A", `line 1, column 3: "[2001:db8::1": bracket is not closed`},
		{"after the bracket", "[2001:db8::1]x A", `line 1, column 1: "x" is not expected after the address`},
		{"zone", "fe80::1%eth0 A", `line 1, column 1: "fe80::1%eth0" is no IP address`},
		{"two names", "10.0.0.1 A\n10.0.0.1/32 B\n", `line 2, column 1: 10.0.0.1/32 has a name already: "A" (names file line 1)`},
		{"empty name", `10.0.0.1 ""`, "line 1, column 10: the name is empty"},
		{"a binary file", "\xd4\xc3\xb2\xa1\x02\x00", "line 1, column 1: no UTF-8 text"},
		{"control character", "10.0.0.1 A\x1b[2J", "line 1, column 11: control character '\\x1b'"},
		{"endless line", "10.0.0.1 A\n" + strings.Repeat("x", maxNamesLine+1), "line 2, column 1: line is longer than 4096 bytes"},
		{"long name", "10.0.0.1 " + strings.Repeat("x", maxNameLen+1), "line 1, column 10: longer than 200 bytes"},
	} {
		t.Run(c.what, func(t *testing.T) {
			n, err := ParseNames(strings.NewReader(c.text))
			var at *NamesError
			if !errors.As(err, &at) || err.Error() != c.want || n != nil {
				t.Errorf("got %v", err)
			}
		})
	}
}

func TestTheSameLineTwiceIsNoMistake(t *testing.T) {
	if _, err := ParseNames(strings.NewReader("10.0.0.1 A r\n10.0.0.1/32 A r\n")); err != nil {
		t.Error(err)
	}
}

func TestNamesOfTheFileGoBeforeThoseOfTheCapture(t *testing.T) {
	n, err := ParseNames(strings.NewReader("10.0.0.1:5060 Mine\n"))
	if err != nil {
		t.Fatal(err)
	}
	n.Add(netip.MustParseAddr("10.0.0.1"), "first.example", "DNS answer in frame 12")
	n.Add(netip.MustParseAddr("::ffff:10.0.0.1"), "second.example", "name resolution block")
	n.Add(netip.MustParseAddr("0.0.0.0"), "any", "DNS answer in frame 13")
	for socket, want := range map[string]string{
		"10.0.0.1:5060": "Mine/names file line 1",
		"10.0.0.1:5061": "first.example/DNS answer in frame 12",
		"0.0.0.0:1":     "/",
	} {
		name, _, evidence, _ := n.Lookup(netip.MustParseAddrPort(socket))
		if got := name + "/" + evidence; got != want {
			t.Errorf("%s: got %s, want %s", socket, got, want)
		}
	}
}

func TestNilNamesMayBeAsked(t *testing.T) {
	var n *Names
	n.Add(netip.MustParseAddr("10.0.0.1"), "a", "b")
	if _, _, _, ok := n.Lookup(netip.MustParseAddrPort("10.0.0.1:1")); ok || n.Dropped() != 0 {
		t.Error("nil knows something")
	}
	var zero Names
	zero.Add(netip.MustParseAddr("10.0.0.1"), strings.Repeat("é", maxNameLen), "b")
	name, _, _, ok := zero.Lookup(netip.MustParseAddrPort("10.0.0.1:1"))
	if !ok || name != strings.Repeat("é", maxNameLen/2) {
		t.Errorf("zero value: %q %v", name, ok)
	}
	if _, _, _, ok := zero.Lookup(netip.AddrPort{}); ok {
		t.Error("no address has a name")
	}
}

func TestNamesOfTheCaptureAreCapped(t *testing.T) {
	var n Names
	a := netip.MustParseAddr("10.0.0.0")
	for range maxSeenNames + 5 {
		a = a.Next()
		n.Add(a, "x", "DNS answer in frame 1")
	}
	if len(n.seen) != maxSeenNames || n.Dropped() != 5 {
		t.Errorf("%d kept, %d dropped", len(n.seen), n.Dropped())
	}
}

func TestNamesFileIsCapped(t *testing.T) {
	var b strings.Builder
	a := netip.MustParseAddr("10.0.0.0")
	for range maxNames + 1 {
		fmt.Fprintf(&b, "%s x\n", a)
		a = a.Next()
	}
	_, err := ParseNames(strings.NewReader(b.String()))
	if err == nil || !strings.Contains(err.Error(), "line 65537, column 1: more than 65536 names") {
		t.Errorf("got %v", err)
	}
}

// FuzzParseNames asserts that what was accepted can be asked for: every line
// alone gives a name to the address it begins with.
func FuzzParseNames(f *testing.F) {
	f.Add(sampleNames)
	f.Add("10.0.0.1 \"a\\")
	f.Add("[::]/0:1 x # y")
	f.Fuzz(func(t *testing.T, text string) {
		n, err := ParseNames(strings.NewReader(text))
		if err != nil {
			var at *NamesError
			if !errors.As(err, &at) || at.Line < 1 || at.Column < 1 || at.Text == "" {
				t.Fatalf("error without a place: %v", err)
			}
			return
		}
		for socket, e := range n.sockets {
			if name, _, _, ok := n.Lookup(socket); !ok || name != e.name {
				t.Fatalf("%v: %q, want %q", socket, name, e.name)
			}
		}
		for p, e := range n.prefixes {
			if p.net != p.net.Masked() || e.name == "" {
				t.Fatalf("prefix %v, name %q", p, e.name)
			}
			if _, _, _, ok := n.Lookup(netip.AddrPortFrom(p.net.Addr(), p.port)); !ok {
				t.Fatalf("%v is not found", p)
			}
		}
		for i := 1; i < len(n.bits); i++ {
			if n.bits[i-1] <= n.bits[i] {
				t.Fatalf("lengths out of order: %v", n.bits)
			}
		}
	})
}

func BenchmarkLookup(b *testing.B) {
	n, err := ParseNames(strings.NewReader(sampleNames))
	if err != nil {
		b.Fatal(err)
	}
	socket := netip.MustParseAddrPort("10.96.2.9:5060")
	b.ReportAllocs()
	for b.Loop() {
		n.Lookup(socket)
	}
}

// TestHelpPageOfNamesIsTrue reads the example of the help page.
func TestHelpPageOfNamesIsTrue(t *testing.T) {
	page, err := os.ReadFile("../../cmd/rung/help/names.md")
	if err != nil {
		t.Fatal(err)
	}
	_, example, found := strings.Cut(string(page), "    # who is who\n")
	example, _, end := strings.Cut(example, "\n\n")
	n, err := ParseNames(strings.NewReader(example))
	if !found || !end || err != nil {
		t.Fatal(found, end, err)
	}
	if name, role, _, _ := n.Lookup(netip.MustParseAddrPort("10.96.1.8:5060")); name != "CUCM-PUB" || role != "call control" {
		t.Errorf("got %q %q", name, role)
	}
}
