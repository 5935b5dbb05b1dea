package pipeline

import "rung/capture"

// A portHint names what is usual on a port. fits reports whether the first
// bytes of a message may be that; nil means that there is nothing to hold
// against it.
type portHint struct {
	name string
	fits func(b []byte) bool
}

// portName names bytes by port, or returns "". start tells that b begins a
// message, so that it can contradict the port.
func portName(hints map[uint16]portHint, p *capture.Path, b []byte, start bool) string {
	for _, port := range [2]uint16{p.Dst.Port(), p.Src.Port()} {
		if h, ok := hints[port]; ok && (!start || h.fits == nil || h.fits(b)) {
			return h.name
		}
	}
	return ""
}

func binaryBytes(b []byte) bool { return !isText(b) }

// size makes a check that there are n bytes and that f holds for them.
func size(n int, f func(b []byte) bool) func([]byte) bool {
	return func(b []byte) bool { return len(b) >= n && f(b) }
}

// dnsHeader: a query or a response with few records (RFC 1035 §4.1.1).
var dnsHeader = size(12, func(b []byte) bool { return be16(b[4:]) < 64 && be16(b[6:]) < 256 && b[3]&0x40 == 0 })

// Ports by which a frame is named when its bytes do not tell (IANA service
// names). Read only.
var (
	udpPorts = map[uint16]portHint{
		53: {"dns", dnsHeader}, 5353: {"mdns", dnsHeader}, 5355: {"llmnr", dnsHeader}, 137: {"nbns", dnsHeader},
		67: {"dhcp", size(44, isBOOTP)}, 68: {"dhcp", size(44, isBOOTP)},
		69:  {"tftp", size(4, func(b []byte) bool { return b[0] == 0 && b[1] >= 1 && b[1] <= 6 })},
		88:  {"kerberos", size(4, isKerberos)},
		111: {"rpc", size(24, func(b []byte) bool { return be32(b[4:]) == 1 || be32(b[4:]) == 0 && be32(b[8:]) == 2 })},
		123: {"ntp", size(12, func(b []byte) bool { return b[0]>>3&7 >= 1 && b[0]>>3&7 <= 4 && b[0]&7 != 0 })},
		138: {"nbdgm", size(14, func(b []byte) bool { return b[0] >= 0x10 && b[0] <= 0x16 })},
		161: {"snmp", isSNMPBegin}, 162: {"snmp", isSNMPBegin},
		319: {"ptp", size(34, isPTP)}, 320: {"ptp", size(34, isPTP)},
		389: {"cldap", isLDAP},
		500: {"isakmp", size(28, func(b []byte) bool { return b[17]>>4 == 1 || b[17]>>4 == 2 })},
		514: {"syslog", isText},
		520: {"rip", size(4, func(b []byte) bool { return b[0] >= 1 && b[0] <= 2 && (b[1] == 1 || b[1] == 2) && be16(b[2:]) == 0 })},
		546: {"dhcpv6", isDHCPv6}, 547: {"dhcpv6", isDHCPv6},
		1645: {"radius", isRADIUS}, 1646: {"radius", isRADIUS}, 1812: {"radius", isRADIUS}, 1813: {"radius", isRADIUS}, 3799: {"radius", isRADIUS},
		1701: {"l2tp", size(6, func(b []byte) bool { return b[1]&0x0f == 2 || b[1]&0x0f == 3 })},
		1718: {"h323", binaryBytes}, 1719: {"h323", binaryBytes},
		1900: {"ssdp", isText},
		2055: {"netflow", isNetFlow}, 9995: {"netflow", isNetFlow}, 9996: {"netflow", isNetFlow}, 4739: {"ipfix", isNetFlow},
		2123: {"gtp-c", size(8, func(b []byte) bool { return b[0]>>5 == 1 || b[0]>>5 == 2 })},
		2152: {"gtp-u", size(8, func(b []byte) bool { return b[0]>>4 == 3 })},
		2427: {"mgcp", isMGCPAnswer}, 2727: {"mgcp", isMGCPAnswer},
		2944: {"megaco", isText}, 2945: {"megaco", size(2, func(b []byte) bool { return b[0] == 0x30 })},
		3478: {"stun", isSTUNPort}, 3479: {"stun", isSTUNPort},
		3544: {"teredo", size(8, func(b []byte) bool { return b[0] == 0x60 || b[0] == 0 && b[1] <= 1 })},
		3702: {"ws-discovery", isXML},
		4500: {"esp", size(20, func(b []byte) bool { return be32(b) > 255 })}, // RFC 3948 §2.1
		4569: {"iax2", size(4, binaryBytes)},
		4789: {"vxlan", isVXLAN}, 8472: {"vxlan", isVXLAN},
		5246: {"capwap", size(8, isCAPWAP)}, 5247: {"capwap", size(8, isCAPWAP)},
		5351:  {"nat-pmp", size(2, func(b []byte) bool { return b[0] == 0 || b[0] == 2 })},
		6081:  {"geneve", size(8, func(b []byte) bool { return b[0]>>6 <= 1 && b[7] == 0 })},
		6343:  {"sflow", size(12, func(b []byte) bool { return be32(b) == 5 && be32(b[4:]) <= 2 })},
		8805:  {"pfcp", size(8, func(b []byte) bool { return b[0]>>5 == 1 && be16(b[2:])+4 <= len(b) })},
		9875:  {"sap", size(8, func(b []byte) bool { return b[0]>>5 == 1 })}, // RFC 2974 §6
		12222: {"lwapp", size(6, binaryBytes)}, 12223: {"lwapp", size(6, binaryBytes)},
		17500: {"dropbox-lan", size(2, func(b []byte) bool { return b[0] == '{' })},
		37008: {"tzsp", size(4, func(b []byte) bool { return b[0] == 1 && b[1] <= 5 })},
		47808: {"bacnet", size(4, func(b []byte) bool { return b[0] == 0x81 && be16(b[2:]) == len(b) })},
		51820: {"wireguard", size(32, func(b []byte) bool { return le32(b) >= 1 && le32(b) <= 4 })},
	}
	tcpPorts = map[uint16]portHint{
		21: {"ftp", isText}, 22: {"ssh", isText}, 25: {"smtp", isText}, 110: {"pop", isText}, 143: {"imap", isText}, 587: {"smtp", isText},
		23: {"telnet", isTelnet},
		49: {"tacacs", size(12, func(b []byte) bool { return b[0]>>4 == 0xc && b[1] <= 3 })},
		53: {"dns", size(14, func(b []byte) bool { return dnsHeader(b[2:]) })},
		80: {"http", never}, 8080: {"http", never}, // HTTP shows itself, unless it was joined in the middle
		88:  {"kerberos", size(8, func(b []byte) bool { return isKerberos(b[4:]) })},
		139: {"netbios-ssn", size(4, func(b []byte) bool { return b[0] == 0 || b[0]>>4 == 8 })},
		389: {"ldap", isLDAP}, 3268: {"ldap", isLDAP},
		443: {"tls", never}, 636: {"tls", never}, 993: {"tls", never}, 995: {"tls", never}, 5061: {"tls", never},
		445:  {"smb", never},
		554:  {"rtsp", never},
		1720: {"h323", never}, // joined in the middle: in a packet of TPKT
		1935: {"rtmp", size(1, func(b []byte) bool { return b[0] == 3 })},
		2000: {"sccp", never}, 2443: {"tls", never},
		2428: {"mgcp-backhaul", binaryBytes},
		2748: {"cti-qbe", binaryBytes}, // what JTAPI and TAPI speak to the call manager
		2749: {"tls", never},
		2944: {"megaco", isText}, 2945: {"megaco", binaryBytes},
		3306:  {"mysql", binaryBytes},
		3389:  {"rdp", never},
		3868:  {"diameter", never},
		5432:  {"postgres", binaryBytes},
		27017: {"mongodb", size(16, func(b []byte) bool { return le32(b) >= 16 && le32(b[12:]) >= 1 && le32(b[12:]) <= 2013 })},
	}
)

// never: what begins at its beginning has shown itself or is something else.
func never([]byte) bool { return false }

func isBOOTP(b []byte) bool { return (b[0] == 1 || b[0] == 2) && b[2] <= 16 }

// isKerberos: an application tag of a message type (RFC 4120 §5.10).
func isKerberos(b []byte) bool { return b[0]>>5 == 3 && b[0]&0x1f >= 10 }

func isPTP(b []byte) bool { return b[1]&0x0f >= 1 && b[1]&0x0f <= 2 }

func isSNMPBegin(b []byte) bool { return len(b) >= 2 && b[0] == 0x30 }

func isDHCPv6(b []byte) bool { return len(b) >= 4 && b[0] >= 1 && b[0] <= 36 }

// isRADIUS: code and length (RFC 2865 §3).
func isRADIUS(b []byte) bool {
	return len(b) >= 4 && b[0] >= 1 && b[0] <= 52 && be16(b[2:]) >= 20 && be16(b[2:]) <= 4096
}

// isNetFlow: a version of NetFlow, or IPFIX.
func isNetFlow(b []byte) bool {
	return len(b) >= 16 && (be16(b) == 1 || be16(b) == 5 || be16(b) == 7 || be16(b) == 9 || be16(b) == 10)
}

// isSTUNPort: a message whose length fits, of RFC 3489 or of those who took it
// further before RFC 5389 (Microsoft's), or of TURN's channels.
func isSTUNPort(b []byte) bool {
	return len(b) >= 20 && b[0] <= 3 && be16(b[2:]) == len(b)-20 || isChannelData(b, false)
}

func isXML(b []byte) bool { return len(b) > 0 && b[0] == '<' && isText(b) }

func isVXLAN(b []byte) bool { return len(b) >= 8 && b[0]&0x08 != 0 && b[7] == 0 }

// isCAPWAP: the preamble (RFC 5415 §4.2), plain or DTLS.
func isCAPWAP(b []byte) bool { return b[0] <= 1 }

// isTelnet: a command, or what somebody types.
func isTelnet(b []byte) bool {
	return isText(b) || len(b) >= 2 && b[0] == 0xff && b[1] >= 0xf0
}
