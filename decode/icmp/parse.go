package icmp

import (
	"encoding/binary"
	"errors"
	"strconv"

	"rung/capture"
	"rung/decode"
)

// headerLen is type, code, checksum and the four bytes whose meaning depends
// on the type; the quote begins behind it.
const headerLen = 8

const codeQuote = "icmp-quote"

var errShort = errors.New("icmp: shorter than its header of 8 bytes")

// parse reads one ICMP message.
//
//	 0                   1                   2                   3
//	+-------+-------+---------------+
//	| type  | code  | checksum      |
//	+-------+-------+---------------+
//	| unused, or: RFC 4884 length,  |
//	| next-hop MTU, gateway         |
//	+-------------------------------+
//	| the IP header that caused it, and what follows in that packet …
func parse(p *decode.Pass) error {
	data := p.Segment.Data
	v6 := isV6(p.Segment.Path)
	if len(data) == 0 {
		return errShort
	}
	describe := describe4
	if v6 {
		describe = describe6
	}
	if len(data) < 2 {
		return errShort
	}
	text, isError := describe(data[0], data[1])
	if !isError {
		p.Other(otherName(data[0], v6))
		return nil
	}
	if len(data) < headerLen {
		return errShort
	}
	quote, err := readQuote(quoted(data, v6))
	if err != nil {
		p.Report(capture.Diagnostic{
			Code: codeQuote, Severity: capture.Info, Ref: "RFC 1122 §3.2.2",
			Text: "the packet that the ICMP error quotes can't be read: " + err.Error(),
		})
	}
	m := &decode.Message{Protocol: "icmp", Name: name(text, v6), Summary: summary(data, v6, quote)}
	if quote != nil {
		quote.Text = text
		m.Facts.Quote = quote
	}
	p.Emit(m)
	return nil
}

func isV6(path capture.Path) bool {
	a := path.Src.Addr()
	return a.Is6() && !a.Is4In6()
}

func name(text string, v6 bool) string {
	if v6 {
		return "ICMPv6 " + text
	}
	return "ICMP " + text
}

// quoted returns the quoted packet, without the extensions of RFC 4884: where
// its length attribute is set it counts 32-bit words of the (padded) quote for
// ICMP, 64-bit words for ICMPv6 (§5.1, §5.2).
func quoted(data []byte, v6 bool) []byte {
	rest := data[headerLen:]
	n := 0
	switch {
	case v6 && (data[0] == unreachable6 || data[0] == timeExceeded6):
		n = int(data[4]) * 8
	case !v6 && (data[0] == unreachable || data[0] == timeExceeded || data[0] == parameterError):
		n = int(data[5]) * 4
	}
	if n >= minExtended && n < len(rest) {
		return rest[:n]
	}
	return rest
}

// minExtended is the least quote of a message with extensions (RFC 4884 §4).
const minExtended = 128

// summary says what was quoted and what the error adds: the MTU, the gateway.
func summary(data []byte, v6 bool, quote *decode.Quote) string {
	s := ""
	if quote != nil {
		s = "quotes " + pathText(quote.Path)
	}
	if extra := extra(data, v6); extra != "" {
		if s != "" {
			s += ", "
		}
		s += extra
	}
	return s
}

func extra(data []byte, v6 bool) string {
	switch {
	case v6 && data[0] == packetTooBig6: // RFC 4443 §3.2
		return "MTU " + strconv.FormatUint(uint64(binary.BigEndian.Uint32(data[4:])), 10)
	case !v6 && data[0] == unreachable && data[1] == 4: // RFC 1191 §4
		if mtu := binary.BigEndian.Uint16(data[6:]); mtu > 0 {
			return "MTU " + strconv.Itoa(int(mtu))
		}
	case !v6 && data[0] == redirect:
		return "to gateway " + addr4(data[4:8]).String()
	}
	return ""
}
