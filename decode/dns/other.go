package dns

import (
	"net/netip"

	"rung/capture"
)

// otherName names what has the format of DNS and is no look-up, else "".
// data has a header at least.
func otherName(path capture.Path, data []byte) string {
	h := readHeader(data)
	src, dst := path.Src.Port(), path.Dst.Port()
	on := func(port uint16) bool { return src == port || dst == port }
	switch {
	case isNetBIOS(data[headerLen:]), on(portNBNS) && !on(portDNS):
		return "nbns"
	case on(portDNS):
	case on(portLLMNR):
		return "llmnr"
	case h.qd != 1 && h.id == 0, on(portMDNS) && isMulticast(path.Dst.Addr(), h):
		return "mdns"
	}
	switch h.opcode() {
	case opNotify:
		return "dns-notify"
	case opUpdate:
		return "dns-update"
	}
	return ""
}

// isMulticast tells multicast DNS from a resolver that happens to listen on
// port 5353: the latter is asked with an id and with recursion desired, which
// multicast DNS leaves 0 (RFC 6762 §18.1, §18.6).
func isMulticast(dst netip.Addr, h header) bool {
	return dst.IsMulticast() || h.id == 0 || !h.has(flagRD)
}

// isNetBIOS recognises an encoded NetBIOS name: one label of 32 letters A to P,
// and the types NB and NBSTAT (RFC 1002 §4.1, §4.2.1.3).
func isNetBIOS(b []byte) bool {
	const size = 32
	if len(b) < 1+size+3 || b[0] != size {
		return false
	}
	for _, c := range b[1 : 1+size] {
		if c < 'A' || c > 'P' {
			return false
		}
	}
	// With a scope the name goes on; without it the type follows.
	return b[1+size] != 0 || b[2+size] == 0 && (b[3+size] == 0x20 || b[3+size] == 0x21)
}
