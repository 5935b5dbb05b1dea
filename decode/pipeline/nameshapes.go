package pipeline

import "bytes"

// What protocols look like that have no magic number of their own.

// isSTUN knows the cookie of RFC 8489 §5, and RFC 3489's messages, which lack
// it, by attributes that fill them to the last byte.
func isSTUN(b []byte) bool {
	if len(b) < 20 || b[0] > 3 || b[3]&3 != 0 {
		return false
	}
	if be32(b[4:]) == 0x2112a442 {
		return true
	}
	t := be16(b)
	classic := t == 0x0001 || t == 0x0101 || t == 0x0111 || t == 0x0002 || t == 0x0102 || t == 0x0112
	return classic && be16(b[2:]) == len(b)-20 && len(b) > 20 && filledByAttributes(b[20:])
}

func filledByAttributes(b []byte) bool {
	for len(b) >= 4 {
		n := 4 + (be16(b[2:])+3)&^3
		if be16(b) == 0 || n > len(b) {
			return false
		}
		b = b[n:]
	}
	return len(b) == 0
}

// isQUIC knows packets with a long header: the version, and connection ids of
// at most 20 bytes (RFC 9000 §17.2, RFC 9369).
func isQUIC(b []byte) bool {
	if b[0]&0x80 == 0 {
		return false
	}
	switch v := be32(b[1:]); {
	case v == 1, v == 0x6b3343cf, v>>8 == 0xff0000 && v&0xff > 0:
	default:
		return false
	}
	dst := int(b[5])
	if dst > 20 || len(b) < 7+dst {
		return false
	}
	src := int(b[6+dst])
	return src <= 20 && len(b) >= 7+dst+src
}

// isSNMP reads the outer header of SNMP in BER (RFC 3416, RFC 3412): a
// sequence that begins with the version, then a community or a header.
func isSNMP(b []byte, cut bool) bool {
	body, ok := berSequence(b, cut)
	if !ok || len(body) < 4 || body[0] != 2 || body[1] != 1 {
		return false
	}
	return body[2] <= 1 && body[3] == 0x04 || body[2] == 3 && body[3] == 0x30
}

// isLDAP reads the outer header of LDAP (RFC 4511 §4.1.1): a sequence that
// begins with the message's number, then an operation.
func isLDAP(b []byte) bool {
	body, ok := berSequence(b, true)
	if !ok || len(body) < 4 || body[0] != 2 || body[1] < 1 || body[1] > 4 || len(body) < 3+int(body[1]) {
		return false
	}
	op := body[2+int(body[1])]
	return op>>6 == 1 && op&0x1f <= 25 // application class
}

// berSequence opens a SEQUENCE of definite length that fills b. With open it
// may go on beyond b.
func berSequence(b []byte, open bool) (body []byte, ok bool) {
	if len(b) < 2 || b[0] != 0x30 {
		return nil, false
	}
	n, at := int(b[1]), 2
	if n&0x80 != 0 {
		size := n & 0x7f
		if size < 1 || size > 4 || len(b) < 2+size {
			return nil, false
		}
		n = 0
		for _, c := range b[2 : 2+size] {
			n = n<<8 | int(c)
		}
		at += size
	}
	return b[at:], n == len(b)-at || open && n > 0
}

// isTFTPRequest knows read and write requests: a name, and a mode (RFC 1350
// §5).
func isTFTPRequest(b []byte) bool {
	if b[0] != 0 || b[1] != 1 && b[1] != 2 {
		return false
	}
	name, rest, ok := bytes.Cut(b[2:], []byte{0})
	if !ok || !isText(name) {
		return false
	}
	mode, _, ok := bytes.Cut(rest, []byte{0})
	return ok && (bytes.EqualFold(mode, []byte("octet")) || bytes.EqualFold(mode, []byte("netascii")))
}

// isMGCPVerb tells whether b begins with a verb (RFC 3435 §3.2.1.1; MESG is of
// NCS).
func isMGCPVerb(b []byte) bool {
	if len(b) < 5 || b[4] != ' ' {
		return false
	}
	switch string(b[:4]) {
	case "EPCF", "CRCX", "MDCX", "DLCX", "RQNT", "NTFY", "AUEP", "AUCX", "RSIP", "MESG":
		return true
	}
	return false
}

// isMGCPAnswer knows a response by its code and transaction: "200 1203 OK"
// (RFC 3435 §3.3). It says little, so the port has to agree.
func isMGCPAnswer(b []byte) bool {
	if len(b) < 5 || b[3] != ' ' || !isDigit(b[4]) {
		return false
	}
	return isDigit(b[0]) && isDigit(b[1]) && isDigit(b[2])
}

// isSyslog knows the priority that each message begins with (RFC 5424
// §6.2.1): at most 191 between angle brackets.
func isSyslog(b []byte) bool {
	if b[0] != '<' {
		return false
	}
	n := 0
	for i := 1; i < len(b) && i < 5; i++ {
		if b[i] == '>' {
			return i > 1 && n <= 191
		}
		if !isDigit(b[i]) {
			return false
		}
		n = n*10 + int(b[i]-'0')
	}
	return false
}

// isRTPEngine knows the control protocol of rtpengine: a cookie, a space, and
// a dictionary in bencoding that begins with the length of its first key.
func isRTPEngine(b []byte) bool {
	const longest = 64 // bytes of a cookie
	i := bytes.IndexByte(b[:min(len(b), longest)], ' ')
	return i > 0 && len(b) > i+3 && b[i+1] == 'd' && isDigit(b[i+2]) && (b[i+3] == ':' || isDigit(b[i+3]))
}

func isDigit(c byte) bool { return c >= '0' && c <= '9' }

// isSCCP knows Cisco's Skinny: the length of what follows the first 8 bytes,
// the header's version, the message, all little-endian. Versions: 0 for basic
// messages, 0x0a to 0x16 for those of newer phones.
func isSCCP(b []byte) bool {
	const longest = 4096 // bytes; the largest messages are some 2 kB
	n, version, id := le32(b), le32(b[4:]), le32(b[8:])
	if n < 4 || n > longest || version != 0 && (version < 0x0a || version > 0x16) {
		return false
	}
	return id <= 0x160 || id >= 0x8000 && id <= 0x8200
}

// isDiameter reads the header of RFC 6733 §3: version 1, length, flags, and a
// command of the base protocol or of the 3GPP's.
func isDiameter(b []byte) bool {
	n, command := be24(b[1:]), be24(b[5:])
	if b[0] != 1 || n < 20 || n&3 != 0 || b[4]&0x0f != 0 {
		return false
	}
	return command >= 257 && command < 400 || command >= 8388600 && command < 8388800
}

// isSMPP reads the header of SMPP 3.4 §3.2: length, command, status.
func isSMPP(b []byte) bool {
	n, command, status := be32(b), be32(b[4:]), be32(b[8:])
	if n < 16 || n > 1<<16 || status > 0x4ff {
		return false
	}
	command &^= 1 << 31 // of responses
	return command >= 1 && command <= 9 || command == 0x15 || command == 0x103
}
