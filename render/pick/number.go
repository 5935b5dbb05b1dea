package pick

import (
	"net/url"
	"strings"
)

// A Number is digits to look for in the user parts of flows.
type Number struct{ digits string }

// ParseNumber reads a telephone number: digits, * and #, with the signs
// people write between them.
func ParseNumber(s string) (Number, error) {
	d := digits(s)
	switch {
	case d != "":
		return Number{d}, nil
	case strings.Trim(s, " \t") == "":
		return Number{}, wrong("for example --number 5737", "the number is empty")
	case len(s) > maxDigits:
		return Number{}, wrong("", "a number of more than %d characters", maxDigits)
	}
	return Number{}, wrong(`for names: --where 'from.user == "alice" or to.user == "alice"'`, "%q is no number", s)
}

// String returns the digits.
func (n Number) String() string { return n.digits }

// Matches reports whether user is that number: the same digits after what
// people and devices put before them is taken off (+, 00, a trunk 0), or one
// is the end of the other and has at least four digits.
func (n Number) Matches(user string) bool {
	d := digits(user)
	if n.digits == "" || d == "" {
		return false
	}
	if d == n.digits {
		return true
	}
	short, long := bare(d), bare(n.digits)
	if len(short) > len(long) {
		short, long = long, short
	}
	return len(short) >= minSuffix && strings.HasSuffix(long, short)
}

// digits gives the digits of a number without +, leading 00 and the signs
// between them; "" when s is no number.
func digits(s string) string {
	if len(s) > maxDigits {
		return ""
	}
	if strings.Contains(s, "%") { // %2B49… (RFC 3261 §19.1.2)
		if plain, err := url.PathUnescape(s); err == nil {
			s = plain
		}
	}
	s, _, _ = strings.Cut(s, ";") // ;phone-context=… (RFC 3966 §3)
	s = strings.TrimPrefix(strings.TrimSpace(s), "tel:")
	international := strings.HasPrefix(s, "+")
	var b strings.Builder
	for _, r := range strings.TrimPrefix(s, "+") {
		switch {
		case r >= '0' && r <= '9', r == '*', r == '#':
			b.WriteRune(r)
		case strings.ContainsRune(" -.()/\u00a0", r): // RFC 3966 §5.1.1 and what people type
		default:
			return ""
		}
	}
	d := b.String()
	if rest := strings.TrimPrefix(d, "00"); !international && len(rest) >= minSuffix {
		return rest
	}
	return d
}

// bare takes off a trunk prefix 0, where a number remains.
func bare(d string) string {
	if rest := strings.TrimPrefix(d, "0"); len(rest) >= minSuffix {
		return rest
	}
	return d
}
