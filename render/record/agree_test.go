package record

import (
	"math"
	"math/rand/v2"
	"net/netip"
	"reflect"
	"strings"
	"testing"
	"time"

	"rung/capture"
	"rung/decode"
	"rung/decode/flow"
	"rung/decode/media"
	"rung/render"
	"rung/render/rendertest"
)

func TestSamplesAgree(t *testing.T) {
	for _, s := range rendertest.Samples() {
		t.Run(s.Name, func(t *testing.T) { agree(t, s.Doc) })
	}
	agree(t, &render.Document{
		Flows:   []*flow.Flow{{}, {Messages: []flow.Message{{}, {Message: &decode.Message{}, Leg: 5, RetransmissionOf: 9}}}},
		Streams: []*media.Stream{{}},
	})
}

// neverSet are fields that this version has no value for.
var neverSet = map[string]bool{"Flow.Findings": true, "Stream.RFactor": true, "Stream.MOS": true, "RTCP.XR": true}

// TestFullDocumentAgrees holds the structs and the writer together: every
// field of every record has a value in the document, so that one added to a
// struct alone, or written under another name or in another place, shows.
func TestFullDocumentAgrees(t *testing.T) {
	doc := full()
	set := map[string]bool{}
	r := New(doc)
	walk(reflect.ValueOf(r), set)
	for name, has := range set {
		if !has && !neverSet[name] {
			t.Errorf("%s has no value in the document of this test", name)
		}
		if has && neverSet[name] {
			t.Errorf("%s has a value: it is no longer never set", name)
		}
	}
	if len(set) < 150 {
		t.Errorf("only %d fields seen", len(set))
	}
	agree(t, doc)
}

// walk notes for each field of the structs below v whether it is anywhere
// neither zero nor empty.
func walk(v reflect.Value, set map[string]bool) {
	switch v.Kind() {
	case reflect.Pointer:
		if !v.IsNil() {
			walk(v.Elem(), set)
		}
	case reflect.Slice:
		for i := range v.Len() {
			walk(v.Index(i), set)
		}
	case reflect.Struct:
		for i := range v.NumField() {
			f, name := v.Field(i), v.Type().Name()+"."+v.Type().Field(i).Name
			empty := f.IsZero() || f.Kind() == reflect.Slice && f.Len() == 0
			set[name] = set[name] || !empty
			walk(f, set)
		}
	}
}

// full is a document of two inputs in which all that can be known is.
func full() *render.Document {
	b := rendertest.TrunkCall(1)
	doc := rendertest.Document("rung list", b)
	doc.Version = "1.2"
	odd := capture.Diagnostic{
		Code: "length", Severity: capture.Warning, Frames: []capture.Frame{{Number: 7}, {File: 1, Number: 1}},
		Text: "512 bytes <declared>", Ref: "RFC 3261 §18.3", Damage: true,
	}
	c := &doc.Capture
	c.Files = append(c.Files, render.File{Name: "rotated.pcap+", Format: "pcap+gzip", Frames: 1, Bytes: 60, First: 5, Last: 6, LinkTypes: []string{"raw", "ppp"}, Truncated: true})
	c.Frames, c.Bytes, c.First, c.Last, c.InterfaceDrops = 9, 900, 1, 2, 3
	c.Account.Decoded, c.Account.Duplicate, c.Account.TransportOnly = 4, 3, 2
	c.Account.Add(capture.FateOther, "arp", capture.Frame{Number: 3}, 2)
	c.Account.Add(capture.FateUndecoded, "cut", capture.Frame{File: 1, Number: 1}, 9)
	c.Diagnostics = []capture.Diagnostic{odd}
	fillFlow(b.F, odd)
	doc.Streams = append(doc.Streams, fullStream(odd), bareStream())
	doc.StreamFlow = func(s *media.Stream) (int, string) {
		if s.ID == "b1" {
			return 0, ""
		}
		return 1, "1.2"
	}
	return doc
}

func fillFlow(f *flow.Flow, odd capture.Diagnostic) {
	d := 1234567 * time.Nanosecond
	p := decode.Party{User: "5737", Host: "h", Display: "Алиса"}
	f.Key, f.Title, f.Parent, f.Children = "k", "t", 9, []int{2, 3}
	f.From, f.To = p, p
	f.Timing = flow.Timing{PDD: &d, Setup: &d, Ring: &d, Talk: &d}
	f.Diagnostics = []capture.Diagnostic{odd}
	f.Parties[0].Evidence = "names file line 1"
	f.Parties[0].Addresses = append(f.Parties[0].Addresses, netip.AddrPort{}, netip.MustParseAddrPort("[fe80::1%a\"b]:5060"), netip.MustParseAddrPort("[::ffff:1.2.3.4]:0"))
	f.Legs[0].CallID, f.Legs[0].SessionID, f.Legs[0].Evidence = "c", "ab30", odd.Frames
	f.Steps = []flow.Step{{Name: "auth", Outcome: flow.Accepted, Frames: odd.Frames}}
	f.Identities = []flow.IdentityRow{{
		Leg: "1.1", Frame: odd.Frames[0], Changed: []string{"from", "to"},
		Identity: &decode.Identity{From: p, To: p, RequestURI: p, Contact: p, Asserted: p, Preferred: p, RemoteParty: p, Diversion: p, Privacy: "id"},
	}, {}}
	m := &f.Messages[4]
	m.Message.Frames, m.Message.Frame, m.RetransmissionOf = odd.Frames, odd.Frames[1], 2
	m.Message.Diagnostics = []capture.Diagnostic{odd, {}}
}

// fullStream is a stream with everything RTCP and a codec can tell.
func fullStream(odd capture.Diagnostic) *media.Stream {
	skew, keys, at := -3.25, int64(4), rendertest.Start
	return &media.Stream{
		ID: "v1", SSRC: 0xfffffff1, Kind: "video", PayloadTypes: []uint8{97, 98}, Codec: "H264", Clock: 90000, ClockMeasured: true, Encrypted: true, DSCP: 34,
		Path:       capture.Path{Transport: capture.UDP, Src: netip.MustParseAddrPort("[2001:db8::1]:4000"), Dst: netip.MustParseAddrPort("10.0.0.1:4002")},
		FirstFrame: odd.Frames[0], LastFrame: odd.Frames[1], Start: at, End: at.Add(time.Second),
		Packets: 100, Bytes: 100000, Expected: 103, Lost: 3, Duplicates: 1, Reordered: 2, Restarts: 1,
		Delta: &media.Spread{Min: 0.0006, Mean: 10.12349, Max: 99.9996}, Jitter: &media.Jitter{Mean: 1, Max: 2, Last: 3}, SkewMS: &skew,
		LossBursts:  []media.Burst{{FirstSeq: 65535, Packets: 3, Frame: odd.Frames[0]}, {}},
		DTMF:        []media.Digit{{Digit: "#", Time: at, Duration: 80 * time.Millisecond, Frame: odd.Frames[1]}, {}},
		Video:       &media.Video{Frames: 30, FPS: 29.97, KeyFrames: &keys, IncompleteFrames: 1, FrameJitterMS: 4.5, Width: 640, Height: 480},
		RTCP:        &media.RTCP{Reports: 2, FractionLostMax: 2.91261, RTT: &media.Spread{Min: 1, Mean: 2, Max: 3}, RTTNote: "one answer left out", PLI: 1, FIR: 2, NACK: 3},
		Diagnostics: []capture.Diagnostic{odd},
	}
}

// bareStream is one packet of which nothing is known, so that every value
// that can be missing gives its reason.
func bareStream() *media.Stream {
	return &media.Stream{ID: "b1", PayloadTypes: []uint8{96, 0}, Packets: 1, Video: &media.Video{Frames: 1}, RTCP: &media.RTCP{PLI: 1}}
}

// FuzzDocument asserts that flows and streams whose every field is drawn at
// random are written as their records are.
func FuzzDocument(f *testing.F) {
	for seed := range uint64(200) {
		f.Add(seed, "INVITE sip:5737@h \"<a>\"\u202e\xff")
	}
	f.Fuzz(func(t *testing.T, seed uint64, text string) {
		agree(t, randomDocument(seed, text))
	})
}

func randomDocument(seed uint64, text string) *render.Document {
	g := &generator{rand.New(rand.NewPCG(seed, 1)), text}
	doc := &render.Document{}
	g.fill(reflect.ValueOf(&doc.Capture).Elem(), 0)
	doc.Capture.Account.Add(capture.FateOther, g.text, capture.Frame{File: int32(g.IntN(3)), Number: int32(g.IntN(3))}, 1)
	for range 2 {
		f, s := &flow.Flow{}, &media.Stream{}
		g.fill(reflect.ValueOf(f).Elem(), 0)
		g.fill(reflect.ValueOf(s).Elem(), 0)
		f.Streams = []*media.Stream{s}
		doc.Flows, doc.Streams = append(doc.Flows, f), append(doc.Streams, s)
	}
	if flow := g.IntN(3); flow > 0 {
		doc.StreamFlow = func(*media.Stream) (int, string) { return flow - 1, strings.Repeat("1.1", flow-1) }
	}
	return doc
}

// A generator fills values at random, often with what stands at an edge.
type generator struct {
	*rand.Rand
	text string
}

// maxDepth ends flows in messages in facts in facts.
const maxDepth = 6

func (g *generator) fill(v reflect.Value, depth int) {
	if depth > maxDepth || !v.CanSet() {
		return
	}
	if v.Type() == reflect.TypeFor[netip.AddrPort]() {
		v.Set(reflect.ValueOf(g.addr()))
		return
	}
	switch v.Kind() {
	case reflect.Bool:
		v.SetBool(g.IntN(2) == 0)
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		v.SetInt(g.number())
	case reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64:
		v.SetUint(uint64(g.number()))
	case reflect.Float64:
		v.SetFloat(g.float())
	case reflect.String:
		v.SetString(g.word())
	case reflect.Pointer:
		if g.IntN(4) > 0 && depth < maxDepth {
			v.Set(reflect.New(v.Type().Elem()))
			g.fill(v.Elem(), depth+1)
		}
	case reflect.Slice:
		v.Set(reflect.MakeSlice(v.Type(), g.IntN(4), 4))
		for i := range v.Len() {
			g.fill(v.Index(i), depth+1)
		}
	case reflect.Struct:
		for i := range v.NumField() {
			g.fill(v.Field(i), depth+1)
		}
	}
}

func (g *generator) number() int64 {
	switch g.IntN(4) {
	case 0:
		return int64(g.Uint64())
	case 1:
		return int64(g.Uint64() >> g.IntN(64))
	}
	return int64(g.IntN(4)) - 1 // files, indices, not known
}

func (g *generator) float() float64 {
	switch g.IntN(5) {
	case 0:
		return math.Float64frombits(g.Uint64())
	case 1:
		return []float64{0, math.Copysign(0, -1), math.NaN(), math.Inf(1), math.Inf(-1), math.MaxFloat64, 1e21, 1e12, 0.0005}[g.IntN(9)]
	}
	return (g.Float64() - 0.3) * math.Pow10(g.IntN(20)-5)
}

func (g *generator) word() string {
	if len(g.text) == 0 || g.IntN(4) == 0 {
		return ""
	}
	from := g.IntN(len(g.text))
	return g.text[from : from+g.IntN(len(g.text)-from+1)]
}

func (g *generator) addr() netip.AddrPort {
	ips := []netip.Addr{
		{}, netip.AddrFrom4([4]byte{10, 0, 0, byte(g.Uint32())}), netip.IPv6Unspecified(),
		netip.MustParseAddr("2001:db8::1:0:1"), netip.MustParseAddr("::ffff:10.1.2.3"), netip.IPv6LinkLocalAllNodes().WithZone(g.word()),
	}
	return netip.AddrPortFrom(ips[g.IntN(len(ips))], uint16(g.number()))
}
