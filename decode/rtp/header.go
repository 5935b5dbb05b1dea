package rtp

import "encoding/binary"

// HeaderLen is the length of the fixed header in bytes.
const HeaderLen = 12

// A Header is the RTP header of one packet (RFC 3550 §5.1).
//
//	 0                   1                   2                   3
//	 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
//	+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
//	|V=2|P|X|  CC   |M|     PT      |       sequence number         |
//	+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
//	|                           timestamp                           |
//	+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
//	|           synchronization source (SSRC) identifier            |
//	+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+
//	|            contributing source (CSRC) identifiers             |
//	+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
type Header struct {
	Timestamp   uint32
	SSRC        uint32
	Sequence    uint16
	PayloadType uint8
	CSRCs       uint8 // how many
	Marker      bool
	Extension   bool
	// Start and End are the bounds of the payload within the datagram,
	// padding left out.
	Start, End int
}

// Parse reads the header of the packet that b holds. It is false when b is
// not version 2 or too short for the CSRCs and the extension it announces.
//
// cut tells that the snaplen took bytes off the end of b, so that the count
// of padding is not there to be read. A count that can't be true is not held
// against the packet either: with SRTP the padding is encrypted and the last
// byte belongs to the tag (RFC 3711 §3.1).
func Parse(b []byte, cut bool) (h Header, ok bool) {
	if len(b) < HeaderLen || b[0]>>6 != 2 {
		return h, false
	}
	h.CSRCs = b[0] & 0x0f
	h.Extension = b[0]&0x10 != 0
	h.Marker = b[1]&0x80 != 0
	h.PayloadType = b[1] & 0x7f
	h.Sequence = binary.BigEndian.Uint16(b[2:])
	h.Timestamp = binary.BigEndian.Uint32(b[4:])
	h.SSRC = binary.BigEndian.Uint32(b[8:])
	h.Start, h.End = HeaderLen+4*int(h.CSRCs), len(b)
	if h.Extension {
		if len(b) < h.Start+4 {
			return h, false
		}
		h.Start += 4 + 4*int(binary.BigEndian.Uint16(b[h.Start+2:]))
	}
	if len(b) < h.Start {
		return h, false
	}
	if b[0]&0x20 != 0 && !cut {
		if n := int(b[len(b)-1]); n > 0 && n <= h.End-h.Start {
			h.End -= n
		}
	}
	return h, true
}
