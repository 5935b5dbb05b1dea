package pick

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"
	_ "time/tzdata" // zones on machines without them

	"rung/capture"
	"rung/render"
)

func TestParseErrorsHaveHints(t *testing.T) {
	ids := func(s string) error { _, err := ParseIDs(s); return err }
	kinds := func(s string) error { _, err := ParseKinds(s); return err }
	number := func(s string) error { _, err := ParseNumber(s); return err }
	moment := func(s string) error { _, err := ParseMoment(s); return err }
	zone := func(s string) error { _, err := ParseZone(s); return err }
	for _, c := range []struct {
		what         string
		parse        func(string) error
		in, err, tip string
	}{
		{"id 0", ids, "0", `"0" is no flow id`, "3,5-7"},
		{"word for id", ids, "all", `"all" is no flow id`, "3,5-7"},
		{"file and id", ids, "a.pcap#3", `"a.pcap#3" is no flow id`, ""},
		{"signed id", ids, "+3", `"+3" is no flow id`, ""},
		{"backwards", ids, "7-5", `"7-5" runs backwards`, "5-7"},
		{"empty", ids, "", "flow ids: nothing given", ""},
		{"comma at the end", ids, "3,", "flow ids: nothing after the last comma", ""},
		{"two commas", ids, "3,,4", "flow ids: nothing between two commas", ""},
		{"too many", ids, strings.Repeat("1,", maxList) + "1", "more than 1000 flow ids in one list", ""},
		{"huge id", ids, "99999999999999999999", `"99999999999999999999" is no flow id`, ""},
		{"near kind", kinds, "cal", `"cal" is no kind of flow`, "did you mean call? kinds are: call, registration, login,"},
		{"far kind", kinds, "call,zzz", `"zzz" is no kind of flow`, "kinds are: call, registration"},
		{"address for number", number, "alice@example.com", `"alice@example.com" is an address, no number`, "--number alice"},
		{"no number", number, " ", "the number is empty", "5737"},
		{"no time", moment, "yesterday", `"yesterday" is no time`, "15:04"},
		{"duration without +", moment, "90s", `"90s" is no time`, "+90s"},
		{"no duration", moment, "+90", `"+90" is no duration`, "+90s"},
		{"negative duration", moment, "+-90s", `"+-90s" is no duration`, ""},
		{"endless duration", moment, "+2000000h", `"+2000000h" is more than ten years`, "date"},
		{"hour 25", moment, "25:00", `"25:00" is no time`, ""},
		{"year 0", moment, "0000-01-01T00:00:00Z", `"0000-01-01T00:00:00Z" is no time`, ""},
		{"year 9999", moment, "9999-01-01", `"9999-01-01" is no time`, ""},
		{"no zone", zone, "Berlin", `no time zone is called "Berlin"`, "Europe/Berlin"},
		{"zone with a path", zone, "../../etc/passwd", `no time zone is called "../../etc/passwd"`, ""},
		{"offset too large", zone, "+15:00", `"+15:00" is no time zone offset`, "14 hours"},
		{"offset with words", zone, "+two", `"+two" is no time zone offset`, "+02:00"},
		{"empty zone", zone, "", "the time zone is empty", "Local"},
	} {
		t.Run(c.what, func(t *testing.T) {
			err := c.parse(c.in)
			var e *Error
			if !errors.As(err, &e) || e.Text != c.err || !strings.Contains(e.Hint(), c.tip) {
				t.Errorf("got %v (%+v)", err, e)
			}
		})
	}
}

func TestNumberMatches(t *testing.T) {
	for _, c := range []struct {
		what, number, user string
		want               bool
	}{
		{"the same", "5737", "5737", true},
		{"prefix in the user", "5737", "875737", true},
		{"prefix in the question", "875737", "5737", true},
		{"international prefix", "5737", "+49301235737", true},
		{"+ is 00", "+4930123456", "004930123456", true},
		{"trunk 0 against country code", "030123456", "+4930123456", true},
		{"signs between digits", "030/123-456", "(030) 123.456", true},
		{"escaped +", "+4930123456", "%2B4930123456", true},
		{"parameters of the user part", "5737", "5737;phone-context=example.com", true},
		{"three digits are no suffix", "737", "5737", false},
		{"three digits equal", "737", "737", true},
		{"a trunk 0 before three digits stays", "0100", "100", false},
		{"other digits", "5738", "875737", false},
		{"digits in the middle", "7573", "875737", false},
		{"device name with digits", "5737", "SEP001122335737", false},
		{"name", "5737", "alice", false},
		{"nothing", "5737", "", false},
		{"service code", "*21#", "*21#", true},
		{"service code is not its digits", "21", "*21#", false},
		{"00 alone is a number", "00", "00", true},
		{"name in any case", "Alice", "alice", true},
		{"name is compared whole", "alice", "alice2", false},
		{"device name", "sep001122335737", "SEP001122335737", true},
		{"more digits than a number has", strings.Repeat("1", 99), strings.Repeat("1", 99), true},
		{"more digits than a number has, at the end", "1111", strings.Repeat("1", 99), false},
	} {
		t.Run(c.what, func(t *testing.T) {
			n := must[Number](t)(ParseNumber(c.number))
			if got := n.Matches(c.user); got != c.want {
				t.Errorf("%s (%s) and %s: got %v", c.number, n, c.user, got)
			}
		})
	}
}

func TestParseIDsWritesWhatItRead(t *testing.T) {
	got := must[[]Range](t)(ParseIDs(" 3 , 5 - 7,9-"))
	if s := fmt.Sprint(got); s != "[3 5-7 9-]" {
		t.Error(s)
	}
}

func TestMomentIn(t *testing.T) {
	berlin := must[*time.Location](t)(ParseZone("Europe/Berlin"))
	c := &render.Capture{First: begin, Last: begin.Add(30 * time.Minute)} // 23:50 UTC, 00:50 in Berlin
	for _, m := range []struct {
		what, in string
		zone     *time.Location
		want     string
	}{
		{"instant", "2024-03-01T12:00:00+02:00", berlin, "2024-03-01 10:00:00"},
		{"instant with a blank", "2024-03-01 12:00:00.5Z", berlin, "2024-03-01 12:00:00.5"},
		{"date and time in the zone", "2024-07-01 12:00", berlin, "2024-07-01 10:00:00"},
		{"date with T and fraction", "2024-03-01T12:00:00.25", nil, "2024-03-01 12:00:00.25"},
		{"date alone is midnight", "2024-03-02", berlin, "2024-03-01 23:00:00"},
		{"time of day", "23:55", nil, "2024-03-01 23:55:00"},
		{"time of day after midnight", "00:05:30", nil, "2024-03-02 00:05:30"},
		{"time of day the capture does not reach", "12:00", nil, "2024-03-01 12:00:00"},
		{"time of day in a zone where it is past midnight", "00:55", berlin, "2024-03-01 23:55:00"},
		{"after the start", "+90s", berlin, "2024-03-01 23:51:30"},
	} {
		t.Run(m.what, func(t *testing.T) {
			at := must[*Moment](t)(ParseMoment(m.in))
			if got := at.In(c, m.zone).Std().Format("2006-01-02 15:04:05.999999999"); got != m.want {
				t.Errorf("got %s, want %s", got, m.want)
			}
			if at.String() != m.in {
				t.Errorf("String %q", at)
			}
		})
	}
}

func TestParseZone(t *testing.T) {
	at := time.Date(2024, 7, 1, 12, 0, 0, 0, time.UTC)
	for in, want := range map[string]string{
		"UTC": "12:00 UTC", "utc": "12:00 UTC", "Z": "12:00 UTC", "+00:00": "12:00 UTC",
		"+02:00": "14:00 +02:00", "-0330": "08:30 -03:30", "+2": "14:00 +02:00", "-12": "00:00 -12:00",
		"Europe/Berlin": "14:00 CEST", "Asia/Kathmandu": "17:45 +0545",
	} {
		zone, err := ParseZone(in)
		if err != nil {
			t.Errorf("%s: %v", in, err)
			continue
		}
		if got := at.In(zone).Format("15:04 MST"); got != want {
			t.Errorf("%s: got %s, want %s", in, got, want)
		}
	}
	if zone, err := ParseZone("local"); err != nil || zone != time.Local {
		t.Error("local", err)
	}
}

// FuzzParse asserts that every parser takes a text or says why not, and that
// what it took reads back the same.
func FuzzParse(f *testing.F) {
	for _, s := range []string{"3,5-7", "call,login", "+49 (30) 1234", "%2b1", "2024-03-01T12:00:00.25Z", "+90s", "Europe/Berlin", "-03:30", "00:00"} {
		f.Add(s)
	}
	c := &render.Capture{First: begin, Last: begin.Add(time.Hour)}
	f.Fuzz(func(t *testing.T, s string) {
		check := func(err error) bool {
			var e *Error
			if err != nil && (!errors.As(err, &e) || e.Text == "") {
				t.Fatalf("%q: %v", s, err)
			}
			return err == nil
		}
		if rs, err := ParseIDs(s); check(err) {
			words := make([]string, len(rs))
			for i, r := range rs {
				words[i] = r.String()
			}
			again, err := ParseIDs(strings.Join(words, ","))
			if err != nil || fmt.Sprint(again) != fmt.Sprint(rs) {
				t.Fatalf("%q: %v, then %v", s, rs, again)
			}
		}
		if ks, err := ParseKinds(s); check(err) && len(ks) == 0 {
			t.Fatalf("%q: no kinds and no error", s)
		}
		if n, err := ParseNumber(s); check(err) && (!n.Matches(s) || !n.Matches(n.String())) {
			t.Fatalf("%q (%s) does not match itself", s, n)
		}
		if m, err := ParseMoment(s); check(err) {
			if at := m.In(c, nil); m.form == afterward && at < c.First || capture.TimeOf(at.Std()) != at {
				t.Fatalf("%q is %d", s, at)
			}
		}
		if z, err := ParseZone(s); check(err) && z == nil {
			t.Fatalf("%q: no zone and no error", s)
		}
	})
}
