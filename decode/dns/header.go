package dns

import "encoding/binary"

// headerLen is the fixed header of every message.
const headerLen = 12

// A header is the fixed part of a message (RFC 1035 §4.1.1, bits AD and CD
// from RFC 4035):
//
//	  0  1  2  3  4  5  6  7  8  9 10 11 12 13 14 15
//	+--+--+--+--+--+--+--+--+--+--+--+--+--+--+--+--+
//	|                      ID                       |
//	|QR|   Opcode  |AA|TC|RD|RA| Z|AD|CD|   RCODE   |
//	|       QDCOUNT         |       ANCOUNT         |
//	|       NSCOUNT         |       ARCOUNT         |
//	+--+--+--+--+--+--+--+--+--+--+--+--+--+--+--+--+
type header struct {
	id, flags      uint16
	qd, an, ns, ar int
}

// Bits of flags.
const (
	flagQR = 1 << 15
	flagAA = 1 << 10
	flagTC = 1 << 9
	flagRD = 1 << 8
	flagRA = 1 << 7
	flagZ  = 1 << 6
)

// Opcodes ("IANA DNS OpCodes"; 5 to 9 mean registration, release, wait and
// refresh in NetBIOS, RFC 1002 §4.2.1.1).
const (
	opQuery  = 0
	opNotify = 4
	opUpdate = 5
	opMax    = 9
)

// readHeader reads the header; b has headerLen bytes at least.
func readHeader(b []byte) header {
	return header{
		id:    binary.BigEndian.Uint16(b),
		flags: binary.BigEndian.Uint16(b[2:]),
		qd:    int(binary.BigEndian.Uint16(b[4:])),
		an:    int(binary.BigEndian.Uint16(b[6:])),
		ns:    int(binary.BigEndian.Uint16(b[8:])),
		ar:    int(binary.BigEndian.Uint16(b[10:])),
	}
}

func (h header) response() bool    { return h.flags&flagQR != 0 }
func (h header) cut() bool         { return h.flags&flagTC != 0 }
func (h header) opcode() int       { return int(h.flags>>11) & 15 }
func (h header) rcode() int        { return int(h.flags & 15) }
func (h header) records() int      { return h.an + h.ns + h.ar }
func (h header) has(f uint16) bool { return h.flags&f != 0 }
