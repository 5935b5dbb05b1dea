package wire

import "rung/capture"

// A Datagram is what the headers of one frame say. The caller reuses it;
// slices borrow from Packet.Data.
type Datagram struct {
	Path  capture.Path // innermost; ports zero for fragments and ICMP
	Proto uint8        // IP protocol number of the innermost packet
	IPID  uint32       // IPv4 identification; IPv6 fragment id; 0: none
	TTL   uint8        // or hop limit
	DSCP  uint8
	IPLen int // innermost IP packet on the wire, headers included
	IPv6  bool
	IsIP  bool // Path's addresses, Proto, TTL, DSCP and IPLen are set

	Fragment      bool // Payload is a fragment's IP payload
	FragOffset    int  // in bytes
	MoreFragments bool

	// Payload is the UDP or TCP payload, the chunks of SCTP, the whole message for ICMP, the IP
	// payload for fragments.
	Payload    []byte
	PayloadLen int  // its length on the wire: more than len(Payload) when Cut
	PayloadOff int  // where it begins in Packet.Data; -1 when joined from fragments
	Cut        bool // bytes are missing at its end: snaplen, or fewer than declared

	TCP TCPHeader

	// SCTPTag is the verification tag of an SCTP packet (RFC 9260 §3.1). Its
	// Payload is the chunks.
	SCTPTag uint32

	// Tunnels counts the encapsulations around the innermost packet: MPLS,
	// PPPoE, GRE, VXLAN and so on, but not VLAN tags.
	Tunnels uint8

	// LinkSum hashes what changes when a routed, re-tagged or tunnelled copy
	// of the packet is captured: MAC addresses, VLAN tags, TTLs, outer
	// addresses and what tells tunnels apart.
	LinkSum uint64

	// Fate is 0 when the frame has a payload for us, else FateOther or
	// FateUndecoded with Name saying which protocol or why.
	Fate capture.Fate
	Name string

	Diag Diag
}

// A TCPHeader is the part of RFC 9293 §3.1 that reassembly needs.
type TCPHeader struct {
	Seq, Ack uint32
	Flags    uint8
	Window   uint16 // not scaled
}

// TCP control bits (RFC 9293 §3.1).
const (
	FIN = 1 << iota
	SYN
	RST
	PSH
	ACK
	URG
)

// Has reports whether all of the given control bits are set.
func (h TCPHeader) Has(bits uint8) bool { return h.Flags&bits == bits }

// IP protocol numbers that rung reads.
const (
	ProtoICMP   = 1
	ProtoTCP    = 6
	ProtoUDP    = 17
	ProtoICMPv6 = 58
	ProtoSCTP   = 132
)

func (g *Datagram) other(name string) {
	g.Fate, g.Name = capture.FateOther, name
}

func (g *Datagram) undecoded(reason string) {
	g.Fate, g.Name = capture.FateUndecoded, reason
}

// Reasons for FateUndecoded. Part of rung's output: stable.
const (
	ReasonCut        = "cut"             // the snaplen cut a header
	ReasonLinkHeader = "bad-link-header" // the frame itself is too short for its headers
	ReasonIPHeader   = "bad-ip-header"
	ReasonIPv6Chain  = "bad-ipv6-extensions"
	ReasonTransport  = "bad-transport-header"
	ReasonTags       = "too-many-vlan-tags"
	ReasonTunnel     = "bad-tunnel-header"
	ReasonTunnels    = "too-many-tunnels"
	ReasonLabels     = "too-many-mpls-labels"
)
