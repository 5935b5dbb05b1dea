package icmp

import "strconv"

// ICMP types (RFC 792; "IANA ICMP Parameters").
const (
	echoReply       = 0
	unreachable     = 3
	sourceQuench    = 4
	redirect        = 5
	echo            = 8
	timeExceeded    = 11
	parameterError  = 12
	unreachable6    = 1
	packetTooBig6   = 2
	timeExceeded6   = 3
	parameterError6 = 4
	echo6           = 128
	echoReply6      = 129
	firstNDP        = 133 // router solicitation (RFC 4861)
	lastNDP         = 137 // redirect
)

// describe4 names an ICMP error as an arrow says it, or reports false when
// type and code are no error.
func describe4(typ, code byte) (string, bool) {
	switch typ {
	case unreachable:
		return pick(unreachable4, code, "unreachable"), true
	case sourceQuench:
		return "source quench", true
	case redirect:
		return pick(redirects, code, "redirect"), true
	case timeExceeded:
		return pick(exceeded, code, "time exceeded"), true
	case parameterError:
		return "parameter problem", true
	}
	return "", false
}

// describe6 does the same for ICMPv6. Types below 128 are errors (RFC 4443 §2.1).
func describe6(typ, code byte) (string, bool) {
	switch typ {
	case unreachable6:
		return pick(unreachableCodes6, code, "unreachable"), true
	case packetTooBig6:
		return "packet too big", true
	case timeExceeded6:
		return pick(exceeded, code, "time exceeded"), true
	case parameterError6:
		return pick(parameters6, code, "parameter problem"), true
	}
	return "", false
}

func pick(names []string, code byte, general string) string {
	if int(code) < len(names) && names[code] != "" {
		return names[code]
	}
	return general + " (code " + strconv.Itoa(int(code)) + ")"
}

// otherName names what is no error, for the account.
func otherName(typ byte, v6 bool) string {
	switch {
	case !v6 && (typ == echo || typ == echoReply):
		return "icmp-echo"
	case !v6:
		return "icmp"
	case typ == echo6 || typ == echoReply6:
		return "icmpv6-echo"
	case typ >= firstNDP && typ <= lastNDP:
		return "icmpv6-ndp"
	}
	return "icmpv6"
}

// unreachable4 names the codes of RFC 792, RFC 1122 §3.2.2.1, RFC 1812 §5.2.7.1.
var unreachable4 = []string{
	0: "net unreachable", 1: "host unreachable", 2: "protocol unreachable", 3: "port unreachable",
	4: "fragmentation needed", 5: "source route failed", 6: "net unknown", 7: "host unknown",
	8: "host isolated", 9: "net prohibited", 10: "host prohibited", 11: "net unreachable for this service",
	12: "host unreachable for this service", 13: "prohibited by filter", 14: "host precedence violation",
	15: "precedence cutoff",
}

// unreachableCodes6 names the codes of RFC 4443 §3.1 and RFC 8883.
var unreachableCodes6 = []string{
	0: "no route", 1: "prohibited by filter", 2: "beyond scope of source address",
	3: "host unreachable", 4: "port unreachable", 5: "source address failed policy",
	6: "reject route", 7: "error in source routing header", 8: "headers too long",
}

var exceeded = []string{0: "TTL exceeded", 1: "fragment reassembly time exceeded"}

var redirects = []string{
	0: "redirect for net", 1: "redirect for host",
	2: "redirect for service and net", 3: "redirect for service and host",
}

// parameters6 names the codes of RFC 4443 §3.4.
var parameters6 = []string{
	0: "erroneous header field", 1: "unrecognized next header", 2: "unrecognized IPv6 option",
	3: "incomplete first fragment",
}
