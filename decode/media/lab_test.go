package media

import (
	"bufio"
	"bytes"
	"encoding/binary"
	"errors"
	"io"
	"math"
	"net/netip"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/gopacket/gopacket"
	"github.com/gopacket/gopacket/layers"
	"github.com/gopacket/gopacket/pcapgo"

	"rung/capture"
)

// readUDP reads the UDP datagrams of a capture with gopacket, which the
// package under test shares nothing with.
func readUDP(t testing.TB, name string, each func(*capture.Segment)) {
	t.Helper()
	if _, err := os.Stat(filepath.Dir(name)); err != nil {
		t.Skip("no lab beside the project")
	}
	file, err := os.Open(name)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	src, link, err := openCapture(file)
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	for n := int32(1); ; n++ {
		data, info, err := src.ReadPacketData()
		if err != nil {
			if !errors.Is(err, io.EOF) && !errors.Is(err, io.ErrUnexpectedEOF) {
				t.Logf("%s: frame %d: %v", name, n, err)
			}
			return
		}
		if len(info.AncillaryData) > 0 { // pcapng: each interface its own
			link = info.AncillaryData[0].(layers.LinkType)
		}
		p := gopacket.NewPacket(data, link, gopacket.DecodeOptions{Lazy: true, NoCopy: true})
		seg := capture.Segment{
			Order: capture.Order{Index: uint64(n - 1)}, Frame: capture.Frame{Number: n},
			Time: capture.TimeOf(info.Timestamp), Cut: info.CaptureLength < info.Length,
		}
		u, ok := p.Layer(layers.LayerTypeUDP).(*layers.UDP)
		if !ok {
			continue
		}
		var src, dst netip.Addr
		switch ip := p.NetworkLayer().(type) {
		case *layers.IPv4:
			src, _ = netip.AddrFromSlice(ip.SrcIP.To4())
			dst, _ = netip.AddrFromSlice(ip.DstIP.To4())
			seg.IPLen, seg.DSCP = int(ip.Length), ip.TOS>>2
		case *layers.IPv6:
			src, _ = netip.AddrFromSlice(ip.SrcIP)
			dst, _ = netip.AddrFromSlice(ip.DstIP)
			seg.IPLen, seg.DSCP = 40+int(ip.Length), ip.TrafficClass>>2
		default:
			continue
		}
		seg.Path = capture.Path{Transport: capture.UDP,
			Src: netip.AddrPortFrom(src, uint16(u.SrcPort)), Dst: netip.AddrPortFrom(dst, uint16(u.DstPort))}
		seg.Data = u.Payload
		each(&seg)
	}
}

type packetReader interface {
	ReadPacketData() ([]byte, gopacket.CaptureInfo, error)
}

func openCapture(file io.ReadSeeker) (packetReader, layers.LinkType, error) {
	if r, err := pcapgo.NewNgReader(bufio.NewReader(file), pcapgo.NgReaderOptions{WantMixedLinkType: true}); err == nil {
		return r, r.LinkType(), nil
	}
	if _, err := file.Seek(0, io.SeekStart); err != nil {
		return nil, 0, err
	}
	r, err := pcapgo.NewReader(bufio.NewReader(file))
	if err != nil {
		return nil, 0, err
	}
	return r, r.LinkType(), nil
}

// labDir is where the captures of our own lab lie, beside the module.
func labDir() string {
	if dir := os.Getenv("RUNG_CORPUS"); dir != "" {
		return filepath.Join(dir, "..", "lab")
	}
	return filepath.Join("..", "..", "..", "shared", "lab")
}

func labStreams(t *testing.T, name string, cuts []capture.Time, describe Describe) []*Stream {
	t.Helper()
	tr := NewTracker(Limits{})
	readUDP(t, filepath.Join(labDir(), name), func(seg *capture.Segment) { tr.Feed(seg) })
	tracks := tr.Finish()
	Attach(tracks, tr.Reports())
	var out []*Stream
	for _, track := range tracks {
		if track.Recognised() {
			out = append(out, track.Streams(cuts, describe)...)
		} else {
			t.Logf("candidate %s %#x: %d packets", track.Path, track.SSRC, track.Packets)
		}
	}
	return out
}

// streamKey names a stream in the tables below.
type streamKey struct {
	src  string
	kind string
}

// What the programs that sent and received say (lab *.truth.md).
func TestLab(t *testing.T) {
	type want struct {
		packets, lost, reordered int64
		codec                    string
		digits                   string
	}
	tests := []struct {
		name string
		want map[streamKey]want
	}{
		{"b01_proxy_call_hold_dtmf", map[streamKey]want{
			{"10.20.0.200:20016", "audio"}: {packets: 1152, codec: "PCMU", digits: "123#"},
			{"10.20.0.31:30074", "audio"}:  {packets: 1116, codec: "PCMU", digits: "9"},
		}},
		{"b03_b2bua_media", map[streamKey]want{
			{"10.20.0.200:20074", "audio"}: {packets: 766, codec: "PCMU", digits: "7"},
			{"10.20.0.20:20076", "audio"}:  {packets: 754, codec: "PCMU"},
			{"10.20.0.20:20006", "audio"}:  {packets: 768, codec: "PCMA", digits: "7"},
			{"10.20.0.31:30026", "audio"}:  {packets: 755, codec: "PCMA"},
		}},
		{"b06_rtp_loss", map[streamKey]want{
			{"10.20.0.200:20012", "audio"}: {packets: 1014, lost: 38, reordered: 11, codec: "PCMU"},
			{"10.20.0.31:30092", "audio"}:  {packets: 1053, codec: "PCMU"},
		}},
		{"b09_ipv6_call", map[streamKey]want{
			{"[fd00:20::200]:20066", "audio"}: {packets: 552, codec: "PCMA"},
			{"[fd00:20::31]:30084", "audio"}:  {packets: 553, codec: "PCMA"},
		}},
		{"b11_refer_transfer", map[streamKey]want{
			{"10.20.0.200:20074", "audio"}: {packets: 303, codec: "PCMU"},
			{"10.20.0.31:30082", "audio"}:  {packets: 303, codec: "PCMU"},
			{"10.20.0.31:30032", "audio"}:  {packets: 352, codec: "PCMU"},
			{"10.20.0.32:32098", "audio"}:  {packets: 352, codec: "PCMU"},
		}},
		{"c05_sip_video_H264", map[streamKey]want{
			{"10.20.0.200:20084", "audio"}: {packets: 673, codec: "PCMU"},
			{"10.20.0.31:30016", "audio"}:  {packets: 673, codec: "PCMU"},
			{"10.20.0.200:20072", "video"}: {packets: 161, codec: "H264"},
			{"10.20.0.31:30054", "video"}:  {packets: 161, codec: "H264"},
		}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got := map[streamKey]want{}
			for _, s := range labStreams(t, tt.name+".pcapng", nil, describeVoice) {
				w := want{packets: s.Packets, lost: s.Lost, reordered: s.Reordered, codec: s.Codec}
				for _, d := range s.DTMF {
					w.digits += d.Digit
				}
				got[streamKey{s.Path.Src.String(), s.Kind}] = w
				if s.Expected-s.Lost != s.Packets || s.Duplicates+s.Restarts+s.Stray+s.ClockJumps != 0 {
					t.Errorf("%s: expected %d, lost %d, packets %d, %d duplicates, %d restarts, %d stray, %d jumps",
						s.Path, s.Expected, s.Lost, s.Packets, s.Duplicates, s.Restarts, s.Stray, s.ClockJumps)
				}
				if s.Video != nil && (s.Video.Frames != 55 || s.Video.KeyFrames == nil || *s.Video.KeyFrames != 1 ||
					s.Video.Width != 320 || s.Video.Height != 240 || s.Video.IncompleteFrames != 0) {
					t.Errorf("%s: video %+v", s.Path, s.Video) // "frame I:1 … frame P:54", 320x240
				}
				if s.RTCP == nil || s.RTCP.Reports == 0 {
					t.Errorf("%s: no RTCP", s.Path)
				}
			}
			if d := cmp.Diff(tt.want, got, cmp.AllowUnexported(streamKey{}, want{})); d != "" {
				t.Error(d)
			}
		})
	}
}

// The truth lists every packet that was dropped before the capture.
func TestLabLossIsThatOfTheTruth(t *testing.T) {
	if _, err := os.Stat(labDir()); err != nil {
		t.Skip("no lab beside the project")
	}
	truth, err := os.ReadFile(filepath.Join(labDir(), "b06_rtp_loss.truth.md"))
	if err != nil {
		t.Fatal(err)
	}
	upstream, _, _ := strings.Cut(string(truth), "## Impairment downstream")
	var want []uint16
	for line := range strings.Lines(upstream) {
		if !strings.Contains(line, " DROP ") {
			continue
		}
		_, seq, _ := strings.Cut(strings.TrimSpace(line), "seq=")
		n, err := strconv.ParseUint(seq, 10, 16)
		if err != nil {
			t.Fatal(err)
		}
		want = append(want, uint16(n))
	}
	var got []uint16
	for _, s := range labStreams(t, "b06_rtp_loss.pcapng", nil, nil) {
		for _, b := range s.LossBursts {
			for i := range b.Packets {
				got = append(got, b.FirstSeq+uint16(i))
			}
		}
		if s.Path.Src.Port() == 20012 && (s.RTCP.FractionLostMax < 5 || s.RTCP.RTT == nil) {
			t.Errorf("RTCP %+v", s.RTCP) // 5 % more is lost behind the capture
		}
	}
	slices.Sort(want)
	if len(want) != 38 || !slices.Equal(got, want) {
		t.Errorf("lost %v\nwant %v", got, want)
	}
}

// Reordered packets and jitter of b06, counted again in the plainest way.
func TestLabAgainstPlainCount(t *testing.T) {
	var list []packet
	readUDP(t, filepath.Join(labDir(), "b06_rtp_loss.pcapng"), func(seg *capture.Segment) {
		b := seg.Data
		if seg.Path.Src.Port() == 20012 && len(b) > 12 && b[1]&0x7f == 0 {
			list = append(list, packet{at: seg.Time.Sub(epoch), seq: binary.BigEndian.Uint16(b[2:]), ts: binary.BigEndian.Uint32(b[4:])})
		}
	})
	reordered, highest := int64(0), list[0].seq
	for _, p := range list[1:] {
		if p.seq < highest { // no wrap in this capture
			reordered++
		}
		highest = max(highest, p.seq)
	}
	mean, most, last := rfcJitter(list, 8000)
	for _, s := range labStreams(t, "b06_rtp_loss.pcapng", nil, nil) {
		if s.Path.Src.Port() != 20012 {
			continue
		}
		if s.Reordered != reordered || math.Abs(s.Jitter.Mean-mean) > 1e-4 || math.Abs(s.Jitter.Max-most) > 1e-4 || math.Abs(s.Jitter.Last-last) > 1e-4 {
			t.Errorf("reordered %d, jitter %+v; want %d, %v %v %v", s.Reordered, *s.Jitter, reordered, mean, most, last)
		}
	}
}

// Two calls on the same ports with the same SSRC and sequence numbers: cut at
// the second INVITE, nothing is lost in either.
func TestLabCallsThatShareEverything(t *testing.T) {
	name := filepath.Join(labDir(), "b05_callerid.pcapng")
	var cuts []capture.Time
	var last string
	readUDP(t, name, func(seg *capture.Segment) {
		if !bytes.HasPrefix(seg.Data, []byte("INVITE ")) {
			return
		}
		_, id, _ := strings.Cut(string(seg.Data), "Call-ID: ")
		id, _, _ = strings.Cut(id, "\r\n")
		if last != "" && id != last {
			cuts = append(cuts, seg.Time)
		}
		last = id
	})
	if len(cuts) != 1 {
		t.Fatalf("%d cuts", len(cuts))
	}
	pieces := map[string][]int64{}
	for _, s := range labStreams(t, "b05_callerid.pcapng", cuts, describeVoice) {
		if s.Codec == "telephone-event" {
			s.Duplicates -= 8 // sipp sends the end of each of four presses three times under one number
		}
		if s.Lost != 0 || s.Duplicates != 0 || s.Stray != 0 {
			t.Errorf("%s %s: %d lost, %d doubled, %d stray", s.Path, s.Codec, s.Lost, s.Duplicates, s.Stray)
		}
		digits := ""
		for _, d := range s.DTMF {
			digits += d.Digit
		}
		key := s.Path.Src.String() + " " + s.Codec + " " + digits
		pieces[key] = append(pieces[key], s.Packets)
	}
	want := map[string][]int64{
		"10.20.0.200:6000 PCMA ":                {236, 236},
		"10.20.0.31:6000 PCMA ":                 {236, 236},
		"10.20.0.200:6000 telephone-event 123#": {40, 40},
		"10.20.0.31:6000 telephone-event 123#":  {40, 40},
	}
	if d := cmp.Diff(want, pieces); d != "" {
		t.Error(d)
	}
}
