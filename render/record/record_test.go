package record

import (
	"encoding/json"
	"math"
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

// TestTagsAgree: an expression names a field as the JSON does.
func TestTagsAgree(t *testing.T) {
	seen := map[reflect.Type]bool{}
	var check func(reflect.Type)
	check = func(typ reflect.Type) {
		for typ.Kind() == reflect.Slice || typ.Kind() == reflect.Pointer {
			typ = typ.Elem()
		}
		if typ.Kind() != reflect.Struct || seen[typ] {
			return
		}
		seen[typ] = true
		for i := range typ.NumField() {
			f := typ.Field(i)
			name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
			if name == "" || f.Tag.Get("expr") != name {
				t.Errorf("%s.%s: json %q, expr %q", typ, f.Name, name, f.Tag.Get("expr"))
			}
			check(f.Type)
		}
	}
	check(reflect.TypeFor[Document]())
	if len(seen) < 20 {
		t.Errorf("only %d types seen", len(seen))
	}
}

func TestTimeHasNineDigitsInUTC(t *testing.T) {
	for at, want := range map[capture.Time]string{
		0:               "1970-01-01T00:00:00.000000000Z",
		-1:              "1969-12-31T23:59:59.999999999Z",
		1e9:             "1970-01-01T00:00:01.000000000Z",
		1366214035312e6: "2013-04-17T15:53:55.312000000Z",
		math.MaxInt64:   "2262-04-11T23:47:16.854775807Z",
	} {
		if got := Time(at); got != want {
			t.Errorf("%d: got %s, want %s", at, got, want)
		}
	}
}

func TestRound(t *testing.T) {
	for _, c := range []struct {
		v    float64
		want string
	}{
		{1.23456, "1.235"}, {-1.23456, "-1.235"}, {0.0004, "0"}, {-0.0004, "0"}, {62400, "62400"},
		{math.NaN(), "null"}, {math.Inf(1), "null"}, {math.Inf(-1), "null"}, {math.MaxFloat64, "null"},
	} {
		got, err := json.Marshal(ms(c.v))
		if err != nil || string(got) != c.want {
			t.Errorf("%v: got %s, %v", c.v, got, err)
		}
	}
}

func TestAddr(t *testing.T) {
	for in, want := range map[netip.AddrPort]string{
		netip.MustParseAddrPort("10.0.0.1:5060"):      "10.0.0.1:5060",
		netip.MustParseAddrPort("[2001:db8::1]:5060"): "[2001:db8::1]:5060",
		netip.MustParseAddrPort("10.0.0.1:0"):         "10.0.0.1",
		netip.MustParseAddrPort("[2001:db8::1]:0"):    "2001:db8::1",
		{}: "",
	} {
		if got := Addr(in); got != want {
			t.Errorf("%v: got %q, want %q", in, got, want)
		}
	}
}

// TestEmptyRecords: the emptiest flow and stream have lists that
// are [], and null where 0 would be a claim.
func TestEmptyRecords(t *testing.T) {
	doc := &render.Document{}
	text := marshal(t, NewFlow(doc, &flow.Flow{ID: 1, Messages: []flow.Message{{}, {Message: &decode.Message{}, Leg: 5, RetransmissionOf: 9}}}))
	for _, want := range []string{
		`"children":[]`, `"parties":[]`, `"legs":[]`, `"steps":[]`, `"identities":[]`, `"streams":[]`, `"findings":[]`, `"diagnostics":[]`,
		`"status":null`, `"outcome":null`, `"reason":null`, `"parent":null`, `"scenario":null`, `"pdd_ms":null`,
		`"from":{"user":null,"host":null,"display":null}`,
		`"leg":null`, `"retransmission_of":null`, `"copies":1`, `"src":null`,
	} {
		if !strings.Contains(text, want) {
			t.Errorf("no %s in\n%s", want, text)
		}
	}
	text = marshal(t, NewStream(doc, &media.Stream{}))
	for _, want := range []string{
		`"payload_types":[]`, `"loss_bursts":[]`, `"dtmf":[]`, `"diagnostics":[]`, `"media":"unknown"`,
		`"codec":null,"clock_hz":null,"codec_note":"no session`, `"bitrate_kbps":null,"bitrate_note":"all packets at one time"`,
		`"encrypted":null,"encrypted_note":"no session description`,
		`"lost_percent":null,"lost_note":"no sequence`, `"delta_ms":null,"delta_note":"fewer than two packets"`,
		`"jitter_ms":null,"jitter_note":"the clock rate is not known"`, `"skew_ms":null,"skew_note":"the clock rate is not known"`,
		`"mos":null,"mos_note":"quality models`, `"video":null,"rtcp":null,"rtcp_note":"no RTCP`,
	} {
		if !strings.Contains(text, want) {
			t.Errorf("no %s in\n%s", want, text)
		}
	}
	text = marshal(t, NewStream(doc, &media.Stream{EncryptionKnown: true, Clock: 48000, ClockMeasured: true}))
	for _, want := range []string{`"encrypted":false,"encrypted_note":null`, `"clock_note":"measured from the packets"`} {
		if !strings.Contains(text, want) {
			t.Errorf("no %s in\n%s", want, text)
		}
	}
	text = marshal(t, New(doc))
	for _, want := range []string{`"files":[]`, `"other":[]`, `"undecoded":[]`, `"flows":[]`, `"streams":[]`, `"first":null`, `"generator":"rung"`} {
		if !strings.Contains(text, want) {
			t.Errorf("no %s in\n%s", want, text)
		}
	}
}

func marshal(t *testing.T, v any) string {
	t.Helper()
	b, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

func TestFramesNameTheirInput(t *testing.T) {
	in := inputs{&render.Capture{Files: []render.File{{Name: "a"}, {Name: "b"}}}}
	f := func(file, n int32) capture.Frame { return capture.Frame{File: file, Number: n} }
	for _, c := range []struct {
		what   string
		frames []capture.Frame
		want   string
	}{
		{"none", nil, `[[],null,null]`},
		{"one input", []capture.Frame{f(1, 3), f(1, 4)}, `[[3,4],"b",null]`},
		{"two inputs", []capture.Frame{f(0, 9), f(1, 1)}, `[[9,1],"b",["a","b"]]`},
		{"no such input", []capture.Frame{f(7, 1)}, `[[1],null,null]`},
	} {
		t.Run(c.what, func(t *testing.T) {
			numbers, file, files := in.frames(c.frames)
			if got := marshal(t, []any{numbers, file, files}); got != c.want {
				t.Errorf("got %s", got)
			}
		})
	}
}

func TestMessageRefersToOriginal(t *testing.T) {
	doc := rendertest.Document("", rendertest.TrunkCall(1))
	r := NewFlow(doc, doc.Flows[0])
	m := r.Messages[3]
	if m.RetransmissionOf == nil || *m.RetransmissionOf != *r.Messages[2].Frame || m.RetransmissionOfFile != nil {
		t.Errorf("got %+v", m)
	}
	if m.TMS != 579 || *m.Leg != "1.2" || *m.File != "trunk.pcapng" || *m.Src != "10.96.1.8:5060" || len(m.Frames) != 1 {
		t.Errorf("got %s", marshal(t, m))
	}
	doc.Capture.Files = append(doc.Capture.Files, render.File{Name: "second"})
	doc.Flows[0].Messages[3].Message.Frame.File = 1
	m = NewFlow(doc, doc.Flows[0]).Messages[3]
	if *m.File != "second" || m.RetransmissionOfFile == nil || *m.RetransmissionOfFile != "trunk.pcapng" {
		t.Errorf("across inputs: %s", marshal(t, m))
	}
}

func TestRecordsLeaveTheDocumentAlone(t *testing.T) {
	doc := rendertest.Document("", rendertest.TrunkCall(1))
	before := marshal(t, New(doc))
	r := New(doc)
	r.Flows[0].Children = append(r.Flows[0].Children, 5)
	r.Capture.Files[0].LinkTypes[0] = "changed"
	if after := marshal(t, New(doc)); after != before {
		t.Error("changing a record changed the document")
	}
}

func TestTimingIsInMilliseconds(t *testing.T) {
	d := 1234567 * time.Nanosecond
	r := NewFlow(&render.Document{}, &flow.Flow{Start: 5, End: 5 + 1234567, Timing: flow.Timing{PDD: &d}})
	if r.DurationMS != 1.235 || *r.Timing.PDD != 1.235 || r.Timing.Ring != nil {
		t.Errorf("got %v, %+v", r.DurationMS, r.Timing)
	}
}

// A ring of files lists those that are there; frames of the others keep the
// name of theirs as long as it is known.
func TestFilesOfARing(t *testing.T) {
	doc := &render.Document{Capture: render.Capture{
		FilesBefore: 2, Files: []render.File{{Name: "gone", Removed: true}, {Name: "here"}},
	}}
	c := &doc.Capture
	for i := range int32(4) {
		c.Diagnostics = append(c.Diagnostics, capture.Diagnostic{Frames: []capture.Frame{{File: i, Number: 1}}})
	}
	got := NewCapture(doc)
	if len(got.Files) != 1 || got.Files[0].Name != "here" {
		t.Errorf("files %+v", got.Files)
	}
	for i, want := range []string{"", "", "gone", "here"} {
		name := ""
		if p := got.Diagnostics[i].File; p != nil {
			name = *p
		}
		if name != want {
			t.Errorf("file %d is named %q, want %q", i, name, want)
		}
	}
	agree(t, doc)
}
