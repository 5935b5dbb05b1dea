package icmp

import "rung/decode"

// Protocol reads ICMP and ICMPv6 errors. A segment is one whole ICMP message;
// the addresses of its path tell which of the two it is.
var Protocol = &decode.Protocol{
	Name:      "icmp",
	Doc:       "ICMP and ICMPv6 errors with the packet they quote (RFC 792, RFC 4443)",
	Datagrams: true,
	Probe:     probe,
	Parse:     parse,
}

// probe takes errors that quote an IP header. What came in IP protocol 1 or 58
// needs no probe: the pipeline hands it here by its transport.
func probe(data []byte) decode.Verdict {
	if len(data) <= headerLen {
		return decode.No
	}
	quoted := data[headerLen]
	switch {
	case quoted>>4 == 4 && quoted&0x0f >= 5:
		if _, ok := describe4(data[0], data[1]); ok {
			return decode.Yes
		}
	case quoted>>4 == 6:
		if _, ok := describe6(data[0], data[1]); ok {
			return decode.Yes
		}
	}
	return decode.No
}
