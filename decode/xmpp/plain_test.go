package xmpp

import (
	"bytes"
	"fmt"
	"strings"
	"testing"

	"rung/decode"
)

// show1 prints an element as far as rung looks at it.
func show1(e *element) string {
	var b strings.Builder
	fmt.Fprintf(&b, "{%s}%s", e.ns, e.name)
	for _, a := range e.attrs {
		if !bytes.Contains(a.name, []byte(":")) {
			fmt.Fprintf(&b, " %s=%q", a.name, a.value)
		}
	}
	fmt.Fprintf(&b, " %q %d %d (", e.text, e.runes, e.count)
	for _, c := range e.children {
		b.WriteString(show1(c))
	}
	return b.String() + ")"
}

// compare reads data both ways where the fast one reads it at all.
func compare(t *testing.T, r *reader, data []byte, s *scope) (fast bool) {
	t.Helper()
	r.forget()
	if !isPlain(data) {
		return false
	}
	e, n := r.plain(data, s)
	if e == nil || n != len(data) {
		return false
	}
	want, err := readStrict(data, s)
	if err != nil {
		t.Fatalf("%q: read fast, encoding/xml says %v", data, err)
	}
	if got, want := show1(e), show1(want); got != want {
		t.Fatalf("%q:\nfast   %s\nstrict %s", data, got, want)
	}
	return true
}

var testScope = scope{def: nsClient, prefixes: []prefix{{"db", nsDialback}}}

func TestPlainReadsLikeEncodingXML(t *testing.T) {
	for _, test := range []struct {
		data string
		fast bool
	}{
		{`<presence/>`, true},
		{`<presence to="a" from='b' ><show >away</show ></presence >`, true},
		{`<message xmlns="jabber:client"><body>é €</body></message>`, true},
		{`<a xmlns="x"><b><c xmlns=""/><d xmlns="y"/></b><e/></a>`, true},
		{`<db:result/>`, true},
		{`<p:a xmlns:p="x"><p:b/><q:c/></p:a>`, true},
		{`<a><p:b xmlns:p="x"/><p:c/></a>`, true},
		{`<a xml:lang="en" p:x="y"/>`, true},
		{`<stream:error/>`, true},
		{"<a\n\tb = 'c'\n/>", true},
		{`<a><p:b xmlns:p="x"><p:c/></p:b></a>`, false},
		{`<a>&lt;</a>`, false},
		{`<a b="&amp;"/>`, false},
		{"<a>\r</a>", false},
		{`<a>]]></a>`, false},
		{`<a><!-- --></a>`, false},
		{`<a><![CDATA[]]></a>`, false},
		{`<a>x<b/>y</a>`, false},
		{`<a b="1"c="2"/>`, false},
		{`<a b=1/>`, false},
		{`<a><b></a></b>`, false},
		{`<a>`, false},
		{`</a>`, false},
		{`<a b="<"/>`, false},
		{`<é/>`, false},
		{`<a:b:c/>`, false},
		{`<:a/>`, false},
		{`<1a/>`, false},
		{`<xml:a/>`, false},
		{"<a>\x01</a>", false},
		{"<a>\xff</a>", false},
		{"<a>\uffff</a>", false},
	} {
		r := &newShared(decode.NewMemory()).reader
		if got := compare(t, r, []byte(test.data), &testScope); got != test.fast {
			t.Errorf("%q: read fast: %v", test.data, got)
		}
	}
}

func TestReaderIsUsedAgain(t *testing.T) {
	r := &newShared(decode.NewMemory()).reader
	first, _ := r.read([]byte(`<a x="1">t<b/><c/></a>`), &testScope)
	want := show1(first)
	if _, err := r.read([]byte(`<z><y q="2">text</y></z>`), &testScope); err != nil {
		t.Fatal(err)
	}
	again, _ := r.read([]byte(`<a x="1">t<b/><c/></a>`), &testScope)
	if got := show1(again); got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

func FuzzPlain(f *testing.F) {
	for _, talk := range transcripts(f) {
		for _, turn := range talk {
			f.Add(turn.Data)
		}
	}
	f.Add([]byte(`<a xmlns="x"><b><c xmlns=""/><d xmlns="y"/></b><p:e xmlns:p='z' q="r"/></a>`))
	f.Fuzz(func(t *testing.T, data []byte) {
		r := &newShared(decode.NewMemory()).reader
		compare(t, r, data, &testScope)
		compare(t, r, bytes.ToLower(data), &testScope)
	})
}

// A stanza that is read ahead is the token that the framer makes of it, and the
// element that is read of that.
func FuzzReadAhead(f *testing.F) {
	for _, talk := range transcripts(f) {
		for _, turn := range talk {
			f.Add(turn.Data)
		}
	}
	f.Add([]byte(`<a b='>' c="/"><d/><e x='y'>z]]</e ></a><b/>`))
	f.Add([]byte(`<x:stream a='b'></x:stream>`))
	f.Add([]byte(`<a><stream></stream></a>`))
	f.Fuzz(func(t *testing.T, data []byte) {
		r := &newShared(nil).reader
		n := r.readAhead(data, &testScope)
		if n == 0 {
			return
		}
		var framer framer
		advance, token, err := framer.split(data, false)
		if err != nil || advance != n || string(token) != string(data[:n]) {
			t.Fatalf("%q: read ahead %d bytes, framed %d: %q, %v", data, n, advance, token, err)
		}
		ahead, err := r.read(data[:n], &testScope)
		if err != nil {
			t.Fatal(err)
		}
		got := show1(ahead)
		want, err := readStrict(data[:n], &testScope)
		if err != nil || got != show1(want) {
			t.Fatalf("%q: ahead %s, strict %s, %v", data[:n], got, show1(want), err)
		}
	})
}

// The two readers, on the same stanza.
func BenchmarkReader(b *testing.B) {
	data := []byte(`<message type="chat" to="user2@lab.example" id="636b18470d8c4afe8b1994329e760561" xml:lang="en"><body>lab message 0 from user1@lab.example/jabber_32709</body><active xmlns="http://jabber.org/protocol/chatstates" /><request xmlns="urn:xmpp:receipts" /></message>`)
	b.Run("plain", func(b *testing.B) {
		r := &newShared(decode.NewMemory()).reader
		b.SetBytes(int64(len(data)))
		b.ReportAllocs()
		for b.Loop() {
			r.forget()
			if e, _ := r.plain(data, &testScope); !isPlain(data) || e == nil {
				b.Fatal("not plain")
			}
		}
	})
	b.Run("encoding-xml", func(b *testing.B) {
		b.SetBytes(int64(len(data)))
		b.ReportAllocs()
		for b.Loop() {
			if _, err := readStrict(data, &testScope); err != nil {
				b.Fatal(err)
			}
		}
	})
}
