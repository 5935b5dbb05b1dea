package icmp

import (
	"encoding/binary"
	"errors"
	"net/netip"

	"rung/capture"
	"rung/decode"
)

// IP protocol numbers ("IANA Assigned Internet Protocol Numbers").
const (
	protoHopByHop = 0
	protoICMP     = 1
	protoTCP      = 6
	protoUDP      = 17
	protoRouting  = 43
	protoFragment = 44
	protoAH       = 51
	protoICMPv6   = 58
	protoOptions  = 60
	protoSCTP     = 132
)

var (
	errNoQuote = errors.New("nothing is quoted")
	errVersion = errors.New("no IP header")
	errHeader  = errors.New("the IP header is cut short")
	errExts    = errors.New("too many extension headers")
)

// readQuote reads the head of a packet. Ports stay 0 where the quote is a
// later fragment, is cut before them, or its protocol has none.
func readQuote(b []byte) (*decode.Quote, error) {
	if len(b) == 0 {
		return nil, errNoQuote
	}
	switch b[0] >> 4 {
	case 4:
		return readQuote4(b)
	case 6:
		return readQuote6(b)
	}
	return nil, errVersion
}

// readQuote4 reads an IPv4 header (RFC 791 §3.1) and what follows.
func readQuote4(b []byte) (*decode.Quote, error) {
	ihl := int(b[0]&0x0f) * 4
	if ihl < 20 {
		return nil, errVersion
	}
	if len(b) < 20 {
		return nil, errHeader
	}
	q := &decode.Quote{IPID: uint32(binary.BigEndian.Uint16(b[4:]))}
	src, dst := addr4(b[12:16]), addr4(b[16:20])
	// The total length bounds the payload, when it is not the host-order or
	// zero value that some stacks quote.
	if total := int(binary.BigEndian.Uint16(b[2:])); total >= ihl && total < len(b) {
		b = b[:total]
	}
	payload := b[min(ihl, len(b)):]
	if binary.BigEndian.Uint16(b[6:])&0x1fff != 0 {
		payload = nil // a later fragment: no ports in it
	}
	transport(q, src, dst, b[9], payload)
	return q, nil
}

// readQuote6 reads an IPv6 header and its extension headers (RFC 8200 §3, §4).
func readQuote6(b []byte) (*decode.Quote, error) {
	if len(b) < 40 {
		return nil, errHeader
	}
	q := &decode.Quote{}
	src, dst := addr6(b[8:24]), addr6(b[24:40])
	if n := int(binary.BigEndian.Uint16(b[4:])); n > 0 && 40+n < len(b) {
		b = b[:40+n]
	}
	proto, rest, err := skipExtensions(b[6], b[40:])
	transport(q, src, dst, proto, rest)
	return q, err
}

func skipExtensions(next byte, b []byte) (byte, []byte, error) {
	for range maxExtensions {
		size := 0
		switch next {
		default:
			return next, b, nil
		case protoHopByHop, protoRouting, protoOptions:
			if len(b) >= 2 {
				size = (int(b[1]) + 1) * 8
			}
		case protoAH:
			if len(b) >= 2 {
				size = (int(b[1]) + 2) * 4 // RFC 4302 §2.2
			}
		case protoFragment:
			size = 8
			if len(b) >= 4 && binary.BigEndian.Uint16(b[2:])&0xfff8 != 0 {
				return b[0], nil, nil // a later fragment
			}
		}
		if size == 0 || len(b) < size {
			return next, nil, errHeader
		}
		next, b = b[0], b[size:]
	}
	return next, nil, errExts
}

// transport fills path and data from what follows the IP headers.
func transport(q *decode.Quote, src, dst netip.Addr, proto byte, b []byte) {
	var sport, dport uint16
	hasPorts := proto == protoTCP || proto == protoUDP || proto == protoSCTP
	if hasPorts && len(b) >= 4 {
		sport, dport = binary.BigEndian.Uint16(b), binary.BigEndian.Uint16(b[2:])
	}
	q.Path = capture.Path{
		Src: netip.AddrPortFrom(src, sport),
		Dst: netip.AddrPortFrom(dst, dport),
	}
	switch proto {
	case protoUDP:
		q.Path.Transport = capture.UDP
		keep(q, b, 8)
	case protoTCP:
		q.Path.Transport = capture.TCP
		if len(b) >= 20 {
			keep(q, b, max(20, int(b[12]>>4)*4))
		}
	case protoSCTP:
		q.Path.Transport = capture.SCTP
	case protoICMP, protoICMPv6:
		q.Path.Transport = capture.ICMP
	}
}

// keep copies the application bytes behind a transport header of n bytes.
func keep(q *decode.Quote, b []byte, n int) {
	if len(b) > n {
		q.Data = append([]byte(nil), b[n:min(len(b), n+maxQuote)]...)
	}
}

// pathText is Path.String without "0" ports and without an unset transport.
func pathText(p capture.Path) string {
	if p.Src.Port() == 0 && p.Dst.Port() == 0 {
		return p.Src.Addr().String() + " > " + p.Dst.Addr().String()
	}
	return p.String()
}

func addr4(b []byte) netip.Addr { return netip.AddrFrom4([4]byte(b)) }
func addr6(b []byte) netip.Addr { return netip.AddrFrom16([16]byte(b)) }
