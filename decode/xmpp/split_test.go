package xmpp

import (
	"strings"
	"testing"

	"rung/decode"
	"rung/decode/decodetest"
)

const header = `<stream:stream to='lab.example' xmlns='jabber:client' xmlns:stream='http://etherx.jabber.org/streams' version='1.0'>`

func TestSplit(t *testing.T) {
	for _, test := range []struct {
		rule string
		data string
		want []string
		err  error
	}{
		{"white space between stanzas is passed over", " \r\n<a/>\n\t<b/> ", []string{"<a/>", "<b/>"}, nil},
		{"the declaration is passed over", "<?xml version='1.0'?>" + header + "<a/>", []string{header, "<a/>"}, nil},
		{"a byte order mark is passed over", "\xef\xbb\xbf<a/>", []string{"<a/>"}, nil},
		{"any prefix opens a stream", "<x:stream xmlns:x='y'><a/></x:stream>", []string{"<x:stream xmlns:x='y'>", "<a/>", "</x:stream>"}, nil},
		{"a stream may be opened again", header + header, []string{header, header}, nil},
		{"nested elements belong to their stanza", "<a><a><a/></a></a><b></b>", []string{"<a><a><a/></a></a>", "<b></b>"}, nil},
		{"a stream within a stanza is none", "<a><stream></stream></a><b/>", []string{"<a><stream></stream></a>", "<b/>"}, nil},
		{"'>' and '/' in attributes end nothing", `<a x="/>" y='">'/><b/>`, []string{`<a x="/>" y='">'/>`, "<b/>"}, nil},
		{"comments hide markup", "<!-- </a> <b> --><a><!-- </a> --></a>", []string{"<a><!-- </a> --></a>"}, nil},
		{"CDATA hides markup", "<a><![CDATA[</a>]]]></a><b/>", []string{"<a><![CDATA[</a>]]]></a>", "<b/>"}, nil},
		{"instructions are passed over", "<?x <a> ?><a><?y </a> ?></a>", []string{"<a><?y </a> ?></a>"}, nil},
		{"a declaration is a piece of its own", `<!DOCTYPE x [<!ENTITY a "b">]><a/>`, []string{`<!DOCTYPE x [<!ENTITY a "b">]>`, "<a/>"}, nil},
		{"what the end cuts off is handed on", "<a/><b><c", []string{"<a/>", "<b><c"}, nil},
		{"a quote that is missing costs one tag", "<a x='1><b y='2'/>", []string{"<a x='1>", "<b y='2'/>"}, nil},
		{"a tag broken off costs itself", "<a <b/>", []string{"<a ", "<b/>"}, nil},
		{"'<' without a name within a stanza is for the reader", "<a>1 < 2</a><b/>", []string{"<a>1 < 2</a>", "<b/>"}, nil},
		{"text between stanzas is an error", "<a/>x<b/>", []string{"<a/>"}, errText},
		{"an end without beginning is an error", "</a><b/>", nil, errEnd},
		{"CDATA between stanzas is an error", "<![CDATA[x]]>", nil, errText},
		{"'<' without a name between stanzas is an error", "< a>", nil, errLess},
	} {
		t.Run(test.rule, func(t *testing.T) {
			for _, step := range []int{0, 1, 3} {
				f := &framer{}
				tokens, err := decodetest.Tokens(f.split, []byte(test.data), step)
				if err != test.err {
					t.Errorf("step %d: error %v, want %v", step, err, test.err)
				}
				var got []string
				for _, token := range tokens {
					got = append(got, string(token))
				}
				if strings.Join(got, "\n") != strings.Join(test.want, "\n") {
					t.Errorf("step %d: got %q, want %q", step, got, test.want)
				}
			}
		})
	}
}

func TestSplitNoticesThatBytesWereDropped(t *testing.T) {
	f := &framer{}
	if n, token, err := f.split([]byte("<a><b>some text that is long"), false); n != 0 || token != nil || err != nil {
		t.Fatal(n, token, err)
	}
	for _, data := range []string{"<c/>", "<c>another stanza, longer than the first</c>"} {
		if _, token, err := f.split([]byte(data), false); err != nil || string(token) != data {
			t.Errorf("got %q, %v", token, err)
		}
		if _, _, err := f.split([]byte("<a><b>some text that is long"), false); err != nil {
			t.Fatal(err)
		}
	}
}

// A stanza of 1 MiB in segments of one byte is looked at once. Were it looked
// at anew with each byte, this would be 5·10¹¹ steps and never end.
func TestSplitOfOneByteSegmentsEnds(t *testing.T) {
	for _, fill := range []string{"text ", "<x/>", "<x a='1'/>", "<!-- -->", "<![CDATA[]]]]>", "&amp;", "<?x ?>", "<"} {
		data := []byte("<a>" + strings.Repeat(fill, maxStanza/len(fill)) + "</a>")
		if fill == "<" {
			data = []byte("<a x='" + strings.Repeat("x", maxStanza) + "'/>")
		}
		f := &framer{}
		for i := range data {
			n, token, err := f.split(data[:i+1], false)
			if last := i == len(data)-1; err != nil || (n == len(data)) != last || len(token) != n {
				t.Fatalf("%q: byte %d: %d, %d, %v", fill, i, n, len(token), err)
			}
		}
	}
}

func TestProbe(t *testing.T) {
	for _, test := range []struct {
		data string
		want decode.Verdict
	}{
		{header, decode.Yes},
		{"<?xml version='1.0'?>\n" + header, decode.Yes},
		{"\xef\xbb\xbf" + header, decode.Yes},
		{"<x:stream xmlns:x=\"http://etherx.jabber.org/streams\">", decode.Yes},
		{"<iq type='get' id='1'>", decode.Yes},
		{"<iq\n\tid=\"1\">", decode.Yes},
		{"<presence/>", decode.Yes},
		{"<presence>", decode.Yes},
		{"<message to='a@b'>", decode.Yes},
		{"<r xmlns='urn:xmpp:sm:3'/>", decode.Yes},
		{"</stream:stream>", decode.Yes},
		{"<stream:features>", decode.Yes},
		{`<auth xmlns="urn:ietf:params:xml:ns:xmpp-sasl" mechanism="PLAIN">`, decode.Yes},
		{"<proceed xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>", decode.Yes},
		{"<open xmlns='urn:ietf:params:xml:ns:xmpp-framing'/>", decode.Yes},
		{"", decode.MaybeMore},
		{" ", decode.MaybeMore},
		{"<?xm", decode.MaybeMore},
		{"<?xml version='1.0'?>", decode.MaybeMore},
		{"<stream:stream to='x'", decode.MaybeMore},
		{"<mess", decode.MaybeMore},
		{"<message t", decode.MaybeMore},
		{"<stream:stream to='x'>", decode.No},
		{"<html>", decode.No},
		{"<!DOCTYPE html>", decode.No},
		{"<?xml version='1.0'?><methodCall>", decode.No},
		{"<message>", decode.No},
		{"<iq>", decode.No},
		{"<response code='1'>", decode.No},
		{"<a href='x'>", decode.No},
		{"GET / HTTP/1.1", decode.No},
		{"INVITE sip:a@b SIP/2.0", decode.No},
		{"\x16\x03\x01", decode.No},
		{"<stream " + strings.Repeat("x", maxHeader), decode.No},
	} {
		if got := probe([]byte(test.data)); got != test.want {
			t.Errorf("%.60q: %d, want %d", test.data, got, test.want)
		}
	}
}

func TestSync(t *testing.T) {
	for _, test := range []struct {
		data string
		want int
	}{
		{"ence><iq type='get'/>", 5},
		{"body</body></message><presence to='a@b'/>", 21},
		{"</iq></stream:stream>", 5},
		{"<b>x</b><i>", -1},
		{"<html><a href='x'>", -1},
		{"xx<mess", -1},
		{"", -1},
	} {
		if got := sync([]byte(test.data)); got != test.want {
			t.Errorf("%q: %d, want %d", test.data, got, test.want)
		}
	}
}

func FuzzSplit(f *testing.F) {
	for _, talk := range transcripts(f) {
		var all []byte
		for _, turn := range talk {
			all = append(all, turn.Data...)
		}
		f.Add(all)
	}
	f.Add([]byte("<a x='>'><![CDATA[]]></a><!-- --><!DOCTYPE [<>]>\xef\xbb\xbf<b/>"))
	f.Fuzz(func(t *testing.T, data []byte) {
		all, err := decodetest.Tokens((&framer{}).split, data, 0)
		each, err1 := decodetest.Tokens((&framer{}).split, data, 1)
		if err != err1 || len(all) != len(each) {
			t.Fatalf("at once %d tokens, %v; byte by byte %d, %v\n%q\n%q", len(all), err, len(each), err1, all, each)
		}
		for i := range all {
			if string(all[i]) != string(each[i]) {
				t.Fatalf("token %d: %q and %q", i, all[i], each[i])
			}
			if len(all[i]) == 0 || all[i][0] != '<' {
				t.Fatalf("token %q", all[i])
			}
		}
		if i := sync(data); i >= 0 && begins(data[i:]) != decode.Yes {
			t.Fatalf("sync to %d, which is no start", i)
		}
	})
}
