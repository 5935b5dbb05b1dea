package dns

import (
	"encoding/binary"

	"rung/decode"
)

// probe says whether data is a whole DNS message. A probe sees no port, and
// DNS has no magic number, so every field that has a narrow range is held to
// it, and the first name is walked: RTP, STUN and random bytes don't pass.
func probe(data []byte) decode.Verdict {
	if len(data) < headerLen || shape(data) != decode.Yes {
		return decode.No
	}
	return decode.Yes
}

// probeStream says the same of a message with its length before it.
func probeStream(data []byte) decode.Verdict {
	if len(data) < lengthLen {
		return decode.MaybeMore
	}
	n := int(binary.BigEndian.Uint16(data))
	if n < headerLen+minQuestion {
		return decode.No
	}
	data = data[lengthLen:]
	whole := len(data) >= n
	if whole {
		data = data[:n]
	}
	v := shape(data)
	if v == decode.MaybeMore && whole {
		return decode.No // the message ends inside its first name
	}
	return v
}

// minQuestion is a root name, a type and a class.
const minQuestion = 5

// shape judges a message, of which the end may be missing.
func shape(data []byte) decode.Verdict {
	if len(data) < headerLen {
		// Enough of it to say no? The opcode, the Z bit, the question count.
		if len(data) >= 4 && !plausibleFlags(binary.BigEndian.Uint16(data[2:])) {
			return decode.No
		}
		if len(data) >= 5 && data[4] != 0 {
			return decode.No // 256 questions
		}
		return decode.MaybeMore
	}
	h := readHeader(data)
	if !plausibleFlags(h.flags) || !plausibleCounts(h) {
		return decode.No
	}
	return plausibleName(data[headerLen:], h)
}

// plausibleFlags holds opcode, Z and RCODE to what is assigned, and a question
// to what only answers say.
func plausibleFlags(flags uint16) bool {
	h := header{flags: flags}
	op := h.opcode()
	if op > opMax || op == 1 || op == 2 || op == 3 || h.has(flagZ) {
		return false
	}
	if h.response() {
		return h.rcode() <= 11
	}
	// NOTIFY asks with AA set (RFC 1996 §3.6); a multicast question with
	// known answers sets TC (RFC 6762 §7.2).
	return h.rcode() == 0 && !h.has(flagRA) && (!h.has(flagAA) || op == opNotify)
}

// plausibleCounts: one question. Multicast DNS, whose id is 0, asks several at
// once and answers without repeating them (RFC 6762 §6, §18.1); so does
// NetBIOS answer.
func plausibleCounts(h header) bool {
	if h.records() > 65535/minRecord {
		return false
	}
	if h.response() {
		return h.qd == 1 || h.qd == 0 && h.has(flagAA) && h.an > 0
	}
	if h.id == 0 {
		return h.qd >= 1 && h.qd < 256
	}
	if h.qd != 1 || h.cut() {
		return false
	}
	// An UPDATE carries its records in all three (RFC 2136 §2.2), an IXFR
	// question one SOA (RFC 1995 §3), any question OPT and TSIG.
	return h.opcode() == opUpdate || h.an <= 1 && h.ns <= 1 && h.ar <= 4
}

// plausibleName walks the first name and the type and class behind it. No
// compression: there is nothing before it that a pointer could mean.
func plausibleName(b []byte, h header) decode.Verdict {
	multicast := h.id == 0
	for size := 0; ; {
		if len(b) == 0 {
			return decode.MaybeMore
		}
		n := int(b[0])
		if n == 0 {
			b = b[1:]
			break
		}
		if size += n + 1; n > maxLabel || size >= maxName {
			return decode.No
		}
		label := b[1:min(1+n, len(b))]
		if !plausibleLabel(label, multicast) {
			return decode.No
		}
		if len(label) < n {
			return decode.MaybeMore
		}
		b = b[1+n:]
	}
	if len(b) < 4 {
		return decode.MaybeMore
	}
	class := binary.BigEndian.Uint16(b[2:])
	if multicast || h.qd == 0 {
		class &^= 1 << 15 // RFC 6762 §18.12
	}
	if !plausibleType(binary.BigEndian.Uint16(b)) || !plausibleClass(class) {
		return decode.No
	}
	return decode.Yes
}

// plausibleLabel: a DNS label may hold any byte, the names of hosts and
// services hold printable ones. Multicast service names are UTF-8 with blanks.
func plausibleLabel(label []byte, multicast bool) bool {
	for _, c := range label {
		if c < 0x20 || c == 0x7f || !multicast && (c == ' ' || c >= 0x80) {
			return false
		}
	}
	return true
}

// plausibleType takes the assigned ranges ("IANA DNS Resource Record TYPEs").
func plausibleType(t uint16) bool {
	return t >= 1 && t <= 109 || t >= 249 && t <= 262 || t == 32768 || t == 32769
}

// plausibleClass takes IN, CHAOS, HESIOD, NONE and ANY.
func plausibleClass(c uint16) bool {
	return c == 1 || c == 3 || c == 4 || c == 254 || c == 255
}
