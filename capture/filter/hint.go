package filter

import (
	"net/netip"
	"strconv"
	"strings"
)

// Signs of comparison, and what to say about them.
const (
	signs  = "=<>"
	noSign = "a value follows its word without a sign: port 5060"
)

// looksValue reports whether a word can only be meant as a value: all of them
// begin with a digit, or are IPv6 addresses.
func looksValue(s string) bool {
	return s[0] >= '0' && s[0] <= '9' || strings.Contains(s, ":")
}

// example shows a condition of a kind.
func example(k kind) string {
	switch k {
	case kindHost:
		return "host 10.0.0.1"
	case kindNet:
		return "net 10.0.0.0/8"
	case kindPort:
		return "port 5060"
	case kindRange:
		return "portrange 16384-32767"
	}
	return "vlan 20"
}

// guess says what condition a word may stand for, or "".
func guess(s string) string {
	s = strings.TrimSuffix(s, ",")
	if a, err := netip.ParseAddr(strings.Trim(s, "[]")); err == nil {
		return "host " + a.WithZone("").String()
	}
	if a, err := netip.ParseAddrPort(s); err == nil {
		return "host " + a.Addr().WithZone("").String() + " and port " + strconv.Itoa(int(a.Port()))
	}
	if _, err := netip.ParsePrefix(s); err == nil {
		return "net " + s
	}
	if _, ok := masked(s); ok {
		return "net " + s
	}
	s = strings.ToLower(strings.ReplaceAll(s, "–", "-")) // as pages print ranges
	if n, ok := portNumber(s); ok {
		return "port " + strconv.Itoa(int(n))
	}
	if lo, hi, ok := portRange(s); ok {
		return "portrange " + strconv.Itoa(int(min(lo, hi))) + "-" + strconv.Itoa(int(max(lo, hi)))
	}
	if list, ok := portList(s); ok {
		return list
	}
	if n := services[s]; n != "" {
		return "port " + n
	}
	return ""
}

// portList reads 5060,5061.
func portList(s string) (string, bool) {
	all := strings.Split(s, ",")
	if len(all) < 2 {
		return "", false
	}
	for _, one := range all {
		if _, ok := portNumber(one); !ok {
			return "", false
		}
	}
	return "port " + strings.Join(all, " or "), true
}

func hintHost(s string) string {
	if g := guess(s); g != "" {
		return g
	}
	if net, ok := completed(s); ok {
		return "net " + net
	}
	switch {
	case strings.ContainsAny(s, signs):
		return noSign
	case looksValue(s):
		return ""
	}
	return "names are not looked up: give the address"
}

func hintNet(s string) string {
	if a, err := netip.ParseAddr(s); err == nil {
		a = a.WithZone("")
		return "host " + a.String() + ", or net " + a.String() + "/" + strconv.Itoa(a.BitLen())
	}
	if net, ok := completed(s); ok {
		return "net " + net
	}
	if g := guess(s); strings.HasPrefix(g, "host ") {
		return g
	}
	return example(kindNet)
}

// completed fills up networks as tcpdump takes them: 10.1 is 10.1.0.0/16,
// 192.168.1/24 is 192.168.1.0/24.
func completed(s string) (string, bool) {
	address, length, hasBits := strings.Cut(s, "/")
	n := strings.Count(address, ".") + 1
	if n > 3 {
		return "", false
	}
	address += strings.Repeat(".0", 4-n)
	if !hasBits {
		length = strconv.Itoa(8 * n)
	}
	p, err := netip.ParsePrefix(address + "/" + length)
	return p.String(), err == nil
}

func hintPort(s string) string {
	if g := guess(s); g != "" {
		return g
	}
	if strings.ContainsAny(s, signs) {
		return noSign
	}
	return "port numbers go from 0 to 65535; names are not looked up"
}

func hintRange(s string) string {
	if g := guess(s); strings.HasPrefix(g, "port") {
		return g
	}
	return example(kindRange)
}
