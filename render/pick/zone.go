package pick

import (
	"strings"
	"time"
)

const adviceZone = "zones are Local, UTC, +02:00, or a name such as Europe/Berlin"

// ParseZone reads the zone of --tz: Local, UTC (or Z), an offset (+02:00,
// -0330, +2), or a name of the IANA time zone database.
func ParseZone(s string) (*time.Location, error) {
	name := strings.TrimSpace(s)
	switch strings.ToLower(name) {
	case "":
		return nil, wrong(adviceZone, "the time zone is empty")
	case "local":
		return time.Local, nil
	case "utc", "z", "gmt":
		return time.UTC, nil
	}
	if name[0] == '+' || name[0] == '-' {
		return offsetZone(name)
	}
	zone, err := time.LoadLocation(name)
	if err != nil {
		return nil, wrong(adviceZone, "no time zone is called %q", name)
	}
	return zone, nil
}

// maxOffset of a zone: Kiribati is at +14:00.
const maxOffset = 14 * time.Hour

func offsetZone(s string) (*time.Location, error) {
	digits := strings.Replace(s[1:], ":", "", 1)
	var at time.Time
	err := error(nil)
	switch len(digits) {
	case 1, 2:
		at, err = time.Parse("15", pad(digits))
	case 4:
		at, err = time.Parse("1504", digits)
	default:
		return nil, wrong("offsets are like +02:00", "%q is no time zone offset", s)
	}
	offset := time.Duration(at.Hour())*time.Hour + time.Duration(at.Minute())*time.Minute
	if err != nil || offset > maxOffset {
		return nil, wrong("offsets are like +02:00 and at most 14 hours", "%q is no time zone offset", s)
	}
	if offset == 0 {
		return time.UTC, nil
	}
	if s[0] == '-' {
		offset = -offset
	}
	name := s[:1] + at.Format("15:04")
	return time.FixedZone(name, int(offset/time.Second)), nil
}

func pad(s string) string {
	if len(s) == 1 {
		return "0" + s
	}
	return s
}
