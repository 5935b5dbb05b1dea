package ladder

import (
	"fmt"
	"strconv"
	"time"
)

// Duration writes d as a person says it: "12 ms", "3.5 s", "1 min 2 s",
// "2 h 5 min".
func Duration(d time.Duration) string {
	if d < 0 {
		return "-" + Duration(-d)
	}
	switch {
	case d < time.Millisecond:
		return trim(float64(d)/float64(time.Millisecond)) + " ms"
	case d < time.Second-500*time.Microsecond:
		return strconv.FormatInt(int64((d+500*time.Microsecond)/time.Millisecond), 10) + " ms"
	case d < time.Minute-50*time.Millisecond:
		return trim(d.Seconds()) + " s"
	case d < time.Hour-500*time.Millisecond:
		s := int64((d + 500*time.Millisecond) / time.Second)
		return two(s/60, "min", s%60, "s")
	}
	m := int64((d + 30*time.Second) / time.Minute)
	if m < 48*60 {
		return two(m/60, "h", m%60, "min")
	}
	return two(m/1440, "days", m/60%24, "h")
}

// seconds keeps tenths for longer than Duration does, for packets are counted
// against it.
func seconds(d time.Duration) string {
	if d >= time.Minute && d < 10*time.Minute {
		return trim(d.Seconds()) + " s"
	}
	return Duration(d)
}

// trim writes one decimal, none when it is 0.
func trim(v float64) string {
	s := strconv.FormatFloat(v, 'f', 1, 64)
	if len(s) > 2 && s[len(s)-2:] == ".0" {
		return s[:len(s)-2]
	}
	return s
}

func two(a int64, unit string, b int64, small string) string {
	if b == 0 {
		return fmt.Sprintf("%d %s", a, unit)
	}
	return fmt.Sprintf("%d %s %d %s", a, unit, b, small)
}

// delta writes the time since the rung before, in seconds: "+0.002", "+62.4",
// "+1m48s".
func delta(d time.Duration) string {
	sign := "+"
	if d < 0 {
		sign, d = "-", -d
	}
	switch {
	case d < 10*time.Second-500*time.Microsecond:
		return fmt.Sprintf("%s%.3f", sign, d.Seconds())
	case d < 100*time.Second-50*time.Millisecond:
		return fmt.Sprintf("%s%.1f", sign, d.Seconds())
	case d < time.Hour-500*time.Millisecond:
		s := int64((d + 500*time.Millisecond) / time.Second)
		return fmt.Sprintf("%s%dm%02ds", sign, s/60, s%60)
	}
	m := int64((d + 30*time.Second) / time.Minute)
	return fmt.Sprintf("%s%dh%02dm", sign, m/60, m%60)
}

// Count writes n with thousands separated: "3,120".
func Count(n int64) string {
	s := strconv.FormatInt(n, 10)
	neg := n < 0
	if neg {
		s = s[1:]
	}
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	if neg {
		return "-" + s
	}
	return s
}

// Percent writes a share: "0.5 %". What is there is never written as 0.
func Percent(p float64) string {
	switch {
	case p <= 0:
		return "0 %"
	case p < 0.01:
		return "<0.01 %"
	case p < 0.1:
		return fmt.Sprintf("%.2f %%", p)
	}
	return trim(p) + " %"
}

func plural(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return Count(int64(n)) + " " + many
}
