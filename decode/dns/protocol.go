package dns

import (
	"encoding/binary"
	"errors"

	"rung/decode"
)

// Protocol reads DNS datagrams. Ports: 53, and those of the look-alikes, so
// that a datagram whose id happens to look like RTP is asked for here first.
var Protocol = &decode.Protocol{
	Name:      "dns",
	Doc:       "DNS look-ups (RFC 1035; SRV, NAPTR, A, AAAA …)",
	Ports:     []uint16{portDNS, portMDNS, portLLMNR, portNBNS},
	Datagrams: true,
	Probe:     probe,
	Parse:     parse,
}

// Stream reads DNS over TCP, where each message follows its length. It is a
// Protocol of its own since a probe has to know which of the two it sees.
var Stream = &decode.Protocol{
	Name:       "dns",
	Doc:        "DNS look-ups over TCP (RFC 1035 §4.2.2, RFC 7766)",
	Ports:      []uint16{portDNS},
	Streams:    true,
	Probe:      probeStream,
	Split:      split,
	Parse:      parseStream,
	MaxMessage: lengthLen + 1<<16, // what the length can say
}

const (
	portDNS   = 53
	portNBNS  = 137
	portMDNS  = 5353
	portLLMNR = 5355
)

// lengthLen is the length in front of a message on a stream.
const lengthLen = 2

// split takes one message with the length before it.
func split(data []byte, atEOF bool) (advance int, token []byte, err error) {
	if len(data) == 0 {
		return 0, nil, nil
	}
	if len(data) >= lengthLen {
		n := int(binary.BigEndian.Uint16(data))
		if n < headerLen {
			return 0, nil, errLength
		}
		if len(data) >= lengthLen+n {
			return lengthLen + n, data[:lengthLen+n], nil
		}
	}
	if atEOF {
		return len(data), data, nil // cut short: what there is gets read
	}
	return 0, nil, nil
}

var errLength = errors.New("dns: a message shorter than its header")

func parseStream(p *decode.Pass) error {
	if len(p.Segment.Data) < lengthLen {
		return errLength
	}
	return read(p, p.Segment.Data[lengthLen:])
}

func parse(p *decode.Pass) error { return read(p, p.Segment.Data) }
