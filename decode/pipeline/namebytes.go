package pipeline

import "bytes"

// datagramBytes names a datagram that shows by itself what it is, or "".
func datagramBytes(b []byte, cut bool) string {
	if n := besideMedia(b); n != "" {
		return n
	}
	if len(b) < 8 {
		return ""
	}
	if hasPrefix(b, "SpotUdp") {
		return "spotify-connect"
	}
	if isText(b) {
		return textBytes(b)
	}
	fits := func(n int) bool { return n == len(b) || cut && n > len(b) }
	switch {
	case hasPrefix(b, "HEP3"):
		return "hep" // Homer's encapsulation
	case isQUIC(b):
		return "quic"
	case isSNMP(b, cut):
		return "snmp"
	case len(b) >= 240 && (b[0] == 1 || b[0] == 2) && be32(b[236:]) == 0x63825363:
		return "dhcp" // RFC 2131 §3: magic cookie
	case len(b) >= 28 && (b[17] == 0x10 || b[17] == 0x20) && b[16] < 64 && fits(be32(b[24:])):
		return "isakmp" // RFC 7296 §3.1: version, length
	case len(b) >= 32 && be32(b) == 0 && (b[21] == 0x10 || b[21] == 0x20) && fits(4+be32(b[28:])):
		return "isakmp" // RFC 3948 §2.2: behind the non-ESP marker
	case len(b) >= 16 && be16(b) == 10 && fits(be16(b[2:])):
		return "ipfix" // RFC 7011 §3.1: version, length
	case len(b) >= 24+48 && be16(b) == 5 && fits(24+48*be16(b[2:])):
		return "netflow" // version 5: count of records of 48 bytes
	case len(b) >= 12 && (b[0] == 0x20 || b[0] == 0x40) && b[1] >= 1 && b[1] <= 18 && fits(12+4*be16(b[2:])):
		return "bfcp" // RFC 8855 §5.1: version, primitive, length
	case len(b) == 148 && le32(b) == 1, len(b) == 92 && le32(b) == 2, len(b) == 64 && le32(b) == 3:
		return "wireguard" // handshake: type, reserved, and the only size each
	case isTFTPRequest(b):
		return "tftp"
	}
	return ""
}

// textBytes names a datagram of text.
func textBytes(b []byte) string {
	line := firstLine(b)
	switch {
	case bytes.Contains(line, []byte(" MGCP ")) && isMGCPVerb(b):
		return "mgcp" // RFC 3435 §3.2.1; NCS of cable networks is a profile of it
	case hasPrefix(b, "MEGACO/"), hasPrefix(b, "!/1 "), hasPrefix(b, "!/2 "), hasPrefix(b, "!/3 "):
		return "megaco" // RFC 3525 Annex B
	case hasPrefix(b, "M-SEARCH * HTTP/"), hasPrefix(b, "NOTIFY * HTTP/"):
		return "ssdp"
	case bytes.Contains(line, []byte(" RTSP/1.")), hasPrefix(b, "RTSP/1."):
		return "rtsp"
	case isSyslog(b):
		return "syslog"
	case isRTPEngine(line):
		return "rtpengine"
	}
	return ""
}

// streamBytes names a byte stream that shows by itself what it is, or "".
func streamBytes(b []byte) string {
	if len(b) < 4 {
		return ""
	}
	if isText(b) {
		return textStream(b)
	}
	switch {
	case b[0] >= 0x14 && b[0] <= 0x18 && b[1] == 3 && b[2] <= 4:
		return "tls" // RFC 8446 §5.1, heartbeats of RFC 6520, too
	case b[0] == 3 && b[1] == 0 && be16(b[2:]) > 4:
		return nameTPKT(b)
	case isSTUN(b), len(b) > 2 && isSTUN(b[2:]) && be16(b) >= 20:
		return "stun" // RFC 4571 framing puts a length before it
	case len(b) >= 12 && isSCCP(b):
		return "sccp"
	case len(b) >= 20 && isDiameter(b):
		return "diameter"
	case len(b) >= 8 && b[0] == 0 && (hasPrefix(b[4:], "\xffSMB") || hasPrefix(b[4:], "\xfeSMB")):
		return "smb"
	case len(b) >= 8 && be32(b) == 8 && be32(b[4:]) == 80877103, len(b) >= 8 && be32(b) <= 10000 && be32(b[4:]) == 3<<16:
		return "postgres" // SSLRequest, StartupMessage
	case len(b) >= 6 && b[3] == 0 && b[4] == 10 && be24(b) > 0 && b[5] >= '3' && b[5] <= '9':
		return "mysql" // the server's greeting: packet 0, protocol 10, its version
	case len(b) >= 16 && isSMPP(b):
		return "smpp"
	case len(b) >= 12 && b[0]&0x80 != 0 && be32(b[8:]) == 0 && len(b) >= 16 && be32(b[12:]) == 2:
		return "rpc" // RFC 5531: a call, version 2, behind the record mark
	case len(b) >= 8 && b[0] == 5 && b[1] == 0 && b[2] <= 19 && b[4] == 0x10:
		return "dcerpc"
	case len(b) >= 19 && bytes.Count(b[:16], []byte{0xff}) == 16:
		return "bgp" // RFC 4271 §4.1: marker
	case len(b) >= 8 && be32(b[4:]) == 0x1a2b3c4d:
		return "pptp" // RFC 2637 §2: magic cookie
	case hasPrefix(b, "AMQP"):
		return "amqp"
	case len(b) >= 8 && b[0] == 0x10 && bytes.Contains(b[:8], []byte("MQTT")):
		return "mqtt"
	case hasPrefix(b, "HEP3"):
		return "hep"
	case b[0] == '$' && len(b) >= 8 && b[1] < 32 && b[4]>>6 == 2:
		return "rtsp" // RFC 2326 §10.12: RTP between its messages
	}
	return ""
}

// textStream names a byte stream of text.
func textStream(b []byte) string {
	line := firstLine(b)
	switch {
	case hasPrefix(b, "SSH-"):
		return "ssh"
	case hasPrefix(b, "RTSP/"), bytes.Contains(line, []byte(" RTSP/")):
		return "rtsp"
	case hasPrefix(b, "PRI * HTTP/2"):
		return "http2"
	case hasPrefix(b, "HTTP/"), bytes.Contains(line, []byte(" HTTP/")):
		return "http"
	case hasPrefix(b, "MSRP "):
		return "msrp" // RFC 4975 §7
	case hasPrefix(b, "MEGACO/"):
		return "megaco"
	case bytes.Contains(line, []byte(" MGCP ")) && isMGCPVerb(b):
		return "mgcp"
	case hasPrefix(b, "EHLO "), hasPrefix(b, "HELO "), hasPrefix(b, "LHLO "), hasPrefix(b, "220") && bytes.Contains(line, []byte("SMTP")):
		return "smtp"
	case hasPrefix(b, "220") && bytes.Contains(bytes.ToUpper(line), []byte("FTP")):
		return "ftp"
	case hasPrefix(b, "* OK "), hasPrefix(b, "* PREAUTH "):
		return "imap"
	case hasPrefix(b, "+OK "):
		return "pop"
	case isSyslog(b):
		return "syslog"
	}
	return ""
}

// nameTPKT tells what is in a packet of RFC 1006: Q.931 of H.323, the
// transport of ISO that RDP uses, or else, on whatever port was agreed, H.245.
func nameTPKT(b []byte) string {
	switch {
	case len(b) < 6:
		return "tpkt"
	case b[4] == 0x08:
		return "h323" // protocol discriminator of Q.931
	case b[5] == 0xe0, b[5] == 0xd0, b[4] == 2 && b[5] == 0xf0:
		return "iso-tsap" // X.224: connect request, confirm, data
	case hasPrefix(b[4:], "MEGACO/"), hasPrefix(b[4:], "!/"):
		return "megaco"
	case b[4] < 0x80:
		return "h245"
	}
	return "tpkt"
}
