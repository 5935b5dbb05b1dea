package rtcp

import (
	"encoding/binary"

	pion "github.com/pion/rtcp"
)

const (
	typeFirst, typeLast = 192, 223 // RFC 5761 §4
	headerLen           = 4
)

// Probe reports whether b looks like RTCP or SRTCP: version 2, a packet type
// that may come first, a length that fits (RFC 3550 A.2; the first need not
// be SR or RR, RFC 5506). cut tells that the snaplen took bytes off b's end.
func Probe(b []byte, cut bool) bool {
	if len(b) < 8 || b[0]>>6 != 2 || b[1] < 200 || b[1] > 207 {
		return false
	}
	n := size(b)
	if n > len(b) && !cut {
		return false
	}
	count := int(b[0] & 0x1f)
	switch b[1] {
	case 200:
		return n >= 28+24*count
	case 201:
		return n >= 8+24*count
	case 202:
		return n >= headerLen+8*count || count == 0
	case 203:
		return n >= headerLen+4*count
	case 205, 206:
		return n >= 12
	}
	return n >= 8
}

// Parse reads a datagram. It is false when Probe would be.
func Parse(b []byte, cut bool) (Compound, bool) {
	var c Compound
	if !Probe(b, cut) {
		return c, false
	}
	if !cut && encrypted(b) {
		c.Encrypted = true
		c.Packets = []Packet{{
			Kind: kindOf(b[1], b[0]&0x1f), Type: b[1], Format: b[0] & 0x1f, Sender: binary.BigEndian.Uint32(b[4:]),
		}}
		return c, true
	}
	for len(b) > 0 && len(c.Packets) < MaxPackets && valid(b) {
		n := size(b)
		p, ok := read(b[:n])
		if !ok {
			c.Bad++
		}
		c.Packets = append(c.Packets, p)
		b = b[n:]
	}
	c.Rest = len(b)
	return c, true
}

// size is the length that a header announces, in bytes.
func size(b []byte) int { return 4 * (int(binary.BigEndian.Uint16(b[2:])) + 1) }

// valid reports whether b begins with a whole sub-packet.
func valid(b []byte) bool {
	return len(b) >= headerLen && b[0]>>6 == 2 && b[1] >= typeFirst && b[1] <= typeLast && size(b) <= len(b)
}

// kindOf names a packet type and its format.
func kindOf(typ, format uint8) Kind {
	switch typ {
	case 192:
		return FIR
	case 193:
		return NACK
	case 200:
		return SR
	case 201:
		return RR
	case 202:
		return SDES
	case 203:
		return BYE
	case 204:
		return APP
	case 205:
		if format == 1 {
			return NACK
		}
	case 206:
		switch format {
		case 1:
			return PLI
		case 4:
			return FIR
		case 15:
			return REMB
		}
	case 207:
		return XR
	}
	return Other
}

// read reads one whole sub-packet; false when its contents are bad.
func read(b []byte) (Packet, bool) {
	p := Packet{Type: b[1], Format: b[0] & 0x1f}
	p.Kind = kindOf(p.Type, p.Format)
	if len(b) >= 8 && p.Kind != SDES && p.Kind != BYE {
		p.Sender = binary.BigEndian.Uint32(b[4:])
	}
	switch p.Kind {
	case APP, Other:
		return p, len(b) >= 8
	case FIR, NACK:
		if p.Type < 200 { // RFC 2032 §5.2: the SSRC alone names the source
			p.Media = []uint32{p.Sender}
			return p, len(b) >= 8
		}
	case REMB:
		// Format 15 is "application layer feedback"; REMB names itself.
		if len(b) < 20 || string(b[12:16]) != "REMB" {
			p.Kind = Other
			return p, len(b) >= 12
		}
	}
	list, err := pion.Unmarshal(b)
	if err != nil || len(list) != 1 {
		return p, false
	}
	fill(&p, list[0])
	return p, true
}

// fill copies what pion read into plain types.
func fill(p *Packet, packet pion.Packet) {
	switch q := packet.(type) {
	case *pion.SenderReport:
		p.Info = &SenderInfo{NTP: q.NTPTime, Timestamp: q.RTPTime, Packets: q.PacketCount, Octets: q.OctetCount}
		p.Blocks = blocks(q.Reports)
	case *pion.ReceiverReport:
		p.Blocks = blocks(q.Reports)
	case *pion.SourceDescription:
		describe(p, q)
	case *pion.Goodbye:
		p.Media, p.Reason = q.Sources, text(q.Reason)
		if len(q.Sources) > 0 {
			p.Sender = q.Sources[0]
		}
	case *pion.TransportLayerNack:
		p.Media = []uint32{q.MediaSSRC}
		for _, n := range q.Nacks {
			p.Nacked += len(n.PacketList())
		}
	case *pion.PictureLossIndication:
		p.Media = []uint32{q.MediaSSRC}
	case *pion.FullIntraRequest:
		// The header's media source is 0; the entries name it (RFC 5104 §4.3.1.2).
		for _, e := range q.FIR {
			p.Media = append(p.Media, e.SSRC)
		}
	case *pion.ReceiverEstimatedMaximumBitrate:
		p.Media = q.SSRCs
		if q.Bitrate > 0 && q.Bitrate < 1<<63 {
			p.Bitrate = uint64(q.Bitrate)
		}
	case *pion.ExtendedReport:
		for _, r := range q.Reports {
			if v, ok := r.(*pion.VoIPMetricsReportBlock); ok {
				p.Voice = append(p.Voice, voice(v))
			}
		}
	}
}

func blocks(list []pion.ReceptionReport) []Block {
	out := make([]Block, 0, len(list))
	for _, r := range list {
		out = append(out, Block{
			SSRC: r.SSRC, FractionLost: r.FractionLost,
			// 24 bits with sign (RFC 3550 §6.4.1); pion gives them unsigned.
			Lost:    int32(r.TotalLost<<8) >> 8,
			Highest: r.LastSequenceNumber, Jitter: r.Jitter, LSR: r.LastSenderReport, DLSR: r.Delay,
		})
	}
	return out
}

func describe(p *Packet, q *pion.SourceDescription) {
	for _, c := range q.Chunks {
		for _, item := range c.Items {
			if item.Type == pion.SDESCNAME && p.CNAME == "" {
				p.Sender, p.CNAME = c.Source, text(item.Text)
			}
		}
	}
}

func voice(v *pion.VoIPMetricsReportBlock) Voice {
	return Voice{
		SSRC: v.SSRC, LossRate: v.LossRate, DiscardRate: v.DiscardRate,
		BurstDensity: v.BurstDensity, GapDensity: v.GapDensity,
		BurstDuration: v.BurstDuration, GapDuration: v.GapDuration,
		RoundTrip: v.RoundTripDelay, EndSystem: v.EndSystemDelay,
		RFactor: v.RFactor, MOSLQ: v.MOSLQ, MOSCQ: v.MOSCQ,
		JitterNominal: v.JBNominal, JitterMaximum: v.JBMaximum,
	}
}

func text(s string) string {
	if len(s) > MaxText {
		return s[:MaxText]
	}
	return s
}
