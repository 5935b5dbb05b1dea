package rtcp

// Kind is the kind of a sub-packet.
type Kind uint8

// Kinds. The zero value means "not set".
const (
	SR    Kind = iota + 1 // sender report (RFC 3550 §6.4.1)
	RR                    // receiver report (§6.4.2)
	SDES                  // source description (§6.5)
	BYE                   // §6.6
	APP                   // §6.7
	NACK                  // generic NACK (RFC 4585 §6.2.1)
	PLI                   // picture loss indication (RFC 4585 §6.3.1)
	FIR                   // full intra request (RFC 5104 §4.3.1; also RFC 2032)
	REMB                  // receiver estimated maximum bitrate
	XR                    // extended report (RFC 3611)
	Other                 // any other type between 192 and 223
)

var kindNames = [...]string{"", "sr", "rr", "sdes", "bye", "app", "nack", "pli", "fir", "remb", "xr", "other"}

// String returns the lower-case name.
func (k Kind) String() string {
	if int(k) < len(kindNames) {
		return kindNames[k]
	}
	return ""
}

// A Compound is what one datagram held.
type Compound struct {
	Packets []Packet
	// Encrypted tells that this is SRTCP: of its first packet only Kind and
	// Sender are known, of the others nothing.
	Encrypted bool
	// Rest is the number of bytes at the end that could not be read.
	Rest int
	// Bad counts sub-packets whose length was good and whose contents were
	// not; they are in Packets as Kind alone.
	Bad int
}

// A Packet is one sub-packet. Fields that its Kind does not have are zero.
type Packet struct {
	Kind   Kind
	Type   uint8 // packet type on the wire
	Format uint8 // report count, source count or feedback message type
	Sender uint32
	Info   *SenderInfo // SR
	Blocks []Block     // SR, RR
	Voice  []Voice     // XR
	// Media lists the sources spoken about: NACK, PLI, FIR, REMB, BYE.
	Media   []uint32
	Nacked  int    // NACK: sequence numbers asked for
	Bitrate uint64 // REMB: bit/s
	CNAME   string // SDES, of Sender; captured text
	Reason  string // BYE; captured text
}

// SenderInfo is the sender's part of an SR.
type SenderInfo struct {
	NTP       uint64 // 32.32 fixed point seconds since 1900
	Timestamp uint32 // the same moment in RTP timestamp units
	Packets   uint32
	Octets    uint32
}

// MidNTP returns the middle 32 bits, which reports give back as LSR.
func (s *SenderInfo) MidNTP() uint32 { return uint32(s.NTP >> 16) }

// A Block is one report block of an SR or RR (RFC 3550 §6.4.1).
type Block struct {
	SSRC         uint32
	FractionLost uint8 // 1/256
	// Lost is the cumulative number of packets lost, a signed 24 bit number:
	// duplicates make it negative.
	Lost    int32
	Highest uint32 // extended highest sequence number received
	Jitter  uint32 // timestamp units
	LSR     uint32 // middle of the NTP time of the last SR, 0 when none
	DLSR    uint32 // 1/65536 s since then
}

// Voice is a VoIP metrics block of an XR (RFC 3611 §4.7).
type Voice struct {
	SSRC                         uint32
	LossRate, DiscardRate        uint8  // 1/256
	BurstDensity, GapDensity     uint8  // 1/256
	BurstDuration, GapDuration   uint16 // ms
	RoundTrip, EndSystem         uint16 // ms
	RFactor, MOSLQ, MOSCQ        uint8  // MOS times 10; 127: not available
	JitterNominal, JitterMaximum uint16 // ms: jitter buffer, nominal and maximum
}
