package filter_test

import (
	"errors"
	"strconv"
	"strings"
	"testing"
	"unicode/utf8"

	"rung/capture"
	"rung/capture/capturetest"
	"rung/capture/filter"
	"rung/capture/wire"
)

// FuzzParse asserts that what is read is written so that it is read again,
// and that errors have a place.
func FuzzParse(f *testing.F) {
	for _, words := range []string{
		"host 10.0.0.1 and (port 5060 or portrange 16384-32767) and not vlan 20",
		"udp src port 5060 or 5061 && !tcp", "net 10.0.0.0/255.0.0.0 or ::/0||vlan", "src 10.0.0.1", "port sip", "((udp)", "icmp ip6",
		"dst host ::ffff:1.2.3.4 or ::1%eth0 and net 10.1", "port 1,2 or 3–4", "\xff ( = <", "not not not sctp",
	} {
		f.Add(words)
	}
	f.Fuzz(func(t *testing.T, words string) {
		got, err := filter.Parse(words)
		if err != nil {
			var e *filter.Error
			if !errors.As(err, &e) {
				t.Fatal(err)
			}
			if e.Column < 1 || e.Column > utf8.RuneCountInString(words)+1 || e.Text == "" || !strings.Contains(words, e.Word) {
				t.Fatalf("%q: %+v", words, e)
			}
			return
		}
		s := got.String()
		again, err := filter.Parse(s)
		if err != nil {
			t.Fatalf("%q of %q: %v", s, words, err)
		}
		if again.String() != s {
			t.Fatalf("%q, again %q", s, again)
		}
	})
}

// FuzzMatch asserts the laws of Kleene's logic, that the layers of the filter
// are those of the decoder, and that what a cut frame tells is true of the
// whole one.
func FuzzMatch(f *testing.F) {
	add := func(p capture.Packet) {
		f.Add("host 10.0.0.1 and port 5060 or vlan", "udp or net 2001:db8::/32", uint16(p.Link), p.Data, uint16(20))
		f.Add("not tcp", "src host 192.0.2.1 and not port 4789", uint16(p.Link), p.Data, uint16(64))
	}
	for _, e := range capturetest.Encapsulations() {
		add(sip(f, "udp", e.Options, true)[0])
		for _, p := range sip(f, "udp", e.Options+" frag=32", true) {
			add(p)
		}
	}
	f.Fuzz(func(t *testing.T, one, two string, link uint16, data []byte, keep uint16) {
		a, errA := filter.Parse(one)
		b, errB := filter.Parse(two)
		if errA != nil || errB != nil || len(one)+len(two) > 1000 || a.String() == "" || b.String() == "" {
			return
		}
		p := capture.Packet{Link: capture.LinkType(link), Data: data, WireLen: len(data), Offset: -1}
		one, two = "("+a.String()+")", "("+b.String()+")"
		same := func(x, y string) {
			f, err := filter.Parse(x)
			g, err2 := filter.Parse(y)
			if err != nil || err2 != nil {
				return // too deep
			}
			if f.Match(&p) != g.Match(&p) {
				t.Fatalf("%q and %q differ", x, y)
			}
		}
		same(one, "not not "+one)
		for _, not := range []string{"", "not "} { // both ways, to see all three values
			same(not+"(not ("+one+" and "+two+"))", not+"(not "+one+" or not "+two+")")
			same(not+"(not ("+one+" or "+two+"))", not+"(not "+one+" and not "+two+")")
			same(not+"("+one+" and "+two+")", not+"("+two+" and "+one+")")
			same(not+"("+one+" or "+one+" and "+two+")", not+one) // absorption
		}
		agree(t, &p)
		cutTellsTruth(t, a, &p, keep)
	})
}

// agree asks for what the decoder found.
func agree(t *testing.T, p *capture.Packet) {
	var d wire.Decoder
	var g, again wire.Datagram
	d.Decode(p, &g)
	d.Layers = new(wire.Layers)
	d.Decode(p, &again)
	if g.Path != again.Path || g.Fate != again.Fate || g.Name != again.Name || g.LinkSum != again.LinkSum || g.Diag != again.Diag {
		t.Fatalf("with layers %+v, without %+v", again, g)
	}
	if g.Fate != 0 {
		return
	}
	words := "src host " + g.Path.Src.Addr().String()
	if g.Path.Src.Port() != 0 {
		words += " and " + g.Path.Transport.String() + " dst port " + strconv.Itoa(int(g.Path.Dst.Port()))
	}
	if v := decide(t, words, p); v != yes {
		t.Fatalf("%q is %s of %v", words, v, g.Path)
	}
}

// cutTellsTruth cuts the frame as a snaplen does. Frames that are broken or
// guessed at are left out: what is cut off may be what was wrong with them.
func cutTellsTruth(t *testing.T, f *filter.Filter, p *capture.Packet, keep uint16) {
	var d wire.Decoder
	var g wire.Datagram
	d.Decode(p, &g)
	if g.Fate != 0 || g.Diag.Code != 0 || g.Tunnels > 0 || int(keep) >= len(p.Data) {
		return
	}
	part := *p
	part.Data = p.Data[:keep]
	both := pairOf(t, f.String())
	whole, cut := both.verdict(t, p), both.verdict(t, &part)
	if cut != whole && cut != unknown {
		t.Fatalf("%q is %s, of %d bytes %s", f, whole, keep, cut)
	}
}
