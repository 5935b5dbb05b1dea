package rtcp

import (
	"bytes"
	"testing"

	"github.com/google/go-cmp/cmp"
	pion "github.com/pion/rtcp"
)

func marshal(t testing.TB, list ...pion.Packet) []byte {
	t.Helper()
	b, err := pion.Marshal(list)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

var (
	sr = &pion.SenderReport{SSRC: 1, NTPTime: 0x1122334455667788, RTPTime: 3, PacketCount: 4, OctetCount: 5,
		Reports: []pion.ReceptionReport{{SSRC: 9, FractionLost: 128, TotalLost: 7, LastSequenceNumber: 8, Jitter: 6, LastSenderReport: 5, Delay: 4}}}
	sdes = pion.NewCNAMESourceDescription(1, "user@host")
)

func TestParse(t *testing.T) {
	tests := []struct {
		name string
		in   []pion.Packet
		want []Packet
	}{
		{"sender report with a block and a name", []pion.Packet{sr, sdes}, []Packet{
			{Kind: SR, Type: 200, Format: 1, Sender: 1, Info: &SenderInfo{0x1122334455667788, 3, 4, 5},
				Blocks: []Block{{SSRC: 9, FractionLost: 128, Lost: 7, Highest: 8, Jitter: 6, LSR: 5, DLSR: 4}}},
			{Kind: SDES, Type: 202, Format: 1, Sender: 1, CNAME: "user@host"},
		}},
		{"empty receiver report, then goodbye", []pion.Packet{&pion.ReceiverReport{SSRC: 2}, &pion.Goodbye{Sources: []uint32{2, 3}, Reason: "bye"}}, []Packet{
			{Kind: RR, Type: 201, Sender: 2, Blocks: []Block{}},
			{Kind: BYE, Type: 203, Format: 2, Sender: 2, Media: []uint32{2, 3}, Reason: "bye"},
		}},
		{"feedback alone (RFC 5506)", []pion.Packet{&pion.PictureLossIndication{SenderSSRC: 1, MediaSSRC: 2}}, []Packet{
			{Kind: PLI, Type: 206, Format: 1, Sender: 1, Media: []uint32{2}},
		}},
		{"FIR names its sources in the entries", []pion.Packet{&pion.FullIntraRequest{SenderSSRC: 1, FIR: []pion.FIREntry{{SSRC: 5}, {SSRC: 6}}}}, []Packet{
			{Kind: FIR, Type: 206, Format: 4, Sender: 1, Media: []uint32{5, 6}},
		}},
		{"NACK counts sequence numbers", []pion.Packet{&pion.TransportLayerNack{SenderSSRC: 1, MediaSSRC: 2,
			Nacks: pion.NackPairsFromSequenceNumbers([]uint16{10, 12, 13, 400})}}, []Packet{
			{Kind: NACK, Type: 205, Format: 1, Sender: 1, Media: []uint32{2}, Nacked: 4},
		}},
		{"REMB", []pion.Packet{&pion.ReceiverEstimatedMaximumBitrate{SenderSSRC: 1, Bitrate: 1 << 20, SSRCs: []uint32{2, 3}}}, []Packet{
			{Kind: REMB, Type: 206, Format: 15, Sender: 1, Media: []uint32{2, 3}, Bitrate: 1 << 20},
		}},
		{"XR with VoIP metrics", []pion.Packet{&pion.ExtendedReport{SenderSSRC: 1, Reports: []pion.ReportBlock{
			&pion.VoIPMetricsReportBlock{SSRC: 2, LossRate: 10, RFactor: 80, MOSLQ: 41, MOSCQ: 40, RoundTripDelay: 33}}}}, []Packet{
			{Kind: XR, Type: 207, Sender: 1, Voice: []Voice{{SSRC: 2, LossRate: 10, RFactor: 80, MOSLQ: 41, MOSCQ: 40, RoundTrip: 33}}},
		}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			c, ok := Parse(marshal(t, tt.in...), false)
			if !ok || c.Encrypted || c.Rest != 0 || c.Bad != 0 {
				t.Fatalf("ok %v, %+v", ok, c)
			}
			if d := cmp.Diff(tt.want, c.Packets); d != "" {
				t.Error(d)
			}
		})
	}
}

func TestCumulativeLostIsSigned(t *testing.T) {
	for raw, want := range map[uint32]int32{0: 0, 1: 1, 0x7fffff: 8388607, 0xffffff: -1, 0x800000: -8388608} {
		b := marshal(t, &pion.ReceiverReport{SSRC: 1, Reports: []pion.ReceptionReport{{SSRC: 2, TotalLost: raw}}})
		c, ok := Parse(b, false)
		if !ok || c.Packets[0].Blocks[0].Lost != want {
			t.Errorf("%#x: %d, want %d", raw, c.Packets[0].Blocks[0].Lost, want)
		}
	}
}

func TestBadTailKeepsWhatCameBefore(t *testing.T) {
	b := marshal(t, sr, sdes)
	whole, _ := Parse(b, false)
	for _, tail := range [][]byte{{1}, {0x80, 200, 0, 99}, {0x81, 200, 0, 0}, bytes.Repeat([]byte{0x55}, 12)} {
		c, ok := Parse(append(bytes.Clone(b), tail...), false)
		if !ok || c.Encrypted || len(c.Packets) < 2 || !cmp.Equal(c.Packets[:2], whole.Packets) {
			t.Errorf("tail %x: %+v", tail, c)
		}
		if c.Rest+c.Bad == 0 {
			t.Errorf("tail %x went unnoticed", tail)
		}
	}
}

func TestCutPacketGivesItsWholeParts(t *testing.T) {
	b := marshal(t, sr, sdes)
	c, ok := Parse(b[:len(b)-4], true)
	if !ok || len(c.Packets) != 1 || c.Packets[0].Kind != SR || c.Rest == 0 {
		t.Errorf("%+v", c)
	}
}

func TestNotRTCP(t *testing.T) {
	rr := marshal(t, &pion.ReceiverReport{SSRC: 1})
	tests := []struct {
		name string
		b    []byte
	}{
		{"nothing", nil},
		{"seven bytes", rr[:7]},
		{"version 1", append([]byte{0x40}, rr[1:]...)},
		{"RTP with marker and type 72 less than RTCP's", append([]byte{0x80, 0xff}, rr[2:]...)},
		{"longer than the datagram", append([]byte{0x80, 201, 0, 2}, rr[4:]...)},
		{"more blocks than fit", append([]byte{0x81}, rr[1:]...)},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if c, ok := Parse(tt.b, false); ok {
				t.Errorf("read as %+v", c)
			}
		})
	}
}

// What an SRTCP sender does to the bytes, without the cipher: all but the
// first eight bytes unreadable, index and tag behind.
func protect(b []byte, tag int) []byte {
	b = bytes.Clone(b)
	for i := 8; i < len(b); i++ {
		b[i] = byte(i*37 + 11)
	}
	aead := 0
	if tag == 0 {
		aead = 16
	}
	b = append(b, bytes.Repeat([]byte{0x5a}, aead)...)
	b = append(b, 0x80, 0, 0, 7)
	return append(b, bytes.Repeat([]byte{0x33}, tag)...)
}

func TestSRTCPIsNotMisread(t *testing.T) {
	for _, tag := range []int{10, 4, 0} {
		for name, list := range map[string][]pion.Packet{
			"compound": {sr, sdes}, "single": {sr}, "feedback": {&pion.PictureLossIndication{SenderSSRC: 1, MediaSSRC: 2}},
		} {
			c, ok := Parse(protect(marshal(t, list...), tag), false)
			if !ok || !c.Encrypted || len(c.Packets) != 1 || c.Packets[0].Sender != 1 ||
				c.Packets[0].Info != nil || c.Packets[0].Blocks != nil || c.Packets[0].Media != nil {
				t.Errorf("%s, tag %d: %+v", name, tag, c)
			}
		}
	}
}

func FuzzParse(f *testing.F) {
	f.Add(marshal(f, sr, sdes), false)
	f.Add(protect(marshal(f, sr), 10), false)
	f.Add(marshal(f, &pion.ExtendedReport{SenderSSRC: 1, Reports: []pion.ReportBlock{&pion.VoIPMetricsReportBlock{SSRC: 2}}}), true)
	f.Add(marshal(f, &pion.ReceiverEstimatedMaximumBitrate{SenderSSRC: 1, Bitrate: 9e9, SSRCs: []uint32{2}}), false)
	f.Fuzz(func(t *testing.T, b []byte, cut bool) {
		before := bytes.Clone(b)
		c, ok := Parse(b, cut)
		if ok != Probe(b, cut) {
			t.Fatal("Probe and Parse disagree")
		}
		if !bytes.Equal(before, b) {
			t.Fatal("input changed")
		}
		if !ok {
			return
		}
		if len(c.Packets) > MaxPackets || c.Rest < 0 || c.Rest > len(b) || c.Bad > len(c.Packets) {
			t.Fatalf("%+v", c)
		}
		for _, p := range c.Packets {
			for _, r := range p.Blocks {
				if r.Lost < -1<<23 || r.Lost >= 1<<23 {
					t.Fatalf("lost %d is no 24 bit number", r.Lost)
				}
			}
		}
	})
}

func BenchmarkParse(b *testing.B) {
	data := marshal(b, sr, sdes)
	b.ReportAllocs()
	for b.Loop() {
		if _, ok := Parse(data, false); !ok {
			b.Fatal("not parsed")
		}
	}
}
