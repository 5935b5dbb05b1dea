package media

import (
	"encoding/binary"

	"rung/capture"
)

// foreign reports whether a datagram that could be a first RTP packet is
// surely something else. One DNS message in four has an id whose first two
// bits say version 2; what is kept here is lost to the other protocols.
func foreign(seg *capture.Segment) bool {
	return foreignPort(seg.Path.Src.Port()) || foreignPort(seg.Path.Dst.Port()) || likeDNS(seg.Data)
}

// foreignPort knows ports that nobody sends RTP from: RTP takes unprivileged
// ports by design (RFC 3551 §8). 443 and 80 are not among them: media servers
// use them to pass firewalls.
func foreignPort(port uint16) bool {
	switch port {
	case 53, // DNS
		67, 68, 69, 88, 111, 123, // DHCP, TFTP, Kerberos, portmap, NTP
		137, 138, 161, 162, 389, 500, 514, 520, // NetBIOS, SNMP, LDAP, IKE, syslog, RIP
		546, 547, 1812, 1813, 1900, // DHCPv6, RADIUS, SSDP
		4789, 5353, 5355: // VXLAN, mDNS, LLMNR
		return true
	}
	return false
}

// likeDNS reports whether the counts of a DNS header (RFC 1035 §4.1.1) make
// sense: one question, few records. As RTP that would be a timestamp of
// 65536 and an SSRC of small numbers.
func likeDNS(b []byte) bool {
	if len(b) < 12 {
		return false
	}
	const few = 64
	answers, authorities, more := binary.BigEndian.Uint16(b[6:]), binary.BigEndian.Uint16(b[8:]), binary.BigEndian.Uint16(b[10:])
	return binary.BigEndian.Uint16(b[4:]) == 1 && answers < few && authorities < few && more < few
}
