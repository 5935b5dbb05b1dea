package layout_test

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"rung/capture"
	"rung/decode"
	"rung/render"
	"rung/render/ladder"
	"rung/render/layout"
	"rung/render/rendertest"
)

func pages(doc *render.Document, opt *render.Options) []*layout.Picture {
	var out []*layout.Picture
	for _, f := range doc.Flows {
		out = append(out, layout.Lay(ladder.New(f, doc, opt), opt)...)
	}
	return out
}

// check asserts what makes a picture readable: every text stands on the page
// and no two texts overlap.
func check(t *testing.T, p *layout.Picture) {
	t.Helper()
	type rect struct {
		x1, y1, x2, y2 float64
		s              string
	}
	var all []rect
	for i := range p.Groups {
		for k := range p.Groups[i].Texts {
			x := &p.Groups[i].Texts[k]
			if x.S == "" {
				continue
			}
			size := layout.FontOf(x.Class).Size
			r := rect{x.Left(), x.Y - size*0.72, x.Left() + x.W, x.Y + size*0.2, x.S}
			if r.x1 < 0 || r.x2 > p.Width+0.5 || r.y1 < 0 || r.y2 > p.Height {
				t.Errorf("page %d: %q stands outside (%.0f,%.0f to %.0f,%.0f of %.0f×%.0f)", p.Page, x.S, r.x1, r.y1, r.x2, r.y2, p.Width, p.Height)
			}
			all = append(all, r)
		}
	}
	for i, a := range all {
		for _, b := range all[i+1:] {
			if a.x1 < b.x2-0.5 && b.x1 < a.x2-0.5 && a.y1 < b.y2-0.5 && b.y1 < a.y2-0.5 {
				t.Errorf("page %d: %q overlaps %q", p.Page, a.s, b.s)
			}
		}
	}
}

func TestTextsDontOverlap(t *testing.T) {
	for _, s := range rendertest.Samples() {
		for _, detail := range []bool{false, true} {
			t.Run(fmt.Sprint(s.Name, detail), func(t *testing.T) {
				for _, p := range pages(s.Doc, &render.Options{Detail: detail}) {
					check(t, p)
				}
			})
		}
	}
}

// TestRandomLadders draws flows of every size with names of every length.
func TestRandomLadders(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	word := func() string {
		letters := []rune("aWi 漢ЖŒ\u0301שm.")
		n := rng.IntN(60)
		var b strings.Builder
		for range n {
			b.WriteRune(letters[rng.IntN(len(letters))])
		}
		return b.String()
	}
	for round := range 60 {
		b := rendertest.NewBuilder(round+1, decode.KindCall)
		n := 1 + rng.IntN(12)
		for i := range n {
			b.Party(word(), word(), fmt.Sprintf("[2001:db8::%x]:%d", i+1, 5060+i))
		}
		leg := b.Leg("sip", capture.UDP, 0, n-1, "first")
		for range 1 + rng.IntN(30) {
			i := b.Say(time.Duration(rng.IntN(20000))*time.Millisecond, leg, rng.IntN(n), rng.IntN(n), word(), word())
			m := b.Last()
			m.Copies = 1 + rng.IntN(2)
			if rng.IntN(3) == 0 {
				b.Again(time.Second, i)
			}
			if rng.IntN(4) == 0 {
				m.Diagnostics = []capture.Diagnostic{{Severity: capture.Warning, Text: word()}}
			}
			if rng.IntN(6) == 0 {
				src := fmt.Sprintf("[2001:db8::%x]:4000", 1+rng.IntN(n+2))
				b.Stream(src, fmt.Sprintf("[2001:db8::%x]:4000", 1+rng.IntN(n)), b.Now(), time.Second*time.Duration(1+rng.IntN(40)), 3, "12")
			}
		}
		doc := rendertest.Document(word(), b)
		for _, p := range pages(doc, &render.Options{}) {
			check(t, p)
		}
		if t.Failed() {
			t.Fatalf("round %d", round)
		}
	}
}

func TestPages(t *testing.T) {
	doc := rendertest.Document("rung", rendertest.Long(1, 2000))
	ps := pages(doc, &render.Options{})
	rungs := 0
	for i, p := range ps {
		if p.Page != i+1 || p.Pages != len(ps) {
			t.Errorf("page %d says %d of %d", i+1, p.Page, p.Pages)
		}
		for k := range p.Groups {
			if strings.HasPrefix(p.Groups[k].Class, "rung ") {
				rungs++
			}
		}
	}
	if want := 1999; rungs != want { // one of 2000 is a folded retransmission
		t.Errorf("%d rungs on %d pages, want %d", rungs, len(ps), want)
	}
	if len(ps) < 30 {
		t.Errorf("%d pages for 2000 messages", len(ps))
	}
}

func TestNothingLostByCutting(t *testing.T) {
	l := strings.Repeat("long name ", 20)
	b := rendertest.NewBuilder(1, decode.KindCall)
	x, y := b.Party(l, "", "10.0.0.1:1"), b.Party("y", "", "10.0.0.2:1")
	b.Say(0, b.Leg("sip", capture.UDP, x, y, ""), x, y, l, l)
	p := pages(rendertest.Document("c", b), &render.Options{})[0]
	for _, class := range []string{"lifeline-head", "rung leg-1 request"} {
		for i := range p.Groups {
			if g := &p.Groups[i]; g.Class == class {
				if !strings.Contains(g.Tip, strings.TrimSpace(l)) {
					t.Errorf("%s: the tip %q has not the whole text", class, g.Tip)
				}
				break
			}
		}
	}
}

func TestMetrics(t *testing.T) {
	m := layout.NewMetrics()
	f := layout.Font{Size: 10}
	if w := m.Width("iii", f); w >= m.Width("WWW", f) || w <= 0 {
		t.Errorf("iii is %.1f wide", w)
	}
	if m.Width("WWW", layout.Font{Size: 20}) != 2*m.Width("WWW", f) {
		t.Error("width does not scale with size")
	}
	for _, s := range []string{"→", "←", "►", "◄", "…", "·", "×", "–", "□", "Ж", "ש", "é"} {
		if r := []rune(s)[0]; !m.Has(r, false) || !m.Has(r, true) {
			t.Errorf("the font lacks %s, which pictures use", s)
		}
	}
	if m.Has('漢', false) {
		t.Error("Has is true for what the font lacks")
	}
	for _, room := range []float64{0, 3, 9, 10, 11, 30, 100} {
		for _, s := range []string{"", "W", "WWWWW", "漢字漢字", "a b c d e f g h"} {
			if w := m.Width(m.Cut(s, f, room), f); w > room {
				t.Errorf("Cut(%q, %.0f) is %.1f wide", s, room, w)
			}
			lines := m.Wrap(s, f, max(10, room), 3)
			for _, l := range lines {
				if w := m.Width(l, f); w > max(10, room) {
					t.Errorf("Wrap(%q, %.0f): %q is %.1f wide", s, room, l, w)
				}
			}
		}
	}
}

func BenchmarkLay(b *testing.B) {
	doc := rendertest.Document("rung", rendertest.Long(1, 2000))
	b.ReportAllocs()
	for b.Loop() {
		pages(doc, &render.Options{})
	}
}

func TestHeadsDiffer(t *testing.T) {
	long := strings.Repeat("x", 60)
	b := rendertest.NewBuilder(1, decode.KindCall)
	for i, name := range []string{
		"2001:db8:1234:5678:9abc:def0:1234:5678", "2001:db8:1234:5678:9abc:def0:1234:7777", "[2001:db8:1234:5678:9abc:def0:1234:7777]:5060",
		"a" + long + "b" + long, "a" + long + "c" + long, "same", "same",
	} {
		b.Party(name, "", fmt.Sprintf("10.0.0.%d:1", i))
		b.F.Parties[i].Addresses = nil
	}
	b.Say(0, -1, 0, 6, "INVITE", "")
	seen := map[string]bool{}
	for _, g := range pages(rendertest.Document("c", b), &render.Options{})[0].Groups {
		if g.Class != "lifeline-head" {
			continue
		}
		head := ""
		for i := range g.Texts {
			head += g.Texts[i].S + "|"
		}
		if seen[head] {
			t.Errorf("two heads say %s", head)
		}
		seen[head] = true
	}
	if !seen["2001:db8:1234:5678:9abc:def0:1234:|7777|"] || len(seen) != 7 {
		t.Errorf("heads %v", seen)
	}
}
