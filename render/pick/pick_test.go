package pick

import (
	"testing"
	"time"

	"rung/capture"
	"rung/decode"
	"rung/decode/flow"
	"rung/render"
	"rung/render/where"
)

// begin is 2024-03-01 23:50:00 UTC.
var begin = capture.TimeOf(time.Date(2024, 3, 1, 23, 50, 0, 0, time.UTC))

// sample is a capture of half an hour across midnight with three flows.
func sample() *render.Document {
	at := func(d time.Duration) capture.Time { return begin.Add(d) }
	d := &render.Document{Capture: render.Capture{Frames: 1, First: begin, Last: at(30 * time.Minute)}}
	d.Flows = []*flow.Flow{
		{ID: 1, Kind: decode.KindCall, Start: at(0), End: at(5 * time.Minute), From: decode.Party{User: "5737"}, To: decode.Party{User: "+49 30 1234-56"},
			Legs: []flow.Leg{{CallID: "a@x"}, {CallID: "b@x"}}},
		{ID: 2, Kind: decode.KindRegistration, Start: at(8 * time.Minute), End: at(12 * time.Minute), From: decode.Party{User: "alice"}, Legs: []flow.Leg{{}}},
		{ID: 7, Kind: decode.KindCall, Start: at(20 * time.Minute), End: at(25 * time.Minute), From: decode.Party{User: "100"},
			Identities: []flow.IdentityRow{{}, {Identity: &decode.Identity{Diversion: decode.Party{User: "875737"}}}}},
	}
	return d
}

func must[T any](t *testing.T) func(T, error) T {
	return func(v T, err error) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
}

func TestKeep(t *testing.T) {
	ids, kinds, number := must[[]Range](t), must[[]decode.Kind](t), must[Number](t)
	moment, filter := must[*Moment](t), must[*where.Filter](t)
	for _, c := range []struct {
		what string
		opt  Options
		want []int
	}{
		{"nothing asked keeps all", Options{}, []int{1, 2, 7}},
		{"ids", Options{IDs: ids(ParseIDs("7,1-1"))}, []int{1, 7}},
		{"open range", Options{IDs: ids(ParseIDs("2-"))}, []int{2, 7}},
		{"kind", Options{Kinds: kinds(ParseKinds("registration"))}, []int{2}},
		{"any of the kinds", Options{Kinds: kinds(ParseKinds("Calls, registration"))}, []int{1, 2, 7}},
		{"call-id of any leg", Options{CallIDs: []string{"b@x"}}, []int{1}},
		{"call-id is compared whole", Options{CallIDs: []string{"b"}}, nil},
		{"no call-id is not the empty one", Options{CallIDs: []string{""}}, nil},
		{"number, also in identities", Options{Numbers: []Number{number(ParseNumber("5737"))}}, []int{1, 7}},
		{"number with prefix", Options{Numbers: []Number{number(ParseNumber("0049 30 123456"))}}, []int{1}},
		{"any of the numbers", Options{Numbers: []Number{number(ParseNumber("100")), number(ParseNumber("5737"))}}, []int{1, 7}},
		{"all conditions hold", Options{Kinds: kinds(ParseKinds("call")), Numbers: []Number{number(ParseNumber("100"))}}, []int{7}},
		{"expression", Options{Where: filter(where.Compile(`from.user == "alice"`))}, []int{2}},
		{"since keeps what still runs", Options{Since: moment(ParseMoment("+5m"))}, []int{1, 2, 7}},
		{"since", Options{Since: moment(ParseMoment("+5m1s"))}, []int{2, 7}},
		{"until keeps what has begun", Options{Until: moment(ParseMoment("+8m"))}, []int{1, 2}},
		{"until", Options{Until: moment(ParseMoment("+7m59s"))}, []int{1}},
		{"time of day after midnight", Options{Since: moment(ParseMoment("00:03"))}, []int{7}},
		{"time of day before midnight", Options{Until: moment(ParseMoment("23:52"))}, []int{1}},
		{"time of day in a zone", Options{Since: moment(ParseMoment("01:03")), Zone: time.FixedZone("", 3600)}, []int{7}},
	} {
		t.Run(c.what, func(t *testing.T) {
			doc := sample()
			var got []int
			for _, f := range doc.Flows {
				keep, err := c.opt.Keep(doc, f)
				if err != nil {
					t.Fatal(err)
				}
				if keep {
					got = append(got, f.ID)
				}
			}
			if len(got) != len(c.want) {
				t.Fatalf("got %v, want %v", got, c.want)
			}
			for i := range got {
				if got[i] != c.want[i] {
					t.Fatalf("got %v, want %v", got, c.want)
				}
			}
		})
	}
}

func TestKeepGivesTheErrorOfTheExpression(t *testing.T) {
	doc := sample()
	o := Options{Where: must[*where.Filter](t)(where.Compile(`messages[3].name == "x"`))}
	if _, err := o.Keep(doc, doc.Flows[0]); err == nil {
		t.Error("no error")
	}
	o.Kinds = []decode.Kind{decode.KindLogin}
	if keep, err := o.Keep(doc, doc.Flows[0]); keep || err != nil {
		t.Error("the expression runs although the kind does not match")
	}
}

func TestCheck(t *testing.T) {
	moment, ids := must[*Moment](t), must[[]Range](t)
	for _, c := range []struct {
		what string
		opt  Options
		want string
	}{
		{"fine", Options{IDs: ids(ParseIDs("1,3-9")), Since: moment(ParseMoment("+1s")), Until: moment(ParseMoment("+2s"))}, ""},
		{"no such flow", Options{IDs: ids(ParseIDs("1,3-6"))}, "--flow 3-6: no such flow"},
		{"end before begin", Options{Since: moment(ParseMoment("+5s")), Until: moment(ParseMoment("2024-03-01 23:50:01"))},
			"--since +5s is 2024-03-01T23:50:05.000000000Z, after --until 2024-03-01 23:50:01 (2024-03-01T23:50:01.000000000Z)"},
	} {
		t.Run(c.what, func(t *testing.T) {
			err := c.opt.Check(sample())
			if got := text(err); got != c.want {
				t.Errorf("got %q", got)
			}
		})
	}
}

func text(err error) string {
	if err == nil {
		return ""
	}
	return err.Error()
}
