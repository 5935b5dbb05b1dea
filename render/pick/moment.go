package pick

import (
	"strings"
	"time"

	"rung/capture"
	"rung/render"
)

// A Moment is a time as somebody wrote it. What instant that is may depend on
// the zone and on when the capture begins.
type Moment struct {
	form   form
	at     time.Time     // instant; its zone counts only when form is instant
	offset time.Duration // after the capture's first frame
	source string
}

// A form is a way of writing a Moment.
type form uint8

const (
	instant   form = iota + 1 // with zone
	dated                     // date and time, or date alone, in the zone asked for
	clock                     // time of day
	afterward                 // +90s
)

const adviceTime = "times are 15:04, 15:04:05, 2006-01-02 15:04, 2006-01-02T15:04:05+01:00, or +90s after the capture's start"

// ParseMoment reads a time: RFC 3339, a date with or without a time, a time
// of day (fractions of a second allowed), or +DURATION after the first frame.
func ParseMoment(s string) (*Moment, error) {
	text := strings.TrimSpace(s)
	if after, ok := strings.CutPrefix(text, "+"); ok {
		d, err := time.ParseDuration(after)
		if err != nil || d < 0 || strings.HasPrefix(after, "+") {
			return nil, wrong("durations are like +90s, +1h30m", "%q is no duration", text)
		}
		if d > maxAfter {
			return nil, wrong("give a date", "%q is more than ten years", text)
		}
		return &Moment{form: afterward, offset: d, source: text}, nil
	}
	for _, l := range layouts() {
		if t, err := time.Parse(l.layout, text); err == nil && inRange(t, l.form) {
			return &Moment{form: l.form, at: t, source: text}, nil
		}
	}
	if d, err := time.ParseDuration(text); err == nil && d >= 0 {
		return nil, wrong("for a time after the capture's start: +"+text, "%q is no time", text)
	}
	return nil, wrong(adviceTime, "%q is no time", text)
}

type layout struct {
	layout string
	form   form
}

// layouts of times. time.Parse takes a fraction after seconds by itself.
func layouts() []layout {
	return []layout{
		{time.RFC3339, instant},
		{"2006-01-02 15:04:05Z07:00", instant},
		{"2006-01-02T15:04:05", dated},
		{"2006-01-02T15:04", dated},
		{"2006-01-02 15:04:05", dated},
		{"2006-01-02 15:04", dated},
		{"2006-01-02", dated},
		{"15:04:05", clock},
		{"15:04", clock},
	}
}

// inRange keeps out years that nanoseconds since 1970 can't hold. A time of
// day has no year.
func inRange(t time.Time, f form) bool {
	return f == clock || t.Year() > 1678 && t.Year() < 2262
}

// String returns the moment as it was written.
func (m *Moment) String() string { return m.source }

// In gives the instant for a capture, in zone (nil: UTC). A time of day is
// the first such time within the capture; when the capture has none, it is
// that of the day the capture begins.
func (m *Moment) In(c *render.Capture, zone *time.Location) capture.Time {
	if zone == nil {
		zone = time.UTC
	}
	switch m.form {
	case afterward:
		return c.First.Add(m.offset)
	case dated:
		y, mon, d := m.at.Date()
		return m.on(y, mon, d, zone)
	case clock:
		return m.struck(c, zone)
	}
	return capture.TimeOf(m.at)
}

// struck is when the clock first shows m in the capture.
func (m *Moment) struck(c *render.Capture, zone *time.Location) capture.Time {
	y, mon, d := c.First.Std().In(zone).Date()
	today := m.on(y, mon, d, zone)
	if today >= c.First {
		return today
	}
	if tomorrow := m.on(y, mon, d+1, zone); tomorrow <= c.Last {
		return tomorrow
	}
	return today
}

// on is the time of day of m on a date.
func (m *Moment) on(y int, mon time.Month, d int, zone *time.Location) capture.Time {
	t := m.at
	return capture.TimeOf(time.Date(y, mon, d, t.Hour(), t.Minute(), t.Second(), t.Nanosecond(), zone))
}
