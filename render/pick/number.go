package pick

import (
	"fmt"
	"net/url"
	"strings"
)

// A Number is what to look for in the user parts of flows: digits, or a name.
type Number struct{ digits, name string }

// ParseNumber reads a telephone number (digits, * and #, with the signs people
// write between them) or the name of a user.
func ParseNumber(s string) (Number, error) {
	s = strings.TrimSpace(s)
	switch {
	case s == "":
		return Number{}, wrong("for example --number 5737", "the number is empty")
	case strings.Contains(s, "@"):
		user, host, _ := strings.Cut(s, "@")
		return Number{}, wrong(fmt.Sprintf("--number %s, and the host by --where 'from.host == %q'", user, host), "%q is an address, no number", s)
	}
	return Number{digits: digits(s), name: s}, nil
}

// String returns the digits, or the name.
func (n Number) String() string {
	if n.digits != "" {
		return n.digits
	}
	return n.name
}

// Matches reports whether user is that number: the same digits after what
// people and devices put before them is taken off (+, 00, a trunk 0), or one
// is the end of the other and has at least four digits. A name is compared
// whole, upper and lower case being the same.
func (n Number) Matches(user string) bool {
	d := digits(user)
	if n.digits == "" || d == "" {
		return n.name != "" && strings.EqualFold(n.name, strings.TrimSpace(user))
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
