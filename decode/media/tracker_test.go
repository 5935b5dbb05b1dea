package media

import (
	"encoding/binary"
	"math/rand/v2"
	"net/netip"
	"slices"
	"testing"
	"time"

	"github.com/pion/rtcp"

	"rung/capture"
)

func datagram(i int, path capture.Path, b []byte) *capture.Segment {
	return &capture.Segment{
		Path: path, Order: capture.Order{Index: uint64(i)}, Time: epoch.Add(time.Duration(i) * time.Millisecond),
		Frame: capture.Frame{Number: int32(i + 1)}, Data: b, IPLen: len(b) + 28,
	}
}

// No stream comes out of what is not RTP.
func TestOthersAreNotRecognised(t *testing.T) {
	rng := rand.New(rand.NewPCG(9, 9))
	noise := func(n int) []byte {
		b := make([]byte, n)
		for i := range b {
			b[i] = byte(rng.Uint32())
		}
		return b
	}
	tests := []struct {
		name string
		make func(i int) []byte
		keep bool // may be kept as a candidate
	}{
		{"noise that begins like RTP", func(i int) []byte { b := noise(20 + rng.IntN(200)); b[0] = 0x80; return b }, true},
		{"noise under one SSRC", func(i int) []byte { b := noise(100); b[0], b[1] = 0x80, 8; copy(b[8:], "same"); return b }, true},
		{"a counter, but nothing moves where the timestamp is", func(i int) []byte {
			b := append([]byte{0x80, 0, byte(i >> 8), byte(i)}, make([]byte, 40)...)
			return b
		}, true},
		{"ESP in UDP: SPI, then a counter", func(i int) []byte {
			b := noise(80)
			copy(b, []byte{0x80, 1, 2, 3, 0, 0, 0, byte(i)})
			return b
		}, true},
		{"DNS answers on an odd port", func(i int) []byte {
			b := append(noise(2), 0x81, 0x80, 0, 1, 0, 2, 0, 0, 0, 0, 3, 'w', 'w', 'w')
			b[0], b[1] = 0x80|b[0]&0x3f, b[1]&0x3f
			return b
		}, false},
		{"STUN", func(i int) []byte { return append([]byte{0, 1, 0, 8, 0x21, 0x12, 0xa4, 0x42}, noise(20)...) }, false},
		{"QUIC", func(i int) []byte { b := noise(60); b[0] = 0x40 | b[0]&0x3f; return b }, false},
		{"types where RTCP lies", func(i int) []byte {
			p := packet{seq: uint16(i), ts: uint32(i) * 160, pt: 72, payload: make([]byte, 20)}
			return p.bytes(1)
		}, false},
		{"shorter than a header", func(i int) []byte { return noise(11)[:11] }, false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			tr := NewTracker(Limits{})
			for i := range 2000 {
				b := tt.make(i)
				kept := tr.Feed(datagram(i, pathAB, b))
				if kept && !tt.keep {
					t.Fatalf("packet %d was kept: % x", i, b[:11])
				}
			}
			for _, track := range tr.Finish() {
				if track.Recognised() {
					t.Fatalf("%#x recognised after %d packets", track.SSRC, track.Packets)
				}
			}
		})
	}
}

func TestWellKnownPortsAreLeftToTheirProtocols(t *testing.T) {
	list := segments(talk(10, 0, 1, 1), capture.Path{Transport: capture.UDP, Src: addrA, Dst: netip.MustParseAddrPort("10.0.0.2:53")}, 1)
	for i := range list {
		if NewTracker(Limits{}).Feed(&list[i]) {
			t.Fatal("kept")
		}
	}
}

func TestRecognition(t *testing.T) {
	odd := talk(20, 0, 1, 1)
	for i := range odd {
		odd[i].pt = 20 // not assigned
	}
	tests := []struct {
		name string
		in   []packet
		want bool
	}{
		{"three packets are not enough", talk(3, 0, 1, 1), false},
		{"four in sequence are", talk(4, 0, 65534, 0xffffff00), true},
		{"copies say nothing", twice(talk(2, 0, 1, 1), time.Millisecond, func(int) bool { return true }), false},
		{"a hole begins the count anew", without(talk(6, 0, 1, 1), 2), false},
		{"a type nobody assigned needs more", odd[:9], false},
		{"and gets there", odd[:10], true},
		{"a key press alone", press(1, 0, 1, 1, 5), true},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := play(Limits{}, tt.in).Recognised(); got != tt.want {
				t.Errorf("recognised: %v", got)
			}
		})
	}
}

func TestCandidatesAreCappedAndToldOf(t *testing.T) {
	tr := NewTracker(Limits{Candidates: 100})
	for i := range 1000 {
		p := packet{seq: 1, pt: 8, payload: make([]byte, 10)}
		tr.Feed(datagram(i, pathAB, p.bytes(uint32(i)+1000)))
	}
	voice := segments(talk(50, 2*time.Second, 1, 1), pathAB, 7)
	for i := range voice {
		tr.Feed(&voice[i])
	}
	d := tr.Diagnostics()
	if len(d) != 1 || d[0].Code != "rtp-candidates-limit" || d[0].Frames[0].Number != 1 {
		t.Errorf("%+v", d)
	}
	tracks := tr.Finish()
	if len(tracks) > 101 || !slices.ContainsFunc(tracks, func(t *Track) bool { return t.SSRC == 7 && t.Recognised() && t.Packets == 50 }) {
		t.Errorf("%d tracks", len(tracks))
	}
	kept := int64(0)
	for _, track := range tracks {
		kept += track.Packets
	}
	if kept+tr.dropped.packets != 1050 {
		t.Errorf("%d kept, %d dropped of 1050", kept, tr.dropped.packets)
	}
	if len(tr.Finish()) != 0 {
		t.Error("not empty after Finish")
	}
}

func TestTakeIdle(t *testing.T) {
	tr := NewTracker(Limits{})
	for ssrc, start := range []time.Duration{time.Second, 0, 10 * time.Second} {
		list := segments(talk(50, start, 1, 1), pathAB, uint32(ssrc))
		for i := range list {
			list[i].Order.Index += uint64(start)
			tr.Feed(&list[i])
		}
	}
	idle := tr.TakeIdle(epoch.Add(5 * time.Second))
	if len(idle) != 2 || idle[0].SSRC != 1 || idle[1].SSRC != 0 {
		t.Errorf("%d idle", len(idle))
	}
	again := segments(talk(50, 20*time.Second, 51, 1), pathAB, 1)
	for i := range again {
		tr.Feed(&again[i])
	}
	rest := tr.Finish()
	if len(rest) != 2 || rest[0].Packets != 50 || rest[1].Packets != 50 || tr.candidates != 0 || tr.logBytes != 0 {
		t.Errorf("%d left, %d candidates, %d bytes", len(rest), tr.candidates, tr.logBytes)
	}
}

func TestFoldKeepsManyTracksSmall(t *testing.T) {
	tr := NewTracker(Limits{TotalLog: 1 << 20})
	for ssrc := range uint32(10) {
		list := segments(talk(60000, 0, 1, 1), pathAB, ssrc)
		for i := range list {
			tr.Feed(&list[i])
		}
	}
	if tr.logBytes > 1<<20+10*SmallLog {
		t.Errorf("%d bytes of log", tr.logBytes)
	}
	sum := 0
	for _, track := range tr.Finish() {
		sum += track.log.bytes
		if s := track.Streams(nil, nil)[0]; s.Packets != 60000 || s.Lost != 0 || s.Jitter.Max > 1e-9 {
			t.Errorf("%d packets, %d lost", s.Packets, s.Lost)
		}
	}
	if sum > 1<<20+10*SmallLog {
		t.Errorf("%d bytes of log", sum)
	}
}

func rtcpBytes(t *testing.T, list ...rtcp.Packet) []byte {
	t.Helper()
	b, err := rtcp.Marshal(list)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// RTCP comes on the next port, another 5-tuple, and so another shard.
func TestReportsFindTheirStream(t *testing.T) {
	media, control := NewTracker(Limits{}), NewTracker(Limits{})
	const ssrc = 0xabcd
	behind := netip.MustParseAddrPort("10.0.0.3:40000") // the proxy passes the same SSRC on
	second := capture.Path{Transport: capture.UDP, Src: addrB, Dst: behind}
	other := capture.Path{Transport: capture.UDP, Src: netip.MustParseAddrPort("10.0.0.1:22000"), Dst: netip.MustParseAddrPort("10.0.0.2:32000")}
	for _, path := range []capture.Path{pathAB, second, pathAB.Reverse(), other} {
		list := segments(talk(100, 0, 1, 1), path, ssrc)
		for i := range list {
			media.Feed(&list[i])
		}
	}
	next := func(p netip.AddrPort) netip.AddrPort { return netip.AddrPortFrom(p.Addr(), p.Port()+1) }
	forth := capture.Path{Transport: capture.UDP, Src: next(addrA), Dst: next(addrB)}
	back := forth.Reverse()
	report := rtcp.ReceptionReport{SSRC: ssrc, FractionLost: 64, LastSenderReport: 0x33445566, Delay: 65536 / 100} // 10 ms
	feed := func(ms int, path capture.Path, list ...rtcp.Packet) {
		if !control.Feed(datagram(ms, path, rtcpBytes(t, list...))) {
			t.Fatal("not kept")
		}
	}
	feed(100, forth, &rtcp.SenderReport{SSRC: ssrc, NTPTime: 0x1122334455667788})
	feed(130, back, &rtcp.ReceiverReport{SSRC: 9, Reports: []rtcp.ReceptionReport{report}},
		&rtcp.PictureLossIndication{SenderSSRC: 9, MediaSSRC: ssrc},
		&rtcp.FullIntraRequest{SenderSSRC: 9, FIR: []rtcp.FIREntry{{SSRC: ssrc}}},
		&rtcp.TransportLayerNack{SenderSSRC: 9, MediaSSRC: ssrc, Nacks: rtcp.NackPairsFromSequenceNumbers([]uint16{1})},
		&rtcp.ExtendedReport{SenderSSRC: 9, Reports: []rtcp.ReportBlock{&rtcp.VoIPMetricsReportBlock{SSRC: ssrc, RFactor: 90, MOSLQ: 43, MOSCQ: 127}}})
	report.FractionLost, report.LastSenderReport = 0, 0
	feed(1500, back, &rtcp.ReceiverReport{SSRC: 9, Reports: []rtcp.ReceptionReport{report, {SSRC: 0xdead}}})

	tracks := media.Finish()
	Attach(append(tracks, control.Finish()...), append(control.Reports(), media.Reports()...))
	for _, track := range tracks {
		got := track.Streams(nil, nil)[0].RTCP
		if track.Path != pathAB {
			if got != nil {
				t.Errorf("%s has reports of another hop: %+v", track.Path, got)
			}
			continue
		}
		if got == nil || got.Reports != 2 || got.PLI != 1 || got.FIR != 1 || got.NACK != 1 || got.FractionLostMax != 25 {
			t.Fatalf("%+v", got)
		}
		if got.RTT == nil || got.RTT.Max < 19.9 || got.RTT.Max > 20.1 { // 30 ms less 10
			t.Errorf("round trip %+v", got.RTT)
		}
		if got.XR == nil || *got.XR.RFactor != 90 || *got.XR.MOSLQ != 4.3 || got.XR.MOSCQ != nil {
			t.Errorf("XR %+v", got.XR)
		}
		cut := track.Streams([]Time{epoch.Add(time.Second)}, nil)
		if len(cut) != 2 || cut[0].RTCP.Reports != 1 || cut[1].RTCP.Reports != 1 || cut[1].RTCP.PLI != 0 {
			t.Error("reports are not cut with the stream")
		}
	}
}

func TestReportsAreCapped(t *testing.T) {
	tr := NewTracker(Limits{Reports: 5})
	b := rtcpBytes(t, &rtcp.PictureLossIndication{SenderSSRC: 9, MediaSSRC: 1})
	for i := range 8 {
		tr.Feed(datagram(i, pathAB, b))
	}
	if d := tr.Diagnostics(); len(tr.Reports()) != 5 || len(d) != 1 || d[0].Code != "rtcp-reports-limit" || d[0].Frames[0].Number != 6 {
		t.Errorf("%+v", d)
	}
}

// fuzzPackets makes packets from bytes: 8 each, small steps and large.
func fuzzPackets(b []byte) []packet {
	var out []packet
	var at time.Duration
	var seq uint16
	var ts uint32
	for ; len(b) >= 8; b = b[8:] {
		at += time.Duration(b[0]) * time.Duration(b[1]) * 100 * time.Microsecond
		seq += uint16(int16(binary.BigEndian.Uint16(b[2:])) >> (b[4] & 15))
		ts += uint32(int32(int8(b[5]))) << (b[4] >> 4 * 2)
		p := packet{at: at, seq: seq, ts: ts, pt: []uint8{0, 8, 13, 96, 101, 111}[b[6]%6], marker: b[6]&0x80 != 0, payload: []byte{b[6] & 15, b[7], b[0], b[1]}}
		if b[6]&0x40 != 0 {
			p.payload = append(p.payload, 5, 0, 0, 0)
		}
		out = append(out, p)
	}
	return out
}

// Whatever the packets are: nothing is negative, expected is received plus
// lost, cutting loses no packet, and folding changes nothing.
func FuzzTrack(f *testing.F) {
	f.Add([]byte("12345678abcdefgh12345678abcdefgh"), uint16(3))
	f.Add([]byte{1, 200, 0x7f, 0xff, 14, 160, 1, 0, 1, 200, 0x80, 0, 0, 160, 1, 0, 1, 200, 0, 1, 0, 160, 1, 0}, uint16(1))
	f.Fuzz(func(t *testing.T, b []byte, cut uint16) {
		list := fuzzPackets(b)
		if len(list) == 0 {
			return
		}
		track := play(Limits{}, list)
		whole := track.Streams(nil, describeVoice)
		if len(whole) != 1 || whole[0].Packets != int64(len(list)) {
			t.Fatalf("%d streams", len(whole))
		}
		checkSane(t, whole[0])
		packets := int64(0)
		for _, s := range track.Streams([]Time{epoch.Add(time.Duration(cut) * time.Millisecond), epoch.Add(time.Duration(cut) * time.Second)}, describeVoice) {
			checkSane(t, s)
			packets += s.Packets
		}
		if packets != int64(len(list)) {
			t.Fatalf("%d of %d packets after cutting", packets, len(list))
		}
		folded := play(Limits{TrackLog: 2 * firstChunk}, list)
		for _, s := range folded.Streams(nil, describeVoice) {
			checkSane(t, s)
		}
		// The order of folding must not show in the counts. (In the jitter it
		// may with a log as small as this: there is nothing to look ahead at.)
		for i := range list {
			list[i].pt = 8
		}
		a := play(Limits{}, list).Streams(nil, nil)[0]
		c := play(Limits{TrackLog: 2 * firstChunk}, list).Streams(nil, nil)[0]
		if a.Expected != c.Expected || a.Lost != c.Lost || a.Duplicates != c.Duplicates || a.Reordered != c.Reordered ||
			a.Restarts != c.Restarts || a.Stray != c.Stray || !slices.Equal(a.LossBursts, c.LossBursts) {
			t.Fatalf("whole\n%.400s\nfolded\n%.400s", summary(a), summary(c))
		}
	})
}
