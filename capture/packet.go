package capture

import (
	"errors"
	"fmt"
	"time"
)

// Time is capture time in nanoseconds since the Unix epoch, UTC. It is the
// only clock of the rooms that read captures.
type Time int64

// TimeOf converts a time.Time.
func TimeOf(t time.Time) Time { return Time(t.UnixNano()) }

// Std converts to a time.Time in UTC.
func (t Time) Std() time.Time { return time.Unix(0, int64(t)).UTC() }

// Sub returns t-u.
func (t Time) Sub(u Time) time.Duration { return time.Duration(t - u) }

// Add returns t+d.
func (t Time) Add(d time.Duration) Time { return t + Time(d) }

// A Frame names one record: the input file it is in and its number there,
// counted from 1 as Wireshark counts. The zero Frame means "no frame".
type Frame struct {
	File   int32 // index into the list of inputs
	Number int32
}

// String returns the number alone for the first file, else "file:number" with
// files counted from 1, as in "2:17".
func (f Frame) String() string {
	if f.File == 0 {
		return fmt.Sprint(f.Number)
	}
	return fmt.Sprintf("%d:%d", f.File+1, f.Number)
}

// An Order is a place in the capture: the position of a packet among all
// packets of a run (files merged by time) and the byte offset of a message
// within it. Everything that is sorted is sorted by Order.
type Order struct {
	Index  uint64
	Offset uint32
}

// Less reports whether o comes before p.
func (o Order) Less(p Order) bool {
	if o.Index != p.Index {
		return o.Index < p.Index
	}
	return o.Offset < p.Offset
}

// LinkType is a link-layer header type as pcap files number it (LINKTYPE_*,
// draft-ietf-opsawg-pcaplinktype). The DLT values that differ between systems
// (raw IP: 12, 14) are mapped to their LINKTYPE by the reader.
type LinkType uint16

// The link types rung can peel. All others are counted by number.
const (
	LinkNull     LinkType = 0   // BSD loopback, family in the writer's byte order
	LinkEthernet LinkType = 1   // IEEE 802.3
	LinkPPP      LinkType = 9   // RFC 1661, perhaps with address and control field
	LinkPPPHDLC  LinkType = 50  // PPP in HDLC framing (RFC 1662), or Cisco's HDLC
	LinkRaw      LinkType = 101 // IPv4 or IPv6, by version nibble
	LinkWLAN     LinkType = 105 // IEEE 802.11
	LinkLoop     LinkType = 108 // OpenBSD loopback, family in network order
	LinkSLL      LinkType = 113 // Linux cooked v1
	LinkRadiotap LinkType = 127 // 802.11 behind the driver's radiotap header
	LinkIPv4     LinkType = 228
	LinkIPv6     LinkType = 229
	LinkNFLOG    LinkType = 239 // Linux netfilter's log
	LinkSLL2     LinkType = 276 // Linux cooked v2, what "tcpdump -i any" writes
)

// String returns the usual name, or "linktype N".
func (l LinkType) String() string {
	switch l {
	case LinkNull:
		return "null"
	case LinkEthernet:
		return "ethernet"
	case LinkPPP:
		return "ppp"
	case LinkPPPHDLC:
		return "ppp-hdlc"
	case LinkRaw:
		return "raw"
	case LinkWLAN:
		return "ieee802.11"
	case LinkLoop:
		return "loop"
	case LinkSLL:
		return "linux-sll"
	case LinkRadiotap:
		return "radiotap"
	case LinkIPv4:
		return "ipv4"
	case LinkIPv6:
		return "ipv6"
	case LinkNFLOG:
		return "nflog"
	case LinkSLL2:
		return "linux-sll2"
	}
	return fmt.Sprintf("linktype-%d", uint16(l))
}

// A Packet is one frame as captured.
type Packet struct {
	Frame     Frame
	Index     uint64 // position among all packets of the run, from 0
	Time      Time
	Link      LinkType
	Interface int32  // index of the interface within its file
	WireLen   int    // length on the wire; more than len(Data) when cut by the snaplen
	Data      []byte // borrowed: valid until the next call of Source.Next
	Offset    int64  // where Data begins in a plain file, or -1
}

// A Source gives packets one by one.
type Source interface {
	// Next fills p with the next packet. It returns io.EOF at the end, and
	// another error when nothing more can be read; p is unusable then.
	// What was merely odd is reported through the source's diagnostics.
	//
	// A live source returns ErrIdle when nothing came for a moment. p.Time is
	// then what its clock shows, and the only field set; call Next again.
	Next(p *Packet) error
}

// ErrIdle is returned by the Next of a live source to which nothing came for a
// moment: time goes on without packets.
var ErrIdle = errors.New("no packet yet")
