package safe

import "strings"

// BreakName breaks a name into at most n lines of at most room, where width
// measures a character. Lines end after one of the signs that part addresses
// and host names where they can. Of a name that is longer still the end stays
// on the last line, behind mark: names that differ do so at their ends mostly,
// and IPv6 addresses of one site nowhere else.
func BreakName(s string, n int, room float64, width func(rune) float64, mark string) []string {
	var lines []string
	for len(lines) < n-1 {
		at := nameBreak(s, room, width)
		if at == len(s) {
			break
		}
		lines = append(lines, strings.TrimRight(s[:at], " "))
		s = strings.TrimLeft(s[at:], " ")
	}
	return append(lines, tail(s, room, width, mark))
}

// nameBreak is where a line of a name ends: after the last sign that parts
// names in its second half, else after the last character that fits, and
// after one character at least.
func nameBreak(s string, room float64, width func(rune) float64) int {
	w, sign := 0.0, 0
	for i, r := range s {
		w += width(r)
		if w > room {
			switch {
			case sign > 0:
				return sign
			case i > 0:
				return i
			}
			return len(string(r))
		}
		if strings.ContainsRune(" :.-_@/", r) && w >= room/2 {
			sign = i + len(string(r))
		}
	}
	return len(s)
}

// tail is s, or as much of its end as fits behind mark.
func tail(s string, room float64, width func(rune) float64, mark string) string {
	total := 0.0
	for _, r := range s {
		total += width(r)
	}
	if total <= room {
		return s
	}
	for _, r := range mark {
		total += width(r)
	}
	for i, r := range s {
		if total <= room {
			return mark + s[i:]
		}
		total -= width(r)
	}
	if total <= room {
		return mark
	}
	return ""
}
