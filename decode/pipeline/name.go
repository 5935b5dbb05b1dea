package pipeline

import (
	"bytes"

	"rung/capture"
)

// keepaliveBytes is the longest datagram that can be a bare keepalive.
const keepaliveBytes = 4

// nameDatagram says what a datagram is that no protocol takes: another
// protocol's, by what it shows of itself, else by port, else "udp".
func nameDatagram(seg *capture.Segment) (capture.Fate, string) {
	if len(seg.Data) == 0 {
		return capture.FateTransportOnly, ""
	}
	if n := besideMedia(seg.Data); n != "" {
		return capture.FateOther, n
	}
	if n, ok := portName(udpPorts, seg); ok {
		return capture.FateOther, n
	}
	return capture.FateOther, "udp"
}

// besideMedia names what may share a port with RTP, by its bytes (RFC 7983
// §7), or "".
func besideMedia(b []byte) string {
	switch {
	case len(b) <= keepaliveBytes && isBlank(b):
		return "keepalive" // RFC 5626 §3.5.1 and its cousins
	case len(b) >= 20 && b[0] < 4 && bytes.Equal(b[4:8], []byte{0x21, 0x12, 0xa4, 0x42}):
		return "stun" // RFC 8489 §5: magic cookie
	case len(b) >= 13 && b[0] >= 20 && b[0] <= 63 && b[1] == 0xfe && b[2] >= 0xfc:
		return "dtls" // RFC 6347 §4.1
	}
	return ""
}

func isBlank(b []byte) bool {
	for _, c := range b {
		if c != 0 && c != '\r' && c != '\n' && c != 0xff {
			return false
		}
	}
	return true
}

// nameStream says what a connection speaks that no protocol takes.
func nameStream(seg *capture.Segment, first []byte) string {
	switch {
	case len(first) >= 3 && first[0] >= 0x14 && first[0] <= 0x17 && first[1] == 3:
		return "tls"
	case bytes.HasPrefix(first, []byte("SSH-")):
		return "ssh"
	case bytes.HasPrefix(first, []byte("RTSP/")) || bytes.Contains(firstLine(first), []byte(" RTSP/")):
		return "rtsp"
	case bytes.HasPrefix(first, []byte("HTTP/")) || bytes.Contains(firstLine(first), []byte(" HTTP/")):
		return "http"
	}
	if n, ok := portName(tcpPorts, seg); ok {
		return n
	}
	return "tcp"
}

// firstLine returns the start of b up to the first line end or 512 bytes.
func firstLine(b []byte) []byte {
	b = b[:min(len(b), 512)]
	if i := bytes.IndexByte(b, '\n'); i >= 0 {
		return b[:i]
	}
	return b
}

func portName(names map[uint16]string, seg *capture.Segment) (string, bool) {
	if n, ok := names[seg.Path.Dst.Port()]; ok {
		return n, true
	}
	n, ok := names[seg.Path.Src.Port()]
	return n, ok
}

// Ports by which a frame is named when its bytes do not tell (IANA service
// names). Read only.
var (
	udpPorts = map[uint16]string{
		53: "dns", 67: "dhcp", 68: "dhcp", 69: "tftp", 88: "kerberos", 123: "ntp", 137: "nbns",
		138: "nbdgm", 161: "snmp", 162: "snmp", 443: "quic", 500: "isakmp", 514: "syslog",
		546: "dhcpv6", 547: "dhcpv6", 1701: "l2tp", 1812: "radius", 1813: "radius", 1719: "h323",
		1900: "ssdp", 2152: "gtp-u", 2427: "mgcp", 2727: "mgcp", 3478: "stun", 3544: "teredo", 4500: "ipsec-nat-t",
		4569: "iax2", 4789: "vxlan", 5351: "nat-pmp", 5353: "mdns", 5355: "llmnr", 6081: "geneve", 8472: "vxlan",
		37008: "tzsp",
	}
	tcpPorts = map[uint16]string{
		22: "ssh", 25: "smtp", 53: "dns", 80: "http", 88: "kerberos", 139: "netbios-ssn",
		389: "ldap", 443: "tls", 445: "smb", 554: "rtsp", 636: "tls", 1720: "h323", 2000: "sccp",
		2428: "mgcp", 2443: "sccp-tls", 2748: "cti-qbe", 2749: "cti-qbe-tls", 3389: "rdp",
	}
)
