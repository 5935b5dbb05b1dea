package rtp

import (
	"encoding/binary"
	"strconv"
)

// EventLen is the length of a telephone-event payload in bytes.
const EventLen = 4

// An Event is the payload of a telephone-event packet (RFC 4733 §2.3).
//
//	 0                   1                   2                   3
//	 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
//	+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
//	|     event     |E|R| volume    |          duration             |
//	+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
type Event struct {
	Code     uint8
	End      bool
	Reserved bool
	Volume   uint8  // dBm0 without sign
	Duration uint16 // timestamp units
}

// ParseEvent reads a payload. It is false when b is not exactly one event:
// several events in one packet need RFC 2198, which nobody sends.
func ParseEvent(b []byte) (Event, bool) {
	if len(b) != EventLen {
		return Event{}, false
	}
	return Event{
		Code:     b[0],
		End:      b[1]&0x80 != 0,
		Reserved: b[1]&0x40 != 0,
		Volume:   b[1] & 0x3f,
		Duration: binary.BigEndian.Uint16(b[2:]),
	}, true
}

// digits are events 0..16 (RFC 4733 §3.2, table 3).
const digits = "0123456789*#ABCD"

// Digit returns the name of the event: "0"…"9", "*", "#", "A"…"D", "flash",
// or "event N".
func (e Event) Digit() string {
	if int(e.Code) < len(digits) {
		return digits[e.Code : e.Code+1]
	}
	if e.Code == 16 {
		return "flash"
	}
	return "event " + strconv.Itoa(int(e.Code))
}
